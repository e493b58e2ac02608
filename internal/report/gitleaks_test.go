package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/report"
)

// TestGitleaksBytes compares with what gitleaks v8.30.1 wrote for the same
// places with --redact: the names, their order, the indentation, the last newline.
func TestGitleaksBytes(t *testing.T) {
	date := time.Date(2026, 11, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	f := &finding.Finding{
		RuleID: "github-pat", Description: "Uncovered <a> token.",
		Place: finding.Place{
			Kind: finding.KindFile, Path: "a.txt", StartLine: 1, StartColumn: 10, EndLine: 1, EndColumn: 50,
			Gitleaks: finding.GitleaksPlace{
				StartLine: 1, EndLine: 1, StartColumn: 10, EndColumn: 49,
				Match: "REDACTED", File: "d/a.txt", Entropy: 4.734184,
			},
		},
		Also: []finding.Place{{
			Kind: finding.KindBlob, Path: "b.txt", StartLine: 3, StartColumn: 2, EndLine: 3, EndColumn: 42,
			Commit: "1a2b3c", Author: "Some One", Email: "some@example.com", Date: &date, Message: "Add\n",
			Gitleaks: finding.GitleaksPlace{
				StartLine: 3, EndLine: 3, StartColumn: 3, EndColumn: 42,
				Match: "k=REDACTED", File: "d/b.txt", SymlinkFile: "l", Tags: []string{"decoded:hex"}, Entropy: 4.734184,
			},
		}},
		PlacesTotal: 2,
	}
	const want = `[
 {
  "RuleID": "github-pat",
  "Description": "Uncovered \u003ca\u003e token.",
  "StartLine": 1,
  "EndLine": 1,
  "StartColumn": 10,
  "EndColumn": 49,
  "Match": "REDACTED",
  "Secret": "REDACTED",
  "File": "d/a.txt",
  "SymlinkFile": "",
  "Commit": "",
  "Entropy": 4.734184,
  "Author": "",
  "Email": "",
  "Date": "",
  "Message": "",
  "Tags": [],
  "Fingerprint": "d/a.txt:github-pat:1"
 },
 {
  "RuleID": "github-pat",
  "Description": "Uncovered \u003ca\u003e token.",
  "StartLine": 3,
  "EndLine": 3,
  "StartColumn": 3,
  "EndColumn": 42,
  "Match": "k=REDACTED",
  "Secret": "REDACTED",
  "File": "d/b.txt",
  "SymlinkFile": "l",
  "Commit": "1a2b3c",
  "Entropy": 4.734184,
  "Author": "Some One",
  "Email": "some@example.com",
  "Date": "2026-11-01T11:00:00Z",
  "Message": "Add\n",
  "Tags": [
   "decoded:hex"
  ],
  "Fingerprint": "1a2b3c:d/b.txt:github-pat:3"
 }
]
`
	got := render(t, "gitleaks", report.Options{}, []report.Message{{Start: start()}, {Finding: f}, {End: &report.End{Complete: true}}})
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := render(t, "gitleaks", report.Options{}, clean()); string(got) != "[]\n" {
		t.Errorf("without findings: %q", got)
	}
}

// TestGitleaksCases: path-only rules have no secret, a reveal goes into Secret
// and Match of each place, and a saved place gives its own numbers.
func TestGitleaksCases(t *testing.T) {
	v, err := parse("gitleaks", render(t, "gitleaks", report.Options{ShowSecrets: true}, sample()))
	if err != nil {
		t.Fatal(err)
	}
	all := v[0].([]any)
	if len(all) != 7 {
		t.Fatalf("%d objects, want one for each of the 7 places", len(all))
	}
	for i, want := range []map[string]any{
		0: {"Secret": aToken, "Match": "match " + aToken, "StartColumn": 11.0},
		1: {"Secret": aToken, "Match": "match " + aToken, "File": "old/settings.py", "EndColumn": float64(20 + len(aToken))},
		6: {"Secret": "", "Match": "file detected: keys/store.p12", "StartLine": 0.0},
	} {
		for name, value := range want {
			if got := all[i].(map[string]any)[name]; got != value {
				t.Errorf("object %d: %s is %v, want %v", i, name, got, value)
			}
		}
	}
	if got := string(render(t, "gitleaks", report.Options{}, sample())); strings.Count(got, `"Secret": "REDACTED"`) != 6 {
		t.Errorf("secrets aren't masked:\n%s", got)
	}
}
