//go:build amd64 && !purego

package decode

import "golang.org/x/sys/cpu"

//go:generate go -C asm run . -out ../classify_amd64.s -stubs ../classify_amd64_gen.go -pkg decode

func classify(text []byte, out [][2]uint64) {
	blocks := len(text) / blockSize
	if blocks == 0 {
		return
	}
	if !cpu.X86.HasAVX2 {
		classifyGo(text, out)
		return
	}
	_ = out[blocks-1]
	classifyAVX2(&text[0], blocks, &out[0])
}
