package gitleaks_test

import (
	"encoding/base64"
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/zricethezav/gitleaks/v8/detect/codec"
	"github.com/zricethezav/gitleaks/v8/logging"

	"rekey.example/rekey/internal/decode"
)

var codecTexts = flag.Int("codec.texts", 3000, "number of generated texts to decode with rekey and gitleaks")

// codecDepth is how many passes are compared.
const codecDepth = 5

// TestDecodeLikeGitleaks decodes generated texts with both implementations and
// compares everything that gitleaks' detector takes from its own.
func TestDecodeLikeGitleaks(t *testing.T) {
	quietCodec(t)
	n := *codecTexts
	if testing.Short() {
		n /= 8
	}
	var d decode.Decoder
	depths := make(map[int]int)
	for seed := range uint64(n) {
		rng := rand.New(rand.NewPCG(seed, 30))
		text := codecText(rng)
		depth, diff := compareCodec(&d, text, rng)
		if diff != "" {
			t.Fatalf("seed %d, text %q:\n%s", seed, text, diff)
		}
		depths[depth]++
	}
	t.Logf("texts by the number of passes that decoded something: %v", depths)
	for depth := range codecDepth {
		if depths[depth] == 0 {
			t.Errorf("no generated text was decoded in exactly %d passes: the generator is too tame", depth)
		}
	}
}

// FuzzDecodeLikeGitleaks is the same for any bytes; the seed chooses the ranges
// that are asked for.
func FuzzDecodeLikeGitleaks(f *testing.F) {
	quietCodec(f)
	for seed := range uint64(40) {
		f.Add(codecText(rand.New(rand.NewPCG(seed, 31))), seed)
	}
	for _, s := range codecTraps {
		f.Add(s, uint64(0))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		var d decode.Decoder
		rng := rand.New(rand.NewPCG(seed, 32))
		if _, diff := compareCodec(&d, text, rng); diff != "" {
			t.Fatalf("text %q:\n%s", text, diff)
		}
	})
}

// TestDecodeTraps are texts that took thought; each alone and beside others.
func TestDecodeTraps(t *testing.T) {
	quietCodec(t)
	var d decode.Decoder
	rng := rand.New(rand.NewPCG(1, 33))
	check := func(text string) {
		t.Helper()
		if _, diff := compareCodec(&d, text, rng); diff != "" {
			t.Errorf("text %q:\n%s", text, diff)
		}
	}
	for _, a := range codecTraps {
		check(a)
		if testing.Short() {
			continue
		}
		for _, b := range codecTraps {
			check(a + b)
			check(a + "\n" + b + " ")
		}
	}
}

// quietCodec switches off gitleaks' logging, which would print each segment.
func quietCodec(tb testing.TB) {
	old := logging.Logger
	logging.Logger = zerolog.Nop()
	tb.Cleanup(func() { logging.Logger = old })
}

// compareCodec decodes the text with both, pass by pass, and returns the
// number of passes and the first difference.
func compareCodec(d *decode.Decoder, text string, rng *rand.Rand) (depth int, diff string) {
	d.Reset()
	theirs := codec.NewDecoder()
	wantText := text
	var wantSegs []*codec.EncodedSegment
	var pass *decode.Pass
	current := []byte(text)
	for depth = 0; depth < codecDepth; depth++ {
		wantText, wantSegs = theirs.Decode(wantText, wantSegs)
		next := d.Next(current, pass)
		if next == nil {
			if len(wantSegs) != 0 {
				return depth, fmt.Sprintf("pass %d: gitleaks decodes %v, rekey nothing", depth+1, segmentsOf(wantSegs))
			}
			return depth, ""
		}
		pass, current = next, next.Text
		if diff := comparePass(pass, wantText, wantSegs, rng); diff != "" {
			return depth, fmt.Sprintf("pass %d: %s", depth+1, diff)
		}
	}
	return depth, ""
}

