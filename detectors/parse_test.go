package detectors

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// files is a ParseOptions.Load over texts by name.
type files map[string]string

func (f files) load(path string) (string, []byte, error) {
	text, ok := f[path]
	if !ok {
		return "", nil, errors.New("no such file")
	}
	return path, []byte(text), nil
}

func mustParse(t *testing.T, text string, opts ParseOptions) (*Ruleset, []string) {
	t.Helper()
	rs, warnings, err := Parse("a.toml", []byte(text), opts)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, w := range warnings {
		out = append(out, w.String())
	}
	return rs, out
}

func ptr(n int) *int { return &n }

func TestParse(t *testing.T) {
	const text = `title = "t"

[[allowlists]]
description = "global"
condition = "AND"
paths = ['''\.md$''', "x"]
commits = [" ABC", "abc"]

[[allowlists]]
targetRules = ["two"]
stopwords = ["Word", "word"]

[[rules]]
id = "one"
description = "first"
regex = '''k(e)y'''
secretGroup = 1
entropy = 3.5
keywords = ["KEY", "a,b"]
tags = ["t"]
[rules.rekey]
severity = "critical"
opens = "the door"
positives = ["p1", "p2"]
[[rules.allowlists]]
regexTarget = "line"
regexes = ["x"]
[[rules.required]]
id = "two"
withinLines = 4

[[rules]]
id = "two"
path = "y$"
skipReport = true
`
	want := &Ruleset{
		Title:   "t",
		Checked: true,
		Allowlists: []Allowlist{{
			Description: "global", And: true, Paths: []string{`\.md$`, "x"}, Commits: []string{"abc"},
		}},
		Rules: []Rule{
			{
				ID: "one", Description: "first", Regex: "k(e)y", SecretGroup: 1, Entropy: 3.5,
				Keywords: []string{"key", "a,b"}, Tags: []string{"t"},
				Allowlists: []Allowlist{{Target: TargetLine, Regexes: []string{"x"}}},
				Required:   []Required{{RuleID: "two", WithinLines: ptr(4)}},
				Origin:     "a.toml:13",
				Rekey:      Extra{Severity: "critical", Opens: "the door", Positives: []string{"p1", "p2"}},
			},
			{
				ID: "two", Path: "y$", SkipReport: true, Origin: "a.toml:32",
				Allowlists: []Allowlist{{StopWords: []string{"word"}}},
			},
		},
	}
	got, warnings := mustParse(t, text, ParseOptions{OwnTable: true, Strict: true})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if warnings != nil {
		t.Errorf("warnings: %q", warnings)
	}
}

const rule1 = "[[rules]]\nid = 'r'\nregex = 'a(b)'\n"

