package gitleaks

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/report"
	"pgregory.net/rapid"
)

func TestIgnore(t *testing.T) {
	var ig Ignore
	warnings := ig.Add("one", []byte("# comment\n\n  a/b.go:rule:7 \r\nwin\\dir\\f:rule:1\nc0ffee:x\\y:rule:2\nnot a fingerprint\na:b:c:d:e\n"))
	warnings = append(warnings, ig.Add("two", []byte("a/b.go:rule:7\nnever:rule:1"))...)
	var texts []string
	for _, w := range warnings {
		texts = append(texts, w.String())
	}
	const advice = "not a fingerprint; write file:rule:line, or commit:file:rule:line for git history"
	if diff := cmp.Diff([]string{"one:6: " + advice, "one:7: " + advice}, texts); diff != "" {
		t.Errorf("warnings, -want +got:\n%s", diff)
	}
	for _, c := range []struct {
		file, rule string
		line       int
		commit     string
		want       bool
	}{
		{"a/b.go", "rule", 7, "", true},
		{"a/b.go", "rule", 7, "any", true},
		{"a/b.go", "rule", 8, "", false},
		{"a/b.go", "other", 7, "", false},
		{"b.go", "rule", 7, "", false},
		{"win/dir/f", "rule", 1, "", true},
		{`win\dir\f`, "rule", 1, "", false},
		{"x/y", "rule", 2, "c0ffee", true},
		{"x/y", "rule", 2, "", false},
		{"x/y", "rule", 2, "C0FFEE", false},
		{"a:b:c", "d", 0, "", false},
	} {
		if got := ig.Match(c.file, c.rule, c.line, c.commit); got != c.want {
			t.Errorf("Match(%q, %q, %d, %q) = %v", c.file, c.rule, c.line, c.commit, got)
		}
	}
	var unused []string
	for _, e := range ig.Unused() {
		unused = append(unused, e.Text)
	}
	if diff := cmp.Diff([]string{"not a fingerprint", "a:b:c:d:e", "never:rule:1"}, unused); diff != "" {
		t.Errorf("unused, -want +got:\n%s", diff)
	}
	if e := ig.Unused()[2]; e.File != "two" || e.Line != 2 || ig.Len() != 7 {
		t.Errorf("%s:%d of %d", e.File, e.Line, ig.Len())
	}
	var none Ignore
	if none.Match("a", "b", 1, "") {
		t.Error("an empty list ignores")
	}
}

func TestIgnoreConcurrently(t *testing.T) {
	var ig Ignore
	ig.Add("f", []byte("a:r:1\nb:r:1\n"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				ig.Match("a", "r", 1, "")
			}
		})
	}
	wg.Wait()
	if n := len(ig.Unused()); n != 1 {
		t.Errorf("%d unused", n)
	}
}

// TestIgnoreLongLine: gitleaks' reader gives up there, silently.
func TestIgnoreLongLine(t *testing.T) {
	quietOracle(t)
	for _, n := range []int{65_534, 65_535, 65_536, 70_000} {
		text := "a:r:1\n" + strings.Repeat("x", n) + "\nb:r:1\n"
		var ig Ignore
		warnings := ig.Add("f", []byte(text))
		their := ignoredByGitleaks(t, text, report.Finding{File: "b", RuleID: "r", StartLine: 1})
		if got := ig.Match("b", "r", 1, ""); got != their {
			t.Errorf("%d bytes: Match = %v, gitleaks says %v", n, got, their)
		}
		last := warnings[len(warnings)-1]
		if cut := strings.Contains(last.Msg, "longer than"); cut == their || cut && last.Line != 2 {
			t.Errorf("%d bytes: warning %v", n, last)
		}
		if !ig.Match("a", "r", 1, "") {
			t.Errorf("%d bytes: what stands before is lost", n)
		}
	}
}

// ignoredByGitleaks asks gitleaks' detector.
func ignoredByGitleaks(t testing.TB, text string, f report.Finding) bool {
	t.Helper()
	name := filepath.Join(t.TempDir(), ".gitleaksignore")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d := detect.NewDetector(config.Config{})
	if err := d.AddGitleaksIgnore(name); err != nil {
		t.Fatal(err)
	}
	d.AddFinding(f)
	return len(d.Findings()) == 0
}

func TestIgnoreLikeGitleaks(t *testing.T) {
	quietOracle(t)
	hits, all := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		part := rapid.SampledFrom([]string{"a", "b", `a\b`, "a/b", "", " ", "1", "2", "#"})
		line := rapid.Custom(func(rt *rapid.T) string {
			s := strings.Join(rapid.SliceOfN(part, 1, 5).Draw(rt, "fields"), ":")
			return rapid.SampledFrom([]string{"", "", " ", "#", "\t"}).Draw(rt, "lead") + s
		})
		text := strings.Join(rapid.SliceOfN(line, 1, 30).Draw(rt, "lines"), rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "end"))
		f := report.Finding{
			File:      rapid.SampledFrom([]string{"a", "b", `a\b`, "a/b", "a:b", "1:a"}).Draw(rt, "file"),
			RuleID:    rapid.SampledFrom([]string{"a", "b", "a:b"}).Draw(rt, "rule"),
			StartLine: rapid.IntRange(0, 2).Draw(rt, "line"),
			Commit:    rapid.SampledFrom([]string{"", "a", "1"}).Draw(rt, "commit"),
		}
		if rapid.Bool().Draw(rt, "plant") {
			text += "\n" + f.File + ":" + f.RuleID + ":" + rapid.SampledFrom([]string{"0", "1", "2"}).Draw(rt, "planted")
		}
		var ig Ignore
		ig.Add("f", []byte(text))
		want := ignoredByGitleaks(t, text, f)
		if got := ig.Match(f.File, f.RuleID, f.StartLine, f.Commit); got != want {
			rt.Fatalf("Match(%q, %q, %d, %q) = %v, gitleaks says %v; in\n%s", f.File, f.RuleID, f.StartLine, f.Commit, got, want, text)
		}
		all++
		if want {
			hits++
		}
	})
	if hits == 0 || hits == all {
		t.Errorf("%d of %d were ignored", hits, all)
	}
}
