package detectors

import (
	"math/bits"

	"rekey.example/rekey/internal/prefilter"
)

// byteFrequency is how many of 100,000 bytes of source code and prose are
// which, counted over 67 MB of Go, C, Python, Perl, JavaScript and their
// documentation; bytes above 127 take 4 each. It only steers which part of a
// pattern is looked for first: no verdict depends on it.
var byteFrequency = [128]float64{
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1152, 3201, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	20606, 94, 656, 367, 243, 45, 108, 840, 1042, 1040, 359, 88, 1355, 401, 1032, 633,
	1051, 663, 554, 355, 333, 292, 341, 261, 300, 271, 612, 352, 148, 715, 260, 40,
	66, 621, 268, 574, 373, 754, 345, 214, 169, 576, 32, 96, 437, 281, 447, 427,
	433, 30, 469, 693, 684, 196, 112, 86, 116, 103, 30, 207, 163, 205, 17, 2146,
	102, 3179, 718, 1891, 1726, 5970, 1423, 890, 1190, 3377, 83, 430, 2148, 1197, 3397, 2986,
	1579, 104, 3523, 3305, 4529, 1490, 438, 431, 535, 726, 107, 368, 93, 365, 27, 1,
}

// wideFactor is the chance that a wide class goes on where it has begun:
// digits follow digits, and words are made of letters. wide is the number of
// bytes from which a class counts as such.
const (
	wideFactor = 0.8
	wide       = 5
)

// probability estimates how often a sequence of byte sets stands at a place
// of ordinary text. Single characters are taken as independent.
func probability(sets []prefilter.Set) float64 {
	p := 1.0
	for _, s := range sets {
		if s.Count() >= wide {
			p *= wideFactor
			continue
		}
		q := 0.0
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if b := i*64 + bits.TrailingZeros64(w); b < len(byteFrequency) {
					q += byteFrequency[b]
				} else {
					q += 4
				}
			}
		}
		p *= q / 100000
	}
	return p
}
