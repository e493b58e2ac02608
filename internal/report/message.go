// Package report says what a scan found, to a person or to a program: a scan
// is a stream of Messages, and every output format is a Handler of them. Read
// turns a saved JSON or JSONL report into the same stream again. The package
// refuses to decide anything: what is a finding, what is suppressed and what
// the exit code is stand in the messages or with whoever sends them. Its one
// invariant: a secret in clear is written by a Handler that was made with
// ShowSecrets, from a Reveal, and never otherwise.
package report

import (
	"time"

	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/secret"
)

// A Message is one thing that a scan says. Exactly one field is set. The
// order of a stream is Start, then findings, reveals, notes and objects not
// read in any order, then End.
type Message struct {
	Start   *Start           `json:"start,omitempty"`
	Finding *finding.Finding `json:"finding,omitempty"`
	Reveal  *Reveal          `json:"-"`
	NotRead *NotRead         `json:"not_read,omitempty"`
	Note    *Note            `json:"note,omitempty"`
	End     *End             `json:"end,omitempty"`
}

// Start opens a stream.
type Start struct {
	Tool      Tool      `json:"tool"`
	StartedAt time.Time `json:"started_at"`
	// Roots are what was asked for, as the user wrote it.
	Roots []string `json:"roots"`
	// Rules names the catalogue: builtin, gitleaks or a file.
	Rules string `json:"rules"`
	// RuleInfo describes every rule of the catalogue, for SARIF.
	RuleInfo []RuleInfo `json:"-"`
	// EveryPlace says that findings are unfolded, one per place.
	EveryPlace bool `json:"-"`
}

// Tool names the program that scanned.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// RuleInfo is what a format says of a rule.
type RuleInfo struct {
	ID, Description, Severity, Opens, Rotate, Source string
	Tags                                             []string
}

// Reveal carries a secret in clear to those formats that were asked to show
// it. It is sent directly before the Finding that it belongs to.
type Reveal struct {
	FindingID string
	Secret    secret.Revealed
	// Matches are the matches in clear, one for each place: the finding's
	// Place first, then its Also.
	Matches []secret.Revealed
}

// NotRead names an object that was asked for and not scanned. With Policy the
// user's or the tool's stated policy left it out; without, it is an error and
// the scan is incomplete.
type NotRead struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Policy bool   `json:"policy"`
}

// A Note is something that a person should know and that is neither a finding
// nor a failure: suppressions in use, unused ones, configuration honoured.
type Note struct {
	// Code is stable, for scripts.
	Code string `json:"code"`
	Text string `json:"text"`
}

// End closes a stream.
type End struct {
	// Complete says that everything that was asked for was scanned or left
	// out by a named policy.
	Complete    bool          `json:"complete"`
	Interrupted bool          `json:"interrupted,omitempty"`
	Files       int64         `json:"files"`
	Bytes       int64         `json:"bytes"`
	Duration    time.Duration `json:"-"`
	Findings    int           `json:"findings"`
	// Suppressed counts the findings that a suppression covered, by what
	// covered them.
	Suppressed map[string]int `json:"suppressed,omitempty"`
}
