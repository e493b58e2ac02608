package cli

import (
	"context"

	"github.com/spf13/cobra"

	"rekey.example/rekey/internal/config"
)

// newConfigCheck makes the verb config check.
func newConfigCheck(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Look for mistakes in a configuration",
		Long: `check reads FILE as a configuration and lists every mistake with its line.
Without FILE it checks what holds here: the file that would be read, and the
environment.`,
		Example: "  rekey config check\n  rekey config check ci/rekey.yaml",
		Args:    arguments(0, 1, "one FILE at most"),
		RunE:    a.runBare(a.configCheck),
	}
	return exits(cmd, CodeClean, CodeIncomplete)
}

// configCheck checks the file in args, or what holds here.
func (a *app) configCheck(_ context.Context, args []string) error {
	if len(args) == 1 {
		if errs := config.CheckFile(args[0]); errs != nil {
			return usageError(errs, "mend it; `rekey config schema` lists the keys")
		}
		return a.write(printable(args[0]) + ": no mistakes\n")
	}
	if err := a.configure(); err != nil {
		return err
	}
	if a.cfg.File == "" {
		return a.write("no configuration file; the environment and the flags hold no mistakes\n")
	}
	return a.write(printable(a.cfg.File) + ": no mistakes\n")
}
