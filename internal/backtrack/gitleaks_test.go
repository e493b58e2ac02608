package backtrack_test

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"

	"rekey.example/rekey/detectors/detectorstest"
	"rekey.example/rekey/internal/gitleaks"
)

var (
	ruleTexts = flag.Int("rule.texts", 60, "how many texts are made for each of gitleaks' rules")
	ruleSeed  = flag.Uint64("rule.seed", 1, "the seed of the texts for gitleaks' rules")
)

// ruleSubjects gives gitleaks' rules that have a pattern, by their id. Each of
// them has to be supported.
func ruleSubjects(t testing.TB) (ids []string, subjects map[string]*subject) {
	subjects = make(map[string]*subject)
	for _, rule := range gitleaks.Builtin(true).Rules {
		if rule.Regex == "" {
			continue
		}
		s := newSubject(t, rule.Regex)
		if s == nil {
			t.Errorf("the rule %s isn't supported", rule.ID)
			continue
		}
		ids = append(ids, rule.ID)
		subjects[rule.ID] = s
	}
	return ids, subjects
}

// TestGitleaksRules compares all of gitleaks' rules with package regexp, on
// texts made from their patterns and then spoilt.
func TestGitleaksRules(t *testing.T) {
	ids, subjects := ruleSubjects(t)
	if len(ids) != 221 {
		t.Errorf("%d rules have a pattern, want 221", len(ids))
	}
	rounds := *ruleTexts
	if testing.Short() {
		rounds = min(rounds, 10)
	}
	rnd := rand.New(rand.NewPCG(*ruleSeed, 2))
	g := detectorstest.Generator{Rand: rnd, MaxRepeat: 30, Wild: true}
	matched, gaveUp := 0, 0
	for _, id := range ids {
		s := subjects[id]
		for range rounds {
			text := ruleText(&g, s)
			lo, hi := 0, len(text)
			if rnd.IntN(2) == 0 {
				lo = s.place(text, rnd.IntN(len(text)+1))
			}
			if rnd.IntN(3) == 0 {
				hi = lo + rnd.IntN(len(text)-lo+1)
			}
			switch {
			case !s.check(t, text, lo, hi):
				gaveUp++
			case len(s.loc) > 0:
				matched++
			}
		}
	}
	n := len(ids) * rounds
	t.Logf("%d rules, %d texts, %d matched, %d given up", len(ids), n, matched, gaveUp)
	if matched < n/4 || gaveUp > n/100 {
		t.Errorf("too few texts matched, or too many were given up")
	}
}

// ruleText makes a text with some matches of s, changed a little.
func ruleText(g *detectorstest.Generator, s *subject) []byte {
	noise := []string{
		"", " ", "\n", "\r\n", "key = ", `token: "`, "api_key.secret=", "' ", "\u017f", "\u212aey", "\xff", "\xe2\x84", "é", `\n`, ";",
		"const x = y(z) // ", "curl ", "-H '", "aaaaaaaaaaaa", "0123456789abcdef", "=====", "kind: secret\ndata:\n  ", "pass\x00word",
	}
	var text []byte
	for range 1 + g.Rand.IntN(2) {
		for range g.Rand.IntN(4) {
			text = append(text, noise[g.Rand.IntN(len(noise))]...)
		}
		text = append(text, g.From(s.tree)...)
		if g.Rand.IntN(2) == 0 {
			text = append(text, noise[g.Rand.IntN(len(noise))]...)
		}
	}
	for range g.Rand.IntN(4) - 1 {
		at := g.Rand.IntN(len(text) + 1)
		switch g.Rand.IntN(3) {
		case 0:
			text = slices.Insert(text, at, []byte(noise[g.Rand.IntN(len(noise))])...)
		case 1:
			text = slices.Delete(text, at, min(at+1, len(text)))
		case 2:
			text = slices.Insert(text, at, text[boundary(text, at/2):at]...)
		}
	}
	return text
}
