package source

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// These say that a name no longer stands for what the walk met.
var (
	errBecame   = errors.New("it is no regular file any more: it was replaced while the scan ran")
	errNoFolder = errors.New("it is no folder any more: it was replaced while the scan ran")
)

// readDir gives the entries of a folder by name, and those that were read
// before an error.
func readDir(name string) ([]fs.DirEntry, error) {
	d, err := openDir(name)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	entries, err := d.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// readSmall reads a file of git's that is small by nature, up to max bytes.
func readSmall(name string, limit int64) ([]byte, error) {
	f, err := openFile(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(&f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errors.New("it is longer than any such file should be")
	}
	return data, err
}
