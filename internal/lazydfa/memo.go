package lazydfa

import (
	"math/bits"
	"slices"
)

// Two runs of the anchored automaton that are in the same state at the same
// position have the same future. So that runs from many positions over the
// same bytes don't take quadratic time, a run that got far leaves its states
// at checkpoints, and where it got to; a later run that meets one of them
// jumps there.
//
// Checkpoints are multiples of memoStep near the beginning of a run and of
// ever larger powers of two further on, 1/32 to 1/64 of the distance, so that
// a run leaves few of them however far it goes. A later run looks at
// more positions near its own beginning than an earlier one did, and leaves
// checkpoints where those are sparse: each byte is then read about as often as
// there are sizes of gap, not once for each run.
const (
	memoAfter  = 24 // bytes before the first checkpoint, at most
	memoStep   = 8
	memoWays   = 4
	memoTails  = 64
	minBuckets = 1 << 4 // of memoWays checkpoints
	maxBuckets = 1 << 10
)

// A memo remembers runs over one text. A checkpoint that was pushed out costs
// time, never the answer.
type memo struct {
	first   *byte // of the text, nil if nothing is remembered
	flushes int   // of the automaton, whose states are named here
	entries []checkpoint
	pending []checkpoint // of the current run
	tails   []tail       // by id modulo memoTails; nil as long as entries is
	lastID  uint32
	read    int // bytes that long runs read, ever
}

// A checkpoint says that a run was in state before reading byte pos, and which
// tail it leads to.
type checkpoint struct {
	pos   int
	state uint32
	tail  uint32 // id; 0 for none
}

// A tail is how far runs through some checkpoints got: they are alive in state
// before byte at, or, if state is dead or accepting, were decided by the byte
// before at. Never by the end of the text.
type tail struct {
	id    uint32
	state uint32
	at    int
}

// reset forgets everything.
func (m *memo) reset() {
	if m.first != nil {
		clear(m.entries)
		m.first = nil
	}
	m.pending = m.pending[:0]
}

// begin prepares for a run over text by an automaton with so many flushes.
func (m *memo) begin(text []byte, flushes int) {
	if m.first != &text[0] || m.flushes != flushes {
		m.reset()
		m.first, m.flushes = &text[0], flushes
	}
	m.pending = m.pending[:0]
}

// bucket gives the entries that may hold a checkpoint.
func (m *memo) bucket(pos int, state uint32) []checkpoint {
	h := (uint64(pos/memoStep) + uint64(state)<<32) * 0x9e3779b97f4a7c15 >> 32
	i := int(h) & (len(m.entries)/memoWays - 1) * memoWays
	return m.entries[i : i+memoWays]
}

// lookup gives where a run in the state at pos gets to, nil if that isn't
// known to be any further.
func (m *memo) lookup(pos int, state uint32) *tail {
	if m.entries == nil {
		return nil
	}
	for _, c := range m.bucket(pos, state) {
		if c.pos == pos && c.state == state {
			if t := m.tailOf(c); t != nil && t.at > pos {
				return t
			}
		}
	}
	return nil
}

// tailOf gives the tail that c leads to, nil if it was forgotten.
func (m *memo) tailOf(c checkpoint) *tail {
	if t := &m.tails[c.tail%memoTails]; t.id == c.tail && c.tail != 0 {
		return t
	}
	return nil
}

// record lets the pending checkpoints of a run from pos lead to t, or to a new
// tail if it is nil.
func (m *memo) record(pos int, t *tail, state uint32, at int) {
	if t == nil {
		if len(m.pending) == 0 {
			return
		}
		if m.entries == nil {
			m.entries = make([]checkpoint, minBuckets*memoWays)
			m.tails = make([]tail, memoTails)
		}
		m.lastID++
		if m.lastID == 0 { // 0 means none; old ids come back
			clear(m.entries)
			m.lastID = 1
		}
		t = &m.tails[m.lastID%memoTails]
		t.id = m.lastID
	}
	t.state, t.at = state, at
	for _, c := range m.pending {
		c.tail = t.id
		for !m.insert(pos, c) {
			m.grow(pos)
		}
	}
}

// insert puts c into its bucket. It fails if all checkpoints there may still
// be of use to a run from pos or later, and the memo may grow.
func (m *memo) insert(pos int, c checkpoint) bool {
	bucket := m.bucket(c.pos, c.state)
	oldest := 0
	for i, old := range bucket {
		if old.pos == c.pos && old.state == c.state || m.tailOf(old) == nil {
			bucket[i] = c
			return true
		}
		if old.pos < bucket[oldest].pos {
			oldest = i
		}
	}
	if bucket[oldest].pos > pos && len(m.entries) < maxBuckets*memoWays {
		return false
	}
	bucket[oldest] = c
	return true
}

// grow doubles the number of buckets.
func (m *memo) grow(pos int) {
	old := m.entries
	m.entries = make([]checkpoint, 2*len(old))
	for _, c := range old {
		if c.pos > pos && m.tailOf(c) != nil {
			bucket := m.bucket(c.pos, c.state)
			i := slices.IndexFunc(bucket, func(c checkpoint) bool { return c.tail == 0 })
			bucket[i] = c // at most memoWays came from one bucket
		}
	}
}

// long goes on with a run that began at pos and is in state s at i, a multiple
// of memoStep. It gives the state at end and end, or an answer and one past
// the byte that gave it. cut says that end isn't the end of the text.
func (m *Matcher) long(s uint32, text []byte, pos, i, end int, cut bool) (uint32, int) {
	d, memo := &m.anchored, &m.memo
	memo.begin(text, d.flushes)
	var known *tail
	for {
		if t := memo.lookup(i, s); t != nil && (t.at <= end || cut) {
			known = t
			if t.at > end { // alive at the cut, which is all that matters
				memo.record(pos, t, t.state, t.at)
				return s, end
			}
			s, i = t.state, t.at
			if s < firstRow || i == end {
				if len(memo.pending) == 0 {
					return s, i
				}
				break
			}
		} else {
			memo.pending = append(memo.pending, checkpoint{pos: i, state: s})
		}
		step := max(memoStep, 1<<bits.Len(uint(i-pos))>>6)
		from := i
		s, i = d.run(&m.build, s, text, i, min(end, (i|(step-1))+1))
		memo.read += i - from
		if d.flushes != memo.flushes { // the states have other names now
			memo.reset()
			memo.begin(text, d.flushes)
			known = nil
		}
		if s < firstRow {
			i++
			break
		}
		if i == end {
			break
		}
	}
	memo.record(pos, known, s, i)
	return s, i
}
