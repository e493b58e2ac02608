package config

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// FileEnv is the environment variable that names the configuration file.
const FileEnv = EnvPrefix + "CONFIG"

// ProjectFile is the configuration file's name in the current directory.
const ProjectFile = "rekey.yaml"

// An environment is a process's, by name. An empty value counts as unset.
type environment map[string]string

// newEnvironment reads NAME=VALUE; of several with one name the last counts.
func newEnvironment(list []string) environment {
	env := environment{}
	for _, kv := range list {
		if name, value, ok := strings.Cut(kv, "="); ok && name != "" {
			env[name] = value
		}
	}
	return env
}

// locate finds the one file that is read: --config, REKEY_CONFIG, rekey.yaml
// in the current directory, rekey/config.yaml in the user's configuration
// folder (XDG Base Directory 0.8), the system's. The first two must exist. Of
// the others the first that exists counts, and files are never merged.
func locate(o Options, env environment) (name string, project bool, err *Error) {
	if o.File != "" {
		return o.File, false, nil
	}
	if name := env[FileEnv]; name != "" {
		return name, false, nil
	}
	if o.Dir != "" && !o.NoProject {
		name := filepath.Join(o.Dir, ProjectFile)
		if found, err := present(name); found || err != nil {
			return shorten(name, o.Dir), true, err
		}
	}
	for _, name := range []string{userFile(env), o.System} {
		if found, err := present(name); found || err != nil {
			return name, false, err
		}
	}
	return "", false, nil
}

// shorten gives the project's file its bare name when dir is the process's
// own directory, which is what messages should say.
func shorten(name, dir string) string {
	if wd, err := os.Getwd(); err == nil && wd == dir {
		return filepath.Base(name)
	}
	return name
}

// userFile is the user's own configuration file, or "" where there can't be
// one. A relative XDG_CONFIG_HOME is ignored, as the specification asks.
func userFile(env environment) string {
	if dir := env["XDG_CONFIG_HOME"]; filepath.IsAbs(dir) {
		return filepath.Join(dir, "rekey", "config.yaml")
	}
	if home := env["HOME"]; filepath.IsAbs(home) {
		return filepath.Join(home, ".config", "rekey", "config.yaml")
	}
	return ""
}

// present says whether there is a file to read. One that is there and isn't a
// regular file is an error, so that a FIFO doesn't stop the program and a
// mistake isn't passed over.
func present(name string) (bool, *Error) {
	if name == "" {
		return false, nil
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, openError(name, err)
	case !info.Mode().IsRegular():
		return false, &Error{Where: name, Msg: "the configuration isn't a regular file"}
	}
	return true, nil
}

// readEnv applies the variables that are settings, and warns of those that
// look as if they were meant to be.
func (c *Config) readEnv(env environment) (errs Errors) {
	known := []string{FileEnv}
	for _, s := range Settings() {
		known = append(known, s.Env())
		text := env[s.Env()]
		if text == "" {
			continue
		}
		v := s.bind(c)
		v.reset()
		if err := v.Set(text); err != nil {
			errs = append(errs, &Error{Where: s.Env(), Msg: err.Error()})
		}
		c.origins[s.Key] = Origin{Kind: FromEnv, Name: s.Env()}
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !strings.HasPrefix(name, EnvPrefix) || env[name] == "" || slices.Contains(known, name) {
			continue
		}
		if near := Nearest(name, known); near != "" {
			c.Warnings = append(c.Warnings, &Error{Where: name, Msg: "this environment variable is no setting and is not read; did you mean " + near + "?"})
		}
	}
	return errs
}
