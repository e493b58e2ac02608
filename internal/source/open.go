package source

import (
	"errors"
	"io"
)

// errBecame says that a name no longer stands for what the walk met.
var errBecame = errors.New("it is no regular file any more: it was replaced while the scan ran")

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
