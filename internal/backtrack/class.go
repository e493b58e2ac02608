package backtrack

import (
	"iter"
	"math/bits"
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// A byteSet is a set of bytes.
type byteSet [4]uint64

func (s *byteSet) has(b byte) bool { return s[b>>6]>>(b&63)&1 != 0 }
func (s *byteSet) add(b byte)      { s[b>>6] |= 1 << (b & 63) }

func (s *byteSet) addRange(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s.add(byte(b))
	}
}

func (s *byteSet) union(t *byteSet) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s *byteSet) intersects(t *byteSet) bool {
	return s[0]&t[0]|s[1]&t[1]|s[2]&t[2]|s[3]&t[3] != 0
}

// all gives the bytes of s, ascending.
func (s *byteSet) all() iter.Seq[byte] {
	return func(yield func(byte) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(byte(64*i + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

func (s *byteSet) fill() { *s = byteSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)} }

// A class is a set of runes. A byte that isn't part of a valid encoding counts
// as the rune U+FFFD, one byte wide, as package regexp has it.
type class struct {
	ascii  byteSet // the members below 0x80, and no other byte
	lead   byteSet // the bytes that the text of a member may begin with
	widths [utf8.UTFMax + 1]bool
	ranges []rune // the members from 0x80 on: pairs, sorted
	all    bool   // ranges are all of them
}

// newClass makes a class of pairs, which are sorted.
func newClass(pairs []rune) *class {
	c := &class{}
	for i := 0; i < len(pairs); i += 2 {
		lo, hi := pairs[i], pairs[i+1]
		for r := lo; r <= hi && r < utf8.RuneSelf; r++ {
			c.ascii.add(byte(r))
			c.lead.add(byte(r))
			c.widths[1] = true
		}
		if hi >= utf8.RuneSelf {
			c.addWide(max(lo, utf8.RuneSelf), hi)
		}
	}
	c.all = len(c.ranges) == 2 && c.ranges[0] == utf8.RuneSelf && c.ranges[1] == unicode.MaxRune
	return c
}

func (c *class) addWide(lo, hi rune) {
	c.ranges = append(c.ranges, lo, hi)
	c.lead.addRange(leadByte(lo), leadByte(hi))
	for w := encodedLen(lo); w <= encodedLen(hi); w++ {
		c.widths[w] = true
	}
	if lo <= utf8.RuneError && utf8.RuneError <= hi {
		c.lead.addRange(utf8.RuneSelf, 0xff)
		c.widths[1] = true
	}
}

// encodedLen is how many bytes r takes, surrogates counted like their
// neighbours.
func encodedLen(r rune) int {
	switch {
	case r < 0x80:
		return 1
	case r < 0x800:
		return 2
	case r < 0x10000:
		return 3
	}
	return 4
}

// leadByte is the first byte of r's encoding, for r from 0x80 on. It grows
// with r.
func leadByte(r rune) byte {
	switch encodedLen(r) {
	case 2:
		return 0xc0 | byte(r>>6)
	case 3:
		return 0xe0 | byte(r>>12)
	}
	return 0xf0 | byte(r>>18)
}

// width is the length of the member of c that text begins with, or 0. text
// isn't empty.
func (c *class) width(text []byte) int {
	if b := text[0]; b < utf8.RuneSelf {
		if c.ascii.has(b) {
			return 1
		}
		return 0
	}
	return c.wideWidth(text)
}

// wideWidth is width for a text that doesn't begin with ASCII.
func (c *class) wideWidth(text []byte) int {
	if len(c.ranges) == 0 {
		return 0
	}
	r, w := utf8.DecodeRune(text)
	if c.all || c.hasWide(r) {
		return w
	}
	return 0
}

func (c *class) hasWide(r rune) bool {
	lo, hi := 0, len(c.ranges)/2
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch {
		case r < c.ranges[2*mid]:
			hi = mid
		case r > c.ranges[2*mid+1]:
			lo = mid + 1
		default:
			return true
		}
	}
	return false
}

// forward gives the end of up to n members of c from pos on, below hi, and how
// many there are. A negative n is no limit.
func (c *class) forward(text []byte, pos, hi, n int) (end, count int) {
	stop := hi
	if n >= 0 && n < hi-pos {
		stop = pos + n
	}
	i := pos
	for i < stop && c.ascii.has(text[i]) {
		i++
	}
	count = i - pos
	if i == stop || len(c.ranges) == 0 || text[i] < utf8.RuneSelf {
		return i, count
	}
	for i < hi && count != n {
		w := c.width(text[i:hi])
		if w == 0 {
			break
		}
		i += w
		count++
	}
	return i, count
}

// backward gives the beginning of up to n members of c that end at pos and
// begin at lo or later. A negative n is no limit.
func (c *class) backward(text []byte, lo, pos, n int) int {
	for ; pos > lo && n != 0; n-- {
		prev := previous(text, lo, pos)
		if c.width(text[prev:pos]) == 0 {
			break
		}
		pos = prev
	}
	return pos
}

// previous gives where the rune before pos begins; lo < pos.
func previous(text []byte, lo, pos int) int {
	if text[pos-1] < utf8.RuneSelf {
		return pos - 1
	}
	_, w := utf8.DecodeLastRune(text[lo:pos])
	return pos - w
}

// isBoundary reports whether reading rune by rune from lo stops at pos.
func isBoundary(text []byte, lo, pos int) bool {
	if pos >= len(text) || utf8.RuneStart(text[pos]) {
		return true
	}
	for i := pos - 1; i >= max(lo, pos-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(text[i]) {
			_, w := utf8.DecodeRune(text[i:])
			return i+w <= pos
		}
	}
	return true
}

// classPairs gives the runes that re matches, if it matches one rune and
// nothing else.
func classPairs(re *syntax.Regexp) (pairs []rune, ok bool) {
	switch re.Op {
	case syntax.OpLiteral:
		if len(re.Rune) == 1 {
			return literalPairs(re.Rune[0], re.Flags), true
		}
	case syntax.OpCharClass:
		return re.Rune, true
	case syntax.OpAnyChar:
		return []rune{0, unicode.MaxRune}, true
	case syntax.OpAnyCharNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}, true
	}
	return nil, false
}

// literalPairs gives r and, if flags say so, all that it folds to.
func literalPairs(r rune, flags syntax.Flags) []rune {
	if flags&syntax.FoldCase == 0 {
		return []rune{r, r}
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	// From its least rune on, SimpleFold goes upward and then back to it.
	pairs := []rune{least, least}
	for f := unicode.SimpleFold(least); f != least; f = unicode.SimpleFold(f) {
		pairs = append(pairs, f, f)
	}
	return pairs
}
