package textform

import (
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// wide gives s with a NUL behind each character.
func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

func TestClean(t *testing.T) {
	ff := func(n int) string { return strings.Repeat("\f", n) }
	for _, tt := range []struct{ name, in, want string }{
		{"text stays", "a\x01b\xffc\x7f", "a\x01b\xffc\x7f"},
		{"controls and a NUL", "key\x00a\x01\x7f\tb\r\n\x1b", "key\fa\f\f\tb\r\n\f"},
		{"good and bad UTF-8", "\x00\u00e9\u20ac\U0001f511\xe9\xe2\x82 \xff", "\f\u00e9\u20ac\U0001f511\f\f\f \f"},
		{"zeros", strings.Repeat("\x00", 19), ff(19)},
		{"wide", "x\x01" + wide("secret") + "\x00y", "x\f\fsecret" + ff(6) + "y"},
		{"wide of the other order", "\x01\x00s\x00e\x00c\x00r\x00e\x00t!", "\f\f\fsecret" + ff(4) + "!"},
		{"length before a wide run", "Q" + wide("secret"), "Q\fsecret" + ff(5)},
		{"string before a wide run", "foo\x00" + wide("secret"), "foo\f\fsecret" + ff(5)},
		{"five are no run", wide("secre"), "s\fe\fc\fr\fe\f"},
		{"wide lines", wide("one\r\ntwo"), "\fone\r\ntwo" + ff(7)},
		{"end in a character", wide("secre") + "t", "\fsecret" + ff(4)},
		{"two runs", wide("secret") + "\x00\x00" + wide("twofold"), "\fsecret" + ff(5) + ff(2) + "\ftwofold" + ff(6)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := []byte(tt.in)
			Clean(got)
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCleanKeepsBlocksOfTextAsTheyAre(t *testing.T) {
	text := strings.Repeat("\x01\xff", Block/2)
	in := []byte(text + "\x00\x01" + strings.Repeat("x", Block-2) + text)
	Clean(in)
	want := text + "\f\f" + strings.Repeat("x", Block-2) + text
	if string(in) != want {
		t.Error("a block without a NUL was changed, or one with a NUL was not")
	}
}

// naive is Clean's definition, written for clarity. It cuts no long runs.
func naive(content []byte) []byte {
	out := bytes.Clone(content)
	for off := 0; off < len(content); {
		end := binaryExtent(content, off)
		if end == off {
			off = min(off+Block, len(content))
			continue
		}
		b, o := content[off:end], out[off:end]
		from, begin := 0, -1
		for i := 0; i < len(b); {
			begins := i == begin || i < from+2 || b[i-1] != 0 || !printable(b[i-2])
			n := 0
			for j := i; begins && printable(b[j]); j += 2 {
				n++
				if j+2 >= len(b) || b[j+1] != 0 {
					break
				}
			}
			if begins && n > 0 && i-2 >= from && printable(b[i-1]) && printable(b[i-2]) {
				begins, begin = false, i+2
			}
			if n >= minWide && begins {
				o[i] = '\f'
				for k := range n {
					o[i+1+k] = b[i+2*k]
				}
				for k := i + 1 + n; k < i+2*n-1; k++ {
					o[k] = '\f'
				}
				i += 2*n - 1
				from = i
				continue
			}
			r, size := utf8.DecodeRune(b[i:])
			// A sequence is cut where a run begins: runs begin with ASCII.
			if size == 1 && (r == utf8.RuneError || !printable(b[i])) {
				o[i] = '\f'
			}
			i += size
		}
		off = end
	}
	return out
}

// contents draws binary contents around the borders of blocks.
func contents(t *rapid.T) []byte {
	var b []byte
	piece := rapid.SampledFrom([]string{"\x00", "\x00\x00", "a", "bc", "\n", "\xff", "\xc3\xa9", "\xe2\x82\xac", "\x01", "-key-"})
	for range rapid.IntRange(0, 9).Draw(t, "pieces") {
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			n := Block - len(b)%Block + rapid.IntRange(-9, 9).Draw(t, "to the border")
			b = append(b, bytes.Repeat([]byte(rapid.SampledFrom([]string{"t", "\x00", "x\x00"}).Draw(t, "fill")), max(n, 0))...)
		case 1:
			b = append(b, wide(rapid.StringMatching(`[a-c\n]{1,20}`).Draw(t, "wide"))...)
		default:
			for range rapid.IntRange(0, 20).Draw(t, "n") {
				b = append(b, piece.Draw(t, "piece")...)
			}
		}
	}
	return b
}

func TestCleanIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := contents(t)
		want := naive(in)
		got := bytes.Clone(in)
		Clean(got)
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Error(diff)
		}
	})
}

// pieces reads in pieces whose sizes a seed decides.
type pieces struct {
	r   io.Reader
	rng *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) {
	return p.r.Read(b[:min(len(b), 1+p.rng.IntN(1+p.rng.IntN(3*Block)))])
}

func TestCleanerIsClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := contents(t)
		want := bytes.Clone(in)
		wantMap := Clean(want)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		c, m := NewCleaner(&pieces{bytes.NewReader(in), rng})
		got, err := io.ReadAll(&pieces{c, rng})
		if rapid.Bool().Draw(t, "large reads") {
			c, m = NewCleaner(&pieces{bytes.NewReader(in), rng})
			var b bytes.Buffer
			_, err = io.CopyBuffer(&b, struct{ io.Reader }{c}, make([]byte, rng.IntN(5*Block)+1))
			got = b.Bytes()
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Error(diff)
		}
		var wantRuns []run
		if wantMap != nil {
			wantRuns = wantMap.runs
		}
		if !slices.Equal(wantRuns, m.runs) {
			t.Errorf("got runs %v, want %v", m.runs, wantRuns)
		}
	})
}

func TestMapLeadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := contents(t)
		text := bytes.Clone(in)
		m := Clean(text)
		for off, c := range text {
			raw, wide := m.Offset(int64(off))
			if wide && in[raw] != c {
				t.Fatalf("text[%d] = %q came from content[%d] = %q", off, c, raw, in[raw])
			}
			if !wide && raw != int64(off) {
				t.Fatalf("offset %d outside of a run became %d", off, raw)
			}
		}
		if bytes.Count(in, []byte("\n")) != bytes.Count(text, []byte("\n")) {
			t.Error("the number of lines changed")
		}
	})
}

func TestMapForgets(t *testing.T) {
	in := []byte(strings.Repeat(wide("secret")+"\x01\x01", 100))
	m := Clean(in)
	m.Forget(1300)
	if len(m.runs) > 10 {
		t.Errorf("%d runs are still remembered", len(m.runs))
	}
	if off, wide := m.Offset(99*14 + 2); off != 99*14+2 || !wide {
		t.Errorf("got %d, %v", off, wide)
	}
	var none *Map
	none.Forget(5)
	if off, wide := none.Offset(7); off != 7 || wide {
		t.Error("the nil map changes something")
	}
}

func TestLongWideRunIsCutBehindALine(t *testing.T) {
	if testing.Short() {
		t.Skip("three mebibytes, read several times")
	}
	line := strings.Repeat("x", 98) + "|\n"
	in := []byte("\x01" + wide(strings.Repeat(line, 15_000)))
	want := bytes.Clone(in)
	Clean(want)
	if n := strings.Count(string(want), line); n != 15_000 {
		t.Errorf("%d lines of 15,000 were kept whole", n)
	}
	c, _ := NewCleaner(iotest.HalfReader(bytes.NewReader(in)))
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("read in pieces it is another text (error %v)", err)
	}
	for _, sep := range []string{" ", ""} {
		in := []byte(wide(strings.Repeat("word4567890"+sep, 100_000)))
		want := bytes.Clone(in)
		m := Clean(want)
		got, _ := io.ReadAll(func() io.Reader { c, _ := NewCleaner(bytes.NewReader(in)); return c }())
		if !bytes.Equal(got, want) {
			t.Errorf("separator %q: read in pieces it is another text", sep)
		}
		if len(m.runs) < 2 || len(m.runs) > 4 {
			t.Errorf("separator %q: %d parts", sep, len(m.runs))
		}
	}
}

func TestCleanerGivesTheErrorLast(t *testing.T) {
	in := "text\x00\x00" + wide("secret")
	c, _ := NewCleaner(io.MultiReader(strings.NewReader(in), iotest.ErrReader(io.ErrClosedPipe)))
	got, err := io.ReadAll(c)
	if err != io.ErrClosedPipe || string(got) != "text\f\f\fsecret\f\f\f\f\f" {
		t.Errorf("got %q, %v", got, err)
	}
}

func FuzzCleaner(f *testing.F) {
	f.Add([]byte("a\x00b"+wide("secret")), uint16(3))
	f.Add([]byte("\xe2\x82\x00\xac"), uint16(1))
	f.Fuzz(func(t *testing.T, in []byte, lead uint16) {
		// The lead puts the bytes at a border of blocks.
		in = append(bytes.Repeat([]byte{'\x00', 't'}, int(lead)), in...)
		want := naive(in)
		got := bytes.Clone(in)
		Clean(got)
		if !bytes.Equal(got, want) {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
		c, _ := NewCleaner(iotest.HalfReader(bytes.NewReader(in)))
		if streamed, err := io.ReadAll(c); err != nil || !bytes.Equal(streamed, want) {
			t.Errorf("Cleaner gives %q, %v, want %q", streamed, err, want)
		}
	})
}

func BenchmarkClean(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := make([]byte, 1<<20)
	for i := range random {
		random[i] = byte(rng.Uint32())
	}
	for name, in := range map[string][]byte{
		"text":   bytes.Repeat([]byte("plain text, nothing else\n"), 40_000),
		"random": random,
		"zeros":  make([]byte, 1<<20),
		"wide":   []byte(wide(strings.Repeat("plain text, nothing else\n", 20_000))),
		"table":  bytes.Repeat([]byte{1, 0, 0, 0, 'a', 0, 2, 0}, 1<<17),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			buf := make([]byte, len(in))
			for b.Loop() {
				copy(buf, in)
				Clean(buf)
			}
		})
	}
}
