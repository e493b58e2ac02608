//go:build amd64 && !purego

package prefilter

import "golang.org/x/sys/cpu"

func haveSIMD() bool {
	return cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasBMI2 && cpu.X86.HasPOPCNT
}

// A simdKernel is the tables of candidatesAVX2.
type simdKernel struct{ tables [384]byte }

func newSIMDKernel(fragments []fragment, m *model) *simdKernel {
	shapes := make([]shape, len(fragments))
	for i := range fragments {
		shapes[i] = fragments[i].shape
	}
	_, buckets := assign(shapes, numBuckets, m)
	k := new(simdKernel)
	for b, s := range buckets {
		bit := byte(1) << (b & 7)
		for i, p := range s.at {
			t := k.tables[(b>>3*window+i)*48:]
			for l := range 32 {
				if p.low>>l&1 != 0 {
					t[l] |= bit
				}
			}
			for h := range 16 {
				if p.high>>h&1 != 0 {
					t[32+h] |= bit
				}
			}
		}
	}
	return k
}

// spots finds the candidates among the first n positions of the text and
// writes those that pass the sieve to w. It returns their number.
func (k *simdKernel) spots(text []byte, n int, w *scratch, s *sieve) int {
	_ = text[:n+slack]
	return spotsAVX2(&k.tables, &text[0], n/blockSize, &w.candidates[0], &s.quads[0], uint32(s.quadShift), &s.pairs[0], &w.spots[0])
}
