package gitleaks

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/h2non/filetype"
	"github.com/mholt/archives"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/regexp"

	"rekey.example/rekey/detectors"
)

func identified(name string) bool {
	format, _, err := archives.Identify(context.Background(), name, nil)
	return err == nil && format != nil
}

func TestLooksLikeArchive(t *testing.T) {
	for name, want := range map[string]bool{
		"a.zip":                 true,
		"A.ZIP":                 true,
		"dir.zip/a.txt":         false,
		"dir/a.tar.gz":          true,
		"page.breadcrumbs.js":   true,
		"lib.s2n.c":             true,
		"x.lz":                  true,
		"x.lz.txt":              false,
		"x.mz":                  true,
		"x.mzx":                 false,
		"x.lz4.txt":             true,
		"zip":                   false,
		".zip":                  true,
		"":                      false,
		".":                     false,
		"..":                    false,
		"/":                     false,
		"a.zip/":                true,
		"a.tarball":             true,
		"main.go":               false,
		"app.szl":               true,
		"x.ZİP":                 true,
		"gradle/wrapper.bz2.md": true,
	} {
		if got := LooksLikeArchive(name); got != want {
			t.Errorf("LooksLikeArchive(%q) = %v", name, got)
		}
		if got := identified(name); got != want {
			t.Errorf("archives.Identify(%q) = %v: correct the test", name, got)
		}
	}
}

// archivePieces make names that hold an extension, nearly hold one, or don't.
var archivePieces = []string{
	".7z", ".br", ".bz2", ".gz", ".lz4", ".lz", ".mz", ".rar", ".sz", ".s2", ".tar", ".xz", ".zip", ".zz", ".zst",
	".", "..", "/", "z", "Z", "b", "r", "a", "é", "İ", "\\", "txt", ".b", ".l", " ", "\x00", "ſ",
}

func TestLooksLikeArchiveRandomly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	hits := 0
	for range 50_000 {
		var b strings.Builder
		for range 1 + r.IntN(5) {
			p := archivePieces[r.IntN(len(archivePieces))]
			if r.IntN(4) == 0 {
				p = strings.ToUpper(p)
			}
			b.WriteString(p)
		}
		name := b.String()
		want := identified(name)
		if want {
			hits++
		}
		if got := LooksLikeArchive(name); got != want {
			t.Fatalf("LooksLikeArchive(%q) = %v, archives.Identify says %v", name, got, want)
		}
	}
	if hits < 1000 {
		t.Errorf("only %d of the names were archives", hits)
	}
}

func libraryMagic(head []byte) bool {
	kind, err := filetype.Match(head)
	return err == nil && kind.MIME.Type == "application"
}

func TestApplicationMagicOnText(t *testing.T) {
	for text, want := range map[string]bool{
		"":                           false,
		"P":                          false,
		"package main\n":             false,
		"#!/bin/sh\n":                false,
		"MZ is how this text begins": true,
		"BZh":                        true,
		"%!PS":                       true,
		"SQLite":                     true,
		"PK\x03\x04":                 true,
		"PK in the beginning":        false,
		"%PDF-1.7":                   true,
		`{\rtf1}`:                    true,
	} {
		if got := ApplicationMagic([]byte(text)); got != want {
			t.Errorf("ApplicationMagic(%q) = %v", text, got)
		}
		if got := libraryMagic([]byte(text)); got != want {
			t.Errorf("filetype.Match(%q) = %v: correct the test", text, got)
		}
	}
}

