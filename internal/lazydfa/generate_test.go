package lazydfa

import (
	"math/rand/v2"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// atoms are the leaves of generated patterns: few letters, so that they meet,
// and everything that folds, breaks lines or isn't ASCII.
var atoms = []string{
	"a", "b", "k", "s", "K", "S", "_", "-", "1", " ", `\n`, `\r`, "é", "ſ", "\u212a", `\x{fffd}`, "ab", "ka", "bs1",
	".", "(?s:.)", "[ab]", "[^a]", "[k-s]", "[^k-s]", "[a-z0-9]", `[\w.-]`, `[^\w]`, `[\x{80}-\x{10ffff}]`, "[^é]", "[é-ü]",
	`\w`, `\W`, `\s`, `\S`, `\d`, `\D`, "[[:alpha:]]", `\pL`, `\PL`, `\p{Greek}`, "(?i:k)", "(?i:s)", "(?i:[k-s])", "(?i:é)",
	`\b`, `\B`, "^", "$", `\A`, `\z`, "(?m:^)", "(?m:$)", "", "[^\\x00-\\x{10ffff}]",
}

var repeats = []string{"*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,3}?", "{2,}", "{0,}"}

var groups = []string{"(?:", "(", "(?i:", "(?m:", "(?s:", "(?ims:", "(?i-s:", "(?U:"}

// patterns generates patterns that regexp/syntax takes.
func patterns() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := patternOf(t, rapid.IntRange(0, 4).Draw(t, "depth"))
		if rapid.IntRange(0, 3).Draw(t, "fold all") == 0 {
			s = "(?i)" + s
		}
		return s
	}).Filter(func(s string) bool {
		_, err := syntax.Parse(s, syntax.Perl)
		return err == nil
	})
}

func patternOf(t *rapid.T, depth int) string {
	if depth == 0 {
		return rapid.SampledFrom(atoms).Draw(t, "atom")
	}
	switch rapid.IntRange(0, 9).Draw(t, "form") {
	case 0:
		return rapid.SampledFrom(atoms).Draw(t, "atom")
	case 1, 2:
		n := rapid.IntRange(2, 3).Draw(t, "alternatives")
		alts := make([]string, n)
		for i := range alts {
			alts[i] = patternOf(t, depth-1)
		}
		return rapid.SampledFrom(groups).Draw(t, "group") + strings.Join(alts, "|") + ")"
	case 3, 4, 5:
		return rapid.SampledFrom(groups).Draw(t, "group") + patternOf(t, depth-1) + ")" + rapid.SampledFrom(repeats).Draw(t, "repeat")
	case 6:
		lo := rapid.IntRange(0, 3).Draw(t, "lo")
		hi := lo + rapid.IntRange(0, 40).Draw(t, "width")
		return "(?:" + rapid.SampledFrom(atoms).Draw(t, "atom") + "){" + strconv.Itoa(lo) + "," + strconv.Itoa(hi) + "}"
	default:
		n := rapid.IntRange(2, 4).Draw(t, "parts")
		var s strings.Builder
		for range n {
			s.WriteString(patternOf(t, depth-1))
		}
		return s.String()
	}
}

// noise are pieces of text around matches.
var noise = []string{
	"a", "b", "k", "K", "s", "S", "_", "-", "1", " ", "\n", "\r\n", "\t", ".", "=", "ab", "kas", "bs1", "a a", "\n\n",
}

// wildNoise is what isn't ASCII, and what isn't UTF-8.
var wildNoise = []string{"é", "ſ", "\u212a", "\ufffd", "α", "\U0001f511", "\xff", "\xe2\x84", "\x80", "\xc5", "\xed\xa0\x80", "\xf0\x9f"}

// A texter writes texts in which a pattern is likely to match.
type texter struct {
	*rand.Rand
	ascii bool
	limit int // most repeats beyond the least
}

// text gives a text with noise, samples of re and mutated bytes.
func (g texter) text(re *syntax.Regexp) []byte {
	var out []byte
	for range 1 + g.IntN(3) {
		for range g.IntN(4) {
			out = append(out, g.noise()...)
		}
		if g.IntN(5) > 0 {
			out = g.sample(out, re)
		}
	}
	for range g.IntN(3) {
		out = append(out, g.noise()...)
	}
	if len(out) > 0 && g.IntN(3) == 0 {
		i := g.IntN(len(out))
		switch piece := g.noise(); g.IntN(3) {
		case 0:
			out = append(out[:i], out[i+1:]...)
		case 1:
			out = append(out[:i], append([]byte(piece), out[i:]...)...)
		case 2:
			out = append(out[:i], append([]byte(piece), out[i+1:]...)...)
		}
	}
	if g.ascii {
		for i, b := range out {
			if b >= 0x80 {
				out[i] = 'k'
			}
		}
	}
	return out
}

func (g texter) noise() string {
	if !g.ascii && g.IntN(4) == 0 {
		return wildNoise[g.IntN(len(wildNoise))]
	}
	return noise[g.IntN(len(noise))]
}

// sample appends a text that re matches, assertions aside.
func (g texter) sample(out []byte, re *syntax.Regexp) []byte {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 {
				for range g.IntN(3) {
					r = unicode.SimpleFold(r)
				}
			}
			out = utf8.AppendRune(out, r)
		}
	case syntax.OpCharClass:
		out = g.oneOf(out, re.Rune)
	case syntax.OpAnyChar:
		out = g.oneOf(out, []rune{0, unicode.MaxRune})
	case syntax.OpAnyCharNotNL:
		out = g.oneOf(out, []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune})
	case syntax.OpBeginLine, syntax.OpEndLine:
		if g.IntN(2) == 0 {
			out = append(out, '\n')
		}
	case syntax.OpWordBoundary:
		if g.IntN(4) == 0 {
			out = append(out, ' ')
		}
	case syntax.OpCapture:
		out = g.sample(out, re.Sub[0])
	case syntax.OpStar:
		out = g.repeat(out, re.Sub[0], 0, -1)
	case syntax.OpPlus:
		out = g.repeat(out, re.Sub[0], 1, -1)
	case syntax.OpQuest:
		out = g.repeat(out, re.Sub[0], 0, 1)
	case syntax.OpRepeat:
		out = g.repeat(out, re.Sub[0], re.Min, re.Max)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			out = g.sample(out, sub)
		}
	case syntax.OpAlternate:
		out = g.sample(out, re.Sub[g.IntN(len(re.Sub))])
	}
	return out
}

func (g texter) repeat(out []byte, re *syntax.Regexp, lo, hi int) []byte {
	if hi < 0 || hi > lo+g.limit {
		hi = lo + g.limit
	}
	for range lo + g.IntN(hi-lo+1) {
		out = g.sample(out, re)
	}
	return out
}

// oneOf appends a rune of the class, mostly of its ASCII part.
func (g texter) oneOf(out []byte, pairs []rune) []byte {
	if len(pairs) == 0 {
		return out
	}
	for range 8 {
		i := 2 * g.IntN(len(pairs)/2)
		r := pairs[i] + rune(g.IntN(int(min(pairs[i+1]-pairs[i], 200))+1))
		if r < 0x80 || !g.ascii && g.IntN(3) == 0 {
			if r == utf8.RuneError && g.IntN(2) == 0 {
				return append(out, 0xff)
			}
			return utf8.AppendRune(out, r)
		}
	}
	return append(out, 'a')
}
