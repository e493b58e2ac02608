package cli

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary the programs that the scripts call.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"rekey": func() { os.Exit(Main()) },
		// obedient ends at the first signal, stubborn never.
		"obedient": func() { os.Exit(int(withSignals(waitFor(false)))) },
		"stubborn": func() { os.Exit(int(withSignals(waitFor(true)))) },
	})
}

// waitFor says when it can be signalled, and when it was.
func waitFor(ever bool) func(context.Context) Code {
	return func(ctx context.Context) Code {
		write := func(name string) {
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(99)
			}
		}
		write("ready")
		<-ctx.Done()
		write("told")
		if ever {
			select {}
		}
		return CodeInterrupted
	}
}

// TestScripts runs what a user could type: testdata/script/*.txtar, in a
// folder of their own, with an empty environment.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands(),
		Setup: func(e *testscript.Env) error {
			// Under the race detector each program would sleep for a
			// second before it ends.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
	})
}
