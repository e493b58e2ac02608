package config

import "strings"

// EnvPrefix begins the name of every environment variable that rekey reads.
const EnvPrefix = "REKEY_"

// A Setting is one thing that can be configured.
type Setting struct {
	// Key is its place in the file, with dots between the levels.
	Key string
	// Doc is one sentence for the manual, without a full stop.
	Doc string

	bind func(*Config) value
}

// Env is the name of the variable that sets it.
func (s Setting) Env() string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(s.Key, ".", "_"))
}

// Text is its value in c, as the file would say it.
func (s Setting) Text(c *Config) string { return s.bind(c).String() }

// Type names what the value is, for the manual: a size, a list of ids.
func (s Setting) Type() string { return s.bind(Default()).Type() }

// Lookup finds the setting with that key.
func Lookup(key string) (Setting, bool) {
	for _, s := range Settings() {
		if s.Key == key {
			return s, true
		}
	}
	return Setting{}, false
}

// Settings is the one table of everything that can be configured, in the order
// of the manual. A new setting is a field of Config, its default, and a row.
func Settings() []Setting {
	return []Setting{
		{
			"scan.rules", "the catalogue: builtin, gitleaks (its rules and allowlists alone), or a gitleaks configuration file",
			func(c *Config) value { return &pathValue{p: &c.Scan.Rules, words: []string{"builtin", "gitleaks"}} },
		},
		{
			"scan.enable_rules", "try these rules only, by id",
			func(c *Config) value { return &listValue{p: &c.Scan.EnableRules, item: "id", comma: true} },
		},
		{
			"scan.disable_rules", "leave these rules out, by id",
			func(c *Config) value { return &listValue{p: &c.Scan.DisableRules, item: "id", comma: true} },
		},
		{
			"scan.exclude", "leave out the paths that match one of these globs, and count them",
			func(c *Config) value { return &listValue{p: &c.Scan.Exclude, item: "glob"} },
		},
		{
			"scan.allow_unread", "paths that may stay unread without making the scan incomplete, each as GLOB=REASON",
			func(c *Config) value {
				return &listValue{p: &c.Scan.AllowUnread, item: "glob=reason", pattern: "^[^=]+=.*[^ ].*$"}
			},
		},
		{
			"scan.max_file_size", "leave out larger files, and count them; 0 is no limit",
			func(c *Config) value { return &sizeValue{p: &c.Scan.MaxFileSize} },
		},
		{
			"scan.decode_depth", "how many layers of base64, hex, percent and unicode escapes to undo",
			func(c *Config) value { return &countValue{p: &c.Scan.DecodeDepth, max: 64} },
		},
		{
			"scan.workers", "how many scan at once; 0 is one for each CPU",
			func(c *Config) value { return &countValue{p: &c.Scan.Workers, max: 1024} },
		},
		{
			"scan.max_memory", "how much of its input the scan may hold at a time",
			func(c *Config) value { return &sizeValue{p: &c.Scan.MaxMemory, min: 16 * MiB} },
		},
		{
			"scan.max_places", "how many places to list with each finding; 0 lists all",
			func(c *Config) value { return &countValue{p: &c.Scan.MaxPlaces, max: 1_000_000_000} },
		},
		{
			"scan.respect_gitignore", "leave out what git ignores, and count it",
			func(c *Config) value { return &boolValue{p: &c.Scan.RespectGitignore} },
		},
		{
			"scan.baseline", "known findings that are not reported: a baseline, or a gitleaks report",
			func(c *Config) value { return &pathValue{p: &c.Scan.Baseline} },
		},
		{
			"scan.strict_suppressions", "a suppression that covers nothing is an error",
			func(c *Config) value { return &boolValue{p: &c.Scan.StrictSuppressions} },
		},
		{
			"scan.format", "how findings are written",
			func(c *Config) value {
				return &enumValue{p: &c.Scan.Format, words: []string{"text", "json", "jsonl", "sarif", "gitleaks"}}
			},
		},
		{
			"scan.fail_on", "the mildest severity that sets the exit code of findings",
			func(c *Config) value {
				return &enumValue{p: &c.Scan.FailOn, words: []string{"low", "medium", "high", "critical", "never"}}
			},
		},
		{
			"scan.exit_code", "the exit code of findings, in place of 1",
			func(c *Config) value { return &countValue{p: &c.Scan.ExitCode, max: 255} },
		},
		{
			"scan.archive.depth", "how many archives inside one another to open; 0 opens none",
			func(c *Config) value { return &countValue{p: &c.Scan.Archive.Depth, max: 64} },
		},
		{
			"scan.archive.entries", "how many members one file may unfold to, at all depths",
			func(c *Config) value { return &countValue{p: &c.Scan.Archive.Entries, min: 1, max: 1_000_000_000} },
		},
		{
			"scan.archive.bytes", "how much one file may unfold to",
			func(c *Config) value { return &sizeValue{p: &c.Scan.Archive.Bytes, min: 1} },
		},
		{
			"scan.archive.ratio", "how many times its own size one file may unfold to",
			func(c *Config) value { return &countValue{p: &c.Scan.Archive.Ratio, min: 1, max: 1_000_000_000} },
		},
		{
			"scan.archive.timeout", "how long one file may take to unfold and scan",
			func(c *Config) value { return &durationValue{p: &c.Scan.Archive.Timeout} },
		},
		{
			"scan.archive.memory", "how much of an archive may be held at a time, for formats that are read from their end",
			func(c *Config) value { return &sizeValue{p: &c.Scan.Archive.Memory, min: 1 * MiB} },
		},
		{
			"output.color", "whether to use colour",
			func(c *Config) value {
				return &enumValue{p: &c.Output.Color, words: []string{"auto", "always", "never"}}
			},
		},
		{
			"output.progress", "whether to show progress on a terminal",
			func(c *Config) value {
				return &enumValue{p: &c.Output.Progress, words: []string{"auto", "never"}}
			},
		},
		{
			"log.level", "the mildest level that is logged",
			func(c *Config) value {
				return &enumValue{p: &c.Log.Level, words: []string{"debug", "info", "warn", "error"}}
			},
		},
		{
			"log.format", "how the log is written; auto is text on a terminal and JSON elsewhere",
			func(c *Config) value {
				return &enumValue{p: &c.Log.Format, words: []string{"auto", "text", "json"}}
			},
		},
		{
			"fingerprint_key_file", "the file that holds the key of fingerprints",
			func(c *Config) value { return &pathValue{p: &c.FingerprintKeyFile} },
		},
	}
}

// A FlagValue takes a setting's occurrences from a command line. It satisfies
// pflag's Value, checks each occurrence as it comes, and keeps the texts for
// Load.
type FlagValue struct {
	// Texts are the occurrences so far.
	Texts []string

	v value
}

// Flag makes a FlagValue that shows the setting's default.
func (s Setting) Flag() *FlagValue { return &FlagValue{v: s.bind(Default())} }

// Set checks and keeps one occurrence.
func (f *FlagValue) Set(text string) error {
	if len(f.Texts) == 0 {
		f.v.reset()
	}
	if err := f.v.Set(text); err != nil {
		return err
	}
	f.Texts = append(f.Texts, text)
	return nil
}

// String gives the value so far, or the default.
func (f *FlagValue) String() string { return f.v.String() }

// Type names what the value is.
func (f *FlagValue) Type() string { return f.v.Type() }

// IsBool says that the flag may stand without a value, which then is true.
func (f *FlagValue) IsBool() bool {
	_, ok := f.v.(*boolValue)
	return ok
}

// Choices lists the words that the setting knows; nil when it isn't a choice.
func (f *FlagValue) Choices() []string {
	if e, ok := f.v.(*enumValue); ok {
		return e.words
	}
	return nil
}
