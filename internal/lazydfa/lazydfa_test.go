package lazydfa

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAgainstRegexp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := patterns().Draw(t, "pattern")
		opts := Options{
			LoosenRepeats: rapid.Bool().Draw(t, "loosen"),
			MaxStates:     rapid.SampledFrom([]int{0, 0, 2, 5}).Draw(t, "max states"),
		}
		s := newSubject(t, pattern, opts)
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		g := texter{Rand: rnd, ascii: rapid.Bool().Draw(t, "ascii"), limit: rapid.SampledFrom([]int{2, 45}).Draw(t, "limit")}
		for range 6 {
			text := g.text(s.re)
			if len(text) > 120 {
				text = text[:120]
			}
			for range 3 {
				n := rnd.IntN(min(utf8.RuneCount(text), 40) + 1)
				s.check(t, rnd, text, n)
				s.checkLookbehind(t, text, n)
			}
			s.checkMeasures(t, text)
		}
	})
}

func FuzzAgainstRegexp(f *testing.F) {
	f.Add(`(?i)\b(k[a-s]{2,40}|é)$`, []byte("x K\u212aſs\n"), uint16(2), uint8(0))
	f.Add(`(?m)^[^\n]*?-\B|\z`, []byte("a\r\n\xff-\n"), uint16(3), uint8(1))
	f.Add(`(?s).{3}(?:\b|_)+`, []byte("\xe2\x84 ab_"), uint16(0), uint8(2))
	f.Add(`\b(4b1d[A-Za-z0-9]{3,38})\b`, []byte("-4b1dAAAA\xc5\xbf"), uint16(1), uint8(3))
	f.Fuzz(func(t *testing.T, pattern string, text []byte, n uint16, flags uint8) {
		if len(pattern) > 60 || len(text) > 300 || !utf8.ValidString(pattern) {
			t.Skip()
		}
		if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
			t.Skip()
		}
		if _, err := regexp.Compile(`\A(?s:.){40}(?s:.)*?(?:` + pattern + `)(?s:.){40}\z`); err != nil {
			t.Skip() // unbalanced, or too large with what the oracle adds
		}
		opts := Options{LoosenRepeats: flags&1 != 0, MaxStates: []int{0, 2, 7, 100}[flags>>1&3]}
		s := newSubject(t, pattern, opts)
		rnd := rand.New(rand.NewPCG(uint64(flags), uint64(n)))
		at := int(n) % (min(utf8.RuneCount(text), 40) + 1)
		s.check(t, rnd, text, at)
		s.checkLookbehind(t, text, at)
		s.checkMeasures(t, text)
		text = texter{Rand: rnd, ascii: flags&8 != 0, limit: 4}.text(s.re)
		if len(text) > 300 {
			text = text[:300]
		}
		at = int(n) % (min(utf8.RuneCount(text), 40) + 1)
		s.check(t, rnd, text, at)
		s.checkMeasures(t, text)
	})
}

