//go:build unix

package source

import (
	"io"
	"io/fs"
	"os"
	"syscall"
)

// A file is an open regular file. It has no finalizer and no place in the
// runtime's poller, which os.File pays for with system calls.
type file struct {
	fd   int
	size int64
}

// openFile opens a regular file, and nothing else: it neither follows a
// symbolic link nor waits for the other end of a FIFO. The error is a
// *fs.PathError.
func openFile(name string) (file, error) {
	const flags = syscall.O_RDONLY | syscall.O_NONBLOCK | syscall.O_NOFOLLOW | syscall.O_CLOEXEC
	var fd int
	err := again(func() (err error) {
		fd, err = syscall.Open(name, flags, 0)
		return err
	})
	if err == syscall.ELOOP {
		err = errBecame
	}
	if err != nil {
		return file{}, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	var st syscall.Stat_t
	if err := again(func() error { return syscall.Fstat(fd, &st) }); err != nil {
		_ = syscall.Close(fd)
		return file{}, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	if st.Mode&syscall.S_IFMT != syscall.S_IFREG {
		_ = syscall.Close(fd)
		return file{}, &fs.PathError{Op: "open", Path: name, Err: errBecame}
	}
	return file{fd: fd, size: st.Size}, nil
}

// openDir opens a folder, and nothing else: it neither follows a symbolic link
// nor waits for the other end of a FIFO. The error is a *fs.PathError.
func openDir(name string) (*os.File, error) {
	const flags = syscall.O_RDONLY | syscall.O_DIRECTORY | syscall.O_NOFOLLOW | syscall.O_CLOEXEC
	var fd int
	err := again(func() (err error) {
		fd, err = syscall.Open(name, flags, 0)
		return err
	})
	if err == syscall.ELOOP || err == syscall.ENOTDIR {
		err = errNoFolder
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}

// Read implements io.Reader.
func (f *file) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	return f.result("read", func() (int, error) { return syscall.Read(f.fd, p) })
}

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(p []byte, off int64) (done int, err error) {
	for done < len(p) {
		n, err := f.result("read", func() (int, error) { return syscall.Pread(f.fd, p[done:], off+int64(done)) })
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// Close implements io.Closer.
func (f *file) Close() error { return syscall.Close(f.fd) }

// result makes an io.Reader's result of a system call's.
func (f *file) result(op string, call func() (int, error)) (n int, err error) {
	err = again(func() (err error) {
		n, err = call()
		return err
	})
	switch {
	case err != nil:
		return 0, &fs.PathError{Op: op, Err: err}
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// again repeats a system call that a signal interrupted.
func again(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}
