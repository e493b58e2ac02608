package detectors

import (
	"slices"
	"unicode/utf8"

	"rekey.example/rekey/internal/backtrack"
	"rekey.example/rekey/internal/decode"
	"rekey.example/rekey/internal/lazydfa"
	"rekey.example/rekey/internal/prefilter"
)

// A Chunk is a text, or a piece of one, to be scanned.
type Chunk struct {
	// Text is looked at but not kept. At most 1 GiB.
	Text []byte
	// Path is slash-separated; rules and allowlists may ask for it. Empty
	// if there is none.
	Path string
	// Commit is the full id of the commit that the text was added by, if
	// any.
	Commit string
	// From and To bound where a wanted match begins: a piece carries up to
	// Overlap bytes of its neighbours on either side. To 0 means the end.
	From, To int
	// Before and After say that Text is a piece which has neighbours on
	// that side.
	Before, After bool
}

// Overlap is how much of its neighbours a piece must carry on either side for
// its matches to be those of the whole text: a match may begin at the piece's
// last byte and be as long as the Horizon, and conditions look that far too.
const Overlap = 2 * Horizon

// A Scanner finds secrets in one text after another. It belongs to one
// goroutine.
type Scanner struct {
	e     *Engine
	dec   decode.Decoder
	hits  []prefilter.Hit
	spare []prefilter.Hit
	// folds are where the runes in fold.go stand, in this pass.
	folds  []int32
	folded folded
	// matchers are the automata's caches, by branch; made when needed.
	matchers []*lazydfa.Matcher
	finders  []*lazydfa.Matcher // by rule, for those run as a whole
	machine  *backtrack.Machine
	loc      []int // the machine's last answer
	// looks counts passes; stamps says in which of them a matcher was last
	// told that the text is another.
	looks  uint64
	stamps []uint64

	chunk  Chunk
	gates  []gate   // by rule, for this chunk
	passes [2]pass  // the current one and the one before it
	next   []int    // by rule, for this pass: where the search goes on
	barren []barren // by rule, for this pass
	// touched says, by rule, whether it must be judged in this decoded pass.
	touched []bool
	found   []*Match
	parts   []*Match // partners of composite rules
	lines   lines
	judged  allowed
}

// gate says whether a rule looks at the chunk at all.
type gate uint8

const (
	gateUnknown gate = iota
	gateOpen
	gateShut
)

// allowed says whether a global allowlist excuses the whole chunk.
type allowed uint8

const (
	allowedUnknown allowed = iota
	allowedNo
	allowedYes
)

// A pass is one view of the chunk: the text itself, or the text with what was
// encoded in it decoded.
type pass struct {
	text []byte
	// decoded is nil for the text itself.
	decoded *decode.Pass
	// hits are the places where a tail may match, in order.
	hits []hit
	// words are where keywords stand, by number, in order.
	words [][]int32
	// searched says which of them were looked for the slow way.
	searched []bool
}

// A hit is a place where the prefilter found the beginning of a branch's tail,
// and what its automaton said.
type hit struct {
	pos int32
	// examined is the end of the bytes that the automaton's verdict depends
	// on; past the text's end if it depends on that.
	examined int32
	branch   int32
	ok       bool
}

// Scanner makes a Scanner.
func (e *Engine) Scanner() *Scanner {
	return &Scanner{
		e:        e,
		matchers: make([]*lazydfa.Matcher, len(e.branches)),
		stamps:   make([]uint64, len(e.branches)),
		finders:  make([]*lazydfa.Matcher, len(e.rules)),
		machine:  backtrack.NewMachine(),
		gates:    make([]gate, len(e.rules)),
		next:     make([]int, len(e.rules)),
		touched:  make([]bool, len(e.rules)),
		barren:   make([]barren, len(e.rules)),
	}
}

// Scan finds the matches that begin in the chunk's own part, ordered by where
// they begin, then by rule. They are valid after the next Scan, too: their
// bytes are copies.
func (s *Scanner) Scan(c Chunk) []*Match {
	if c.To == 0 {
		c.To = len(c.Text)
	}
	s.begin(c)
	raw := &s.passes[0]
	raw.text, raw.decoded = c.Text, nil
	s.look(raw)
	s.pathRules(raw)
	s.judge(raw)
	s.decode()
	return s.finish()
}

// begin forgets the last chunk.
func (s *Scanner) begin(c Chunk) {
	s.chunk = c
	clear(s.gates)
	s.judged = allowedUnknown
	s.dec.Reset()
	s.found, s.parts = nil, nil
	s.lines = lines{text: c.Text}
	for i := range s.passes {
		if p := &s.passes[i]; p.words == nil {
			p.words = make([][]int32, len(s.e.words))
			p.searched = make([]bool, len(s.e.words))
		}
	}
}

// open says whether the rule looks at this chunk: its path fits, and none of
// its allowlists excuses commit or path.
func (s *Scanner) open(r *rule) bool {
	if g := s.gates[r.index]; g != gateUnknown {
		return g == gateOpen
	}
	ok := !(r.SkipReport && !r.partner)
	if ok && r.path != nil {
		ok = r.path.matchString(s.chunk.Path)
	}
	if ok && (s.chunk.Path != "" || s.chunk.Commit != "") {
		for _, a := range r.allow {
			if a.before(s.chunk.Commit, s.chunk.Path) {
				ok = false
				break
			}
		}
	}
	s.gates[r.index] = gateShut
	if ok {
		s.gates[r.index] = gateOpen
	}
	return ok
}

