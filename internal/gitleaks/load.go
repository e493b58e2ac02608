package gitleaks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rekey.example/rekey/detectors"
)

// maxConfig bounds a configuration file, in bytes: gitleaks' own has 120 KB.
const maxConfig = 4 << 20

// builtinSource and envSource name configurations that aren't files.
const (
	builtinSource = "gitleaks " + Version
	envSource     = "$GITLEAKS_CONFIG_TOML"
)

// Env holds the values of the two variables that gitleaks reads; an empty
// value counts as unset. To read the environment is the caller's part.
type Env struct {
	// Config is GITLEAKS_CONFIG: the path of a configuration.
	Config string
	// ConfigTOML is GITLEAKS_CONFIG_TOML: the text of one.
	ConfigTOML string
}

// A Config is a configuration that was read, and where from.
type Config struct {
	// Ruleset has all quirks set.
	Ruleset *detectors.Ruleset
	// Warnings are for the user; gitleaks says none of them.
	Warnings []detectors.Warning
	// Source names the origin for messages: a path, the variable that held
	// the text, or "gitleaks v8.30.1" for the built-in rules.
	Source string
	// Path is the file's path as it was given; empty if it was no file.
	Path string
}

// Load reads the configuration that gitleaks would take: the file explicit
// (its --config), else the file env.Config, else the text env.ConfigTOML, else
// the file project (.gitleaks.toml in the folder to be scanned; empty when
// there is none, or when it isn't to be trusted), else the built-in rules.
// The first that isn't empty counts, even if it can't be read. What extends
// another file names it relative to the working directory, as gitleaks has it.
//
// A faulty configuration is a *detectors.ParseError with file and line. No
// error repeats the text of env.ConfigTOML.
func Load(explicit string, env Env, project string) (*Config, error) {
	switch {
	case explicit != "":
		return loadFile(explicit, "", "correct the path")
	case env.Config != "":
		return loadFile(env.Config, " (named by GITLEAKS_CONFIG)", "correct the variable, or unset it")
	case env.ConfigTOML != "":
		return parse(&Config{Source: envSource}, []byte(env.ConfigTOML))
	case project != "":
		return loadFile(project, "", "make it readable, or move it away to use the built-in rules")
	}
	return &Config{Ruleset: Builtin(true), Source: builtinSource}, nil
}

func loadFile(path, origin, advice string) (*Config, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("can't read the gitleaks configuration %s%s: %w; %s", path, origin, err, advice)
	}
	return parse(&Config{Source: displayName(path), Path: path}, text)
}

func parse(c *Config, text []byte) (*Config, error) {
	var err error
	c.Ruleset, c.Warnings, err = detectors.Parse(c.Source, text, detectors.ParseOptions{
		OwnTable: true,
		Default:  func() *detectors.Ruleset { return Builtin(true) },
		Load: func(path string) (string, []byte, error) {
			text, err := readFile(path)
			return displayName(path), text, err
		},
	})
	if err != nil {
		return nil, err
	}
	c.Ruleset.Quirks = Quirks()
	return c, nil
}

// readFile reads a file and gives the bare cause when it can't.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, cause(err)
	}
	switch {
	case info.IsDir():
		return nil, errors.New("it is a folder")
	case !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0 && info.Mode()&fs.ModeCharDevice == 0:
		return nil, errors.New("it isn't a file")
	case info.Size() > maxConfig:
		return nil, fmt.Errorf("it has %d bytes, more than the %d that a configuration may have", info.Size(), maxConfig)
	}
	text, err := os.ReadFile(path)
	return text, cause(err)
}

// cause drops operation and path, which the caller says better.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// displayName is a path as messages have it: clean, and relative to the
// working directory if it lies there, so that one file has one name.
func displayName(path string) string {
	path = filepath.Clean(path)
	if !filepath.IsAbs(path) {
		return path
	}
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	rel, err := filepath.Rel(wd, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return path
	}
	return rel
}
