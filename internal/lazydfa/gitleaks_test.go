package lazydfa

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// gitleaksPatterns gives every pattern of gitleaks' default configuration,
// read from the module's text.
func gitleaksPatterns(tb testing.TB) []string {
	tb.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/zricethezav/gitleaks/v8").Output()
	if err != nil {
		tb.Fatalf("ask go where gitleaks' module is: %v", err)
	}
	name := filepath.Join(strings.TrimSpace(string(dir)), "config", "gitleaks.toml")
	text, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	type allowlist struct{ Paths, Regexes []string }
	var config struct {
		Allowlist  allowlist
		Allowlists []allowlist
		Rules      []struct {
			Regex, Path string
			Allowlists  []allowlist
		}
	}
	if err := toml.Unmarshal(text, &config); err != nil {
		tb.Fatalf("parse %s: %v", name, err)
	}
	lists := append(config.Allowlists, config.Allowlist)
	var patterns []string
	for _, rule := range config.Rules {
		patterns = append(patterns, rule.Regex, rule.Path)
		lists = append(lists, rule.Allowlists...)
	}
	for _, list := range lists {
		patterns = append(append(patterns, list.Paths...), list.Regexes...)
	}
	var distinct []string
	seen := map[string]bool{"": true}
	for _, pattern := range patterns {
		if !seen[pattern] {
			seen[pattern] = true
			distinct = append(distinct, pattern)
		}
	}
	if len(distinct) < 220 {
		tb.Fatalf("%s has %d patterns; at least 220 are expected", name, len(distinct))
	}
	return distinct
}

// TestGitleaksPatterns compares all answers for gitleaks' patterns with
// package regexp's, on texts that match or nearly do.
func TestGitleaksPatterns(t *testing.T) {
	texts := 12
	if testing.Short() {
		texts = 3
	}
	matched, loosenedOnly, checked := 0, 0, 0
	for i, pattern := range gitleaksPatterns(t) {
		rnd := rand.New(rand.NewPCG(uint64(i), 3))
		exact := newSubject(t, pattern, Options{})
		loose := newSubject(t, pattern, Options{LoosenRepeats: true})
		loose.oracle = exact.oracle
		for k := range texts {
			g := texter{Rand: rnd, ascii: k%2 == 0, limit: []int{1, 6, 60}[k%3]}
			n := []int{0, 1, 3}[k%3]
			text := g.embed(exact.re, n)
			exact.check(t, rnd, text, n)
			loose.check(t, rnd, text, n)
			exact.checkMeasures(t, text)
			exact.checkLookbehind(t, text, n)
			pos := offset(text, n)
			want := exact.oracle.matchesAt(text, n)
			got, _ := loose.m.Anchored(text, pos, len(text))
			checked++
			if want {
				matched++
			} else if got && g.ascii {
				loosenedOnly++
			}
		}
	}
	t.Logf("%d of %d texts match; loosened repeats match %d more", matched, checked, loosenedOnly)
	if matched*4 < checked {
		t.Errorf("only %d of %d texts match: the test shows little", matched, checked)
	}
}

// embed gives n runes of noise, a sample of re, one byte of which may be
// changed, and noise.
func (g texter) embed(re *syntax.Regexp, n int) []byte {
	var before []byte
	for range n {
		before = append(before, " -a\n=\"x"[g.IntN(7)])
	}
	out := g.sample(before, re)
	if i := len(before); len(out) > i && g.IntN(3) == 0 {
		out[i+g.IntN(len(out)-i)] = "a -\n"[g.IntN(4)]
		if !g.ascii && g.IntN(2) == 0 {
			out[i+g.IntN(len(out)-i)] = 0xc5
		}
	}
	for range g.IntN(3) {
		out = append(out, g.noise()...)
	}
	return out
}
