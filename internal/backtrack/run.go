package backtrack

// The kinds of frames.
const (
	frameBranch = iota // go on at pc from pos
	frameList          // go on at the branches from n on, from pos
	frameSlot          // slot n held pos
	frameGreedy        // the repeat at pc, now at pos, may go back as far as least
	frameLazy          // the repeat at pc, now at pos, may take n runes more
)

// A frame is a choice that was made and may be made otherwise, or what is to
// be undone before.
type frame struct {
	pc    int32
	kind  uint8
	n     int32
	pos   int
	least int
}

func (m *Machine) push(f frame) {
	if len(m.stack) >= maxFrames {
		m.steps = -1
		return
	}
	m.stack = append(m.stack, f)
}

// run looks for the match from p.start on that begins at pos, and gives its
// end, or -1. It gave up if m.steps is negative then. If there is none, all
// slots are as they were.
func (m *Machine) run(p *Program, pos int) int {
	m.stack = m.stack[:0]
	text, hi := m.text, m.hi
	pc := p.start
	for m.steps >= 0 {
		m.steps--
		in, cur, at := &p.insts[pc], pc, pos
		pc = in.next
		switch in.op {
		case opByte:
			if pos < hi && text[pos] == in.b {
				pos++
				continue
			}
			m.sawEnd = m.sawEnd || pos == hi
			at = -1
		case opClass:
			at = m.one(in.class, pos)
		case opText:
			at = m.literal(in.lit, pos)
		case opRepeat:
			at = m.greedy(in, cur, pos)
		case opRepeatLazy:
			at = m.lazy(in, cur, pos)
		case opSplit:
			pc = m.split(in, pos)
		case opAlternate:
			pc = m.alternate(in, p, pos)
		case opSave:
			m.push(frame{kind: frameSlot, n: in.n, pos: m.slots[in.n]})
			m.slots[in.n] = pos
		case opMatch:
			return pos
		default:
			if !holds(in.op, text, pos) {
				at = -1
			}
		}
		if pos = at; pos >= 0 && pc >= 0 {
			continue
		}
		if pc, pos = m.back(p); pc < 0 {
			return -1
		}
	}
	return -1
}

// one takes one rune of c.
func (m *Machine) one(c *class, pos int) int {
	if pos == m.hi {
		m.sawEnd = true
		return -1
	}
	if w := c.width(m.text[pos:m.hi]); w > 0 {
		return pos + w
	}
	return -1
}

// literal takes the bytes of lit.
func (m *Machine) literal(lit string, pos int) int {
	if len(lit) > m.hi-pos {
		rest := m.text[pos:m.hi]
		if lit[:len(rest)] == string(rest) {
			m.sawEnd = true
		}
		return -1
	}
	if string(m.text[pos:pos+len(lit)]) != lit {
		return -1
	}
	return pos + len(lit)
}

// split chooses between in.next and in.other; -1 is neither.
func (m *Machine) split(in *inst, pos int) int32 {
	var next, other bool
	if pos < m.hi {
		b := m.text[pos]
		next, other = in.nextSet.has(b), in.otherSet.has(b)
	} else {
		next, other = in.nextEmpty, in.otherEmpty
		m.sawEnd = true
	}
	switch {
	case next:
		if other {
			m.push(frame{kind: frameBranch, pc: in.other, pos: pos})
		}
		return in.next
	case other:
		return in.other
	}
	return -1
}

// alternate chooses the first branch that the next byte allows; -1 is none.
func (m *Machine) alternate(in *inst, p *Program, pos int) int32 {
	list := in.dispatch.end
	if pos < m.hi {
		list = in.dispatch.by[m.text[pos]]
	} else {
		m.sawEnd = true
	}
	branch := p.branches[list]
	if branch < 0 {
		return ^branch
	}
	if list == 0 {
		return -1
	}
	m.push(frame{kind: frameList, n: int32(list) + 1, pos: pos})
	return branch
}

// back undoes up to the latest choice that can be made otherwise, and makes
// it. pc is -1 if there is none.
func (m *Machine) back(p *Program) (pc int32, pos int) {
	for len(m.stack) > 0 {
		top := len(m.stack) - 1
		f := &m.stack[top]
		switch f.kind {
		case frameSlot:
			m.slots[f.n] = f.pos
			m.stack = m.stack[:top]
		case frameBranch:
			m.stack = m.stack[:top]
			return f.pc, f.pos
		case frameList:
			branch := p.branches[f.n]
			f.n++
			if branch < 0 {
				branch = ^branch
				m.stack = m.stack[:top]
			}
			return branch, f.pos
		case frameGreedy:
			in := &p.insts[f.pc]
			pos := m.giveBack(in, f.pos, f.least)
			if f.pos = pos; pos <= f.least {
				m.stack = m.stack[:top]
			}
			if pos >= 0 {
				return in.next, pos
			}
		case frameLazy:
			in, pos, n := &p.insts[f.pc], f.pos, f.n
			m.stack = m.stack[:top]
			if pos = m.one(in.class, pos); pos < 0 {
				continue
			}
			if pos = m.extend(in, f.pc, pos, n-1); pos >= 0 {
				return in.next, pos
			}
		}
	}
	return -1, -1
}
