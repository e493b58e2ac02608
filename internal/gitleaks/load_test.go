package gitleaks

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey.example/rekey/detectors"
)

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func ruleText(id string) string { return "[[rules]]\nid = '" + id + "'\nregex = 'a'\n" }

// TestLoadPrecedence goes down gitleaks' list.
func TestLoadPrecedence(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, id := range []string{"explicit", "variable", "project"} {
		write(t, id, ruleText(id))
	}
	env := Env{Config: "variable", ConfigTOML: ruleText("text")}
	for _, c := range []struct {
		explicit          string
		env               Env
		project           string
		rule, source, pth string
	}{
		{"explicit", env, "project", "explicit", "explicit", "explicit"},
		{"", env, "project", "variable", "variable", "variable"},
		{"", Env{ConfigTOML: env.ConfigTOML}, "project", "text", "$GITLEAKS_CONFIG_TOML", ""},
		{"", Env{}, "project", "project", "project", "project"},
		{"", Env{}, "", "1password-secret-key", "gitleaks v8.30.1", ""},
	} {
		got, err := Load(c.explicit, c.env, c.project)
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if id := got.Ruleset.Rules[0].ID; id != c.rule || got.Source != c.source || got.Path != c.pth {
			t.Errorf("Load(%q, %+v, %q) gave rule %q, source %q, path %q", c.explicit, c.env, c.project, id, got.Source, got.Path)
		}
		if got.Ruleset.Quirks != Quirks() {
			t.Errorf("%+v: quirks %+v", c, got.Ruleset.Quirks)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, "bad.toml", "[[rules]]\nid = 'r'\nregex = '('\n")
	write(t, "extends.toml", "[extend]\npath = 'gone.toml'\n")
	write(t, "large.toml", strings.Repeat("#\n", maxConfig/2+1))
	for _, c := range []struct {
		name, explicit, project string
		env                     Env
		want                    string
	}{
		{name: "missing", explicit: "gone.toml", want: "can't read the gitleaks configuration gone.toml: no such file or directory; correct the path"},
		{name: "variable", env: Env{Config: "gone.toml"}, want: "can't read the gitleaks configuration gone.toml (named by GITLEAKS_CONFIG): no such file or directory; correct the variable, or unset it"},
		{name: "folder", project: "folder", want: "can't read the gitleaks configuration folder: it is a folder; make it readable, or move it away to use the built-in rules"},
		{name: "large", explicit: "large.toml", want: "can't read the gitleaks configuration large.toml: it has 4194306 bytes, more than the 4194304 that a configuration may have; correct the path"},
		{name: "faulty", explicit: "./bad.toml", want: "bad.toml:3: rule \"r\": regex doesn't compile: missing closing ): `(`"},
		{name: "extended", explicit: "extends.toml", want: `extends.toml:2: can't read extend.path "gone.toml", which is taken relative to the current directory: no such file or directory`},
	} {
		_, err := Load(c.explicit, c.env, c.project)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.want)
		}
	}
}

// TestLoadTextIsNotRepeated: the variable may hold anything.
func TestLoadTextIsNotRepeated(t *testing.T) {
	const canary = "do-not-repeat-me"
	for _, text := range []string{
		"title = " + canary, "# x\n" + canary, "title = '" + canary, "\"" + canary + "\" = [", canary + " = 1\n" + canary + " = 2\n",
	} {
		_, err := Load("", Env{ConfigTOML: text}, "")
		var pe *detectors.ParseError
		if !errors.As(err, &pe) {
			t.Errorf("%q: %v", text, err)
		} else if strings.Contains(err.Error(), canary) && !strings.HasPrefix(text, canary) {
			t.Errorf("%q: the error repeats it: %v", text, err)
		}
	}
}

// TestLoadOneName: a file has one name, however it is spelled, so that a cycle
// is seen at once.
func TestLoadOneName(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	write(t, "a.toml", "[extend]\npath = '"+filepath.Join(wd, "x", "..", "a.toml")+"'\n")
	_, err = Load("./a.toml", Env{}, "")
	if want := "a.toml:2: extend.path makes a cycle: a.toml extends a.toml; break it"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if got := displayName(filepath.Dir(wd)); got != filepath.Dir(wd) {
		t.Errorf("displayName of the parent is %q", got)
	}
}

// TestLoadExtends the default, with an override and a table of ours.
func TestLoadExtends(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, ".gitleaks.toml", `
[extend]
useDefault = true
disabledRules = ["generic-api-key", "gone"]
[[rules]]
id = "aws-access-token"
tags = ["own"]
[rules.rekey]
opens = "the account"
`)
	c, err := Load("", Env{}, ".gitleaks.toml")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Ruleset.Rules); n != 221 {
		t.Errorf("%d rules", n)
	}
	for _, r := range c.Ruleset.Rules {
		if r.ID == "aws-access-token" {
			if diff := cmp.Diff(detectors.Extra{Opens: "the account"}, r.Rekey); diff != "" || len(r.Tags) != 1 {
				t.Errorf("%+v", r)
			}
		}
	}
	if len(c.Warnings) != 1 || c.Warnings[0].Line != 4 {
		t.Errorf("warnings %v", c.Warnings)
	}
}
