package gitleaks

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/report"
	"pgregory.net/rapid"
)

// writeReport writes findings as gitleaks does.
func writeReport(t testing.TB, findings ...report.Finding) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&report.JsonReporter{}).Write(nopCloser{&b}, findings); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type nopCloser struct{ *bytes.Buffer }

func (nopCloser) Close() error { return nil }

func keyOf(f report.Finding) BaselineKey {
	return BaselineKey{
		RuleID: f.RuleID, Description: f.Description,
		StartLine: f.StartLine, EndLine: f.EndLine, StartColumn: f.StartColumn, EndColumn: f.EndColumn,
		File: f.File, Commit: f.Commit, Entropy: f.Entropy,
		Author: f.Author, Email: f.Email, Date: f.Date, Message: f.Message,
	}
}

func finding1() report.Finding {
	return report.Finding{
		RuleID: "r", Description: "d", StartLine: 1, EndLine: 2, StartColumn: 3, EndColumn: 4,
		Match: "key=hidden hidden", Secret: "hidden", File: "f", Commit: "c", Entropy: 3.1415927,
		Author: "a", Email: "e", Date: "2026-11-23T00:00:00Z", Message: "m\n<&>",
		Tags: []string{"t"}, Fingerprint: "f:r:1",
	}
}

func TestBaseline(t *testing.T) {
	f := finding1()
	b, err := ParseBaseline("report.json", writeReport(t, f, report.Finding{RuleID: "other"}))
	if err != nil {
		t.Fatal(err)
	}
	if b.Len() != 2 || b.Unused() != 2 {
		t.Errorf("%d entries, %d unused", b.Len(), b.Unused())
	}
	if b.IsNew(keyOf(f), []byte(f.Match), []byte(f.Secret), false) {
		t.Error("a known finding is new")
	}
	if b.Unused() != 1 {
		t.Errorf("%d unused", b.Unused())
	}
	if !b.IsNew(keyOf(f), []byte(f.Match), []byte("another"), false) || !b.IsNew(keyOf(f), []byte("another"), []byte(f.Secret), false) {
		t.Error("another secret is known")
	}
	if b.IsNew(keyOf(f), nil, nil, true) {
		t.Error("with --redact, the secret counts")
	}
}

// TestBaselineKey changes each compared field in turn.
func TestBaselineKey(t *testing.T) {
	f := finding1()
	b, err := ParseBaseline("report.json", writeReport(t, f))
	if err != nil {
		t.Fatal(err)
	}
	for i, change := range []func(*report.Finding){
		func(f *report.Finding) { f.RuleID += "x" },
		func(f *report.Finding) { f.Description += "x" },
		func(f *report.Finding) { f.StartLine++ },
		func(f *report.Finding) { f.EndLine++ },
		func(f *report.Finding) { f.StartColumn++ },
		func(f *report.Finding) { f.EndColumn++ },
		func(f *report.Finding) { f.File += "x" },
		func(f *report.Finding) { f.Commit += "x" },
		func(f *report.Finding) { f.Entropy++ },
		func(f *report.Finding) { f.Author += "x" },
		func(f *report.Finding) { f.Email += "x" },
		func(f *report.Finding) { f.Date += "x" },
		func(f *report.Finding) { f.Message += "x" },
	} {
		g := f
		change(&g)
		if !b.IsNew(keyOf(g), []byte(g.Match), []byte(g.Secret), false) || !detect.IsNew(g, 0, []report.Finding{f}) {
			t.Errorf("change %d isn't seen", i)
		}
	}
}

