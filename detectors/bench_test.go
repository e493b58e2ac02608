package detectors_test

import (
	"bytes"
	"encoding/base64"
	"go/build"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/internal/gitleaks"
)

func builtin(b *testing.B) *detectors.Engine {
	b.Helper()
	e, err := detectors.New(gitleaks.Builtin(false), detectors.Options{DecodeDepth: detectors.DefaultDecodeDepth})
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// BenchmarkNew is what start-up pays for the catalogue.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		builtin(b)
	}
}

// BenchmarkSource scans Go's own sources, file by file.
func BenchmarkSource(b *testing.B) {
	var files [][]byte
	size := 0
	err := filepath.WalkDir(filepath.Join(build.Default.GOROOT, "src"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || size > 32<<20 {
			return err
		}
		text, err := os.ReadFile(path)
		files = append(files, text)
		size += len(text)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	s := builtin(b).Scanner()
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, text := range files {
			s.Scan(detectors.Chunk{Text: text, Path: "x.go"})
		}
	}
}

// BenchmarkHostile scans a megabyte each of texts that are made to be slow.
func BenchmarkHostile(b *testing.B) {
	const size = 1 << 20
	noise := make([]byte, size)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	var words strings.Builder
	for words.Len() < size {
		for _, rule := range gitleaks.Builtin(false).Rules {
			words.WriteString(strings.Join(rule.Keywords, " ") + "\n")
		}
	}
	for name, text := range map[string]string{
		"key=":     strings.Repeat("key=", size/4),
		"base64":   base64.StdEncoding.EncodeToString(noise)[:size],
		"one":      strings.Repeat("a", size),
		"keywords": words.String(),
		"begin":    strings.Repeat("-----BEGIN PRIVATE KEY ", size/23),
		"curl":     strings.Repeat("curl ", size/5),
		"eyey":     strings.Repeat("ey", size/2),
		"noise":    string(noise),
		"newlines": string(bytes.Repeat([]byte{'\n'}, size)),
	} {
		b.Run(name, func(b *testing.B) {
			s := builtin(b).Scanner()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Scan(detectors.Chunk{Text: []byte(text)})
			}
		})
	}
}