// TestParseErrors has the whole message, because a user reads it all.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"syntax", "title = 'x'\n\nrules = [\n", "a.toml:3: not valid TOML at column 10: array is incomplete"},
		{"twice", "title = 'x'\ntitle = 'y'\n", "a.toml:2: not valid TOML at column 1: "},
		{"regex", "\n[[rules]]\nid = 'r'\nregex = '''a(b'''\n", "a.toml:4: rule \"r\": regex doesn't compile: missing closing ): `a(b`"},
		{"lookahead", "[[rules]]\nid = 'r'\nregex = 'a(?=b)'\n", "a.toml:3: rule \"r\": regex doesn't compile: invalid or unsupported Perl syntax: `(?=`; RE2 has no lookaround, see https://github.com/google/re2/wiki/Syntax"},
		{"backreference", "[[rules]]\nid = 'r'\nregex = '(a)\\1'\n", "a.toml:3: rule \"r\": regex doesn't compile: invalid escape sequence: `\\1`; RE2 has no backreferences, see https://github.com/google/re2/wiki/Syntax"},
		{"path", "[[rules]]\nid = 'r'\npath = '*'\n", "a.toml:3: rule \"r\": path doesn't compile: missing argument to repetition operator: `*`"},
		{"third pattern", rule1 + "[[rules.allowlists]]\nregexes = [\n  'x',\n  # no\n  'y', 'z[',\n]\n", "a.toml:8: rule \"r\": regexes doesn't compile: missing closing ]: `[`"},
		{"joined", rule1 + "[[rules.allowlists]]\npaths = ['\\Qa', 'b']\n", "a.toml:5: rule \"r\": paths don't compile when joined by |, as gitleaks does: missing closing ): `(?:\\Qa|b)`"},
		{"secret group", rule1 + "secretGroup = 2\n", "a.toml:1: rule \"r\": secretGroup is 2, but its regex has 1 groups; correct one of them"},
		{"no id", rule1 + "[[rules]]\nregex = 'a'\n", "a.toml:4: a rule has no id; give it one"},
		{"no pattern", "[[rules]]\nid = 'r'\n", "a.toml:1: rule \"r\": both regex and path are empty, so that it can't match anything; give it one of them"},
		{"type", rule1 + "entropy = 'high'\n", "a.toml:4: rule \"r\": entropy must be a number, not the string \"high\""},
		{"list", rule1 + "keywords = ['a', ['b']]\n", "a.toml:4: rule \"r\": keywords must be a list of strings, not a list"},
		{"table", "allowlist = 3\n", "a.toml:1: allowlist must be a table [allowlist], not a number"},
		{"tables", rule1 + "allowlists = 2020-01-01\n", "a.toml:4: rule \"r\": allowlists must be a list of tables [[rules.allowlists]], not a date or time"},
		{"empty allowlist", rule1 + "[[rules.allowlists]]\ndescription = 'd'\n", "a.toml:4: rule \"r\": the allowlist is empty; give it commits, paths, regexes or stopwords, or remove it"},
		{"condition", "[[allowlists]]\npaths = ['a']\ncondition = 'NOT'\n", "a.toml:3: unknown condition \"NOT\"; write AND or OR"},
		{"target", "[[allowlists]]\npaths = ['a']\nregexTarget = 'LINE'\n", "a.toml:3: unknown regexTarget \"LINE\"; write secret, match or line"},
		{"old and new", rule1 + "[rules.allowlist]\npaths = ['a']\n[[rules.allowlists]]\npaths = ['a']\n", "a.toml:4: rule \"r\": [rules.allowlist] and [[rules.allowlists]] exclude each other; write the former as one of the latter"},
		{"old and new, global", "[allowlist]\npaths = ['a']\n[[allowlists]]\npaths = ['a']\n", "a.toml:1: [allowlist] and [[allowlists]] exclude each other; write the former as one of the latter"},
		{"required", rule1 + "[[rules.required]]\nid = 'r'\n[[rules.required]]\nid = 'gone'\n", "a.toml:6: rule \"r\": requires rule \"gone\", which this file doesn't define; add it here (a required rule can't come from an extended file)"},
		{"required without id", rule1 + "[[rules.required]]\nwithinLines = 1\n", "a.toml:4: rule \"r\": [[rules.required]] has no id; name the rule that must match nearby"},
		{"target rule", rule1 + "[[allowlists]]\ntargetRules = ['r', 'gone']\npaths = ['a']\n", "a.toml:4: an allowlist's targetRules names rule \"gone\", which doesn't exist; correct the id or remove it"},
		{"version", "minVersion = 'new'\n", "a.toml:1: minVersion \"new\" isn't a version; write one such as v8.30.1"},
		{"both extensions", "[extend]\nuseDefault = true\npath = 'x'\n", "a.toml:3: extend.path and extend.useDefault exclude each other; let the file that path names use the default"},
		{"no loader", "[extend]\npath = 'x'\n", "a.toml:2: extend.path isn't possible here; write the rules out"},
		{"no default", "[extend]\nuseDefault = true\n", "a.toml:1: extend.useDefault isn't possible here; write the rules out"},
		{"severity", rule1 + "[rules.rekey]\nseverity = 'awful'\n", "a.toml:5: rule \"r\": unknown severity \"awful\"; write low, medium, high or critical"},
		{"our field", rule1 + "[rules.rekey]\nseveriti = 'low'\n", "a.toml:5: rule \"r\": unknown field \"severiti\" in [rules.rekey]; it has severity, opens, rotate, source, positives, negatives"},
		{"our string", rule1 + "[rules.rekey]\nopens = 1\n", "a.toml:5: rule \"r\": opens must be a string, not a number"},
		{"our list", rule1 + "[rules.rekey]\npositives = 'a,b'\n", "a.toml:5: rule \"r\": positives must be a list of strings, not the string \"a,b\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := Parse("a.toml", []byte(c.text), ParseOptions{OwnTable: true})
			var pe *ParseError
			if !errors.As(err, &pe) {
				t.Fatalf("got %v, want a *ParseError", err)
			}
			if !strings.HasPrefix(err.Error(), c.want) || err.Error() != c.want && !strings.HasSuffix(c.want, ": ") {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
		})
	}
}

func TestParseErrorHasCause(t *testing.T) {
	_, _, err := Parse("a.toml", []byte("[[rules]]\nid='r'\nregex='('\n"), ParseOptions{})
	var se *syntax.Error
	if !errors.As(err, &se) || se.Code != syntax.ErrMissingParen {
		t.Errorf("the cause of %v is %v", err, se)
	}
}

