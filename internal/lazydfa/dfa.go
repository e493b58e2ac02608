package lazydfa

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
)

// A state of the deterministic automaton is named by the offset of its row in
// the transition table. Values below firstRow aren't states but answers.
const (
	unknown     uint32 = iota // not built yet
	dead                      // no match is possible any more
	acceptAt                  // a match ended before the byte just read
	acceptAfter               // a match ended with the byte just read
	firstRow                  // also the least length of a row
)

// A dfa is a deterministic automaton as far as it was asked for. A state is a
// set of instructions that take a byte, or that wait for what the next byte
// tells an assertion, with the context of the byte before them if any of them
// waits. It belongs to one goroutine.
type dfa struct {
	p          *Program
	unanchored bool

	// trans has a row of p.stride entries for each state; row 0 is unused.
	trans []uint32
	// keys holds each state's set, as encode wrote it; ids finds it.
	keys     []string
	ids      map[string]uint32
	keyBytes int
	starts   [numContexts]uint32
	// flushes counts how often the states were forgotten.
	flushes int
}

// maxKeyBytes bounds the memory of the sets, for each state that is allowed.
const maxKeyBytes = 256

// flush forgets all states.
func (d *dfa) flush() {
	if d.ids == nil {
		d.ids = make(map[string]uint32)
	}
	clear(d.ids)
	clear(d.keys)
	d.keys = append(d.keys[:0], "")
	d.trans = append(d.trans[:0], make([]uint32, d.p.stride)...)
	d.keyBytes = 0
	d.starts = [numContexts]uint32{}
	d.flushes++
}

// run reads text[i:stop] from state s. It gives the state at stop and stop, or
// the answer and the index of the byte that gave it.
func (d *dfa) run(b *builder, s uint32, text []byte, i, stop int) (uint32, int) {
	classes := &d.p.classes
	trans := d.trans
	for k, c := range text[i:stop] {
		class := classes[c]
		n := trans[s+uint32(class)]
		if n < firstRow {
			if n == unknown {
				n = d.step(b, s, int(class))
				trans = d.trans
			}
			if n < firstRow {
				return n, i + k
			}
		}
		s = n
	}
	return s, stop
}

// begin gives the state before any byte is read, after a byte of context
// prev, which is folded: a row, dead, or acceptAt for an empty match.
func (d *dfa) begin(b *builder, prev context) uint32 {
	if s := d.starts[prev]; s != unknown {
		return s
	}
	b.reset(d.p)
	b.follow(d.p.start, prev, undecided)
	s := acceptAt
	if !b.match {
		s = d.intern(b, prev)
	}
	d.starts[prev] = s
	return s
}

// step gives what follows row s on a byte of the class, or at the end of the
// text if class is p.eot. It fills the transition table, unless it had to
// flush it.
func (d *dfa) step(b *builder, s uint32, class int) uint32 {
	if n := d.trans[int(s)+class]; n != unknown {
		return n
	}
	flushes := d.flushes
	n := d.build(b, d.keys[int(s)/d.p.stride], class)
	if d.flushes == flushes {
		d.trans[int(s)+class] = n
	}
	return n
}

// mayHaveEnded reports whether in state s a match has ended, if the next byte,
// or the end of the text, lets its assertions hold.
func (d *dfa) mayHaveEnded(b *builder, s uint32) bool {
	prev, waits := b.decode(d.keys[int(s)/d.p.stride])
	if !waits {
		return false
	}
	for next := range numContexts {
		b.reset(d.p)
		for _, pc := range b.from {
			b.follow(pc, prev, next)
		}
		if b.match {
			return true
		}
	}
	return false
}

// build computes the successor of the state with the given key.
func (d *dfa) build(b *builder, key string, class int) uint32 {
	p := d.p
	prev, waits := b.decode(key)
	if waits {
		b.reset(p)
		for _, pc := range b.from {
			b.follow(pc, prev, p.kinds[class])
		}
		if b.match {
			return acceptAt
		}
		b.from, b.to = b.to, b.from
	}
	if class == p.eot {
		return dead
	}
	b.reset(p)
	next := p.fold[p.kinds[class]]
	for _, pc := range b.from {
		in := &p.insts[pc]
		if in.op != opRune || !p.sets[in.set].has(class) {
			continue
		}
		if class == p.highClass { // it may also be the middle of a rune
			b.follow(pc, next, undecided)
		}
		b.follow(in.out, next, undecided)
	}
	if d.unanchored {
		b.follow(p.start, next, undecided)
	}
	if b.match {
		return acceptAfter
	}
	return d.intern(b, next)
}

