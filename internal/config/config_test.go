package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// sample gives, for a setting's type, two texts that differ from each other
// and from every default.
func sample(t *testing.T, s Setting) [2]string {
	t.Helper()
	switch v := s.bind(Default()).(type) {
	case *pathValue:
		return [2]string{"/a/one", "/a/two"}
	case *listValue:
		return [2]string{"one=1", "two=2"}
	case *sizeValue:
		return [2]string{"33MiB", "77MiB"}
	case *countValue:
		return [2]string{"41", "42"}
	case *boolValue:
		return [2]string{"true", "true"}
	case *durationValue:
		return [2]string{"7s", "9m"}
	case *enumValue:
		return [2]string{v.words[1], v.words[len(v.words)-1]}
	}
	t.Fatalf("%s: a value of type %T has no sample", s.Key, s.bind(Default()))
	return [2]string{}
}

// asYAML is a document that sets one key.
func asYAML(s Setting, text string) string {
	c := &Config{}
	v := s.bind(c)
	if err := v.Set(text); err != nil {
		return err.Error()
	}
	parts := strings.Split(s.Key, ".")
	var b strings.Builder
	for i, part := range parts[:len(parts)-1] {
		b.WriteString(indent(i) + part + ":\n")
	}
	writeYAML(&b, v, parts[len(parts)-1], len(parts)-1, "")
	return b.String()
}

func TestPrecedence(t *testing.T) {
	for _, s := range Settings() {
		t.Run(s.Key, func(t *testing.T) {
			dir := t.TempDir()
			samples := sample(t, s)
			file := filepath.Join(dir, ProjectFile)
			line := strings.Count(s.Key, ".") + 1
			if _, ok := s.bind(Default()).(*listValue); ok {
				line++ // the origin of a list is its first item's line
			}
			check := func(o Options, text string, want Origin) {
				t.Helper()
				o.Dir = dir
				c, err := Load(o)
				if err != nil {
					t.Fatal(err)
				}
				if got := s.Text(c); got != text {
					t.Errorf("value %q, want %q", got, text)
				}
				if diff := cmp.Diff(want, c.Origin(s.Key)); diff != "" {
					t.Errorf("origin (-want +got):\n%s", diff)
				}
				for _, other := range Settings() {
					if other.Key != s.Key && c.Origin(other.Key).Kind != FromDefault {
						t.Errorf("%s was set too", other.Key)
					}
				}
			}
			env := []string{s.Env() + "=" + samples[1]}
			flag := []Flag{{Key: s.Key, Name: "--x", Texts: []string{samples[0]}}}

			check(Options{}, s.Text(Default()), Origin{})
			check(Options{Env: env}, samples[1], Origin{Kind: FromEnv, Name: s.Env()})
			write(t, file, asYAML(s, samples[0]))
			check(Options{}, samples[0], Origin{Kind: FromFile, Name: file, Line: line})
			check(Options{Env: []string{s.Env() + "="}}, samples[0], Origin{Kind: FromFile, Name: file, Line: line})
			check(Options{Env: env}, samples[1], Origin{Kind: FromEnv, Name: s.Env()})
			check(Options{Env: env, Flags: flag}, samples[0], Origin{Kind: FromFlag, Name: "--x"})
			check(Options{NoProject: true}, s.Text(Default()), Origin{})
		})
	}
}

// TestEveryFieldIsASetting keeps the table and the struct together: a field
// that no row binds could never be set.
func TestEveryFieldIsASetting(t *testing.T) {
	c := &Config{}
	bound := map[uintptr]string{}
	for _, s := range Settings() {
		v := reflect.ValueOf(s.bind(c)).Elem().FieldByName("p")
		if other, dup := bound[v.Pointer()]; dup {
			t.Errorf("%s and %s bind the same field", s.Key, other)
		}
		bound[v.Pointer()] = s.Key
	}
	var walk func(v reflect.Value, name string)
	walk = func(v reflect.Value, name string) {
		if v.Kind() == reflect.Struct {
			for i := range v.NumField() {
				walk(v.Field(i), name+"."+v.Type().Field(i).Name)
			}
			return
		}
		if bound[v.Addr().Pointer()] == "" {
			t.Errorf("no setting binds Config%s", name)
		}
	}
	e := reflect.ValueOf(c).Elem()
	for _, section := range []string{"Scan", "Output", "Log", "FingerprintKeyFile"} {
		walk(e.FieldByName(section), "."+section)
	}
}

func TestDefaultsAreValid(t *testing.T) {
	c := Default()
	for _, s := range Settings() {
		if err := s.bind(&Config{}).Set(s.Text(c)); err != nil {
			t.Errorf("%s: its default is refused: %v", s.Key, err)
		}
		if strings.HasSuffix(s.Doc, ".") || s.Doc == "" {
			t.Errorf("%s: its doc must be one sentence without a full stop: %q", s.Key, s.Doc)
		}
	}
}

func TestRelativePathsFollowTheFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "etc", "c.yaml"), "scan:\n  baseline: known.json\n  rules: gitleaks\nfingerprint_key_file: /abs/key\n")
	c, err := Load(Options{File: filepath.Join(dir, "etc", "c.yaml"), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{c.Scan.Baseline, c.Scan.Rules, c.FingerprintKeyFile}
	if diff := cmp.Diff([]string{filepath.Join(dir, "etc", "known.json"), "gitleaks", "/abs/key"}, got); diff != "" {
		t.Error(diff)
	}
	c, err = Load(Options{Env: []string{"REKEY_SCAN_BASELINE=known.json"}})
	if err != nil || c.Scan.Baseline != "known.json" {
		t.Errorf("from the environment: %q, %v; want it as it stands", c.Scan.Baseline, err)
	}
}

func TestListsReplace(t *testing.T) {
	c, err := Load(Options{
		Env: []string{"REKEY_SCAN_EXCLUDE=a/**\n  b,c \n", "REKEY_SCAN_ENABLE_RULES=x, y,"},
		Flags: []Flag{
			{Key: "scan.disable_rules", Name: "--disable-rule", Texts: []string{"p,q", "r"}},
			{Key: "scan.enable_rules", Name: "--enable-rule", Texts: []string{""}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Scan{
		Exclude:      []string{"a/**", "b,c"},
		DisableRules: []string{"p", "q", "r"},
	}, Scan{Exclude: c.Scan.Exclude, DisableRules: c.Scan.DisableRules, EnableRules: c.Scan.EnableRules}); diff != "" {
		t.Error(diff)
	}
}

func TestFlagValue(t *testing.T) {
	s, _ := Lookup("scan.enable_rules")
	f := s.Flag()
	for _, text := range []string{"a", "b,c"} {
		if err := f.Set(text); err != nil {
			t.Fatal(err)
		}
	}
	if f.String() != "a,b,c" || !cmp.Equal(f.Texts, []string{"a", "b,c"}) {
		t.Errorf("got %q from %q", f.String(), f.Texts)
	}
	s, _ = Lookup("scan.archive.timeout")
	f = s.Flag()
	if err := f.Set("90"); err == nil || f.Texts != nil {
		t.Errorf("a bare 90 gave %v and kept %q", err, f.Texts)
	}
	if f.String() != "10m" {
		t.Errorf("the default shows as %q, want 10m", f.String())
	}
	for key, want := range map[string]bool{"scan.respect_gitignore": true, "scan.format": false} {
		s, _ := Lookup(key)
		if got := s.Flag().IsBool(); got != want {
			t.Errorf("%s: IsBool %v", key, got)
		}
		if got := s.Flag().Choices() == nil; got != want {
			t.Errorf("%s: Choices nil: %v", key, got)
		}
	}
}

func TestUnknownFlagKey(t *testing.T) {
	if _, err := Load(Options{Flags: []Flag{{Key: "scan.nope", Name: "--nope"}}}); err == nil {
		t.Error("a flag for no setting was taken")
	}
}

// TestYAMLReadsBack is the contract of YAML: what it writes, Load reads to
// the same configuration.
func TestYAMLReadsBack(t *testing.T) {
	text := rapid.StringMatching(`[a-zA-Z0-9 #:'"{}\[\]\\,*&!|>%@./äβ-]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		c := Default()
		c.Scan.Rules = rapid.OneOf(rapid.Just("builtin"), rapid.Map(text, func(s string) string { return "/" + s })).Draw(t, "rules")
		c.Scan.Exclude = rapid.SliceOfN(rapid.Map(text, func(s string) string { return "x" + s }), 0, 3).Draw(t, "exclude")
		c.Scan.MaxFileSize = Size(rapid.Int64Min(0).Draw(t, "size"))
		c.Scan.RespectGitignore = rapid.Bool().Draw(t, "bool")
		c.Scan.Archive.Timeout = time.Duration(rapid.Int64Range(1, 1<<60).Draw(t, "timeout"))
		written := c.YAML(rapid.Bool().Draw(t, "origins"))
		back := Default()
		back.origins = map[string]Origin{}
		if errs := back.apply("/x.yaml", []byte(written)); errs != nil {
			t.Fatalf("%v in\n%s", errs, written)
		}
		diff := cmp.Diff(c, back, cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty())
		if diff != "" {
			t.Fatalf("(-written +read)\n%s\n%s", diff, written)
		}
	})
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
