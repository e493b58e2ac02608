package cli

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"rekey.example/rekey/internal/config"
)

// update rewrites the manual: `make docs`.
var update = flag.Bool("update", false, "rewrite the parts of cmd/rekey/doc.go that are made from the code")

const manual = "../../cmd/rekey/doc.go"

// TestManual holds the sections of the manual that list verbs, exit codes and
// settings against the tables that they are made from.
func TestManual(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	want := got
	for heading, body := range map[string]string{
		"Verbs":         verbSection(),
		"Exit status":   exitSection(),
		"Configuration": configSection(),
	} {
		want = replaceSection(t, want, heading, body)
	}
	if *update {
		if err := os.WriteFile(manual, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the manual is not what the code says; run `make docs` (-code +manual)\n%s", diff)
	}
}

// replaceSection gives text with another body below a heading.
func replaceSection(t *testing.T, text, heading, body string) string {
	t.Helper()
	section := regexp.MustCompile(`(?ms)^# ` + heading + `\n.*?(^# |^\*/)`)
	if !section.MatchString(text) {
		t.Fatalf("%s has no section %q", manual, heading)
	}
	return section.ReplaceAllStringFunc(text, func(old string) string {
		end := section.FindStringSubmatch(old)[1]
		if end != "*/\n" && end != "*/" {
			body += "\n"
		}
		return "# " + heading + "\n\n" + body + end
	})
}

// verbSection lists every verb with its arguments.
func verbSection() string {
	var b strings.Builder
	eachVerb(newRoot(newApp(Process{})), func(cmd *cobra.Command) {
		line, _, _ := strings.Cut(cmd.UseLine(), " [flags]")
		fmt.Fprintf(&b, "\t%s\n\t\t%s\n", line, cmd.Short)
	})
	return b.String() + "\n`rekey help VERB` describes a verb and its flags.\n"
}

// eachVerb calls f with every command that does something, in order. What
// cobra has below completion is one verb here.
func eachVerb(cmd *cobra.Command, f func(*cobra.Command)) {
	for _, c := range cmd.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		if hasOwnWork(c) || c.Name() == "completion" {
			f(c)
		}
		if c.Name() != "completion" {
			eachVerb(c, f)
		}
	}
}

// exitSection lists the table of exit codes.
func exitSection() string {
	var all []Code
	for _, row := range codes() {
		all = append(all, row.code)
	}
	return exitTable("\t", all) + "\nFindings win over what was not read: such a scan ends with 1, and says that it is\nincomplete. Any other code, or death by a signal, is a failure.\n"
}

// configSection lists the settings.
func configSection() string {
	var b strings.Builder
	b.WriteString(`One YAML file configures rekey: the one that --config names, or REKEY_CONFIG, or
the first that exists of ./rekey.yaml, $XDG_CONFIG_HOME/rekey/config.yaml and
/etc/rekey/config.yaml. Files are not merged, and unknown keys are errors. A flag
goes before the environment, the environment before the file, the file before the
default; a list replaces the weaker one. The variable of a key is REKEY_ and the
key in capitals, with _ for each dot; a list of globs has one on each line. Relative
paths in the file are relative to the file. Sizes name their unit: 64MiB, 10MB.
` + "`rekey config show --origin`" + ` says what holds, and why.

`)
	defaults := config.Default()
	for _, s := range config.Settings() {
		text := strings.ReplaceAll(s.Text(defaults), "\n", ",")
		if text == "" {
			text = "none"
		}
		fmt.Fprintf(&b, "\t%s: %s\n\t\t%s\n", s.Key, text, s.Doc)
	}
	return b.String()
}
