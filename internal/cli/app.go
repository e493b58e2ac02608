package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey.example/rekey/internal/config"
	"rekey.example/rekey/internal/progress"
)

// An app is one run of the program: what every verb shares. The fields in the
// second half are set once the arguments are known, before the verb's function
// is called; those after cfg only when the verb reads the configuration.
type app struct {
	in io.Reader
	// out is for results, err for everything else. Both remove the progress
	// line before they write.
	out, err io.Writer
	environ  []string
	dir      string
	process  Process
	now      func() time.Time
	say      messages

	global globalOptions
	bound  []boundFlag

	// started says that a verb's function has been reached.
	started bool
	cfg     *config.Config
	log     *slog.Logger
	// outColor says that results may be coloured.
	outColor bool
	// line is the progress line; nil, which is valid, without a terminal.
	line *progress.Line
}

// globalOptions are the flags of every verb that are not settings.
type globalOptions struct {
	config       string
	noRepoConfig bool
}

// A boundFlag is a flag that gives a setting.
type boundFlag struct {
	key   string
	flag  *pflag.Flag
	value *config.FlagValue
}

// newApp prepares a run on p. Until the configuration is read, messages are
// coloured as the environment and the terminal say.
func newApp(p Process) *app {
	if p.In == nil {
		p.In = eof{}
	}
	if p.Out == nil {
		p.Out = io.Discard
	}
	if p.Err == nil {
		p.Err = io.Discard
	}
	a := &app{in: p.In, out: p.Out, err: p.Err, environ: p.Environ, dir: p.Dir, process: p, now: time.Now}
	a.log = slog.New(slog.DiscardHandler)
	a.say = messages{w: a.err, color: useColor("auto", config.FromDefault, a.environ, p.ErrTerminal)}
	return a
}

// eof is an empty input.
type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// A verbFunc does a verb's work with the arguments that aren't flags.
type verbFunc func(ctx context.Context, args []string) error

// run makes f the function of a verb that uses the configuration: a.cfg, a.log,
// a.outColor and a.line are ready when f is called.
func (a *app) run(f verbFunc) func(*cobra.Command, []string) error {
	return a.runBare(func(ctx context.Context, args []string) error {
		if err := a.configure(); err != nil {
			return err
		}
		return f(ctx, args)
	})
}

// runBare makes f the function of a verb that works without configuration, and
// so also when the configuration is wrong.
func (a *app) runBare(f verbFunc) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.started = true
		return f(cmd.Context(), args)
	}
}

// configure reads the configuration and sets up what depends on it.
func (a *app) configure() error {
	o, err := a.configOptions()
	if err != nil {
		return err
	}
	cfg, err := config.Load(o)
	if err != nil {
		return usageError(err, "mend it; `rekey config check` looks again, `rekey config schema` lists the keys")
	}
	a.cfg = cfg
	if a.process.ErrTerminal && cfg.Output.Progress == "auto" && lookup(a.environ, "TERM") != "dumb" {
		a.line = progress.New(a.process.Err, a.width)
		a.err = a.line.Writer(a.process.Err)
		if a.process.OutTerminal {
			a.out = a.line.Writer(a.process.Out)
		}
	}
	kind := cfg.Origin("output.color").Kind
	a.outColor = useColor(cfg.Output.Color, kind, a.environ, a.process.OutTerminal)
	a.say = messages{w: a.err, color: useColor(cfg.Output.Color, kind, a.environ, a.process.ErrTerminal)}
	a.log = newLogger(a.err, cfg.Log, a.process.ErrTerminal)
	for _, w := range cfg.Warnings {
		a.say.warn(w.Error(), "")
	}
	if cfg.File != "" {
		a.log.Debug("configuration read", "file", cfg.File, "project", cfg.Project)
	}
	return nil
}

// configOptions says where the configuration comes from.
func (a *app) configOptions() (config.Options, error) {
	o := config.Options{
		File:      a.global.config,
		Dir:       a.dir,
		NoProject: a.global.noRepoConfig,
		System:    config.SystemFile,
		Env:       a.environ,
	}
	given := map[string]string{}
	for _, b := range a.bound {
		if !b.flag.Changed {
			continue
		}
		name := "--" + b.flag.Name
		if other := given[b.key]; other != "" {
			return o, usageError(fmt.Errorf("%s and %s are two names of one setting", other, name), "give one of them")
		}
		given[b.key] = name
		o.Flags = append(o.Flags, config.Flag{Key: b.key, Name: name, Texts: b.value.Texts})
	}
	return o, nil
}

// setting gives flags a flag that sets the configuration's key. The value
// lands in a.cfg, where the verb reads it whatever gave it. The flag is
// returned for what is special about it, a shorthand or being hidden.
func (a *app) setting(cmd *cobra.Command, flags *pflag.FlagSet, key, name string) *pflag.Flag {
	s, ok := config.Lookup(key)
	if !ok {
		panic("cli: flag --" + name + " is for no setting") // a typing error here
	}
	v := s.Flag()
	f := flags.VarPF(v, name, "", s.Doc)
	if v.IsBool() {
		f.NoOptDefVal = "true"
	}
	a.bound = append(a.bound, boundFlag{key: key, flag: f, value: v})
	if choices := v.Choices(); choices != nil {
		err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
		if err != nil {
			panic("cli: flag --" + name + ": " + err.Error()) // the same
		}
	}
	return f
}

// width is the number of columns of the terminal that shows results; 0 when
// results go elsewhere and lines may be of any length.
func (a *app) width() int {
	if a.process.Width == nil || !a.process.OutTerminal && !a.process.ErrTerminal {
		return 0
	}
	return a.process.Width()
}

// write sends a result to a.out, and makes an error of it when that fails.
func (a *app) write(text string) error {
	if _, err := io.WriteString(a.out, text); err != nil {
		return incompleteError(fmt.Errorf("writing the result: %w", err), "")
	}
	return nil
}
