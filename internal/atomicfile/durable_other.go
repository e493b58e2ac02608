//go:build !unix

package atomicfile

import (
	"io/fs"
	"os"
)

// keepOwner does nothing: the folder's access list decides here.
func keepOwner(*os.File, fs.FileInfo) error { return nil }

// syncDir does nothing: a folder can't be synced here.
func syncDir(string) error { return nil }
