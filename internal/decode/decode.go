// Package decode finds what is written in base64, hex, percent or unicode
// escapes in a text, writes the text anew with those places decoded, and maps
// positions in the new text back to the old one. Passes follow each other
// until nothing is left to decode, so that base64 of percent escapes is undone
// in two.
//
// What counts as an encoding, which of two neighbours waits for the next pass
// and how a position is mapped are those of gitleaks v8.30.1, also where that
// surprises; the test beside internal/gitleaks compares the two. The package
// refuses to guess: a value whose decoded bytes are not printable ASCII stays
// as it is (unicode escapes excepted), and nothing is decompressed.
//
// Its one invariant: the segments of a pass are sorted, don't overlap, and
// outside of them the pass's text is the text before it.
package decode

import "strconv"

// A Kind is a set of encodings. As one encoding it also says who goes first:
// where two encodings touch, the one with the smaller value is decoded and the
// other waits for the next pass.
type Kind uint8

// The encodings.
const (
	Percent Kind = 1 << iota // %41
	Unicode                  // \u0041 or \\u0041, U+0041
	Hex                      // 32 or more hex digits
	Base64                   // 16 or more characters, standard or URL alphabet
)

var kindNames = [...]struct {
	kind Kind
	name string
}{{Percent, "percent"}, {Unicode, "unicode"}, {Hex, "hex"}, {Base64, "base64"}}

// String names the encodings of the set as gitleaks does, in the order of the
// constants, with a comma between them.
func (k Kind) String() string {
	s := ""
	for _, n := range kindNames {
		if k&n.kind == 0 {
			continue
		}
		if s != "" {
			s += ","
		}
		s += n.name
	}
	return s
}

// A Segment is a place that a pass decoded. All ranges are byte offsets, the
// end exclusive, and none is empty.
type Segment struct {
	// OrigStart and OrigEnd are in the raw text: what has to be looked at
	// to see the encoded value, which may be more than the value itself.
	OrigStart, OrigEnd int
	// EncStart and EncEnd are the encoded value in the text that the pass
	// was given.
	EncStart, EncEnd int
	// DecStart and DecEnd are the decoded value in the pass's text.
	DecStart, DecEnd int
	// Kinds holds the encoding that was undone here, and those of the
	// earlier segments that the encoded value overlaps or touches.
	Kinds Kind
	// Depth counts passes: 1 for a segment of the first.
	Depth int
}

// Tags says of segments of one pass how they were decoded, in gitleaks' words:
// "decoded:" and a name for each encoding, then "decode-depth:" and a number.
// Without segments there are no tags.
func Tags(segs []Segment) []string {
	if len(segs) == 0 {
		return nil
	}
	var kinds Kind
	for i := range segs {
		kinds |= segs[i].Kinds
	}
	tags := make([]string, 0, len(kindNames)+1)
	for _, n := range kindNames {
		if kinds&n.kind != 0 {
			tags = append(tags, "decoded:"+n.name)
		}
	}
	return append(tags, "decode-depth:"+strconv.Itoa(segs[0].Depth))
}
