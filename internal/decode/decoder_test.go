package decode

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// passesOf decodes until nothing is left, at most n times.
func passesOf(d *Decoder, text string, n int) []*Pass {
	d.Reset()
	var passes []*Pass
	for p := d.Next([]byte(text), nil); p != nil && len(passes) < n; p = d.Next(p.Text, p) {
		passes = append(passes, p)
	}
	return passes
}

func TestNested(t *testing.T) {
	inner := "key=%41%42"
	encoded := base64.StdEncoding.EncodeToString([]byte(inner + strings.Repeat(".", 10)))
	text := "first\nvalue: " + encoded + " end\nlast"
	var d Decoder
	passes := passesOf(&d, text, 9)
	if len(passes) != 2 {
		t.Fatalf("%d passes, want 2", len(passes))
	}
	start, end := strings.Index(text, encoded), strings.Index(text, encoded)+len(encoded)

	p := passes[0]
	if got, want := string(p.Text), "first\nvalue: key=%41%42.......... end\nlast"; got != want {
		t.Errorf("first pass: text %q, want %q", got, want)
	}
	want := []Segment{{start, end, start, end, start, start + 20, Base64, 1}}
	if diff := cmp.Diff(want, p.Segments); diff != "" {
		t.Errorf("first pass: segments (-want +got)\n%s", diff)
	}

	p = passes[1]
	if got, want := string(p.Text), "first\nvalue: key=AB.......... end\nlast"; got != want {
		t.Errorf("second pass: text %q, want %q", got, want)
	}
	want = []Segment{{start, end, start + 4, start + 10, start + 4, start + 6, Base64 | Percent, 2}}
	if diff := cmp.Diff(want, p.Segments); diff != "" {
		t.Errorf("second pass: segments (-want +got)\n%s", diff)
	}
	segs := p.Overlapping(start, start+5)
	if diff := cmp.Diff([]string{"decoded:percent", "decoded:base64", "decode-depth:2"}, Tags(segs)); diff != "" {
		t.Errorf("tags (-want +got)\n%s", diff)
	}
	if a, b := p.Original(segs, start, start+6); a != start || b != end {
		t.Errorf("original of the decoded key: [%d,%d), want [%d,%d)", a, b, start, end)
	}
	if a, b := p.Original(segs, start-7, start+6); a != start-7 || b != end {
		t.Errorf("original with what stands before: [%d,%d), want [%d,%d)", a, b, start-7, end)
	}
	if a, b := p.CurrentLine(segs); string(p.Text[a:b]) != "\nvalue: key=AB.......... end" {
		t.Errorf("line %q", p.Text[a:b])
	}
}

func TestTouching(t *testing.T) {
	var d Decoder
	for _, tc := range []struct {
		text string
		want []string // the texts of the passes
	}{
		{"QUJDREVGR0hJSktM%41", []string{"QUJDREVGR0hJSktMA"}},
		{"%41QUJDREVGR0hJSktM", []string{"AQUJDREVGR0hJSktM"}},
		{"QUJDREVGR0hJSktM%3D", []string{"QUJDREVGR0hJSktM="}},
		{"%22QUJDREVGR0hJSktM%22", []string{`"QUJDREVGR0hJSktM"`, `"ABCDEFGHIJKL"`}},
		// The neighbour waits although the percent escape doesn't decode.
		{"QUJDREVGR0hJSktM%ff", nil},
		{"QUJDREVGR0hJSktM %ff", []string{"ABCDEFGHIJKL %ff"}},
		{strings.Repeat("41", 16) + "QUJDREVGR0hJSktM", []string{strings.Repeat("A", 16) + "QUJDREVGR0hJSktM"}},
	} {
		var got []string
		for _, p := range passesOf(&d, tc.text, 9) {
			got = append(got, string(p.Text))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tc.text, diff)
		}
	}
}

func TestOverlapping(t *testing.T) {
	p := &Pass{
		Text:     []byte("..AAA.BBCC..\n"),
		Segments: []Segment{{DecStart: 2, DecEnd: 5}, {DecStart: 6, DecEnd: 8}, {DecStart: 8, DecEnd: 10}},
	}
	for _, tc := range []struct{ start, end, from, to int }{
		{0, 1, 0, 0},
		{0, 2, 0, 1},
		{3, 3, 0, 1},
		{5, 5, 0, 1},
		{5, 6, 0, 2},
		{6, 6, 1, 2},
		{8, 8, 1, 3},
		{10, 12, 2, 3},
		{11, 12, 3, 3},
		{0, 13, 0, 3},
	} {
		if diff := cmp.Diff(p.Segments[tc.from:tc.to], p.Overlapping(tc.start, tc.end)); diff != "" {
			t.Errorf("[%d,%d) (-want +got)\n%s", tc.start, tc.end, diff)
		}
	}
}

