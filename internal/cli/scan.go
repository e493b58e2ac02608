package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"rekey.example/rekey/internal/atomicfile"
	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/progress"
	"rekey.example/rekey/internal/report"
	"rekey.example/rekey/internal/scan"
	"rekey.example/rekey/internal/suppress"
)

// scanOptions are the flags of the scan verbs that are not settings.
type scanOptions struct {
	output          string
	showSecrets     bool
	everyPlace      bool
	trustRepoConfig bool
}

// newScan makes the verb scan, and dir and stdin below it.
func newScan(a *app) *cobra.Command {
	o := &scanOptions{}
	cmd := &cobra.Command{
		Use:   "scan [PATH...]",
		Short: "Find secrets in files, folders and archives",
		Long: `scan looks for secrets in each PATH, the current folder without one, and "-" for
standard input. It reads files that git ignores, undoes encodings, decodes
UTF-16 and opens archives. In a repository it reads the working tree; the
history is not read by this version, and the report says so.`,
		Example: "  rekey scan .\n  rekey scan --format sarif --output rekey.sarif src\n  git diff | rekey scan -",
		GroupID: groupFind,
		Args:    cobra.ArbitraryArgs,
		RunE:    a.run(func(ctx context.Context, args []string) error { return a.scan(ctx, o, args) }),
	}
	o.flags(a, cmd)
	dir := &cobra.Command{
		Use: "dir [PATH...]", Short: "The same, for files and folders", Args: cobra.ArbitraryArgs,
		Long:    "dir looks for secrets in files and folders.",
		Example: "  rekey scan dir .", RunE: cmd.RunE,
	}
	stdin := &cobra.Command{
		Use: "stdin", Short: "Find secrets in standard input", Args: cobra.NoArgs,
		Long:    "stdin looks for secrets in standard input.",
		Example: "  git diff | rekey scan stdin",
		RunE:    a.run(func(ctx context.Context, _ []string) error { return a.scan(ctx, o, []string{"-"}) }),
	}
	scans := func(cmd *cobra.Command) *cobra.Command { return exits(cmd, CodeClean, CodeFindings, CodeIncomplete) }
	cmd.AddCommand(scans(dir), scans(stdin))
	return scans(cmd)
}

// flags gives the verb its flags, and those that gitleaks' users know.
func (o *scanOptions) flags(a *app, cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.StringVarP(&o.output, "output", "o", "", "write the report to `FILE`, readable by its owner only")
	f.BoolVar(&o.showSecrets, "show-secrets", false, "show the secrets: on a terminal, or with --output")
	f.BoolVar(&o.everyPlace, "every-place", false, "report each place by itself, not each secret once")
	f.BoolVar(&o.trustRepoConfig, "trust-repo-config", false,
		"honour rules, suppressions and allow comments of a target outside the current directory")
	for _, s := range []struct{ key, name string }{
		{"scan.rules", "rules"},
		{"scan.enable_rules", "enable-rule"},
		{"scan.disable_rules", "disable-rule"},
		{"scan.exclude", "exclude"},
		{"scan.allow_unread", "allow-unread"},
		{"scan.max_file_size", "max-file-size"},
		{"scan.decode_depth", "decode-depth"},
		{"scan.workers", "workers"},
		{"scan.max_memory", "max-memory"},
		{"scan.max_places", "max-places"},
		{"scan.respect_gitignore", "respect-gitignore"},
		{"scan.baseline", "baseline"},
		{"scan.strict_suppressions", "strict-suppressions"},
		{"scan.fail_on", "fail-on"},
		{"scan.exit_code", "exit-code"},
		{"scan.archive.depth", "max-archive-depth"},
		{"scan.archive.entries", "max-archive-entries"},
		{"scan.archive.bytes", "max-archive-bytes"},
		{"scan.archive.ratio", "max-archive-ratio"},
		{"scan.archive.timeout", "max-archive-time"},
		{"scan.archive.memory", "max-archive-memory"},
		{"fingerprint_key_file", "fingerprint-key-file"},
	} {
		a.setting(cmd, f, s.key, s.name)
	}
	a.setting(cmd, f, "scan.format", "format").Shorthand = "f"
	// gitleaks' names for the same.
	f.StringVar(&o.output, "report-path", "", "as --output")
	a.setting(cmd, f, "scan.format", "report-format").Hidden = true
	a.setting(cmd, f, "scan.baseline", "baseline-path").Hidden = true
	f.Lookup("report-path").Hidden = true
}

// scan runs a scan of roots.
func (a *app) scan(ctx context.Context, o *scanOptions, roots []string) error {
	if len(roots) == 0 {
		roots = []string{"."}
	}
	rules, err := a.loadRules(a.trusts(o, roots))
	if err != nil {
		return err
	}
	opts, err := a.scanSetup(o, roots, rules)
	if err != nil {
		return err
	}
	var summary scan.Summary
	write := func(w io.Writer) error {
		h, err := report.New(a.cfg.Scan.Format, w, report.Options{
			Color: a.outColor && o.output == "", Width: a.width(), ShowSecrets: o.showSecrets,
			Suppress: "if it may stay, `rekey baseline write` records it with a reason",
		})
		if err != nil {
			return usageError(err, "")
		}
		summary, err = scan.Run(ctx, opts, a.startOf(rules, roots, opts.EveryPlace), rules.after(h.Handle))
		return err
	}
	stop := a.showProgress(&opts)
	if o.output == "" || o.output == "-" {
		err = write(a.out)
	} else {
		err = writeFile(a.path(o.output), write)
	}
	stop()
	if err != nil {
		var f *failure
		if errors.As(err, &f) {
			return err
		}
		return incompleteError(fmt.Errorf("writing the report: %w", err), "")
	}
	return a.verdict(summary)
}

