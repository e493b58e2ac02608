package cli

import (
	"context"

	"github.com/spf13/cobra"
)

// configShowOptions are the flags of `rekey config show`.
type configShowOptions struct {
	origin bool
}

// newConfigShow makes the verb config show.
func newConfigShow(a *app) *cobra.Command {
	var o configShowOptions
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show the configuration that holds here",
		Long: `show writes the configuration that holds here, as a file that rekey would read.
With --origin each line says who gave the value: default, FILE:LINE, the
environment variable or the flag.`,
		Example: "  rekey config show --origin\n  rekey config show > rekey.yaml",
		Args:    arguments(0, 0, "no arguments"),
		RunE: a.run(func(context.Context, []string) error {
			return a.write(a.cfg.YAML(o.origin))
		}),
	}
	cmd.Flags().BoolVar(&o.origin, "origin", false, "say who gave each value")
	return exits(cmd, CodeClean, CodeIncomplete)
}
