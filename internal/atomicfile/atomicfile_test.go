//go:build unix

package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"
)

// helperEnv makes the test binary the process that dies in the middle.
const helperEnv = "ATOMICFILE_TEST_DIE_WRITING"

func TestMain(m *testing.M) {
	if name := os.Getenv(helperEnv); name != "" {
		dieWriting(name)
	}
	os.Exit(m.Run())
}

// dieWriting writes a megabyte of new content and is killed before Commit.
func dieWriting(name string) {
	a, err := Create(name, KeepMode)
	if err == nil {
		_, err = a.Write(bytes.Repeat([]byte("new"), 1<<18))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	select {}
}

// want checks the file's content, and that its folder holds nothing else.
func want(t *testing.T, name, content string) {
	t.Helper()
	got, err := os.ReadFile(name)
	if err != nil || string(got) != content {
		t.Errorf("%s holds %.20q, %v; want %.20q", name, got, err, content)
	}
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v; want one file", entries, err)
	}
}

func TestWriteFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	for _, content := range []string{"one", "", strings.Repeat("two", 1<<16)} {
		if err := WriteFile(name, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
		want(t, name, content)
		wantMode(t, name, 0o640)
	}
}

func wantMode(t *testing.T, name string, mode fs.FileMode) {
	t.Helper()
	info, err := os.Lstat(name)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != mode {
		t.Errorf("%s has mode %v, want %v", name, info.Mode(), mode)
	}
}

func TestMode(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077)) // Chmod must win over the umask
	name := filepath.Join(t.TempDir(), "f")
	for _, c := range []struct{ ask, get fs.FileMode }{
		{KeepMode, 0o600}, // new
		{0o644, 0o644},
		{KeepMode, 0o644},
		{0o600, 0o600},
		{KeepMode, 0o600},
		{0o755 | fs.ModeSetgid, 0o755 | fs.ModeSetgid},
		{KeepMode, 0o755 | fs.ModeSetgid},
	} {
		a, err := Create(name, c.ask)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Commit(); err != nil {
			t.Fatal(err)
		}
		wantMode(t, name, c.get)
	}
}

// TestOwner needs the right to give files away, which CI has as root.
func TestOwner(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	uid, gid := os.Getuid(), os.Getgid()
	if uid == 0 {
		uid, gid = 12345, 23456
	}
	if err := os.Chown(name, uid, gid); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(name, []byte("new"), KeepMode); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(name)
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	if int(st.Uid) != uid || int(st.Gid) != gid {
		t.Errorf("owned by %d:%d, want %d:%d", st.Uid, st.Gid, uid, gid)
	}
	wantMode(t, name, 0o640)
}

func TestRefusesWhatIsNotRegular(t *testing.T) {
	dir := t.TempDir()
	victim := filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	link, dangling, fifo := filepath.Join(dir, "link"), filepath.Join(dir, "dangling"), filepath.Join(dir, "fifo")
	if err := errors.Join(os.Symlink(victim, link), os.Symlink("nowhere", dangling), syscall.Mkfifo(fifo, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{link, dangling, fifo, dir, "/dev/null"} {
		if err := WriteFile(name, []byte("new"), KeepMode); !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the dangling link was followed: %v", err)
	}
	got, err := os.ReadFile(victim)
	if err != nil || string(got) != "old" {
		t.Errorf("the linked file holds %q, %v", got, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 4 {
		t.Errorf("something was left behind: %v, %v", entries, err)
	}
}

// TestLinkPlantedBeforeCommit: a link that takes the name while the content is
// being written is not followed either.
func TestLinkPlantedBeforeCommit(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	name := filepath.Join(dir, "f")
	a, err := Create(name, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, name); err != nil {
		t.Fatal(err)
	}
	if err := a.Commit(); !errors.Is(err, ErrNotRegular) {
		t.Errorf("Commit: %v", err)
	}
	if _, err := os.Lstat(elsewhere); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the link was followed: %v", err)
	}
}

func TestErrorInTheMiddle(t *testing.T) {
	for name, spoil := range map[string]func(*File) error{
		"given up":     func(a *File) error { return a.Close() },
		"write fails":  func(a *File) error { return a.f.Close() },
		"rename fails": func(a *File) error { return os.Remove(a.f.Name()) },
	} {
		t.Run(name, func(t *testing.T) {
			target := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			a, err := Create(target, KeepMode)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(a, "half of the new"); err != nil {
				t.Fatal(err)
			}
			if err := spoil(a); err != nil {
				t.Fatal(err)
			}
			if err := a.Commit(); err == nil || !strings.Contains(err.Error(), "replacing "+target) {
				t.Errorf("Commit: %v", err)
			}
			if err := errors.Join(a.Close(), a.Close()); err != nil {
				t.Errorf("Close: %v", err)
			}
			want(t, target, "old")
		})
	}
}

func TestMissingFolder(t *testing.T) {
	name := filepath.Join(t.TempDir(), "missing", "f")
	err := WriteFile(name, nil, KeepMode)
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "creating "+name+": no such file or directory" {
		t.Errorf("got %v", err)
	}
}

func TestKilledInTheMiddle(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), helperEnv+"="+name)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the helper ended with %v: %s", err, out)
	}
	got, err := os.ReadFile(name)
	if err != nil || string(got) != "old" {
		t.Errorf("after the kill the file holds %.20q, %v", got, err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(name), ".f.*.tmp"))
	if err != nil || len(left) != 1 {
		t.Fatalf("left behind: %v, %v", left, err)
	}
	wantMode(t, left[0], 0o600)
	if err := WriteFile(name, []byte("new"), KeepMode); err != nil {
		t.Errorf("the next write: %v", err)
	}
}

// TestLastCommitCounts: after any sequence of writes, commits and abandoned
// attempts the file holds what was last committed.
func TestLastCommitCounts(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		name := filepath.Join(dir, "f")
		if err := os.RemoveAll(name); err != nil {
			rt.Fatal(err)
		}
		committed, exists := "", false
		for range rapid.IntRange(1, 5).Draw(rt, "rounds") {
			a, err := Create(name, 0o600)
			if err != nil {
				rt.Fatal(err)
			}
			content := ""
			for _, part := range rapid.SliceOfN(rapid.String(), 0, 4).Draw(rt, "parts") {
				if _, err := io.WriteString(a, part); err != nil {
					rt.Fatal(err)
				}
				content += part
			}
			if rapid.Bool().Draw(rt, "commit") {
				if err := a.Commit(); err != nil {
					rt.Fatal(err)
				}
				committed, exists = content, true
			}
			if err := a.Close(); err != nil {
				rt.Fatal(err)
			}
			if _, err := a.Write(nil); !errors.Is(err, fs.ErrClosed) {
				rt.Fatalf("a write after the end: %v", err)
			}
		}
		got, err := os.ReadFile(name)
		if exists && (err != nil || string(got) != committed) || !exists && !errors.Is(err, fs.ErrNotExist) {
			rt.Fatalf("the file holds %q, %v; committed was %q (%v)", got, err, committed, exists)
		}
	})
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