func TestParseWarnings(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unknown", "colour = 1\n" + rule1 + "regexs = 'x'\n[[rules.allowlists]]\npaths = ['a']\ntargetRules = ['r']\n[rules.rekey]\nopens = 'x'\n[extend]\nfile = 'x'\n", []string{
			`a.toml:1: unknown field "colour", which gitleaks ignores; correct its name or remove it`,
			`a.toml:5: rule "r": unknown field "regexs", which gitleaks ignores; correct its name or remove it`,
			`a.toml:8: rule "r": unknown field "targetrules", which gitleaks ignores; correct its name or remove it`,
			`a.toml:9: rule "r": unknown field "rekey", which gitleaks ignores; correct its name or remove it`,
			`a.toml:12: unknown field "file", which gitleaks ignores; correct its name or remove it`,
		}},
		{"two rules", rule1 + rule1, []string{
			`a.toml:4: rule "r": the id stands on line 1 already: only this last rule counts; rename one`,
		}},
		{"case", "[[rules]]\nid = 'r'\nregex = 'a'\nRegex = 'b'\n", []string{
			`a.toml:3: "regex" stands twice, in different case: gitleaks takes either by chance; keep one`,
		}},
		{"version", "minVersion = 'v9'\n", []string{
			`a.toml:1: wants gitleaks v9 or later; this program follows v8.30.1, and may not know all that the file uses`,
		}},
		{"same version", "minVersion = 'v8.30.1.0'\n", nil},
		{"url", "[extend]\nurl = 'https://rules.example'\n", []string{
			`a.toml:2: extend.url has no effect in gitleaks; fetch the file and name it in extend.path`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, got := mustParse(t, c.text, ParseOptions{})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			_, warnings, err := Parse("a.toml", []byte(c.text), ParseOptions{Strict: true})
			if (err != nil) != (c.want != nil) {
				t.Errorf("strict: %v", err)
			}
			if err != nil && err.Error() != warnings[0].String() {
				t.Errorf("strict: %v, want the first warning %v", err, warnings[0])
			}
		})
	}
}

// TestParseOrigin finds rules however they are written.
func TestParseOrigin(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[[rules]]\nid='a'\nregex='x'\n\n[[rules]]\nid='b'\nregex='x'\n", "a.toml:5"},
		{"\n[rules]\nid='b'\nregex='x'\n", "a.toml:2"},
		{"\n[[RULES]]\nid='b'\nregex='x'\n", "a.toml:2"},
		{"\nrules = [\n {id='a', regex='x'},\n\n {id='b', regex='x'}]\n", "a.toml:5"},
		{"\n['rules']\nid='b'\nregex='x'\n", "a.toml:2"},
		{"\n\nrules.id='b'\nrules.regex='x'\n", "a.toml:3"},
		{"# \xc3\xa9\r\n[[rules]]\r\nid='b'\r\nregex='x'\r\n", "a.toml:2"},
	} {
		rs, _ := mustParse(t, c.text, ParseOptions{})
		got := ""
		for _, r := range rs.Rules {
			if r.ID == "b" {
				got = r.Origin
			}
		}
		if got != c.want {
			t.Errorf("%q: origin %q, want %q", c.text, got, c.want)
		}
	}
}

func TestParseExtend(t *testing.T) {
	def := &Ruleset{
		Allowlists: []Allowlist{{Paths: []string{"default"}}},
		Rules: []Rule{
			{ID: "m", Regex: "m(1)", Keywords: []string{"m"}, Origin: "default:7", Rekey: Extra{Severity: "low", Opens: "m"}},
			{ID: "d", Regex: "d"},
		},
	}
	before := fmt.Sprintf("%+v", def)
	opts := ParseOptions{
		OwnTable: true,
		Default:  func() *Ruleset { return def },
		Load: files{
			"b.toml": "[extend]\nuseDefault=true\ndisabledRules=['d','gone']\n[[rules]]\nid='m'\nkeywords=['B']\n[[rules]]\nid='z'\npath='z'\n[[allowlists]]\npaths=['b']\n",
		}.load,
	}
	rs, warnings := mustParse(t, `
title = "a"
[extend]
path = "b.toml"
[[allowlists]]
paths = ["a"]
[[rules]]
id = "z"
description = "own"
skipReport = true
[[rules]]
id = "m"
secretGroup = 1
[rules.rekey]
severity = "high"
[[rules]]
id = "a"
regex = "a"
`, opts)
	want := &Ruleset{
		Title:      "a",
		Checked:    true,
		Allowlists: []Allowlist{{Paths: []string{"a"}}, {Paths: []string{"b"}}, {Paths: []string{"default"}}},
		Rules: []Rule{
			{ID: "a", Regex: "a", Origin: "a.toml:16"},
			{ID: "m", Regex: "m(1)", SecretGroup: 1, Keywords: []string{"m", "b"}, Origin: "a.toml:11", Rekey: Extra{Severity: "high", Opens: "m"}},
			{ID: "z", Path: "z", Description: "own", Origin: "a.toml:7"},
		},
	}
	if diff := cmp.Diff(want, rs); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	wantWarnings := []string{
		`b.toml:3: disabledRules names rule "gone", which the default rules don't have; correct or remove it`,
		`a.toml:7: rule "z": required and skipReport are dropped, because the rule overrides one of b.toml; give it an id of its own`,
	}
	if diff := cmp.Diff(wantWarnings, warnings); diff != "" {
		t.Errorf("warnings, -want +got:\n%s", diff)
	}
	if after := fmt.Sprintf("%+v", def); after != before {
		t.Errorf("the default was changed:\n%s\n%s", before, after)
	}
}

