package report_test

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"pgregory.net/rapid"

	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/report"
)

// readSARIF reads a log with another project's reader.
func readSARIF(t rapid.TB, o report.Options, messages []report.Message) *sarif.Run {
	t.Helper()
	log, err := sarif.FromBytes(render(t, "sarif", o, messages))
	if err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	return log.Runs[0]
}

func TestSARIFResult(t *testing.T) {
	run := readSARIF(t, report.Options{}, sample())
	if n := len(run.Tool.Driver.Rules); n != 2 {
		t.Errorf("%d rules, want 2: one id is there twice", n)
	}
	if got := *run.ColumnKind; got != "utf16CodeUnits" {
		t.Errorf("columnKind %q", got)
	}
	if n := len(run.Results); n != 3 {
		t.Fatalf("%d results, want 3", n)
	}
	r := run.Results[0]
	place := r.Locations[0].PhysicalLocation
	got := []any{
		*r.RuleID, r.RuleIndex, r.Level, r.PartialFingerprints["rekey/v1"], *r.OccurrenceCount, *place.ArtifactLocation.URI,
		*place.Region.StartLine, *place.Region.StartColumn, *place.Region.EndColumn, *place.Region.Snippet.Text,
		*place.ContextRegion.Snippet.Text, len(r.RelatedLocations), *r.Message.Text,
	}
	want := []any{
		"some-token", 0, "error", "0123456789abcdef", 9, "config/prod.env",
		12, 10, 10 + len(aToken), "ghp_********" + aToken[38:],
		"\tTOKEN = ******** # for the build", 4, "A personal access token was found: ghp_********" + aToken[38:] + " (40 characters: letters, digits, signs)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if kind := *r.RelatedLocations[1].LogicalLocations[0].Kind; kind != "commit message" {
		t.Errorf("a commit's message is a %q", kind)
	}
	// The second finding's columns weren't counted in UTF-16, and its line is wide.
	if region := run.Results[1].Locations[0].PhysicalLocation.Region; region.StartColumn != nil || region.EndColumn != nil {
		t.Error("columns are stated that nobody counted")
	}
	// The third is a file as a whole.
	if region := run.Results[2].Locations[0].PhysicalLocation.Region; region != nil {
		t.Errorf("a whole file has the region %v", region)
	}
}

func TestSARIFInvocation(t *testing.T) {
	inv := readSARIF(t, report.Options{}, sample()).Invocations[0]
	if *inv.ExecutionSuccessful {
		t.Error("an incomplete scan is called successful")
	}
	var got []string
	for _, n := range inv.ToolExecutionNotifications {
		where := ""
		if len(n.Locations) > 0 {
			where = " at " + *n.Locations[0].PhysicalLocation.ArtifactLocation.URI
		}
		got = append(got, n.Level+" "+*n.Descriptor.ID+": "+*n.Message.Text+where)
	}
	want := []string{
		"error not-read: opening the archive: unexpected EOF at secret.tar.gz",
		"note suppressions-honoured: 2 suppressions of .rekeyignore are in force; it belongs to the tree that was scanned.",
		"note left-out: 2 objects left out: a symbolic link, not followed",
		"note left-out: 1 object left out: not a regular file",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !*readSARIF(t, report.Options{}, clean()).Invocations[0].ExecutionSuccessful {
		t.Error("a complete scan is called unsuccessful")
	}
}

// TestSARIFColumns: columns in bytes are taken only where they can't be wrong.
func TestSARIFColumns(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*finding.Place)
		want int
	}{
		{"counted", func(p *finding.Place) { p.UTF16 = finding.Columns{Start: 4, End: 9} }, 4},
		{"ASCII from the line's start", func(*finding.Place) {}, 7},
		{"wide", func(p *finding.Place) { p.Line = "é = ********" }, 0},
		{"cut", func(p *finding.Place) { p.StartColumn, p.EndColumn = 500, 506 }, 0},
		{"unknown", func(p *finding.Place) { p.Line = "" }, 0},
	} {
		f := &finding.Finding{ID: "1", RuleID: "r", Place: finding.Place{
			Kind: finding.KindFile, Path: "f", StartLine: 1, EndLine: 1, StartColumn: 7, EndColumn: 13,
			Line: "abc = ********", LineColumn: 6, LineWidth: 8,
		}}
		c.edit(&f.Place)
		run := readSARIF(t, report.Options{}, []report.Message{{Start: start()}, {Finding: f}, {End: &report.End{}}})
		got := 0
		if column := run.Results[0].Locations[0].PhysicalLocation.Region.StartColumn; column != nil {
			got = *column
		}
		if got != c.want {
			t.Errorf("%s: start column %d, want %d", c.name, got, c.want)
		}
	}
}

// TestSARIFPaths: any path comes back out of its URI.
func TestSARIFPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(
			rapid.StringN(1, 40, -1),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 40), func(b []byte) string { return string(b) }),
			rapid.SampledFrom([]string{"a:b", "c:/d", "/abs/dir/f", "a.zip!b/c", "50%.txt", "?q#f", "[x]{y}", "\\\\host\\share"}),
		).Filter(func(s string) bool { return !strings.HasPrefix(s, "//") }).Draw(t, "name")
		h := []report.Message{
			{Start: start()},
			{Finding: &finding.Finding{ID: "1", RuleID: "r", Place: finding.Place{Kind: finding.KindFile, Path: name}}},
			{End: &report.End{Complete: true}},
		}
		uri := *readSARIF(t, report.Options{}, h).Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI
		u, err := url.Parse(uri)
		if err != nil {
			t.Fatal(err)
		}
		if u.Path != name || (u.Scheme != "") != path.IsAbs(name) || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("%q became %q, whose path is %q", name, uri, u.Path)
		}
	})
}

func TestSARIFMessages(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain [text]", "plain [text]"},
		{"a {placeholder}", "a {{placeholder}}"},
		{"[click](https://example.com)", `\[click\](https://example.com)`},
		{"an \x1b[31mescape", `an \x1b[31mescape`},
	} {
		run := readSARIF(t, report.Options{}, []report.Message{{Start: start()}, {Note: &report.Note{Code: "n", Text: c.in}}, {End: &report.End{}}})
		if got := *run.Invocations[0].ToolExecutionNotifications[0].Message.Text; got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}
