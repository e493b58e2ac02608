package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/internal/config"
	"rekey.example/rekey/internal/gitleaks"
	"rekey.example/rekey/internal/report"
	"rekey.example/rekey/internal/source"
	"rekey.example/rekey/internal/source/archive"
	"rekey.example/rekey/internal/suppress"
)

// A catalogue is the rules of a scan with what suppresses their findings.
type catalogue struct {
	// name is builtin, gitleaks or a file's.
	name   string
	set    *detectors.Ruleset
	engine *detectors.Engine
	// compatible says that verdicts are gitleaks' own.
	compatible bool
	// trusted says that what the target says about itself is honoured.
	trusted  bool
	accepted *suppress.Set
	ignore   *gitleaks.Ignore
	baseline *gitleaks.Baseline
	// notes say what was honoured.
	notes []report.Note
}

// gitleaksFile is the configuration that gitleaks reads in a project's root.
const gitleaksFile = ".gitleaks.toml"

// trusts says whether the rules, suppressions and allow comments that come
// with the roots are honoured: those in the current directory are, unless
// --no-repo-config; those of any other target only with --trust-repo-config.
func (a *app) trusts(o *scanOptions, roots []string) bool {
	if a.global.noRepoConfig {
		return false
	}
	if o.trustRepoConfig {
		return true
	}
	for _, r := range roots {
		if r != "-" && (filepath.IsAbs(r) && !a.below(r) || strings.HasPrefix(filepath.Clean(r), "..")) {
			return false
		}
	}
	return true
}

