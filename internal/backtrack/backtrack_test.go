package backtrack_test

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rekey.example/rekey/detectors/detectorstest"
	"rekey.example/rekey/internal/backtrack"
)

// TestSameAsRegexp is the invariant, for random patterns and texts.
func TestSameAsRegexp(t *testing.T) {
	rounds := 50
	if testing.Short() {
		rounds = 5
	}
	for range rounds {
		rapid.Check(t, checkSame)
	}
}

func checkSame(t *rapid.T) {
	pattern := drawPattern(t, 4)
	if _, err := regexp.Compile(pattern); err != nil {
		t.Skip(pattern) // too many repeats, or a name twice
	}
	s := newSubject(t, pattern)
	if s == nil {
		t.Skip(pattern)
	}
	g := detectorstest.Generator{Rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), MaxRepeat: 3, Wild: true}
	for range 8 {
		text := drawText(t)
		if rapid.Bool().Draw(t, "matching") {
			text = slices.Concat(text, []byte(g.From(s.tree)), drawText(t))
		}
		lo := s.place(text, rapid.IntRange(0, len(text)).Draw(t, "lo"))
		hi := len(text)
		if rapid.Bool().Draw(t, "cut") {
			hi = rapid.IntRange(lo, len(text)).Draw(t, "hi")
		}
		if !s.check(t, text, lo, hi) {
			t.Logf("%q gave up on %q", pattern, text)
		}
	}
}

// TestFixed compares cases that are easy to get wrong.
func TestFixed(t *testing.T) {
	patterns := []string{
		`(a)|b`, `(?:(a)|b)+`, `(?:(a)|(b)|c){2,3}`, `(a|ab)(c|bcd)(d*)`, `(a+)(a+)?`, `(a*?)(a*)$`, `(a){0}b`, `(?:(a)|){0,3}b`,
		`(?:|a){0,3}b`, `(?:(|a)){0,3}b`, `(?:a|ab){2,4}?c`, `()`, ``, `$`, `^`, `\z`, `(?m)^`, `(?m)$`, `(?m)^b$`, `\b`, `\B`, `\bkey\b`,
		`(?i)key`, `(?i)s{2}`, `[^a]{2}`, `.{2}`, `\x{fffd}`, `\x{fffd}+?a`, `a{2,3}a`, `a{2,3}?a`, `[ab]{0,3}?ab`, `[ab]{0,3}?b??[ab]`,
		`[\w.-]{0,3}?[ab]{0,2}?key`, `(?:ab){2,}b?`, `(?:ab){2,}?b?`, `(?:a|b)*?c`, `(ab|a)(?:b(c)?)?$`, `[é-ÿ]{0,2}?é`, `日{1,2}?本`, `a??`,
		`(?:a{1,2}){2,3}`, `\Aab`, `(\Aa)b?`, `a*?\Ab`, `\x{d800}`, `[日-\x{10ffff}]b?`, `(?:\A|b)a`,
	}
	texts := []string{
		"", "a", "b", "ab", "aab", "abcd", "abab", "ababb", "aaaa", "xaab\nb\n", "key", "KEY \u212aey", "sſ", "é日本\xffa", "\xe2\x82", "a\xe2\x82",
		"a\xe2\x82\xac", "\ufffd\xffa", "-ab.key", "ababkey", "cbac", "\r\nb\r\n", "éé", "日日本",
	}
	for _, pattern := range patterns {
		s := newSubject(t, pattern)
		if s == nil {
			t.Errorf("%q isn't supported", pattern)
			continue
		}
		for _, text := range texts {
			for lo := range len(text) + 1 {
				for hi := lo; s.place([]byte(text), lo) == lo && hi <= len(text); hi++ {
					if !s.check(t, []byte(text), lo, hi) {
						t.Errorf("%q gave up on %q", pattern, text)
					}
				}
			}
		}
	}
}