// comparePass compares one pass, and what it says of random ranges.
func comparePass(p *decode.Pass, wantText string, wantSegs []*codec.EncodedSegment, rng *rand.Rand) string {
	if diff := cmp.Diff(segmentsOf(wantSegs), p.Segments); diff != "" {
		return "segments (-gitleaks +rekey)\n" + diff
	}
	if string(p.Text) != wantText {
		return fmt.Sprintf("text\ngitleaks %q\nrekey    %q", wantText, p.Text)
	}
	for range 8 {
		start := rng.IntN(len(wantText) + 1)
		end := start + rng.IntN(min(len(wantText)-start, 1+rng.IntN(100))+1)
		if rng.IntN(3) == 0 {
			s := p.Segments[rng.IntN(len(p.Segments))]
			start, end = s.DecStart, s.DecEnd
		}
		theirs := codec.SegmentsWithDecodedOverlap(wantSegs, start, end)
		ours := p.Overlapping(start, end)
		if len(theirs) == 0 && len(ours) == 0 {
			continue
		}
		if diff := cmp.Diff(segmentsOf(theirs), ours); diff != "" {
			return fmt.Sprintf("segments at [%d,%d) (-gitleaks +rekey)\n%s", start, end, diff)
		}
		if diff := cmp.Diff(codec.Tags(theirs), decode.Tags(ours)); diff != "" {
			return fmt.Sprintf("tags at [%d,%d) (-gitleaks +rekey)\n%s", start, end, diff)
		}
		want := codec.AdjustMatchIndex(theirs, []int{start, end})
		gotStart, gotEnd := p.Original(ours, start, end)
		if want[0] != gotStart || want[1] != gotEnd {
			return fmt.Sprintf("original of [%d,%d): gitleaks %v, rekey [%d,%d)", start, end, want, gotStart, gotEnd)
		}
		a, b := p.CurrentLine(ours)
		if line := codec.CurrentLine(theirs, wantText); line != string(p.Text[a:b]) {
			return fmt.Sprintf("line at [%d,%d): gitleaks %q, rekey %q", start, end, line, p.Text[a:b])
		}
	}
	return ""
}

// segmentsOf reads gitleaks' segments, whose fields are not exported.
func segmentsOf(segs []*codec.EncodedSegment) []decode.Segment {
	out := make([]decode.Segment, len(segs))
	for i, s := range segs {
		v := reflect.ValueOf(s).Elem()
		span := func(name string) (int, int) {
			f := v.FieldByName(name)
			return int(f.FieldByName("start").Int()), int(f.FieldByName("end").Int())
		}
		o := &out[i]
		o.OrigStart, o.OrigEnd = span("original")
		o.EncStart, o.EncEnd = span("encoded")
		o.DecStart, o.DecEnd = span("decoded")
		o.Kinds = decode.Kind(v.FieldByName("encodings").Int())
		o.Depth = int(v.FieldByName("depth").Int())
	}
	return out
}