func TestAnchored(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		pos, end      int
		more          bool
		ok            bool
		examined      int
	}{
		{pattern: `abc`, text: "abc", end: 3, ok: true, examined: 3},
		{pattern: `abc`, text: "abd", end: 3, ok: false, examined: 3},
		{pattern: `abc`, text: "xbc", end: 3, ok: false, examined: 1},
		{pattern: `abc`, text: "ab", end: 2, ok: false, examined: 3},
		{pattern: `abc`, text: "ab", end: 2, more: true, ok: true, examined: 2},
		{pattern: `abc`, text: "abd", end: 2, ok: true, examined: 2},
		{pattern: `ab\b`, text: "xab-", pos: 1, end: 4, ok: true, examined: 4},
		{pattern: `ab\b`, text: "xabc", pos: 1, end: 4, ok: false, examined: 4},
		{pattern: `ab\b`, text: "xab", pos: 1, end: 3, ok: true, examined: 4},
		{pattern: `ab\b`, text: "xab", pos: 1, end: 3, more: true, ok: true, examined: 3},
		{pattern: `ab$`, text: "ab\n", end: 3, ok: false, examined: 3},
		{pattern: `(?m)ab$`, text: "ab\n", end: 3, ok: true, examined: 3},
		{pattern: `\bab`, text: "xab", pos: 1, end: 3, ok: false, examined: 2},
		{pattern: `\Bab`, text: "xab", pos: 1, end: 3, ok: true, examined: 3},
		{pattern: `^ab`, text: "\nab", pos: 1, end: 3, ok: false, examined: 1},
		{pattern: `(?m)^ab`, text: "\nab", pos: 1, end: 3, ok: true, examined: 3},
		{pattern: `a*`, text: "b", end: 1, ok: true, examined: 0},
		{pattern: `a`, text: "", ok: false, examined: 1},
		{pattern: `$`, text: "", ok: true, examined: 1},
		{pattern: `$`, text: "", more: true, ok: true, examined: 0},
		{pattern: `a\z.`, text: "ab", end: 2, ok: false, examined: 2},
		{pattern: `(?i)ks`, text: "\u212a\u017f", end: 5, ok: true, examined: 2},
		{pattern: `(?i)at`, text: "\u00e4t", end: 3, ok: false, examined: 1},
		{pattern: `.b`, text: "\xffb", end: 2, ok: true, examined: 2},
	} {
		m := NewMatcher(compile(t, tt.pattern, Options{}))
		m.More = tt.more
		ok, examined := m.Anchored([]byte(tt.text), tt.pos, tt.end)
		if ok != tt.ok || examined != tt.examined {
			t.Errorf("%q: Anchored(%q, %d, %d), more %v = %v, %d, want %v, %d",
				tt.pattern, tt.text, tt.pos, tt.end, tt.more, ok, examined, tt.ok, tt.examined)
		}
	}
}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		pos, end      int
		more          bool
		ok            bool
		matchEnd      int
	}{
		{pattern: `ab+`, text: "xabb", end: 4, ok: true, matchEnd: 3},
		{pattern: `ab+\b`, text: "xabb", end: 4, ok: true, matchEnd: 4},
		{pattern: `ab+\b`, text: "xabb ", end: 5, ok: true, matchEnd: 4},
		{pattern: `ab+\b`, text: "xabb ", end: 4, ok: true, matchEnd: 4},
		{pattern: `ab+\b`, text: "xabb", end: 4, more: true, ok: true, matchEnd: 4},
		{pattern: `abc`, text: "xab", end: 3, more: true, ok: false, matchEnd: 3},
		{pattern: `abc`, text: "abcab", pos: 1, end: 5, ok: false, matchEnd: 5},
		{pattern: `\Ab`, text: "ab", end: 2, ok: false, matchEnd: 2},
		{pattern: `\A`, text: "ab", pos: 1, end: 2, ok: false, matchEnd: 2},
		{pattern: ``, text: "ab", pos: 1, end: 2, ok: true, matchEnd: 1},
		{pattern: `$`, text: "ab", end: 2, ok: true, matchEnd: 2},
		{pattern: `$`, text: "ab", end: 2, more: true, ok: true, matchEnd: 2},
	} {
		m := NewMatcher(compile(t, tt.pattern, Options{}))
		m.More = tt.more
		ok, matchEnd := m.Find([]byte(tt.text), tt.pos, tt.end)
		if ok != tt.ok || matchEnd != tt.matchEnd {
			t.Errorf("%q: Find(%q, %d, %d), more %v = %v, %d, want %v, %d",
				tt.pattern, tt.text, tt.pos, tt.end, tt.more, ok, matchEnd, tt.ok, tt.matchEnd)
		}
	}
}

