package archive

import (
	"bytes"
	"encoding/binary"
)

// A Format is a kind of archive.
type Format uint8

// The formats. Those from Gzip on are streams around one content.
const (
	None Format = iota
	Zip
	Tar
	SevenZip
	Rar
	Ar
	Cpio
	Rpm
	Gzip
	Bzip2
	Xz
	Zstd
	Lz4
)

// String gives the usual name.
func (f Format) String() string {
	return [...]string{"none", "zip", "tar", "7z", "rar", "ar", "cpio", "rpm", "gzip", "bzip2", "xz", "zstd", "lz4"}[f]
}

// Stream says that the format holds one content without a name.
func (f Format) Stream() bool { return f >= Gzip }

// HeadLen is the number of a content's first bytes that Detect wants to see.
const HeadLen = 512

// emptyZip is how a zip begins that has no members: with its end.
const emptyZip = "PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// Detect gives the format that a content's first bytes show.
func Detect(head []byte) Format {
	if len(head) < 4 {
		return None
	}
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	// The first byte decides for nearly all files that it is none of them.
	switch head[0] {
	case 'P':
		if has("PK\x03\x04") || has(emptyZip) {
			return Zip
		}
	case '7':
		if has("7z\xbc\xaf\x27\x1c") {
			return SevenZip
		}
	case 'R':
		if has("Rar!\x1a\x07\x00") || has("Rar!\x1a\x07\x01\x00") {
			return Rar
		}
	case '!':
		if has("!<arch>\n") {
			return Ar
		}
	case '0':
		if isCpio(head) {
			return Cpio
		}
	case 0xed:
		if has("\xed\xab\xee\xdb") {
			return Rpm
		}
	case 0x1f:
		// RFC 1952: method 8, and the three highest flags are zero.
		if has("\x1f\x8b\x08") && head[3]&0xe0 == 0 {
			return Gzip
		}
	case 'B':
		// The magic is short; pi, or the root of pi at an empty stream's
		// end, follows.
		if has("BZh") && len(head) >= 10 && '1' <= head[3] && head[3] <= '9' &&
			(string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17rE8P\x90") {
			return Bzip2
		}
	case 0xfd:
		if has("\xfd7zXZ\x00") {
			return Xz
		}
	case 0x28:
		if has("\x28\xb5\x2f\xfd") {
			return Zstd
		}
	case 0x04:
		if has("\x04\x22\x4d\x18") {
			return Lz4
		}
	}
	// Skippable frames (RFC 8878, section 3.1.2) may stand before the first.
	if len(head) >= 8 && binary.LittleEndian.Uint32(head)>>4 == 0x184d2a5 {
		if n := uint64(binary.LittleEndian.Uint32(head[4:])); n < uint64(len(head)-8) {
			if f := Detect(head[8+n:]); f == Zstd || f == Lz4 {
				return f
			}
		}
		return None
	}
	if isTar(head) {
		return Tar
	}
	return None
}

// UnopenedFormat names an archive or compressed file of a format that this
// package knows of and doesn't open; it is empty for everything else.
func UnopenedFormat(head []byte) string {
	for _, f := range []struct{ magic, name string }{
		{"LZIP\x01", "lzip"},
		{"\x1f\x9d", "compress (.Z)"},
		{"\x1f\xa0", "compress (.z)"},
		{"MSCF\x00\x00\x00\x00", "cabinet"},
		{"hsqs", "squashfs"},
		{"xar!", "xar"},
		{"\x60\xea", "arj"},
		{"WIM\x00", "wim"},
		{"\x89LZO\x00\r\n\x1a\n", "lzop"},
		{"\x02\x21\x4c\x18", "lz4 (legacy)"},
		{"BZh0", "bzip (old)"},
	} {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return f.name
		}
	}
	if len(head) > 6 && string(head[2:5]) == "-lh" && head[6] == '-' {
		return "lha"
	}
	return ""
}

// ZipEndLen is the length of what EndsInZip wants to see.
const ZipEndLen = 22

// EndsInZip says whether tail, the last ZipEndLen bytes of a content, is the
// end of a zip without a comment (APPNOTE.TXT 6.3.10, section 4.3.16). Such a
// content may begin with anything.
func EndsInZip(tail []byte) bool {
	return len(tail) == ZipEndLen && string(tail[:4]) == "PK\x05\x06" &&
		tail[10]|tail[11] != 0 && tail[20]|tail[21] == 0
}

// ZipStart gives where the first member stands in a content that ends in a zip.
func ZipStart(data []byte) int {
	if i := bytes.Index(data, []byte("PK\x03\x04")); i >= 0 {
		return i
	}
	return len(data)
}

// isTar says whether head is a tar header whose checksum is right (POSIX.1,
// pax, "ustar Interchange Format"; older tars have the same sum).
func isTar(head []byte) bool {
	const sumAt, sumEnd = 148, 156
	if len(head) < 512 || head[0] == 0 && head[345] == 0 {
		return false
	}
	want, digits := int64(0), 0
	for _, c := range head[sumAt:sumEnd] {
		if c >= '0' && c <= '7' {
			want = want*8 + int64(c-'0')
			digits++
		} else if c != ' ' && c != 0 {
			return false
		}
	}
	if digits == 0 {
		return false
	}
	var unsigned, signed int64
	for i, c := range head[:512] {
		if i >= sumAt && i < sumEnd {
			c = ' '
		}
		unsigned += int64(c)
		signed += int64(int8(c))
	}
	return want == unsigned || want == signed
}
