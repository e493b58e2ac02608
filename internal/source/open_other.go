//go:build !unix

package source

import (
	"io/fs"
	"os"
)

// A file is an open regular file.
type file struct {
	*os.File
	size int64
}

// openDir opens a folder, and nothing else. The error is a *fs.PathError.
func openDir(name string) (*os.File, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errNoFolder}
	}
	return os.Open(name)
}

// openFile opens a regular file, and nothing else. The error is a
// *fs.PathError.
func openFile(name string) (file, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return file{}, err
	}
	if !info.Mode().IsRegular() {
		return file{}, &fs.PathError{Op: "open", Path: name, Err: errBecame}
	}
	f, err := os.Open(name)
	if err != nil {
		return file{}, err
	}
	if info, err = f.Stat(); err != nil {
		_ = f.Close()
		return file{}, err
	}
	return file{File: f, size: info.Size()}, nil
}
