package lazydfa

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"testing"
	"unicode/utf8"
)

// An oracle answers with package regexp what a Matcher should.
type oracle struct {
	pattern  string
	at, from map[int]*regexp.Regexp // by runes before the match
}

func newOracle(pattern string) *oracle {
	return &oracle{pattern: pattern, at: make(map[int]*regexp.Regexp), from: make(map[int]*regexp.Regexp)}
}

// matchesAt reports whether a match begins after the first n runes of text.
func (o *oracle) matchesAt(text []byte, n int) bool {
	re := o.at[n]
	if re == nil {
		re = regexp.MustCompile(fmt.Sprintf(`\A(?s:.){%d}(?:%s)`, n, o.pattern))
		o.at[n] = re
	}
	return re.Match(text)
}

// matchesFrom reports whether a match begins after the first n runes of text
// or later.
func (o *oracle) matchesFrom(text []byte, n int) bool {
	re := o.from[n]
	if re == nil {
		re = regexp.MustCompile(fmt.Sprintf(`\A(?s:.){%d}(?s:.)*?(?:%s)`, n, o.pattern))
		o.from[n] = re
	}
	return re.Match(text)
}

// endsAt reports whether a match begins after the first n runes of text or
// later and ends at byte e.
func (o *oracle) endsAt(text []byte, n, e int) bool {
	rest := utf8.RuneCount(text[e:])
	return regexp.MustCompile(fmt.Sprintf(`\A(?s:.){%d}(?s:.)*?(?:%s)(?s:.){%d}\z`, n, o.pattern, rest)).Match(text)
}

// offset gives where the first n runes of text end.
func offset(text []byte, n int) int {
	pos := 0
	for range n {
		_, size := utf8.DecodeRune(text[pos:])
		pos += size
	}
	return pos
}

// isASCII reports whether all bytes of text are ASCII.
func isASCII(text []byte) bool {
	for _, b := range text {
		if b >= 0x80 {
			return false
		}
	}
	return true
}

// errorer is what checks need of testing.TB and rapid.T.
type errorer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

var (
	_ errorer = (*testing.T)(nil)
	_ errorer = (*testing.F)(nil)
)

// parse parses pattern as Compile wants it.
func parse(t errorer, pattern string) *syntax.Regexp {
	t.Helper()
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		t.Fatalf("parse %q: %v", pattern, err)
	}
	return re
}

// compile makes a Program of pattern.
func compile(t errorer, pattern string, opts Options) *Program {
	t.Helper()
	p, err := Compile(parse(t, pattern), opts)
	if err != nil {
		t.Fatalf("Compile(%q): %v", pattern, err)
	}
	return p
}

// A subject is one pattern under test.
type subject struct {
	oracle *oracle
	re     *syntax.Regexp
	exact  bool // without LoosenRepeats
	p      *Program
	m      *Matcher
}

func newSubject(t errorer, pattern string, opts Options) *subject {
	t.Helper()
	p := compile(t, pattern, opts)
	return &subject{newOracle(pattern), parse(t, pattern), !opts.LoosenRepeats, p, NewMatcher(p)}
}

// check compares all answers about text after its first n runes with the
// oracle's.
func (s *subject) check(t errorer, rnd *rand.Rand, text []byte, n int) {
	t.Helper()
	pos := offset(text, n)
	s.m.Reset()
	s.m.More = false
	exact := s.exact && isASCII(text)
	want := s.oracle.matchesAt(text, n)
	got, examined := s.m.Anchored(text, pos, len(text))
	if want && !got || exact && want != got {
		t.Errorf("%q: Anchored(%q, %d) = %v, regexp says %v", s.oracle.pattern, text, pos, got, want)
	}
	if examined < pos || examined > len(text)+1 {
		t.Errorf("%q: Anchored(%q, %d) examined %d", s.oracle.pattern, text, pos, examined)
	}
	s.checkExamined(t, rnd, text, n, pos, got, examined)
	s.checkCut(t, rnd, text, pos, got, examined)
	s.checkFind(t, text, n, pos, exact)
}

