//go:build unix

package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFilesThatCantBeRead(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.yaml")
	for _, o := range []Options{{File: missing}, {Env: []string{"REKEY_CONFIG=" + missing}}} {
		_, err := Load(o)
		if !errors.Is(err, fs.ErrNotExist) || err.Error() != missing+": the configuration can't be read: no such file or directory" {
			t.Errorf("a named file that is missing: %v", err)
		}
	}
	large := filepath.Join(dir, "large.yaml")
	write(t, large, strings.Repeat("#", fileLimit+1))
	if _, err := Load(Options{File: large}); err == nil || !strings.Contains(err.Error(), "larger than 1MiB") {
		t.Errorf("a large file: %v", err)
	}
	project := filepath.Join(dir, ProjectFile)
	if err := syscall.Mkfifo(project, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "isn't a regular file") {
		t.Errorf("a FIFO: %v", err)
	}
	if err := os.Remove(project); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(project, project); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Options{Dir: dir}); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a symlink to itself: %v", err)
	}
	if errs := CheckFile(missing); len(errs) != 1 {
		t.Errorf("CheckFile on a missing file: %v", errs)
	}
}
