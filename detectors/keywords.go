package detectors

import (
	"bytes"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWords bounds the strings that a part of a pattern is spelled out to.
const maxWords = 512

// implied says that every match of re that is all ASCII holds one of the
// keywords (lower-cased), so that whether a keyword occurs in the text need
// not be asked. It may say no wrongly, never yes.
func implied(re *syntax.Regexp, keywords []string) bool {
	parts := flatten(nil, re)
	run := []string{""}
	check := func() bool { return allHold(run, keywords) }
	for _, p := range parts {
		words, ok := spell(p)
		if ok && len(words)*len(run) <= maxWords {
			run = product(run, words)
			continue
		}
		if check() {
			return true
		}
		run = []string{""}
		if ok {
			run = words
			continue
		}
		if impliedPart(p, keywords) {
			return true
		}
	}
	return check()
}

// impliedPart is implied for one part of a concatenation that can't be spelled
// out.
func impliedPart(p *syntax.Regexp, keywords []string) bool {
	switch p.Op {
	case syntax.OpAlternate:
		for _, sub := range p.Sub {
			if !implied(sub, keywords) {
				return false
			}
		}
		return true
	case syntax.OpPlus:
		return implied(p.Sub[0], keywords)
	case syntax.OpRepeat:
		return p.Min > 0 && implied(p.Sub[0], keywords)
	}
	return false
}

func allHold(words, keywords []string) bool {
	for _, w := range words {
		held := false
		for _, k := range keywords {
			if strings.Contains(w, k) {
				held = true
				break
			}
		}
		if !held {
			return false
		}
	}
	return true
}

func product(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

// spell lists the strings that re matches, lower-cased; false if they are
// many or have runes outside ASCII.
func spell(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		var sb strings.Builder
		for _, r := range re.Rune {
			if r >= utf8.RuneSelf {
				return nil, false
			}
			sb.WriteRune(unicode.ToLower(r))
		}
		return []string{sb.String()}, true
	case syntax.OpCharClass:
		return spellClass(re)
	case syntax.OpCapture:
		return spell(re.Sub[0])
	case syntax.OpQuest:
		words, ok := spell(re.Sub[0])
		return append([]string{""}, words...), ok
	case syntax.OpConcat:
		out := []string{""}
		for _, sub := range re.Sub {
			words, ok := spell(sub)
			if !ok || len(out)*len(words) > maxWords {
				return nil, false
			}
			out = product(out, words)
		}
		return out, true
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			words, ok := spell(sub)
			if !ok || len(out)+len(words) > maxWords {
				return nil, false
			}
			out = append(out, words...)
		}
		return out, true
	}
	if emptyWidth(re) {
		return []string{""}, true
	}
	return nil, false
}

// spellClass spells a class of at most a few characters, such as [Aa].
func spellClass(re *syntax.Regexp) ([]string, bool) {
	seen := map[rune]bool{}
	for i := 0; i < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if r == longS || r == kelvin {
				continue // not ASCII: outside what implied promises
			}
			if r >= utf8.RuneSelf || len(seen) > 4 {
				return nil, false
			}
			seen[unicode.ToLower(r)] = true
		}
	}
	var out []string
	for r := range seen {
		out = append(out, string(r))
	}
	return out, true
}

// wordAt says whether the text, in lower case, begins with the keyword, as
// gitleaks compares them.
func wordAt(text []byte, word string) bool {
	for i := range len(word) {
		if i >= len(text) {
			return false
		}
		c := text[i]
		if c >= utf8.RuneSelf {
			return bytes.HasPrefix(bytes.ToLower(text[:min(len(text), utf8.UTFMax*len(word))]), []byte(word))
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// places lists where the keyword stands in the text, the slow way.
func places(dst []int32, text []byte, word string) []int32 {
	want, _ := utf8.DecodeRuneInString(word)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if unicode.ToLower(r) == want && wordAt(text[i:], word) {
			dst = append(dst, int32(i))
		}
		i += n
	}
	return dst
}

// near says whether one of the rule's keywords stands within the horizon of
// the match text[start:end], or whether the rule asks for none.
func (p *pass) near(e *Engine, r *rule, start, end int) bool {
	if len(r.Keywords) == 0 || r.implied && isASCII(p.text[start:end]) {
		return true
	}
	for _, w := range r.words {
		at := p.wordPlaces(e, w)
		from := int32(max(0, start-Horizon))
		i, _ := slices.BinarySearch(at, from)
		if i < len(at) && int(at[i])+len(e.words[w].text) <= end+Horizon {
			return true
		}
	}
	return false
}

// anyWord says whether one of the rule's keywords stands anywhere in the pass.
func (p *pass) anyWord(e *Engine, r *rule) bool {
	for _, w := range r.words {
		if len(p.wordPlaces(e, w)) > 0 {
			return true
		}
	}
	return len(r.Keywords) == 0
}

// wordPlaces are where a keyword stands in the pass.
func (p *pass) wordPlaces(e *Engine, w int32) []int32 {
	if !e.words[w].filtered && !p.searched[w] {
		p.searched[w] = true
		p.words[w] = places(p.words[w][:0], p.text, e.words[w].text)
	}
	return p.words[w]
}
