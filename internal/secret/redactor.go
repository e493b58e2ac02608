package secret

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// mask is what a Redactor puts in a secret's place. It is finding.Masked; a
// test of internal/report holds the two together.
const mask = "********"

// The sizes, in bytes, from which a Redactor takes text for a secret.
const (
	wordOnly  = 6  // a shorter value counts only where it stands as a word
	leastLine = 16 // of a value of several lines, so long a line counts by itself
	leastPart = 4  // of a value that the end of an excerpt cuts
)

// cut is what an excerpt has where its line goes on.
const cut = "…"

// A Redactor masks secrets wherever they stand in text that is about to be
// shown: paths, authors, messages, lines, errors, and JSON or URIs made of
// them. It holds the secrets in a closure, as a Value does, and is safe for
// concurrent use. The zero Redactor masks nothing.
type Redactor struct {
	_    [0]func() // not comparable
	open func() *values
}

// NewRedactor makes a Redactor for all of secrets, typically those of a run.
//
// A secret is masked as it is, as JSON writes it inside a string, and as a
// URI's path writes it; one of several lines also line by line, PEM headers
// and lines under 16 bytes aside. One under 6 bytes is masked only where
// neither a letter nor a digit touches it: it may be part of any word. An
// empty one is passed over.
func NewRedactor(secrets []Value) *Redactor {
	var all []string
	for _, s := range secrets {
		s.Use(func(b []byte) { all = append(all, writings(string(b))...) })
	}
	vs := newValues(all)
	return &Redactor{open: func() *values { return vs }}
}

// Redact masks every secret in s. Where secrets overlap or touch, one mask
// stands for all of them.
func (r *Redactor) Redact(s string) string {
	if r == nil || r.open == nil {
		return s
	}
	return masked(s, r.open().in(s))
}

// Line masks the secrets in an excerpt as finding.Excerpt gives it: line, of
// which the width bytes at column are a mask already. It also masks parts of
// secrets, of 4 bytes or more, that "…" or the mask cuts off from the rest. It
// gives the line, and where in it the same mask stands now.
func (r *Redactor) Line(line string, column, width int) (string, int, int) {
	if r == nil || r.open == nil {
		return line, column, width
	}
	column = min(max(column, 0), len(line))
	width = min(max(width, 0), len(line)-column)
	vs := r.open()
	left := vs.piece(line[:column], strings.HasPrefix(line, cut), width > 0)
	right := vs.piece(line[column+width:], width > 0, strings.HasSuffix(line, cut))
	return left + line[column:column+width] + right, len(left), width
}

// String hides the values.
func (r *Redactor) String() string { return redacted }

// writings gives the ways in which value may be written, itself first.
func writings(value string) []string {
	out := []string{value}
	if lines := strings.Split(value, "\n"); len(lines) > 1 {
		for _, l := range lines {
			if l = strings.TrimSpace(l); len(l) >= leastLine && !strings.HasPrefix(l, "-----") {
				out = append(out, l)
			}
		}
	}
	for _, v := range slices.Clone(out) {
		var b strings.Builder
		for _, html := range []bool{true, false} {
			b.Reset()
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(html)
			if enc.Encode(v) == nil {
				quoted := strings.TrimSuffix(b.String(), "\n")
				out = append(out, quoted[1:len(quoted)-1])
			}
		}
		out = append(out, percent(v))
	}
	return out
}