// magicMarks are the texts that the library looks for, and where.
var magicMarks = []struct {
	at   int
	text string
}{
	{0, "\x00asm\x01\x00\x00\x00"},
	{0, "dex\n"},
	{36, "\x70"},
	{0, "dey\n"},
	{40, "dex\n"},
	{76, "\x70"},
	{0, "wOFF\x00\x01\x00\x00"},
	{0, "wOF2\x00\x01\x00\x00"},
	{0, "\x00\x01\x00\x00\x00"},
	{0, "OTTO\x00"},
	{0, "\xD0\xCF\x11\xE0"},
	{512, "\xEC\xA5"},
	{512, "\x09\x08"},
	{512, "\xA0\x46"},
	{0, "PK\x03\x04"},
	{0, "PK\x05\x06"},
	{0, "PK\x07\x04"},
	{30, "word/"},
	{257, "ustar"},
	{128, "DICM"},
	{32769, "CD001"},
	{0, "Rar!\x1A\x07\x00"},
	{0, "Rar!\x1A\x07\x01"},
	{0, "\x1F\x8B\x08"},
	{0, "\x1F\xA0"},
	{0, "\x1F\x9D"},
	{0, "BZh"},
	{0, "7z\xBC\xAF\x27\x1C"},
	{0, "\xFD7zXZ\x00"},
	{0, "\x28\xB5\x2F\xFD"},
	{0, "\x5A\x2A\x4D\x18\x00\x00\x00\x00\x28\xB5\x2F\xFD"},
	{0, "\x50\x2A\x4D\x18\x04\x00\x00\x00"},
	{12, "\x28\xB5\x2F\xFD"},
	{0, "%PDF"},
	{0, "MZ"},
	{0, "CWS"},
	{0, "FWS"},
	{0, `{\rtf`},
	{8, "\x02\x00\x01"},
	{8, "\x01\x00\x00"},
	{8, "\x02\x00\x02"},
	{34, "LP"},
	{0, "%!"},
	{0, "SQLi"},
	{0, "NES\x1A"},
	{0, "Cr24"},
	{0, "MSCF"},
	{0, "ISc("},
	{0, "!<arch>\ndebian-binary"},
	{0, "LZIP"},
	{0, "\xED\xAB\xEE\xDB"},
	{0, "\x7FELF"},
	{0, "\xBE\xBA\xFE\xCA"},
	{0, "\xCA\xFE\xBA\xBE"},
	{0, "\xCE\xFA\xED\xFE"},
	{0, "\xCF\xFA\xED\xFE"},
	{0, "\xFE\xED\xFA\xCE"},
	{0, "\xFE\xED\xFA\xCF"},
	{0, "\xFF\xD8\xFF"},
	{0, "\x89PNG"},
	{0, "GIF8"},
	{0, "BM"},
	{0, "II\xBC"},
	{0, "II*\x00"},
	{0, "MM\x00*"},
	{8, "CR\x02"},
	{0, "8BPS"},
	{0, "\x00\x00\x01\x00"},
	{0, "AC10"},
	{0, "\x00\x00\x00\x0C\x6A\x50\x20\x20\x0D\x0A\x87\x0A\x00"},
	{8, "WEBP"},
	{4, "ftypheic"},
	{4, "ftypmif1"},
	{4, "ftypmsf1"},
	{16, "heic"},
	{20, "heic"},
	{0, "\x00\x00\x00\x18"},
	{0, "\x00\x00\x00\x14"},
	{0, "MThd"},
	{0, "ID3"},
	{0, "\xFF\xFB"},
	{4, "ftypM4A"},
	{4, "ftypM4V"},
	{4, "ftyp3gp"},
	{4, "ftypisom"},
	{4, "ftypNDSS"},
	{4, "ftypF4V "},
	{4, "ftypom i"},
	{0, "M4A "},
	{0, "OggS"},
	{0, "fLaC"},
	{0, "RIFF"},
	{8, "WAVE"},
	{8, "AVI"},
	{0, "#!AMR\n"},
	{0, "\xFF\xF1"},
	{0, "\xFF\xF9"},
	{0, "FORM"},
	{8, "AIFF"},
	{0, "\x1A\x45\xDF\xA3"},
	{10, "\x42\x82\x88matroska"},
	{10, "\x42\x82\x84webm"},
	{4, "moov"},
	{4, "mdat"},
	{12, "mdat"},
	{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9"},
	{0, "\x00\x00\x01\xB3"},
	{0, "\x00\x00\x01\xC0"},
	{0, "FLV\x01"},
}

// TestApplicationMagicRandomly lays marks over zeros or letters, cuts, and
// flips a byte.
func TestApplicationMagicRandomly(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	lengths := []int{1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13, 15, 16, 17, 24, 36, 37, 52, 53, 96, 97, 100, 101, 262, 513, 514, 520}
	yes := 0
	n := 60_000
	if testing.Short() {
		n = 6_000
	}
	for i := range n {
		size := lengths[r.IntN(len(lengths))]
		if i%500 == 0 {
			size = 32774
		}
		head := make([]byte, size)
		if r.IntN(2) == 0 {
			for j := range head {
				head[j] = 'x'
			}
		}
		for range 1 + r.IntN(3) {
			m := magicMarks[r.IntN(len(magicMarks))]
			if m.at < len(head) {
				copy(head[m.at:], m.text)
			}
		}
		if r.IntN(4) == 0 {
			head[r.IntN(min(len(head), 20))]++
		}
		want := libraryMagic(head)
		if want {
			yes++
		}
		if got := ApplicationMagic(head); got != want {
			t.Fatalf("ApplicationMagic(%q) = %v, filetype.Match says %v", head, got, want)
		}
	}
	if yes < n/10 {
		t.Errorf("only %d of %d were application", yes, n)
	}
}

// TestApplicationMagicOnFiles takes this package's sources, none of which is
// left out.
func TestApplicationMagicOnFiles(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, f := range files {
		head, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := ApplicationMagic(head), libraryMagic(head); got != want || want {
			t.Errorf("%s: ApplicationMagic %v, filetype %v", f, got, want)
		}
	}
}

func FuzzApplicationMagic(f *testing.F) {
	for _, m := range magicMarks {
		if m.at < 300 {
			f.Add([]byte(strings.Repeat("\x00", m.at) + m.text))
		}
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		if got, want := ApplicationMagic(head), libraryMagic(head); got != want {
			t.Errorf("ApplicationMagic(%q) = %v, filetype.Match says %v", head, got, want)
		}
	})
}

