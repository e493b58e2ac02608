package detectors

import (
	"bytes"
	"unicode/utf8"
)

// The three runes outside ASCII that case brings into it. A pattern with (?i)
// takes the long s for an s and the Kelvin sign for a k; strings.ToLower, which
// gitleaks' keywords are compared under, makes a k of the Kelvin sign and an i
// of the dotted capital I.
const (
	longS   = 'ſ'
	kelvin  = '\u212a'
	dottedI = 'İ'
)

// foldRunes are their bytes and what stands for them in a folded copy. The
// long s becomes s, which a keyword must not match: keywords are compared
// again on the text itself.
var foldRunes = [...]struct {
	seq string
	to  byte
}{
	{string(longS), 's'}, {string(kelvin), 'k'}, {string(dottedI), 'i'},
}

// A folded text is a copy in which those runes are replaced by ASCII, with the
// way back.
type folded struct {
	text []byte
	// at are the offsets in text behind a replaced rune, in order, and skip
	// how many bytes text has lost up to there.
	at, skip []int
}

// reset empties f for another copy.
func (f *folded) reset() { f.text, f.at, f.skip = f.text[:0], f.at[:0], f.skip[:0] }

// add appends a copy of text with the runes replaced.
func (f *folded) add(text []byte) {
	for i := 0; i < len(text); {
		n := 0
		for _, r := range foldRunes {
			if text[i] == r.seq[0] && bytes.HasPrefix(text[i:], []byte(r.seq)) {
				n = len(r.seq)
				f.text = append(f.text, r.to)
				f.at = append(f.at, len(f.text))
				f.skip = append(f.skip, i+n-len(f.text))
				break
			}
		}
		if n == 0 {
			f.text = append(f.text, text[i])
			n = 1
		}
		i += n
	}
}

// original maps an offset in the folded copy to one in the text, given a
// cursor that the caller keeps while offsets rise.
func (f *folded) original(pos int, cursor *int) int {
	for *cursor < len(f.at) && f.at[*cursor] <= pos {
		*cursor++
	}
	if *cursor == 0 {
		return pos
	}
	return pos + f.skip[*cursor-1]
}

// isASCII says that b has no byte above 127.
func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