func TestParseExtendFaults(t *testing.T) {
	extend := func(path string) string { return "\n[extend]\npath = '" + path + "'\n" }
	load := files{
		"a.toml":     extend("b.toml"),
		"b.toml":     extend("c.toml"),
		"c.toml":     extend("d.toml"),
		"d.toml":     rule1,
		"toA.toml":   extend("a.toml"),
		"self.toml":  extend("self.toml"),
		"b3.toml":    extend("c3.toml"),
		"c3.toml":    extend("a.toml"),
		"faulty":     "[[rules]]\nid = 'x'\nregex = '['\n",
		"lastboth":   "[extend]\npath = 'gone'\nuseDefault = true\n",
		"beforeboth": extend("lastboth"),
	}.load
	for _, c := range []struct{ path, err, warning string }{
		{"a.toml", "a.toml:3: extend.path makes a cycle: a.toml extends a.toml; break it", ""},
		{"self.toml", "self.toml:3: extend.path makes a cycle: self.toml extends self.toml; break it", ""},
		{"toA.toml", "toA.toml:3: extend.path makes a cycle: a.toml extends toA.toml extends a.toml; break it", ""},
		{"b3.toml", "c3.toml:3: extend.path makes a cycle: a.toml extends b3.toml extends c3.toml extends a.toml; break it", ""},
		{"b.toml", "", "c.toml:3: what this file extends isn't read: gitleaks stops after 2 levels (a.toml extends b.toml extends c.toml)"},
		{"beforeboth", "", "lastboth:2: what this file extends isn't read: gitleaks stops after 2 levels (a.toml extends beforeboth extends lastboth)"},
		{"d.toml", "", ""},
		{"gone", `a.toml:3: can't read extend.path "gone", which is taken relative to the current directory: no such file`, ""},
		{"faulty", "faulty:3: rule \"x\": regex doesn't compile: missing closing ]: `[`", ""},
	} {
		_, warnings, err := Parse("a.toml", []byte(extend(c.path)), ParseOptions{Load: load})
		if got := fmt.Sprint(err); got != c.err && (c.err != "" || err != nil) {
			t.Errorf("%s:\ngot  %s\nwant %s", c.path, got, c.err)
		}
		got := ""
		if len(warnings) > 0 && err == nil {
			got = warnings[0].String()
		}
		if got != c.warning {
			t.Errorf("%s:\ngot  %s\nwant %s", c.path, got, c.warning)
		}
	}
}

// TestParsePartnerDisabled: gitleaks says nothing, and the rule is dead.
func TestParsePartnerDisabled(t *testing.T) {
	load := files{"b.toml": rule1 + "[[rules.required]]\nid='s'\n[[rules]]\nid='s'\nregex='s'\n"}.load
	_, warnings := mustParse(t, "[extend]\npath='b.toml'\ndisabledRules=['s']\n", ParseOptions{Load: load})
	want := []string{`b.toml:1: rule "r": requires rule "s", which is disabled: the rule never matches`}
	if diff := cmp.Diff(want, warnings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestParseTargetsInExtension(t *testing.T) {
	load := files{"b.toml": rule1 + "[[allowlists]]\ntargetRules=['r']\npaths=['p']\n"}.load
	rs, warnings := mustParse(t, "[extend]\npath='b.toml'\n", ParseOptions{Load: load})
	if len(rs.Rules[0].Allowlists)+len(rs.Allowlists) != 0 {
		t.Errorf("the allowlist counts: %+v", rs)
	}
	want := []string{`b.toml:4: an allowlist with targetRules in an extended file has no effect in gitleaks; move it to the file that extends`}
	if diff := cmp.Diff(want, warnings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