// writeFile writes a report to a file, whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := atomicfile.Create(path, 0o600)
	if err != nil {
		return usageError(fmt.Errorf("creating the report: %w", err), "name a file in a folder that can be written to")
	}
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	return f.Commit()
}

// path is where a file that the user named lies.
func (a *app) path(name string) string {
	if filepath.IsAbs(name) || a.dir == "" {
		return name
	}
	return filepath.Join(a.dir, name)
}

// scanSetup makes the scan's options of settings and flags.
func (a *app) scanSetup(o *scanOptions, roots []string, rules *catalogue) (scan.Options, error) {
	s := a.cfg.Scan
	if o.showSecrets && (o.output == "" || o.output == "-") && !a.process.OutTerminal {
		return scan.Options{}, usageError(errors.New("--show-secrets would write secrets where anybody may read them"),
			"give --output FILE, or look at them on a terminal")
	}
	if o.showSecrets && lookup(a.environ, "CI") != "" && o.output == "" {
		return scan.Options{}, usageError(errors.New("--show-secrets in CI would put secrets into its log"), "give --output FILE")
	}
	key, err := a.fingerprintKey()
	if err != nil {
		return scan.Options{}, err
	}
	workers := s.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	const each = 24 << 20 // what a worker may hold: a file, its decoded forms, a block
	workers = max(1, min(workers, int(int64(s.MaxMemory)/each)))
	prefix := a.prefix(roots)
	source, err := rules.source(s, prefix)
	if err != nil {
		return scan.Options{}, err
	}
	unread, err := allowUnread(s.AllowUnread)
	if err != nil {
		return scan.Options{}, err
	}
	return scan.Options{
		Engine: rules.engine, Dir: a.dir, Roots: roots, Stdin: a.in, Source: source, Workers: workers, Key: key,
		Accepted: rules.accepted, Ignore: rules.ignore, Baseline: rules.baseline, AllowComments: rules.trusted,
		EveryPlace: o.everyPlace || s.Format == "gitleaks", MaxPlaces: s.MaxPlaces, Reveal: o.showSecrets,
		AllowUnread: unread, Now: a.now, Prefix: prefix, Compatible: rules.compatible,
	}, nil
}

// prefix is what gitleaks puts before the paths below a single root.
func (a *app) prefix(roots []string) string {
	if len(roots) != 1 || roots[0] == "-" {
		return ""
	}
	root := filepath.ToSlash(filepath.Clean(roots[0]))
	if info, err := os.Stat(a.path(roots[0])); root == "." || err != nil || !info.IsDir() {
		return ""
	}
	return strings.TrimSuffix(root, "/") + "/"
}

// startOf is the message that opens the report.
func (a *app) startOf(rules *catalogue, roots []string, everyPlace bool) report.Start {
	st := report.Start{
		Tool: report.Tool{Name: "rekey", Version: toolVersion()}, Roots: roots, Rules: rules.name, EveryPlace: everyPlace,
	}
	for _, r := range rules.engine.Rules() {
		st.RuleInfo = append(st.RuleInfo, report.RuleInfo{
			ID: r.ID, Description: r.Description, Severity: string(scan.Severity(&r)),
			Opens: r.Rekey.Opens, Rotate: r.Rekey.Rotate, Source: r.Rekey.Source, Tags: r.Tags,
		})
	}
	return st
}

// showProgress shows the scan's progress on a terminal; the result ends it.
func (a *app) showProgress(o *scan.Options) func() {
	if a.line == nil {
		return func() {}
	}
	c := &progress.Counters{}
	o.Progress = func(files, bytes int64, findings int) {
		c.Objects.Store(files)
		c.Bytes.Store(bytes)
		c.Findings.Store(int64(findings))
	}
	return a.line.Start(c, "files")
}

// verdict is the exit code of a scan.
func (a *app) verdict(s scan.Summary) error {
	if s.Interrupted {
		return exit(CodeInterrupted)
	}
	bad := 0
	for sev, n := range s.BySeverity {
		if severityRank(string(sev)) >= severityRank(a.cfg.Scan.FailOn) {
			bad += n
		}
	}
	switch {
	case bad > 0 && (a.cfg.Scan.ExitCode != 0 || s.Complete):
		return exit(Code(a.cfg.Scan.ExitCode))
	case !s.Complete:
		return exit(CodeIncomplete)
	case a.cfg.Scan.StrictSuppressions && len(s.Unused) > 0:
		return fail(CodeFindings, fmt.Errorf("%d suppressions cover nothing any more", len(s.Unused)), "take them out; the report lists them")
	}
	return nil
}

// severityRank orders severities; never is above all.
func severityRank(s string) int {
	for i, name := range []string{string(finding.Low), string(finding.Medium), string(finding.High), string(finding.Critical)} {
		if s == name {
			return i
		}
	}
	return 4
}

// allowUnread makes a function of GLOB=REASON settings.
func allowUnread(list []string) (func(string) string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	type row struct {
		match  func(string) bool
		reason string
	}
	var rows []row
	for _, text := range list {
		glob, reason, ok := strings.Cut(text, "=")
		if !ok || strings.TrimSpace(reason) == "" {
			return nil, usageError(fmt.Errorf("--allow-unread %s has no reason", text), "write it as GLOB=REASON")
		}
		rows = append(rows, row{suppress.Glob(glob).MatchString, reason})
	}
	return func(path string) string {
		for _, r := range rows {
			if r.match(path) {
				return r.reason
			}
		}
		return ""
	}, nil
}