// TestBaselineRedacted: a report written with --redact knows the finding.
func TestBaselineRedacted(t *testing.T) {
	for _, percent := range []uint{1, 20, 50, 99, 100} {
		f := finding1()
		r := f
		r.Redact(percent)
		b, err := ParseBaseline("report.json", writeReport(t, r))
		if err != nil {
			t.Fatal(err)
		}
		if b.IsNew(keyOf(f), []byte(f.Match), []byte(f.Secret), false) {
			t.Errorf("%d %%: the finding is new", percent)
		}
		if !b.IsNew(keyOf(f), []byte("other=hidden"), []byte(f.Secret), false) {
			t.Errorf("%d %%: another match is known", percent)
		}
		if percent < 90 && !b.IsNew(keyOf(f), []byte("key=visible visible"), []byte("visible"), false) {
			t.Errorf("%d %%: another secret is known", percent)
		}
	}
	// A rule that looks at paths has no secret, and redaction a strange match.
	f := report.Finding{RuleID: "p", File: "x", Match: "file detected: x"}
	r := f
	r.Redact(100)
	b, err := ParseBaseline("report.json", writeReport(t, r))
	if err != nil {
		t.Fatal(err)
	}
	if b.IsNew(keyOf(f), []byte(f.Match), nil, false) {
		t.Error("path only: the finding is new")
	}
}

func TestBaselineLikeGitleaks(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "a", "b", "é"})
	num := rapid.IntRange(0, 1)
	draw := rapid.Custom(func(rt *rapid.T) report.Finding {
		return report.Finding{
			RuleID: word.Draw(rt, "rule"), StartLine: num.Draw(rt, "line"), EndColumn: num.Draw(rt, "column"),
			File: word.Draw(rt, "file"), Match: word.Draw(rt, "match"), Secret: word.Draw(rt, "secret"),
			Entropy: rapid.SampledFrom([]float32{0, 3.3219280948873626}).Draw(rt, "entropy"),
		}
	})
	known, all := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		old := rapid.SliceOfN(draw, 1, 40).Draw(rt, "old")
		f := draw.Draw(rt, "new")
		if rapid.Bool().Draw(rt, "known") {
			f = rapid.SampledFrom(old).Draw(rt, "which")
		}
		redact := uint(rapid.IntRange(0, 1).Draw(rt, "redact"))
		b, err := ParseBaseline("report.json", writeReport(t, old...))
		if err != nil {
			rt.Fatal(err)
		}
		want := detect.IsNew(f, redact, old)
		if got := b.IsNew(keyOf(f), []byte(f.Match), []byte(f.Secret), redact > 0); got != want {
			rt.Fatalf("IsNew = %v, gitleaks says %v", got, want)
		}
		all++
		if !want {
			known++
		}
	})
	if known == 0 || known == all {
		t.Errorf("%d of %d were known", known, all)
	}
}

func TestBaselineErrors(t *testing.T) {
	const canary = "canary-in-the-report"
	for text, want := range map[string]string{
		"":                                      "line 1 isn't valid JSON",
		"{}":                                    "line 1: expected a list of findings",
		`"` + canary + `"`:                      "line 1: expected a list of findings",
		"[1]":                                   "line 1: expected a list of findings",
		"[\n{\"Secret\": 1}]":                   "line 2: Secret has the wrong type",
		"[\n\n{\"Secret\": \"" + canary + "}]":  "line 3 isn't valid JSON",
		"[{\"StartLine\": \"" + canary + "\"}]": "line 1: StartLine has the wrong type",
	} {
		_, err := ParseBaseline("old.json", []byte(text))
		full := "can't use old.json as a baseline: " + want + "; it must be a report that gitleaks wrote with --report-format json"
		if err == nil || err.Error() != full {
			t.Errorf("%q:\ngot  %v\nwant %s", text, err, full)
		} else if strings.Contains(err.Error(), canary) {
			t.Errorf("%q: the error repeats it", text)
		}
	}
	for _, text := range []string{"null", "[]"} {
		b, err := ParseBaseline("old.json", []byte(text))
		if err != nil || b.Len() != 0 || !b.IsNew(BaselineKey{}, nil, nil, false) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestBaselineHoldsNothingPrintable(t *testing.T) {
	f := finding1()
	b, err := ParseBaseline("report.json", writeReport(t, f))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, list := range b.byKey {
			for _, e := range list {
				if s := fmt.Sprintf(verb, e); strings.Contains(s, f.Secret) {
					t.Errorf("%s prints %s", verb, s)
				}
			}
		}
	}
}
