package textform

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"pgregory.net/rapid"
)

var encodings = map[Encoding]encoding.Encoding{
	UTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	UTF16BE: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	UTF32LE: utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM),
	UTF32BE: utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM),
}

func TestMark(t *testing.T) {
	for _, tt := range []struct {
		head string
		want Encoding
		n    int
	}{
		{"", Plain, 0},
		{"\xff", Plain, 0},
		{"\xff\xfe", UTF16LE, 2},
		{"\xff\xfea\x00", UTF16LE, 2},
		{"\xfe\xff\x00a", UTF16BE, 2},
		{"\xff\xfe\x00\x00a\x00\x00\x00", UTF32LE, 4},
		{"\x00\x00\xfe\xff\x00\x00\x00a", UTF32BE, 4},
		{"\xef\xbb\xbfa", Plain, 0},
	} {
		if e, n := Mark([]byte(tt.head)); e != tt.want || n != tt.n {
			t.Errorf("Mark(%q) = %v, %d, want %v, %d", tt.head, e, n, tt.want, tt.n)
		}
	}
}

func TestDecodeGivesBackWhatWasEncoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		for e, enc := range encodings {
			raw, err := enc.NewEncoder().String(want)
			if err != nil {
				t.Skip("not encodable")
			}
			if diff := cmp.Diff(want, string(e.Decode(nil, []byte(raw)))); diff != "" {
				t.Errorf("%v: %s", e, diff)
			}
		}
	})
}

func TestDecodeTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.SampledFrom([]byte{0, 'a', 0xd8, 0xdc, 0xff, '\n'})).Draw(t, "raw")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for e := range encodings {
			whole := e.Decode(nil, raw)
			if !utf8.Valid(whole) || len(whole) > len(raw)*3/2+3 {
				t.Errorf("%v: %d bytes of text from %d: %q", e, len(whole), len(raw), whole)
			}
			streamed, err := io.ReadAll(e.Reader(&pieces{bytes.NewReader(raw), rng}))
			if err != nil || !bytes.Equal(streamed, whole) {
				t.Errorf("%v: streamed %q, %v; whole %q", e, streamed, err, whole)
			}
		}
	})
}

func TestDecodeOfBrokenText(t *testing.T) {
	for _, tt := range []struct {
		e        Encoding
		in, want string
	}{
		{UTF16LE, "a\x00\x00\xd8b\x00", "a\ufffdb"},
		{UTF16LE, "\x00\xdca\x00", "\ufffda"},
		{UTF16LE, "a\x00b", "a\ufffd"},
		{UTF16LE, "a\x00\x00\xd8", "a\ufffd"},
		{UTF16LE, "\x00\xd8\x01", "\ufffd\ufffd"},
		{UTF32BE, "\x00\x11\x00\x00\x00\x00\x00a\x00", "\ufffda\ufffd"},
	} {
		if got := string(tt.e.Decode(nil, []byte(tt.in))); got != tt.want {
			t.Errorf("%v of %q: got %q, want %q", tt.e, tt.in, got, tt.want)
		}
	}
}
