package gitleaks

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// ApplicationMagic says whether gitleaks leaves a file out because of how it
// begins: the first type that github.com/h2non/filetype v1.1.3 finds is
// application/something. That takes text for such a type, too, when it begins
// with MZ, BZh, PK and two control characters, %! or SQLi. head is the first
// piece that gitleaks reads, at most 100,000 bytes; of a file on disk that is
// min(size, 100,000).
//
// The library asks for programs first, then for images, video and audio, and
// for fonts, documents and archives last.
func ApplicationMagic(head []byte) bool {
	b := magic(head)
	return b.program() || b.fontOrDocument() && !b.media() || b.archive() && !b.media()
}

// magic is the beginning of a file.
type magic []byte

// has says that text stands at an offset.
func (b magic) has(offset int, text string) bool {
	return len(b) >= offset+len(text) && string(b[offset:offset+len(text)]) == text
}

// anyOf says that one of several beginnings is there.
func (b magic) anyOf(prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return b.has(0, p) })
}

// program: matchers/application.go.
func (b magic) program() bool {
	dex := func(b magic) bool { return b.has(0, "dex\n") && b.has(36, "\x70") }
	return b.has(0, "\x00asm\x01\x00\x00\x00") || dex(b) ||
		b.has(0, "dey\n") && len(b) > 100 && dex(b[40:100])
}

// fontOrDocument: matchers/font.go and document.go. Documents that are zip
// files are archives, too.
func (b magic) fontOrDocument() bool {
	if len(b) < 4 {
		return false
	}
	switch b[0] {
	case 0x00:
		return b.has(0, "\x00\x01\x00\x00\x00")
	case 'O':
		return b.has(0, "OTTO\x00")
	case 'w':
		return b.anyOf("wOFF\x00\x01\x00\x00", "wOF2\x00\x01\x00\x00")
	case 0xD0:
		return b.has(0, "\xD0\xCF\x11\xE0") &&
			(len(b) <= 513 || b.has(512, "\xEC\xA5") || b.has(512, "\x09\x08") || b.has(512, "\xA0\x46"))
	}
	return false
}

// archive: matchers/archive.go, which also has programs.
func (b magic) archive() bool {
	return b.archivePrefix() ||
		b.has(257, "ustar") || b.has(128, "DICM") || b.has(32769, "CD001") || b.embeddedFont() ||
		b.zstandard()
}

func (b magic) archivePrefix() bool {
	if len(b) < 2 {
		return false
	}
	switch b[0] {
	case 0x1F:
		return b.anyOf("\x1F\x8B\x08", "\x1F\xA0", "\x1F\x9D")
	case '!':
		return b.has(0, "!<arch>")
	case '%':
		return b.anyOf("%PDF", "%!")
	case '7':
		return b.has(0, "7z\xBC\xAF\x27\x1C")
	case 'B':
		return b.has(0, "BZh")
	case 'C':
		return b.anyOf("CWS", "Cr24")
	case 'F':
		return b.has(0, "FWS")
	case 'I':
		return b.has(0, "ISc(")
	case 'L':
		return b.has(0, "LZIP")
	case 'M':
		return b.anyOf("MZ", "MSCF")
	case 'N':
		return b.has(0, "NES\x1A")
	case 'P':
		return len(b) > 3 && b[1] == 'K' &&
			(b[2] == 3 || b[2] == 5 || b[2] == 7) && (b[3] == 4 || b[3] == 6 || b[3] == 8)
	case 'R':
		return b.anyOf("Rar!\x1A\x07\x00", "Rar!\x1A\x07\x01")
	case 'S':
		return b.has(0, "SQLi")
	case '{':
		return b.has(0, `{\rtf`)
	case 0x7F:
		return len(b) > 52 && b.has(0, "\x7FELF")
	case 0xBE, 0xCA, 0xCE, 0xCF, 0xFE:
		return b.anyOf("\xBE\xBA\xFE\xCA", "\xCA\xFE\xBA\xBE", "\xCE\xFA\xED\xFE", "\xCF\xFA\xED\xFE",
			"\xFE\xED\xFA\xCE", "\xFE\xED\xFA\xCF")
	case 0xED:
		return len(b) > 96 && b.has(0, "\xED\xAB\xEE\xDB")
	case 0xFD:
		return b.has(0, "\xFD7zXZ\x00")
	}
	return false
}

