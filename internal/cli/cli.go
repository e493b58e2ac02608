// Package cli is rekey's command line: one file for each verb, holding its
// options, flags, help and run function, over a skeleton that they share (the
// application in app.go, the exit codes in exit.go, the words for people in
// messages.go).
//
// The package refuses to know how anything is done: a verb turns flags into
// options, calls the package that does the work, and turns what it says into
// output and an exit code. It refuses to keep state outside the app value of
// one run. Its one invariant: the process ends with a code of the table in
// exit.go, and 0 only when everything that was asked for was done.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Process is what the operating system gives a program. The zero Process has
// no arguments and no terminal, and reads and writes nothing.
type Process struct {
	// Args are the arguments after the program's name.
	Args []string
	In   io.Reader
	Out  io.Writer
	Err  io.Writer
	// Environ is the environment as NAME=VALUE.
	Environ []string
	// Dir is the current directory; empty when it isn't known.
	Dir string
	// InTerminal, OutTerminal and ErrTerminal say which of the three is a
	// terminal.
	InTerminal, OutTerminal, ErrTerminal bool
	// Width gives the terminal's columns; nil or below 1 means unknown.
	Width func() int
}

// Main runs the program on this process, and gives its exit code.
func Main() int {
	return int(withSignals(func(ctx context.Context) Code { return Run(ctx, thisProcess()) }))
}

// withSignals calls f with a context that the first SIGINT or SIGTERM cancels,
// so that the verb ends with what it has. The second kills.
func withSignals(f func(context.Context) Code) Code {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	return f(ctx)
}

// thisProcess is the one that the program runs in.
func thisProcess() Process {
	dir, err := os.Getwd()
	if err != nil {
		dir = "" // no configuration is looked for in a folder that is gone
	}
	return Process{
		Args:        os.Args[1:],
		In:          os.Stdin,
		Out:         os.Stdout,
		Err:         os.Stderr,
		Environ:     os.Environ(),
		Dir:         dir,
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width:       terminalWidth,
	}
}

// Run runs the program on p until it is done or ctx is cancelled, and gives
// its exit code. It writes nothing but to p, and may run many times at once.
func Run(ctx context.Context, p Process) Code {
	a := newApp(p)
	return a.execute(ctx, newRoot(a))
}

// execute runs the verb that the arguments name.
func (a *app) execute(ctx context.Context, root *cobra.Command) (code Code) {
	defer func() {
		if v := recover(); v != nil {
			code = CodeIncomplete
			a.say.panicked(v, debug.Stack())
		}
	}()
	err := root.ExecuteContext(ctx)
	if err != nil && !a.started {
		err = misuse(err) // the arguments never reached a verb
	}
	if err != nil && ctx.Err() != nil {
		err = interrupted(err)
	}
	a.say.failure(err)
	return codeOf(err)
}

// interrupted makes err, which a verb gave after it was told to end, the
// error of code 130. Being cancelled is said in plain words; whatever else
// went wrong is said as it is.
func interrupted(err error) error {
	var f *failure
	switch {
	case errors.As(err, &f) && f.err == nil:
		return exit(CodeInterrupted)
	case errors.Is(err, context.Canceled):
		return fail(CodeInterrupted, errors.New("interrupted before the end"), "")
	}
	return fail(CodeInterrupted, fmt.Errorf("interrupted: %w", err), "")
}
