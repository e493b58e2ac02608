//go:build !amd64 || purego

package decode

func classify(text []byte, out [][2]uint64) { classifyGo(text, out) }
