package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"rekey.example/rekey/internal/report"
)

// compile makes a validator of a schema, or of the part of it at at.
func compile(v any, at string) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.AssertContent()
	if err := c.AddResource("mem:///schema.json", v); err != nil {
		return nil, err
	}
	return c.Compile("mem:///schema.json" + at)
}

// closeObjects forbids in a schema of ours the fields that it doesn't name, so that
// none goes undescribed.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, has := v["properties"]; has && v["type"] == "object" && v["additionalProperties"] == nil {
			v["additionalProperties"] = false
		}
		for _, sub := range v {
			closeObjects(sub)
		}
	case []any:
		for _, sub := range v {
			closeObjects(sub)
		}
	}
}

// validator gives a check of a format's output against its schema, for json,
// jsonl and sarif.
func validator(t rapid.TB, format string) func(doc []byte) error {
	t.Helper()
	source, at := report.Schema(), ""
	switch format {
	case "jsonl":
		at = "#/$defs/line"
	case "sarif":
		source = sarifSchema(t)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	if format != "sarif" {
		closeObjects(v)
	}
	schema, err := compile(v, at)
	if err != nil {
		t.Fatal(err)
	}
	return func(doc []byte) error {
		docs := [][]byte{doc}
		if format == "jsonl" {
			docs = bytes.Split(bytes.TrimSuffix(doc, []byte("\n")), []byte("\n"))
		}
		for i, d := range docs {
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(d))
			if err != nil {
				return fmt.Errorf("document %d: %w", i, err)
			}
			if err := schema.Validate(v); err != nil {
				return fmt.Errorf("document %d: %w", i, err)
			}
		}
		return nil
	}
}

// sarifSum is the SHA-256 of OASIS's sarif-schema-2.1.0.json, errata 01.
const sarifSum = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"

// sarifSchema gives the official schema of SARIF 2.1.0, which the module
// go-sarif carries as a constant in its sources.
func sarifSchema(t rapid.TB) []byte {
	t.Helper()
	pkg, err := build.Import("github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var schema []byte
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			schema = []byte(s)
		}
		return true
	})
	if sum := sha256.Sum256(schema); hex.EncodeToString(sum[:]) != sarifSum {
		t.Fatalf("the SARIF schema of go-sarif has SHA-256 %x, want %s", sum, sarifSum)
	}
	return schema
}

func TestOutputsAreValid(t *testing.T) {
	for _, format := range []string{"json", "jsonl", "sarif"} {
		check := validator(t, format)
		for name, messages := range map[string][]report.Message{"sample": sample(), "clean": clean()} {
			for _, show := range []bool{false, true} {
				doc := render(t, format, report.Options{ShowSecrets: show}, messages)
				if err := check(doc); err != nil {
					t.Errorf("%s, %s, secrets shown %v: %v\n%s", format, name, show, err, doc)
				}
			}
		}
	}
}

// TestValidatorsCanFail keeps the check above honest.
func TestValidatorsCanFail(t *testing.T) {
	for format, doc := range map[string]string{
		"json":  `{"schema_version":1,"tool":{"name":"x","version":"1","more":1},"findings":[],"scan":{}}`,
		"jsonl": `{"note":{"code":"a","text":"b"},"end":null}`,
		"sarif": `{"version":"2.1.0","runs":[{"results":[]}]}`,
	} {
		if err := validator(t, format)([]byte(doc)); err == nil {
			t.Errorf("%s: %s is valid", format, doc)
		}
	}
}

// TestSchemaIsCommitted: what is embedded is what users find in the repository.
func TestSchemaIsCommitted(t *testing.T) {
	want, err := os.ReadFile("schema/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(report.Schema(), want) {
		t.Error("Schema() isn't schema/report.schema.json")
	}
}
