package internal_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// A pattern names packages by their path below the module, "." being the
// module itself, or foreign ones by import path. A trailing /... takes in all
// packages below, and the package itself.
type pattern string

// matches says whether the package named path is meant.
func (p pattern) matches(path string) bool {
	if below, ok := strings.CutSuffix(string(p), "/..."); ok {
		return path == below || strings.HasPrefix(path, below+"/")
	}
	return path == string(p)
}

// patterns match what any one of them does.
type patterns []pattern

func (ps patterns) match(path string) bool {
	return slices.ContainsFunc(ps, func(p pattern) bool { return p.matches(path) })
}

// A ban is one prohibition of direct imports.
type ban struct {
	// of may not be imported, by the packages that by matches and except
	// doesn't. A by of nil is everybody.
	of         patterns
	by, except patterns
	// tests says that the ban holds for test files too.
	tests  bool
	reason string
}

// bans are the directions that imports may not take.
func bans() []ban {
	return []ban{
		{
			of: patterns{"rotation/..."}, by: patterns{"detectors/..."}, tests: true,
			reason: "a stranger can use the detectors without the rotation",
		},
		{
			of: patterns{"detectors/..."}, by: patterns{"rotation/..."}, tests: true,
			reason: "a stranger can use the rotation without the detectors",
		},
		{
			of: patterns{"os", "os/exec", "net", "net/http"}, by: patterns{"detectors/...", "rotation/..."},
			reason: "bytes in, matches out; the rotation reaches the world through its interfaces: both can be tested at every step, and neither can leak",
		},
		{
			of: patterns{"internal/secret", "rotation", "internal/rotation"},
			by: patterns{"internal/finding", "internal/register", "internal/journal", "internal/offboard"},
			// rotation.Secret is what internal/secret aliases; records are in rotation/record.
			reason: "what is written or shown can't hold a secret, by type",
		},
		{
			of: patterns{"rotation"}, by: patterns{"internal/report"},
			reason: "report knows of secrets only secret.Revealed",
		},
		{
			of: patterns{"github.com/spf13/cobra/...", "github.com/spf13/pflag/..."}, except: patterns{"internal/cli"}, tests: true,
			reason: "a verb is a thin layer over a package that can be used without a command line",
		},
		{
			of: patterns{"github.com/hashicorp/vault/..."}, except: patterns{"internal/store/vault", "internal/driver/vaultkv", "internal/driver/vault/...", "internal/testbed/vault/..."}, tests: true,
			reason: "one place to change when Vault's client does, and users of other stores don't link it",
		},
		{
			of: patterns{"github.com/zricethezav/gitleaks/v8/..."}, except: patterns{"internal/gitleaks/..."}, tests: true,
			reason: "gitleaks keeps global state and panics on bad input: one package stands between",
		},
		{
			of: patterns{
				"github.com/zricethezav/gitleaks/v8/detect/...", "github.com/zricethezav/gitleaks/v8/sources/...",
				"github.com/zricethezav/gitleaks/v8/report/...", "github.com/zricethezav/gitleaks/v8/cmd/...",
			},
			reason: "gitleaks' engine is the oracle of tests, never a part of the program",
		},
		{
			of: patterns{"net/http/..."},
			except: patterns{
				"internal/source/...", "internal/verify/...", "internal/store/...", "internal/driver/...", "internal/consumer/...",
				"internal/notify/...", "internal/fleet/...", "internal/testbed/...", "internal/httpserve/...",
			},
			reason: "who reads this list knows every package that can speak to the network in HTTP",
		},
		{
			of: patterns{"os/exec"},
			by: patterns{
				"internal/scan/...", "internal/source/...", "internal/gitobj/...", "internal/gitleaks/...", "internal/decode/...",
				"internal/prefilter/...", "internal/lazydfa/...", "internal/report/...", "internal/finding/...", "internal/config/...",
			},
			reason: "a hostile repository runs nothing: no git, no filter, no hook of the target",
		},
		{
			of: patterns{"internal/register", "internal/journal"}, by: patterns{"internal/driver/..."},
			reason: "a driver is one system, made from its kind and a YAML node; cli has the table",
		},
		{
			of: patterns{"detectors/..."}, by: patterns{"internal/register"},
			reason: "the register takes a function that says what looks like a secret",
		},
		{
			of: patterns{"internal/plan"}, except: patterns{"internal/offboard", "internal/cli"},
			reason: "plan is the bridge from register to rotation: offboarding and the rotate verb cross it, nobody else",
		},
		{
			of: patterns{"internal/cli"}, except: patterns{"cmd/rekey"}, tests: true,
			reason: "cli wires the parts together, so no part may need it",
		},
		{
			of: patterns{"internal/testbed/..."}, except: patterns{"internal/testbed/..."},
			reason: "the test bed starts real servers, for tests only",
		},
		{
			of: patterns{"log"}, tests: true,
			reason: "package log is a global logger; a *slog.Logger is passed to who logs",
		},
		{
			of: patterns{"unsafe", "C"}, except: patterns{"internal/prefilter/...", "internal/decode/..."},
			reason: "CGO_ENABLED=0 builds everything, and only the byte kernels may leave memory safety",
		},
		{
			of:     patterns{"math/rand", "encoding/gob", "github.com/spf13/viper/...", "github.com/rs/zerolog/..."},
			reason: "math/rand/v2 replaces the first; gob and viper guess at types and keys; slog is the log",
		},
	}
}

// A couple is a pair of packages that few may import together.
type couple struct {
	one, two pattern
	except   patterns
	reason   string
}

