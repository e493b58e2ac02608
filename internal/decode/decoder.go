package decode

import "slices"

// How large a buffer may be to be kept for a text that hardly uses it.
const (
	maxIdleText     = 4 << 20 // bytes
	maxIdleSegments = 1 << 16
)

// A Decoder makes passes and keeps their memory for the next text. The zero
// value is ready. It belongs to one goroutine.
type Decoder struct {
	// Limit, if positive, is the length of the longest encoded value, as
	// in Finder.
	Limit int

	matches []Match
	passes  []*Pass
	used    int
}

// Reset takes back every Pass that was given out, for the next text.
func (d *Decoder) Reset() {
	matches := 0 // at most, in one pass
	for _, p := range d.passes {
		matches = max(matches, len(p.Segments))
		p.Text = emptied(p.Text, maxIdleText)
		p.Segments = emptied(p.Segments, maxIdleSegments)
		p.prev = nil
	}
	d.matches = emptied(d.matches[:min(matches, cap(d.matches))], maxIdleSegments)
	d.used = 0
}

// emptied returns the buffer without its contents, or nil if it is larger than
// most and the text just done has used little of it.
func emptied[T any](buf []T, most int) []T {
	if cap(buf) > most && len(buf) < cap(buf)/4 {
		return nil
	}
	return buf[:0]
}

// Next decodes the text once more: the raw text if prev is nil, else the text
// of prev. It returns nil when nothing in it decodes. The text is not kept.
func (d *Decoder) Next(text []byte, prev *Pass) *Pass {
	f := Finder{Limit: d.Limit}
	d.matches = f.Find(d.matches[:0], text, 0, true)
	return d.Decode(text, d.matches, prev)
}

// Decode is Next for matches that a Finder has found in text, in their order;
// their offsets count from the start of text. It returns nil for no matches.
func (d *Decoder) Decode(text []byte, matches []Match, prev *Pass) *Pass {
	if len(matches) == 0 {
		return nil
	}
	p := d.pass(prev)
	depth := 1
	if prev != nil {
		depth = prev.Depth() + 1
	}
	p.Segments = slices.Grow(p.Segments, len(matches))
	out := slices.Grow(p.Text[:0], len(text)) // decoding never lengthens
	done := 0
	for _, m := range matches {
		out = append(out, text[done:m.Start]...)
		s := Segment{
			OrigStart: m.Start, OrigEnd: m.End,
			EncStart: m.Start, EncEnd: m.End,
			DecStart: len(out),
			Kinds:    m.Kind,
			Depth:    depth,
		}
		if prev != nil {
			before := prev.Overlapping(m.Start, m.End)
			for i := range before {
				s.Kinds |= before[i].Kinds
			}
			s.OrigStart, s.OrigEnd = prev.Original(before, m.Start, m.End)
		}
		out = appendDecoded(out, text[m.Start:m.End], m.Kind)
		s.DecEnd = len(out)
		p.Segments = append(p.Segments, s)
		done = m.End
	}
	p.Text = append(out, text[done:]...)
	return p
}

// pass returns an empty pass that follows prev.
func (d *Decoder) pass(prev *Pass) *Pass {
	if d.used == len(d.passes) {
		d.passes = append(d.passes, new(Pass))
	}
	p := d.passes[d.used]
	d.used++
	p.prev = prev
	return p
}
