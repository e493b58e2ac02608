package gitleaks

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	_ "unsafe" // for go:linkname

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rs/zerolog"
	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/logging"
	"github.com/zricethezav/gitleaks/v8/regexp"
	"github.com/zricethezav/gitleaks/v8/version"
	"pgregory.net/rapid"

	"rekey.example/rekey/detectors"
)

// theirExtendDepth is gitleaks' counter, which only ever grows: without
// setting it back, each case with extend would need a process of its own.
//
//go:linkname theirExtendDepth github.com/zricethezav/gitleaks/v8/config.extendDepth
var theirExtendDepth int

// quietOracle makes gitleaks the released version, silent, for one test. Its
// state is the process's, so such tests don't run in parallel.
func quietOracle(t *testing.T) {
	t.Helper()
	oldLog, oldVersion := logging.Logger, version.Version
	logging.Logger = zerolog.Nop()
	version.Version = strings.TrimPrefix(Version, "v")
	t.Cleanup(func() {
		logging.Logger, version.Version = oldLog, oldVersion
		viper.Reset()
		theirExtendDepth = 0
	})
}

// theirs reads a configuration as gitleaks' commands do. A panic is an error.
func theirs(text string) (rs *detectors.Ruleset, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	viper.Reset()
	theirExtendDepth = 0
	viper.SetConfigType("toml")
	if err := viper.ReadConfig(strings.NewReader(text)); err != nil {
		return nil, err
	}
	var vc config.ViperConfig
	if err := viper.Unmarshal(&vc); err != nil {
		return nil, err
	}
	cfg, err := vc.Translate()
	if err != nil {
		return nil, err
	}
	return fromTheirs(&cfg), nil
}

func fromTheirs(cfg *config.Config) *detectors.Ruleset {
	rs := &detectors.Ruleset{Checked: true, Title: cfg.Title, Allowlists: theirAllowlists(cfg.Allowlists)}
	seen := map[string]bool{}
	for _, r := range cfg.GetOrderedRules() {
		if seen[r.RuleID] {
			continue
		}
		seen[r.RuleID] = true
		ours := detectors.Rule{
			ID: r.RuleID, Description: r.Description, Regex: patternText(r.Regex), Path: patternText(r.Path),
			SecretGroup: r.SecretGroup, Entropy: r.Entropy, Keywords: r.Keywords, Tags: r.Tags,
			Allowlists: theirAllowlists(r.Allowlists), SkipReport: r.SkipReport,
		}
		for _, req := range r.RequiredRules {
			ours.Required = append(ours.Required, detectors.Required{RuleID: req.RuleID, WithinLines: req.WithinLines, WithinColumns: req.WithinColumns})
		}
		rs.Rules = append(rs.Rules, ours)
	}
	return rs
}

func patternText(re *regexp.Regexp) string {
	if re == nil {
		return ""
	}
	return re.String()
}

func theirAllowlists(lists []*config.Allowlist) []detectors.Allowlist {
	var out []detectors.Allowlist
	for _, a := range lists {
		ours := detectors.Allowlist{
			Description: a.Description, And: a.MatchCondition == config.AllowlistMatchAnd,
			Commits: slices.Clone(a.Commits), StopWords: slices.Clone(a.StopWords),
			Target: map[string]detectors.Target{"": detectors.TargetSecret, "match": detectors.TargetMatch, "line": detectors.TargetLine}[a.RegexTarget],
		}
		for _, re := range a.Paths {
			ours.Paths = append(ours.Paths, re.String())
		}
		for _, re := range a.Regexes {
			ours.Regexes = append(ours.Regexes, re.String())
		}
		// Theirs come from a map.
		slices.Sort(ours.Commits)
		slices.Sort(ours.StopWords)
		out = append(out, ours)
	}
	return out
}

// comparable brings a Ruleset to what gitleaks has.
func comparable(rs *detectors.Ruleset) *detectors.Ruleset {
	sorted := func(lists []detectors.Allowlist) []detectors.Allowlist {
		out := slices.Clone(lists)
		for i := range out {
			out[i].Commits = slices.Sorted(slices.Values(out[i].Commits))
			out[i].StopWords = slices.Sorted(slices.Values(out[i].StopWords))
		}
		return out
	}
	out := &detectors.Ruleset{Title: rs.Title, Checked: rs.Checked, Allowlists: sorted(rs.Allowlists), Rules: slices.Clone(rs.Rules)}
	for i := range out.Rules {
		r := &out.Rules[i]
		r.Origin, r.Rekey = "", detectors.Extra{}
		r.Allowlists = sorted(r.Allowlists)
	}
	return out
}

