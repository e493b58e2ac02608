// Package detectorstest holds what tests of detectors share: texts made from a
// pattern's own syntax, so that they match it, and the conformance suite that
// runs over a whole catalogue. It refuses to ship a secret: what it makes is
// random. Its one invariant: the same seed gives the same text.
package detectorstest

import (
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Generator makes texts from patterns.
type Generator struct {
	// Rand decides.
	Rand *rand.Rand
	// MaxRepeat bounds how often more than the minimum a repetition without
	// a limit is made.
	MaxRepeat int
	// Wild makes some characters come from outside ASCII where the pattern
	// allows it.
	Wild bool
}

// From makes a text that re matches, but for assertions, which it ignores.
func (g *Generator) From(re *syntax.Regexp) string {
	var sb strings.Builder
	g.write(&sb, re)
	return sb.String()
}

func (g *Generator) write(sb *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			sb.WriteRune(g.fold(r, re.Flags&syntax.FoldCase != 0))
		}
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			sb.WriteRune(g.class(re.Rune))
		}
	case syntax.OpAnyChar:
		sb.WriteRune(g.class([]rune{0, 0x10ffff}))
	case syntax.OpAnyCharNotNL:
		sb.WriteRune(g.class([]rune{' ', '~', 0x80, 0x10ffff}))
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			g.write(sb, sub)
		}
	case syntax.OpAlternate:
		g.write(sb, re.Sub[g.Rand.IntN(len(re.Sub))])
	case syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		for range g.times(re) {
			g.write(sb, re.Sub[0])
		}
	}
}

// times is how often a repetition is made: often the least or the most.
func (g *Generator) times(re *syntax.Regexp) int {
	lo, hi := re.Min, re.Max
	switch re.Op {
	case syntax.OpQuest:
		lo, hi = 0, 1
	case syntax.OpStar:
		lo, hi = 0, -1
	case syntax.OpPlus:
		lo, hi = 1, -1
	}
	if hi < 0 {
		hi = lo + g.MaxRepeat
	}
	switch g.Rand.IntN(4) {
	case 0:
		return lo
	case 1:
		return min(hi, lo+g.MaxRepeat)
	}
	return lo + g.Rand.IntN(min(hi, lo+g.MaxRepeat)-lo+1)
}

// fold gives the rune, or one that it folds to.
func (g *Generator) fold(r rune, fold bool) rune {
	if !fold {
		return r
	}
	for range g.Rand.IntN(3) {
		f := unicode.SimpleFold(r)
		if f < utf8.RuneSelf || g.Wild && g.Rand.IntN(8) == 0 {
			r = f
		} else {
			r = unicode.SimpleFold(f)
		}
	}
	return r
}

// class gives a rune of a class, from ASCII if it can.
func (g *Generator) class(ranges []rune) rune {
	wild := g.Wild && g.Rand.IntN(30) == 0
	n := 0
	for i := 0; i < len(ranges); i += 2 {
		n += width(ranges[i], ranges[i+1], wild)
	}
	if n == 0 {
		wild = true
		for i := 0; i < len(ranges); i += 2 {
			n += width(ranges[i], ranges[i+1], wild)
		}
	}
	k := g.Rand.IntN(n)
	for i := 0; i < len(ranges); i += 2 {
		w := width(ranges[i], ranges[i+1], wild)
		if k < w {
			return ranges[i] + rune(k)
		}
		k -= w
	}
	return ranges[0]
}

// width is how many runes of a range are to be chosen from: printable ASCII
// and newlines unless wild, a few hundred if so.
func width(lo, hi rune, wild bool) int {
	if !wild {
		hi = min(hi, '~')
	}
	return int(max(0, min(hi-lo+1, 0x300)))
}
