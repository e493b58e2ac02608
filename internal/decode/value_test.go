package decode

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// decodedValue is the decoded form of a match, or "".
func decodedValue(v string, k Kind) string {
	if !decodes([]byte(v), k) {
		return ""
	}
	return string(appendDecoded(nil, []byte(v), k))
}

func TestValues(t *testing.T) {
	for _, tc := range []struct {
		kind     Kind
		in, want string
	}{
		{Percent, "%41", "A"},
		{Percent, "%7e%09%0A", "~\t\n"},
		{Percent, "%7f", ""},
		{Percent, "%08", ""},
		{Percent, "%41%80", ""},
		{Percent, "%41 é\xff%zz%%4%42", "A é\xff%zz%%4B"},
		{Percent, "%2541", "%41"},
		{Unicode, `\u0041\\U00e9`, "Aé"},
		{Unicode, `\ud83d\ude00`, "\ufffd\ufffd"},
		{Unicode, `\u0000\uFFFF`, "\x00\uffff"},
		{Unicode, "U+0041 U+00E9\nU+20AC", "Aé€"},
		{Hex, strings.Repeat("4a", 16), strings.Repeat("J", 16)},
		{Hex, strings.Repeat("4A", 16), strings.Repeat("J", 16)},
		{Hex, strings.Repeat("4a", 16) + "4", ""},
		{Hex, strings.Repeat("4a", 16) + "7f", ""},
		{Hex, strings.Repeat("aa", 16), ""},
		{Base64, "QUJDREVGR0hJSktM", "ABCDEFGHIJKL"},
		{Base64, "QUJDREVGR0hJSktMTQ==", "ABCDEFGHIJKLM"},
		{Base64, "QUJDREVGR0hJSktMTU4=", "ABCDEFGHIJKLMN"},
		{Base64, "QUJDREVGR0hJSktMTU4", "ABCDEFGHIJKLMN"},
		{Base64, "QUJDREVGR0hJSktMTR==", "ABCDEFGHIJKLM"},
		{Base64, "QUJDREVGR0hJSktMTQ=", ""},
		{Base64, "QUJDREVGR0hJSktM=", ""},
		{Base64, "QUJDREVGR0hJSktMT", ""},
		{Base64, "JSJ/JSJ/JSJ/JSJ/", ""},
		{Base64, "Pz8+Pz8+Pz8+Pz8+", "??>??>??>??>"},
		{Base64, "Pz8-Pz8-Pz8-Pz8-", "??>??>??>??>"},
		{Base64, "Pz8+Pz8-Pz8+Pz8-", ""},
		{Base64, "Pz8-Pz8-Pz8-Pz8-Pz8=", ""},
		{Base64, "YWFhYWFhYWFhYWFhYWFh", ""}, // no digit and no sign
		{Base64, "YWFhYWFhYWFhYWFhYWFhbW4=", "aaaaaaaaaaaaaaamn"},
	} {
		if got := decodedValue(tc.in, tc.kind); got != tc.want {
			t.Errorf("%s %q: decoded as %q, want %q", tc.kind, tc.in, got, tc.want)
		}
	}
}

// TestBase64LikeStandard compares verdict and bytes with encoding/base64, by
// gitleaks' rule: standard, else raw URL, and printable.
func TestBase64LikeStandard(t *testing.T) {
	want := func(v string) string {
		if !strings.ContainsAny(v, "0123456789+/-_") {
			return ""
		}
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
			b, err := enc.DecodeString(v)
			if err == nil && isText(b) {
				return string(b)
			}
		}
		return ""
	}
	rapid.Check(t, func(t *rapid.T) {
		for range 50 {
			v := base64Value(t)
			if got := decodedValue(v, Base64); got != want(v) {
				t.Fatalf("%q: decoded as %q, want %q", v, got, want(v))
			}
		}
	})
}

// base64Value draws an encoded value, or a word that is none.
func base64Value(t *rapid.T) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
	if rapid.Bool().Draw(t, "word") {
		return rapid.StringOfN(rapid.SampledFrom([]rune(alphabet)), 16, 40, -1).Draw(t, "value") +
			rapid.SampledFrom([]string{"", "=", "=="}).Draw(t, "padding")
	}
	enc := rapid.SampledFrom([]*base64.Encoding{
		base64.StdEncoding, base64.URLEncoding, base64.RawURLEncoding, base64.RawStdEncoding,
	}).Draw(t, "encoding")
	plain := rapid.SliceOfN(rapid.ByteRange(8, 127), 12, 40).Draw(t, "plain")
	return enc.EncodeToString(plain)
}

func TestHexLikeStandard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 50 {
			v := rapid.StringOfN(rapid.SampledFrom([]rune("2345670123456789abcdefABCDEF")), 32, 38, -1).Draw(t, "v")
			want := ""
			if b, err := hex.DecodeString(v); err == nil && isText(b) && strings.ContainsAny(v, "0123456789") {
				want = string(b)
			}
			if got := decodedValue(v, Hex); got != want {
				t.Fatalf("%q: decoded as %q, want %q", v, got, want)
			}
		}
	})
}

func isText(b []byte) bool {
	for _, c := range b {
		if c < '\t' || c > '~' {
			return false
		}
	}
	return true
}
