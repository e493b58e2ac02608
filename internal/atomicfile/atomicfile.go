// Package atomicfile writes a file so that whoever opens it sees the old
// content or the new, and never a part of either. The new content goes to a
// temporary file in the same folder, is synced, and takes the name by rename.
//
// The package refuses to write through a symbolic link, and to replace
// anything that isn't a regular file: renaming over /dev/stdout would remove
// it. Its one invariant: until Commit returns without an error the old file is
// whole, and a File that is closed without Commit leaves nothing behind. (A
// process that is killed in between leaves a temporary file, .NAME.*.tmp, which
// nobody else can read.)
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotRegular says that the target is there and isn't a regular file.
var ErrNotRegular = errors.New("not a regular file")

// KeepMode asks for the permissions and the owner of the file that is
// replaced, or for 0600 where there is none.
const KeepMode fs.FileMode = 0

// A File is the new content of a file, until Commit gives it the name.
type File struct {
	target string
	f      *os.File // nil after Commit or Close
}

var _ io.WriteCloser = (*File)(nil)

// Create begins new content for the file called name. Until it is committed
// the content is readable by its owner only; then it has mode, whatever the
// umask. An existing symbolic link, folder or device gives ErrNotRegular. The
// caller must call Close, whether it commits or not.
func Create(name string, mode fs.FileMode) (_ *File, err error) {
	defer wrap(&err, "creating", name)
	old, err := regular(name)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.tmp")
	if err != nil {
		return nil, err
	}
	a := &File{target: name, f: f}
	if err := a.permit(old, mode); err != nil {
		return nil, a.abandon(err)
	}
	return a, nil
}

// regular describes the file called name; nil when there is none.
func regular(name string) (fs.FileInfo, error) {
	old, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case old.Mode()&fs.ModeSymlink != 0:
		return nil, fmt.Errorf("%w but a symbolic link: name the file that it points to", ErrNotRegular)
	case !old.Mode().IsRegular():
		return nil, fmt.Errorf("%w (%s)", ErrNotRegular, old.Mode().Type())
	}
	return old, nil
}

// permit gives the temporary file the owner and mode that the target will
// have. The owner comes first: changing it clears set-id bits.
func (a *File) permit(old fs.FileInfo, mode fs.FileMode) error {
	if mode == KeepMode {
		if old == nil {
			return nil // CreateTemp made it 0600
		}
		if err := keepOwner(a.f, old); err != nil {
			return fmt.Errorf("keeping the owner: %w", bare(err))
		}
		mode = old.Mode()
	}
	return a.f.Chmod(mode & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky))
}

// Write adds to the new content.
func (a *File) Write(p []byte) (int, error) {
	if a.f == nil {
		return 0, fmt.Errorf("writing %s: %w", a.target, fs.ErrClosed)
	}
	return a.f.Write(p)
}

// Commit makes the new content durable and gives it the name. After an error
// the old file is as it was, except when the error says that the folder
// couldn't be synced: then the new one is in place, and may be lost if the
// machine stops now.
func (a *File) Commit() (err error) {
	defer wrap(&err, "replacing", a.target)
	if a.f == nil {
		return fs.ErrClosed
	}
	if err := a.f.Sync(); err != nil {
		return a.abandon(err)
	}
	temp := a.f.Name()
	if err := a.f.Close(); err != nil {
		return a.abandon(err)
	}
	// Whatever took the name since Create is looked at again. Rename itself
	// never follows a link, so a race here can't write elsewhere.
	if _, err := regular(a.target); err != nil {
		return a.abandon(err)
	}
	if err := os.Rename(temp, a.target); err != nil {
		return a.abandon(err)
	}
	a.f = nil
	if err := syncDir(filepath.Dir(a.target)); err != nil {
		return fmt.Errorf("syncing its folder: %w", bare(err))
	}
	return nil
}

// Close gives the new content up, unless it was committed. It may be called
// more than once.
func (a *File) Close() error {
	if a.f == nil {
		return nil
	}
	closeErr := a.f.Close()
	if errors.Is(closeErr, fs.ErrClosed) {
		closeErr = nil
	}
	removeErr := os.Remove(a.f.Name())
	if errors.Is(removeErr, fs.ErrNotExist) {
		removeErr = nil
	}
	a.f = nil
	return errors.Join(closeErr, removeErr)
}

// WriteFile replaces the file called name with data, as Create and Commit do.
func WriteFile(name string, data []byte, mode fs.FileMode) (err error) {
	a, err := Create(name, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if _, err := a.Write(data); err != nil {
		return err
	}
	return a.Commit()
}

// abandon closes a after err, and gives err.
func (a *File) abandon(err error) error {
	if cerr := a.Close(); cerr != nil {
		return errors.Join(err, cerr)
	}
	return err
}

// wrap says what was tried on which file.
func wrap(err *error, doing, name string) {
	if *err != nil {
		*err = fmt.Errorf("%s %s: %w", doing, name, bare(*err))
	}
}

// bare drops the path from a system's error: it is that of the temporary
// file, which tells a person nothing.
func bare(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	}
	return err
}
