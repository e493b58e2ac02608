package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func bcast(name string, b byte) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := 0; i < 32; i += 8 {
		v := uint64(b) * 0x0101010101010101
		DATA(i, U64(v))
	}
	return m
}

func main() {
	ConstraintExpr("amd64,!purego")
	c1f := bcast("low5", 0x1f)
	c70 := bcast("carry", 0x70)
	c80 := bcast("top", 0x80)
	c0f := bcast("nibble", 0x0f)

	TEXT("spotsAVX2", NOSPLIT, "func(t *[384]byte, text *byte, blocks int, candidates *uint16, quads *uint16, quadShift uint32, pairs *uint16, spots *uint64) int")
	Pragma("noescape")
	t := Load(Param("t"), GP64())
	text := Load(Param("text"), GP64())
	blocks := Load(Param("blocks"), GP64())
	out := Load(Param("candidates"), GP64())
	at, first := GP64(), GP64()
	XORL(at.As32(), at.As32())
	MOVQ(out, first)
	k1f, k0f := YMM(), YMM()
	VMOVDQU(c1f, k1f)
	VMOVDQU(c0f, k0f)
	Label("block")
	var acc [2][2]VecVirtual
	for i := 0; i < 4; i++ {
		var A, B, H [2]VecVirtual
		for v := 0; v < 2; v++ {
			x := YMM()
			VMOVDQU(Mem{Base: text, Disp: 32*v + i}, x)
			H[v] = YMM()
			VPSRLW(Imm(4), x, H[v])
			VPAND(k0f, H[v], H[v])
			A[v] = YMM()
			VPAND(k1f, x, A[v])
			VPADDB(c70, A[v], A[v])
			B[v] = YMM()
			VPXOR(c80, A[v], B[v])
		}
		for s := 0; s < 2; s++ {
			var r [2]VecVirtual
			base := (s*4 + i) * 48
			T := YMM()
			VBROADCASTI128(Mem{Base: t, Disp: base}, T)
			for v := range r {
				r[v] = YMM()
				VPSHUFB(A[v], T, r[v])
			}
			T = YMM()
			VBROADCASTI128(Mem{Base: t, Disp: base + 16}, T)
			for v := range r {
				u := YMM()
				VPSHUFB(B[v], T, u)
				VPOR(u, r[v], r[v])
			}
			T = YMM()
			VBROADCASTI128(Mem{Base: t, Disp: base + 32}, T)
			for v := range r {
				u := YMM()
				VPSHUFB(H[v], T, u)
				VPAND(u, r[v], r[v])
				if i == 0 {
					acc[s][v] = r[v]
				} else {
					VPAND(r[v], acc[s][v], acc[s][v])
				}
			}
		}
	}
	var m [2]GPVirtual
	zero := YMM()
	VPXOR(zero, zero, zero)
	for v := 0; v < 2; v++ {
		VPOR(acc[0][v], acc[1][v], acc[0][v])
		VPCMPEQB(zero, acc[0][v], acc[0][v])
		m[v] = GP64()
		VPMOVMSKB(acc[0][v], m[v].As32())
	}
	SHLQ(Imm(32), m[1])
	ORQ(m[1], m[0])
	NOTQ(m[0])
	left := GP64()
	POPCNTQ(m[0], left)
	next := GP64()
	LEAQ(Mem{Base: out, Index: left, Scale: 2}, next)
	pos := GP64()
	Label("flatten")
	for j := 0; j < 4; j++ {
		TZCNTQ(m[0], pos)
		ADDL(at.As32(), pos.As32())
		MOVW(pos.As16(), Mem{Base: out, Disp: 2 * j})
		BLSRQ(m[0], m[0])
	}
	ADDQ(Imm(8), out)
	TESTQ(m[0], m[0])
	JNZ(LabelRef("flatten"))
	MOVQ(next, out)
	ADDQ(Imm(64), text)
	ADDL(Imm(64), at.As32())
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()

	// The sieve.
	Load(Param("text"), text)
	quads := Load(Param("quads"), GP64())
	shift := Load(Param("quadShift"), GP32())
	pairs := Load(Param("pairs"), GP64())
	spots := Load(Param("spots"), GP64())
	k := GP64()
	XORL(k.As32(), k.As32())
	CMPQ(first, out)
	JAE(LabelRef("done"))
	Label("pick")
	p, x, h, q := GP64(), GP64(), GP64(), GP64()
	MOVWLZX(Mem{Base: first}, p.As32())
	MOVL(Mem{Base: text, Index: p, Scale: 1}, x.As32())
	MOVL(x.As32(), h.As32())
	ANDL(U32(0xdfdfdfdf), h.As32())
	IMUL3L(U32(0x9e3779b1), h.As32(), h.As32())
	SHRXL(shift, h.As32(), h.As32())
	MOVWLZX(Mem{Base: quads, Index: h, Scale: 2}, q.As32())
	MOVWLZX(x.As16(), x.As32())
	MOVWLZX(Mem{Base: pairs, Index: x, Scale: 2}, x.As32())
	MOVW(p.As16(), Mem{Base: spots, Index: k, Scale: 8})
	MOVW(q.As16(), Mem{Base: spots, Index: k, Scale: 8, Disp: 2})
	MOVW(x.As16(), Mem{Base: spots, Index: k, Scale: 8, Disp: 4})
	ORL(q.As32(), x.As32())
	CMPL(x.As32(), Imm(1))
	SBBQ(I8(-1), k)
	ADDQ(Imm(2), first)
	CMPQ(first, out)
	JB(LabelRef("pick"))
	Label("done")
	Store(k, ReturnIndex(0))
	RET()
	Generate()
}
