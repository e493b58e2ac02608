//go:build unix

package source

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestFIFO(t *testing.T) {
	top := tree(t, map[string]string{"a": "1"})
	if err := syscall.Mkfifo(filepath.Join(top, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	const named = `error pipe: a FIFO: only files and folders can be scanned; pipe it in and name "-"`
	check(t, scan(t, top, []string{"."}, Options{}), "file a=1", "policy pipe: a FIFO: only files are read")
	check(t, scan(t, top, []string{"pipe"}, Options{}), named)
	check(t, scan(t, top, []string{".", "pipe"}, Options{}), "file a=1", "policy pipe: a FIFO: only files are read", named)
	if _, err := openFile(filepath.Join(top, "pipe")); err == nil {
		t.Error("a file that became a FIFO was opened")
	}
}

func TestFolderThatWasReplaced(t *testing.T) {
	top := tree(t, map[string]string{"dir/a": "1", "in": ""})
	pipe, link := filepath.Join(top, "pipe"), filepath.Join(top, "link")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o644), os.Symlink("dir", link)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{pipe, link, filepath.Join(top, "in")} {
		if _, err := readDir(name); !errors.Is(err, errNoFolder) {
			t.Errorf("%s: %v", filepath.Base(name), err)
		}
	}
}

// Root may read everything, so that the test runs itself again as nobody.
func TestUnreadable(t *testing.T) {
	const variable = "REKEY_TEST_UNREADABLE"
	top := os.Getenv(variable)
	if top == "" {
		top = tree(t, map[string]string{"closed": "1", "dir/in": "2", "open": "3"})
		for _, name := range []string{"closed", "dir"} {
			if err := os.Chmod(filepath.Join(top, name), 0); err != nil {
				t.Fatal(err)
			}
		}
		t.Cleanup(func() { _ = os.Chmod(filepath.Join(top, "dir"), 0o755) })
		if os.Getuid() == 0 {
			if err := os.Chmod(filepath.Dir(top), 0o755); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(os.Args[0], "-test.run=^TestUnreadable$", "-test.count=1")
			cmd.Env = append(os.Environ(), variable+"="+top)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("as nobody: %v\n%s", err, out)
			}
			return
		}
	} else if err := syscall.Setuid(65534); err != nil {
		t.Fatal(err)
	}
	const why = "no permission to read it: run as a user who may, or leave it out with --exclude"
	check(t, scan(t, top, []string{"."}, Options{}), "error closed: "+why, "error dir: "+why, "file open=3")
}

func TestGit(t *testing.T) {
	top := tree(t, map[string]string{
		".gitignore": "*.log\n/build/\n", "a.log": "1", "b": "2", "build/x": "3", "build/kept": "4",
		"sub/.gitignore": "!a.log\nc\n", "sub/a.log": "5", "sub/c": "6", "sub/private": "7", "sub/d": "8", "mod/": "", "hollow/": "",
	})
	git := func(args ...string) {
		cmd := exec.Command("git", args...)
		cmd.Dir = top
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	git("init", "-q")
	git("add", "-f", "build/kept")
	git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",mod")
	if err := os.WriteFile(filepath.Join(top, ".git/info/exclude"), []byte("private\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const (
		ignored = ": ignored by git (--respect-gitignore)"
		module  = "policy mod: a submodule that isn't there: run git submodule update to have it scanned"
	)
	o := Options{RespectGitignore: true, Exclude: []string{".git*"}}
	got := slices.DeleteFunc(scan(t, top, []string{"."}, o), func(l string) bool { return strings.Contains(l, ".git: ") || strings.Contains(l, ".gitignore: ") })
	check(
		t, got,
		"policy a.log"+ignored, "file b=2", "file build/kept=4", "policy build/x"+ignored, module,
		"file sub/a.log=5", "policy sub/c"+ignored, "file sub/d=8", "policy sub/private"+ignored,
	)
	got = scan(t, top, []string{"sub"}, o)
	check(
		t, got, "policy .gitignore: excluded (--exclude .git*)",
		"file a.log=5", "policy c"+ignored, "file d=8", "policy private"+ignored,
	)
	if got := scan(t, top, []string{"."}, Options{}); !slices.Contains(got, "file a.log=1") || !slices.Contains(got, module) {
		t.Errorf("what git ignores isn't read by default: %q", got)
	}
}
