package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey.example/rekey/internal/config"
)

// runWith runs the program in this process, with a verb `try` that is f.
func runWith(t *testing.T, ctx context.Context, p Process, f func(*app) verbFunc) (code Code, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	p.Out, p.Err, p.Dir = &o, &e, t.TempDir()
	a := newApp(p)
	root := newRoot(a)
	root.AddCommand(&cobra.Command{Use: "try", Args: cobra.ArbitraryArgs, RunE: a.run(f(a))})
	code = a.execute(ctx, root)
	return code, o.String(), e.String()
}

// TestErrorsBecomeCodes: whatever a verb returns, the code and the words are
// those of the table.
func TestErrorsBecomeCodes(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	disk := errors.New("disk full")
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		code Code
		text string
	}{
		"done":                  {t.Context(), nil, CodeClean, ""},
		"done in spite of all":  {cancelled, nil, CodeClean, ""},
		"findings":              {t.Context(), exit(CodeFindings), CodeFindings, ""},
		"--exit-code":           {t.Context(), exit(77), 77, ""},
		"--exit-code 0":         {t.Context(), exit(0), CodeClean, ""},
		"usage":                 {t.Context(), usageError(disk, "buy one"), CodeUsage, "rekey: error: disk full\n  next: buy one\n"},
		"incomplete":            {t.Context(), incompleteError(disk, ""), CodeIncomplete, "rekey: error: disk full\n"},
		"wrapped":               {t.Context(), fmt.Errorf("scanning x: %w", fail(CodeFailed, disk, "free some")), CodeFailed, "rekey: error: scanning x: disk full\n  next: free some\n"},
		"unforeseen":            {t.Context(), disk, CodeIncomplete, "rekey: error: disk full\n"},
		"interrupted":           {cancelled, context.Canceled, CodeInterrupted, "rekey: error: interrupted before the end\n"},
		"interrupted, reported": {cancelled, exit(CodeFindings), CodeInterrupted, ""},
		"interrupted, and more": {cancelled, incompleteError(disk, "x"), CodeInterrupted, "rekey: error: interrupted: disk full\n"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := runWith(t, c.ctx, Process{Args: []string{"try"}}, func(*app) verbFunc {
				return func(context.Context, []string) error { return c.err }
			})
			if code != c.code || out != "" {
				t.Errorf("code %d, output %q; want %d and none", code, out, c.code)
			}
			if diff := cmp.Diff(c.text, errOut); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestPanic: a fault ends with a code of its own table, not the runtime's 2,
// and quotes nothing that was scanned.
func TestPanic(t *testing.T) {
	for name, c := range map[string]struct {
		f    func()
		want string
	}{
		"of the runtime": {func() { var s []int; _ = s[len(s)] }, "index out of range [0] with length 0"},
		"with a text":    {func() { panic("the password is swordfish") }, "a fault of its own (string)"},
		"with an error":  {func() { panic(errors.New("the password is swordfish")) }, "a fault of its own (*errors.errorString)"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, errOut := runWith(t, t.Context(), Process{Args: []string{"try"}}, func(*app) verbFunc {
				return func(context.Context, []string) error { c.f(); return nil }
			})
			if code != CodeIncomplete || !strings.Contains(errOut, c.want) || !strings.Contains(errOut, "cli_test.go") {
				t.Errorf("code %d\n%s", code, errOut)
			}
			if strings.Contains(errOut, "swordfish") {
				t.Errorf("the panic's text was shown:\n%s", errOut)
			}
		})
	}
}

// TestSettingFlags: what a verb reads from a.cfg is what the flags said.
func TestSettingFlags(t *testing.T) {
	run := func(args ...string) (Code, *config.Config, string) {
		var e bytes.Buffer
		a := newApp(Process{Args: append([]string{"try"}, args...), Err: &e, Dir: t.TempDir(), Environ: []string{"REKEY_SCAN_WORKERS=3"}})
		root := newRoot(a)
		cmd := &cobra.Command{Use: "try", RunE: a.run(func(context.Context, []string) error { return nil })}
		a.setting(cmd, cmd.Flags(), "scan.workers", "jobs")
		a.setting(cmd, cmd.Flags(), "scan.respect_gitignore", "respect-gitignore")
		a.setting(cmd, cmd.Flags(), "scan.enable_rules", "enable-rule")
		a.setting(cmd, cmd.Flags(), "scan.format", "format").Shorthand = "f"
		a.setting(cmd, cmd.Flags(), "scan.format", "report-format").Hidden = true
		root.AddCommand(cmd)
		code := a.execute(t.Context(), root)
		return code, a.cfg, e.String()
	}
	code, cfg, text := run("--respect-gitignore", "--enable-rule=a,b", "--enable-rule", "c", "--report-format", "json")
	if code != CodeClean {
		t.Fatal(code, text)
	}
	if cfg.Scan.Workers != 3 || !cfg.Scan.RespectGitignore || !cmp.Equal(cfg.Scan.EnableRules, []string{"a", "b", "c"}) || cfg.Scan.Format != "json" {
		t.Errorf("got %+v", cfg.Scan)
	}
	if got := cfg.Origin("scan.format"); got != (config.Origin{Kind: config.FromFlag, Name: "--report-format"}) {
		t.Errorf("origin %+v", got)
	}
	_, cfg, _ = run("--jobs", "4")
	if cfg.Scan.Workers != 4 {
		t.Errorf("a flag doesn't go before the environment: %d", cfg.Scan.Workers)
	}
	for want, args := range map[string][]string{
		"--format and --report-format are two names of one setting": {"--format", "json", "--report-format", "text"},
		`"many" is not a whole number`:                              {"--jobs", "many"},
		"did you mean json?":                                        {"--format=jsno"},
		"did you mean --jobs?":                                      {"--job=4"},
		"has no flag -q":                                            {"-q"},
	} {
		if code, _, text := run(args...); code != CodeUsage || !strings.Contains(text, want) {
			t.Errorf("%q: code %d, %s", args, code, text)
		}
	}
}

// TestEveryVerbIsDocumented: each has a sentence, an example and exit codes,
// and its flags have words.
func TestEveryVerbIsDocumented(t *testing.T) {
	root := newRoot(newApp(Process{}))
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		path := cmd.CommandPath()
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || cmd.Short[0] < 'A' || cmd.Short[0] > 'Z' {
			t.Errorf("%s: Short must be a sentence without a full stop: %q", path, cmd.Short)
		}
		if cmd.RunE == nil || cmd.Args == nil {
			t.Errorf("%s: needs RunE and Args", path)
		}
		if !cmd.HasSubCommands() && (cmd.Long == "" || cmd.Example == "" || len(exitCodesOf(cmd)) < 3) {
			t.Errorf("%s: needs Long, Example and exits", path)
		}
		if cmd.Parent() == root && cmd.GroupID == "" {
			t.Errorf("%s: needs a group", path)
		}
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			if line != "" && !strings.HasPrefix(line, "  ") {
				t.Errorf("%s: an example's line isn't indented: %q", path, line)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
				t.Errorf("%s --%s: needs words without a full stop", path, f.Name)
			}
		})
		for _, c := range cmd.Commands() {
			if c.Name() != "completion" {
				walk(c)
			}
		}
	}
	walk(root)
}