// intern gives the row of the state whose set is b.to, after a byte of the
// folded context prev.
func (d *dfa) intern(b *builder, prev context) uint32 {
	if len(b.to) == 0 && !(d.unanchored && d.p.restarts) {
		return dead
	}
	b.encode(prev)
	if s, ok := d.ids[string(b.key)]; ok {
		return s
	}
	p := d.p
	if len(d.keys) > p.maxStates || len(d.keys) > 2 && d.keyBytes > p.maxStates*maxKeyBytes || len(d.keys) == 0 {
		d.flush()
	}
	s := uint32(len(d.trans))
	key := string(b.key)
	d.trans = append(d.trans, make([]uint32, p.stride)...)
	d.keys = append(d.keys, key)
	d.keyBytes += len(key)
	d.ids[key] = s
	return s
}

// A builder holds what is needed while a state is built. It belongs to one
// goroutine, and serves both automata of a Matcher.
type builder struct {
	p        *Program
	seen     []uint32 // pc → round in which it was followed
	round    uint32
	stack    []uint32
	from, to []uint32
	match    bool // opMatch was reached
	waits    bool // to holds an opLook
	key      []byte
}

// undecided, as the context of the next byte, says that it isn't known yet.
const undecided = numContexts

// reset begins a new set.
func (b *builder) reset(p *Program) {
	if b.p == nil {
		b.p, b.seen = p, make([]uint32, len(p.insts))
	}
	b.round++
	if b.round == 0 {
		clear(b.seen)
		b.round = 1
	}
	b.to, b.match, b.waits = b.to[:0], false, false
}

// follow adds to b.to what pc leads to without taking a byte, between bytes
// of context prev and next.
func (b *builder) follow(pc uint32, prev, next context) {
	b.stack = append(b.stack[:0], pc)
	for len(b.stack) > 0 {
		pc = b.stack[len(b.stack)-1]
		b.stack = b.stack[:len(b.stack)-1]
		if b.seen[pc] == b.round {
			continue
		}
		b.seen[pc] = b.round
		switch in := &b.p.insts[pc]; in.op {
		case opAlt:
			b.stack = append(b.stack, in.out, in.arg)
		case opNop:
			b.stack = append(b.stack, in.out)
		case opMatch:
			b.match = true
		case opRune:
			b.to = append(b.to, pc)
		case opLook:
			switch holds(in.look, prev, next) {
			case yes:
				b.stack = append(b.stack, in.out)
			case notYet:
				b.to = append(b.to, pc)
				b.waits = true
			}
		}
	}
}

// truth is the answer of an assertion.
type truth uint8

const (
	no truth = iota
	yes
	notYet
)

// holds says whether the assertions hold between bytes of context prev and
// next. Contexts are folded for the program, so ctxOther may stand for one
// that none of its assertions asks about.
func holds(look syntax.EmptyOp, prev, next context) truth {
	if look&syntax.EmptyBeginText != 0 && prev != ctxEdge ||
		look&syntax.EmptyBeginLine != 0 && prev != ctxEdge && prev != ctxNewline {
		return no
	}
	look &^= syntax.EmptyBeginText | syntax.EmptyBeginLine
	if look == 0 {
		return yes
	}
	if next == undecided {
		return notYet
	}
	var have syntax.EmptyOp
	switch next {
	case ctxEdge:
		have = syntax.EmptyEndText | syntax.EmptyEndLine
	case ctxNewline:
		have = syntax.EmptyEndLine
	}
	if (prev == ctxWord) != (next == ctxWord) {
		have |= syntax.EmptyWordBoundary
	} else {
		have |= syntax.EmptyNoWordBoundary
	}
	if look&^have != 0 {
		return no
	}
	return yes
}

// encode writes the set b.to into b.key: one byte of context, plus waitsFlag
// if an assertion waits, then the sorted instructions as differences. A set
// without assertions has no context.
func (b *builder) encode(prev context) {
	slices.Sort(b.to)
	head := byte(0)
	if b.waits {
		head = waitsFlag | byte(prev)
	}
	b.key = append(b.key[:0], head)
	last := uint32(0)
	for _, pc := range b.to {
		b.key = binary.AppendUvarint(b.key, uint64(pc-last))
		last = pc
	}
}

const waitsFlag = 0x80

// decode reads what encode wrote into b.from.
func (b *builder) decode(key string) (prev context, waits bool) {
	b.from = b.from[:0]
	pc, v, shift := uint32(0), uint32(0), 0
	for i := 1; i < len(key); i++ {
		v |= uint32(key[i]&0x7f) << shift
		shift += 7
		if key[i] < 0x80 {
			pc += v
			b.from = append(b.from, pc)
			v, shift = 0, 0
		}
	}
	return context(key[0] &^ waitsFlag), key[0]&waitsFlag != 0
}
