package detectors

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"testing"
)

// TestParseHostile has texts that are deep or long rather than wrong.
func TestParseHostile(t *testing.T) {
	const n = 100_000
	for name, text := range map[string]string{
		"arrays":       "a = " + strings.Repeat("[", n) + strings.Repeat("]", n),
		"dotted key":   strings.Repeat("a.", n) + "a = 1",
		"dotted table": "[" + strings.Repeat("a.", n) + "a]\nx = 1",
		"inline":       "a = " + strings.Repeat("{a=", n) + "1" + strings.Repeat("}", n),
		"rules":        strings.Repeat("[[rules]]\n", n/10),
		"known path":   "[[rules]]\nid='r'\nregex='a'\n[rules." + strings.Repeat("allowlists.", 1000) + "x]\ny=1",
		"groups":       "[[rules]]\nid='r'\nregex='" + strings.Repeat("(", n) + "'",
		"long key":     "[" + strings.Repeat("K", n) + "]\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := Parse("a.toml", []byte(text), ParseOptions{OwnTable: true}); err != nil && len(err.Error()) > 2000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "\n", rule1, rule1 + "[rules.allowlist]\npaths=['x']\n[rules.rekey]\nseverity='low'\n",
		"[extend]\npath='a'\n", "[extend]\nuseDefault=true\ndisabledRules='r'\n" + rule1,
		"[[allowlists]]\ntargetRules=['r']\nregexes=['\\Qx','y']\n" + rule1,
		"rules=[{id='r',regex='a',required={id='r',withinLines='3'}}]\n",
		"\"allowlist.paths\"=['x']\n'ruleſ'=''\n", "title=2020-01-01T00:00:00Z\n", "minVersion=8.25\n",
		"a=[[{b=[{c.d=1}]}]]\n[a.b]\n", "[[a]]\n[[a.b]]\n[a.b.c]\nx=1\n[[a.b]]\n", "x='''\n\n'''\ny=\"\"\"\\\n\n z\"\"\"\n",
	} {
		f.Add(s, uint8(0))
		f.Add(s, uint8(7))
	}
	f.Fuzz(func(t *testing.T, text string, how uint8) {
		opts := ParseOptions{Strict: how&1 != 0, OwnTable: how&2 != 0}
		if how&4 != 0 {
			depth := 0
			opts.Load = func(path string) (string, []byte, error) {
				depth++
				return fmt.Sprint(path, depth), []byte(text), nil
			}
			opts.Default = func() *Ruleset { return &Ruleset{Rules: []Rule{{ID: "r", Regex: "a"}}} }
		}
		rs, warnings, err := Parse("f", []byte(text), opts)
		lines := 1 + strings.Count(text, "\n")
		for _, w := range warnings {
			if w.Line < 1 || w.Line > lines || w.Msg == "" {
				t.Errorf("warning %+v in %d lines", w, lines)
			}
		}
		if err != nil {
			var pe *ParseError
			if rs != nil || !errors.As(err, &pe) || pe.Line < 0 || pe.Line > lines || pe.Msg == "" {
				t.Errorf("error %+v with %v in %d lines", err, rs, lines)
			}
			return
		}
		for _, r := range rs.Rules {
			if strings.TrimSpace(r.ID) == "" || r.Regex == "" && r.Path == "" {
				t.Errorf("rule %+v", r)
			}
			if _, err := syntax.Parse(r.Regex, syntax.Perl); err != nil {
				t.Error(err)
			}
		}
	})
}
