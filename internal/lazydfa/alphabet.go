package lazydfa

import (
	"math/bits"
	"regexp/syntax"
	"unicode"
)

// A byteMask is the set of bytes that a rune instruction takes: the ASCII
// ones, and whether it takes bytes of 0x80 and more.
type byteMask struct {
	ascii [2]uint64
	high  bool
}

func (m *byteMask) has(b byte) bool {
	if b >= 0x80 {
		return m.high
	}
	return m.ascii[b>>6]>>(b&63)&1 != 0
}

// sparse reports whether long runs of bytes in m are rare.
func (m *byteMask) sparse() bool {
	n := bits.OnesCount64(m.ascii[0]) + bits.OnesCount64(m.ascii[1])
	return n <= maxRunSet && (n > 0 || m.high)
}

// translate turns prog's instructions into p's, and gives the distinct masks
// that inst.set refers to.
func (p *Program) translate(prog *syntax.Prog) []byteMask {
	var masks []byteMask
	index := make(map[byteMask]uint16)
	p.insts = make([]inst, len(prog.Inst))
	for pc := range prog.Inst {
		from := &prog.Inst[pc]
		to := &p.insts[pc]
		to.out, to.arg = from.Out, from.Arg
		switch from.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			to.op = opAlt
		case syntax.InstCapture, syntax.InstNop:
			to.op = opNop
		case syntax.InstEmptyWidth:
			to.op, to.look = opLook, syntax.EmptyOp(from.Arg)
			p.looks |= to.look
		case syntax.InstMatch:
			to.op = opMatch
		case syntax.InstFail:
			to.op = opFail
		default:
			mask := maskOf(from)
			i, ok := index[mask]
			if !ok {
				i = uint16(len(masks))
				index[mask] = i
				masks = append(masks, mask)
			}
			to.op, to.set = opRune, i
		}
	}
	return masks
}

// maskOf gives the bytes that a rune instruction takes.
func maskOf(in *syntax.Inst) byteMask {
	const all = 1<<64 - 1
	switch in.Op {
	case syntax.InstRuneAny:
		return byteMask{ascii: [2]uint64{all, all}, high: true}
	case syntax.InstRuneAnyNotNL:
		return byteMask{ascii: [2]uint64{all &^ (1 << '\n'), all}, high: true}
	}
	var m byteMask
	if len(in.Rune) == 1 {
		m.addFolds(in.Rune[0], syntax.Flags(in.Arg)&syntax.FoldCase != 0)
		return m
	}
	for i := 0; i < len(in.Rune); i += 2 {
		m.addRange(in.Rune[i], in.Rune[i+1])
	}
	return m
}

// addRange adds what the runes from lo to hi are made of.
func (m *byteMask) addRange(lo, hi rune) {
	for r := lo; r <= min(hi, unicode.MaxASCII); r++ {
		m.ascii[r>>6] |= 1 << (r & 63)
	}
	m.high = m.high || hi > unicode.MaxASCII
}

// addFolds adds what r is made of and, if folded, what is equal to it.
func (m *byteMask) addFolds(r rune, folded bool) {
	m.addRange(r, r)
	if folded {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			m.addRange(f, f)
		}
	}
}

// partition divides the bytes into classes that no mask and no assertion of
// the program tells apart, and turns the masks into sets of classes.
func (p *Program) partition(masks []byteMask) {
	seesLines := p.looks&(syntax.EmptyBeginLine|syntax.EmptyEndLine) != 0
	seesWords := p.looks&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0
	var class [256]uint8
	n := 1
	split := func(in func(b byte) bool) {
		var renamed [2][256]int // by whether it is in, and its old class; 0 for none
		n = 0
		for b := range class {
			to := &renamed[0][class[b]]
			if in(byte(b)) {
				to = &renamed[1][class[b]]
			}
			if *to == 0 {
				n++
				*to = n
			}
			class[b] = uint8(*to - 1)
		}
	}
	split(func(b byte) bool { return b >= 0x80 })
	for i := range masks {
		split(masks[i].has)
	}
	if seesLines {
		split(func(b byte) bool { return b == '\n' })
	}
	if seesWords {
		split(func(b byte) bool { return contextOf(b) == ctxWord })
	}
	p.sets = make([]classSet, len(masks))
	p.kinds = make([]context, n+1)
	for b := range 256 {
		p.kinds[class[b]] = contextOf(byte(b))
		for i := range masks {
			if masks[i].has(byte(b)) {
				p.sets[i].add(int(class[b]))
			}
		}
	}
	p.classes = class
	p.highClass = int(class[0x80])
	p.eot = n
	p.kinds[n] = ctxEdge
	p.stride = max(n+1, int(firstRow))
}

// setContexts fills fold and before.
func (p *Program) setContexts() {
	for c := range numContexts {
		p.fold[c] = ctxOther
	}
	if p.looks&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0 {
		p.fold[ctxWord] = ctxWord
	}
	if p.looks&syntax.EmptyBeginLine != 0 {
		p.fold[ctxNewline] = ctxNewline
		p.fold[ctxEdge] = ctxNewline
	}
	if p.looks&syntax.EmptyBeginText != 0 {
		p.fold[ctxEdge] = ctxEdge
	}
	for b := range 256 {
		p.before[b] = p.fold[contextOf(byte(b))]
	}
}
