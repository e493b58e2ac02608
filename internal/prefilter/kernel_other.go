//go:build !amd64 || purego

package prefilter

// A simdKernel does not exist here.
type simdKernel struct{}

func haveSIMD() bool { return false }

func newSIMDKernel([]fragment, *model) *simdKernel { return nil }

func (*simdKernel) spots([]byte, int, *scratch, *sieve) int { return 0 }
