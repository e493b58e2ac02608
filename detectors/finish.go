package detectors

import (
	"bytes"
	"slices"
)

// finish settles what depends on several matches, composite rules and the
// filter of generic ones, and gives the matches that the chunk wants.
func (s *Scanner) finish() []*Match {
	found := s.found[:0]
	for _, m := range s.found {
		if s.satisfied(m) {
			found = append(found, m)
		}
	}
	out := make([]*Match, 0, len(found))
	for _, m := range found {
		if m.Start < s.chunk.From || m.Start >= s.chunk.To && !(m.Start == len(s.chunk.Text) && s.chunk.To == m.Start) {
			continue
		}
		if m.rule.generic && shadowed(m, found) {
			continue
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b *Match) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.rule.index - b.rule.index
	})
	if s.chunk.From > 0 {
		s.rebase(out)
	}
	return out
}

// satisfied says whether a composite rule's match has all its partners, found
// in the same pass and near enough.
func (s *Scanner) satisfied(m *Match) bool {
	if m.PathOnly {
		return true // gitleaks asks nothing more of a path
	}
	if m.rule.orphan {
		return false
	}
	for i := range m.rule.required {
		if !s.partnered(m, &m.rule.required[i]) {
			return false
		}
	}
	return true
}

// partnered says whether one of the requirement's matches is near enough.
func (s *Scanner) partnered(m *Match, req *requirement) bool {
	if req.rule.syntax == nil {
		// Gitleaks reports such a file on line 0, in the first pass only.
		return m.pass == 0 && s.chunk.Path != "" && s.open(req.rule) && within(m.line+1, m.col, 0, 0, req)
	}
	for _, other := range s.parts {
		if other.rule == req.rule && other.pass == m.pass && !other.AllowComment &&
			distance(other.Start, m.Start) <= Horizon && within(m.line, m.col, other.line, other.col, req) {
			return true
		}
	}
	return false
}

// within says whether two places are as near as the requirement asks.
func within(line, col, otherLine, otherCol int, req *requirement) bool {
	return (req.WithinLines == nil || distance(line, otherLine) <= *req.WithinLines) &&
		(req.WithinColumns == nil || distance(col, otherCol) <= *req.WithinColumns)
}

func distance(a, b int) int { return max(a-b, b-a) }

// shadowed says whether a match of a generic rule says less than a match of
// another rule on the same line, whose secret holds its own.
func shadowed(m *Match, found []*Match) bool {
	for _, o := range found {
		if !o.rule.generic && o.AllowComment == m.AllowComment && o.PathOnly == m.PathOnly &&
			o.line == m.line && distance(o.Start, m.Start) <= Horizon && bytes.Contains(o.Secret, m.Secret) {
			return true
		}
	}
	return false
}

// rebase makes lines count from the chunk's own part.
func (s *Scanner) rebase(out []*Match) {
	from := s.chunk.From
	skip := s.lines.count(from)
	start := bytes.LastIndexByte(s.chunk.Text[:from], '\n') + 1
	for _, m := range out {
		for _, p := range []*Position{&m.From, &m.To} {
			p.Line -= skip
			if p.Line == 1 {
				p.Column -= from - start
			}
		}
		g := &m.Gitleaks
		g.StartLine -= skip
		g.EndLine -= skip
		off := from - start
		if skip > 0 {
			off++ // gitleaks' columns are one too high behind the first line
		}
		if g.StartLine == 0 {
			g.StartColumn -= off
		}
		if g.EndLine == 0 {
			g.EndColumn -= off
		}
	}
}
