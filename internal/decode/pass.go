package decode

import (
	"bytes"
	"sort"
)

// A Pass is a text with its encoded places decoded once more. It has at least
// one segment. It belongs to the Decoder that made it and is valid until that
// Decoder's next Reset.
type Pass struct {
	// Text is the decoded text.
	Text []byte
	// Segments are the decoded places, in order.
	Segments []Segment

	prev *Pass
}

// Depth counts the passes up to this one: 1 for the first.
func (p *Pass) Depth() int { return p.Segments[0].Depth }

// Overlapping returns the segments whose decoded range overlaps or touches
// [start, end) of p.Text. They share memory with p.Segments.
func (p *Pass) Overlapping(start, end int) []Segment {
	i := sort.Search(len(p.Segments), func(i int) bool { return p.Segments[i].DecEnd >= start })
	n := sort.Search(len(p.Segments)-i, func(n int) bool { return p.Segments[i+n].DecStart > end })
	return p.Segments[i : i+n : i+n]
}

// Original maps [start, end) of p.Text to the raw text, given the segments
// that overlap it. A range inside one segment becomes all of that segment's
// original range; one that reaches out of a segment keeps the bytes by which
// it does. Without segments the range is returned as it is: gitleaks never
// asks that of a match, which is new only if it overlaps a segment.
func (p *Pass) Original(segs []Segment, start, end int) (int, int) {
	for len(segs) > 0 {
		from, to := -1, 0
		for i := range segs {
			s := &segs[i]
			if s.DecStart > end || s.DecEnd < start {
				continue
			}
			if s.DecStart <= start && end <= s.DecEnd {
				return s.OrigStart, s.OrigEnd
			}
			a := s.EncStart - max(0, s.DecStart-start)
			b := s.EncEnd + max(0, end-s.DecEnd)
			if from < 0 {
				from, to = a, b
			} else {
				from, to = min(from, a), max(to, b)
			}
		}
		if from < 0 {
			// Gitleaks leaves the range in the coordinates of this pass.
			return start, end
		}
		start, end = from, to
		if p = p.prev; p == nil {
			break
		}
		segs = p.Overlapping(start, end)
	}
	return start, end
}

// CurrentLine returns the range of p.Text from the newline before the first of
// the segments, that newline included, to the newline after the last one, that
// newline excluded. A segment that begins with a newline begins its own line.
// Without segments it is the whole text.
func (p *Pass) CurrentLine(segs []Segment) (start, end int) {
	if len(segs) == 0 {
		return 0, len(p.Text)
	}
	first, last := segs[0].DecStart, segs[len(segs)-1].DecEnd
	start = max(0, bytes.LastIndexByte(p.Text[:first+1], '\n'))
	if i := bytes.IndexByte(p.Text[last:], '\n'); i >= 0 {
		return start, last + i
	}
	return start, len(p.Text)
}
