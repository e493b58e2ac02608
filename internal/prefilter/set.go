package prefilter

import "math/bits"

// A Set is a set of byte values: bit b%64 of word b/64 stands for byte b. The
// zero value is the empty set; sets are compared with ==.
type Set [4]uint64

// Has reports whether b is in the set.
func (s Set) Has(b byte) bool { return s[b>>6]>>(b&63)&1 != 0 }

// Add puts b into the set.
func (s *Set) Add(b byte) { s[b>>6] |= 1 << (b & 63) }

// AddRange puts lo, hi and every byte between them into the set; it adds
// nothing if hi < lo.
func (s *Set) AddRange(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s.Add(byte(b))
	}
}

// Union returns the bytes that are in s, in t, or in both.
func (s Set) Union(t Set) Set {
	return Set{s[0] | t[0], s[1] | t[1], s[2] | t[2], s[3] | t[3]}
}

// Count returns the number of bytes in the set, 0 to 256.
func (s Set) Count() int {
	return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) +
		bits.OnesCount64(s[2]) + bits.OnesCount64(s[3])
}

// IsEmpty reports whether no byte is in the set.
func (s Set) IsEmpty() bool { return s == Set{} }

// IsFull reports whether every byte is in the set.
func (s Set) IsFull() bool { return s[0]&s[1]&s[2]&s[3] == ^uint64(0) }

// each calls yield for the bytes of the set in ascending order, as a range
// function.
func (s Set) each(yield func(b byte) bool) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			if !yield(byte(i<<6 | bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// cube returns mask and want such that b&mask == want for every b in the
// set, with as many bits in mask as that allows. It is exact if no other byte
// passes: a single byte, a letter in both cases, all bytes.
func (s Set) cube() (mask, want byte, exact bool) {
	and, or := byte(0xff), byte(0)
	for b := range s.each {
		and &= b
		or |= b
	}
	mask = ^(and ^ or)
	return mask, and & mask, s.Count() == 1<<(8-bits.OnesCount8(mask))
}
