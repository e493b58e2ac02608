package backtrack

import "math/bits"

// filterLen is how many bytes a filter looks at.
const filterLen = 3

// A filter finds the places where a match may go on from Program.start, by the
// next bytes. The expression's alternatives are dealt out to eight bits; a bit
// is set in sets[i][b] if one of its alternatives may have the byte b at i.
type filter struct {
	sets  [filterLen][256]uint8
	empty bool // a match may go on without a byte
}

// next gives the first candidate from pos on and below hi, or hi if a match
// may be empty there, or -1.
func (f *filter) next(text []byte, pos, hi int) int {
	end := min(hi, len(text)-filterLen+1)
	if pos < end {
		t := text[pos : end+filterLen-1]
		for i := 0; i < len(t)-(filterLen-1); i++ {
			if f.sets[0][t[i]]&f.sets[1][t[i+1]]&f.sets[2][t[i+2]] != 0 {
				return pos + i
			}
		}
		pos = end
	}
	for ; pos < hi; pos++ {
		candidate := f.sets[0][text[pos]]
		if pos+1 < len(text) {
			candidate &= f.sets[1][text[pos+1]]
		}
		if candidate != 0 {
			return pos
		}
	}
	if f.empty && pos == hi {
		return hi
	}
	return -1
}

// A prefix holds the bytes that an alternative may begin with. After its end,
// any byte is in.
type prefix [filterLen]byteSet

// build fills f for what begins at start.
func (f *filter) build(a *analysis, start int32) {
	f.empty = a.opening(start).empty
	var buckets [8]prefix
	used := 0
	for _, pc := range a.alternatives(start) {
		w := prefixWalk{analysis: a, seen: make(map[[3]int32]bool)}
		w.from(pc, 0, 0)
		best := min(used, len(buckets)-1)
		if used < len(buckets) {
			used++
		} else {
			best = nearest(&buckets, &w.sets)
		}
		for i := range w.sets {
			buckets[best][i].union(&w.sets[i])
		}
	}
	for bucket := range used {
		for i := range filterLen {
			for b := range buckets[bucket][i].all() {
				f.sets[i][b] |= 1 << bucket
			}
		}
	}
}

// nearest gives the bucket that lets the fewest texts more pass when p joins
// it.
func nearest(buckets *[8]prefix, p *prefix) int {
	best, least := 0, 0
	for i := range buckets {
		joint := buckets[i]
		for j := range joint {
			joint[j].union(&p[j])
		}
		if more := joint.texts() - buckets[i].texts(); i == 0 || more < least {
			best, least = i, more
		}
	}
	return best
}

// texts is how many texts pass.
func (p *prefix) texts() int {
	n := 1
	for i := range p {
		k := 0
		for _, word := range p[i] {
			k += bits.OnesCount64(word)
		}
		n *= k
	}
	return n
}

// alternatives gives the instructions that read a first byte after start, or
// match without one.
func (a *analysis) alternatives(start int32) []int32 {
	var found []int32
	seen := make(map[int32]bool)
	var visit func(pc int32)
	visit = func(pc int32) {
		if seen[pc] {
			return
		}
		seen[pc] = true
		in := &a.insts[pc]
		switch in.op {
		case opByte, opText, opClass, opRepeat, opRepeatLazy, opMatch:
			found = append(found, pc)
		case opFail:
		case opAlternate:
			for _, branch := range a.branches[pc] {
				visit(branch)
			}
		case opSplit:
			visit(in.next)
			visit(in.other)
		default:
			visit(in.next)
		}
	}
	visit(start)
	return found
}

type prefixWalk struct {
	*analysis
	seen map[[3]int32]bool // instruction, offset, count
	sets prefix
}

// from adds the bytes that may stand at offset at and after it if a match goes
// on from pc there, where count runes of the repeat at pc are taken already.
func (w *prefixWalk) from(pc, at, count int32) {
	if key := [3]int32{pc, at, count}; at < filterLen && !w.seen[key] {
		w.seen[key] = true
	} else {
		return
	}
	in := &w.insts[pc]
	switch in.op {
	case opFail:
	case opMatch:
		for ; at < filterLen; at++ {
			w.sets[at].fill()
		}
	case opText:
		for i := 0; i < len(in.lit) && at < filterLen; i++ {
			w.sets[at].add(in.lit[i])
			at++
		}
		w.from(in.next, at, 0)
	case opByte, opClass:
		w.step(in, at, in.next, 0)
	case opRepeat, opRepeatLazy:
		if count >= in.min {
			w.from(in.next, at, 0)
		}
		if count != in.max {
			w.step(in, at, pc, count+1)
		}
	case opSplit:
		w.from(in.next, at, 0)
		w.from(in.other, at, 0)
	case opAlternate:
		for _, branch := range w.branches[pc] {
			w.from(branch, at, 0)
		}
	default:
		w.from(in.next, at, 0)
	}
}

// step takes one rune of in, then goes on at pc.
func (w *prefixWalk) step(in *inst, at, pc, count int32) {
	widths, lead := widthsOf(in)
	w.sets[at].union(lead)
	for width, ok := range widths {
		if !ok {
			continue
		}
		for i := at + 1; i < min(at+int32(width), filterLen); i++ {
			w.sets[i].addRange(0x80, 0xbf)
		}
		w.from(pc, at+int32(width), count)
	}
}
