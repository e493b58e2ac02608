package textform

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Masks for eight bytes at a time: a word holds b[i] in its lowest byte, and
// the answer to a question about a byte is that byte's highest bit.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
	sevns = 0x7f * ones
)

// blank replaces what is no text in b by form feeds: bytes that are neither
// printable nor part of a UTF-8 sequence.
func blank(b []byte) {
	i, kept := 0, 0 // b[:kept] ends in a sequence that stays
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		m := unprintable(w)
		if m == 0 {
			continue
		}
		if w&highs != 0 {
			m, kept = keepRunes(b, i, w, m, kept)
		}
		m = (m >> 7) * 0xff
		binary.LittleEndian.PutUint64(b[i:], w&^m|m&('\f'*ones))
	}
	for ; i < len(b); i++ {
		if i < kept || printable(b[i]) {
			continue
		}
		if _, n := utf8.DecodeRune(b[i:]); n > 1 {
			kept = i + n
			continue
		}
		b[i] = '\f'
	}
}

// unprintable gives the bytes of w that printable says no to.
func unprintable(w uint64) uint64 {
	x := w & sevns
	control := ^(x + 0x60*ones) | (x + ones) // below space, or DEL
	space := equal(x, '\t') | equal(x, '\n') | equal(x, '\r')
	return (control&^space | w) & highs
}

// equal gives the bytes of x, all below 0x80, that are c.
func equal(x uint64, c uint64) uint64 {
	return ^((x ^ c*ones) + sevns) & highs
}

// keepRunes takes from m, the bytes of w = b[i:i+8] that are to be blanked,
// those that belong to UTF-8 sequences, and gives where the last of these
// sequences ends.
func keepRunes(b []byte, i int, w, m uint64, kept int) (uint64, int) {
	if kept > i {
		m = m >> (8 * (kept - i)) << (8 * (kept - i))
	}
	// A sequence begins with a byte 11xxxxxx; 10xxxxxx follows.
	first := w & (w << 1) & highs
	later := w &^ (w << 1) & highs
	begins := first & (later >> 8)
	if first>>63 != 0 && i+8 < len(b) && b[i+8]&0xc0 == 0x80 {
		begins |= 1 << 63
	}
	for ; begins != 0; begins &= begins - 1 {
		k := bits.TrailingZeros64(begins) / 8
		if _, n := utf8.DecodeRune(b[i+k:]); n > 1 {
			m &^= (1<<(8*min(n, 8-k)) - 1) << (8 * k)
			kept = i + k + n
		}
	}
	return m, kept
}
