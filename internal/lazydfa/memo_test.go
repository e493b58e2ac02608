package lazydfa

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// longRunners are patterns whose runs can be long and meet.
var longRunners = []string{
	`key[\w=]{10,};`,
	`a[ab ]*;|b[ab\n]*\bc`,
	`(?:a[^\n]*!|b[^\n]*\?)`,
	`\bcurl\b(?:.*|.*(?:[\r\n]{1,2}.*){1,5})[ \t\n\r](?:-u|--user)(?:=|[ \t]{0,5})x`,
	`(?s)k.{40,};$`,
	`(?s)[ak].*\b\z`,
	`(?:key|token)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([\w.=-]{10,150}|[a-z0-9][a-z0-9+/]{11,}={0,3})(?:[\x60'"\s;]|\\[nr]|$)`,
}

var longPieces = []string{"key=", "ab ", "a", "b", "curl ", "\n", "token", "=", ";", "é", "\xff", "!", "c", "kkkk", "-", "  ", "word_word_word_word_word_word_word"}

// TestMemoChangesNothing compares a Matcher that remembers with one that
// forgets before each call.
func TestMemoChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opts := Options{
			LoosenRepeats: rapid.Bool().Draw(t, "loosen"),
			MaxStates:     rapid.SampledFrom([]int{0, 0, 3, 6, 9, 12, 16, 20, 30, 40}).Draw(t, "max states"),
		}
		pattern := rapid.SampledFrom(longRunners).Draw(t, "pattern")
		compareMemo(t, pattern, opts, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2)))
	})
}

// TestMemoSurvivesFlushes does the same where states are forgotten now and
// then in the middle of a run, and their names come back for others.
func TestMemoSurvivesFlushes(t *testing.T) {
	for seed := range uint64(300) {
		opts := Options{MaxStates: 39 + int(seed%12)}
		compareMemo(t, longRunners[4], opts, rand.New(rand.NewPCG(seed, 3)))
	}
}

// compareMemo makes a text for long runs and looks at it in several orders.
func compareMemo(t errorer, pattern string, opts Options, rnd *rand.Rand) {
	t.Helper()
	p := compile(t, pattern, opts)
	few := make([]string, 1+rnd.IntN(6))
	for i := range few {
		few[i] = longPieces[rnd.IntN(len(longPieces))]
	}
	var text []byte
	for size := rnd.IntN(3000); len(text) < size; {
		text = append(text, strings.Repeat(few[rnd.IntN(len(few))], 1+rnd.IntN(60))...)
	}
	with, without := NewMatcher(p), NewMatcher(p)
	for range 10 {
		step := 1 + rnd.IntN(30)
		horizon := rnd.IntN(len(text) + 1)
		with.Reset()
		if rnd.IntN(2) == 0 {
			with = NewMatcher(p) // few states, soon flushed
		}
		descending := rnd.IntN(4) == 0
		for i := 0; i <= len(text); i += 1 + rnd.IntN(step) {
			pos := i
			if descending {
				pos = len(text) - i
			}
			end := min(len(text), pos+horizon)
			with.More = rnd.IntN(5) == 0
			without.More = with.More
			view := text
			if rnd.IntN(20) == 0 { // another text with the same beginning
				view = text[:end]
			}
			ok, examined := with.Anchored(view, pos, end)
			without.Reset()
			wantOK, want := without.Anchored(view, pos, end)
			if ok != wantOK || examined != want {
				t.Fatalf("%q: Anchored(text, %d, %d) = %v, %d with memory, %v, %d without; text %q",
					pattern, pos, end, ok, examined, wantOK, want, text)
			}
		}
	}
}

