package lazydfa

// A Matcher runs a Program over texts and keeps the states that it built. It
// belongs to one goroutine. Its memory is bounded by Options.MaxStates; an
// unused Matcher takes less than a kilobyte.
type Matcher struct {
	// More says that the text goes on after its last byte, so that the end
	// of the slice isn't the end of the text but a cut.
	More bool

	p        *Program
	build    builder
	anchored dfa
	anywhere dfa
	memo     memo
}

// NewMatcher makes a Matcher for p.
func NewMatcher(p *Program) *Matcher {
	m := &Matcher{p: p}
	m.anchored = dfa{p: p}
	m.anywhere = dfa{p: p, unanchored: true}
	return m
}

// Reset must be called before another text is looked at, or the same one
// after it was changed: long runs of Anchored are remembered by position.
// It lets go of the text. The states are kept, and so is More.
func (m *Matcher) Reset() { m.memo.reset() }

// Anchored reports whether a match may begin exactly at pos. It reads
// text[pos:end], and text[pos-1] for the assertions at the beginning; pos 0 is
// the beginning of the text. If end is len(text) and m.More is false, it is
// the end of the text; otherwise it is a cut, and a match that is still
// possible there is reported.
//
// The answer depends on no byte from text[examined] on. If it depended on
// where the text ends, examined is end+1, else it is at most end.
//
// Calls at many positions of one text cost together about as much as reading
// it once for each state that they are in, however long each runs; ascending
// positions are the cheapest.
func (m *Matcher) Anchored(text []byte, pos, end int) (ok bool, examined int) {
	prev := m.p.contextBefore(text, pos)
	d := &m.anchored
	s := d.starts[prev]
	if s < firstRow {
		if s == unknown {
			s = d.begin(&m.build, prev)
		}
		if s < firstRow {
			return s != dead, pos
		}
	}
	cut := end < len(text) || m.More
	stop := min(end, (pos+memoAfter)&^(memoStep-1))
	s, i := d.run(&m.build, s, text, pos, stop)
	if s < firstRow {
		return s != dead, i + 1
	}
	if stop < end {
		s, i = m.long(s, text, pos, stop, end, cut)
		if s < firstRow {
			return s != dead, i
		}
	}
	if cut {
		return true, end
	}
	return d.step(&m.build, s, m.p.eot) != dead, end + 1
}

// Find reports whether a match begins at pos or after it and ends at or before
// end, and the earliest place where such a match ends, or end if there is
// none. Bytes before pos are context only, as in Anchored. At a cut, a match
// that ends there if the next byte allows it is reported, and one that would
// end further on is not.
func (m *Matcher) Find(text []byte, pos, end int) (ok bool, matchEnd int) {
	d := &m.anywhere
	var s uint32
	i := pos
	if m.p.run != nil {
		s, i = m.findByRun(text, pos, end)
	} else if s = d.begin(&m.build, m.p.contextBefore(text, pos)); s >= firstRow {
		s, i = d.run(&m.build, s, text, pos, end)
	}
	switch s {
	case dead:
		return false, end
	case acceptAt:
		return true, i
	case acceptAfter:
		return true, i + 1
	}
	if end == len(text) && !m.More {
		return d.step(&m.build, s, m.p.eot) == acceptAt, end
	}
	return d.mayHaveEnded(&m.build, s), end
}
