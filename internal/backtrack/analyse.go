package backtrack

import (
	"encoding/binary"
	"unicode/utf8"
)

// An analysis finds the bytes that a match may go on with.
type analysis struct {
	insts    []inst
	branches map[int32][]int32
	known    []*opening // by instruction
	sets     map[byteSet]*byteSet

	// seen holds, for each instruction and what is known of the next byte,
	// the walk that was there last.
	seen [][3]int32
	walk int32
}

// An opening says what a match may go on with from an instruction: the bytes,
// and whether it may go on without one. Then set has all bytes, unless the
// text has to end there.
type opening struct {
	set   *byteSet
	empty bool
}

func newAnalysis(insts []inst, branches map[int32][]int32) *analysis {
	return &analysis{
		insts:    insts,
		branches: branches,
		known:    make([]*opening, len(insts)),
		sets:     make(map[byteSet]*byteSet),
		seen:     make([][3]int32, len(insts)),
	}
}

// share gives the one copy of set.
func (a *analysis) share(set byteSet) *byteSet {
	if a.sets[set] == nil {
		a.sets[set] = &set
	}
	return a.sets[set]
}

// What the assertions on the way say of the next byte.
const (
	anyByte = iota
	newline
	noByte
)

// opening gives the opening from pc.
func (a *analysis) opening(pc int32) *opening {
	if o := a.known[pc]; o != nil {
		return o
	}
	a.walk++
	w := openingWalk{analysis: a}
	w.from(pc, anyByte)
	o := &opening{a.share(w.set), w.empty}
	a.known[pc] = o
	return o
}

type openingWalk struct {
	*analysis
	set   byteSet
	empty bool
}

// from adds what a match may go on with from pc, if the next byte is as said.
func (w *openingWalk) from(pc, next int32) {
	for w.seen[pc][next] != w.walk {
		w.seen[pc][next] = w.walk
		in := &w.insts[pc]
		switch in.op {
		case opFail:
			return
		case opMatch:
			var all byteSet
			all.fill()
			w.add(&all, next)
			w.empty = true
			return
		case opByte:
			w.add(single(in.b), next)
			return
		case opText:
			w.add(single(in.lit[0]), next)
			return
		case opClass:
			w.add(&in.class.lead, next)
			return
		case opRepeat, opRepeatLazy:
			w.add(&in.class.lead, next)
			if in.min > 0 {
				return
			}
		case opSplit:
			w.from(in.other, next)
		case opAlternate:
			for _, branch := range w.branches[pc] {
				w.from(branch, next)
			}
			return
		case opEndText:
			next = noByte
		case opEndLine:
			next = max(next, newline)
		}
		pc = in.next
	}
}

func single(b byte) *byteSet {
	var set byteSet
	set.add(b)
	return &set
}

// add adds those bytes of set that next allows.
func (w *openingWalk) add(set *byteSet, next int32) {
	switch {
	case next == anyByte:
		w.set.union(set)
	case next == newline && set.has('\n'):
		w.set.add('\n')
	}
}

// finish fills in what follows from the instructions as a whole.
func (c *compiler) finish(a *analysis) {
	p := c.p
	p.branches = []int32{0}
	for pc := range p.insts {
		in := &p.insts[pc]
		switch in.op {
		case opRepeat, opRepeatLazy:
			o := a.opening(in.next)
			in.nextSet, in.nextEmpty = o.set, o.empty
			in.fixed = !in.class.lead.intersects(o.set)
		case opSplit:
			o := a.opening(in.next)
			in.nextSet, in.nextEmpty = o.set, o.empty
			o = a.opening(in.other)
			in.otherSet, in.otherEmpty = o.set, o.empty
		case opAlternate:
			in.dispatch = p.dispatch(a, c.branches[int32(pc)])
			if len(p.branches) > maxBranches {
				c.fail("its alternations are too large")
				return
			}
		}
	}
	for in := &p.insts[p.start]; in.op == opRepeatLazy && in.min == 0; in = &p.insts[p.start] {
		p.leads = append(p.leads, lead{in.class, int(in.max)})
		p.start = in.next
	}
	first := p.start
	for p.insts[first].op == opSave {
		first = p.insts[first].next
	}
	p.anchored = p.insts[first].op == opBeginText
	p.filter.build(a, p.start)
}

// dispatch makes the table that chooses among branches.
func (p *Program) dispatch(a *analysis, branches []int32) *dispatch {
	openings := make([]*opening, len(branches))
	var union byteSet
	for i, branch := range branches {
		openings[i] = a.opening(branch)
		union.union(openings[i].set)
	}
	lists := map[string]uint16{"": 0}
	var chosen []int32
	var key []byte
	list := func(allowed func(*opening) bool) uint16 {
		chosen, key = chosen[:0], key[:0]
		for i, branch := range branches {
			if allowed(openings[i]) {
				chosen = append(chosen, branch)
				key = binary.AppendUvarint(key, uint64(i))
			}
		}
		at, ok := lists[string(key)]
		if !ok {
			at = uint16(min(len(p.branches), maxBranches))
			lists[string(key)] = at
			chosen[len(chosen)-1] = ^chosen[len(chosen)-1]
			p.branches = append(p.branches, chosen...)
		}
		return at
	}
	d := &dispatch{end: list(func(o *opening) bool { return o.empty })}
	for b := range union.all() {
		d.by[b] = list(func(o *opening) bool { return o.set.has(b) })
	}
	return d
}

// widthsOf gives the lengths that one step of in may have, and the bytes that
// it may begin with.
func widthsOf(in *inst) (widths [utf8.UTFMax + 1]bool, lead *byteSet) {
	if in.op == opByte {
		widths[1] = true
		return widths, single(in.b)
	}
	return in.class.widths, &in.class.lead
}
