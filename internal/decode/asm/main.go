// Command asm writes the AVX2 twin of decode's classifyGo; go generate in the
// folder above runs it. It refuses to know what the masks are for. Its one
// invariant: the tables below say of each byte what decode's classes say.
package main

import (
	"encoding/binary"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A byte is looked up by its low and its high half; the bits that both tables
// have are the groups that it is in. Bits 0 to 4 are word bytes, 5 and 6
// special ones, so that one comparison tells them apart.
var groups = []struct{ high, low []byte }{
	0: {[]byte{2}, []byte{0xb, 0xd, 0xf}},                                        // + - /
	1: {[]byte{3}, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},                         // 0 to 9
	2: {[]byte{4, 6}, []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}}, // A to O, a to o
	3: {[]byte{5}, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15}},                 // P to Z, _
	4: {[]byte{7}, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},                     // p to z
	5: {[]byte{2}, []byte{5, 0xb}},                                               // % +
	6: {[]byte{5}, []byte{0xc}},                                                  // \
}

const wordGroups = 0x1f

func main() {
	ConstraintExpr("amd64,!purego")
	var lowTable, highTable [16]byte
	for bit, g := range groups {
		for _, i := range g.low {
			lowTable[i] |= 1 << bit
		}
		for _, i := range g.high {
			highTable[i] |= 1 << bit
		}
	}
	lowMem, highMem := table("low", lowTable), table("high", highTable)
	nibbleMem, wordMem := table("nibble", fill(0x0f)), table("word", fill(wordGroups))

	TEXT("classifyAVX2", NOSPLIT, "func(text *byte, blocks int, out *[2]uint64)")
	Pragma("noescape")
	Doc("classifyAVX2 is classifyGo for whole blocks, at least one.")
	text := Load(Param("text"), GP64())
	blocks := Load(Param("blocks"), GP64())
	out := Load(Param("out"), GP64())
	low, high, nibble, word, zero := YMM(), YMM(), YMM(), YMM(), YMM()
	VMOVDQU(lowMem, low)
	VMOVDQU(highMem, high)
	VMOVDQU(nibbleMem, nibble)
	VMOVDQU(wordMem, word)
	VPXOR(zero, zero, zero)

	Label("block")
	var words, specials [2]Register
	for half := range 2 {
		x, h := YMM(), YMM()
		VMOVDQU(Mem{Base: text, Disp: 32 * half}, x)
		// VPSHUFB looks at the low half of a byte below 0x80, and gives
		// nothing for the others.
		VPSRLW(U8(4), x, h)
		VPAND(nibble, h, h)
		VPSHUFB(h, high, h)
		VPSHUFB(x, low, x)
		VPAND(h, x, x)
		w, s := GP32(), GP32()
		VPCMPGTB(word, x, h)
		VPMOVMSKB(h, s)
		VPAND(word, x, x)
		VPCMPGTB(zero, x, x)
		VPMOVMSKB(x, w)
		words[half], specials[half] = w.As64(), s.As64()
	}
	for i, m := range [][2]Register{words, specials} {
		SHLQ(U8(32), m[1])
		ORQ(m[0], m[1])
		MOVQ(m[1], Mem{Base: out, Disp: 8 * i})
	}
	ADDQ(U8(64), text)
	ADDQ(U8(16), out)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
	Generate()
}

func fill(b byte) (t [16]byte) {
	for i := range t {
		t[i] = b
	}
	return t
}

// table writes the 16 bytes twice: once for each lane of a register.
func table(name string, t [16]byte) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := range 4 {
		DATA(8*i, U64(binary.LittleEndian.Uint64(t[8*(i%2):])))
	}
	return m
}
