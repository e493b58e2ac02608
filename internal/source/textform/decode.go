package textform

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// An Encoding is one that a byte order mark announces.
type Encoding uint8

// The encodings. Plain is everything that is searched as it stands.
const (
	Plain Encoding = iota
	UTF16LE
	UTF16BE
	UTF32LE
	UTF32BE
)

// String gives the name as findings show it; that of Plain is empty.
func (e Encoding) String() string {
	return [...]string{"", "utf-16le", "utf-16be", "utf-32le", "utf-32be"}[e]
}

// Mark gives the encoding that head's byte order mark announces, and the
// mark's length (Unicode 17, section 23.8). The mark of UTF-8 is not one of
// them: it changes nothing.
func Mark(head []byte) (Encoding, int) {
	if len(head) >= 4 {
		switch binary.BigEndian.Uint32(head) {
		case 0xfffe0000:
			return UTF32LE, 4
		case 0x0000feff:
			return UTF32BE, 4
		}
	}
	if len(head) >= 2 {
		switch binary.BigEndian.Uint16(head) {
		case 0xfffe:
			return UTF16LE, 2
		case 0xfeff:
			return UTF16BE, 2
		}
	}
	return Plain, 0
}

// unit is the length of a code unit in bytes.
func (e Encoding) unit() int {
	switch e {
	case UTF16LE, UTF16BE:
		return 2
	case UTF32LE, UTF32BE:
		return 4
	}
	return 1
}

// next gives the first character of b, and how many bytes it takes; what is no
// character is U+FFFD, as in every decoder of Unicode. Zero bytes mean that b
// ends within a character.
func (e Encoding) next(b []byte) (r rune, n int) {
	if len(b) < e.unit() {
		return 0, 0
	}
	switch e {
	case UTF32LE, UTF32BE:
		v := binary.BigEndian.Uint32(b)
		if e == UTF32LE {
			v = binary.LittleEndian.Uint32(b)
		}
		if v > utf8.MaxRune || utf16.IsSurrogate(rune(v)) {
			return utf8.RuneError, 4
		}
		return rune(v), 4
	}
	r = e.unit16(b)
	if !utf16.IsSurrogate(r) {
		return r, 2
	}
	if r >= 0xdc00 {
		return utf8.RuneError, 2
	}
	if len(b) < 4 {
		return 0, 0
	}
	if r = utf16.DecodeRune(r, e.unit16(b[2:])); r != utf8.RuneError {
		return r, 4
	}
	return utf8.RuneError, 2
}

// unit16 gives the 16-bit unit at the start of b.
func (e Encoding) unit16(b []byte) rune {
	if e == UTF16LE {
		return rune(binary.LittleEndian.Uint16(b))
	}
	return rune(binary.BigEndian.Uint16(b))
}

// Decode appends to dst the UTF-8 text of src, which is all of a content
// behind its mark. It adds at most three bytes for each two of src. Lines of
// the text are those of src; columns are those of the text.
func (e Encoding) Decode(dst, src []byte) []byte {
	dst, n := e.decode(dst, src)
	for ; n < len(src); n += e.unit() {
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	return dst
}

// decode appends the text of src up to an incomplete character at its end, and
// gives the number of bytes decoded.
func (e Encoding) decode(dst, src []byte) ([]byte, int) {
	i := 0
	for {
		r, n := e.next(src[i:])
		if n == 0 {
			return dst, i
		}
		dst = utf8.AppendRune(dst, r)
		i += n
	}
}

// decodePiece is how much a decoding reader takes at a time, in bytes.
const decodePiece = 64 << 10

// A reader decodes a long content.
type reader struct {
	e    Encoding
	r    io.Reader
	err  error
	raw  []byte // not decoded yet: less than a character between reads
	text []byte // decoded, and not taken yet
	out  []byte // the array behind text
}

// Reader gives the text of a content behind its mark as Decode would. An error
// of r comes after all that came before it.
func (e Encoding) Reader(r io.Reader) io.Reader {
	return &reader{e: e, r: r, raw: make([]byte, 0, decodePiece)}
}

// Read implements io.Reader.
func (d *reader) Read(p []byte) (int, error) {
	for len(d.text) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		n, err := d.r.Read(d.raw[len(d.raw):decodePiece])
		d.raw, d.err = d.raw[:len(d.raw)+n], err
		if err != nil {
			d.out, n = d.e.Decode(d.out[:0], d.raw), len(d.raw)
		} else {
			d.out, n = d.e.decode(d.out[:0], d.raw)
		}
		d.raw = d.raw[:copy(d.raw, d.raw[n:])]
		d.text = d.out
	}
	n := copy(p, d.text)
	d.text = d.text[n:]
	return n, nil
}
