package scan

import (
	"bytes"
	"errors"
	"io"

	"rekey.example/rekey/detectors"
)

// DefaultBlock is the length, in bytes, of the blocks that a long text is
// scanned in. Each carries detectors.Overlap of its neighbours on either side,
// so that a tenth of the work is done twice.
const DefaultBlock = 4 << 20

// A block is a piece of a long text: text[from:to] is its own part.
type block struct {
	text          []byte
	from, to      int
	before, after bool
}

// cut reads a long text and gives its blocks in order, at offsets that depend
// on the block size alone. use must be done with the block's text, or have
// taken it over, when it returns; buffer gives memory for the next one.
func cut(r io.Reader, size int, buffer func(n int) []byte, use func(block) error) (int64, error) {
	const margin = detectors.Overlap
	var (
		window []byte // what is left of what was read: from base on
		total  int64
		eof    bool
	)
	from := 0 // in window: where the next block's own part begins
	chunk := make([]byte, min(size, 1<<20))
	for {
		for !eof && len(window) < from+size+margin {
			n, err := io.ReadFull(r, chunk[:min(len(chunk), from+size+margin-len(window))])
			window = append(window, chunk[:n]...)
			total += int64(n)
			switch {
			case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
				eof = true
			case err != nil:
				return total, err
			}
		}
		last := eof && len(window) <= from+size
		to := min(len(window), from+size)
		lo := max(0, from-margin)
		hi := min(len(window), to+margin)
		b := block{text: append(buffer(hi - lo)[:0], window[lo:hi]...), from: from - lo, to: to - lo, before: total-int64(len(window)) > 0 || from > 0, after: hi < len(window) || !eof}
		if err := use(b); err != nil {
			return total, err
		}
		if last {
			return total, nil
		}
		// Keep one margin in front of the next block.
		drop := max(0, to-margin)
		window = append(window[:0], window[drop:]...)
		from = to - drop
	}
}

// A tally is what the part of a text before some place adds to lines and
// columns.
type tally struct {
	lines int // newlines
	tail  int // bytes behind the last of them
}

// count is the tally of one block's own part.
func count(own []byte) tally {
	t := tally{lines: bytes.Count(own, []byte{'\n'})}
	t.tail = len(own) - 1 - bytes.LastIndexByte(own, '\n')
	return t
}

// plus is the tally of t's text followed by u's.
func (t tally) plus(u tally) tally {
	if u.lines > 0 {
		return tally{t.lines + u.lines, u.tail}
	}
	return tally{t.lines, t.tail + u.tail}
}
