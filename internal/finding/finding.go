// Package finding holds what a scan says of a secret: which rule, where, how
// bad, and by which name the secret can be spoken of without saying it. It
// refuses to hold the secret: no field has its bytes, functions that take one
// keep nothing of it, and the package must never import internal/secret. Its one invariant: two findings have the same
// ID exactly when rule and secret are the same, under one fingerprint key.
package finding

import "time"

// SchemaVersion is that of the JSON document.
const SchemaVersion = 1

// Severity says how bad a finding is.
type Severity string

// The severities, from the mildest.
const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// A Finding is one secret found by one rule, wherever it stands.
type Finding struct {
	// ID names (rule, secret) under the fingerprint key.
	ID string `json:"id"`
	// RuleID is the id of the rule that matched.
	RuleID string `json:"rule_id"`
	// Description is the rule's sentence.
	Description string   `json:"description"`
	Severity    Severity `json:"severity"`
	// Preview shows enough of the secret to recognise it, and no more.
	Preview string `json:"secret_preview"`
	// Fingerprint names the secret under the fingerprint key, whatever the
	// rule.
	Fingerprint string `json:"fingerprint"`
	// Structure says what the secret is made of: its length and classes of
	// characters.
	Structure string `json:"structure"`
	// Entropy is Shannon's, in bits per byte.
	Entropy float64  `json:"entropy"`
	Tags    []string `json:"tags,omitempty"`
	// Opens and Rotate are the rule's words on what the secret is good for
	// and how it is replaced.
	Opens  string `json:"opens,omitempty"`
	Rotate string `json:"rotate,omitempty"`
	// Place is the first place, in the order of the scan.
	Place Place `json:"place"`
	// Also are the other places; complete unless PlacesTotal says more.
	Also []Place `json:"also,omitempty"`
	// PlacesTotal counts all places, this one included.
	PlacesTotal int `json:"places_total"`
	// SuppressedUntilNow is the old path of a suppression that a move left
	// behind.
	SuppressedUntilNow string `json:"suppressed_until_now,omitempty"`
}

// Kinds of place.
const (
	KindFile          = "file"
	KindBlob          = "blob"
	KindPath          = "path"
	KindStdin         = "stdin"
	KindCommitMessage = "commit_message"
	KindTagMessage    = "tag_message"
	KindAuthor        = "author"
	KindSymlink       = "symlink_target"
)

// A Place is where a secret stands. Lines and columns count from 1, columns
// in bytes, ends are exclusive. A place with StartLine 0 is the file as a
// whole.
type Place struct {
	Kind string `json:"kind"`
	// Path is slash-separated and relative to the scan's root; an archive's
	// member follows "!".
	Path        string `json:"path"`
	StartLine   int    `json:"start_line"`
	StartColumn int    `json:"start_column"`
	EndLine     int    `json:"end_line"`
	EndColumn   int    `json:"end_column"`
	// Encodings are those that had to be undone to see the secret, outermost
	// last, for instance "base64".
	Encodings []string   `json:"encodings,omitempty"`
	Commit    string     `json:"commit,omitempty"`
	Author    string     `json:"author,omitempty"`
	Email     string     `json:"email,omitempty"`
	Date      *time.Time `json:"date,omitempty"`
	Message   string     `json:"message,omitempty"`
	// Line is the line on which the secret begins, cut to a window around
	// it, with the secret masked; LineColumn is where in it, in bytes from
	// 0, the mask begins, and LineWidth how many bytes it takes.
	Line       string `json:"line,omitempty"`
	LineColumn int    `json:"line_column,omitempty"`
	LineWidth  int    `json:"line_width,omitempty"`
	// UTF16 is the columns counted in UTF-16 code units, as editors and SARIF
	// count; see UTF16Column. Zero where the scan didn't count them.
	UTF16 Columns `json:"-"`
	// Gitleaks is the place in gitleaks' own count, for its format.
	Gitleaks GitleaksPlace `json:"-"`
}

// Columns are those of a place's start and end, from 1, the end exclusive.
type Columns struct{ Start, End int }

// GitleaksPlace is a place as gitleaks v8.30.1 counts: of the match, not the
// secret, with its columns one too high after the first line.
type GitleaksPlace struct {
	StartLine, EndLine, StartColumn, EndColumn int
	// Match is the match with the secret masked.
	Match string
	// File is the path as gitleaks would print it.
	File, SymlinkFile string
	Tags              []string
	Entropy           float32
}
