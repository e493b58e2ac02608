package archive

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// Lengths in an RPM package (rpm.org, "RPM V4 Package format"): the lead, the
// fixed part of a header, and an entry of its index.
const (
	rpmLead   = 96
	rpmHeader = 16
	rpmIndex  = 16
	rpmMax    = 256 << 20 // what rpm itself allows a header's data to have
)

// walkRpm gives the two parts of a package that hold something: the header
// with texts and scripts, and the payload, which is a compressed cpio archive.
func (d *Dig) walkRpm(r io.Reader, visit func(Member) error) error {
	in := &passage{r: r}
	b := bufio.NewReaderSize(in, 32<<10)
	if _, err := b.Discard(rpmLead); err != nil {
		return broken(Rpm, err)
	}
	for _, part := range []struct {
		name  string
		align int64
	}{{"signature", 8}, {"header", 1}} {
		head, err := b.Peek(rpmHeader)
		if err != nil {
			return broken(Rpm, err)
		}
		entries, data := int64(binary.BigEndian.Uint32(head[8:])), int64(binary.BigEndian.Uint32(head[12:]))
		if string(head[:4]) != "\x8e\xad\xe8\x01" || entries > rpmMax/rpmIndex || data > rpmMax {
			return errors.New("rpm: damaged: a header doesn't begin as it should")
		}
		size := rpmHeader + entries*rpmIndex + data
		body := &io.LimitedReader{R: b, N: size}
		if err := visit(Member{Name: part.name, Size: size, R: d.member(Rpm, whole(body), in)}); err != nil {
			return err
		}
		if err := skip(b, body, padding(size, part.align)); err != nil {
			return broken(Rpm, err)
		}
	}
	return visit(Member{Name: "payload", Size: -1, R: d.member(Rpm, b, in)})
}
