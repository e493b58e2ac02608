package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/internal/config"
	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/scan"
)

// newRules makes the verb rules with its members.
func newRules(a *app) *cobra.Command {
	list := &cobra.Command{
		Use: "list", Short: "List the rules", Long: "list names the rules of the catalogue, a line each.",
		Example: "  rekey rules list", Args: cobra.NoArgs, RunE: a.run(a.rulesList),
	}
	show := &cobra.Command{
		Use: "show ID", Short: "Show all of a rule", Long: "show prints a rule's pattern and conditions.",
		Example: "  rekey rules show github-pat", Args: arguments(1, 1, "one rule's ID"), RunE: a.run(a.rulesShow),
	}
	test := &cobra.Command{
		Use: "test [ID]", Short: "Try the rules on standard input",
		Long: `test says which rules match in the text on standard input, and how each match
was judged. With ID it tries that rule alone. No secret is printed.`,
		Example: "  rekey rules test < suspicious.txt", Args: arguments(0, 1, "one rule's ID at most"), RunE: a.run(a.rulesTest),
	}
	cmd := family("rules", "List, show and try the rules", "rules is about the catalogue of a scan.",
		exits(list, CodeClean, CodeIncomplete), exits(show, CodeClean, CodeIncomplete), exits(test, CodeClean, CodeFindings, CodeIncomplete))
	cmd.GroupID = groupFind
	a.setting(cmd, cmd.PersistentFlags(), "scan.rules", "rules")
	return cmd
}

// rulesList prints a line for each rule.
func (a *app) rulesList(context.Context, []string) error {
	c, err := a.loadRules(!a.global.noRepoConfig)
	if err != nil {
		return err
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	for _, r := range c.set.Rules {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.ID, scan.Severity(&r), printable(r.Description))
	}
	w.Flush()
	return a.write(b.String())
}

// findRule gives the rule called id.
func findRule(c *catalogue, id string) (*detectors.Rule, error) {
	var ids []string
	for i := range c.set.Rules {
		if c.set.Rules[i].ID == id {
			return &c.set.Rules[i], nil
		}
		ids = append(ids, c.set.Rules[i].ID)
	}
	hint := "`rekey rules list` names the rules"
	if near := config.Nearest(id, ids); near != "" {
		hint = "did you mean " + near + "?"
	}
	return nil, usageError(fmt.Errorf("no rule is called %q in %s", id, c.name), hint)
}

// rulesShow prints one rule.
func (a *app) rulesShow(_ context.Context, args []string) error {
	c, err := a.loadRules(!a.global.noRepoConfig)
	if err != nil {
		return err
	}
	r, err := findRule(c, args[0])
	if err != nil {
		return err
	}
	var b strings.Builder
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-12s %s\n", name, printable(value))
		}
	}
	row("id", r.ID)
	row("description", r.Description)
	row("severity", string(scan.Severity(r)))
	row("regex", r.Regex)
	row("path", r.Path)
	if r.Entropy != 0 {
		row("entropy", fmt.Sprintf("more than %g bits per byte", r.Entropy))
	}
	row("keywords", strings.Join(r.Keywords, ", "))
	row("tags", strings.Join(r.Tags, ", "))
	if n := len(r.Allowlists); n > 0 {
		row("allowlists", fmt.Sprint(n))
	}
	for _, q := range r.Required {
		row("required", q.RuleID)
	}
	row("opens", r.Rekey.Opens)
	row("rotate", r.Rekey.Rotate)
	row("source", r.Rekey.Source)
	row("origin", r.Origin)
	return a.write(b.String())
}

// rulesTest tries the rules on standard input.
func (a *app) rulesTest(_ context.Context, args []string) error {
	if len(args) == 1 {
		a.cfg.Scan.EnableRules = args
	}
	c, err := a.loadRules(!a.global.noRepoConfig)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(a.in, 64<<20))
	if err != nil {
		return incompleteError(fmt.Errorf("reading standard input: %w", err), "")
	}
	found := c.engine.Scanner().Scan(detectors.Chunk{Text: text})
	for _, m := range found {
		line := fmt.Sprintf("%d:%d %s %s, %s, entropy %.2f\n", m.From.Line, m.From.Column, m.Rule.ID,
			finding.Preview(m.Secret), finding.Structure(m.Secret), m.Entropy)
		if err := a.write(line); err != nil {
			return err
		}
	}
	if len(found) > 0 {
		return exit(CodeFindings)
	}
	return a.write("no rule matches\n")
}
