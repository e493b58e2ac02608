package prefilter

import (
	"cmp"
	"math/bits"
	"slices"
)

// window is the number of consecutive bytes that the kernels look at.
const window = 4

// numBuckets is the number of groups of patterns that the AVX2 kernel tells
// apart, 8 to a byte of a shuffle's result. With some 350 patterns 8 buckets
// let 12 % of the positions of ordinary source pass, 16 let 5 %, 32 let 3 %;
// each 8 cost the kernel the same time.
const numBuckets = 16

// A product is what a shuffle can express of a set of bytes: those whose low
// five bits are in low and whose high nibble is in high. For letters, of
// which most patterns are made, the low five bits tell all but the case; the
// high nibble tells letters from digits and punctuation.
type product struct {
	low  uint32
	high uint16
}

var anyByte = product{low: 0xffffffff, high: 0xffff}

func productOf(s Set) (p product) {
	for b := range s.each {
		p.low |= 1 << (b & 31)
		p.high |= 1 << (b >> 4)
	}
	return p
}

// share returns the modelled probability that a byte is in p.
func (m *model) share(p product) float32 {
	var sum float32
	for high := p.high; high != 0; high &= high - 1 {
		h := bits.TrailingZeros16(high)
		low := p.low >> (h & 1 << 4)
		sum += m.half[h][0][low&0xff] + m.half[h][1][low>>8&0xff]
	}
	return sum
}

// A shape is the products of one window: of one pattern, or of all the
// patterns in a bucket.
type shape struct {
	at [window]product
	p  [window]float32 // the share of each
}

func (s *shape) probability() float32 { return s.p[0] * s.p[1] * s.p[2] * s.p[3] }

// with returns the smallest shape that covers both s and t.
func (s *shape) with(t *shape, m *model) shape {
	r := *s
	for i := range r.at {
		a := &r.at[i]
		if t.at[i].low&^a.low == 0 && t.at[i].high&^a.high == 0 {
			continue
		}
		a.low |= t.at[i].low
		a.high |= t.at[i].high
		r.p[i] = m.share(*a)
	}
	return r
}

// assign distributes the patterns' windows over n buckets and returns the
// bucket of each and the shapes of the buckets. A position passes the kernel
// if it fits the shape of some bucket, so the sum of the buckets'
// probabilities is to be small: windows are placed from the most to the least
// frequent, each where it adds least. (Moving windows afterwards, agglomerating
// buckets and 300,000 steps of annealing let hardly fewer positions pass and
// take longer.)
func assign(windows []shape, n int, m *model) ([]uint8, []shape) {
	order := make([]int32, len(windows))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		return cmp.Compare(windows[b].probability(), windows[a].probability())
	})
	buckets := make([]shape, n)
	of := make([]uint8, len(windows))
	for _, i := range order {
		best, bestShape, bestCost := 0, shape{}, float32(2)
		for b := range buckets {
			s := buckets[b].with(&windows[i], m)
			if cost := s.probability() - buckets[b].probability(); cost < bestCost {
				best, bestShape, bestCost = b, s, cost
				if cost <= 0 {
					break // it is covered already
				}
			}
		}
		buckets[best] = bestShape
		of[i] = uint8(best)
	}
	return of, buckets
}
