package archive

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
)

// The cpio formats with text headers, as cpio(5) of FreeBSD has them: the old
// one of POSIX (odc), the new one, and the new one with sums.
const (
	cpioOdc   = "070707"
	cpioNewc  = "070701"
	cpioSum   = "070702"
	cpioEnd   = "TRAILER!!!"
	odcLen    = 76
	newcLen   = 110
	typeMask  = 0o170000
	typeLink  = 0o120000
	typeDir   = 0o040000
	cpioAlign = 4
)

// isCpio says whether head is a header: a text file may begin with the digits
// of the magic, but not go on like that.
func isCpio(head []byte) bool {
	_, err := cpioHeader(head)
	return err == nil
}

// A cpioEntry is what a header says.
type cpioEntry struct {
	mode, size, name int64
	align            int64 // of name and content
	head             int64 // its own length
}

var errCpio = errors.New("cpio: damaged: a header holds something else than numbers")

// cpioHeader reads the header at the start of b.
func cpioHeader(b []byte) (e cpioEntry, err error) {
	number := func(from, to, base int) int64 {
		v, bad := strconv.ParseUint(string(b[from:to]), base, 63)
		if bad != nil {
			err = errCpio
		}
		return int64(v)
	}
	switch {
	case len(b) >= newcLen && (bytes.HasPrefix(b, []byte(cpioNewc)) || bytes.HasPrefix(b, []byte(cpioSum))):
		for at := 6; at < newcLen; at += 8 {
			number(at, at+8, 16)
		}
		e = cpioEntry{number(14, 22, 16), number(54, 62, 16), number(94, 102, 16), cpioAlign, newcLen}
	case len(b) >= odcLen && bytes.HasPrefix(b, []byte(cpioOdc)):
		number(6, 18, 8)
		e = cpioEntry{number(18, 24, 8), number(65, 76, 8), number(59, 65, 8), 1, odcLen}
	default:
		return e, errCpio
	}
	if e.name < 1 || e.name > maxName {
		err = errCpio
	}
	return e, err
}

// walkCpio walks a cpio archive: rpm packages, initial RAM disks.
func (d *Dig) walkCpio(r io.Reader, visit func(Member) error) error {
	in := &passage{r: r}
	b := bufio.NewReaderSize(in, 32<<10)
	for {
		if err := d.check(); err != nil {
			return err
		}
		head, err := b.Peek(newcLen)
		if len(head) < odcLen {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF // there is always a trailer
			}
			return broken(Cpio, err)
		}
		e, err := cpioHeader(head)
		if err != nil {
			return err
		}
		_, _ = b.Discard(int(e.head))
		name := make([]byte, e.name)
		if _, err := io.ReadFull(b, name); err != nil {
			return broken(Cpio, unexpected(err))
		}
		if _, err := b.Discard(int(padding(e.head+e.name, e.align))); err != nil {
			return broken(Cpio, unexpected(err))
		}
		text := strings.TrimRight(string(name), "\x00")
		if text == cpioEnd {
			return d.rest(in, b, visit)
		}
		body := &io.LimitedReader{R: b, N: e.size}
		if e.mode&typeMask != typeDir || e.size > 0 {
			m := Member{Name: text, Size: e.size, Symlink: e.mode&typeMask == typeLink, R: d.member(Cpio, whole(body), in)}
			if err := visit(m); err != nil {
				return err
			}
		}
		if err := skip(b, body, padding(e.size, e.align)); err != nil {
			return broken(Cpio, err)
		}
	}
}

// padding is how many bytes are missing to a multiple of align.
func padding(n, align int64) int64 { return (align - n%align) % align }