// TestUnsupported has what Compile refuses, and what it needn't.
func TestUnsupported(t *testing.T) {
	for pattern, supported := range map[string]bool{
		`(?:a*b?)*`: false, `(|a)+`: false, `(a*)+`: false, `(?:\b)*`: false, `(a?){2,}`: false, `(?:x{1,2}y){500}`: true,
		`(?:(?:a[bc]d|f){1,33}(?:g|[h-j]k)){1,30}`: false, `(a?){2,5}`: true, `(?:a|b*c)*`: true, `.*`: true,
	} {
		tree, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		_, err = backtrack.Compile(tree)
		if errors.Is(err, backtrack.ErrUnsupported) == supported {
			t.Errorf("Compile(%q): %v, want supported %v", pattern, err, supported)
		}
	}
}

// TestGivesUp has a search without an end, and one with too deep a stack.
func TestGivesUp(t *testing.T) {
	s := newSubject(t, `(?:(?:a|aa)+(?:a|aa)+)+b?c`)
	text := append(slices.Repeat([]byte("a"), 100), "bd"...)
	if s.check(t, text, 0, len(text)) {
		t.Errorf("%q: no end was expected", s.pattern)
	}
	s = newSubject(t, `(?:ab|a)+c`)
	text = slices.Repeat([]byte("ab"), 1<<17)
	if s.check(t, text, 0, len(text)) {
		t.Errorf("%q: no room was expected", s.pattern)
	}
	if !s.check(t, []byte("ababc"), 0, 5) {
		t.Error("a Machine that gave up has to work again")
	}
}

// TestDoesNotAllocate counts allocations after the first call.
func TestDoesNotAllocate(t *testing.T) {
	s := newSubject(t, `(?i)[\w.-]{0,50}?(key|token)s?[ :=]{1,3}((?:a|b|c)+x?)\b`)
	text := []byte("some_api.tokens = abcabcx rest")
	var loc []int
	if n := testing.AllocsPerRun(100, func() {
		var v backtrack.Verdict
		if loc, v = s.m.Find(s.p, text, 0, len(text), loc); v != backtrack.Matched {
			t.Fatal(v)
		}
	}); n != 0 {
		t.Errorf("%v allocations for each call", n)
	}
}

// FuzzSameAsRegexp is the invariant once more, for what the fuzzer thinks of.
func FuzzSameAsRegexp(f *testing.F) {
	f.Add(`(?i)[\w.-]{0,5}?(?:key|token)[ =]{0,3}([a-z0-9]{2,9}|(b)+)(?:;|$)`, []byte("my_api-KEY = abc9;\xff"), 0, 20)
	f.Add(`(a|ab)(c|bcd)(d*)`, []byte("xabcd"), 1, 5)
	f.Add(`(?:(a)|(b)|c){2,3}?\b`, []byte("cba \u017f\u212a"), 0, 9)
	f.Add(`(?m)^(.{2,4}?)\s+$`, []byte("ab\r\n\xe2\x82\n"), 0, 7)
	f.Add(`[^a]{0,3}?(?i:\x{212a}s){1,2}`, []byte("\xe2\x84kS\u017f"), 0, 7)
	f.Fuzz(func(t *testing.T, pattern string, text []byte, lo, hi int) {
		if len(pattern) > 60 || len(text) > 200 || len(text) == 0 {
			return
		}
		if _, err := regexp.Compile(`\A(?s:.)(?s:.*?)(` + pattern + `)`); err != nil {
			return
		}
		if _, err := regexp.Compile(pattern); err != nil {
			return // such as a) (b, which fits the oracle's group only
		}
		s := newSubject(t, pattern)
		if s == nil {
			return
		}
		lo = s.place(text, int(uint(lo)%uint(len(text)+1)))
		hi = lo + int(uint(hi)%uint(len(text)-lo+1))
		s.check(t, text, lo, hi)
		s.check(t, text, lo, len(text))
	})
}
