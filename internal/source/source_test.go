package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree makes files; a name that ends in a slash is a folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	top := t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		at := filepath.Join(top, name)
		dir := filepath.Dir(at)
		if strings.HasSuffix(name, "/") {
			dir = at
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if dir == at {
			continue
		}
		if err := os.WriteFile(at, []byte(files[name]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return top
}

// scan walks and reads, and gives a line for each text and each skip.
func scan(t *testing.T, dir string, roots []string, o Options) []string {
	t.Helper()
	var lines []string
	skip := func(s Skip) {
		word := "error"
		if s.Policy {
			word = "policy"
		}
		lines = append(lines, word+" "+s.Path+": "+s.Reason)
	}
	r := NewReader(o, strings.NewReader("from stdin"))
	text := func(x Text) error {
		data := x.Data
		if x.Stream != nil {
			var err error
			if data, err = io.ReadAll(x.Stream); err != nil {
				return err
			}
		}
		lines = append(lines, x.Kind+" "+x.Path+"="+string(data))
		return nil
	}
	err := Walk(t.Context(), dir, roots, o, func(obj Object) error {
		_, err := r.Read(t.Context(), obj, text, skip)
		return err
	}, skip)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func check(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func zipped(t *testing.T, name, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t *testing.T, name, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o644})
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	err = errors.Join(err, w.WriteHeader(&tar.Header{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "target"}))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, content)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPathsAndOrder(t *testing.T) {
	top := tree(t, map[string]string{"b/x": "1", "b/y/z": "2", "a": "3", "b.txt": "4", "empty": "", "\xff": "5"})
	for name, tt := range map[string]struct{ roots, want []string }{
		"one folder":  {[]string{"."}, []string{"file a=3", "file b/x=1", "file b/y/z=2", "file b.txt=4", "file \xff=5"}},
		"below":       {[]string{"./b/"}, []string{"file x=1", "file y/z=2"}},
		"a file":      {[]string{"./b//x"}, []string{"file b/x=1"}},
		"absolute":    {[]string{filepath.Join(top, "b", "y")}, []string{"file z=2"}},
		"several":     {[]string{"b", "a"}, []string{"file b/x=1", "file b/y/z=2", "file a=3"}},
		"overlapping": {[]string{"b/y", "b/x", "b", "./b/x"}, []string{"file b/y/z=2", "file b/x=1"}},
		"around":      {[]string{"b", "."}, []string{"file b/x=1", "file b/y/z=2", "file a=3", "file b.txt=4", "file \xff=5"}},
		"stdin":       {[]string{"-", "a", "-"}, []string{"stdin -=from stdin", "file a=3"}},
	} {
		t.Run(name, func(t *testing.T) { check(t, scan(t, top, tt.roots, Options{}), tt.want...) })
	}
}

func TestPoliciesOfAWalk(t *testing.T) {
	top := tree(t, map[string]string{
		"big": "0123456789", "ok": "1", "vendor/a": "2", "vendor/b": "3", "x.lock": "4", "named": "5",
		".git/HEAD": "ref", ".git/config": "6", "sub/.git": "gitdir: /nowhere\n", "odd/.git/file": "7",
	})
	if err := os.Symlink("ok", filepath.Join(top, "link")); err != nil {
		t.Fatal(err)
	}
	o := Options{Exclude: []string{"vendor/", "*.lock"}, MaxFileSize: 9, SkipPath: func(path string, _ bool) string {
		if path == "named" {
			return "by name"
		}
		return ""
	}}
	got := scan(t, top, []string{"."}, o)
	check(
		t, got,
		"policy .git: git's own folder: its history is not scanned in this version",
		"policy big: too large: 10 bytes, and --max-file-size is 9",
		"policy link: a symbolic link: it isn't followed",
		"symlink_target link=ok",
		"policy named: by name",
		"file odd/.git/file=7",
		"file ok=1",
		"policy sub/.git: too large: 17 bytes, and --max-file-size is 9",
		"policy vendor: excluded (--exclude vendor/)",
		"policy x.lock: excluded (--exclude *.lock)",
	)
	o.Plain = true
	if got := scan(t, top, []string{"."}, o); slices.Contains(got, "symlink_target link=ok") {
		t.Error("a symbolic link's target was read as gitleaks doesn't")
	}
	check(
		t, scan(t, top, []string{"link", "x.lock", "vendor/a"}, o),
		"file link=1",
		"policy x.lock: excluded (--exclude *.lock)",
		"policy vendor/a: excluded (--exclude vendor/)",
	)
}

func TestRootsThatCannotBeScanned(t *testing.T) {
	top := tree(t, map[string]string{"bare/HEAD": "ref", "bare/objects/": "", "bare/refs/": ""})
	if err := os.Symlink("nothing", filepath.Join(top, "dangling")); err != nil {
		t.Fatal(err)
	}
	check(
		t, scan(t, top, []string{"gone", "dangling", "bare", ""}, Options{}),
		"error gone: there is no such file or folder: look at how it is written",
		"error dangling: a symbolic link to something that isn't there",
		"error bare: a bare repository: there is no working tree, and history is not scanned in this version",
		"error .: an empty path names nothing",
	)
}

func TestVanishedFile(t *testing.T) {
	top := tree(t, map[string]string{"a": "1", "b": "2"})
	r := NewReader(Options{}, nil)
	var skips []Skip
	err := Walk(t.Context(), top, []string{"."}, Options{}, func(obj Object) error {
		if err := os.Remove(filepath.Join(top, obj.Path)); err != nil {
			return err
		}
		_, err := r.Read(t.Context(), obj, func(Text) error { return nil }, func(s Skip) { skips = append(skips, s) })
		return err
	}, func(s Skip) { skips = append(skips, s) })
	if err != nil {
		t.Fatal(err)
	}
	const why = "it vanished while the scan ran: scan again"
	if diff := cmp.Diff([]Skip{{Path: "a", Reason: why}, {Path: "b", Reason: why}}, skips); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsThatEndIt(t *testing.T) {
	top := tree(t, map[string]string{"a.zip": zipped(t, "x", "1"), "b": "2"})
	mine := errors.New("mine")
	r := NewReader(Options{}, nil)
	noSkip := func(s Skip) { t.Errorf("skipped: %+v", s) }
	err := Walk(t.Context(), top, []string{"."}, Options{}, func(obj Object) error {
		_, err := r.Read(t.Context(), obj, func(Text) error { return mine }, noSkip)
		return err
	}, noSkip)
	if err != mine {
		t.Errorf("error of text within an archive: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err = Walk(ctx, top, []string{"."}, Options{}, func(Object) error {
		n++
		cancel()
		return nil
	}, noSkip)
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("cancelled: got %v after %d objects", err, n)
	}
	if err := Walk(t.Context(), top, nil, Options{Exclude: []string{"[a"}}, nil, nil); err == nil || !strings.Contains(err.Error(), `"[a"`) {
		t.Errorf("bad glob: got %v", err)
	}
}
