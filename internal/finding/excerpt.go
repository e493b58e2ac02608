package finding

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// excerptWidth is how many characters of a line an excerpt shows at most, its
// ellipses aside.
const excerptWidth = 120

// ellipsis stands where a line was cut.
const ellipsis = "…"

// A Span is a range of bytes, its end exclusive.
type Span struct{ Start, End int }

// Excerpt cuts line to a window of at most 120 characters around the secret at
// at, with Masked in the place of at and of the others, the line's other known
// secrets. The text is valid UTF-8 in one line: what isn't becomes U+FFFD; "…" is
// where the line goes on. column is where in text the mask of at begins, in
// bytes from 0, and width how many bytes it takes. Spans may overlap and may
// reach past the line; those that touch at share its mask.
//
// Neither line nor spans are kept. Secrets that aren't among the spans still
// stand in the text: it isn't fit to be shown before secret.Redactor's Line has
// seen it.
func Excerpt(line []byte, at Span, others ...Span) (text string, column, width int) {
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	line = bytes.TrimSuffix(line, []byte("\r"))
	spans := merged(len(line), append(slices.Clone(others), at))
	own := clipped(at, len(line))
	// The mask of at is the merged span that holds it.
	k := slices.IndexFunc(spans, func(s Span) bool { return s.Start <= own.Start && own.End <= s.End })
	budget := excerptWidth - len(Masked)
	left, leftCut := before(line, spans[:k], spans[k].Start, budget/2)
	right, rightCut := after(line, spans[k+1:], spans[k].End, budget-utf8.RuneCountInString(left))
	if spare := budget/2 - utf8.RuneCountInString(right); leftCut && spare > 0 {
		left, leftCut = before(line, spans[:k], spans[k].Start, budget/2+spare)
	}
	if leftCut {
		left = ellipsis + left
	}
	if rightCut {
		right += ellipsis
	}
	return left + Masked + right, len(left), len(Masked)
}

// clipped fits s into a line of n bytes.
func clipped(s Span, n int) Span {
	s.Start = min(max(s.Start, 0), n)
	s.End = min(max(s.End, s.Start), n)
	return s
}

// merged fits spans into a line of n bytes, sorts them and joins those that
// touch.
func merged(n int, spans []Span) []Span {
	for i, s := range spans {
		spans[i] = clipped(s, n)
	}
	slices.SortFunc(spans, func(a, b Span) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
	out := spans[:0]
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && s.Start <= out[last].End {
			out[last].End = max(out[last].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// before writes what stands to the left of end, cut to its last most
// characters, with spans masked.
func before(line []byte, spans []Span, end, most int) (text string, cut bool) {
	w := window{room: most}
	for _, s := range slices.Backward(spans) {
		w.text(line[s.End:end], true)
		w.mask()
		end = s.Start
	}
	w.text(line[:end], true)
	slices.Reverse(w.parts)
	return strings.Join(w.parts, ""), w.cut
}

// after writes what stands to the right of start, cut to its first most
// characters, with spans masked.
func after(line []byte, spans []Span, start, most int) (text string, cut bool) {
	w := window{room: most}
	for _, s := range spans {
		w.text(line[start:s.Start], false)
		w.mask()
		start = s.End
	}
	w.text(line[start:], false)
	return strings.Join(w.parts, ""), w.cut
}

// window takes parts of a line, the nearest to the secret first, until its room
// is filled.
type window struct {
	parts []string
	room  int // in characters
	cut   bool
}

// text takes b, or as much as there is room for: of its end if fromEnd.
func (w *window) text(b []byte, fromEnd bool) {
	if w.cut {
		return
	}
	reach := min(len(b), 4*w.room+4) // no character has more than 4 bytes
	if fromEnd {
		b = b[len(b)-reach:]
	} else {
		b = b[:reach]
	}
	r := []rune(string(b))
	if len(r) > w.room {
		w.cut = true
		if fromEnd {
			r = r[len(r)-w.room:]
		} else {
			r = r[:w.room]
		}
	}
	w.room -= len(r)
	w.parts = append(w.parts, string(r))
}

// mask takes a masked secret whole, if there is room.
func (w *window) mask() {
	if w.cut || w.room < len(Masked) {
		w.cut = true
		return
	}
	w.room -= len(Masked)
	w.parts = append(w.parts, Masked)
}

// UTF16Column is the column, from 1, at which what follows prefix on its line
// begins when columns are counted in UTF-16 code units, as editors and SARIF
// do. A byte that isn't UTF-8 counts one.
func UTF16Column(prefix []byte) int {
	n := 1
	for len(prefix) > 0 {
		r, size := utf8.DecodeRune(prefix)
		n++
		if r > 0xFFFF {
			n++
		}
		prefix = prefix[size:]
	}
	return n
}
