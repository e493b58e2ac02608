package report_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/report"
	"rekey.example/rekey/internal/secret"
)

// canaryStream makes the messages of a scan that found secrets: all of them
// stand in one line, and in every other text of the finding. It goes the way of
// the scanner: what the finding says is cut, masked and redacted.
func canaryStream(t *rapid.T, canaries []string) []report.Message {
	var values []secret.Value
	var line strings.Builder
	var spans []finding.Span
	for _, c := range canaries {
		values = append(values, secret.New([]byte(c)))
		line.WriteString(rapid.StringMatching(`[a-z ="é\x1b]{0,60}`).Draw(t, "text"))
		spans = append(spans, finding.Span{Start: line.Len(), End: line.Len() + len(c)})
		line.WriteString(c)
	}
	hide := secret.NewRedactor(values)
	everywhere := hide.Redact("dir/" + strings.Join(canaries, "/x-") + "\n" + strings.Join(canaries, " "))
	out := []report.Message{{Start: start()}}
	for i, c := range canaries {
		// Only one span is known; the redactor finds the rest, also what the
		// excerpt cut.
		text, column, width := finding.Excerpt([]byte(line.String()), spans[i])
		text, column, width = hide.Line(text, column, width)
		f := &finding.Finding{
			ID: finding.ID("rule", finding.Key{}.Fingerprint([]byte(c))), RuleID: "rule", Description: "A canary.", Severity: finding.High,
			Preview: finding.Preview([]byte(c)), Structure: finding.Structure([]byte(c)), Fingerprint: finding.Key{}.Fingerprint([]byte(c)),
			Place: finding.Place{
				Kind: finding.KindBlob, Path: everywhere, StartLine: 1, StartColumn: spans[i].Start + 1, EndLine: 1, EndColumn: spans[i].End + 1,
				Commit: "c0ffee", Author: everywhere, Email: everywhere, Message: everywhere,
				Line: text, LineColumn: column, LineWidth: width,
				Gitleaks: finding.GitleaksPlace{File: everywhere, Match: hide.Redact(finding.MaskMatch([]byte("x="+c), []byte(c))), StartLine: 1},
			},
			PlacesTotal: 1, SuppressedUntilNow: everywhere,
		}
		out = append(out, report.Message{Reveal: reveal(f, c)}, report.Message{Finding: f})
	}
	return append(out,
		report.Message{NotRead: &report.NotRead{Path: everywhere, Reason: hide.Redact("opening " + canaries[0])}},
		report.Message{Note: &report.Note{Code: "n", Text: everywhere}},
		report.Message{End: &report.End{}},
	)
}

// TestCanaries: no secret is in any format, in clear or in a common writing,
// unless it is to be shown; and then it is.
func TestCanaries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		canaries := rapid.SliceOfNDistinct(rapid.OneOf(
			rapid.StringMatching(`canary-[A-Za-z0-9]{12,40}`),
			rapid.StringMatching(`cAn4ry<[!-~]{12,30}`),
		), 1, 4, rapid.ID[string]).Draw(t, "canaries")
		messages := canaryStream(t, canaries)
		for _, format := range formatNames() {
			doc := render(t, format, report.Options{Width: 200, Color: true}, messages)
			for _, c := range canaries {
				if leak := found(doc, c); leak != "" {
					t.Fatalf("%s holds %q as %q:\n%s", format, c, leak, doc)
				}
			}
			doc = render(t, format, report.Options{ShowSecrets: true}, messages)
			for _, c := range canaries {
				if found(doc, c) == "" {
					t.Fatalf("%s was to show %q and doesn't:\n%s", format, c, doc)
				}
			}
		}
	})
}

// found gives the writing of s that doc holds, or nothing.
func found(doc []byte, s string) string {
	quote, _ := json.Marshal(s) // a string can always be marshalled
	quoted := strings.Trim(string(quote), `"`)
	for _, w := range []string{s, quoted, hex.EncodeToString([]byte(s)), base64.StdEncoding.EncodeToString([]byte(s)), s[4:], quoted[:len(quoted)-4]} {
		if bytes.Contains(doc, []byte(w)) {
			return w
		}
	}
	return ""
}