// TestHostileTextsAreLinear counts the bytes that long runs read.
func TestHostileTextsAreLinear(t *testing.T) {
	size := 1 << 19
	if testing.Short() {
		size = 1 << 17
	}
	// A run from b is cut short of m, runs from a go past it, then those from
	// b take up where the first was cut.
	idle := []byte("b" + strings.Repeat("a", 3000) + strings.Repeat("b", 3000) +
		strings.Repeat("c", 94_010) + "m" + strings.Repeat("x", 20_000))
	repeat := func(s string) []byte { return []byte(strings.Repeat(s, size/len(s)+1)[:size]) }
	for _, tt := range []struct {
		name, pattern string
		text          []byte
		step, horizon int
		times         float64 // each byte may be read
	}{
		{"fails", `key[\w=]{10,};`, repeat("key="), 4, size, 6},
		{"accepts", `key[\w=]{10,};`, append(repeat("key="), ';'), 4, size, 6},
		{"cut", `key[\w=]{10,};`, repeat("key="), 4, 100_000, 6},
		{"two tails", `a[ab]*;|b[ab]*!`, repeat("ab"), 1, size, 12},
		{"four tails", `a[abcd]*;|b[abcd]*!|c[abcd]*-|d[abcd]*=`, repeat("abcd"), 1, 100_000, 24},
		{"eight tails", `a[a-h]*;|b[a-h]*!|c[a-h]*-|d[a-h]*=|e[a-h]*1|f[a-h]*2|g[a-h]*3|h[a-h]*4`, repeat("abcdefgh"), 1, 100_000, 48},
		{"idle tail", `(?:a[abc]*|b[abc]*)m[^;]*;`, idle, 1, 100_000, 12},
		{"lines", longRunners[3], repeat(strings.Repeat("curl ", 400) + "\n"), 5, 100_000, 6},
		{"generic", longRunners[6], repeat("key="), 4, 100_000, 6},
		{"end of text", `(?s)k.*\b\z`, repeat("k-"), 2, size, 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := NewMatcher(compile(t, tt.pattern, Options{LoosenRepeats: true}))
			for pos := 0; pos < len(tt.text); pos += tt.step {
				m.Anchored(tt.text, pos, min(len(tt.text), pos+tt.horizon))
			}
			if perByte := float64(m.memo.read) / float64(len(tt.text)); perByte > tt.times {
				t.Errorf("long runs read each byte %.1f times, want at most %v", perByte, tt.times)
			} else {
				t.Logf("long runs read each byte %.1f times", perByte)
			}
		})
	}
}

// TestResetForgets looks at a text that was changed in place.
func TestResetForgets(t *testing.T) {
	m := NewMatcher(compile(t, `key[\w=]{10,};`, Options{}))
	text := []byte(strings.Repeat("key=", 100))
	for range 2 {
		if ok, _ := m.Anchored(text, 0, len(text)); ok {
			t.Fatal("Anchored is true without ;")
		}
	}
	text[len(text)-1] = ';'
	m.Reset()
	if ok, _ := m.Anchored(text, 0, len(text)); !ok {
		t.Error("Anchored is false after Reset, with ;")
	}
}

// TestMemoryIsBounded looks at texts that need more states, and more
// checkpoints, than are kept.
func TestMemoryIsBounded(t *testing.T) {
	const states = 32
	m := NewMatcher(compile(t, `a(?:[ab]{0,30}[a-c]){3}[^-]*-`, Options{MaxStates: states}))
	rnd := rand.New(rand.NewPCG(1, 6))
	text := make([]byte, 6_000)
	for i := range text {
		text[i] = "aabc"[rnd.IntN(4)]
	}
	for pos := range text {
		m.Anchored(text, pos, len(text))
		m.Find(text, pos, min(len(text), pos+100))
	}
	for _, d := range []*dfa{&m.anchored, &m.anywhere} {
		if n := len(d.keys) - 1; n > states || len(d.ids) > states || d.flushes < 2 {
			t.Errorf("unanchored %v: %d states kept, %d found by their sets, after %d flushes; want at most %d and some flushes",
				d.unanchored, n, len(d.ids), d.flushes, states)
		}
	}
	if n := len(m.memo.entries); n > maxBuckets*memoWays {
		t.Errorf("%d checkpoints kept, want at most %d", n, maxBuckets*memoWays)
	}
}
