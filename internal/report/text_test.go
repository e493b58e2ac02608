package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/report"
	"rekey.example/rekey/internal/secret"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestTextGolden holds the look of the text format still. Run it with -update
// after a change, and read the difference.
func TestTextGolden(t *testing.T) {
	const hint = "If one of them is no secret, record it with a reason."
	incomplete := clean()
	incomplete[1].End.Complete, incomplete[1].End.Interrupted = false, true
	pemValue := "-----BEGIN TEST-----\nnot a key\n-----END TEST-----\n"
	shown := []report.Message{{Start: start()}, {Reveal: reveal(phraseFinding(), pemValue)}, {Finding: phraseFinding()}, {End: &report.End{Complete: true, Findings: 1}}}
	for _, c := range []struct {
		name     string
		options  report.Options
		messages []report.Message
	}{
		{"sample", report.Options{Suppress: hint}, sample()},
		{"sample-color", report.Options{Suppress: hint, Color: true}, sample()},
		{"sample-narrow", report.Options{Width: 50}, sample()},
		{"shown", report.Options{ShowSecrets: true}, shown},
		{"clean", report.Options{}, clean()},
		{"clean-color", report.Options{Color: true}, clean()},
		{"interrupted", report.Options{}, incomplete},
	} {
		golden := filepath.Join("testdata", c.name+".golden")
		got := render(t, "text", c.options, c.messages)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", golden, diff)
		}
	}
}

// TestTextCaret: the carets stand under the mask whatever is before it, and no
// line of code is wider than asked for.
func TestTextCaret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.StringMatching(`[a-z =\t\x1b]{0,200}`).Draw(t, "before")
		value := rapid.StringMatching(`[0-9]{1,20}`).Draw(t, "value")
		after := rapid.StringMatching(`[a-z é日\x{202e}]{0,200}`).Draw(t, "after")
		width := rapid.IntRange(40, 160).Draw(t, "width")
		raw := before + value + after
		f := phraseFinding()
		f.Preview = ""
		f.Place.StartLine = rapid.IntRange(1, 1_000_000).Draw(t, "line")
		f.Place.Line, f.Place.LineColumn, f.Place.LineWidth = finding.Excerpt([]byte(raw), finding.Span{Start: len(before), End: len(before) + len(value)})
		out := string(render(t, "text", report.Options{Width: width}, []report.Message{{Start: start()}, {Finding: f}, {End: &report.End{}}}))
		lines := strings.Split(out, "\n")
		i := 0
		for i < len(lines) && !strings.Contains(lines[i], "^") {
			i++
		}
		if i == len(lines) {
			t.Fatalf("no caret in\n%s", out)
		}
		code, caret := []rune(lines[i-1]), []rune(lines[i])
		for j, c := range caret {
			if (c == '^') != (j < len(code) && code[j] == '*') {
				t.Fatalf("carets beside the mask:\n%s\n%s", lines[i-1], lines[i])
			}
		}
		if len(code) > width {
			t.Fatalf("%d characters, want at most %d:\n%s", len(code), width, lines[i-1])
		}
	})
}

func TestTextKinds(t *testing.T) {
	for _, c := range []struct {
		place finding.Place
		want  string
	}{
		{finding.Place{Kind: finding.KindStdin, Path: "stdin", StartLine: 2, StartColumn: 3}, "--> stdin:2:3"},
		{finding.Place{Kind: finding.KindCommitMessage, Commit: "abc", StartLine: 1, StartColumn: 7}, "--> message of commit abc:1:7"},
		{finding.Place{Kind: finding.KindTagMessage, Path: "v1", StartLine: 1, StartColumn: 7}, "--> message of tag v1:1:7"},
		{finding.Place{Kind: finding.KindAuthor, Commit: "abc", StartLine: 1, StartColumn: 7}, "--> author of commit abc"},
		{finding.Place{Kind: finding.KindPath, Path: "a/********", StartLine: 1, StartColumn: 7}, "--> a/******** (the path itself)"},
		{finding.Place{Kind: finding.KindSymlink, Path: "link", StartLine: 1, StartColumn: 7}, "--> link (where the link points)"},
		{finding.Place{Kind: finding.KindFile, Path: "a\nb\x1b[31m"}, `--> a\nb\x1b[31m`},
	} {
		f := pathFinding()
		f.Place = c.place
		out := string(render(t, "text", report.Options{}, []report.Message{{Start: start()}, {Finding: f}, {End: &report.End{}}}))
		if !strings.Contains(out, c.want+"\n") {
			t.Errorf("no %q in\n%s", c.want, out)
		}
	}
}

// TestMasksAgree: the two packages that mask, which don't know each other,
// write the same mask.
func TestMasksAgree(t *testing.T) {
	r := secret.NewRedactor([]secret.Value{secret.New([]byte(aPhrase))})
	if got := r.Redact(aPhrase); got != finding.Masked {
		t.Errorf("secret's mask is %q, finding's %q", got, finding.Masked)
	}
}
