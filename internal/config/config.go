// Package config reads rekey's one configuration file and says, for every
// setting, what it is and who said so. A flag goes before the environment, the
// environment before the file, the file before the default.
//
// The package refuses what it does not understand: an unknown key, a key given
// twice, a value of the wrong type, a second document. It refuses to guess:
// sizes name their unit, and nothing in the file is expanded, run or fetched.
// It never holds a secret; secrets are named by the file that holds them. Its
// one invariant: every setting stands in one table (Settings), from which the
// file, the environment, the flags, the schema and the manual are all read, so
// that they cannot disagree.
package config

import (
	"slices"
	"time"
)

// Config is the whole configuration, with every default filled in. Paths that
// the file gives as relative are relative to the file's folder, and are joined
// to it here.
type Config struct {
	Scan   Scan
	Output Output
	Log    Log
	// FingerprintKeyFile names the file that holds the key of fingerprints;
	// empty means the baseline's key, or else the user's own.
	FingerprintKeyFile string

	// File is the configuration file that was read; empty if there was none.
	File string
	// Project says that File was found in the current directory, that is,
	// that it came with the project at hand and not from its user.
	Project bool
	// Warnings are worth a person's attention, but stop nothing.
	Warnings Errors

	origins map[string]Origin
}

// Scan holds the settings of the scan verb.
type Scan struct {
	// Rules is builtin, gitleaks, or the path of a gitleaks configuration.
	Rules string
	// EnableRules keeps these rules only; empty keeps all.
	EnableRules []string
	// DisableRules leaves these rules out.
	DisableRules []string
	// Exclude holds globs of paths that are left out, and counted.
	Exclude []string
	// AllowUnread holds GLOB=REASON: what may stay unread without making
	// the scan incomplete.
	AllowUnread []string
	// MaxFileSize leaves larger files out, and counts them; 0 is no limit.
	MaxFileSize Size
	// DecodeDepth is how many layers of encoding are undone; 0 is none.
	DecodeDepth int
	// Workers scan at once; 0 is one for each CPU.
	Workers int
	// MaxMemory bounds what the scan holds of its input.
	MaxMemory Size
	// MaxPlaces bounds the places listed with each finding; 0 lists all.
	MaxPlaces int
	// RespectGitignore leaves out what git ignores, and counts it.
	RespectGitignore bool
	// Baseline is the path of a baseline or of a gitleaks report.
	Baseline string
	// StrictSuppressions makes a suppression that covers nothing an error.
	StrictSuppressions bool
	// Format is text, json, jsonl, sarif or gitleaks.
	Format string
	// FailOn is the mildest severity that makes the exit code that of
	// findings, or never.
	FailOn string
	// ExitCode is the exit code of findings, 0 to 255.
	ExitCode int
	Archive  Archive
}

// Archive holds the limits on opening archives. What lies beyond a limit is
// not read, and is reported so.
type Archive struct {
	// Depth is how many archives may lie in one another; 0 opens none.
	Depth int
	// Entries is how many members one file on disk may unfold to.
	Entries int
	// Bytes is how much one file on disk may unfold to.
	Bytes Size
	// Ratio is how many times its own size one file on disk may unfold to.
	Ratio int
	// Timeout is how long one file on disk may take, its scan included.
	Timeout time.Duration
	// Memory is how much of it may be held at once, for formats that are
	// read from their end.
	Memory Size
}

// Output holds the settings of what people see.
type Output struct {
	// Color is auto, always or never.
	Color string
	// Progress is auto or never.
	Progress string
}

// Log holds the settings of the log on standard error.
type Log struct {
	// Level is debug, info, warn or error.
	Level string
	// Format is auto, text or json.
	Format string
}

// Default is the configuration when nobody says anything.
func Default() *Config {
	return &Config{
		Scan: Scan{
			Rules:       "builtin",
			DecodeDepth: 5,
			MaxMemory:   256 * MiB,
			Format:      "text",
			FailOn:      "low",
			ExitCode:    1,
			Archive: Archive{
				Depth:   10,
				Entries: 1_000_000,
				Bytes:   16 * GiB,
				Ratio:   1000,
				Timeout: 10 * time.Minute,
				Memory:  128 * MiB,
			},
		},
		Output: Output{Color: "auto", Progress: "auto"},
		Log:    Log{Level: "warn", Format: "auto"},
	}
}

// Kind says which layer a value comes from.
type Kind int

// The layers, from the weakest.
const (
	FromDefault Kind = iota
	FromFile
	FromEnv
	FromFlag
)

// Origin says who gave a value.
type Origin struct {
	Kind Kind
	// Name is the file, the variable or the flag; empty for a default.
	Name string
	// Line counts from 1; 0 outside a file.
	Line int
}

// String gives the origin as a person would write it: default, FILE:LINE,
// the variable's name, or the flag's.
func (o Origin) String() string {
	switch {
	case o.Kind == FromDefault:
		return "default"
	case o.Line > 0:
		return at(o.Name, o.Line, 0)
	}
	return o.Name
}

// Origin says who gave the setting named key its value.
func (c *Config) Origin(key string) Origin { return c.origins[key] }

// A Flag is a setting given on the command line.
type Flag struct {
	// Key is the setting's.
	Key string
	// Name is the flag as the user knows it, for instance --format.
	Name string
	// Texts are its occurrences, in order.
	Texts []string
}

// Options says where Load looks. The zero value reads nothing but defaults.
type Options struct {
	// File is the value of --config: the file to read, which must exist.
	File string
	// Dir is the current directory, where rekey.yaml is looked for; empty
	// looks in none.
	Dir string
	// NoProject leaves rekey.yaml in Dir unread.
	NoProject bool
	// System is the last file to be looked for; empty means none.
	System string
	// Env is the environment as NAME=VALUE. An empty value counts as unset.
	Env []string
	// Flags are applied last.
	Flags []Flag
}

// SystemFile is where an administrator puts the configuration of a machine.
const SystemFile = "/etc/rekey/config.yaml"

// Load reads the configuration. A mistake in it is an Errors that lists every
// mistake found, not only the first.
func Load(o Options) (*Config, error) {
	c := Default()
	c.origins = map[string]Origin{}
	env := newEnvironment(o.Env)
	var errs Errors
	name, project, err := locate(o, env)
	if err != nil {
		return nil, Errors{err}
	}
	if name != "" {
		c.File, c.Project = name, project
		errs = append(errs, c.readFile(name)...)
	}
	errs = append(errs, c.readEnv(env)...)
	errs = append(errs, c.readFlags(o.Flags)...)
	if len(errs) > 0 {
		return nil, errs
	}
	return c, nil
}

// readFlags applies what the command line says.
func (c *Config) readFlags(flags []Flag) (errs Errors) {
	for _, f := range flags {
		s, ok := Lookup(f.Key)
		if !ok {
			errs = append(errs, &Error{Where: f.Name, Msg: "sets " + f.Key + ", which is no setting"})
			continue
		}
		v := s.bind(c)
		v.reset()
		for _, text := range f.Texts {
			if err := v.Set(text); err != nil {
				errs = append(errs, &Error{Where: f.Name, Msg: err.Error()})
			}
		}
		c.origins[f.Key] = Origin{Kind: FromFlag, Name: f.Name}
	}
	return errs
}

// Keys lists every setting's key, in the order of the manual.
func Keys() []string {
	var keys []string
	for _, s := range Settings() {
		keys = append(keys, s.Key)
	}
	return slices.Clip(keys)
}
