package detectors_test

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/detectors/detectorstest"
	"rekey.example/rekey/internal/gitleaks"
)

// bare are the built-in rules without anything but their patterns.
func bare(t testing.TB) (*detectors.Engine, []detectors.Rule) {
	t.Helper()
	var rules []detectors.Rule
	for _, r := range gitleaks.Builtin(false).Rules {
		if r.Regex != "" {
			rules = append(rules, detectors.Rule{ID: r.ID, Regex: r.Regex})
		}
	}
	e, err := detectors.New(&detectors.Ruleset{Rules: rules}, detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e, rules
}

// TestRulesWithoutLiterals keeps the list of rules short whose patterns give
// nothing to look for.
func TestRulesWithoutLiterals(t *testing.T) {
	e, err := detectors.New(gitleaks.Builtin(false), detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"sourcegraph-access-token"}, e.Whole()); diff != "" {
		t.Errorf("rules that run over whole texts (-want +got):\n%s", diff)
	}
}

// around puts s into a little text with traps beside it.
func around(r *rand.Rand, s string) string {
	glue := []string{
		"", "", " ", "\n", "\r\n", "=", "\"", "'", ";", "key", "x", "_", "-", "ſ", "\u212a", "é", "\xff", "\x00", "İ",
		"-----", "curl ", "token: ", "kind: secret\n", "data:\n", strings.Repeat("w", 60), strings.Repeat(" ", 40),
	}
	var sb strings.Builder
	for range r.IntN(4) {
		sb.WriteString(glue[r.IntN(len(glue))])
	}
	sb.WriteString(s)
	for range r.IntN(4) {
		sb.WriteString(glue[r.IntN(len(glue))])
	}
	return sb.String()
}

// TestWindowsGiveWhatTheTextGives makes texts from each rule's own pattern and
// compares where it matches, through the prefilter, the automaton and the
// windows, with regexp.FindAll over the whole text.
func TestWindowsGiveWhatTheTextGives(t *testing.T) {
	e, rules := bare(t)
	s := e.Scanner()
	r := rand.New(rand.NewPCG(1, 2))
	gen := &detectorstest.Generator{Rand: r, MaxRepeat: 70, Wild: true}
	rounds := 12
	if testing.Short() {
		rounds = 2
	}
	matched := 0
	for _, rule := range rules {
		re := regexp.MustCompile(rule.Regex)
		tree, err := syntax.Parse(rule.Regex, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		for range rounds {
			var sb strings.Builder
			for range 1 + r.IntN(3) {
				text := gen.From(tree)
				if r.IntN(3) == 0 && len(text) > 0 { // a near miss
					i := r.IntN(len(text))
					text = text[:i] + text[min(len(text), i+1+r.IntN(3)):]
				}
				sb.WriteString(around(r, text))
			}
			text := sb.String()
			want := re.FindAllStringIndex(text, -1)
			matched += len(want)
			if rule.ID == "sourcegraph-access-token" {
				continue // run over the whole text, by judge
			}
			if diff := cmp.Diff(want, s.Spans([]byte(text))[rule.ID]); diff != "" {
				t.Fatalf("%s: spans differ (-regexp +windows):\n%s\ntext: %q", rule.ID, diff, text)
			}
		}
	}
	if matched < len(rules)*rounds {
		t.Errorf("only %d matches in all: the texts are too far from the patterns", matched)
	}
}
