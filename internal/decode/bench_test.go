package decode

import (
	"encoding/base64"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// goSources returns the text of the standard library's packages, up to about
// max bytes, one text a file.
func goSources(tb testing.TB, max int) (texts [][]byte, size int64) {
	tb.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Fatal(err)
	}
	src := filepath.Join(strings.TrimSpace(string(root)), "src")
	err = filepath.WalkDir(src, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		texts = append(texts, text)
		if size += int64(len(text)); size > int64(max) {
			return fs.SkipAll
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return texts, size
}

// cpuTime is what the process has used so far, in nanoseconds: on a busy
// machine the only time worth comparing.
func cpuTime() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// loop runs f over texts of size bytes in all.
func loop(b *testing.B, size int64, f func()) {
	b.SetBytes(size)
	b.ReportAllocs()
	start := cpuTime()
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(cpuTime()-start)/float64(b.N)/float64(size), "cpu-ns/byte")
}

// BenchmarkSource runs a decoder over Go's sources, all passes; each step
// shows what its part costs.
func BenchmarkSource(b *testing.B) {
	texts, size := goSources(b, 16<<20)
	b.Run("next", func(b *testing.B) {
		loop(b, size, func() {
			for _, text := range texts {
				s := scanner{text: text}
				for i := s.next(0); i < len(text); i = s.next(i + 1) {
					i = s.wordEnd(i)
				}
			}
		})
	})
	b.Run("find", func(b *testing.B) {
		var matches []Match
		loop(b, size, func() {
			for _, text := range texts {
				var f Finder
				matches = f.Find(matches[:0], text, 0, true)
			}
		})
	})
	b.Run("passes", func(b *testing.B) {
		var d Decoder
		loop(b, size, func() {
			for _, text := range texts {
				allPasses(&d, text)
			}
		})
	})
}

func allPasses(d *Decoder, text []byte) {
	d.Reset()
	p := d.Next(text, nil)
	for n := 1; n < 5 && p != nil; n++ {
		p = d.Next(p.Text, p)
	}
}

// hostile are texts that make a careless finder slow.
func hostile() map[string]string {
	const n = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, n/len(s)) }
	return map[string]string{
		"one word":           fill("a"),
		"one line of hex":    fill("0"),
		"base64 of text":     base64.StdEncoding.EncodeToString([]byte(fill("0123456789abcdef\n"))),
		"base64 of bytes":    fill("gICAgICA"),
		"words of 15":        fill("abcdefghijklmno "),
		"words of 16":        fill("abcdefghijklmnop "),
		"words of 31 hex":    fill(strings.Repeat("4", 31) + " "),
		"percent signs":      fill("%"),
		"percent, one digit": fill("%4"),
		"percent escapes":    fill("%41"),
		"bad percents":       fill("%ff"),
		"percent lines":      fill("%41\n"),
		"percent at start":   "%41" + fill("x %"),
		"backslashes":        fill("\\"),
		"half escapes":       fill("\\u00"),
		"escapes":            fill("\\u0041"),
		"newline escapes":    fill("ab\\n"),
		"half code points":   fill("U+"),
		"code points":        fill("U+0041 "),
		"spaces":             fill(" "),
		"zero bytes":         fill("\x00"),
		"equals":             fill("="),
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			data := []byte(text)
			var d Decoder
			loop(b, int64(len(data)), func() { allPasses(&d, data) })
		})
	}
}