// embeddedFont is Eot, which the library has among the archives.
func (b magic) embeddedFont() bool {
	return b.has(34, "LP") && (b.has(8, "\x02\x00\x01") || b.has(8, "\x01\x00\x00") || b.has(8, "\x02\x00\x02"))
}

// zstandard is a frame, or frames to be skipped and then a frame.
func (b magic) zstandard() bool {
	for {
		if b.has(0, "\x28\xB5\x2F\xFD") {
			return true
		}
		if len(b) < 8 || binary.LittleEndian.Uint32(b)&0xFFFFFFF0 != 0x184D2A50 {
			return false
		}
		next := 8 + uint64(binary.LittleEndian.Uint32(b[4:]))
		if uint64(len(b)) < next {
			return false
		}
		b = b[next:]
	}
}

// media: matchers/image.go, video.go and audio.go.
func (b magic) media() bool {
	if b.anyOf(
		"\xFF\xD8\xFF", "\x89PNG", "GIF", "BM", "II\xBC", "8BPS", "\x00\x00\x01\x00", "AC10",
		"\x00\x00\x00\x0C\x6A\x50\x20\x20\x0D\x0A\x87\x0A\x00",
		"MThd", "ID3", "OggS", "fLaC", "\xFF\xF1", "\xFF\xF9",
		"FLV\x01", "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9",
	) {
		return true
	}
	switch {
	case len(b) > 10 && b.anyOf("II*\x00", "MM\x00*", "M4A "),
		len(b) > 11 && b.has(0, "#!AMR\n"),
		len(b) > 2 && b.has(0, "\xFF\xFB"),
		len(b) > 3 && b.has(0, "\x00\x00\x01") && b[3] >= 0xB0 && b[3] <= 0xBF,
		b.has(8, "WEBP"),
		b.has(0, "RIFF") && (b.has(8, "WAVE") || b.has(8, "AVI")),
		b.has(0, "FORM") && b.has(8, "AIFF"):
		return true
	}
	return b.quickTime() || b.matroska()
}

// quickTime has the formats that descend from it: mov, mp4, 3gp, m4a, heif.
func (b magic) quickTime() bool {
	if len(b) > 15 && (b.has(4, "moov") || b.has(4, "mdat") || b.has(12, "mdat") || b.has(0, "\x00\x00\x00\x14ftyp")) {
		return true
	}
	if !b.has(4, "ftyp") {
		return false
	}
	if b.has(8, "M4A") || b.has(8, "M4V") || b.has(8, "3gp") {
		return true
	}
	const brands = "avc1 dash iso2 iso3 iso4 iso5 iso6 isom mmp4 mp41 mp42 mp4v mp71 MSNV NDAS NDSC NSDC " +
		"NDSH NDSM NDSP NDSS NDXC NDXH NDXM NDXP NDXS "
	if len(b) < 12 {
		return false
	}
	brand := string(b[8:12])
	if i := strings.Index(brands, brand); i >= 0 && i%5 == 0 || brand == "F4V " || brand == "F4P " {
		return true
	}
	return b.heif(brand)
}

func (b magic) heif(brand string) bool {
	length := int64(0)
	if len(b) >= 16 {
		length = int64(binary.BigEndian.Uint32(b))
	}
	if len(b) < 17 || int64(len(b)) < length {
		return false
	}
	if brand == "mif1" || brand == "msf1" {
		for i := 16; int64(i) < length; i += 4 {
			if b.has(i, "heic") {
				return true
			}
		}
	}
	return brand == "heic"
}

func (b magic) matroska() bool {
	if !b.has(0, "\x1A\x45\xDF\xA3") {
		return false
	}
	head := b[:min(len(b), 4096)]
	for _, name := range []string{"matroska", "webm"} {
		if i := bytes.Index(head, []byte(name)); i >= 3 && head[i-3] == 0x42 && head[i-2] == 0x82 {
			return true
		}
	}
	return false
}
