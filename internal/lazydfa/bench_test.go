package lazydfa

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	sourcegraphRule = `(?i)\b(\b(sgp_(?:[a-fA-F0-9]{16}|local)_[a-fA-F0-9]{40}|sgp_[a-fA-F0-9]{40}|[a-fA-F0-9]{40})\b)(?:[\x60'"\s;]|\\[nr]|$)`
	genericTail     = `(?:key|token)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([\w.=-]{10,150}|[a-z0-9][a-z0-9+/]{11,}={0,3})(?:[\x60'"\s;]|\\[nr]|$)`
)

// goSources gives up to 16 MB of Go's own sources.
func goSources(tb testing.TB) []byte {
	tb.Helper()
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Fatalf("ask go where its sources are: %v", err)
	}
	var out []byte
	root := filepath.Join(strings.TrimSpace(string(goroot)), "src")
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		out = append(out, text...)
		if len(out) > 16<<20 {
			return fs.SkipAll
		}
		return err
	})
	if err != nil || len(out) == 0 {
		tb.Fatalf("read Go's sources in %s: %d bytes, %v", root, len(out), err)
	}
	return out
}

// BenchmarkAnchoredFails measures calls that fail after about five bytes.
func BenchmarkAnchoredFails(b *testing.B) {
	for _, bb := range []struct{ name, pattern string }{
		{"lookbehind", `\b(sk-ant-api03-[a-zA-Z0-9_\-]{93}AA)(?:[\x60'"\s;]|\\[nr]|$)`},
		{"plain", `sk-ant-api03-[a-zA-Z0-9_\-]{93}AA`},
	} {
		b.Run(bb.name, func(b *testing.B) {
			m := NewMatcher(compile(b, bb.pattern, Options{}))
			text := []byte(strings.Repeat(" sk-a_ ", 1000))
			pos := 1
			for b.Loop() {
				if ok, _ := m.Anchored(text, pos, len(text)); ok {
					b.Fatal("matches")
				}
				if pos += 7; pos > len(text) {
					pos = 1
				}
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	text := goSources(b)
	for _, bb := range []struct{ name, pattern string }{
		{"sourcegraph", sourcegraphRule},
		{"word", `\b[A-Z0-9]{20}\b`},
	} {
		b.Run(bb.name, func(b *testing.B) {
			m := NewMatcher(compile(b, bb.pattern, Options{}))
			b.SetBytes(int64(len(text)))
			found := 0
			for b.Loop() {
				found = 0
				for pos := 0; ; found++ {
					ok, end := m.Find(text, pos, len(text))
					if !ok {
						break
					}
					pos = max(end, pos+1)
				}
			}
			b.ReportMetric(float64(found), "found")
			b.ReportMetric(float64(len(m.anywhere.keys)-1), "states")
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	text := []byte(strings.Repeat("key=", 1<<18))
	for _, bb := range []struct {
		name, pattern string
		horizon       int
	}{
		{"fails", `key[\w=]{10,};`, len(text)},
		{"horizon", `key[\w=]{10,};`, 100_000},
		{"generic", genericTail, 100_000},
	} {
		b.Run(bb.name, func(b *testing.B) {
			m := NewMatcher(compile(b, bb.pattern, Options{LoosenRepeats: true}))
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				m.Reset()
				for pos := 0; pos < len(text); pos += 4 {
					m.Anchored(text, pos, min(len(text), pos+bb.horizon))
				}
			}
		})
	}
}

// BenchmarkGeneric runs the tail of gitleaks' generic rule wherever its
// keywords stand in Go's sources.
func BenchmarkGeneric(b *testing.B) {
	text := goSources(b)
	lower := bytes.ToLower(text)
	var at []int
	for i := range lower {
		if bytes.HasPrefix(lower[i:], []byte("key")) || bytes.HasPrefix(lower[i:], []byte("token")) {
			at = append(at, i)
		}
	}
	m := NewMatcher(compile(b, "(?i)"+genericTail, Options{LoosenRepeats: true}))
	ok, read := 0, 0
	for b.Loop() {
		m.Reset()
		ok, read = 0, 0
		for _, pos := range at {
			may, examined := m.Anchored(text, pos, len(text))
			if may {
				ok++
			}
			read += examined - pos
		}
	}
	n := float64(len(at))
	b.ReportMetric(n, "calls")
	b.ReportMetric(float64(ok), "may")
	b.ReportMetric(float64(read)/n, "bytes/call")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/call")
	b.ReportMetric(float64(len(m.anchored.keys)-1), "states")
}

func BenchmarkCompile(b *testing.B) {
	for _, bb := range []struct{ name, pattern string }{
		{"sourcegraph", sourcegraphRule}, {"generic", "(?i)" + genericTail},
	} {
		b.Run(bb.name, func(b *testing.B) {
			re := parse(b, bb.pattern)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(re, Options{LoosenRepeats: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