func ours(text string) (*Config, error) {
	return parse(&Config{Source: "test"}, []byte(text))
}

// checks makes rapid draw more than its 100 examples, for one test.
func checks(t *testing.T, n int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return // chosen on the command line
	}
	if testing.Short() {
		n /= 10
	}
	if err := flag.Set(f.Name, strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(f.Name, f.DefValue) })
}

// differ says how the two readings of a configuration differ, if they do, and
// whether it is one that both take.
func differ(text string) (diff string, valid bool) {
	want, theirErr := theirs(text)
	got, ourErr := ours(text)
	switch {
	case theirErr != nil && ourErr != nil:
		return "", false
	case theirErr != nil:
		return fmt.Sprintf("gitleaks refuses it, we take it: %v", theirErr), false
	case ourErr != nil:
		return fmt.Sprintf("gitleaks takes it, we refuse it: %v", ourErr), false
	}
	return cmp.Diff(want, comparable(got.Ruleset), cmpopts.EquateEmpty(), cmpopts.EquateNaNs()), true
}

func TestDefaultConfigLikeGitleaks(t *testing.T) {
	quietOracle(t)
	want, err := theirs(config.DefaultConfig)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, comparable(Builtin(true)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-gitleaks +ours:\n%s", diff)
	}
}

// TestConfigTableLikeGitleaks has the cases worth a name; ok says whether
// gitleaks takes them, so that a case can't quietly become another.
func TestConfigTableLikeGitleaks(t *testing.T) {
	quietOracle(t)
	t.Chdir(t.TempDir())
	for name, text := range extendedFiles {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range configCases {
		t.Run(c.name, func(t *testing.T) {
			diff, ok := differ(c.text)
			if diff != "" {
				t.Errorf("-gitleaks +ours on\n%s\n%s", c.text, diff)
			} else if ok != c.ok {
				_, err := theirs(c.text)
				t.Errorf("ok = %v (gitleaks: %v)", ok, err)
			}
		})
	}
}

func TestGeneratedConfigsLikeGitleaks(t *testing.T) {
	quietOracle(t)
	checks(t, 2000)
	valid, all := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		text := configText(rt, "")
		diff, ok := differ(text)
		if diff != "" {
			rt.Fatalf("-gitleaks +ours on\n%s\n%s", text, diff)
		}
		all++
		if ok {
			valid++
		}
	})
	t.Logf("%d of %d were valid", valid, all)
	if all >= 100 && (valid < all/10 || valid == all) {
		t.Errorf("%d of %d generated configurations were valid; the generator is of no use", valid, all)
	}
}

// TestGeneratedExtensionsLikeGitleaks has up to four files, each extending the
// next: one more than gitleaks reads.
func TestGeneratedExtensionsLikeGitleaks(t *testing.T) {
	quietOracle(t)
	t.Chdir(t.TempDir())
	checks(t, 120)
	valid, all := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		var texts strings.Builder
		extend := rapid.SampledFrom([]string{"", "", "default"}).Draw(rt, "last extends")
		text := ""
		for i := rapid.IntRange(1, 4).Draw(rt, "files"); i > 0; i-- {
			text = configText(rt, extend)
			extend = fmt.Sprintf("f%d.toml", i)
			fmt.Fprintf(&texts, "# %s\n%s\n", extend, text)
			if err := os.WriteFile(extend, []byte(text), 0o600); err != nil {
				rt.Fatal(err)
			}
		}
		diff, ok := differ(text)
		if diff != "" {
			rt.Fatalf("-gitleaks +ours on\n%s\n%s", texts.String(), diff)
		}
		all++
		if ok {
			valid++
		}
	})
	t.Logf("%d of %d were valid", valid, all)
	if all >= 100 && (valid < all/20 || valid == all) {
		t.Errorf("%d of %d generated configurations were valid; the generator is of no use", valid, all)
	}
}
