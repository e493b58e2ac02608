package config

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"comment", "# nothing\n", ""},
		{"null", "---\n", ""},
		{"a section of comments is a mistake", "scan:\n  # rules: x\n", "f:1:1: scan has no value: give it one, or take the key out"},
		{"good", "scan:\n  workers: 4\n  exclude: [a, 'b,c']\n  archive: {depth: 2, timeout: 5m}\nlog: {level: debug}\n", ""},
		{"unknown key", "scam:\n  workers: 4\n", `f:1:1: unknown key "scam"; did you mean scan?`},
		{"unknown below", "scan:\n  max_filesize: 4\n", `f:2:3: unknown key "max_filesize"; did you mean max_file_size?`},
		{"wrong section", "workers: 4\n", `f:1:1: unknown key "workers"; it belongs in the section scan`},
		{"unknown far", "scan:\n  zzzzzzzz: 4\n", "f:2:3: unknown key \"zzzzzzzz\"; `rekey config schema` lists the keys"},
		{"dotted key", "scan.workers: 4\n", `f:1:1: unknown key "scan.workers"; ` + "`rekey config schema` lists the keys"},
		{"twice", "log:\n  level: info\n  level: info\n", `f:3:3: the key "level" is given twice: first in line 2`},
		{"section twice", "log: {}\nscan: {}\nlog: {}\n", `f:3:1: the key "log" is given twice: first in line 1`},
		{"two documents", "log: {}\n---\nscan: {}\n", "f:2: a second document begins here; the configuration is one document"},
		{"not a mapping", "- scan\n", `f:1:1: the configuration must be a mapping, such as "scan:" with indented keys below it`},
		{"section as text", "scan: builtin\n", "f:1:7: scan is a section: its keys go below it, indented"},
		{"number as text", "scan:\n  workers: \"4\"\n", "f:2:12: scan.workers must be a whole number"},
		{"text as number", "scan:\n  rules: 12\n", "f:2:10: scan.rules must be text"},
		{"yes is not true", "scan:\n  respect_gitignore: yes\n", "f:2:22: scan.respect_gitignore must be true or false"},
		{"octal", "scan:\n  workers: 010\n", `f:2:12: scan.workers: "010" is not a whole number from 0 to 1024`},
		{"negative", "scan:\n  workers: -1\n", `f:2:12: scan.workers: "-1" is not a whole number from 0 to 1024`},
		{"too many", "scan:\n  exit_code: 256\n", "f:2:14: scan.exit_code: 256 is out of range: it must be from 0 to 255"},
		{"scalar for list", "scan:\n  exclude: vendor\n", "f:2:12: scan.exclude must be a list"},
		{"list for scalar", "scan:\n  rules: [a]\n", "f:2:10: scan.rules must be text"},
		{"mapping for scalar", "scan:\n  rules: {a: b}\n", "f:2:10: scan.rules must be text"},
		{"number in list", "scan:\n  exclude:\n    - a\n    - 7\n", "f:4:7: an item of scan.exclude must be text; put it in quotes if it is"},
		{"empty in list", "scan:\n  exclude: ['']\n", "f:2:13: an item of scan.exclude is empty"},
		{"reason missing", "scan:\n  allow_unread: ['*.iso']\n", `f:2:18: scan.allow_unread: "*.iso" is not of the form GLOB=REASON`},
		{"choice", "scan:\n  format: jason\n", `f:2:11: scan.format: "jason" is none of text, json, jsonl, sarif, gitleaks; did you mean json?`},
		{"size", "scan:\n  max_file_size: 10M\n", `f:2:18: scan.max_file_size: the unit of "10M" could be read in two ways: say 10MiB (1048576 bytes each) or 10MB (1000000 bytes each)`},
		{"small", "scan:\n  max_memory: 1MiB\n", "f:2:15: scan.max_memory: 1MiB is too small: the least is 16MiB"},
		{"duration", "scan:\n  archive:\n    timeout: 90\n", "f:3:14: scan.archive.timeout must be a duration such as 90s"},
		{"alias", "log: &l {level: info}\noutput: *l\n", "f:1:6: log uses an anchor or an alias: write the value itself\nf:2:9: output uses an anchor or an alias: write the value itself"},
		{"merge", "log:\n  <<: {level: info}\n", "f:2:3: unknown key \"<<\"; `rekey config schema` lists the keys"},
		{"complex key", "? [a]\n: b\n", "f:1:3: a key must be a word"},
		{"own tag", "scan:\n  workers: !x 4\n", "f:2:12: scan.workers must be a whole number"},
		{"syntax", "scan: [\n", "f:2:1: it isn't YAML: did not find expected node content"},
		{"tab", "scan:\n\tworkers: 4\n", "f:2:1: it isn't YAML: found character that cannot start any token"},
		{"all at once", "scam: 1\nlog:\n  level: loud\n  level: info\n", "f:1:1: unknown key \"scam\"; did you mean scan?\nf:3:10: log.level: \"loud\" is none of debug, info, warn, error\nf:4:3: the key \"level\" is given twice: first in line 3"},
		{"deep", strings.Repeat("[", 20000), "f:1:10001: it isn't YAML: exceeded max depth of 10000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if errs := Check("f", []byte(c.text)); errs != nil {
				got = errs.Error()
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestEnvironmentMistakes(t *testing.T) {
	_, err := Load(Options{Env: []string{"REKEY_SCAN_WORKERS=many", "REKEY_LOG_LEVEL=wran"}})
	want := "REKEY_SCAN_WORKERS: \"many\" is not a whole number from 0 to 1024\n" +
		"REKEY_LOG_LEVEL: \"wran\" is none of debug, info, warn, error; did you mean warn?"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	c, err := Load(Options{Env: []string{"REKEY_SCAN_WORKER=4", "REKEY_TEST_INSTALL=1", "REKEY_CONFIGURATION_OF_OTHERS=x", "HOME=relative"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Warnings.Error(); got != "REKEY_SCAN_WORKER: this environment variable is no setting and is not read; did you mean REKEY_SCAN_WORKERS?" {
		t.Errorf("warnings: %s", got)
	}
}

func TestLocate(t *testing.T) {
	dir := t.TempDir()
	p := func(name string) string { return filepath.Join(dir, name) }
	system, xdg, home, project, named := p("etc/config.yaml"), p("xdg/rekey/config.yaml"), p("home/.config/rekey/config.yaml"), p("cwd/rekey.yaml"), p("named.yaml")
	env := []string{"HOME=" + p("home")}
	xdgEnv := append([]string{"XDG_CONFIG_HOME=" + p("xdg")}, env...)
	o := Options{Dir: p("cwd"), System: system, Env: env}
	check := func(o Options, want string, project bool) {
		t.Helper()
		c, err := Load(o)
		if err != nil {
			t.Fatal(err)
		}
		if c.File != want || c.Project != project {
			t.Errorf("read %q (project: %v), want %q", c.File, c.Project, want)
		}
	}
	// Each file, once written, goes before all those written earlier.
	check(o, "", false)
	write(t, system, "")
	check(o, system, false)
	write(t, home, "")
	check(o, home, false)
	o.Env = append([]string{"XDG_CONFIG_HOME=relative"}, env...)
	check(o, home, false)
	write(t, xdg, "")
	o.Env = xdgEnv
	check(o, xdg, false)
	write(t, project, "")
	check(o, project, true)
	o.NoProject = true
	check(o, xdg, false)
	o.NoProject = false
	write(t, named, "")
	o.Env = append(o.Env, "REKEY_CONFIG="+named)
	check(o, named, false)
	o.File = home
	check(o, home, false)
}

// FuzzCheck: no text makes the reader panic, and a text without mistakes gives
// a configuration that can be written and read again.
func FuzzCheck(f *testing.F) {
	f.Add([]byte("scan:\n  workers: 4\n  exclude: [a]\n  archive: {depth: 2, timeout: 5m}\n"))
	f.Add([]byte("log: &a {level: info}\noutput: *a\n"))
	f.Add([]byte("? [a]\n: b\n---\n"))
	f.Add([]byte("scan:\n  max_file_size: 1.5 GiB\n  rules: \"\\u0041\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c := Default()
		c.origins = map[string]Origin{}
		if errs := c.apply("/f", text); errs != nil {
			if strings.ContainsFunc(errs.Error(), func(r rune) bool { return r < ' ' && r != '\n' }) {
				t.Errorf("control characters in %q", errs.Error())
			}
			return
		}
		if errs := Check("/f", []byte(c.YAML(true))); errs != nil {
			t.Errorf("%v in\n%s\nwritten from %q", errs, c.YAML(true), text)
		}
	})
}
