package decode

import "math/bits"

// windowBlocks is how far a scanner looks ahead: enough to make little of the
// call, little enough for the stack and the first cache.
const windowBlocks = 64

// A scanner finds, going from left to right, where a match may start and where
// words end.
type scanner struct {
	text []byte
	// The window is text[from:to]. The masks of its blocks are followed by
	// those of the block behind it; behind the text they are zero.
	from, to int
	window   [windowBlocks + 1][2]uint64
}

// next returns the first offset from i on at which a match may start, whatever
// stands before i: a percent sign or backslash, or the first of 16 word bytes
// in a row; or a plus sign, with which a match may start one byte earlier. It
// passes over special bytes that what follows rules out, and returns the text's
// length at the end.
func (s *scanner) next(i int) int {
	for i < len(s.text) {
		if i < s.from || i >= s.to {
			s.fill(i)
		}
		first := (i - s.from) / blockSize
		from := ^uint64(0) << ((i - s.from) % blockSize)
		blocks := s.window[first : (s.to-s.from-1)/blockSize+2]
		word := blocks[0][maskWord]
		for k := range blocks[:len(blocks)-1] {
			// After each step bit i of run says that 2, 4, 8, then 16
			// bytes from i on are word bytes; more holds the same for
			// the block behind.
			behind := blocks[k+1][maskWord]
			run, more := word&(word>>1|behind<<63), behind&(behind>>1)
			// A special byte matters only before two word bytes, or
			// before another one, a backslash, and two word bytes.
			special := blocks[k][maskSpecial]
			pair := (special&^word)>>1 | 1<<63
			special &= run>>1 | more<<63 | pair&(run>>2|more<<62)
			run, more = run&(run>>2|more<<62), more&(more>>2)
			run, more = run&(run>>4|more<<60), more&(more>>4)
			run &= run>>8 | more<<56
			if found := (run | special) & from; found != 0 {
				return s.from + (first+k)*blockSize + bits.TrailingZeros64(found)
			}
			word, from = behind, ^uint64(0)
		}
		i = s.to
	}
	return len(s.text)
}

// wordEnd returns the offset of the first byte from i on that is not a word
// byte.
func (s *scanner) wordEnd(i int) int {
	for i < len(s.text) {
		if i < s.from || i >= s.to {
			s.fill(i)
		}
		k, bit := (i-s.from)/blockSize, (i-s.from)%blockSize
		if rest := ^s.window[k][maskWord] >> bit; rest != 0 {
			return i + bits.TrailingZeros64(rest)
		}
		i += blockSize - bit
	}
	return len(s.text)
}

// fill moves the window to i.
func (s *scanner) fill(i int) {
	rest := s.text[i:]
	s.from = i
	s.to = i + min(len(rest), windowBlocks*blockSize)
	blocks := min(len(rest)/blockSize, len(s.window))
	classify(rest[:blocks*blockSize], s.window[:])
	if blocks < len(s.window) {
		var block [blockSize]byte
		copy(block[:], rest[blocks*blockSize:])
		classify(block[:], s.window[blocks:])
		blocks++
	}
	if blocks < len(s.window) {
		s.window[blocks] = [2]uint64{}
	}
}
