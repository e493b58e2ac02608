package prefilter

import "encoding/binary"

// A sieve tells, for a position that the kernel let pass, which pattern's
// window may be there: by all four bytes for windows that are quads, by the
// first two for others. Its entries are 0 for none, 1 for several patterns,
// and firstPattern+i for pattern i alone (also 1 where that is too large).
type sieve struct {
	quads     []uint16 // by the upper bits of the hash
	quadShift uint8
	pairs     [1 << 16]uint16
}

const (
	none         = 0
	several      = 1
	firstPattern = 2
)

// hash spreads a quad, folded, over 32 bits, of which the upper are the best.
func hash(quad uint32) uint32 { return quad & foldCase * 0x9e3779b1 }

// code returns the entry that stands for pattern i.
func code(i int32) uint16 {
	if i >= 1<<16-firstPattern {
		return several
	}
	return uint16(i + firstPattern)
}

// A spot is a position at which some pattern may be: an offset in the chunk,
// and the sieve's entries for the quad and for the pair there.

// pick writes a spot for each of the first n candidates at which some pattern
// may be, and returns how many it wrote. No branch depends on the text:
// between a tenth and a half of the candidates stay, which no branch predictor
// guesses. candidatesAVX2 does the same.
func (s *sieve) pick(text []byte, w *scratch, n int) int {
	k := 0
	for _, p := range w.candidates[:n] {
		x := binary.LittleEndian.Uint32(text[p:])
		q, r := s.quads[hash(x)>>(s.quadShift&31)], s.pairs[uint16(x)]
		w.spots[k&(chunkSize-1)] = uint64(p) | uint64(q)<<16 | uint64(r)<<32
		if q|r != none {
			k++
		}
	}
	return k
}

// firstTwo returns a window's first two sets; the second is full if there is
// but one.
func firstTwo(sets []Set) (first, second Set) {
	if len(sets) > 1 {
		return sets[0], sets[1]
	}
	return sets[0], Set{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
}

// An entry is a pattern in the form in which it is compared.
type entry struct {
	// mask and want compare the first eight bytes: exactly, for sets that
	// are a byte, a letter in both cases or full, else as far as it goes.
	mask, want uint64
	next       int32 // of those with the same slot among the quads, or none
	rest       int32 // in rests, if more is 1
	more       uint8 // 1 if mask and want don't say all
	offset     uint8
	length     uint8
}

// A rest is what an entry's first eight bytes don't say.
type rest struct {
	mask, want uint64 // of sets 8 to 15
	classes    []class
}

// A class is a set that no mask expresses, and where in the pattern it stands.
type class struct {
	at  int
	set Set
}

func (r *rest) match(text []byte, start int) bool {
	if r.mask != 0 && load8(text, start+8)&r.mask != r.want {
		return false
	}
	for i := range r.classes {
		c := &r.classes[i]
		if !c.set.Has(text[start+c.at]) {
			return false
		}
	}
	return true
}

// load8 returns the eight bytes at p, the first lowest, with zeros for those
// behind the text.
func load8(text []byte, p int) uint64 {
	if p+8 <= len(text) {
		return binary.LittleEndian.Uint64(text[p:])
	}
	if len(text) >= 8 {
		return binary.LittleEndian.Uint64(text[len(text)-8:]) >> (8 * (p + 8 - len(text)) & 63)
	}
	var x uint64
	for i := len(text) - 1; i >= p; i-- {
		x = x<<8 | uint64(text[i])
	}
	return x
}