// percent writes v as RFC 3986 has it in a path, with upper-case digits.
func percent(v string) string {
	const upperHex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(v) {
		if c := v[i]; wordByte(c) && c < 0x80 || strings.IndexByte("-._~/!", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

// values finds strings of a set in a text. A text is between its longest prefix
// in the set and itself only followed by strings with that prefix, so the
// nearest string before the text in sorted order leads to all of its prefixes
// in the set, by way of parent.
type values struct {
	sorted   []string
	parent   []int // the longest other string that is a prefix of this one, or -1
	reversed []string
	starts   [1 << 16 / 64]uint64 // the first two bytes of each string, a bit for each pair
	ones     [256]bool            // the strings of one byte
}

func newValues(all []string) *values {
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	slices.Sort(all)
	vs := &values{sorted: slices.Compact(all)}
	for i, s := range vs.sorted {
		p := i - 1
		for p >= 0 && !strings.HasPrefix(s, vs.sorted[p]) {
			p = vs.parent[p]
		}
		vs.parent = append(vs.parent, p)
		vs.reversed = append(vs.reversed, reverse(s))
		if len(s) == 1 {
			vs.ones[s[0]] = true
		} else {
			vs.starts[pair(s)/64] |= 1 << (pair(s) % 64)
		}
	}
	slices.Sort(vs.reversed)
	return vs
}

func pair(s string) int { return int(s[0])<<8 | int(s[1]) }

func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// span is a range of bytes to mask.
type span struct{ start, end int }

// in gives the spans of s that are of the set, joined where they overlap or
// touch.
func (vs *values) in(s string) []span {
	var out []span
	for i := range len(s) {
		if !vs.ones[s[i]] && (i+1 == len(s) || vs.starts[pair(s[i:])/64]>>(pair(s[i:])%64)&1 == 0) {
			continue
		}
		if n := vs.at(s, i); n > 0 {
			out = joined(out, span{i, i + n})
		}
	}
	return out
}

// at gives the length of the longest string of the set at s[i:], or 0.
func (vs *values) at(s string, i int) int {
	text := s[i:]
	k, exact := slices.BinarySearch(vs.sorted, text)
	if !exact {
		k--
	}
	for ; k >= 0; k = vs.parent[k] {
		v := vs.sorted[k]
		if strings.HasPrefix(text, v) && (len(v) >= wordOnly || standsAlone(s, i, i+len(v))) {
			return len(v)
		}
	}
	return 0
}

// standsAlone says that s[start:end] touches no letter or digit.
func standsAlone(s string, start, end int) bool {
	return (start == 0 || !wordByte(s[start-1])) && (end == len(s) || !wordByte(s[end]))
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// piece masks s, which at its start or end may be cut out of more, with or
// without a cut mark.
func (vs *values) piece(s string, cutStart, cutEnd bool) string {
	var head, tail string
	if rest, ok := strings.CutPrefix(s, cut); cutStart && ok {
		head, s = cut, rest
	}
	if rest, ok := strings.CutSuffix(s, cut); cutEnd && ok {
		tail, s = cut, rest
	}
	spans := vs.in(s)
	if n := begun(vs.reversed, reverse(s)); cutStart && n > 0 {
		spans = append(spans, span{0, n})
	}
	if n := begun(vs.sorted, s); cutEnd && n > 0 {
		spans = append(spans, span{len(s) - n, len(s)})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var all []span
	for _, sp := range spans {
		all = joined(all, sp)
	}
	return head + masked(s, all) + tail
}

// begun gives the length of the longest end of s, if it has leastPart bytes or
// more, with which a string of sorted begins.
func begun(sorted []string, s string) int {
	for i := range max(len(s)-leastPart+1, 0) {
		k, _ := slices.BinarySearch(sorted, s[i:])
		if k < len(sorted) && strings.HasPrefix(sorted[k], s[i:]) {
			return len(s) - i
		}
	}
	return 0
}

// joined appends sp to spans, which are sorted and apart.
func joined(spans []span, sp span) []span {
	if last := len(spans) - 1; last >= 0 && sp.start <= spans[last].end {
		spans[last].end = max(spans[last].end, sp.end)
		return spans
	}
	return append(spans, sp)
}

// masked gives s with a mask for each of spans.
func masked(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for _, sp := range spans {
		b.WriteString(s[from:sp.start])
		b.WriteString(mask)
		from = sp.end
	}
	b.WriteString(s[from:])
	return b.String()
}