// codecTraps are the edges of the expression and of the decoders.
var codecTraps = []string{
	"", "%", "%4", "%41", "%%41", "%41%4", "%41%", "%4%41", "%41 x %zz %42 y", "%41\n%42", "%41\r\n%42",
	"%00", "%09", "%7f", "%7e", "%80", "%41 \xff %42", "%41é%42", "%C3%A9", "%0a%25%34%31", "%2541", "%252541",
	`\`, `\u`, `\u004`, `\u0041`, `\\u0041`, `\\\u0041`, `\\\\u0041`, `\U0041`, `\u0041\u0042`, `\u0041\\U0042`,
	`\u0041\\\u0042`, `\ud83d\ude00`, `\u0000`, `\uFFFF`, `\u00412`, `\u005cu0041`, `\u0025\u0034\u0031`,
	"U", "U+", "U+004", "U+0041", "U+0041 ", "U+0041\n", "U+0041\vU+0042", "U+0041\fU+0042", "U+0041\r\nU+0042",
	"U+0041 U+0042", "U+0041 U+0042 x", "U+0041  U+0042", "u+0041 ", "U+00412 ", "U+D800 ", "xU+0041 ", "+U+0041",
	"\u212a", "\u017f0041", "\\\u017f0041",
	strings.Repeat("41", 15), strings.Repeat("41", 16), strings.Repeat("41", 16) + "4", strings.Repeat("4A", 17) + "g",
	strings.Repeat("Da", 16), strings.Repeat("41", 16) + strings.Repeat("g", 16), strings.Repeat("7f", 16),
	strings.Repeat("41", 16) + "QUJDREVGR0hJSktM", "-" + strings.Repeat("41", 16), "é" + strings.Repeat("41", 16),
	"QUJDREVGR0hJSktM", "QUJDREVGR0hJSktMT", "QUJDREVGR0hJSktMTU4=", "QUJDREVGR0hJSktMTU4", "QUJDREVGR0hJSktMTQ==",
	"QUJDREVGR0hJSktMTQ=", "QUJDREVGR0hJSktMTQ", "QUJDREVGR0hJSktMTQ===", "QUJDREVGR0hJSktM=", "QUJDREVGR0hJSktM==",
	"QUJDREVGR0hJSkt=", "QUJDREVGR0hJSktMTR==", "QUJDREVGR0hJSktMTUb=", "YWFhYWFhYWFhYWFhYWFhYWFhYWFh", "aaaaaaaaaaaaaaaa",
	"JSJ_JSJ_JSJ_JSJ_", "JSJ/JSJ/JSJ/JSJ/", "Pz8-Pz8-Pz8-Pz8-", "Pz8+Pz8+Pz8+Pz8+", "Pz8+Pz8-Pz8+Pz8-", "Pz8-Pz8-Pz8-Pz9=",
	"U+0041QUJDREVGR0hJSktM", "QUJDREVGR0hJSktMU+0041 ", "%41QUJDREVGR0hJSktM", "QUJDREVGR0hJSktM%41", "QUJDREVGR0hJSktM%4",
	`QUJDREVGR0hJSktM\u0041`, `\u0041QUJDREVGR0hJSktM`, `QUJDREVGR0hJSktM\u004`, "abU+0041 QUJDREVGR0hJSktM", "=", "==", "===",
	"abcUdefghijklmnopqrstuvwx1", "ab_cd_ef_gh_ij_kl", "0123456789abcdef", "0123456789abcde",
}

// codecText makes a text of ordinary and encoded pieces, nested and touching.
func codecText(rng *rand.Rand) string {
	var b strings.Builder
	if rng.IntN(24) == 0 {
		// So that the rest stands where rekey's finder looks anew.
		b.WriteString(strings.Repeat(pick(rng, []string{".", "a b\n", "é", "\\n"}), 1+rng.IntN(4500)))
	}
	for range 1 + rng.IntN(8) {
		b.WriteString(codecPiece(rng, rng.IntN(5)))
		b.WriteString(pick(rng, codecGlue))
	}
	s := b.String()
	if rng.IntN(8) == 0 && len(s) > 0 {
		// One byte elsewhere, or the end cut off.
		i := rng.IntN(len(s))
		if rng.IntN(2) == 0 {
			return s[:i]
		}
		return s[:i] + string([]byte{byte(rng.IntN(256))}) + s[i+1:]
	}
	return s
}

var codecGlue = []string{
	"", "", "", "", " ", "\n", "\r\n", "\t", "=", "==", "===", "\"", "'", ".", ":", "%", "\\", "\\\\", "U+", "U", "u",
	"\x00", "\xff", "\xc3\x28", "é", "\u2028", "\v", "a", "0", "-", "_", "+", "/",
}

const codecAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"

// codecPiece returns text encoded as often as the depth says.
func codecPiece(rng *rand.Rand, depth int) string {
	if depth == 0 {
		return codecPlain(rng)
	}
	inner := codecPiece(rng, depth-1)
	if rng.IntN(4) == 0 {
		inner += pick(rng, codecGlue) + codecPiece(rng, rng.IntN(depth))
	}
	if len(inner) > 600 {
		inner = inner[:600]
	}
	switch rng.IntN(9) {
	case 0:
		return base64.StdEncoding.EncodeToString([]byte(inner))
	case 1:
		return base64.URLEncoding.EncodeToString([]byte(inner))
	case 2:
		return base64.RawURLEncoding.EncodeToString([]byte(inner))
	case 3:
		return base64.RawStdEncoding.EncodeToString([]byte(inner))
	case 4:
		h := hex.EncodeToString([]byte(inner))
		if rng.IntN(2) == 0 {
			h = strings.ToUpper(h)
		}
		return h
	case 5:
		return codecPercent(rng, inner)
	case 6:
		return codecUnicode(rng, inner, []string{`\u`, `\\u`, `\U`, `\\U`}, []string{""})
	case 7:
		return codecUnicode(rng, inner, []string{"U+"}, []string{" ", " ", "\n", "\t", "\r", "\f", "\r\n", ""})
	}
	return inner
}

func codecPlain(rng *rand.Rand) string {
	n := rng.IntN(40)
	b := make([]byte, n)
	mode := rng.IntN(6)
	for i := range b {
		switch mode {
		case 0:
			b[i] = byte(rng.IntN(256))
		case 1:
			b[i] = byte(' ' + rng.IntN(95))
		case 2:
			b[i] = "0123456789abcdefABCDEF"[rng.IntN(22)]
		case 3:
			b[i] = "%\\uU+04 \n="[rng.IntN(10)]
		default:
			b[i] = codecAlphabet[rng.IntN(len(codecAlphabet))]
		}
	}
	if mode == 5 {
		return pick(rng, codecTraps)
	}
	return string(b)
}

func codecPercent(rng *rand.Rand, s string) string {
	var b strings.Builder
	all := rng.IntN(2) == 0
	verb := pick(rng, []string{"%%%02X", "%%%02x"})
	for i := range len(s) {
		if all || rng.IntN(4) == 0 {
			fmt.Fprintf(&b, verb, s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func codecUnicode(rng *rand.Rand, s string, marks, ends []string) string {
	var b strings.Builder
	mixed := rng.IntN(4) == 0
	mark, end := pick(rng, marks), pick(rng, ends)
	for i := range len(s) {
		if mixed {
			mark, end = pick(rng, marks), pick(rng, ends)
		}
		c := int(s[i])
		if rng.IntN(50) == 0 {
			c = rng.IntN(1 << 16)
		}
		verb := "%s%04x%s"
		if rng.IntN(2) == 0 {
			verb = "%s%04X%s"
		}
		fmt.Fprintf(&b, verb, mark, c, end)
	}
	return b.String()
}

func pick(rng *rand.Rand, from []string) string { return from[rng.IntN(len(from))] }
