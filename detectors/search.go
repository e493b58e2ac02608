package detectors

import (
	"bytes"
	"unicode/utf8"

	"rekey.example/rekey/internal/backtrack"
	"rekey.example/rekey/internal/lazydfa"
)

// judge runs the patterns where they may match, in order and without overlap
// as regexp.FindAll would over the whole text, and judges each match.
//
// Why a window is enough: a match that holds the place pos reaches at most
// r.left bytes to its left and r.right to its right, so that it can't touch
// the window's edges, and \b ^ $ see what they would see in the text. A match
// that doesn't hold pos is of no interest here: it holds another place, which
// has a turn of its own.
func (s *Scanner) judge(p *pass) {
	clear(s.next)
	clear(s.barren)
	var touched []bool
	if p.decoded != nil {
		touched = s.changed(p)
	}
	for i := range p.hits {
		h := &p.hits[i]
		if !h.ok {
			continue
		}
		r := s.e.branches[h.branch].rule
		if touched != nil && !touched[r.index] {
			continue
		}
		pos := int(h.pos)
		if pos < s.next[r.index] || s.excused() {
			continue
		}
		if start, end, ok := s.search(p.text, r, s.next[r.index], pos); ok {
			s.next[r.index] = max(end, start+1)
			s.match(p, r, start, end)
		}
	}
	for _, r := range s.e.whole {
		if s.open(r) && (r.partner || p.anyWord(s.e, r)) && !s.excused() {
			s.searchWhole(p, r)
		}
	}
}

// barren says that no match which ends at or before hi begins in [lo, to). In a
// hostile text one search answers so for all places on a long line.
type barren struct{ lo, to, hi int }

// search finds the leftmost match that begins at or after from and holds pos.
func (s *Scanner) search(text []byte, r *rule, from, pos int) (start, end int, ok bool) {
	lo, hi := window(text, r, from, pos)
	known := &s.barren[r.index]
	if known.hi == hi && known.lo <= lo && pos < known.to {
		return 0, 0, false
	}
	for lo <= pos {
		start, end, ok = s.find(text, r, lo, hi)
		switch {
		case !ok:
			*known = barren{lo, hi, hi}
			return 0, 0, false
		case start > pos:
			*known = barren{lo, start, hi}
			return 0, 0, false
		}
		if end > pos {
			// What reaches a cut is longer than the horizon.
			return start, end, end < hi || hi == len(text)
		}
		lo = max(end, start+1)
	}
	return 0, 0, false
}

// window is the part of the text in which a match that holds pos lies, with
// room to spare on both sides.
func window(text []byte, r *rule, from, pos int) (lo, hi int) {
	const spare = utf8.UTFMax + 1
	lo, hi = max(from, pos-Horizon), min(len(text), pos+Horizon)
	if r.left != unbounded {
		lo = max(lo, pos-r.left-spare)
	} else if r.newlines != unbounded {
		lo = linesBack(text, lo, pos, r.newlines+1)
	}
	if r.right != unbounded {
		hi = min(hi, pos+r.right+spare)
	} else if r.newlines != unbounded {
		hi = linesOn(text, pos, hi, r.newlines+1)
	}
	for i := 0; lo > from && i < utf8.UTFMax-1 && !utf8.RuneStart(text[lo]); i++ {
		lo--
	}
	return lo, hi
}

// linesBack is the place of the nth newline before pos, or lo.
func linesBack(text []byte, lo, pos, n int) int {
	for ; n > 0; n-- {
		i := bytes.LastIndexByte(text[lo:pos], '\n')
		if i < 0 {
			return lo
		}
		pos = lo + i
	}
	return pos
}

// linesOn is the place behind the nth newline from pos on, or hi.
func linesOn(text []byte, pos, hi, n int) int {
	for ; n > 0; n-- {
		i := bytes.IndexByte(text[pos:hi], '\n')
		if i < 0 {
			return hi
		}
		pos += i + 1
	}
	return pos
}

// find is the leftmost match in text[lo:hi], with what stands around it as its
// context.
func (s *Scanner) find(text []byte, r *rule, lo, hi int) (start, end int, ok bool) {
	if prog := r.program(); prog != nil {
		var v backtrack.Verdict
		s.loc, v = s.machine.Find(prog, text, lo, hi, s.loc)
		switch v {
		case backtrack.Matched:
			return s.loc[0], s.loc[1], true
		case backtrack.NoMatch:
			return 0, 0, false
		}
	}
	loc := r.regexp().FindIndex(text[lo:hi])
	if loc == nil {
		return 0, 0, false
	}
	if loc[0] > 0 || lo == 0 || !r.lookbehind {
		return lo + loc[0], lo + loc[1], true
	}
	// The match begins at the cut, where an assertion may have been misled.
	_, n := utf8.DecodeLastRune(text[:lo])
	m := r.regexpFrom().FindSubmatchIndex(text[lo-n : hi])
	if m == nil {
		return 0, 0, false
	}
	return lo - n + m[2], lo - n + m[3], true
}

// groups are the match's groups, found by running the pattern on the match
// alone; nil if it doesn't match there. The result is valid until the next
// search.
func (s *Scanner) groups(r *rule, match []byte) []int {
	if prog := r.program(); prog != nil {
		var v backtrack.Verdict
		s.loc, v = s.machine.Find(prog, match, 0, len(match), s.loc)
		switch v {
		case backtrack.Matched:
			return s.loc
		case backtrack.NoMatch:
			return nil
		}
	}
	return r.regexp().FindSubmatchIndex(match)
}

// searchWhole runs a rule whose pattern gives nothing to look for. Its
// automaton finds where the next match ends, the regexp where it begins.
func (s *Scanner) searchWhole(p *pass, r *rule) {
	m := s.finders[r.index]
	if m == nil {
		prog, err := lazydfa.Compile(r.syntax, lazydfa.Options{})
		if err == nil {
			m = lazydfa.NewMatcher(prog)
			s.finders[r.index] = m
		}
	}
	reach := Horizon
	if n := maxBytes(r.syntax); n != unbounded {
		reach = min(reach, n+utf8.UTFMax+1)
	}
	for pos := 0; pos <= len(p.text); {
		e := pos
		if m != nil {
			m.Reset()
			ok, at := m.Find(p.text, pos, len(p.text))
			if !ok {
				return
			}
			e = at
		}
		lo, hi := max(pos, e-reach), min(len(p.text), e+reach)
		start, end, ok := s.find(p.text, r, lo, hi)
		switch {
		case ok && (end < hi || hi == len(p.text)):
			s.match(p, r, start, end)
			pos = max(end, start+1)
		case m == nil:
			pos = max(pos+1, hi-reach+1)
		default:
			pos = max(pos, e) + 1
		}
	}
}
