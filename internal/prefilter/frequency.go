package prefilter

// The model of the text: how often each byte occurs, with every byte
// independent of its neighbours. It steers which part of a pattern is looked
// for and which patterns share a bucket; it never decides what is found, so
// that a text unlike it is searched more slowly, not wrongly.

// asciiPer10000 is how many of 10,000 bytes are each ASCII character, counted
// over equal parts of Go, JavaScript and C sources, and at least 1.
var asciiPer10000 = [128]uint16{
	1, 1, 1, 1, 1, 1, 1, 1, 1, 222, 226, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1182, 12, 135, 17, 2, 7, 18, 12, 100, 100, 68, 16, 155, 40, 114, 106,
	97, 90, 79, 44, 48, 28, 52, 22, 33, 20, 98, 38, 38, 81, 37, 4,
	4, 161, 41, 61, 47, 76, 40, 30, 19, 68, 7, 13, 51, 50, 49, 60,
	63, 22, 65, 61, 68, 33, 29, 13, 47, 11, 7, 28, 56, 28, 1, 221,
	3, 337, 79, 217, 190, 574, 149, 108, 116, 324, 17, 48, 216, 150, 354, 290,
	166, 15, 355, 334, 482, 168, 84, 52, 70, 91, 20, 48, 13, 48, 1, 1,
}

// nonASCIIPer10000 is the share of each byte from 0x80 on.
const nonASCIIPer10000 = 0.25

// share returns the modelled probability of byte b.
func share(b byte) float32 {
	if b < 0x80 {
		return float32(asciiPer10000[b]) / 10000
	}
	return nonASCIIPer10000 / 10000
}

// A model holds sums of shares, so that the share of a union of buckets'
// sets takes a few additions.
type model struct {
	// half[h][k][m]: the share of the bytes with high nibble h whose low
	// nibble, less 8k, is one of the bits of m.
	half [16][2][256]float32
}

func newModel() *model {
	m := new(model)
	for h := range m.half {
		for k := range m.half[h] {
			t := &m.half[h][k]
			for low := range 8 {
				p := share(byte(h<<4 | k<<3 | low))
				for mask := range 1 << low {
					t[mask|1<<low] = t[mask] + p
				}
			}
		}
	}
	return m
}

// ofSet returns the modelled probability that a byte is in s.
func ofSet(s Set) float32 {
	if s.IsFull() {
		return 1
	}
	var p float32
	for b := range s.each {
		p += share(b)
	}
	return p
}