func TestExitTable(t *testing.T) {
	seen := map[Code]bool{}
	for _, row := range codes() {
		if seen[row.code] || row.doc == "" || row.code.describe() != row.doc {
			t.Errorf("row %+v", row)
		}
		seen[row.code] = true
	}
	// The codes are promised in the manual; this is the other copy, on
	// purpose, so that none changes by accident.
	for _, c := range []Code{0, 1, 2, 3, 4, 5, 130} {
		if !seen[c] {
			t.Errorf("no row for %d", c)
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d rows", len(seen))
	}
}

func TestUseColor(t *testing.T) {
	for _, c := range []struct {
		setting  string
		by       config.Kind
		env      string
		terminal bool
		want     bool
	}{
		{"auto", config.FromDefault, "", true, true},
		{"auto", config.FromDefault, "", false, false},
		{"auto", config.FromDefault, "TERM=dumb", true, false},
		{"auto", config.FromDefault, "FORCE_COLOR=1", false, true},
		{"auto", config.FromDefault, "FORCE_COLOR=0", true, true},
		{"auto", config.FromDefault, "FORCE_COLOR=0", false, false},
		{"auto", config.FromDefault, "CLICOLOR_FORCE=1 TERM=dumb", false, true},
		{"auto", config.FromDefault, "NO_COLOR=1 FORCE_COLOR=1", true, false},
		{"auto", config.FromDefault, "NO_COLOR=", true, true},
		{"auto", config.FromFlag, "NO_COLOR=1", true, false},
		{"always", config.FromFlag, "NO_COLOR=1", false, true},
		{"never", config.FromFlag, "FORCE_COLOR=1", true, false},
		{"always", config.FromEnv, "NO_COLOR=1", false, true},
		{"always", config.FromFile, "NO_COLOR=1", false, false},
		{"always", config.FromFile, "TERM=dumb", false, true},
		{"never", config.FromFile, "FORCE_COLOR=1", false, true},
		{"never", config.FromFile, "", true, false},
	} {
		if got := useColor(c.setting, c.by, strings.Fields(c.env), c.terminal); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
	if got := lookup([]string{"A=1", "AB=2", "A=3"}, "A"); got != "3" {
		t.Errorf("lookup: %q", got)
	}
}

func TestMessages(t *testing.T) {
	var b bytes.Buffer
	m := messages{w: &b, color: true}
	m.failure(usageError(errors.New("reading a\nrekey: all is well\x1b[2J\u202e\u009b \xff\tz"), "next\x07"))
	m.warn("careful", "")
	m.failure(nil)
	want := red + "error" + plain
	if got := b.String(); got != "rekey: "+want+": reading a\n    rekey: all is well\ufffd[2J\ufffd\ufffd \ufffd\tz\n  next: next\ufffd\n"+
		"rekey: "+yellow+"warning"+plain+": careful\n" {
		t.Errorf("got %q", got)
	}
	b.Reset()
	messages{w: &b}.failure(usageError(config.Errors{{Where: "f", Line: 1, Msg: "a"}, {Where: "f", Line: 2, Msg: "b"}}, "mend"))
	if got := b.String(); got != "rekey: error: the configuration has 2 mistakes\n    f:1: a\n    f:2: b\n  next: mend\n" {
		t.Errorf("got %q", got)
	}
}

func TestLog(t *testing.T) {
	for _, c := range []struct {
		args     []string
		terminal bool
		want     string
	}{
		{nil, false, `"level":"WARN","msg":"loud"`},
		{nil, true, `level=WARN msg=loud`},
		{[]string{"--log-format=json"}, true, `"level":"WARN","msg":"loud"`},
		{[]string{"--log-format=text"}, false, `level=WARN msg=loud`},
		{[]string{"--log-level=debug"}, false, `"level":"DEBUG","msg":"quiet"`},
		{[]string{"--log-level=error"}, false, ""},
	} {
		p := Process{Args: append([]string{"try"}, c.args...), ErrTerminal: c.terminal, Environ: []string{"TERM=dumb"}}
		code, out, errOut := runWith(t, t.Context(), p, func(a *app) verbFunc {
			return func(context.Context, []string) error {
				a.log.Debug("quiet")
				a.log.Warn("loud")
				return nil
			}
		})
		if code != CodeClean || out != "" || !strings.Contains(errOut, c.want) || c.want == "" && errOut != "" {
			t.Errorf("%q, terminal %v: code %d, log %q", c.args, c.terminal, code, errOut)
		}
	}
}

// TestProgressOnlyOnATerminal: the line is there exactly when standard error
// is a terminal that can show it, and nobody said no.
func TestProgressOnlyOnATerminal(t *testing.T) {
	for _, c := range []struct {
		args     string
		env      []string
		terminal bool
		want     bool
	}{
		{"try", nil, true, true},
		{"try", nil, false, false},
		{"try --progress=never", nil, true, false},
		{"try", []string{"TERM=dumb"}, true, false},
	} {
		p := Process{Args: strings.Fields(c.args), Environ: c.env, ErrTerminal: c.terminal}
		runWith(t, t.Context(), p, func(a *app) verbFunc {
			return func(context.Context, []string) error {
				if got := a.line != nil; got != c.want {
					t.Errorf("%+v: line %v", c, got)
				}
				return nil
			}
		})
	}
}

// failingWriter is a full disk.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestResultThatCantBeWritten(t *testing.T) {
	for _, args := range []string{"version", "version --json", "config show", "config schema", "config check"} {
		var e bytes.Buffer
		code := Run(t.Context(), Process{Args: strings.Fields(args), Out: failingWriter{}, Err: &e, Dir: t.TempDir()})
		if code != CodeIncomplete || !strings.Contains(e.String(), "writing the result: short write") {
			t.Errorf("%s: code %d, %s", args, code, e.String())
		}
	}
}

// TestZeroProcess: no streams, no environment, no folder.
func TestZeroProcess(t *testing.T) {
	if code := Run(t.Context(), Process{}); code != CodeUsage {
		t.Errorf("code %d", code)
	}
	if code := Run(t.Context(), Process{Args: []string{"version"}}); code != CodeClean {
		t.Errorf("code %d", code)
	}
	if n, err := newApp(Process{}).in.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("the empty input: %d, %v", n, err)
	}
	if w := newApp(Process{Width: func() int { return 70 }}).width(); w != 0 {
		t.Errorf("width %d without a terminal", w)
	}
	if w := newApp(Process{Width: func() int { return 70 }, OutTerminal: true}).width(); w != 70 {
		t.Errorf("width %d on a terminal of 70", w)
	}
}
