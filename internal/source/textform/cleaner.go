package textform

import (
	"bytes"
	"io"
)

// A Cleaner gives a long content as Clean would, while it is read. What its
// buffer holds is, in this order: clean bytes that nobody has taken yet; the
// open end of the binary blocks so far; blocks that were not looked at.
type Cleaner struct {
	r    io.Reader
	m    *Map
	err  error // of r, once it gave one
	read int64 // bytes taken from r: whole blocks, until it ends

	buf                  []byte
	lo, clean, known, hi int // where the parts begin, and the last one ends
}

// NewCleaner gives the content that r gives from its first byte. The map is
// filled while the text is read.
func NewCleaner(r io.Reader) (*Cleaner, *Map) {
	c := &Cleaner{r: r, m: &Map{}}
	return c, c.m
}

// Read implements io.Reader. The error of the reader beneath comes after all
// that came before it. Text is fastest read into 32 KiB or more at a time.
func (c *Cleaner) Read(p []byte) (int, error) {
	for len(p) > 0 {
		switch {
		case c.lo < c.clean:
			n := copy(p, c.buf[c.lo:c.clean])
			c.lo += n
			return n, nil
		case c.known < c.hi:
			c.look()
		case c.err != nil && c.clean < c.known:
			c.close()
		case c.err != nil:
			return 0, c.err
		case c.clean == c.known && len(p) >= Block:
			if n := c.direct(p); n > 0 {
				return n, nil
			}
		default:
			c.more()
		}
	}
	return 0, nil
}

// direct reads into p, past the buffer, and gives the number of bytes up to the
// first binary block; the rest goes into the buffer.
func (c *Cleaner) direct(p []byte) int {
	n := c.fill(p[:len(p)/Block*Block])
	text := bytes.IndexByte(p[:n], 0)
	if text < 0 {
		return n
	}
	text = text / Block * Block
	c.buf = append(c.buf[:0], p[text:n]...)
	c.lo, c.clean, c.known, c.hi = 0, 0, 0, n-text
	return text
}

// more takes new blocks into the buffer, as many bytes as the open end has, so
// that a long run isn't looked at over and over.
func (c *Cleaner) more() {
	open := copy(c.buf, c.buf[c.clean:c.known])
	want := open + (open/Block+4)*Block
	if cap(c.buf) < want {
		c.buf = append(make([]byte, 0, want), c.buf[:open]...)
	}
	c.buf = c.buf[:want]
	c.lo, c.clean, c.known = 0, 0, open
	c.hi = open + c.fill(c.buf[open:])
}

// fill reads p full, or up to the reader's end.
func (c *Cleaner) fill(p []byte) int {
	n, err := io.ReadFull(c.r, p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	c.err = err
	c.read += int64(n)
	return n
}

// look cleans blocks that were not looked at yet: those that go on with the
// open end, or else the next one.
func (c *Cleaner) look() {
	next := c.known + binaryExtent(c.buf[c.known:c.hi], 0)
	if next == c.known {
		c.close()
		c.known = min(c.known+Block, c.hi)
		c.clean = c.known
		return
	}
	c.known = next
	// Whether another block follows is known only if it is here.
	if c.known < c.hi {
		c.close()
		return
	}
	c.clean += cleanExtent(c.buf[c.clean:c.known], c.base(), false, &c.m)
}

// close cleans the open end, which nothing goes on with.
func (c *Cleaner) close() {
	cleanExtent(c.buf[c.clean:c.known], c.base(), true, &c.m)
	c.clean = c.known
}

// base is the offset in the content of the open end.
func (c *Cleaner) base() int64 { return c.read - int64(c.hi-c.clean) }
