package detectors

// Spans gives where each rule's pattern matches, whatever the verdict, in the
// order of judge.
func (s *Scanner) Spans(text []byte) map[string][][]int {
	s.begin(Chunk{Text: text, To: len(text)})
	p := &s.passes[0]
	p.text, p.decoded = text, nil
	s.look(p)
	clear(s.next)
	clear(s.barren)
	out := map[string][][]int{}
	for _, h := range p.hits {
		r := s.e.branches[h.branch].rule
		if !h.ok || int(h.pos) < s.next[r.index] {
			continue
		}
		if start, end, ok := s.search(text, r, s.next[r.index], int(h.pos)); ok {
			s.next[r.index] = max(end, start+1)
			out[r.ID] = append(out[r.ID], []int{start, end})
		}
	}
	return out
}
