package config

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// compiled is the schema, ready to validate.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("rekey.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("rekey.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaAgrees: the schema and the reader give the same verdict.
func TestSchemaAgrees(t *testing.T) {
	schema := compiled(t)
	docs := map[string]bool{
		"":                                  true,
		"scan: {}":                          true,
		Default().YAML(false):               true,
		Default().YAML(true):                true,
		"scan: {workers: 4}":                true,
		"scan: {workers: 1025}":             false,
		"scan: {workers: '4'}":              false,
		"scan: {workers: 4.5}":              false,
		"scan: {worker: 4}":                 false,
		"workers: 4":                        false,
		"scan: []":                          false,
		"scan:":                             false,
		"scan: {rules: gitleaks}":           true,
		"scan: {rules: 7}":                  false,
		"scan: {enable_rules: [a, b]}":      true,
		"scan: {enable_rules: a}":           false,
		"scan: {enable_rules: ['']}":        false,
		"scan: {enable_rules: [7]}":         false,
		"scan: {allow_unread: ['a=b c']}":   true,
		"scan: {allow_unread: ['a=']}":      false,
		"scan: {allow_unread: ['a= ']}":     false,
		"scan: {max_file_size: 1024}":       true,
		"scan: {max_file_size: 1.5 GiB}":    true,
		"scan: {max_file_size: '7'}":        true,
		"scan: {max_file_size: 1.5}":        false,
		"scan: {max_file_size: 10M}":        false,
		"scan: {max_file_size: MiB}":        false,
		"scan: {max_memory: 1}":             false,
		"scan: {format: sarif}":             true,
		"scan: {format: xml}":               false,
		"scan: {respect_gitignore: true}":   true,
		"scan: {respect_gitignore: 'true'}": false,
		"scan: {archive: {timeout: 1h30m}}": true,
		"scan: {archive: {timeout: 90}}":    false,
		"scan: {archive: {timeout: soon}}":  false,
		"scan: {archive: {ratio: 0}}":       false,
		"output: {color: never}":            true,
		"output: {color: maybe}":            false,
		"fingerprint_key_file: k":           true,
		"fingerprint_key_file: [k]":         false,
		"- x":                               false,
		"x":                                 false,
	}
	for text, want := range docs {
		errs := Check("f", []byte(text))
		if (errs == nil) != want {
			t.Errorf("the reader on %q: %v", text, errs)
		}
		var doc any
		if strings.TrimSpace(text) != "" {
			if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
		}
		if err := schema.Validate(doc); (err == nil) != want {
			t.Errorf("the schema on %q: %v", text, err)
		}
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]Size{
		"0": 0, "512": 512, "512B": 512, "64KiB": 65536, "64 KiB": 65536, "1.5MiB": 3 << 19, "10MB": 1e7, "1kB": 1000,
		"2TiB": 2 << 40, "9223372036854775807": math.MaxInt64, "0.5B": 0,
	} {
		if got, err := ParseSize(text); got != want || err != nil {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                      "not a size",
		"MiB":                   "not a size",
		"-1":                    "not a size",
		"1..5MiB":               "not a size",
		"1.MiB":                 "not a size",
		".5MiB":                 "not a size",
		"1e3":                   "not a size",
		"5 apples":              "not a size",
		"5  MiB":                "not a size",
		"5k":                    "say 5KiB (1024 bytes each) or 5kB (1000 bytes each)",
		"5mb":                   "say 5MiB (1048576 bytes each) or 5MB (1000000 bytes each)",
		"8388608TiB":            "more bytes than can be counted",
		"9223372036854775808":   "more bytes than can be counted",
		"9999999999999.5TiB":    "more bytes than can be counted",
		"5\x1b[31mMiB":          `"5\x1b[31mMiB" is not a size`,
		strings.Repeat("x", 99): `xxx…"`,
	} {
		if got, err := ParseSize(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %d, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestSizeReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Size(rapid.Int64Min(0).Draw(t, "bytes")) >> rapid.IntRange(0, 60).Draw(t, "shift") << rapid.IntRange(0, 2).Draw(t, "zeros")
		s = max(s, 0)
		if back, err := ParseSize(s.String()); back != s || err != nil {
			t.Fatalf("%d is written %s and read %d, %v", s, s, back, err)
		}
	})
}

func TestNearest(t *testing.T) {
	known := []string{"scan", "rules", "baseline", "max_file_size", "json", "jsonl"}
	for word, want := range map[string]string{
		"scna": "scan", "Scan": "scan", "rule": "rules", "max-file-size": "max_file_size", "max_filesize": "max_file_size",
		"basline": "baseline", "jsno": "json", "": "", "q": "", "zzzz": "", "decode": "", "jsonll": "jsonl",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