// excused says whether a global allowlist excuses the whole chunk. It is asked
// only when there is something to excuse: most texts never pay for the two
// dozen path patterns.
func (s *Scanner) excused() bool {
	if s.judged == allowedUnknown {
		s.judged = allowedNo
		if s.chunk.Path != "" || s.chunk.Commit != "" {
			for _, a := range s.e.global {
				if a.before(s.chunk.Commit, s.chunk.Path) ||
					s.e.set.Quirks.AnyPathSkips && a.pathAllowed(s.chunk.Path) {
					s.judged = allowedYes
					break
				}
			}
		}
	}
	return s.judged == allowedYes
}

// pathRules tries the rules that look at paths only.
func (s *Scanner) pathRules(raw *pass) {
	if s.chunk.Path == "" || s.chunk.Before {
		return
	}
	for _, r := range s.e.rules {
		if r.syntax != nil || r.path == nil || r.SkipReport || !s.open(r) || !raw.anyWord(s.e, r) || s.excused() {
			continue
		}
		s.found = append(s.found, &Match{Rule: r.Rule, rule: r, PathOnly: true, Tags: r.Tags})
	}
}

// look fills a pass with the places where tails may match and keywords stand.
func (s *Scanner) look(p *pass) {
	s.clear(p)
	s.hits = s.e.filter.Scan(p.text, 0, len(p.text), s.hits[:0])
	s.take(p, s.hits)
	if len(s.folds) > 0 {
		s.lookFolded(p)
	}
}

// clear forgets what was found in another text.
func (s *Scanner) clear(p *pass) {
	s.looks++
	p.hits = p.hits[:0]
	s.folds = s.folds[:0]
	clear(p.searched)
	for i := range p.words {
		p.words[i] = p.words[i][:0]
	}
}

// lookFolded looks again around the runes that case brings into ASCII, at
// copies in which they are replaced.
func (s *Scanner) lookFolded(p *pass) {
	n := len(s.folds)
	for i := 0; i < n; {
		// As far around as a pattern may reach; neighbours share a copy.
		from, to := max(0, int(s.folds[i])-3*s.e.longest), 0
		for to = from; i < n && int(s.folds[i])-3*s.e.longest <= to; i++ {
			to = int(s.folds[i]) + 3*s.e.longest
		}
		to = min(to, len(p.text))
		s.folded.reset()
		s.folded.add(p.text[from:to])
		s.spare = s.e.filter.Scan(s.folded.text, 0, len(s.folded.text), s.spare[:0])
		cursor := 0
		for k := range s.spare {
			s.spare[k].Pos = int32(from + s.folded.original(int(s.spare[k].Pos), &cursor))
		}
		s.take(p, s.spare)
	}
	slices.SortFunc(p.hits, func(a, b hit) int {
		if a.pos != b.pos {
			return int(a.pos - b.pos)
		}
		return int(a.branch - b.branch)
	})
	p.hits = slices.CompactFunc(p.hits, func(a, b hit) bool { return a.pos == b.pos && a.branch == b.branch })
	for i := range p.words {
		slices.Sort(p.words[i])
		p.words[i] = slices.Compact(p.words[i])
	}
}

// take turns the filter's hits into hits of branches and places of keywords.
func (s *Scanner) take(p *pass, hits []prefilter.Hit) {
	for _, h := range hits {
		u := &s.e.uses[h.Pattern]
		for _, b := range u.branches {
			if s.open(s.e.branches[b].rule) {
				p.hits = append(p.hits, s.try(p, int(h.Pos), b))
			}
		}
		for _, w := range u.words {
			if wordAt(p.text[h.Pos:], s.e.words[w].text) {
				p.words[w] = append(p.words[w], h.Pos)
			}
		}
		if u.fold {
			s.folds = append(s.folds, h.Pos)
		}
	}
}

// try asks a branch's automaton whether its tail matches at pos.
func (s *Scanner) try(p *pass, pos int, b int32) hit {
	m := s.matchers[b]
	if m == nil {
		prog := s.e.branches[b].program()
		if prog == nil {
			return hit{int32(pos), int32(len(p.text) + 1), b, true}
		}
		m = lazydfa.NewMatcher(prog)
		s.matchers[b] = m
	}
	if s.stamps[b] != s.looks {
		s.stamps[b] = s.looks
		m.Reset()
	}
	reach := Horizon
	if r := s.e.branches[b].rule; r.right != unbounded {
		reach = min(reach, r.right+2*utf8.UTFMax)
	}
	end := min(len(p.text), pos+reach)
	ok, examined := m.Anchored(p.text, pos, end)
	if end < len(p.text) && examined >= end {
		// Still undecided where no match can reach: what repeats without
		// end in a hostile text costs one look, not a search.
		ok = false
	}
	return hit{int32(pos), int32(examined), b, ok}
}