func TestMeasures(t *testing.T) {
	type measures struct {
		Min, Max          int
		Empty, Lookbehind bool
	}
	for _, tt := range []struct {
		pattern string
		want    measures
	}{
		{`abc`, measures{Min: 3, Max: 3}},
		{`(?i)abc`, measures{Min: 3, Max: 3}},
		{`(?i)ask`, measures{Min: 3, Max: 6}},
		{`é`, measures{Min: 2, Max: 2}},
		{`\x{fffd}`, measures{Min: 1, Max: 3}},
		{`[é-\x{ffff}]{2}`, measures{Min: 2, Max: 6}},
		{`.`, measures{Min: 1, Max: 4}},
		{`a{2,5}|b+`, measures{Min: 1, Max: -1}},
		{`a{2,50}`, measures{Min: 2, Max: 50}},
		{`(?:ab?)*`, measures{Min: 0, Max: -1, Empty: true}},
		{`\b`, measures{Empty: true, Lookbehind: true}},
		{`a|\Bb`, measures{Min: 1, Max: 1, Lookbehind: true}},
		{`a*(?m:^)b`, measures{Min: 1, Max: -1, Lookbehind: true}},
		{`a\b`, measures{Min: 1, Max: 1}},
		{`(?m)$`, measures{Empty: true}},
		{`a[^\x00-\x{10ffff}]`, measures{}},
		{`a|b[^\x00-\x{10ffff}]+`, measures{Min: 1, Max: 1}},
	} {
		p := compile(t, tt.pattern, Options{LoosenRepeats: true})
		got := measures{p.MinLen(), p.MaxLen(), p.MatchesEmpty(), p.HasLookbehind()}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

func TestFirstSets(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		want    []string // of each set, its printable ASCII; + for high bytes; * for all
	}{
		{`ab[0-3]`, []string{"a", "b", "0123", "*"}},
		{`\b(?i:k|xy)`, []string{"KXkx+", "*", "*", "*"}},
		{`a?bc`, []string{"ab", "bc", "*", "*"}},
		{`(?:a|bc)d{2}`, []string{"ab", "cd", "d", "*"}},
		{`a*b`, []string{"ab", "*", "*", "*"}},
		{`[^\x00-\x{10ffff}]`, []string{"", "", "", ""}},
	} {
		var got []string
		for _, set := range compile(t, tt.pattern, Options{}).FirstSets(4) {
			var s strings.Builder
			n := 0
			for b := range 256 {
				if set[b>>6]>>(b&63)&1 == 0 {
					continue
				}
				n++
				if b < 0x7f && b > ' ' {
					s.WriteByte(byte(b))
				}
			}
			switch {
			case n == 256:
				got = append(got, "*")
			case n > s.Len():
				got = append(got, s.String()+"+")
			default:
				got = append(got, s.String())
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("FirstSets of %q (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, n := range []int{-1, 1, maxMaxStates + 1} {
		if _, err := Compile(parse(t, "a"), Options{MaxStates: n}); err == nil {
			t.Errorf("Compile with MaxStates %d: no error", n)
		}
	}
}

func TestLoosenRepeats(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		n       int // length of a text of a, too long for the pattern
		loose   bool
	}{
		{`\Aa{0,30}-`, 31, false},
		{`\Aa{0,31}-`, 32, true},
		{`\Aa{20,50}-`, 51, false},
		{`\A(?:(a)){20,51}?-`, 52, true},
		{`\A[a-c]{2,100}-`, 101, true},
		{`\A(?:ab?){0,50}-`, 51, false},
		{`\A(?:a{0,50}-)`, 51, true},
	} {
		text := []byte(strings.Repeat("a", tt.n) + "-")
		if ok, _ := NewMatcher(compile(t, tt.pattern, Options{LoosenRepeats: true})).Anchored(text, 0, len(text)); ok != tt.loose {
			t.Errorf("%q, loosened, matches %q: %v, want %v", tt.pattern, text, ok, tt.loose)
		}
		if ok, _ := NewMatcher(compile(t, tt.pattern, Options{})).Anchored(text, 0, len(text)); ok {
			t.Errorf("%q matches %q", tt.pattern, text)
		}
	}
}
