package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/secret"
)

// The types below are the JSON document and the lines of JSONL, which
// schema/report.schema.json describes.
//
//	document:  {"schema_version": 1, "tool": {…}, "findings": […], "scan": {…}}
//	line:      {"start": {…}} {"finding": {…}} {"not_read": {…}} {"note": {…}} {"end": {…}}

// documentJSON is the whole document, to be read.
type documentJSON struct {
	SchemaVersion int           `json:"schema_version"`
	Tool          Tool          `json:"tool"`
	Findings      []findingJSON `json:"findings"`
	Scan          *scanJSON     `json:"scan"`
}

// scanJSON is what the document says of the scan.
type scanJSON struct {
	Complete    bool           `json:"complete"`
	Interrupted bool           `json:"interrupted,omitempty"`
	NotRead     []NotRead      `json:"not_read"`
	Notes       []Note         `json:"notes"`
	Files       int64          `json:"files"`
	Bytes       int64          `json:"bytes"`
	Findings    int            `json:"findings"`
	Suppressed  map[string]int `json:"suppressed,omitempty"`
	Roots       []string       `json:"roots"`
	Rules       string         `json:"rules"`
	StartedAt   time.Time      `json:"started_at"`
	DurationMS  int64          `json:"duration_ms"`
}

// findingJSON is a finding, with its secret if that may be shown. A secret that
// isn't UTF-8 also stands in base64 in SecretBytes.
type findingJSON struct {
	*finding.Finding
	Secret      *string `json:"secret,omitempty"`
	SecretBytes []byte  `json:"secret_bytes,omitempty"`
}

func newFindingJSON(f *finding.Finding, r *Reveal) findingJSON {
	out := findingJSON{Finding: f}
	if r != nil {
		b := inClear(r.Secret)
		s := string(b)
		out.Secret = &s
		if !utf8.Valid(b) {
			out.SecretBytes = b
		}
	}
	return out
}

// reveal gives the secret that f was written with, or nil.
func (f findingJSON) reveal() *Reveal {
	b := f.SecretBytes
	if f.Secret == nil {
		return nil
	}
	if len(b) == 0 {
		b = []byte(*f.Secret)
	}
	return &Reveal{FindingID: f.ID, Secret: secret.Reveal(secret.New(b))}
}

// lineJSON is a line of JSONL. Exactly one field is set.
type lineJSON struct {
	Start   *startJSON   `json:"start,omitempty"`
	Finding *findingJSON `json:"finding,omitempty"`
	NotRead *NotRead     `json:"not_read,omitempty"`
	Note    *Note        `json:"note,omitempty"`
	End     *endJSON     `json:"end,omitempty"`
}

type startJSON struct {
	SchemaVersion int `json:"schema_version"`
	*Start
}

type endJSON struct {
	*End
	DurationMS int64 `json:"duration_ms"`
}

// notReadJSON is a NotRead on the wire; see finding.Place on path_bytes.
type notReadJSON struct {
	Path      string `json:"path"`
	PathBytes []byte `json:"path_bytes,omitempty"`
	Reason    string `json:"reason"`
	Policy    bool   `json:"policy"`
}

// MarshalJSON adds path_bytes where the path isn't UTF-8.
func (n NotRead) MarshalJSON() ([]byte, error) {
	w := notReadJSON{Path: n.Path, Reason: n.Reason, Policy: n.Policy}
	if !utf8.ValidString(n.Path) {
		w.PathBytes = []byte(n.Path)
	}
	return json.Marshal(w)
}

// UnmarshalJSON takes the path from path_bytes where there is one.
func (n *NotRead) UnmarshalJSON(data []byte) error {
	var w notReadJSON
	if err := json.Unmarshal(data, &w); err != nil {
		return fmt.Errorf("reading an object that was not read: %w", err)
	}
	*n = NotRead{Path: w.Path, Reason: w.Reason, Policy: w.Policy}
	if len(w.PathBytes) > 0 {
		n.Path = string(w.PathBytes)
	}
	return nil
}

// inClear gives a secret that somebody asked to see.
func inClear(r secret.Revealed) []byte {
	var b bytes.Buffer
	_, _ = r.WriteTo(&b) // a Buffer takes everything
	return b.Bytes()
}

// encode writes v as JSON in UTF-8, with the markup characters of HTML and
// everything that a terminal might obey escaped. Without an indent it is one
// line.
func encode(v any, prefix, indent string) ([]byte, error) {
	var doc []byte
	var err error
	if indent == "" {
		doc, err = json.Marshal(v)
	} else {
		doc, err = json.MarshalIndent(v, prefix, indent)
	}
	if err != nil {
		return nil, fmt.Errorf("encoding %T: %w", v, err)
	}
	return escapeUnseen(doc), nil
}

// unseen says that r has no picture of its own and may change what a terminal
// shows: control and format characters (the latter include those that turn the
// direction of text) and separators of lines.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// escapeUnseen writes the unseen characters of a JSON document as \u escapes,
// and U+FFFD too, as encoding/json does for bytes that aren't UTF-8. But for
// newlines between values they stand in strings only, so the document means
// the same.
func escapeUnseen(doc []byte) []byte {
	escaped := func(r rune) bool { return r != '\n' && unseen(r) || r == utf8.RuneError }
	if bytes.IndexFunc(doc, escaped) < 0 {
		return doc
	}
	var b bytes.Buffer
	for _, r := range string(doc) {
		switch {
		case !escaped(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
