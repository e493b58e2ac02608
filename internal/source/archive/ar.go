package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// walkAr walks an ar archive: static libraries, Debian packages. The format is
// ar(5) of FreeBSD, with both ways to have long names: "#1/LEN" (BSD) and a
// table in the member "//" (System V, GNU).
func (d *Dig) walkAr(r io.Reader, visit func(Member) error) error {
	in := &passage{r: r}
	b := bufio.NewReaderSize(in, 32<<10)
	if _, err := b.Discard(len("!<arch>\n")); err != nil {
		return broken(Ar, err)
	}
	var names []byte // the table of long names
	for {
		if err := d.check(); err != nil {
			return err
		}
		var head [60]byte
		n, err := io.ReadFull(b, head[:])
		if err == io.EOF || n == 1 && head[0] == '\n' {
			return nil
		}
		if err != nil {
			return broken(Ar, err)
		}
		name, size, err := arHeader(head[:])
		if err != nil {
			return err
		}
		body := &io.LimitedReader{R: b, N: size}
		switch {
		case name == "//":
			// The table is also a member, so that nothing is left out.
			if names, err = readTable(body); err != nil {
				return err
			}
			body.R = io.MultiReader(bytes.NewReader(names), b)
			body.N = size
		case strings.HasPrefix(name, "#1/"):
			if name, err = bsdName(body, name); err != nil {
				return err
			}
		default:
			name = gnuName(name, names)
		}
		if err := visit(Member{Name: name, Size: body.N, R: d.member(Ar, whole(body), in)}); err != nil {
			return err
		}
		if err := skip(b, body, size&1); err != nil {
			return broken(Ar, err)
		}
	}
}

// maxTable bounds the table of long names, and any one name, in bytes.
const (
	maxTable = 4 << 20
	maxName  = 64 << 10
)

// arHeader reads a member's header.
func arHeader(head []byte) (name string, size int64, err error) {
	if string(head[58:]) != "`\n" {
		return "", 0, errors.New("ar: damaged: a member's header doesn't end as it should")
	}
	name = strings.TrimRight(string(head[:16]), " ")
	size, err = strconv.ParseInt(strings.TrimSpace(string(head[48:58])), 10, 64)
	if err != nil || size < 0 {
		return "", 0, fmt.Errorf("ar: damaged: the length of %q is no number", name)
	}
	return name, size, nil
}

// readTable reads the table of long names.
func readTable(body io.Reader) ([]byte, error) {
	table, err := io.ReadAll(io.LimitReader(body, maxTable))
	if err != nil {
		return nil, broken(Ar, err)
	}
	return table, nil
}

// bsdName reads a name that stands before the content.
func bsdName(body *io.LimitedReader, ref string) (string, error) {
	n, err := strconv.ParseInt(ref[len("#1/"):], 10, 64)
	if err != nil || n < 0 || n > body.N || n > maxName {
		return "", fmt.Errorf("ar: damaged: the name %q has no sensible length", ref)
	}
	name := make([]byte, n)
	if _, err := io.ReadFull(body, name); err != nil {
		return "", broken(Ar, err)
	}
	return strings.TrimRight(string(name), "\x00"), nil
}

// gnuName takes the slash off the end of a short name, and looks a long one up
// in the table: "/12" begins at byte 12 and ends before "/\n".
func gnuName(name string, table []byte) string {
	if at, err := strconv.Atoi(strings.TrimPrefix(name, "/")); err == nil && name[0] == '/' && at >= 0 && at < len(table) {
		long, _, _ := bytes.Cut(table[at:min(len(table), at+maxName)], []byte("\n"))
		name = string(long)
	}
	if short := strings.TrimSuffix(name, "/"); short != "" {
		return short
	}
	return name
}

// whole gives r, and an error if it ends before it has given all its bytes.
func whole(r *io.LimitedReader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		n, err := r.Read(p)
		if err == io.EOF && r.N > 0 {
			err = io.ErrUnexpectedEOF
		}
		return n, err
	})
}

// skip skips what is left of a member, and its padding. Padding may be missing
// at the archive's end.
func skip(b *bufio.Reader, body *io.LimitedReader, pad int64) error {
	for body.N > 0 {
		n, err := b.Discard(int(min(body.N, 1<<20)))
		body.N -= int64(n)
		if err != nil {
			return unexpected(err)
		}
	}
	if _, err := b.Discard(int(pad)); err != nil && err != io.EOF {
		return err
	}
	return nil
}
