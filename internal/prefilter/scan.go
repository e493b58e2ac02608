package prefilter

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
)

const (
	// chunkSize is how many positions the kernel looks at in one call.
	chunkSize = 4096
	// blockSize is how many positions a kernel looks at in one step.
	blockSize = 64
	// slack is how many bytes after a chunk a kernel and the sieve may read.
	slack = 8
)

// A scratch is what the steps hand on for one chunk. It is pooled, because
// clearing it for each of many small texts would show.
type scratch struct {
	candidates [chunkSize + 4]uint16 // the AVX2 kernel writes in fours
	spots      [chunkSize]uint64
}

// Scan appends to hits every occurrence that begins at from or later and
// before to, and returns the extended slice, in ascending order of position,
// at one position in ascending order of pattern. An occurrence may extend
// beyond to but not beyond the text. from below 0 means 0, to beyond the text
// its end. The text must be shorter than 2 GiB; Scan panics if it is not.
func (f *Filter) Scan(text []byte, from, to int, hits []Hit) []Hit {
	if len(text) > math.MaxInt32 {
		panic(fmt.Sprintf("prefilter: a text of %d bytes; scan it in parts of less than 2 GiB", len(text)))
	}
	c := search{f: f, text: text, from: max(from, 0), to: min(to, len(text)), hits: hits, first: len(hits)}
	if c.from >= c.to {
		return hits
	}
	// Windows begin up to maxOffset after their occurrence.
	end := min(len(text), c.to+f.maxOffset)
	var tail [2*blockSize + slack]byte
	w := f.scratches.Get().(*scratch)
	defer f.scratches.Put(w)
	for base := c.from; base < end; {
		n := min(chunkSize, roundUp(end-base))
		chunk := text[base:]
		if room := len(chunk) - slack; n > room {
			// So that nothing behind the text is read, its last bytes are
			// looked at in a copy with zeros after it. What the zeros
			// make appear, confirm refuses.
			if n = room &^ (blockSize - 1); n <= 0 {
				copy(tail[:], chunk)
				n = roundUp(len(chunk))
				chunk = tail[:]
			}
		}
		var k int
		if f.simd != nil {
			k = f.simd.spots(chunk, n, w, f.sieve)
		} else {
			k = f.sieve.pick(chunk, w, f.pairs.candidates(chunk, n, w))
		}
		c.confirm(base, w.spots[:k])
		base += n
	}
	return c.hits
}

// roundUp rounds up to a whole number of blocks.
func roundUp(n int) int { return (n + blockSize - 1) &^ (blockSize - 1) }

// A search is the state of one call of Scan.
type search struct {
	f        *Filter
	text     []byte
	from, to int
	hits     []Hit
	first    int // hits[first:] are this call's
}

// confirm compares the patterns that the sieve named with the text at the
// spots, which count from base.
func (c *search) confirm(base int, spots []uint64) {
	before := len(c.hits)
	for len(spots) > 0 {
		done := c.confirmFast(base, spots)
		if spots = spots[done:]; len(spots) > 0 {
			c.tryAll(base + int(uint16(spots[0])))
			spots = spots[1:]
		}
	}
	c.settle(before)
}

// confirmFast does confirm's work up to the first spot that needs another way:
// one that has patterns of both kinds, or several by its pair, or is near the
// ends. It returns how many spots it has dealt with.
func (c *search) confirmFast(base int, spots []uint64) int {
	entries, text := c.f.catalogue.entries, c.text
	// Between low and high an occurrence of any pattern is wanted and has
	// MaxSets bytes of text.
	low := uint(c.from)
	span := uint(max(0, min(c.to, len(text)-MaxSets+1)-c.from))
	n := len(c.hits)
	c.hits = slices.Grow(c.hits, len(spots))
	hits := c.hits[:cap(c.hits)]
	for i, s := range spots {
		quad, pair := uint32(uint16(s>>16)), uint32(uint16(s>>32))
		id := int32(quad | pair)
		mark := n
		slow := quad*pair != 0 || id == several
		for ; id != none && !slow; id = entries[id].next {
			e := &entries[id]
			start := uint(base) + uint(uint16(s)) - uint(e.offset)
			if start-low >= span || n >= len(hits) {
				slow = true
				break
			}
			// The hit is written first and counted if it is one: whether
			// it is can't be predicted.
			hits[n] = Hit{Pos: int32(start), Pattern: id - firstPattern}
			ok := 0
			if binary.LittleEndian.Uint64(text[start:])&e.mask == e.want {
				ok = 1
			}
			if ok&int(e.more) != 0 && !c.f.catalogue.rests[e.rest].match(text, int(start)) {
				ok = 0
			}
			n += ok
		}
		if slow {
			c.hits = hits[:mark]
			return i
		}
	}
	c.hits = hits[:n]
	return len(spots)
}

// tryAll tries every pattern whose window may be at position p.
func (c *search) tryAll(p int) {
	cat := c.f.catalogue
	x := uint32(load8(c.text, p))
	for id := cat.quad[hash(x)>>c.f.sieve.quadShift]; id != none; id = cat.entries[id].next {
		c.try(p, id-firstPattern)
	}
	for n := cat.pairList(byte(x), byte(x>>8)); n != 0; n = cat.nodes[n].next {
		c.try(p, cat.nodes[n].pattern)
	}
}

// try appends pattern i to the hits if it occurs with its window at p.
func (c *search) try(p int, i int32) {
	cat := c.f.catalogue
	e := &cat.entries[firstPattern+i]
	start := p - int(e.offset)
	if start < c.from || start >= c.to || start+int(e.length) > len(c.text) {
		return
	}
	if load8(c.text, start)&e.mask != e.want || e.more != 0 && !cat.rests[e.rest].match(c.text, start) {
		return
	}
	c.hits = append(c.hits, Hit{Pos: int32(start), Pattern: i})
}

// patience is how many places a hit is moved back before a chunk's hits are
// sorted instead.
const patience = 32

// settle puts hits[from:] in their places. Windows that are not the first of
// their pattern, and two lists at one position, bring hits out of order:
// seldom, and mostly by little.
func (c *search) settle(from int) {
	hits := c.hits[c.first:]
	for i := max(from-c.first, 1); i < len(hits); i++ {
		h := hits[i]
		if !h.before(hits[i-1]) {
			continue
		}
		k := i
		for k > 0 && i-k < patience && h.before(hits[k-1]) {
			hits[k] = hits[k-1]
			k--
		}
		hits[k] = h
		if i-k == patience {
			// Hits of earlier chunks that are later than one of this
			// chunk's are less than MaxSets bytes before it.
			first := sort.Search(from-c.first, func(j int) bool { return int(hits[j].Pos) >= int(hits[from-c.first].Pos)-2*MaxSets })
			slices.SortFunc(hits[first:], func(a, b Hit) int { return cmp.Compare(a.key(), b.key()) })
			return
		}
	}
}

// key orders hits by position, then by pattern.
func (h Hit) key() uint64 { return uint64(h.Pos)<<32 | uint64(h.Pattern) }

func (h Hit) before(g Hit) bool { return h.key() < g.key() }
