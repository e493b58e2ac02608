package gitignore

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		lines, path string
		dir, want   bool
	}{
		{"*.log", "a/b.log", false, true},
		{"*.log\n!b.log", "a/b.log", false, false},
		{"!b.log\n*.log", "a/b.log", false, true},
		{"build/", "x/build", true, true},
		{"build/", "x/build", false, false},
		{"/build", "x/build", true, false},
		{"/build", "build", true, true},
		{"a/b", "a/b", false, true},
		{"a/b", "x/a/b", false, false},
		{"**/b", "b", false, true},
		{"**/b", "x/y/b", false, true},
		{"a/**", "a/x/y", false, true},
		{"a/**", "a", true, false},
		{"a/**/b", "a/b", false, true},
		{"a/**/b", "a/x/y/b", false, true},
		{"a/*/b", "a/x/y/b", false, false},
		{"a*b", "a/b", false, false},
		{"#x\n\\#x", "#x", false, true},
		{"\\!x", "!x", false, true},
		{"x  ", "x", false, true},
		{"x\\ ", "x ", false, true},
		{"x\r\n", "x", false, true},
		{"\ufeffx", "x", false, true},
		{"[a-c]?[!x]", "bzy", false, true},
		{"[[:digit:]]x", "7x", false, true},
		{"[[:nonsense:]]x", "7x", false, false},
		{"[", "[", false, false},
		{"x\\", "x", false, false},
		{"foo**/bar", "foo/x/bar", false, true},
	} {
		_, _, got := Match([]*List{Parse("", "test", []byte(tt.lines))}, tt.path, tt.dir)
		if got != tt.want {
			t.Errorf("%q, path %q, folder %v: got %v", tt.lines, tt.path, tt.dir, got)
		}
	}
}

func TestMatchNamesTheLine(t *testing.T) {
	l := Parse("sub", "sub/.gitignore", []byte("# comment\n\n*.x\n!a.x\n"))
	if p, ignored := l.Match("sub/b.x", false); p == nil || !ignored || p.Line != 3 || p.Text != "*.x" {
		t.Errorf("got %+v, %v", p, ignored)
	}
	if p, ignored := l.Match("sub/a.x", false); p == nil || ignored || p.Line != 4 {
		t.Errorf("got %+v, %v", p, ignored)
	}
	if p, _ := l.Match("subway/b.x", false); p != nil {
		t.Errorf("a list for sub matched in subway: %+v", p)
	}
}

func TestHostilePatternIsGivenUp(t *testing.T) {
	glob := strings.Repeat("**/*a", 40) + "b"
	name := strings.Repeat("a/", 500)
	if wildmatch(glob, name, false) {
		t.Error("matched")
	}
	if wildmatch(strings.Repeat("*a", 60)+"b", strings.Repeat("a", 2000), true) {
		t.Error("matched")
	}
}

// tree is a random tree with ignore files.
type tree struct {
	files   []string          // without ignore files
	ignores map[string]string // folder → lines
	exclude string            // .git/info/exclude
}

