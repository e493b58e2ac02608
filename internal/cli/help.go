package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// newHelp makes the verb help. Unlike cobra's own it fails on a verb that
// doesn't exist.
func newHelp(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "help [VERB...]",
		Short:   "Say how a verb is used",
		Long:    "help says how a verb is used, and lists the verbs.",
		Example: "  rekey help\n  rekey help config show",
		GroupID: groupSetup,
		Args:    cobra.ArbitraryArgs,
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		a.started = true
		target, rest, err := cmd.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return noVerb(target, rest)
		}
		target.InitDefaultHelpFlag() // cobra adds it when a command is executed
		return target.Help()
	}
	return exits(cmd, CodeClean)
}

// exitCodes is the annotation that holds a verb's exit codes.
const exitCodes = "exit-codes"

// exits says with which codes of the table a verb can end, for its help. 2 and
// 130 are every verb's.
func exits(cmd *cobra.Command, of ...Code) *cobra.Command {
	var words []string
	for _, row := range codes() {
		for _, c := range append(of, CodeUsage, CodeInterrupted) {
			if c == row.code {
				words = append(words, strconv.Itoa(int(c)))
				break
			}
		}
	}
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[exitCodes] = strings.Join(words, " ")
	return cmd
}

// exitCodesOf reads what exits noted.
func exitCodesOf(cmd *cobra.Command) (of []Code) {
	for _, word := range strings.Fields(cmd.Annotations[exitCodes]) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil
		}
		of = append(of, Code(n))
	}
	return of
}

// hasOwnWork says that a command does something itself, whether or not others
// are below it.
func hasOwnWork(cmd *cobra.Command) bool {
	return !cmd.HasAvailableSubCommands() || cmd.Annotations[exitCodes] != ""
}

// usage gives the function that writes how a command is used: below its
// description, in its help.
func usage(a *app) func(*cobra.Command) error {
	return func(cmd *cobra.Command) error {
		var b strings.Builder
		b.WriteString("Usage:\n")
		if hasOwnWork(cmd) {
			fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
		}
		if cmd.HasAvailableSubCommands() {
			fmt.Fprintf(&b, "  %s VERB\n", cmd.CommandPath())
		}
		if cmd.HasExample() {
			fmt.Fprintf(&b, "\nExamples:\n%s\n", strings.TrimRight(cmd.Example, "\n"))
		}
		writeVerbs(&b, cmd)
		columns := a.width()
		if cmd.HasAvailableLocalFlags() {
			fmt.Fprintf(&b, "\nFlags:\n%s", cmd.LocalFlags().FlagUsagesWrapped(columns))
		}
		if cmd.HasAvailableInheritedFlags() {
			fmt.Fprintf(&b, "\nFlags of every verb:\n%s", cmd.InheritedFlags().FlagUsagesWrapped(columns))
		}
		if of := exitCodesOf(cmd); of != nil {
			fmt.Fprintf(&b, "\nEXIT STATUS\n%s", exitTable("  ", of))
		}
		if cmd.HasAvailableSubCommands() {
			fmt.Fprintf(&b, "\n`%s VERB --help` says more about one.\n", cmd.CommandPath())
		}
		_, err := fmt.Fprint(cmd.OutOrStderr(), b.String())
		return err
	}
}

// writeVerbs lists the commands below cmd by their groups.
func writeVerbs(b *strings.Builder, cmd *cobra.Command) {
	list := func(title, group string) {
		for _, c := range cmd.Commands() {
			if c.GroupID != group || !c.IsAvailableCommand() {
				continue
			}
			if title != "" {
				fmt.Fprintf(b, "\n%s\n", title)
				title = ""
			}
			fmt.Fprintf(b, "  %-*s  %s\n", cmd.NamePadding()+8, c.Name(), c.Short)
		}
	}
	for _, g := range cmd.Groups() {
		list(g.Title, g.ID)
	}
	list("Verbs:", "")
}