func BenchmarkApplicationMagicText(b *testing.B) {
	head := []byte(strings.Repeat("package main // and so on\n", 2000))
	for b.Loop() {
		ApplicationMagic(head)
	}
}

func BenchmarkLooksLikeArchive(b *testing.B) {
	for b.Loop() {
		LooksLikeArchive("src/internal/server/Handler_test.go")
	}
}

func BenchmarkPathSkip(b *testing.B) {
	s, err := NewPathSkip(Builtin(true).Allowlists)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Skips("src/internal/server/handler_test.go")
	}
}

// TestPathSkip compares with gitleaks' allowlists, joined as it joins them:
// the flag of the first pattern reaches the second.
func TestPathSkip(t *testing.T) {
	lists := []detectors.Allowlist{
		{Paths: []string{`(?i)\.png$`, `^Docs/`}},
		{And: true, Paths: []string{`secret\.txt`}, Regexes: []string{"x"}},
		{Regexes: []string{"never"}},
	}
	s, err := NewPathSkip(lists)
	if err != nil {
		t.Fatal(err)
	}
	var theirs []*config.Allowlist
	for _, l := range lists {
		a := &config.Allowlist{StopWords: []string{"x"}}
		for _, p := range l.Paths {
			a.Paths = append(a.Paths, regexp.MustCompile(p))
		}
		if err := a.Validate(); err != nil {
			t.Fatal(err)
		}
		theirs = append(theirs, a)
	}
	for path, want := range map[string]bool{
		"a.PNG": true, "docs/x": true, "Docs/x": true, "src/docs/x": false, "secret.txt": true, "secretXtxt": false, "": false, "a.go": false,
	} {
		if got := s.Skips(path); got != want {
			t.Errorf("Skips(%q) = %v", path, got)
		}
		their := false
		for _, a := range theirs {
			their = their || a.PathAllowed(path)
		}
		if their != want {
			t.Errorf("gitleaks' PathAllowed(%q) = %v: correct the test", path, their)
		}
	}
	if _, err := NewPathSkip([]detectors.Allowlist{{Paths: []string{"("}}}); err == nil {
		t.Error("a pattern that doesn't compile is taken")
	}
}
