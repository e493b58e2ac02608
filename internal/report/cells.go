package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// A cell is what a terminal shows of one character: its text, safe to be
// printed, and how many columns it takes.
type cell struct {
	text  string
	width int
}

// cells gives what a terminal shows of s. Unseen characters and bytes that
// aren't UTF-8 are spelt out (\x1b, \u202e, \xff), so that no text can steer the
// terminal, break out of its line or read otherwise than it is.
func cells(s string) []cell {
	out := make([]cell, 0, len(s))
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			out = append(out, spelt(fmt.Sprintf(`\x%02x`, s[0])))
		case r == '\n':
			out = append(out, spelt(`\n`))
		case r == '\r':
			out = append(out, spelt(`\r`))
		case r == '\t':
			out = append(out, spelt(`\t`))
		case unseen(r) && r < 0x80:
			out = append(out, spelt(fmt.Sprintf(`\x%02x`, r)))
		case unseen(r) && r <= 0xFFFF:
			out = append(out, spelt(fmt.Sprintf(`\u%04x`, r)))
		case unseen(r):
			out = append(out, spelt(fmt.Sprintf(`\U%08x`, r)))
		default:
			out = append(out, cell{string(r), runeWidth(r)})
		}
		s = s[size:]
	}
	return out
}

// codeCells is cells for a line of code, in which a tab is four blanks.
func codeCells(s string) []cell {
	return cells(strings.ReplaceAll(s, "\t", "    "))
}

// spelt is a cell of ASCII text.
func spelt(s string) cell { return cell{s, len(s)} }

// runeWidth is how many columns r takes on a terminal.
func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// visible gives s, safe to be printed, in one line.
func visible(s string) string { return text(cells(s)) }

func text(cs []cell) string {
	var b strings.Builder
	for _, c := range cs {
		b.WriteString(c.text)
	}
	return b.String()
}

func columns(cs []cell) int {
	n := 0
	for _, c := range cs {
		n += c.width
	}
	return n
}

// fit cuts a line to most columns so that cells from to end stay in sight, with
// some of what is before and after them. It gives the line and the columns at
// which from stands in it and that the cells up to end take.
func fit(line []cell, from, end, most int) (out string, column, wide int) {
	const gap = "…"
	most = max(most, 8)
	if columns(line) <= most {
		return text(line), columns(line[:from]), columns(line[from:end])
	}
	// Widen from the cells in question, to the left first, as long as there is room
	// for them and an ellipsis on each side.
	lo, hi, used := from, from, 2
	for hi < end && used+line[hi].width <= most {
		used += line[hi].width
		hi++
	}
	end = hi
	for grew := true; grew; {
		grew = false
		if lo > 0 && used+line[lo-1].width <= most {
			lo--
			used += line[lo].width
			grew = true
		}
		if hi < len(line) && used+line[hi].width <= most {
			used += line[hi].width
			hi++
			grew = true
		}
	}
	column, wide = columns(line[lo:from]), columns(line[from:end])
	out = text(line[lo:hi])
	if lo > 0 {
		out, column = gap+out, column+1
	}
	if hi < len(line) {
		out += gap
	}
	return out, column, wide
}

// wrap breaks s at blanks into lines of at most most columns, save for words
// that are longer. There is at least one line.
func wrap(s string, most int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		cs := cells(word)
		n := columns(cs)
		if used > 0 && used+1+n > most {
			lines = append(lines, line)
			line, used = "", 0
		}
		if used > 0 {
			line += " "
			used++
		}
		line += text(cs)
		used += n
	}
	return append(lines, line)
}
