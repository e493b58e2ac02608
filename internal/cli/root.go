package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey.example/rekey/internal/config"
)

// The groups of verbs, in the order of the help.
const (
	groupFind  = "find"
	groupSetup = "setup"
)

// verbs lists the constructors of every verb, one file each. A constructor
// builds the command and its flags, and does nothing else: all of them run at
// every start.
func verbs() []func(*app) *cobra.Command {
	return []func(*app) *cobra.Command{
		newScan,
		newRules,
		newBaseline,
		newConfig,
		newVersion,
	}
}

// newRoot builds the command tree.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "rekey",
		Short: "Find the leak, cut the new key, change the lock, prove that the old key is dead",
		Long: `rekey finds secrets in files, logs, archives and pastes, and says what to do
about each. It shows no secret unless told to, runs nothing that it reads, and
ends with 0 only when everything that was asked for was read.`,
		Version:       toolVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          noVerb,
	}
	root.SetArgs(append([]string{}, a.process.Args...))
	root.SetIn(a.in)
	root.SetOut(a.process.Out)
	root.SetErr(a.process.Err)
	root.SetFlagErrorFunc(flagError)
	root.SetUsageFunc(usage(a))
	root.AddGroup(
		&cobra.Group{ID: groupFind, Title: "Find secrets:"},
		&cobra.Group{ID: groupSetup, Title: "Set up:"},
	)
	root.SetCompletionCommandGroupID(groupSetup)

	root.Flags().Bool("version", false, "say which rekey this is")
	flags := root.PersistentFlags()
	flags.StringVar(&a.global.config, "config", "", "read this `file` in place of rekey.yaml")
	flags.BoolVar(&a.global.noRepoConfig, "no-repo-config", false,
		"read no rules, suppressions or configuration of the project in the current directory")
	a.setting(root, flags, "output.color", "color")
	a.setting(root, flags, "output.progress", "progress")
	a.setting(root, flags, "log.level", "log-level")
	a.setting(root, flags, "log.format", "log-format")
	for _, construct := range verbs() {
		cmd := construct(a)
		if cmd.GroupID == "" {
			cmd.GroupID = groupSetup
		}
		root.AddCommand(cmd)
	}
	root.SetHelpCommand(newHelp(a))
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Short = "Write the completion script of a shell"
			cmd.Args, cmd.RunE = cobra.ArbitraryArgs, noVerb
		}
	}
	return root
}

// family makes a command that only holds others.
func family(use, short, long string, members ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: long, Args: cobra.ArbitraryArgs, RunE: noVerb}
	cmd.AddCommand(members...)
	return cmd
}

// noVerb is the function of a command that only holds others: it was called
// without one, or with one that doesn't exist. A script whose variable was
// empty must not take that for a clean result.
func noVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		cmd.PrintErrln(cmd.UsageString())
		return usageError(fmt.Errorf("%s needs a verb", cmd.CommandPath()), "")
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	hint := seeHelp(cmd)
	if near := config.Nearest(args[0], names); near != "" {
		hint = fmt.Sprintf("did you mean `%s %s`?", cmd.CommandPath(), near)
	}
	return usageError(fmt.Errorf("%s has no verb %q", cmd.CommandPath(), args[0]), hint)
}

// flagError words what pflag finds wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	if args := cmd.Flags().Args(); !hasOwnWork(cmd) && len(args) > 0 {
		return noVerb(cmd, args) // a flag of a verb that doesn't exist
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usageError(fmt.Errorf("%s: %w", cmd.CommandPath(), err), seeHelp(cmd))
	}
	if unknown.GetSpecifiedShortnames() != "" {
		return usageError(fmt.Errorf("%s has no flag -%s", cmd.CommandPath(), unknown.GetSpecifiedName()), seeHelp(cmd))
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	hint := seeHelp(cmd)
	if near := config.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		hint = "did you mean --" + near + "?"
	}
	return usageError(fmt.Errorf("%s has no flag --%s", cmd.CommandPath(), unknown.GetSpecifiedName()), hint)
}

// misuse is for errors from before a verb was reached: those that carry no
// code are about the command line.
func misuse(err error) error {
	var f *failure
	if errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err
	}
	return usageError(err, "`rekey help` lists the verbs")
}

// arguments accepts from least to most arguments; most below 0 is no limit.
// The words name them for messages, for instance "one FILE at most".
func arguments(least, most int, words string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		given := "none"
		if len(args) > 0 {
			given = strings.Join(args, " ")
		}
		return usageError(fmt.Errorf("%s takes %s, not: %s", cmd.CommandPath(), words, given), seeHelp(cmd))
	}
}

// seeHelp points at the help of cmd.
func seeHelp(cmd *cobra.Command) string {
	return fmt.Sprintf("`%s --help` says more", cmd.CommandPath())
}
