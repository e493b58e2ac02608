package archive

import (
	"bufio"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/therootcompany/xz"
	"github.com/ulikunitz/xz/lzma"
)

// decoders are those that are kept for the next stream. Streams within each
// other take one each.
type decoders struct {
	gzip []*gzipStream
	zstd []*zstd.Decoder
}

// Stream gives the content of a compressed stream, and a function to call when
// it is no longer needed. Errors while it is read are a LimitError, an error
// of c, or damage.
func (d *Dig) Stream(f Format, c Content) (io.Reader, func(), error) {
	if d.dead != nil {
		return nil, nil, d.dead
	}
	var r io.Reader
	done := func() {}
	err := fence(f.String(), func() (err error) {
		r, done, err = d.decoder(f, c.reader())
		return err
	})
	if err != nil {
		return nil, nil, d.streamError(f, err)
	}
	m := &meter{d: d, r: r, what: f.String()}
	return readerFunc(func(p []byte) (int, error) {
		n, err := m.Read(p)
		if err != nil && err != io.EOF {
			err = d.streamError(f, err)
		}
		return n, err
	}), done, nil
}

// streamError tells limits of decoders from damage.
func (d *Dig) streamError(f Format, err error) error {
	if errors.Is(err, xz.ErrMemlimit) || errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = d.reserve(d.limits.Memory+1, "its dictionary")
	}
	return broken(f, err)
}

// decoder makes or takes a decoder.
func (d *Dig) decoder(f Format, r io.Reader) (io.Reader, func(), error) {
	kept := &d.opener.kept
	switch f {
	case Gzip:
		g := take(&kept.gzip)
		if g == nil {
			g = &gzipStream{in: bufio.NewReaderSize(nil, 32<<10)}
		}
		g.in.Reset(r)
		g.begun = false
		return g, func() {
			g.in.Reset(nil)
			kept.gzip = append(kept.gzip, g)
		}, nil
	case Zstd:
		z := take(&kept.zstd)
		if z == nil {
			var err error
			if z, err = d.newZstd(nil); err != nil {
				return nil, nil, err
			}
		}
		if err := z.Reset(r); err != nil {
			return nil, nil, err
		}
		return z, func() {
			if z.Reset(nil) == nil {
				kept.zstd = append(kept.zstd, z)
			}
		}, nil
	case Bzip2:
		return bzip2.NewReader(bufio.NewReaderSize(r, 32<<10)), func() {}, nil
	case Xz:
		z, err := xz.NewReader(r, uint32(d.dictCap()))
		return z, func() {}, err
	case Lz4:
		return lz4.NewReader(r), func() {}, nil
	}
	return nil, nil, fmt.Errorf("%v is not a compressed stream", f)
}

// newZstd makes a decoder that works in the caller's goroutine.
func (d *Dig) newZstd(r io.Reader) (*zstd.Decoder, error) {
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(uint64(max(min(d.limits.Memory, zstd.MaxWindowSize), zstd.MinWindowSize))))
}

// dictCap is the largest dictionary that a decoder of the LZMA family may make.
func (d *Dig) dictCap() int {
	return int(max(min(d.limits.Memory, math.MaxInt32), lzma.MinDictCap))
}

// take takes the last element, or nothing.
func take[T any](s *[]*T) *T {
	if len(*s) == 0 {
		return nil
	}
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}

// A gzipStream is the members of a gzip file (RFC 1952, section 2.2) one after
// the other. Zeros after the last one are padding; other bytes are an error,
// since they would go unread.
type gzipStream struct {
	in    *bufio.Reader
	z     *gzip.Reader
	begun bool
}

var errGarbage = errors.New("other data follow the compressed ones, and were not read")

// Read implements io.Reader.
func (g *gzipStream) Read(p []byte) (int, error) {
	for {
		if !g.begun {
			if err := g.begin(); err != nil {
				return 0, err
			}
		}
		n, err := g.z.Read(p)
		if err == io.EOF {
			// The next call begins the next member.
			g.begun, err = false, nil
			if end := g.atEnd(); end != nil {
				return n, end
			}
		}
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
}

// begin reads a member's header.
func (g *gzipStream) begin() (err error) {
	if g.z == nil {
		g.z, err = gzip.NewReader(g.in)
	} else {
		err = g.z.Reset(g.in)
	}
	if err != nil {
		return unexpected(err)
	}
	g.z.Multistream(false)
	g.begun = true
	return nil
}

// atEnd gives io.EOF at the end of the file, padding included, and nil where
// another member begins.
func (g *gzipStream) atEnd() error {
	if head, err := g.in.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		return nil
	} else if err != nil && err != io.EOF {
		return err
	}
	for {
		c, err := g.in.ReadByte()
		switch {
		case err != nil:
			return err
		case c != 0:
			return errGarbage
		}
	}
}

// unexpected makes of the end of the input the error that it is.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