// checkExamined changes what the answer didn't depend on.
func (s *subject) checkExamined(t errorer, rnd *rand.Rand, text []byte, n, pos int, got bool, examined int) {
	t.Helper()
	if examined > len(text) {
		return
	}
	g := texter{Rand: rnd, ascii: isASCII(text), limit: 3}
	other := append([]byte(nil), text[:examined]...)
	if r := rnd.IntN(3); r > 0 {
		other = append(other, g.text(s.re)...)
	}
	s.m.Reset()
	again, examinedAgain := s.m.Anchored(other, pos, len(other))
	if again != got || examinedAgain != examined {
		t.Errorf("%q: Anchored(%q, %d) = %v, examined %d; Anchored(%q) = %v, %d",
			s.oracle.pattern, text, pos, got, examined, other, again, examinedAgain)
	}
	if offset(other, n) != pos {
		return // what followed completes a rune that was cut before
	}
	if want := s.oracle.matchesAt(other, n); want && !got {
		t.Errorf("%q: Anchored(%q, %d) examined %d bytes and is %v, but for %q regexp says %v",
			s.oracle.pattern, text, pos, examined, got, other, want)
	}
}

// checkCut looks at text with its end cut off.
func (s *subject) checkCut(t errorer, rnd *rand.Rand, text []byte, pos int, got bool, examined int) {
	t.Helper()
	end := pos + rnd.IntN(len(text)-pos+1)
	if s.m.More = end == len(text); !s.m.More && rnd.IntN(2) == 0 {
		text, s.m.More = text[:end], true
	}
	s.m.Reset()
	cut, cutExamined := s.m.Anchored(text, pos, end)
	s.m.More = false
	switch {
	case examined <= end:
		if cut != got || cutExamined != examined {
			t.Errorf("%q: Anchored(%q, %d, %d) = %v, examined %d; uncut %v, %d",
				s.oracle.pattern, text, pos, end, cut, cutExamined, got, examined)
		}
	case !cut || cutExamined != end:
		t.Errorf("%q: Anchored(%q, %d, %d) = %v, examined %d at a cut; uncut %v, %d",
			s.oracle.pattern, text, pos, end, cut, cutExamined, got, examined)
	}
}

// checkFind compares Find with the oracle.
func (s *subject) checkFind(t errorer, text []byte, n, pos int, exact bool) {
	t.Helper()
	want := s.oracle.matchesFrom(text, n)
	got, end := s.m.Find(text, pos, len(text))
	if want && !got || exact && want != got {
		t.Errorf("%q: Find(%q, %d) = %v, regexp says %v", s.oracle.pattern, text, pos, got, want)
	}
	if !got || !exact || len(text) > 40 {
		return
	}
	for e := pos; e < end; e++ {
		if s.oracle.endsAt(text, n, e) {
			t.Errorf("%q: Find(%q, %d) = %d, but a match ends at %d", s.oracle.pattern, text, pos, end, e)
			return
		}
	}
	if !s.oracle.endsAt(text, n, end) {
		t.Errorf("%q: Find(%q, %d) = %d, where no match ends", s.oracle.pattern, text, pos, end)
	}
}

// checkMeasures compares what the Program says of all matches with those in
// text.
func (s *subject) checkMeasures(t errorer, text []byte) {
	t.Helper()
	const n = 12
	sets := s.p.FirstSets(n)
	re := regexp.MustCompile(s.oracle.pattern)
	for range 2 {
		for _, span := range re.FindAllIndex(text, 20) {
			match := text[span[0]:span[1]]
			if len(match) < s.p.MinLen() || s.p.MaxLen() >= 0 && len(match) > s.p.MaxLen() {
				t.Errorf("%q matches %q of %d bytes; MinLen %d, MaxLen %d", s.oracle.pattern, match, len(match), s.p.MinLen(), s.p.MaxLen())
			}
			if len(match) == 0 && !s.p.MatchesEmpty() {
				t.Errorf("%q matches nothing in %q; MatchesEmpty is false", s.oracle.pattern, text)
			}
			for i, set := range sets {
				if i < len(match) {
					if b := match[i]; set[b>>6]>>(b&63)&1 == 0 {
						t.Errorf("%q matches %q; FirstSets lack byte %d", s.oracle.pattern, match, i)
					}
				} else if set != [4]uint64{1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1} {
					t.Errorf("%q matches %q; set %d isn't full", s.oracle.pattern, match, i)
				}
			}
		}
		re.Longest()
	}
}

// checkLookbehind changes the rune before the match.
func (s *subject) checkLookbehind(t errorer, text []byte, n int) {
	t.Helper()
	if s.p.HasLookbehind() || n == 0 {
		return
	}
	want := s.oracle.matchesAt(text, n)
	after := string(text[offset(text, n):])
	for _, before := range []string{"", "a", "\n", "-", "é"} {
		other := before + after
		if got := s.oracle.matchesAt([]byte(other), utf8.RuneCountInString(before)); got != want {
			t.Errorf("%q has no lookbehind, but matches %v in %q at rune %d and %v in %q after %q", s.oracle.pattern, want, text, n, got, other, before)
		}
	}
}
