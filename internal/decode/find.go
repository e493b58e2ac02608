package decode

import "bytes"

// The shortest matches of the two kinds that are runs of one class.
const (
	minBase64 = 16
	minHex    = 32
)

// A Match is an encoded value, [Start, End), whose decoded form is not empty.
type Match struct {
	Start, End int
	Kind       Kind
}

// A Finder finds the encodings of a text that may come in pieces. Its matches
// are those of gitleaks' combined expression, leftmost first: percent escapes
// from the first to the last of a line, unicode escapes in a row, runs of hex
// digits, runs of base64 with their padding. Of two that touch, the one whose
// Kind is the larger is left out, whether or not the other decodes; then those
// that don't decode are left out.
//
// The zero value stands at the start of a text. A Finder can be copied to
// remember where it stood.
type Finder struct {
	// Limit, if positive, is the length of the longest match: a line of
	// percent escapes and a run of hex or base64 are cut there as if the
	// class ended, and the rest is looked at anew. It should be a multiple
	// of 4 and at least 64. Where to cut depends on where the match starts
	// and on nothing else.
	Limit int

	pos  int   // no match that is still to come starts before
	last Match // the last match of the expression, decoding or not
	held Match // last, if it decodes and its right neighbour isn't known
}

// Keep is the offset from which on the next call of Find needs the text: the
// start of a match of which the end was not seen, or of one that was seen and
// that its right neighbour may still displace.
func (f *Finder) Keep() int {
	if f.held.Kind != 0 {
		return f.held.Start
	}
	return f.pos
}

// Find appends to dst the matches that the text settles. The text holds the
// stream's bytes from offset base on, at most f.Keep(), and all offsets are the
// stream's. Without more, a match that could go on behind the text is left for
// the next call; with end, the stream ends with this text, and what remains is
// settled.
//
// However the stream is cut, the matches are the same. Bytes from Keep on are
// looked at again by the next call, so that the work is linear if each call
// brings at least about Limit new bytes.
func (f *Finder) Find(dst []Match, text []byte, base int, end bool) []Match {
	m := matcher{scanner: scanner{text: text}, limit: f.Limit, end: end}
	pos := f.pos - base
	for {
		i := m.next(pos)
		if i == len(text) {
			pos = i
			break
		}
		next := i + 1
		if text[i] == '+' && i > pos && text[i-1] == 'U' {
			i--
		}
		stop, kind := m.at(i)
		if kind == unsettled {
			pos = i
			break
		}
		if kind == 0 {
			pos = next
			continue
		}
		dst = f.push(dst, text, base, Match{i + base, stop + base, kind})
		pos = stop
	}
	if end {
		dst = f.flush(dst)
		f.pos = base + len(text)
		return dst
	}
	f.pos = base + min(pos, tail(text, max(0, f.last.End-base)))
	if f.pos > f.held.End {
		dst = f.flush(dst)
	}
	return dst
}

// push takes the next match of the expression and appends the one before it,
// if that is kept.
func (f *Finder) push(dst []Match, text []byte, base int, m Match) []Match {
	touches := f.last.Kind != 0 && f.last.End == m.Start
	displaced := touches && f.last.Kind < m.Kind
	if touches && m.Kind < f.last.Kind {
		f.held = Match{}
	}
	dst = f.flush(dst)
	f.last = m
	if !displaced && decodes(text[m.Start-base:m.End-base], m.Kind) {
		f.held = m
	}
	return dst
}

// flush appends the held match: nothing can displace it any more.
func (f *Finder) flush(dst []Match) []Match {
	if f.held.Kind != 0 {
		dst = append(dst, f.held)
		f.held = Match{}
	}
	return dst
}

// tail returns the offset in the text, at least from, at which a match may
// start that the text is too short to show: the word at its end, and the mark
// before it.
func tail(text []byte, from int) int {
	i := len(text)
	for i > from && classes[text[i-1]]&isWord != 0 {
		i--
	}
	if i > from && text[i-1] == '%' {
		return i - 1
	}
	for n := 0; n < 2 && i > from && text[i-1] == '\\'; n++ {
		i--
	}
	return i
}

// unsettled is the kind of a match of which the text doesn't hold the end.
const unsettled Kind = 0xff