// couples are the pairs.
func couples() []couple {
	return []couple{
		{
			"detectors", "internal/finding",
			patterns{"internal/scan/...", "internal/gitleaks/...", "internal/cli"},
			"where both are known a match becomes a finding, and its secret must be left behind: few places, all watched",
		},
		{
			"internal/register", "rotation",
			patterns{"internal/plan", "internal/cli"},
			"plan is the bridge from register to rotation",
		},
	}
}

// brokenBans lists the imports that a ban forbids.
func brokenBans(m *module) (faults []string) {
	for _, f := range m.files {
		for path := range f.imports() {
			path = m.short(path)
			for _, b := range bans() {
				if !b.of.match(path) || b.except.match(f.pkg) || b.by != nil && !b.by.match(f.pkg) || f.test && !b.tests {
					continue
				}
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", f.name, path, b.reason))
			}
		}
	}
	return faults
}

// brokenCouples lists the packages that import both of a couple.
func brokenCouples(m *module) (faults []string) {
	imports := map[string]map[string]bool{}
	for _, f := range m.files {
		if f.test {
			continue
		}
		if imports[f.pkg] == nil {
			imports[f.pkg] = map[string]bool{}
		}
		for path := range f.imports() {
			imports[f.pkg][m.short(path)] = true
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		for _, c := range couples() {
			if imports[pkg][string(c.one)] && imports[pkg][string(c.two)] && !c.except.match(pkg) {
				faults = append(faults, fmt.Sprintf("%s imports both %s and %s: %s", pkg, c.one, c.two, c.reason))
			}
		}
	}
	return faults
}

// A callBan is a function or variable of another package that may not be named.
type callBan struct {
	path       string   // as in a pattern
	names      []string // in it; nil is every name but those in only
	only       []string
	by, except patterns
	tests      bool
	reason     string
}

// callBans are the names that may not be used.
func callBans() []callBan {
	return []callBan{
		{
			path: "time", names: []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep"},
			by:     patterns{"detectors/...", "rotation/..."},
			reason: "pure: what the clock says comes in as an argument or through an interface, so that tests own it",
		},
		{
			path: "internal/secret", only: []string{"Revealed", "Reveal", "New"},
			by:     patterns{"internal/report"},
			reason: "report knows secrets only as secret.Revealed, which a person asked to see; what it reads back from a saved document is one at once",
		},
		{
			path: "log/slog", names: []string{"Default", "SetDefault", "SetLogLoggerLevel", "Debug", "Info", "Warn", "Error", "Log", "LogAttrs", "With", "DebugContext", "InfoContext", "WarnContext", "ErrorContext"},
			tests:  true,
			reason: "these use the global logger; a *slog.Logger is passed to who logs",
		},
		{
			path: "os", names: []string{"Exit"}, except: patterns{"cmd/rekey"},
			reason: "only main ends the process, so that every deferred function runs",
		},
		{
			path: "os", names: []string{"Getenv", "LookupEnv", "Environ", "Setenv", "Unsetenv"},
			except: patterns{"internal/cli", "internal/testbed/..."},
			reason: "the environment is an input: cli reads it once and hands it on",
		},
	}
}

// brokenCalls lists the uses of names that a ban forbids.
func brokenCalls(m *module) (faults []string) {
	for _, f := range m.files {
		for _, b := range callBans() {
			if f.test && !b.tests || b.except.match(f.pkg) || b.by != nil && !b.by.match(f.pkg) || f.generator {
				continue
			}
			for use, pos := range f.uses(b.path) {
				if slices.Contains(b.names, use) || b.names == nil && !slices.Contains(b.only, use) {
					faults = append(faults, fmt.Sprintf("%s uses %s.%s: %s", m.at(pos), b.path, use, b.reason))
				}
			}
		}
	}
	return faults
}

// checks are all the rules of the house, with the variables that may change.
func checks(allowed map[string]string) map[string]func(*module) []string {
	return map[string]func(*module) []string{
		"imports":          brokenBans,
		"imports together": brokenCouples,
		"calls":            brokenCalls,
		"state":            func(m *module) []string { return packageState(m, allowed) },
		"package comments": packageComments,
		"names":            badNames,
		"generated files":  misnamedGenerated,
		"map":              mapFaults,
		"top":              topFaults,
		"module path":      strayModulePaths,
	}
}

// TestHouse holds the module to the rules.
func TestHouse(t *testing.T) {
	m := load(t, "..")
	if len(m.files) < 20 {
		t.Fatalf("only %d Go files were found: the walk is broken", len(m.files))
	}
	for name, check := range checks(allowedVars()) {
		t.Run(name, func(t *testing.T) {
			for _, fault := range check(m) {
				t.Error(fault)
			}
		})
	}
}

// TestRulesBite: a module that breaks each rule is caught at it, and at
// nothing else.
func TestRulesBite(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/house.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	want := map[string]string{}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "faults/"); ok {
			want[strings.ReplaceAll(name, "-", " ")] = string(f.Data)
			continue
		}
		target := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m := load(t, dir)
	for name, check := range checks(nil) {
		t.Run(name, func(t *testing.T) {
			var got strings.Builder
			for _, fault := range check(m) {
				// The reason follows the first colon and space.
				what, _, _ := strings.Cut(fault, ": ")
				got.WriteString(what + "\n")
			}
			if diff := cmp.Diff(want[name], got.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestPatterns keeps the matching itself honest.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		p    pattern
		path string
		want bool
	}{
		{"os", "os", true},
		{"os", "os/exec", false},
		{"detectors/...", "detectors", true},
		{"detectors/...", "detectors/rules", true},
		{"detectors/...", "detectorstest", false},
	} {
		if got := c.p.matches(c.path); got != c.want {
			t.Errorf("%s matches %s: %v", c.p, c.path, got)
		}
	}
}
