package cli

import "github.com/spf13/cobra"

// newConfig makes the verb config, which holds others.
func newConfig(a *app) *cobra.Command {
	return family("config", "Show, check and describe the configuration",
		`config shows, checks and describes the configuration.

It is one YAML file, the first of these that exists: the one that --config
names, the one that REKEY_CONFIG names, ./rekey.yaml, rekey/config.yaml in
$XDG_CONFIG_HOME (or ~/.config), /etc/rekey/config.yaml. Files are not merged. A
flag goes before the environment, the environment before the file, the file
before the default.`,
		newConfigShow(a), newConfigCheck(a), newConfigSchema(a))
}
