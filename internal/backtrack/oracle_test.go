package backtrack_test

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"rekey.example/rekey/internal/backtrack"
)

// A subject is one pattern under test, beside package regexp.
type subject struct {
	pattern string
	tree    *syntax.Regexp
	p       *backtrack.Program
	m       *backtrack.Machine
	loc     []int

	fromStart *regexp.Regexp
	// afterOne finds what pattern matches after the first rune; its first
	// group is the match.
	afterOne *regexp.Regexp
	asserts  bool
}

// errorer is what checks need of testing.TB and rapid.T.
type errorer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// newSubject gives nil if the pattern isn't supported.
func newSubject(t errorer, pattern string) *subject {
	t.Helper()
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		t.Fatalf("parse %q: %v", pattern, err)
	}
	p, err := backtrack.Compile(tree)
	if errors.Is(err, backtrack.ErrUnsupported) {
		return nil
	}
	if err != nil {
		t.Fatalf("Compile(%q): %v", pattern, err)
	}
	return &subject{
		pattern: pattern, tree: tree, p: p, m: backtrack.NewMachine(),
		fromStart: regexp.MustCompile(pattern),
		afterOne:  regexp.MustCompile(`\A(?s:.)(?s:.*?)(` + pattern + `)`),
		asserts:   asserts(tree),
	}
}

func asserts(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	for _, sub := range re.Sub {
		if asserts(sub) {
			return true
		}
	}
	return false
}

// find gives what package regexp finds from lo on in text. lo is the beginning
// of a rune if the pattern has assertions.
func (s *subject) find(text []byte, lo int) []int {
	if lo == 0 || !s.asserts {
		return shifted(s.fromStart.FindSubmatchIndex(text[lo:]), lo)
	}
	_, w := utf8.DecodeLastRune(text[:lo])
	if loc := s.afterOne.FindSubmatchIndex(text[lo-w:]); loc != nil {
		return shifted(loc[2:], lo-w)
	}
	return nil
}

// shifted adds by to all offsets.
func shifted(loc []int, by int) []int {
	for i := range loc {
		if loc[i] >= 0 {
			loc[i] += by
		}
	}
	return loc
}

// check compares Find with package regexp. It reports whether there was an
// answer.
func (s *subject) check(t errorer, text []byte, lo, hi int) bool {
	t.Helper()
	var verdict backtrack.Verdict
	s.loc, verdict = s.m.Find(s.p, text, lo, hi, s.loc)
	var got []int
	switch verdict {
	case backtrack.GaveUp:
		return false
	case backtrack.Matched:
		got = s.loc
	case backtrack.NoMatch:
		if len(s.loc) != 0 {
			t.Errorf("%q: Find(%q, %d, %d) = %v, no match", s.pattern, text, lo, hi, s.loc)
		}
	}
	if got != nil && (got[0] < lo || got[1] > hi) {
		t.Errorf("%q: Find(%q, %d, %d) = %v is outside", s.pattern, text, lo, hi, got)
	}
	if !s.m.Truncated {
		want := s.find(text, lo)
		if want != nil && want[1] > hi && want[0] >= lo+boundary(text[lo:], hi-lo) {
			want = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: Find(%q, %d, %d), regexp -, got +:\n%s", s.pattern, text, lo, hi, diff)
		}
	}
	if !s.asserts && boundaries(text[lo:])[hi-lo] {
		if diff := cmp.Diff(s.find(text[:hi], lo), got); diff != "" {
			t.Errorf("%q: Find(%q, %d, %d) with a cut, regexp -, got +:\n%s", s.pattern, text, lo, hi, diff)
		}
	}
	if hi == len(text) && s.m.Truncated {
		t.Errorf("%q: Find(%q, %d, %d) is truncated at the end of the text", s.pattern, text, lo, hi)
	}
	return true
}

// boundaries tells where the runes of text begin; its end is one too.
func boundaries(text []byte) []bool {
	at := make([]bool, len(text)+1)
	for i := 0; i < len(text); {
		at[i] = true
		_, w := utf8.DecodeRune(text[i:])
		i += w
	}
	at[len(text)] = true
	return at
}

// place gives a lo for text: pos, or the beginning of its rune where the oracle
// needs one.
func (s *subject) place(text []byte, pos int) int {
	if s.asserts {
		return boundary(text, pos)
	}
	return pos
}

// boundary gives the last rune boundary of text up to pos.
func boundary(text []byte, pos int) int {
	at := boundaries(text)
	for !at[pos] {
		pos--
	}
	return pos
}
