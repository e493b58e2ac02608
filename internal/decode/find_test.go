package decode

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expression is what gitleaks v8.30.1 looks for, its four alternatives in the
// order of their kinds.
var expression = regexp.MustCompile(`(%[0-9A-Fa-f]{2}(?:.*%[0-9A-Fa-f]{2})?)` +
	`|((?:U\+[0-9A-Fa-f]{4}(?:\s|$))+|(?i:\\{1,2}u[0-9a-f]{4})+)` +
	`|([0-9A-Fa-f]{32,})` +
	`|([\w/+-]{16,}={0,2})`)

// wantMatches does with the expression what Find does without.
func wantMatches(text []byte) []Match {
	var raw []Match
	for _, loc := range expression.FindAllSubmatchIndex(text, -1) {
		for i := range kindNames {
			if loc[2*i+2] >= 0 {
				raw = append(raw, Match{loc[0], loc[1], 1 << i})
			}
		}
	}
	var kept []Match
	for i, m := range raw {
		if i > 0 && raw[i-1].End == m.Start && raw[i-1].Kind < m.Kind {
			continue
		}
		if i+1 < len(raw) && raw[i+1].Start == m.End && raw[i+1].Kind < m.Kind {
			continue
		}
		if decodes(text[m.Start:m.End], m.Kind) {
			kept = append(kept, m)
		}
	}
	return kept
}

// findAll finds in one piece.
func findAll(text []byte, limit int) []Match {
	f := Finder{Limit: limit}
	return f.Find(nil, text, 0, true)
}

// findPieces finds in a stream that is cut where the function says, and lets
// go of what needn't be kept.
func findPieces(t *testing.T, text []byte, limit int, size func() int) []Match {
	f := Finder{Limit: limit}
	var got []Match
	for base, have := 0, 0; ; {
		have = min(len(text), have+size())
		// A copy, so that reading behind the piece is caught.
		piece := bytes.Clone(text[base:have])
		got = f.Find(got, piece, base, have == len(text))
		if have == len(text) {
			return got
		}
		keep := f.Keep()
		if keep < base || keep > have {
			t.Fatalf("Keep() = %d after [%d,%d)", keep, base, have)
		}
		if limit > 0 && have-keep > 2*limit+2*minHex {
			t.Fatalf("Keep() = %d after [%d,%d): more than the limit of %d asks for", keep, base, have, limit)
		}
		base = keep
	}
}

