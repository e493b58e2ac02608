// Package prefilter finds, in one pass over a text, every place where any of
// a few hundred or thousand short patterns begins. A pattern is a sequence of
// sets of bytes: a keyword in any case, the fixed head of a token, a head
// with the class of the characters that follow it.
//
// The pass has three steps, each cheaper per byte than the next and each
// leaving less for it:
//
//  1. A kernel (AVX2, or portable Go) looks at four bytes at each position
//     and lets some percent of the positions pass: a superset.
//  2. The sieve looks up those four bytes, without regard to case, in a set
//     of all the windows of four that patterns have; those of other patterns
//     (shorter, or with classes in the window) by their first two bytes.
//  3. What is left, about the positions that matter, is compared with the
//     patterns concerned, set by set.
//
// The package knows nothing of regular expressions, rules or secrets, keeps
// no state between calls and refuses to guess: its one invariant is that Scan
// returns exactly the occurrences, the same for every kernel and for every
// division of the text by from and to.
package prefilter

import (
	"fmt"
	"math"
	"sync"
)

// MaxSets is the largest number of sets in a pattern.
const MaxSets = 16

// A Pattern is 1 to MaxSets sets: it occurs at p in a text if text[p+i] is in
// Sets[i] for every i.
type Pattern struct{ Sets []Set }

// A Hit is an occurrence: of the pattern with index Pattern in the argument
// of New, beginning at byte Pos of the text.
type Hit struct{ Pos, Pattern int32 }

// A Filter finds the occurrences of its patterns. It does not change after
// New and may be used by several goroutines at once.
type Filter struct {
	simd      *simdKernel // nil: pairs is used
	pairs     *pairKernel
	maxOffset int // of all windows in their patterns
	sieve     *sieve
	catalogue *catalogue
	scratches sync.Pool // of *scratch
}

// New prepares the search for patterns, with the fastest kernel that this
// machine's CPU has. The patterns may be changed or discarded afterwards. It
// is an error if a pattern has no set or more than MaxSets, or one of its sets
// is empty. Without patterns the filter finds nothing.
func New(patterns []Pattern) (*Filter, error) { return newFilter(patterns, haveSIMD()) }

// newFilter is New with the choice of the kernel.
func newFilter(patterns []Pattern, simd bool) (*Filter, error) {
	if err := validate(patterns); err != nil {
		return nil, fmt.Errorf("prepare the search for %d patterns: %w", len(patterns), err)
	}
	m := newModel()
	fragments := chooseFragments(patterns, m)
	f := &Filter{scratches: sync.Pool{New: func() any { return new(scratch) }}}
	if simd {
		f.simd = newSIMDKernel(fragments, m)
	} else {
		f.pairs = newPairKernel(patterns, fragments, m)
	}
	for _, fr := range fragments {
		f.maxOffset = max(f.maxOffset, fr.offset)
	}
	f.catalogue, f.sieve = newTables(patterns, fragments)
	return f, nil
}

func validate(patterns []Pattern) error {
	if len(patterns) > math.MaxInt32 {
		return fmt.Errorf("more patterns than an int32 can number; split them")
	}
	for i, p := range patterns {
		if n := len(p.Sets); n == 0 || n > MaxSets {
			return fmt.Errorf("pattern %d has %d sets; give it 1 to %d", i, n, MaxSets)
		}
		for k, s := range p.Sets {
			if s.IsEmpty() {
				return fmt.Errorf("pattern %d can't occur, because its set %d is empty; leave it out", i, k)
			}
		}
	}
	return nil
}

// Kernel names the kernel in use: "avx2" or "portable".
func (f *Filter) Kernel() string {
	if f.simd != nil {
		return "avx2"
	}
	return "portable"
}