func TestCurrentLine(t *testing.T) {
	p := &Pass{Text: []byte("a\nbb\n\ncc")}
	for _, tc := range []struct {
		start, end int
		want       string
	}{
		{0, 1, "a"},
		{1, 2, "\nbb"}, // begins with a newline
		{2, 3, "\nbb"},
		{2, 5, "\nbb\n"}, // ends behind one: the next ends the line
		{3, 7, "\nbb\n\ncc"},
		{6, 8, "\ncc"},
		{5, 6, "\ncc"},
	} {
		a, b := p.CurrentLine([]Segment{{DecStart: tc.start, DecEnd: tc.end}})
		if got := string(p.Text[a:b]); got != tc.want {
			t.Errorf("[%d,%d): %q, want %q", tc.start, tc.end, got, tc.want)
		}
	}
	if a, b := p.CurrentLine(nil); a != 0 || b != len(p.Text) {
		t.Errorf("without segments: [%d,%d), want the whole text", a, b)
	}
}

func TestNothing(t *testing.T) {
	var d Decoder
	for _, text := range []string{"", "plain text", "%zz", "abcdefghijklmnopqrstuvwxyz"} {
		if p := d.Next([]byte(text), nil); p != nil {
			t.Errorf("%q: a pass with text %q, want none", text, p.Text)
		}
	}
	if p := d.Decode([]byte("text"), nil, nil); p != nil {
		t.Errorf("no matches: a pass with text %q, want none", p.Text)
	}
	if tags := Tags(nil); tags != nil {
		t.Errorf("no segments: tags %q, want none", tags)
	}
	var p Pass
	if a, b := p.Original(nil, 3, 4); a != 3 || b != 4 {
		t.Errorf("no segments: [3,4) became [%d,%d)", a, b)
	}
}

// TestInvariant: outside of its segments a pass is the text before, segments
// are in order, and a Decoder that has been used gives what a new one does.
func TestInvariant(t *testing.T) {
	var used Decoder
	randomTexts(t, func(_ uint64, _ *rand.Rand, text []byte) {
		var fresh Decoder
		want, got := passesOf(&fresh, string(text), 5), passesOf(&used, string(text), 5)
		if len(got) != len(want) {
			t.Fatalf("%q: %d passes, a new decoder gives %d", text, len(got), len(want))
		}
		before := text
		for i, p := range got {
			if diff := cmp.Diff(want[i].Segments, p.Segments); diff != "" || string(want[i].Text) != string(p.Text) {
				t.Fatalf("%q, pass %d: text %q, a new decoder gives %q\n%s", text, i, p.Text, want[i].Text, diff)
			}
			enc, dec := 0, 0
			for _, s := range p.Segments {
				if s.DecStart >= s.DecEnd || s.EncStart >= s.EncEnd || s.Depth != i+1 || s.Depth != p.Depth() {
					t.Fatalf("%q: segment %+v", text, s)
				}
				if string(before[enc:s.EncStart]) != string(p.Text[dec:s.DecStart]) {
					t.Fatalf("%q, pass %d: the text before %+v has changed", text, i, s)
				}
				if s.OrigStart < 0 || s.OrigEnd > len(text) || s.OrigStart >= s.OrigEnd {
					t.Fatalf("%q, pass %d: %+v is outside of the raw text", text, i, s)
				}
				enc, dec = s.EncEnd, s.DecEnd
			}
			if string(before[enc:]) != string(p.Text[dec:]) {
				t.Fatalf("%q, pass %d: the text behind the segments has changed", text, i)
			}
			before = p.Text
		}
	})
}

// TestReuse: texts without segments cost no memory, others none in the end.
func TestReuse(t *testing.T) {
	var d Decoder
	plain := []byte(strings.Repeat("if err != nil { return fmt.Errorf(\"%d\\n\", ABCDEFGHIJKLMNOPQRSTUVWXYZ) }\n", 500))
	coded := []byte(strings.Repeat("%41 QUJDREVGR0hJSktM \\u0041\n", 500))
	for name, text := range map[string][]byte{"plain": plain, "coded": coded} {
		if n := testing.AllocsPerRun(10, func() { allPasses(&d, text) }); n != 0 {
			t.Errorf("%s: %v allocations a text, want none", name, n)
		}
	}
}

// TestIdleBuffers: what a large text needed is let go when the texts after it
// need little, and not before.
func TestIdleBuffers(t *testing.T) {
	var d Decoder
	large := []byte(strings.Repeat("%41 \n", 2*maxIdleSegments))
	small := []byte("%41")
	held := func() (n int) {
		for _, p := range d.passes {
			n = max(n, cap(p.Segments))
		}
		return max(n, cap(d.matches))
	}
	for range 3 {
		allPasses(&d, large)
	}
	if n := testing.AllocsPerRun(3, func() { allPasses(&d, large) }); n != 0 {
		t.Errorf("large texts in a row: %v allocations each, want none", n)
	}
	for range 2 {
		allPasses(&d, small)
	}
	if n := held(); n > maxIdleSegments {
		t.Errorf("after small texts: room for %d segments is held, want at most %d", n, maxIdleSegments)
	}
}

func TestKindString(t *testing.T) {
	for k, want := range map[Kind]string{
		0: "", Percent: "percent", Unicode: "unicode", Hex: "hex", Base64: "base64", Percent | Base64: "percent,base64",
	} {
		if got := k.String(); got != want {
			t.Errorf("Kind(%d) = %q, want %q", uint8(k), got, want)
		}
	}
}
