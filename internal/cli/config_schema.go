package cli

import (
	"context"

	"github.com/spf13/cobra"

	"rekey.example/rekey/internal/config"
)

// newConfigSchema makes the verb config schema.
func newConfigSchema(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Write the JSON Schema of the configuration",
		Long: `schema writes the JSON Schema (draft 2020-12) of the configuration, with every
key, its meaning, its default and its environment variable. Editors complete and
check rekey.yaml with it.`,
		Example: "  rekey config schema > rekey.schema.json",
		Args:    arguments(0, 0, "no arguments"),
		RunE: a.runBare(func(context.Context, []string) error {
			text, err := config.Schema()
			if err != nil {
				return err
			}
			return a.write(string(text))
		}),
	}
	return exits(cmd, CodeClean, CodeIncomplete)
}
