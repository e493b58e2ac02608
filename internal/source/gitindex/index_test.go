package gitindex

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repo makes a repository with some tracked files, and gives a function that
// runs git in it.
func repo(t *testing.T, initArgs ...string) (top string, git func(args ...string) string) {
	t.Helper()
	top = t.TempDir()
	git = func(args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = top
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v: %s", args, err, out)
		}
		return string(out)
	}
	git(append([]string{"init", "-q"}, initArgs...)...)
	for _, name := range []string{"a", "a.b", "a/b", "dir/sub/one", "dir/sub/two", "dir/sub/two.x", "é", strings.Repeat("long/", 60) + "x"} {
		if name == "a" {
			continue
		}
		file := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git("add", ".")
	zero := strings.Repeat("1", len(strings.TrimSpace(git("hash-object", "a.b"))))
	git("update-index", "--add", "--cacheinfo", "160000,"+zero+",mods/one")
	return top, git
}

func read(t *testing.T, top string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(top, ".git/index"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParseGivesWhatGitLists(t *testing.T) {
	for name, tt := range map[string]struct {
		init []string
		prep [][]string
	}{
		"version 2":  {prep: [][]string{{"update-index", "--index-version", "2"}}},
		"version 3":  {prep: [][]string{{"update-index", "--index-version", "3"}, {"update-index", "--skip-worktree", "a.b"}}},
		"version 4":  {prep: [][]string{{"update-index", "--index-version", "4"}}},
		"SHA-256":    {init: []string{"--object-format=sha256"}},
		"SHA-256, 4": {init: []string{"--object-format=sha256"}, prep: [][]string{{"update-index", "--index-version", "4"}}},
		"extensions": {prep: [][]string{{"update-index", "--force-untracked-cache"}, {"write-tree"}}},
	} {
		t.Run(name, func(t *testing.T) {
			top, git := repo(t, tt.init...)
			for _, args := range tt.prep {
				if args[0] == "write-tree" {
					git("rm", "-q", "--cached", "mods/one")
				}
				git(args...)
			}
			x, err := Parse(read(t, top))
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Split(strings.TrimSuffix(git("ls-files", "-z"), "\x00"), "\x00")
			if diff := cmp.Diff(want, x.paths); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAsk(t *testing.T) {
	top, _ := repo(t)
	x, err := Parse(read(t, top))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path                     string
		tracked, holds, isModule bool
	}{
		{"a", false, true, false},
		{"a.b", true, false, false},
		{"a/b", true, false, false},
		{"dir", false, true, false},
		{"dir/sub", false, true, false},
		{"dir/su", false, false, false},
		{"dir/sub/two", true, false, false},
		{"mods", false, true, false},
		{"mods/one", true, false, true},
		{"zzz", false, false, false},
	} {
		if x.Tracked(tt.path) != tt.tracked || x.Holds(tt.path) != tt.holds || x.Submodule(tt.path) != tt.isModule {
			t.Errorf("%s: tracked %v, holds %v, submodule %v", tt.path, x.Tracked(tt.path), x.Holds(tt.path), x.Submodule(tt.path))
		}
	}
}

func TestParseRefuses(t *testing.T) {
	top, git := repo(t)
	whole := read(t, top)
	for name, data := range map[string][]byte{
		"nothing":       nil,
		"another file":  bytes.Repeat([]byte("text"), 20),
		"a cut":         whole[:len(whole)-30],
		"a changed bit": append([]byte("DIRC\x00\x00\x00\x02"), append([]byte{0, 0, 0, 1}, whole[12:]...)...),
		"version 5":     append([]byte("DIRC\x00\x00\x00\x05"), whole[8:]...),
		"too few":       append([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x09"), make([]byte, 70)...),
	} {
		if x, err := Parse(data); err == nil {
			t.Errorf("%s: read as %d entries", name, x.Len())
		}
	}
	git("update-index", "--split-index")
	if _, err := Parse(read(t, top)); err == nil || !strings.Contains(err.Error(), "split") {
		t.Errorf("split index: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x00" + strings.Repeat("\x00", 32)))
	f.Add([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x01" + strings.Repeat("\x01", 62) + "\x00path\x00" + strings.Repeat("\x00", 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		// Zeros for the checksum, so that the entries are reached.
		x, err := Parse(append(data, make([]byte, 20)...))
		if err == nil && x.Len()*50 > len(data) {
			t.Errorf("%d entries from %d bytes", x.Len(), len(data))
		}
	})
}
