package prefilter_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey.example/rekey/internal/prefilter"
)

// naive looks for every pattern at every position.
func naive(patterns []prefilter.Pattern, text []byte, from, to int) []prefilter.Hit {
	var hits []prefilter.Hit
	for pos := from; pos < to; pos++ {
		for id, p := range patterns {
			if pos+len(p.Sets) > len(text) {
				continue
			}
			all := true
			for i, s := range p.Sets {
				all = all && s.Has(text[pos+i])
			}
			if all {
				hits = append(hits, prefilter.Hit{Pos: int32(pos), Pattern: int32(id)})
			}
		}
	}
	return hits
}

// drawPatterns makes patterns of one to sixteen sets, most of them of single
// characters or of both cases of a letter, some wide, some full.
func drawPatterns(r *rand.Rand) []prefilter.Pattern {
	patterns := make([]prefilter.Pattern, 1+r.IntN(40))
	for i := range patterns {
		sets := make([]prefilter.Set, 1+r.IntN(16))
		for k := range sets {
			c := byte('a' + r.IntN(6))
			switch r.IntN(12) {
			case 0:
				sets[k].AddRange('0', '9')
			case 1:
				sets[k].AddRange(0, 0xff)
			case 2:
				sets[k].Add(byte(r.Uint32()))
			case 3, 4, 5, 6:
				sets[k].Add(c)
				sets[k].Add(c - 'a' + 'A')
			default:
				sets[k].Add(c)
			}
		}
		patterns[i].Sets = sets
	}
	return patterns
}

// drawText makes a text of the patterns' characters, with some of them planted.
func drawText(r *rand.Rand, patterns []prefilter.Pattern) []byte {
	text := make([]byte, r.IntN(400))
	for i := range text {
		text[i] = "abcdefABCDEF0123456789 \n\xff\x00"[r.IntN(26)]
	}
	for range r.IntN(8) {
		p := patterns[r.IntN(len(patterns))]
		if len(p.Sets) > len(text) {
			continue
		}
		at := r.IntN(len(text) - len(p.Sets) + 1)
		for i, s := range p.Sets {
			for {
				if c := byte(r.Uint32()); s.Has(c) {
					text[at+i] = c
					break
				}
			}
		}
	}
	return text
}

// check compares the filter with the naive search.
func check(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3))
	patterns := drawPatterns(r)
	f, err := prefilter.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		text := drawText(r, patterns)
		from := r.IntN(len(text) + 1)
		to := from + r.IntN(len(text)-from+1)
		if r.IntN(2) == 0 {
			from, to = 0, len(text)
		}
		want := naive(patterns, text, from, to)
		got := f.Scan(text, from, to, nil)
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			t.Fatalf("seed %d, %s kernel, %d patterns, from %d to %d of %q (-naive +filter):\n%s",
				seed, f.Kernel(), len(patterns), from, to, text, diff)
		}
	}
}

// TestSameAsNaive: every occurrence is found, in order, and nothing else.
func TestSameAsNaive(t *testing.T) {
	n := uint64(1500)
	if testing.Short() {
		n = 200
	}
	for seed := range n {
		check(t, seed)
	}
}

// FuzzSameAsNaive does it for other seeds.
func FuzzSameAsNaive(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(check)
}

func TestBadPatterns(t *testing.T) {
	for name, p := range map[string]prefilter.Pattern{
		"no sets":      {},
		"an empty set": {Sets: make([]prefilter.Set, 1)},
	} {
		if _, err := prefilter.New([]prefilter.Pattern{p}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
