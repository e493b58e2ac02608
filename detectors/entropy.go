package detectors

import (
	"maps"
	"math"
	"slices"
)

// entropy is Shannon's of s in bits, as gitleaks counts it: over runes, but
// with the length in bytes.
func entropy(s []byte) float64 {
	if len(s) == 0 {
		return 0
	}
	var ascii [128]int
	var others map[rune]int
	for _, r := range string(s) {
		if r < 128 {
			ascii[r]++
			continue
		}
		if others == nil {
			others = make(map[rune]int)
		}
		others[r]++
	}
	inv := 1 / float64(len(s))
	h := 0.0
	add := func(n int) {
		if n > 0 {
			f := float64(n) * inv
			h -= f * math.Log2(f)
		}
	}
	for _, n := range ascii {
		add(n)
	}
	for _, r := range slices.Sorted(maps.Keys(others)) { // an order, so that rounding is always the same
		add(others[r])
	}
	return h
}
