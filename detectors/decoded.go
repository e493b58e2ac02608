package detectors

import (
	"sort"

	"rekey.example/rekey/internal/decode"
)

// decode undoes encodings, layer by layer, and judges what each layer shows.
func (s *Scanner) decode() {
	was, is := &s.passes[0], &s.passes[1]
	for range s.e.opts.DecodeDepth {
		next := s.dec.Next(was.text, was.decoded)
		if next == nil {
			return
		}
		is.text, is.decoded = next.Text, next
		s.carry(was, is)
		s.judge(is)
		was, is = is, was
	}
}

// carry fills a decoded pass with what the pass before it found.
//
// A decoded text is the text before it but for the segments. What was found in
// a part that was copied, and looked at nothing outside of that part, is there
// again at another offset; only the segments and their edges are looked at
// anew. A text with one escape in it would otherwise cost twice.
func (s *Scanner) carry(was, is *pass) {
	if len(s.folds) > 0 {
		s.look(is) // rare, and folded copies are made of whole texts
		return
	}
	s.clear(is)
	segs := is.decoded.Segments
	c := carrier{s: s, was: was, is: is}
	done := 0 // in the new text: how far was looked
	for i := range segs {
		c.piece(segs, i, done)
		from := max(done, segs[i].DecStart-s.e.longest)
		done = min(segs[i].DecEnd+1, len(is.text))
		if from < done {
			s.hits = s.e.filter.Scan(is.text, from, done, s.hits[:0])
			s.take(is, s.hits)
		}
	}
	c.piece(segs, len(segs), done)
	if len(s.folds) > 0 {
		s.look(is)
	}
}

// A carrier moves what one pass found to the next.
type carrier struct {
	s       *Scanner
	was, is *pass
	hit     int // the next of was.hits
}

// piece carries over what stands before segment i and behind the one before
// it, from offset done of the new text on, up to where the segment's edge is
// looked at anew.
func (c *carrier) piece(segs []decode.Segment, i, done int) {
	begin, shift := 0, 0
	if i > 0 {
		begin, shift = segs[i-1].EncEnd, segs[i-1].DecEnd-segs[i-1].EncEnd
	}
	end, stop, last := len(c.was.text), len(c.was.text), true
	if i < len(segs) {
		end, last = segs[i].EncStart, false
		stop = end - c.s.e.longest
	}
	begin = max(begin, done-shift)
	hits := c.was.hits
	for c.hit < len(hits) && int(hits[c.hit].pos) < begin {
		c.hit++
	}
	for ; c.hit < len(hits) && int(hits[c.hit].pos) < stop; c.hit++ {
		h := hits[c.hit]
		if last || int(h.examined) <= end {
			c.is.hits = append(c.is.hits, hit{h.pos + int32(shift), h.examined + int32(shift), h.branch, h.ok})
		} else {
			c.is.hits = append(c.is.hits, c.s.try(c.is, int(h.pos)+shift, h.branch))
		}
	}
	for _, w := range c.s.e.filtered {
		c.words(w, begin, stop, shift)
	}
}

// words carries over where one keyword stands.
func (c *carrier) words(w int32, begin, stop, shift int) {
	at := c.was.words[w]
	from := sort.Search(len(at), func(i int) bool { return int(at[i]) >= begin })
	for _, pos := range at[from:] {
		if int(pos) >= stop {
			break
		}
		c.is.words[w] = append(c.is.words[w], pos+int32(shift))
	}
}

// changed marks the rules of which some match in a decoded pass may overlap a
// segment: the others' matches were all seen in the pass before. A rule is
// judged as a whole, because where one match ends decides where the next may
// begin.
func (s *Scanner) changed(p *pass) []bool {
	clear(s.touched)
	for i := range p.hits {
		h := &p.hits[i]
		r := s.e.branches[h.branch].rule
		if !h.ok || s.touched[r.index] {
			continue
		}
		lo, hi := window(p.text, r, 0, int(h.pos))
		s.touched[r.index] = len(p.decoded.Overlapping(lo, hi)) > 0
	}
	return s.touched
}
