package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"rekey.example/rekey/internal/scan"
	"rekey.example/rekey/internal/suppress"
)

// newBaseline makes the verb baseline with its member.
func newBaseline(a *app) *cobra.Command {
	o := &scanOptions{}
	reason, owner := "", ""
	write := &cobra.Command{
		Use:   "write [PATH...]",
		Short: "Accept what a scan finds now",
		Long: `write scans each PATH, the current folder without one, and adds an entry for
each finding to .rekeyignore, or to the file that --output names. Each entry
covers one secret of one rule under one exact path, with the reason given. The
file is meant to be committed: it holds no secret, and SECURITY.md says what a
reader of it could still guess.`,
		Args:    cobra.ArbitraryArgs,
		Example: "  rekey baseline write --reason \"keys of the test server\" testdata",
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.baselineWrite(ctx, o, args, reason, owner)
		}),
	}
	o.flags(a, write)
	write.PersistentFlags().StringVar(&reason, "reason", "", "why the secrets may stay")
	write.PersistentFlags().StringVar(&owner, "owner", "", "who can be asked")
	cmd := family("baseline", "Accept findings, with a reason", "baseline is about findings that may stay.",
		exits(write, CodeClean, CodeIncomplete))
	cmd.GroupID = groupFind
	return cmd
}

// baselineWrite scans and writes the entries.
func (a *app) baselineWrite(ctx context.Context, o *scanOptions, roots []string, reason, owner string) error {
	if reason == "" {
		return usageError(errors.New("a baseline needs a reason for what it accepts"), "give --reason")
	}
	if len(roots) == 0 {
		roots = []string{"."}
	}
	name := o.output
	if name == "" {
		name = suppress.DefaultFile
	}
	file, err := readSuppressions(a.path(name), name)
	if errors.Is(err, os.ErrNotExist) {
		file, err = suppress.NewFile(name)
	}
	if err != nil {
		return usageError(err, "mend the file, or name another with --output")
	}
	rules, err := a.loadRules(a.trusts(o, roots))
	if err != nil {
		return err
	}
	o.output = name // nothing is shown
	opts, err := a.scanSetup(o, roots, rules)
	if err != nil {
		return err
	}
	opts.EveryPlace = true
	entries, complete, err := scan.Accept(ctx, opts, file, reason, owner)
	if err != nil {
		return incompleteError(err, "")
	}
	if err := writeFile(a.path(name), func(w io.Writer) error { _, err := file.WriteTo(w); return err }); err != nil {
		return err
	}
	if err := a.write(fmt.Sprintf("%s: %d entries added\n", printable(name), entries)); err != nil {
		return err
	}
	if !complete {
		return incompleteError(errors.New("not everything was read, so the baseline may lack entries"), "`rekey scan` names what wasn't read")
	}
	return nil
}
