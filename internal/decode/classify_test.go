package decode

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestClassify compares both twins with the table of classes.
func TestClassify(t *testing.T) {
	text := make([]byte, 64*blockSize)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range text {
		text[i] = byte(i)
		if i >= 8*256 {
			text[i] = byte(rng.IntN(256))
		}
	}
	blocks := len(text) / blockSize
	want := make([][2]uint64, blocks)
	for i, c := range text {
		if classes[c]&isWord != 0 {
			want[i/blockSize][maskWord] |= 1 << (i % blockSize)
		}
		if classes[c]&isSpecial != 0 {
			want[i/blockSize][maskSpecial] |= 1 << (i % blockSize)
		}
	}
	for name, f := range map[string]func([]byte, [][2]uint64){"portable": classifyGo, "chosen": classify} {
		for n := 0; n <= blocks; n++ {
			got := make([][2]uint64, blocks)
			f(text[:n*blockSize], got)
			if diff := cmp.Diff(want[:n], got[:n]); diff != "" {
				t.Fatalf("%s, %d blocks (-want +got)\n%s", name, n, diff)
			}
			if n < blocks && got[n] != [2]uint64{} {
				t.Fatalf("%s, %d blocks: wrote behind them", name, n)
			}
		}
	}
}

func FuzzClassify(f *testing.F) {
	f.Add([]byte("%41 \\u0041 U+0041 QUJDREVGR0hJSktM \x80\xff"))
	f.Fuzz(func(t *testing.T, text []byte) {
		text = append(text, bytes.Repeat([]byte{0}, blockSize)...)
		text = text[:len(text)/blockSize*blockSize]
		want := make([][2]uint64, len(text)/blockSize)
		got := make([][2]uint64, len(want))
		classifyGo(text, want)
		classify(text, got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-portable +chosen)\n%s", text, diff)
		}
	})
}

// TestWordEnd asks from every offset, backwards, so that the window moves.
func TestWordEnd(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 4095, 4096, 4097, 4161, 9000} {
		text := bytes.Repeat([]byte("a"), n)
		for i := 100; i < n; i += 131 {
			text[i] = '.'
		}
		s := scanner{text: text}
		want := n
		for i := n - 1; i >= 0; i-- {
			if text[i] == '.' {
				want = i
			}
			if got := s.wordEnd(i); got != want {
				t.Fatalf("%d bytes: wordEnd(%d) = %d, want %d", n, i, got, want)
			}
		}
	}
}
