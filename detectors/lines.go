package detectors

import "bytes"

// lines answers on which line of a text an offset is. It counts newlines when
// it is first asked, block by block: most texts have no matches.
type lines struct {
	text []byte
	// before are how many newlines stand before each block.
	before []int
}

// lineBlock is the size of a block in bytes.
const lineBlock = 4096

// count is how many newlines stand before the offset.
func (l *lines) count(offset int) int {
	if l.before == nil {
		n := 0
		for i := 0; i <= len(l.text); i += lineBlock {
			l.before = append(l.before, n)
			n += bytes.Count(l.text[i:min(len(l.text), i+lineBlock)], newline)
		}
	}
	b := offset / lineBlock
	return l.before[b] + bytes.Count(l.text[b*lineBlock:offset], newline)
}

var newline = []byte{'\n'}

// position is the offset's line and column, both from 1.
func (l *lines) position(offset int) Position {
	start := bytes.LastIndexByte(l.text[:offset], '\n') + 1
	return Position{Line: l.count(offset) + 1, Column: offset - start + 1}
}

// last is the offset of the last newline, -1 if there is none.
func (l *lines) last() int { return bytes.LastIndexByte(l.text, '\n') }

// A gitleaksPlace is what gitleaks' location function says of a match: lines
// from 0, columns from 1 on the first line and from 2 on the others, where a
// line begins with the newline before it.
type gitleaksPlace struct {
	startLine, endLine, startColumn, endColumn int
	// lineStart and lineEnd bound the line.
	lineStart, lineEnd int
}

// gitleaks places text[start:end] as gitleaks does, by a loop over all lines
// that leaves some values behind. In its terms: a line i is the bytes from
// newline i-1 (0 for the first) to newline i; without any newline, one is
// taken to stand behind the text.
func (l *lines) gitleaks(start, end int) gitleaksPlace {
	last := l.last()
	if last < 0 {
		last = len(l.text)
	}
	if start >= last {
		return l.gitleaksLast(start, end, last)
	}
	var p gitleaksPlace
	// The line whose newlines hold start: the first whose end is past it.
	p.startLine = l.count(start + 1)
	p.lineStart = max(0, bytes.LastIndexByte(l.text[:start+1], '\n'))
	p.startColumn = start - p.lineStart + 1
	p.lineEnd = l.newlineFrom(start + 1)
	p.endLine = p.startLine
	if end == 0 || end > last {
		return p // no line ends there: the end column stays 0
	}
	endLine := l.count(end)
	prev := max(0, bytes.LastIndexByte(l.text[:end], '\n'))
	p.endColumn = end - prev
	if endLine >= p.startLine {
		p.endLine = endLine
		p.lineEnd = l.newlineFrom(end)
	}
	return p
}

// newlineFrom is the offset of the first newline at or after the offset, or
// the text's end.
func (l *lines) newlineFrom(offset int) int {
	if i := bytes.IndexByte(l.text[offset:], '\n'); i >= 0 {
		return offset + i
	}
	return len(l.text)
}

// gitleaksLast places a match on a last line that has no newline. Its line is
// the text from the first byte.
func (l *lines) gitleaksLast(start, end, last int) gitleaksPlace {
	n := max(1, l.count(len(l.text)))
	p := gitleaksPlace{
		startLine: n, endLine: n,
		startColumn: start - last + 1, endColumn: end - last,
		lineEnd: end,
	}
	for p.lineEnd < len(l.text) && l.text[p.lineEnd] != '\n' && l.text[p.lineEnd] != '\r' {
		p.lineEnd++
	}
	return p
}
