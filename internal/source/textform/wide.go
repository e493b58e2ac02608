package textform

import (
	"encoding/binary"
	"sort"
	"sync"
)

const (
	// minWide is the least number of characters in a wide run.
	minWide = 6
	// maxWide is the most bytes of a wide run that are drawn together in
	// one part.
	maxWide = 1 << 20
)

// A run is a wide run after it was drawn together.
type run struct {
	text int64 // where its first character stands in the text
	n    int64 // how many characters it has
}

// A Map leads from offsets in a cleaned text to offsets in the content that it
// was made of. The nil Map changes nothing. A Map may be asked while the text
// is still being read.
type Map struct {
	mu   sync.Mutex
	runs []run
}

// Offset gives the offset in the content of the text's byte at off, and
// whether it stands in a wide run. Offsets are in bytes from 0. Within a wide
// run neighbours in the text are two bytes apart in the content, so that the
// end of a match is one more than the offset of its last byte, and a line
// begins one after the offset of the newline before it.
func (m *Map) Offset(off int64) (raw int64, wide bool) {
	if m == nil {
		return off, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := sort.Search(len(m.runs), func(i int) bool { return m.runs[i].text > off })
	if i == 0 {
		return off, false
	}
	if r := m.runs[i-1]; off < r.text+r.n {
		return r.text - 1 + 2*(off-r.text), true
	}
	return off, false
}

// Forget lets go of what is only needed for offsets below before, for texts
// that are too long to remember.
func (m *Map) Forget(before int64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := sort.Search(len(m.runs), func(i int) bool { return m.runs[i].text+m.runs[i].n > before })
	if i > len(m.runs)/2 {
		m.runs = append(m.runs[:0:0], m.runs[i:]...)
	}
}

// add appends a run; runs come in the order of the text.
func (m *Map) add(r run) {
	m.mu.Lock()
	m.runs = append(m.runs, r)
	m.mu.Unlock()
}

// printable tells the characters of a wide run.
func printable(c byte) bool {
	return c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t'
}

// findWide looks in b, from offset from, for the first wide run. It returns
// where its first and one after its last character stand; start is len(b) if
// there is none.
func findWide(b []byte, from int) (start, end int) {
	for i := from; i+4 <= len(b); i += 4 {
		// Eight bytes at a time where nothing alternates with zero.
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			if w != 0 && (alternates(uint32(w)) || alternates(uint32(w>>32))) {
				break
			}
			i += 8
		}
		if i+4 > len(b) {
			break
		}
		w := binary.LittleEndian.Uint32(b[i:])
		if !alternates(w) {
			continue
		}
		p := i
		if w&0xff == 0 {
			p++
		}
		if !printable(b[p]) {
			continue
		}
		start, end = extend(b, from, p)
		if endsString(b, from, start) {
			start += 2
		}
		if (end-start+1)/2 >= minWide {
			return start, end
		}
	}
	return len(b), len(b)
}

// alternates says whether two bytes of w that are not neighbours are zero and
// the other two are not.
func alternates(w uint32) bool {
	switch {
	case w&0xff00ff00 == 0:
		return w&0xff != 0 && w&0xff0000 != 0
	case w&0x00ff00ff == 0:
		return w&0xff00 != 0 && w&0xff000000 != 0
	}
	return false
}

// extend gives the whole run around the character at p, not beginning before
// from.
func extend(b []byte, from, p int) (start, end int) {
	start, end = p, p+1
	for start-2 >= from && b[start-1] == 0 && printable(b[start-2]) {
		start -= 2
	}
	for end+1 < len(b) && b[end] == 0 && printable(b[end+1]) {
		end += 2
	}
	return start, end
}

// endsString says whether the character at start is the last one of an 8-bit
// string of three or more, whose NUL is then no half of a wide character. Two
// may be a length and the first wide character.
func endsString(b []byte, from, start int) bool {
	return start-2 >= from && printable(b[start-1]) && printable(b[start-2])
}

// cutWide gives where the first part of a run of more than maxWide bytes ends:
// behind the last newline of its second half, else behind the last space, else
// at maxWide. Like the run's own end it stands one after a character.
func cutWide(b []byte, start int) (end int) {
	last := start + maxWide - 2
	space := 0
	for p := last; p > start+maxWide/2; p -= 2 {
		if b[p] == '\n' {
			return p + 1
		}
		if b[p] == ' ' && space == 0 {
			space = p + 1
		}
	}
	if space != 0 {
		return space
	}
	return last + 1
}

// drawTogether rewrites the wide run w, and gives the number of characters. The
// first one moves to the right by one, the second stays, and the others move to
// the left.
func drawTogether(w []byte) (n int) {
	n = (len(w) + 1) / 2
	w[0], w[1] = '\f', w[0]
	for i := 2; i < n; i++ {
		w[i+1] = w[2*i]
	}
	for i := n + 1; i < len(w); i++ {
		w[i] = '\f'
	}
	return n
}
