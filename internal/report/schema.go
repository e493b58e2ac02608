package report

import _ "embed"

//go:embed schema/report.schema.json
var schema string

// Schema gives the JSON Schema (draft 2020-12) of the JSON document; its
// definition "line", at "#/$defs/line", is that of a line of JSONL. It allows
// fields that it doesn't name: a later rekey may add some without a new
// schema_version.
func Schema() []byte { return []byte(schema) }