// hostile draws names that were made to break out of what holds them.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"a\nb", "a\r\nfound: nothing", "\x1b]0;title\x07", "\x1b[2J\x1b[31m", "\u009b31m", "\"><script>alert(1)</script>",
			"\u202eexe.txt", "\u2066\u2069", "100%", "%00", "\x00", "\xff\xfe", "\xc3", "a\xed\xa0\x80b", "}}],\"x\":[{", "`'\"\\",
			"{0}", "[x](https://example.com)", "\u2028\u2029", "\U000e0041", strings.Repeat("long/", 820), strings.Repeat("\xff", 4096), "", " ", "/", "//h/s", "..", "a:b",
		}),
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

// TestHostileTexts: whatever stands in a scanned tree, documents are valid, in
// UTF-8, and have nothing that a terminal obeys; and they replay.
func TestHostileTexts(t *testing.T) {
	checks := map[string]func([]byte) error{}
	for _, format := range []string{"json", "jsonl", "sarif"} {
		checks[format] = validator(t, format)
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := hostile()
		text := func(what string) string { return bad.Draw(t, what) }
		line, column, width := finding.Excerpt([]byte(text("line")), finding.Span{Start: 3, End: 9})
		place := finding.Place{
			Kind: rapid.SampledFrom([]string{finding.KindFile, finding.KindCommitMessage, finding.KindAuthor, finding.KindPath, finding.KindStdin}).Draw(t, "kind"),
			Path: text("path"), StartLine: 1, StartColumn: 4, EndLine: 1, EndColumn: 10, Line: line, LineColumn: column, LineWidth: width,
			Commit: text("commit"), Author: text("author"), Email: text("email"), Message: text("message"), Encodings: []string{text("encoding")},
			Gitleaks: finding.GitleaksPlace{File: text("file"), Match: text("match"), Tags: []string{text("tag")}},
		}
		f := &finding.Finding{
			ID: text("id"), RuleID: text("rule"), Description: text("description"), Severity: finding.High, Preview: text("preview"),
			Fingerprint: text("fingerprint"), Structure: text("structure"), Tags: []string{text("tag"), text("tag")}, Opens: text("opens"),
			Rotate: text("rotate"), Place: place, Also: []finding.Place{place}, PlacesTotal: 2, SuppressedUntilNow: text("old"),
		}
		begin := start()
		begin.Roots, begin.RuleInfo = []string{text("root")}, []report.RuleInfo{{ID: f.RuleID, Description: f.Description, Source: text("source")}}
		messages := []report.Message{
			{Start: begin},
			{Reveal: reveal(f, text("secret"))},
			{Finding: f},
			{NotRead: &report.NotRead{Path: text("path"), Reason: text("reason")}},
			{NotRead: &report.NotRead{Path: text("path"), Reason: text("reason"), Policy: true}},
			{Note: &report.Note{Code: text("code"), Text: text("note")}},
			{End: &report.End{Suppressed: map[string]int{text("by"): 1}}},
		}
		for _, format := range formatNames() {
			doc := render(t, format, report.Options{ShowSecrets: true}, messages)
			if !utf8.Valid(doc) {
				t.Fatalf("%s isn't UTF-8: %q", format, doc)
			}
			if i := bytes.IndexFunc(doc, steers); i >= 0 {
				t.Fatalf("%s has a control character at %d: %q", format, i, doc[max(0, i-20):i+4])
			}
			if check := checks[format]; check != nil {
				if err := check(doc); err != nil {
					t.Fatalf("%s: %v\n%s", format, err, doc)
				}
			} else if format != "text" {
				if _, err := parse(format, doc); err != nil {
					t.Fatalf("%s: %v\n%s", format, err, doc)
				}
			}
			if format == "json" || format == "jsonl" {
				replays(t, format, doc)
			}
		}
	})
}

// steers says that a terminal may obey r, or show the text around it otherwise.
func steers(r rune) bool {
	return r < ' ' && r != '\n' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 ||
		r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xe0000 && r <= 0xe007f
}
