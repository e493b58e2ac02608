package prefilter

// foldCase is the mask under which ASCII letters lose their case: a window of
// four sets each of which holds, under it, a single value is found by one
// look-up, whatever the case of its letters.
const foldCase = 0xdfdfdfdf

// A fragment is the window of a pattern that is looked for.
type fragment struct {
	// offset is where in the pattern the window begins.
	offset int
	// quad says that the window is four sets with one value each under
	// foldCase; key is then that value, as the little-endian number.
	quad bool
	key  uint32
	// shape is what the AVX2 kernel sees of the window.
	shape shape
}

// Choosing another window than the first must pay by these factors. The first
// windows of keywords repeat each other (there are many tokens that begin
// with "sk_"), which makes full buckets; so a window is looked for elsewhere
// only if it is far rarer.
const (
	preferFirst = 16
	// crowd is the number of patterns with the same quad from which on
	// others are sought: all of them are compared when it is met.
	crowd = 8
)

// chooseFragments picks each pattern's window.
func chooseFragments(patterns []Pattern, m *model) []fragment {
	fragments := make([]fragment, len(patterns))
	used := make(map[uint32]int, len(patterns))
	for i, p := range patterns {
		f := chooseFragment(p.Sets, m, used)
		if f.quad {
			used[f.key]++
		}
		fragments[i] = f
	}
	return fragments
}

func chooseFragment(sets []Set, m *model, used map[uint32]int) fragment {
	// share, folded and single describe each set once.
	var share [MaxSets]float32
	var folded [MaxSets]byte
	var single [MaxSets]bool
	for i, s := range sets {
		share[i] = ofSet(s)
		mask, want, _ := s.cube()
		single[i] = mask&0xdf == 0xdf
		folded[i] = want & 0xdf
	}
	var best fragment
	bestCost := float32(-1)
	for o := 0; o == 0 || o+window <= len(sets); o++ {
		f := fragment{offset: o, quad: o+window <= len(sets)}
		cost := float32(1)
		for k := 0; k < window && o+k < len(sets); k++ {
			cost *= share[o+k]
			f.quad = f.quad && single[o+k]
			f.key |= uint32(folded[o+k]) << (8 * k)
		}
		if f.quad {
			n := float32(used[f.key]) / crowd
			cost *= 1 + n*n
		}
		if o > 0 {
			cost *= preferFirst
		}
		if bestCost < 0 || cost < bestCost {
			best, bestCost = f, cost
		}
	}
	for k := range window {
		if best.offset+k < len(sets) {
			p := productOf(sets[best.offset+k])
			best.shape.at[k], best.shape.p[k] = p, m.share(p)
		} else {
			best.shape.at[k], best.shape.p[k] = anyByte, 1
		}
	}
	return best
}
