package backtrack

// greedy takes as many runes of in.class as it can and may, and leaves a frame
// if fewer might do too.
func (m *Machine) greedy(in *inst, pc int32, pos int) int {
	end, count := in.class.forward(m.text, pos, m.hi, int(in.max))
	m.steps -= (end - pos) >> 3
	if end == m.hi && count != int(in.max) {
		m.sawEnd = true
	}
	if count < int(in.min) {
		return -1
	}
	ok := m.mayGoOn(in, end)
	if in.fixed || count == int(in.min) {
		if ok {
			return end
		}
		return -1
	}
	least := pos + int(in.min)
	if count != end-pos {
		least, _ = in.class.forward(m.text, pos, m.hi, int(in.min))
	}
	if !ok {
		end = m.giveBack(in, end, least)
	}
	if end > least {
		m.push(frame{kind: frameGreedy, pc: pc, pos: end, least: least})
	}
	return end
}

// giveBack gives the last place before pos, and not before least, from which
// a match may go on after the repeat in, or -1.
func (m *Machine) giveBack(in *inst, pos, least int) int {
	from := pos
	for pos > least {
		pos = previous(m.text, least, pos)
		if in.nextSet.has(m.text[pos]) {
			m.steps -= (from - pos) >> 3
			return pos
		}
	}
	m.steps -= (from - pos) >> 3
	return -1
}

// lazy takes as few runes of in.class as it may, and leaves a frame if more
// might do too.
func (m *Machine) lazy(in *inst, pc int32, pos int) int {
	end, count := in.class.forward(m.text, pos, m.hi, int(in.min))
	m.steps -= (end - pos) >> 3
	if count < int(in.min) {
		m.sawEnd = m.sawEnd || end == m.hi
		return -1
	}
	if in.max < 0 {
		return m.extend(in, pc, end, -1)
	}
	return m.extend(in, pc, end, in.max-in.min)
}

// extend goes on from pos with up to n more runes of the lazy repeat in, as
// few as will do; a negative n is no limit.
func (m *Machine) extend(in *inst, pc int32, pos int, n int32) int {
	from := pos
	for !m.mayGoOn(in, pos) {
		if n == 0 {
			return -1
		}
		n--
		if pos = m.one(in.class, pos); pos < 0 {
			return -1
		}
	}
	m.steps -= (pos - from) >> 2
	if n != 0 {
		m.push(frame{kind: frameLazy, pc: pc, pos: pos, n: n})
	}
	return pos
}

// mayGoOn reports whether the next byte allows a match to go on after in.
func (m *Machine) mayGoOn(in *inst, pos int) bool {
	if pos < m.hi {
		return in.nextSet.has(m.text[pos])
	}
	if !in.nextEmpty {
		m.sawEnd = true
	}
	return in.nextEmpty
}

// holds reports whether the assertion op is true at pos. As package regexp has
// it, words are of ASCII, so that bytes tell what runes would.
func holds(op uint8, text []byte, pos int) bool {
	switch op {
	case opBeginText:
		return pos == 0
	case opEndText:
		return pos == len(text)
	case opBeginLine:
		return pos == 0 || text[pos-1] == '\n'
	case opEndLine:
		return pos == len(text) || text[pos] == '\n'
	case opWordBoundary, opNoWordBoundary:
		before := pos > 0 && isWord(text[pos-1])
		after := pos < len(text) && isWord(text[pos])
		return (before != after) == (op == opWordBoundary)
	}
	return false // opFail
}

func isWord(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_'
}