// A matcher tries the alternatives of gitleaks' expression at one offset.
type matcher struct {
	scanner
	limit int
	end   bool // the stream ends where the text does
}

// at returns the end and kind of the match that starts at i, kind 0 if none
// does, or unsettled.
func (m *matcher) at(i int) (int, Kind) {
	switch m.text[i] {
	case '%':
		return m.percent(i)
	case '\\':
		return m.escapes(i)
	case 'U':
		if stop, kind := m.codePoints(i); kind != 0 {
			return stop, kind
		}
	}
	return m.run(i)
}

// reach returns the end of what a match that starts at i may cover, and
// whether that is seen to be an end.
func (m *matcher) reach(i int) (int, bool) {
	if m.limit > 0 && len(m.text)-i >= m.limit {
		return i + m.limit, true
	}
	return len(m.text), m.end
}

// percent: from %XX at i to the last %XX of the line.
func (m *matcher) percent(i int) (int, Kind) {
	switch n := digitsAt(m.text, i+1, 2); {
	case n < 2 && i+1+n == len(m.text) && !m.end:
		return 0, unsettled
	case n < 2:
		return 0, 0
	}
	to, seen := m.reach(i)
	line := m.text[i:to]
	if nl := bytes.IndexByte(line, '\n'); nl >= 0 {
		line, seen = line[:nl], true
	}
	if !seen {
		return 0, unsettled
	}
	for {
		last := bytes.LastIndexByte(line, '%')
		if last == 0 || isEscape(m.text[:to], i+last) {
			return i + last + 3, Percent
		}
		line = line[:last]
	}
}

// escapes: \uXXXX or \\uXXXX, in a row.
func (m *matcher) escapes(i int) (int, Kind) {
	to, seen := m.reach(i)
	text := m.text[:to]
	stop := i
	for {
		j := stop
		for j < to && j < stop+2 && text[j] == '\\' {
			j++
		}
		marked := j > stop && j < to && text[j]|0x20 == 'u'
		n := 0
		if marked {
			n = digitsAt(text, j+1, 4)
		}
		if n == 4 {
			stop = j + 5
			continue
		}
		if !seen && (j == to || marked && j+1+n == to) {
			return 0, unsettled
		}
		if stop == i {
			return 0, 0
		}
		return stop, Unicode
	}
}

// codePoints: U+XXXX with space after each, or the end of the stream after the
// last.
func (m *matcher) codePoints(i int) (int, Kind) {
	to, seen := m.reach(i)
	text := m.text[:to]
	stop := i
	for {
		n := 0
		for n < 2 && stop+n < to && text[stop+n] == "U+"[n] {
			n++
		}
		if n == 2 {
			n += digitsAt(text, stop+2, 4)
		}
		switch {
		case n == 6 && stop+6 < to && classes[text[stop+6]]&isSpace != 0:
			stop += 7
			continue
		case stop+n == to && !seen:
			return 0, unsettled
		case n == 6 && stop+6 == len(m.text) && m.end:
			stop += 6
		}
		if stop == i {
			return 0, 0
		}
		return stop, Unicode
	}
}

// run: 32 or more hex digits, else 16 or more base64 characters and up to two
// signs of equality.
func (m *matcher) run(i int) (int, Kind) {
	to, seen := m.reach(i)
	text := m.text[:to]
	stop := min(m.wordEnd(i), to)
	if stop-i >= minHex {
		hex := i
		for hex < stop && classes[text[hex]]&isHex != 0 {
			hex++
		}
		if hex-i >= minHex && (hex < to || seen) {
			return hex, Hex
		}
	}
	if stop == to && !seen {
		return 0, unsettled
	}
	if stop-i < minBase64 {
		return 0, 0
	}
	for n := 0; n < 2; n++ {
		if stop == to {
			if !seen {
				return 0, unsettled
			}
			break
		}
		if text[stop] != '=' {
			break
		}
		stop++
	}
	return stop, Base64
}

// digitsAt counts the hex digits at text[i:], up to n.
func digitsAt(text []byte, i, n int) int {
	k := 0
	for k < n && i+k < len(text) && classes[text[i+k]]&isHex != 0 {
		k++
	}
	return k
}
