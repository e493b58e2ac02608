package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rekey.example/rekey/internal/report"
)

// replays checks that a report read again and written in its own format is the
// same, byte for byte.
func replays(t rapid.TB, format string, doc []byte) {
	t.Helper()
	var out bytes.Buffer
	h, err := report.New(format, &out, report.Options{ShowSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Read(bytes.NewReader(doc), h); err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	if diff := cmp.Diff(string(doc), out.String()); diff != "" {
		t.Fatalf("%s, replayed (-want +got):\n%s", format, diff)
	}
}

func TestReplay(t *testing.T) {
	for name, messages := range map[string][]report.Message{"sample": sample(), "clean": clean()} {
		for _, format := range []string{"json", "jsonl"} {
			for _, show := range []bool{false, true} {
				t.Run(name+" "+format, func(t *testing.T) {
					replays(t, format, render(t, format, report.Options{ShowSecrets: show}, messages))
				})
			}
		}
	}
}

// TestReplayHidesSecrets: a report that shows secrets is replayed without them
// into a handler that wasn't made to show any.
func TestReplayHidesSecrets(t *testing.T) {
	for _, saved := range []string{"json", "jsonl"} {
		doc := render(t, saved, report.Options{ShowSecrets: true}, sample())
		for _, format := range formatNames() {
			var out bytes.Buffer
			h, err := report.New(format, &out, report.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := report.Read(bytes.NewReader(doc), h); err != nil {
				t.Fatal(err)
			}
			for _, s := range []string{aToken, aPhrase} {
				if strings.Contains(out.String(), s) {
					t.Errorf("%s, replayed as %s, shows %q", saved, format, s)
				}
			}
		}
	}
}

// TestReplayedText: a saved report looks as the scan did.
func TestReplayedText(t *testing.T) {
	want := string(render(t, "text", report.Options{}, sample()))
	for _, saved := range []string{"json", "jsonl"} {
		var out bytes.Buffer
		h, err := report.New("text", &out, report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := report.Read(bytes.NewReader(render(t, saved, report.Options{}, sample())), h); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", saved, diff)
		}
	}
}

func TestReadErrors(t *testing.T) {
	lines := render(t, "jsonl", report.Options{}, sample())
	doc := render(t, "json", report.Options{}, sample())
	cut := lines[:bytes.LastIndexByte(lines[:len(lines)-1], '\n')+1]
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "empty"},
		{"blank", "\n \n", "empty"},
		{"no JSON", "high: some-token", "invalid character"},
		{"another program's", `[{"RuleID":"x"}]`, "isn't one of rekey's"},
		{"a later version", `{"schema_version":2,"tool":{},"scan":{},"findings":[]}`, "use the rekey that wrote it"},
		{"no scan", `{"schema_version":1}`, "no scan"},
		{"an empty finding", `{"schema_version":1,"scan":{},"findings":[{}]}`, "no fields"},
		{"a cut document", string(doc[:len(doc)/2]), "unexpected EOF"},
		{"lines without an end", string(cut), "no end"},
		{"a cut line", string(lines[:len(lines)-20]), "no end"},
		{"no start", "{\"end\":{\"complete\":true}}\n", "out of order"},
		{"an unknown line", `{"start":{"schema_version":1,"tool":{}}}` + "\n{}\n", "message 2"},
		{"a later version's lines", `{"start":{"schema_version":2,"tool":{}}}` + "\n", "use the rekey that wrote it"},
	} {
		h, err := report.New("json", &bytes.Buffer{}, report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = report.Read(strings.NewReader(c.in), h)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

// FuzzRead: no file makes Read panic, and what it takes is written as a valid
// document. Seeds are large: fuzz with -fuzzminimizetime=10x.
func FuzzRead(f *testing.F) {
	for _, format := range []string{"json", "jsonl"} {
		f.Add(render(f, format, report.Options{ShowSecrets: true}, sample()))
		f.Add(render(f, format, report.Options{}, clean()))
	}
	f.Add([]byte(`{"schema_version":1,"scan":{},"findings":[{"place":{"path_bytes":"/w=="},"secret":"x"}]}`))
	f.Add([]byte(`{"start":{"schema_version":1,"tool":null}}{"finding":null}{"end":{}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, format := range formatNames() {
			var out bytes.Buffer
			h, err := report.New(format, &out, report.Options{ShowSecrets: true})
			if err != nil {
				t.Fatal(err)
			}
			if report.Read(bytes.NewReader(doc), h) != nil {
				continue
			}
			if format != "text" && format != "jsonl" && !json.Valid(out.Bytes()) {
				t.Fatalf("%s isn't JSON: %s", format, out.Bytes())
			}
		}
	})
}