// below says whether an absolute path lies in the current directory.
func (a *app) below(path string) bool {
	dir := a.dir
	if dir == "" {
		var err error
		if dir, err = os.Getwd(); err != nil {
			return false
		}
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// loadRules reads the catalogue that the settings ask for, and compiles it.
func (a *app) loadRules(trusted bool) (*catalogue, error) {
	c := &catalogue{trusted: trusted}
	if err := c.read(a); err != nil {
		return nil, err
	}
	if err := c.choose(a.cfg.Scan); err != nil {
		return nil, err
	}
	var err error
	if c.engine, err = detectors.New(c.set, detectors.Options{DecodeDepth: a.cfg.Scan.DecodeDepth}); err != nil {
		return nil, usageError(err, "correct the rule")
	}
	return c, c.suppressions(a)
}

// read reads the rules.
func (c *catalogue) read(a *app) error {
	env := gitleaks.Env{Config: lookup(a.environ, "GITLEAKS_CONFIG"), ConfigTOML: lookup(a.environ, "GITLEAKS_CONFIG_TOML")}
	c.name = a.cfg.Scan.Rules
	chosen := a.cfg.Origin("scan.rules").Kind != config.FromDefault
	project := ""
	if c.trusted && exists(a.path(gitleaksFile)) {
		project = a.path(gitleaksFile)
	}
	explicit := ""
	switch {
	case c.name == "gitleaks":
		c.set, c.compatible = gitleaks.Builtin(true), true
		return nil
	case c.name == "builtin" && (chosen || env == gitleaks.Env{} && project == ""):
		c.set = gitleaks.Builtin(false)
		for i := range c.set.Allowlists {
			c.set.Allowlists[i].Paths = nil // what hides whole paths hides secrets
		}
		return nil
	case c.name != "builtin":
		explicit = a.path(c.name)
	}
	g, err := gitleaks.Load(explicit, env, project)
	if err != nil {
		return usageError(err, "")
	}
	for _, w := range g.Warnings {
		a.say.warn(w.String(), "")
	}
	c.set, c.compatible, c.name = g.Ruleset, true, g.Source
	c.note("rules", "rules are those of "+g.Source+", with gitleaks' verdicts")
	return nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func (c *catalogue) note(code, text string) {
	c.notes = append(c.notes, report.Note{Code: code, Text: text})
}

// choose keeps the rules that the settings enable.
func (c *catalogue) choose(s config.Scan) error {
	known := map[string]bool{}
	for _, r := range c.set.Rules {
		known[r.ID] = true
	}
	for _, id := range slices.Concat(s.EnableRules, s.DisableRules) {
		if !known[id] {
			var ids []string
			for _, r := range c.set.Rules {
				ids = append(ids, r.ID)
			}
			hint := "`rekey rules list` names the rules"
			if near := config.Nearest(id, ids); near != "" {
				hint = "did you mean " + near + "?"
			}
			return usageError(fmt.Errorf("no rule is called %q in %s", id, c.name), hint)
		}
	}
	if len(s.EnableRules) == 0 && len(s.DisableRules) == 0 {
		return nil
	}
	c.set.Rules = slices.DeleteFunc(c.set.Rules, func(r detectors.Rule) bool {
		return len(s.EnableRules) > 0 && !slices.Contains(s.EnableRules, r.ID) || slices.Contains(s.DisableRules, r.ID)
	})
	return nil
}

// suppressions reads what covers findings.
func (c *catalogue) suppressions(a *app) error {
	var files []*suppress.File
	if name := a.cfg.Scan.Baseline; name != "" {
		f, err := c.readBaseline(a.path(name), name)
		if err != nil {
			return err
		}
		if f != nil {
			files = append(files, f)
		}
	}
	if c.trusted {
		f, err := readSuppressions(a.path(suppress.DefaultFile), suppress.DefaultFile)
		switch {
		case err == nil:
			files = append(files, f)
			c.note("suppressions", fmt.Sprintf("%d suppressions of %s are honoured", len(f.Entries), f.Name))
		case !errors.Is(err, fs.ErrNotExist):
			return usageError(err, "mend the line, or give --no-repo-config")
		}
		if err := c.readIgnore(a); err != nil {
			return err
		}
	}
	c.accepted = suppress.NewSet(a.now(), files...)
	return nil
}

// readIgnore reads a project's .gitleaksignore.
func (c *catalogue) readIgnore(a *app) error {
	const name = ".gitleaksignore"
	text, err := os.ReadFile(a.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return usageError(fmt.Errorf("reading the ignore file: %w", err), "make it readable, or give --no-repo-config")
	}
	c.ignore = &gitleaks.Ignore{}
	for _, w := range c.ignore.Add(name, text) {
		a.say.warn(w.String(), "")
	}
	c.note("ignore-file", fmt.Sprintf("%d entries of %s are honoured: they cover places, not secrets", c.ignore.Len(), name))
	return nil
}

func readSuppressions(path, name string) (*suppress.File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the suppressions: %w", err)
	}
	return suppress.Parse(name, text)
}

// readBaseline reads --baseline: suppressions, or a gitleaks report.
func (c *catalogue) readBaseline(path, name string) (*suppress.File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usageError(fmt.Errorf("reading the baseline: %w", err), "`rekey baseline write` makes one")
	}
	if suppress.IsFile(text) {
		f, err := suppress.Parse(name, text)
		if err != nil {
			return nil, usageError(err, "mend the line")
		}
		return f, nil
	}
	if c.baseline, err = gitleaks.ParseBaseline(name, text); err != nil {
		return nil, usageError(err, "a baseline is what `rekey baseline write` makes, or a gitleaks JSON report")
	}
	return nil, nil
}

// source says what a scan with this catalogue leaves out.
func (c *catalogue) source(s config.Scan, prefix string) (source.Options, error) {
	o := source.Options{
		Exclude: s.Exclude, MaxFileSize: int64(s.MaxFileSize), RespectGitignore: s.RespectGitignore,
		NoArchives: s.Archive.Depth == 0,
		Limits: archive.Limits{
			Depth: s.Archive.Depth, Entries: int64(s.Archive.Entries), Bytes: int64(s.Archive.Bytes),
			Ratio: int64(s.Archive.Ratio), Time: s.Archive.Timeout, Memory: int64(s.Archive.Memory),
		},
	}
	if !c.compatible {
		return o, nil
	}
	skips, err := gitleaks.NewPathSkip(c.set.Allowlists)
	if err != nil {
		return o, usageError(err, "")
	}
	o.Plain = true
	o.SkipPath = func(path string, dir bool) string {
		switch {
		case skips.Skips(prefix + path):
			return "gitleaks' path allowlist"
		case !dir && gitleaks.LooksLikeArchive(path):
			return "gitleaks opens no archives"
		}
		return ""
	}
	o.SkipHead = func(_ string, head []byte) string {
		if gitleaks.ApplicationMagic(head) {
			return "gitleaks takes it for a binary"
		}
		return ""
	}
	return o, nil
}

// after passes messages on, with the catalogue's notes behind Start.
func (c *catalogue) after(emit func(report.Message) error) func(report.Message) error {
	return func(m report.Message) error {
		if err := emit(m); err != nil || m.Start == nil {
			return err
		}
		for i := range c.notes {
			if err := emit(report.Message{Note: &c.notes[i]}); err != nil {
				return err
			}
		}
		return nil
	}
}
