package lazydfa

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// runPatterns hold runs that Find can go by.
var runPatterns = []string{
	sourcegraphRule,
	`[ab]{8}`,
	`\b[ab]{8,}\b`,
	`(?i)k{2,5}-[ks]{9}x?`,
	`(?:a|bb?)c{8}|[a-c]{10}1{0,3}`,
	`\Aa{0,9}b{8}`,
	`(?m)^(?:ab){4}[ab]{8}$`,
	`é{4}[a-z]{3}`,
	`a*b{8}`,
}

func TestRequiredRun(t *testing.T) {
	for _, tt := range []struct {
		pattern   string
		n, before int // n 0 for none
	}{
		{sourcegraphRule, 40, 22}, // ſ is an s, of two bytes,
		{`[ab]{8}`, 8, 0},
		{`[ab]{7}`, 0, 0},
		{`(?i)k{2,5}-[ks]{9}x?`, 9, 16},
		{`(?:a|bb?)c{8}|[a-c]{10}1{0,3}`, 8, 2},
		{`a*b{8}`, 0, 0},
		{`(?:ab{9}){2}`, 9, 1},
		{`(?:b{9})?`, 0, 0},
		{`b{9}|`, 0, 0},
		{`[^a]{20}`, 0, 0},
		{`é{4}`, 8, 0},
		{`abcdefghi`, 9, 0},
	} {
		p := compile(t, tt.pattern, Options{})
		n, before := 0, 0
		if p.run != nil {
			n, before = p.run.n, p.run.before
		}
		if n != tt.n || before != tt.before {
			t.Errorf("%q: run of %d after at most %d bytes, want %d after %d", tt.pattern, n, before, tt.n, tt.before)
		}
	}
}

// TestRunsAgainstRegexp checks Find by runs on texts that aren't all ASCII.
func TestRunsAgainstRegexp(t *testing.T) {
	for i, pattern := range runPatterns {
		rnd := rand.New(rand.NewPCG(uint64(i), 5))
		s := newSubject(t, pattern, Options{})
		for range 100 {
			text := texter{Rand: rnd, limit: 12}.text(s.re)
			s.check(t, rnd, text, rnd.IntN(min(utf8.RuneCount(text), 20)+1))
		}
	}
}

// TestRunsChangeNothing compares Find by runs with Find by the automaton
// alone, on ASCII, where both are exact.
func TestRunsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SampledFrom(runPatterns).Draw(t, "pattern")
		by := compile(t, pattern, Options{MaxStates: rapid.SampledFrom([]int{0, 3}).Draw(t, "max states")})
		alone := *by
		alone.run = nil
		re := parse(t, pattern)
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		g := texter{Rand: rnd, ascii: true, limit: 12}
		var text []byte
		for size := rnd.IntN(1000); len(text) < size; {
			text = append(text, g.text(re)...)
			for range rnd.IntN(20) {
				text = append(text, "aabbkks1"[rnd.IntN(8)])
			}
		}
		m, want := NewMatcher(by), NewMatcher(&alone)
		for range 20 {
			pos := rnd.IntN(len(text) + 1)
			end := pos + rnd.IntN(len(text)+1-pos)
			if rnd.IntN(2) == 0 {
				end = len(text)
			}
			m.More = rnd.IntN(4) == 0
			want.More = m.More
			ok, at := m.Find(text, pos, end)
			wantOK, wantAt := want.Find(text, pos, end)
			if ok != wantOK || at != wantAt {
				t.Fatalf("%q: Find(%q, %d, %d) = %v, %d by runs, %v, %d without", pattern, text, pos, end, ok, at, wantOK, wantAt)
			}
		}
	})
}
