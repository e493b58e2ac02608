// Package backtrack finds the leftmost-first match of a regular expression,
// with its groups, in a short window of text, some 20 to 50 times faster than
// package regexp does for expressions with counted repeats of classes, as
// secret scanners have them: such a repeat is one instruction here, not
// hundreds of states.
//
// It refuses expressions whose meaning in package regexp a backtracking search
// doesn't give (an unlimited repeat of what may be empty), those that would
// become too large, and searches that take more steps than their budget; the
// caller has package regexp for all of these.
//
// Its one invariant: what it answers is what package regexp answers, to the
// last offset of the last group.
package backtrack

// A Verdict is the outcome of a search.
type Verdict uint8

const (
	// NoMatch says that there is none.
	NoMatch Verdict = iota
	// Matched says that there is one.
	Matched
	// GaveUp says that the search took too many steps: ask package regexp.
	GaveUp
)

// String names the verdict.
func (v Verdict) String() string {
	switch v {
	case NoMatch:
		return "no match"
	case Matched:
		return "matched"
	case GaveUp:
		return "gave up"
	}
	return "unknown verdict"
}

// What a new Machine allows a search.
const (
	defaultStepsPerByte = 64
	defaultExtraSteps   = 4096
)

// maxFrames bounds the stack of choices: about 1.5 MB.
const maxFrames = 1 << 16

// A Machine runs Programs, any number of them in turn. It belongs to one
// goroutine. After the first calls, Find doesn't allocate.
type Machine struct {
	// StepsPerByte and ExtraSteps are the budget of one search: so many
	// steps for each byte of the window, and so many beyond. A step takes
	// some nanoseconds.
	StepsPerByte, ExtraSteps int

	// Truncated says of the latest search that it wanted to read on at hi,
	// though the text goes on there: with a greater hi the answer may be
	// another. While it is false, the answer is the one that the whole text
	// gives, matches that begin at hi or later aside.
	Truncated bool

	text  []byte
	hi    int // a rune boundary
	steps int
	stack []frame
	slots []int

	sawEnd bool // a byte was wanted at hi
}

// NewMachine makes a Machine with a budget of 64 steps for each byte and 4096
// beyond.
func NewMachine() *Machine {
	return &Machine{StepsPerByte: defaultStepsPerByte, ExtraSteps: defaultExtraSteps}
}

// Find looks for the leftmost-first match of p that begins at lo or after it
// and ends at hi or before it; 0 <= lo <= hi <= len(text). If there is one, loc
// becomes what regexp.FindSubmatchIndex gives: pairs of offsets in text, the
// match first and then the groups, -1 for a group that took no part. The
// result uses loc's array if it is large enough.
//
// Assertions see the text on both sides of the window: lo is the beginning of
// the text only if it is 0, and hi the end only if it is len(text). lo counts
// as the beginning of a rune; a hi inside a rune counts as its beginning. Bytes
// from hi on are never part of the match.
func (m *Machine) Find(p *Program, text []byte, lo, hi int, loc []int) ([]int, Verdict) {
	loc = loc[:0]
	cut := hi < len(text)
	m.text, m.hi = text, hi
	for !isBoundary(text, lo, m.hi) {
		m.hi-- // no match ends inside a rune
	}
	m.steps = m.StepsPerByte*(hi-lo) + m.ExtraSteps
	m.sawEnd = false
	m.slots = m.slots[:0]
	for range p.slots {
		m.slots = append(m.slots, -1)
	}
	start, end := m.search(p, lo)
	m.Truncated = cut && m.sawEnd
	m.text = nil
	if m.steps < 0 {
		return loc, GaveUp
	}
	if end < 0 {
		return loc, NoMatch
	}
	m.slots[0], m.slots[1] = start, end
	return append(loc, m.slots...), Matched
}

// search tries the places where a match may begin, in order.
func (m *Machine) search(p *Program, lo int) (start, end int) {
	if p.anchored {
		if lo > 0 {
			return -1, -1
		}
		return 0, m.run(p, 0)
	}
	for pos := lo; ; pos++ {
		pos = p.filter.next(m.text, pos, m.hi)
		if pos < 0 {
			break
		}
		if !isBoundary(m.text, lo, pos) {
			continue
		}
		end := m.run(p, pos)
		if end >= 0 {
			return p.leadsFrom(m.text, lo, pos), end
		}
		if m.steps < 0 {
			return -1, -1
		}
	}
	if p.leadsFrom(m.text, lo, m.hi) < m.hi {
		m.sawEnd = true
	}
	return -1, -1
}

// leadsFrom gives the leftmost place from which the leading repeats get to
// pos.
//
// A match may go on from pos or not, whatever comes before it. So each pos is
// tried once, for all places that lead to it, and ascending: a place that
// leads to a later pos leads to all between too, as all repeats may stop
// early, so that the first pos with a match has the leftmost beginning; and
// being lazy, they would stop at that pos first.
func (p *Program) leadsFrom(text []byte, lo, pos int) int {
	for i := len(p.leads) - 1; i >= 0; i-- {
		pos = p.leads[i].class.backward(text, lo, pos, p.leads[i].max)
	}
	return pos
}
