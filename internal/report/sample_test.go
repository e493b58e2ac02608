package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"pgregory.net/rapid"

	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/report"
	"rekey.example/rekey/internal/secret"
)

// aToken and aPhrase stand for secrets. They are put together here, so that no
// scanner takes this file for a leak.
var (
	aToken  = "gh" + "p_" + drawn(1, 36)
	aPhrase = "hunter" + "22"
)

// drawn gives n letters and digits, the same ones for the same seed.
func drawn(seed uint64, n int) string {
	const base62 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	for range n {
		b.WriteByte(base62[r.IntN(len(base62))])
	}
	return b.String()
}

// start opens a sample stream.
func start() *report.Start {
	return &report.Start{
		Tool:      report.Tool{Name: "rekey", Version: "0.1.0"},
		StartedAt: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
		Roots:     []string{".", "../other"},
		Rules:     "builtin",
		RuleInfo: []report.RuleInfo{
			{ID: "some-token", Description: "A personal access token was found.", Severity: "critical", Opens: "Everything {that} its owner can reach.", Rotate: "Revoke it.", Source: "https://example.com/tokens", Tags: []string{"token", "token"}},
			{ID: "a-password", Description: "A password was found.", Source: "not a URL"},
			{ID: "a-password", Description: "The same id again."},
		},
	}
}