func drawTree(t *rapid.T) tree {
	name := rapid.SampledFrom([]string{"a", "b", "ab", "a b", "abc", "B", "[a]", "-", "x.log", "#a", "!a", "é", `a\b`, "a ", "1"})
	dirs := []string{""}
	for range rapid.IntRange(0, 6).Draw(t, "dirs") {
		dir := filepath.Join(rapid.SampledFrom(dirs).Draw(t, "parent"), "d"+name.Draw(t, "dir"))
		dirs = append(dirs, dir)
	}
	var tr tree
	for range rapid.IntRange(1, 12).Draw(t, "files") {
		tr.files = append(tr.files, filepath.Join(rapid.SampledFrom(dirs).Draw(t, "folder"), name.Draw(t, "file")))
	}
	atom := rapid.SampledFrom([]string{
		"a", "b", "da", "dab", "c", "*", "**", "?", "/", "/", "!", "[ab]", "[!a]", "[a-c]", "[^b]", "[]a]", "[a", "]",
		`\`, `\*`, " ", `\ `, "#", "-", ".log", "é", "[[:alpha:]]", "[[:upper:]a]", "[[:x:]]", "[[:]", `[\]]`, "[--a]", "[a-]", "**/", "/**", "d", "x", "1", "[0-9]",
	})
	// A line from atoms seldom matches; one made from a path often does.
	nearPath := rapid.Custom(func(t *rapid.T) string {
		var s strings.Builder
		path := rapid.SampledFrom(tr.files).Draw(t, "path")
		for i := rapid.SampledFrom([]int{0, 0, len(path) / 2}).Draw(t, "from"); i < len(path); i++ {
			to := []string{"?", "*", "[^x]", "[!-.0-z]", "[a-z]", `\` + path[i:i+1], "**"}
			if path[i] == '/' {
				to = []string{"?", "[^x]", "/**/", "/*/", "**/", `**\/`, `/**\/`, "*", "/"}
			}
			if rapid.IntRange(0, 3).Draw(t, "change") == 0 {
				s.WriteString(rapid.SampledFrom(to).Draw(t, "to"))
			} else {
				s.WriteByte(path[i])
			}
		}
		return s.String()
	})
	line := rapid.Custom(func(t *rapid.T) string {
		if rapid.Bool().Draw(t, "near a path") {
			return rapid.SampledFrom([]string{"", "", "", "!", "/"}).Draw(t, "lead") + nearPath.Draw(t, "near")
		}
		var s strings.Builder
		if rapid.IntRange(0, 3).Draw(t, "negated") == 0 {
			s.WriteString("!")
		}
		for range rapid.IntRange(1, 5).Draw(t, "atoms") {
			s.WriteString(atom.Draw(t, "atom"))
		}
		return s.String() + rapid.SampledFrom([]string{"", "", "", "/", "\r", "  ", "\t"}).Draw(t, "end")
	})
	lines := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(line, 1, 6).Draw(t, "lines"), "\n")
	})
	tr.ignores = map[string]string{}
	for _, dir := range dirs {
		if rapid.Bool().Draw(t, "ignore file") {
			tr.ignores[dir] = lines.Draw(t, "ignore lines")
		}
	}
	tr.exclude = lines.Draw(t, "exclude")
	return tr
}

// write makes the tree in top, and leaves out what can't stand beside
// something else.
func (tr tree) write(t *rapid.T, top string) (paths []string) {
	entries, err := os.ReadDir(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			if err := os.RemoveAll(filepath.Join(top, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	put := func(name, content string) bool {
		name = filepath.Join(top, name)
		return os.MkdirAll(filepath.Dir(name), 0o755) == nil && os.WriteFile(name, []byte(content), 0o644) == nil
	}
	for _, f := range tr.files {
		put(f, "x")
	}
	for dir, lines := range tr.ignores {
		put(filepath.Join(dir, ".gitignore"), lines)
	}
	put(".git/info/exclude", tr.exclude)
	err = filepath.WalkDir(top, func(p string, d os.DirEntry, err error) error {
		if d.Name() == ".git" {
			return filepath.SkipDir
		}
		if rel, _ := filepath.Rel(top, p); rel != "." {
			paths = append(paths, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// ours gives the paths that this package calls ignored.
func (tr tree) ours(paths []string) (ignored []string) {
	for _, p := range paths {
		parts := strings.Split(p, "/")
		for n := 1; n <= len(parts); n++ {
			path := strings.Join(parts[:n], "/")
			dir := n < len(parts) || slices.ContainsFunc(paths, func(q string) bool { return strings.HasPrefix(q, p+"/") })
			lists := []*List{Parse("", "exclude", []byte(tr.exclude))}
			for k := range n {
				dir := strings.Join(parts[:k], "/")
				if lines, ok := tr.ignores[dir]; ok {
					lists = append([]*List{Parse(dir, "file", []byte(lines))}, lists...)
				}
			}
			if _, _, ig := Match(lists, path, dir); ig {
				ignored = append(ignored, p)
				break
			}
		}
	}
	return ignored
}

func TestAgreesWithGit(t *testing.T) {
	top := t.TempDir()
	git := func(t interface{ Fatal(...any) }, stdin string, args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = top
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "HOME="+top, "XDG_CONFIG_HOME="+top)
		cmd.Stdin = strings.NewReader(stdin)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil && cmd.ProcessState.ExitCode() != 1 {
			t.Fatal("git ", args, ": ", err, stderr.String())
		}
		return string(out)
	}
	git(t, "", "init", "-q")
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawTree(rt)
		paths := tr.write(rt, top)
		out := git(rt, strings.Join(paths, "\x00")+"\x00", "check-ignore", "--no-index", "-z", "--stdin")
		want := strings.FieldsFunc(out, func(r rune) bool { return r == 0 })
		if diff := cmp.Diff(want, tr.ours(paths), cmp.Transformer("set", func(s []string) map[string]bool {
			m := map[string]bool{}
			for _, e := range s {
				m[e] = true
			}
			return m
		})); diff != "" {
			rt.Errorf("git and we differ (-git +we): %s\nignores: %q\nexclude: %q", diff, tr.ignores, tr.exclude)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("*.a\n!b/**/[c-d]\\ \n", "b/x/c ")
	f.Add("[[:alpha:]]/**", "a/b")
	f.Fuzz(func(t *testing.T, lines, path string) {
		l := Parse("", "fuzz", []byte(lines))
		if p, _ := l.Match(path, true); p != nil && !strings.Contains(lines, p.Text) {
			t.Errorf("pattern %q is not in the file", p.Text)
		}
	})
}
