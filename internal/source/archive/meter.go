package archive

import (
	"fmt"
	"io"
)

// A meter counts what a reader produces, and fences its panics. Once it gave
// an error it gives it again.
type meter struct {
	d    *Dig
	r    io.Reader
	what string   // for messages: the format
	via  *passage // nil for decompressors
	err  error
}

// A passage is a container that passes on what it is made of. Its members are
// counted only as far as they have more bytes than it took, as sparse files
// do.
type passage struct {
	r                io.Reader
	in, out, charged int64
}

// Read implements io.Reader for the container's reader.
func (p *passage) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.in += int64(n)
	return n, err
}

// charge says how many of n more bytes are to be counted.
func (p *passage) charge(n int64) int64 {
	p.out += n
	over := max(0, p.out-p.in-p.charged)
	p.charged += over
	return over
}

// Read implements io.Reader. It reads in pieces, so that the clock is looked
// at and little is lost to a decoder that panics.
func (m *meter) Read(p []byte) (n int, err error) {
	if m.err != nil {
		return 0, m.err
	}
	if m.err = m.d.dead; m.err != nil {
		return 0, m.err
	}
	p = p[:min(len(p), 1<<20)]
	err = fence(m.what, func() (err error) {
		n, err = m.r.Read(p)
		return err
	})
	if n < 0 || n > len(p) {
		n, err = 0, fmt.Errorf("%s: damaged, its decoder went wrong", m.what)
	}
	charge := int64(n)
	if m.via != nil {
		charge = m.via.charge(charge)
	}
	if over := m.d.produce(charge); over != nil {
		err = over
	}
	m.err = err
	return n, err
}

// drain reads what the caller left, so that decoders which skip it by decoding
// it do so under the limits.
func (m *meter) drain(buf []byte) {
	for m.err == nil {
		_, _ = m.Read(buf)
	}
}

// fence calls into a decoder, and makes an error of its panic.
func fence(what string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: damaged, its decoder gave up: %v", what, r)
		}
	}()
	return f()
}