// pieces of which generated texts are made: encoded values, their halves, and
// what stands between.
var pieces = []string{
	"%", "%4", "%41", "%7f", "%zz", `\`, `\\`, `\u`, `\u00`, `\u0041`, `\\U0042`, "u", "0041", "U", "U+", "U+00", "U+0041",
	"U+0041 ", "U+0041\n", " ", "\n", "\r\n", "\t", "\v", "=", "==", "===", "a", "0", "_", "-", "+", "/", ".", "\x00", "\xff", "é",
	strings.Repeat("4", 15), strings.Repeat("41", 16), strings.Repeat("4a", 33), strings.Repeat("7f", 16),
	"QUJDREVGR0hJSktM", "QUJDREVGR0hJSktMTQ==", "QUJDREVGR0hJSktMTU4", "Pz8-Pz8-Pz8-Pz8-", "Pz8+Pz8+Pz8+Pz8+", "abcdefghijklmnop",
	"hello", strings.Repeat(" ", 60), strings.Repeat("x", 70),
}

// randomTexts calls f with texts made of pieces, and the generator that made
// them.
func randomTexts(t *testing.T, f func(seed uint64, rng *rand.Rand, text []byte)) {
	n := uint64(20000)
	if testing.Short() {
		n = 2000
	}
	for seed := range n {
		rng := rand.New(rand.NewPCG(seed, 17))
		var text []byte
		for range rng.IntN(30) {
			text = append(text, pieces[rng.IntN(len(pieces))]...)
		}
		f(seed, rng, text)
	}
}

func TestFindLikeExpression(t *testing.T) {
	found := 0
	randomTexts(t, func(seed uint64, _ *rand.Rand, text []byte) {
		want := wantMatches(text)
		found += len(want)
		if diff := cmp.Diff(want, findAll(text, 0)); diff != "" {
			t.Fatalf("seed %d, %q (-expression +Find)\n%s", seed, text, diff)
		}
	})
	if found < 1000 {
		t.Errorf("only %d matches in all texts", found)
	}
}

// TestFindAtEveryOffset moves each piece over the edges of blocks and windows.
func TestFindAtEveryOffset(t *testing.T) {
	const edge = windowBlocks * blockSize
	for _, from := range []int{0, edge - 2*blockSize} {
		for _, piece := range pieces {
			for pad := from; pad < from+3*blockSize; pad++ {
				rest := piece + piece + "."
				want := wantMatches([]byte(rest))
				for i := range want {
					want[i].Start += pad
					want[i].End += pad
				}
				text := []byte(strings.Repeat(".", pad) + rest)
				if diff := cmp.Diff(want, findAll(text, 0)); diff != "" {
					t.Fatalf("%q twice at %d (-expression +Find)\n%s", piece, pad, diff)
				}
			}
		}
	}
}

// TestFindLongWord: words that outlast the scanner's window.
func TestFindLongWord(t *testing.T) {
	for _, n := range []int{4000, 4096, 4160, 10000, 100003} {
		for _, word := range []string{"QUJD", "4142", "a"} {
			text := []byte(" " + strings.Repeat(word, n/len(word)) + "= %41")
			if diff := cmp.Diff(wantMatches(text), findAll(text, 0)); diff != "" {
				t.Errorf("%q to %d bytes (-expression +Find)\n%s", word, n, diff)
			}
		}
	}
}

// TestFindInPieces: cuts make no difference, with and without a limit.
func TestFindInPieces(t *testing.T) {
	randomTexts(t, func(seed uint64, rng *rand.Rand, text []byte) {
		limit := []int{0, 64, 100, 1000}[rng.IntN(4)]
		most := []int{1, 3, 20, 200}[rng.IntN(4)]
		got := findPieces(t, text, limit, func() int { return 1 + rng.IntN(most) })
		if diff := cmp.Diff(findAll(text, limit), got); diff != "" {
			t.Fatalf("seed %d, %q, limit %d (-whole +pieces)\n%s", seed, text, limit, diff)
		}
	})
}

// TestFindLimit: a match is cut at the limit and the rest is looked at anew.
func TestFindLimit(t *testing.T) {
	quad := base64.StdEncoding.EncodeToString([]byte("ab7"))
	for _, tc := range []struct {
		name, text string
		want       []Match
	}{
		{"exact", strings.Repeat(quad, 16) + " ", []Match{{0, 64, Base64}}},
		{"cut", strings.Repeat(quad, 40), []Match{{0, 64, Base64}, {64, 128, Base64}, {128, 160, Base64}}},
		{"short rest", strings.Repeat(quad, 19), []Match{{0, 64, Base64}}},
		{"hex", strings.Repeat("41", 50), []Match{{0, 64, Hex}, {64, 100, Hex}}},
		{"percent", "%41" + strings.Repeat(".", 58) + "%42%43", []Match{{0, 64, Percent}, {64, 67, Percent}}},
		{"percent across", "%41" + strings.Repeat(".", 59) + "%42%43", []Match{{0, 3, Percent}, {62, 68, Percent}}},
		{"escapes", strings.Repeat(`\u0041`, 11), []Match{{0, 60, Unicode}, {60, 66, Unicode}}},
		{"code points", strings.Repeat("U+0041 ", 10), []Match{{0, 63, Unicode}, {63, 70, Unicode}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, findAll([]byte(tc.text), 64)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte(strings.Join(pieces, "")), uint8(7), false)
	f.Add([]byte(strings.Join(pieces, " ")), uint8(1), true)
	for _, p := range pieces {
		f.Add([]byte(p+p), uint8(2), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, size uint8, cut bool) {
		if diff := cmp.Diff(wantMatches(text), findAll(text, 0)); diff != "" {
			t.Fatalf("%q (-expression +Find)\n%s", text, diff)
		}
		limit := 0
		if cut {
			limit = 64
		}
		got := findPieces(t, text, limit, func() int { return int(size) + 1 })
		if diff := cmp.Diff(findAll(text, limit), got); diff != "" {
			t.Fatalf("%q in pieces of %d, limit %d (-whole +pieces)\n%s", text, int(size)+1, limit, diff)
		}
	})
}
