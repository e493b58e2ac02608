package prefilter

import (
	"encoding/binary"
	"math/bits"
)

// A pairKernel finds candidates with a table of all pairs of bytes. Bit g of
// an entry says that some pattern of group g has the pair in the first two
// places of its window, bit 8+g that one has it in the last two: a window may
// be at p if a bit of the pair at p is also, eight higher, one of the pair at
// p+2. Pairs are exact where the AVX2 kernel's sets of single bytes are not,
// so 8 groups let fewer positions pass than 16 do there.
type pairKernel struct{ table [1 << 16]uint16 }

const numGroups = 8

func newPairKernel(patterns []Pattern, fragments []fragment, m *model) *pairKernel {
	shapes := make([]shape, len(fragments))
	for i := range fragments {
		shapes[i] = fragments[i].shape
	}
	group, _ := assign(shapes, numGroups, m)
	k := new(pairKernel)
	var rows [256]Set // by the second byte: the first bytes
	for half := range 2 {
		for g := range uint8(numGroups) {
			clear(rows[:])
			for i, fr := range fragments {
				if group[i] != g {
					continue
				}
				first, second := windowPair(patterns[i].Sets[fr.offset:], half)
				for b := range second.each {
					rows[b] = rows[b].Union(first)
				}
			}
			for second := range rows {
				for first := range rows[second].each {
					k.table[second<<8|int(first)] |= 1 << g << (8 * half)
				}
			}
		}
	}
	return k
}

// windowPair returns the sets of half of a window: 0 its first two, 1 its
// last two. Places that the pattern doesn't have admit every byte.
func windowPair(sets []Set, half int) (first, second Set) {
	full := Set{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
	if len(sets) <= 2*half {
		return full, full
	}
	return firstTwo(sets[2*half:])
}

// candidates writes to w, in ascending order, positions below n of the text at
// which some pattern's window may be found, all of those at which one is among
// them, and returns how many it wrote. n is a positive multiple of blockSize
// and at most chunkSize; text is readable up to n+slack.
func (k *pairKernel) candidates(text []byte, n int, w *scratch) int {
	count := 0
	for base := 0; base < n; base += blockSize {
		at := k.block((*[blockSize + slack]byte)(text[base:]))
		for ; at != 0; at &= at - 1 {
			w.candidates[count&(chunkSize-1)] = uint16(base + bits.TrailingZeros64(at))
			count++
		}
	}
	return count
}

// block returns a bit for each of 64 positions: whether it is a candidate. It
// takes four at a time, sixteen apart, in the four lanes of a word: so the
// comparison and the bits of the result cost a quarter.
func (k *pairKernel) block(t *[blockSize + slack]byte) (found uint64) {
	w0 := k.lanes(load(t, 0), load(t, 16), load(t, 32), load(t, 48))
	w1 := k.lanes(load(t, 1), load(t, 17), load(t, 33), load(t, 49))
	for p := 0; p < 16; p += 4 {
		a, b, c, d := load(t, p+2), load(t, p+18), load(t, p+34), load(t, p+50)
		w2 := k.lanes(a, b, c, d)
		w3 := k.lanes(a>>8, b>>8, c>>8, d>>8)
		w4 := k.lanes(a>>16, b>>16, c>>16, d>>16)
		w5 := k.lanes(a>>24, b>>24, c>>24, d>>24)
		found |= (common(w0, w2) | common(w1, w3)<<1 | common(w2, w4)<<2 | common(w3, w5)<<3) << (p & 15)
		w0, w1 = w4, w5
	}
	return found
}

// load returns the eight bytes at p.
func load(t *[blockSize + slack]byte, p int) uint64 {
	return binary.LittleEndian.Uint64(t[p:])
}

// lanes returns the entries of the pairs that the words begin with.
func (k *pairKernel) lanes(a, b, c, d uint64) uint64 {
	return uint64(k.table[uint16(a)]) | uint64(k.table[uint16(b)])<<16 |
		uint64(k.table[uint16(c)])<<32 | uint64(k.table[uint16(d)])<<48
}

// common returns, in the lowest bit of each lane, whether a bit of first's
// lower half is set in second's upper half.
func common(first, second uint64) uint64 {
	const low, one = 0x00ff00ff00ff00ff, 0x0001000100010001
	return (first&(second>>8)&low + low) >> 8 & one
}