// tokenFinding stands in two files and in others that aren't listed.
func tokenFinding() *finding.Finding {
	line, column, width := finding.Excerpt([]byte("\tTOKEN = "+aToken+" # for the build"), finding.Span{Start: 9, End: 9 + len(aToken)})
	date := time.Date(2026, 11, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	return &finding.Finding{
		ID: "0123456789abcdef", RuleID: "some-token", Description: "A personal access token was found.",
		Severity: finding.Critical, Preview: finding.Preview([]byte(aToken)), Fingerprint: "rk1:00112233445566778899aabbccddeeff",
		Structure: finding.Structure([]byte(aToken)), Entropy: 3.75, Tags: []string{"token"},
		Opens:  "Everything that its owner can reach: repositories, packages, and whatever the organisation's rules allow on top of that.",
		Rotate: "Revoke it in the owner's settings, under developer settings; then make one that is limited to what the build needs.",
		Place: finding.Place{
			Kind: finding.KindFile, Path: "config/prod.env", StartLine: 12, StartColumn: 10, EndLine: 12, EndColumn: 10 + len(aToken),
			Line: line, LineColumn: column, LineWidth: width,
			UTF16: finding.Columns{Start: 10, End: 10 + len(aToken)},
			Gitleaks: finding.GitleaksPlace{
				StartLine: 12, EndLine: 12, StartColumn: 11, EndColumn: 10 + len(aToken),
				Match: "REDACTED", File: "config/prod.env", Tags: []string{"token"}, Entropy: 3.75,
			},
		},
		Also: []finding.Place{
			{
				Kind: finding.KindBlob, Path: "old/settings.py", StartLine: 88, StartColumn: 21, EndLine: 88, EndColumn: 21 + len(aToken),
				Commit: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", Author: "Some One", Email: "some@example.com", Date: &date, Message: "Add settings\n",
			},
			{Kind: finding.KindCommitMessage, StartLine: 3, StartColumn: 1, EndLine: 3, EndColumn: 1 + len(aToken), Commit: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"},
			{Kind: finding.KindFile, Path: "a.zip!b/c.txt", StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 1 + len(aToken), Encodings: []string{"base64"}},
			{Kind: finding.KindFile, Path: "d.txt", StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 1 + len(aToken)},
		},
		PlacesTotal: 9,
	}
}

// phraseFinding is a weak secret, hidden in base64, on a wide and long line.
func phraseFinding() *finding.Finding {
	before := strings.Repeat("日本語 ", 30) + "pass: "
	raw := before + aPhrase + " " + strings.Repeat("x", 200)
	line, column, width := finding.Excerpt([]byte(raw), finding.Span{Start: len(before), End: len(before) + len(aPhrase)})
	return &finding.Finding{
		ID: "fedcba9876543210", RuleID: "a-password", Description: "A password was found.",
		Severity: finding.Medium, Preview: finding.Preview([]byte(aPhrase)), Fingerprint: "rk1s:ffeeddccbbaa99887766554433221100",
		Structure: finding.Structure([]byte(aPhrase)), Entropy: 2.75,
		Place: finding.Place{
			Kind: finding.KindFile, Path: "docs/notes.txt", StartLine: 1204, StartColumn: 1 + len(before), EndLine: 1204,
			EndColumn: 1 + len(before) + len(aPhrase), Line: line, LineColumn: column, LineWidth: width, Encodings: []string{"hex", "base64"},
		},
		PlacesTotal: 1, SuppressedUntilNow: "notes.txt",
	}
}

// pathFinding is of a rule that looks at paths.
func pathFinding() *finding.Finding {
	return &finding.Finding{
		ID: "00000000ffffffff", RuleID: "a-key-store", Description: "A key store was found.", Severity: finding.Low,
		Preview: finding.Masked, Fingerprint: "rk1:0", Structure: "a file",
		Place: finding.Place{
			Kind: finding.KindFile, Path: "keys/store.p12",
			Gitleaks: finding.GitleaksPlace{File: "keys/store.p12", Match: "file detected: keys/store.p12"},
		},
		PlacesTotal: 1,
	}
}

// reveal is the Reveal of f with a value, the match of each place holding it.
func reveal(f *finding.Finding, value string) *report.Reveal {
	r := &report.Reveal{FindingID: f.ID, Secret: secret.Reveal(secret.New([]byte(value)))}
	for range 1 + len(f.Also) {
		r.Matches = append(r.Matches, secret.Reveal(secret.New([]byte("match "+value))))
	}
	return r
}

// sample is a stream with a bit of everything.
func sample() []report.Message {
	t, p := tokenFinding(), phraseFinding()
	return []report.Message{
		{Start: start()},
		{Reveal: reveal(t, aToken)},
		{Finding: t},
		{NotRead: &report.NotRead{Path: "link", Reason: "a symbolic link, not followed", Policy: true}},
		{NotRead: &report.NotRead{Path: "secret.tar.gz", Reason: "opening the archive: unexpected EOF"}},
		{Reveal: reveal(p, aPhrase)},
		{Finding: p},
		{NotRead: &report.NotRead{Path: "link2", Reason: "a symbolic link, not followed", Policy: true}},
		{NotRead: &report.NotRead{Path: "fifo", Reason: "not a regular file", Policy: true}},
		{Finding: pathFinding()},
		{Note: &report.Note{Code: "suppressions-honoured", Text: "2 suppressions of .rekeyignore are in force; it belongs to the tree that was scanned."}},
		{End: &report.End{
			Files: 12345, Bytes: 4_567_890, Duration: 1234*time.Millisecond + 600*time.Microsecond, Findings: 3,
			Suppressed: map[string]int{"baseline": 3, "allow comment": 1},
		}},
	}
}

// clean is a stream without findings.
func clean() []report.Message {
	return []report.Message{
		{Start: start()},
		{End: &report.End{Complete: true, Files: 1, Bytes: 999}},
	}
}

// render writes messages in a format.
func render(t rapid.TB, format string, o report.Options, messages []report.Message) []byte {
	t.Helper()
	var out bytes.Buffer
	h, err := report.New(format, &out, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range messages {
		if err := h.Handle(m); err != nil {
			t.Fatalf("%s, message %d: %v", format, i, err)
		}
	}
	return out.Bytes()
}

// formatNames lists the names of all formats.
func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// parse reads any of the JSON formats, lines one by one.
func parse(format string, doc []byte) ([]any, error) {
	docs := [][]byte{doc}
	if format == "jsonl" {
		docs = bytes.Split(bytes.TrimSuffix(doc, []byte("\n")), []byte("\n"))
	}
	var out []any
	for i, d := range docs {
		var v any
		if err := json.Unmarshal(d, &v); err != nil {
			return nil, fmt.Errorf("document %d: %w", i, err)
		}
		out = append(out, v)
	}
	return out, nil
}
