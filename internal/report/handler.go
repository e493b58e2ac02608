package report

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"rekey.example/rekey/internal/finding"
)

// A Handler takes the messages of one stream, in their order, one at a time.
// What a message points to stays as it was when it was handed over. End
// finishes the output and flushes it: there is nothing to close. An error is
// the writer's, or says that the stream is out of order; after one the output
// is not to be trusted, and no further message mends it.
type Handler interface {
	Handle(Message) error
}

// Options are what the formats share. The zero value is fit for a pipe.
type Options struct {
	// Color asks the text format for ANSI colours.
	Color bool
	// Width is how many columns the text format may take; 0 means 100.
	Width int
	// ShowSecrets asks for secrets in clear, from the stream's Reveals.
	ShowSecrets bool
	// Suppress is the sentence with which the text format says how a finding
	// is suppressed; empty leaves it out.
	Suppress string
}

// A Format is one way to write a stream.
type Format struct {
	Name string
	// About is a few words for a person who chooses.
	About string
	// New makes the format's Handler, which writes to w.
	New func(w io.Writer, o Options) Handler
}

// Formats lists the formats, the default first.
func Formats() []Format {
	return []Format{
		{"text", "for a person to read", newText},
		{"json", "one document, described by the JSON schema", newJSON},
		{"jsonl", "one message per line, as it happens", newJSONL},
		{"sarif", "SARIF 2.1.0, for code hosts", newSARIF},
		{"gitleaks", "gitleaks v8's JSON report", newGitleaks},
	}
}

// New gives the Handler of the format called name. It refuses streams that are
// out of order.
func New(name string, w io.Writer, o Options) (Handler, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return &ordered{next: f.New(w, o)}, nil
		}
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("no output format is called %q: choose one of %s", name, strings.Join(names, ", "))
}

// ordered passes a stream on as long as it is in order: Start, anything, End.
type ordered struct {
	next           Handler
	started, ended bool
}

// errOrder is a fault of the program, not of its user.
var errOrder = errors.New("the stream of a report is out of order")

func (o *ordered) Handle(m Message) error {
	kinds := 0
	for _, is := range []bool{
		m.Start != nil, m.Finding != nil, m.Reveal != nil, m.NotRead != nil, m.Note != nil, m.End != nil,
	} {
		if is {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return fmt.Errorf("%w: a message says %d things, not one", errOrder, kinds)
	case o.ended:
		return fmt.Errorf("%w: a message after the end", errOrder)
	case o.started == (m.Start != nil):
		return fmt.Errorf("%w: it must start once, and first", errOrder)
	}
	o.started = true
	o.ended = m.End != nil
	return o.next.Handle(m)
}

// revealed keeps the last Reveal for the Finding that follows it.
type revealed struct {
	show bool
	last *Reveal
}

// keep remembers r if secrets may be shown.
func (v *revealed) keep(r *Reveal) {
	if v.show {
		v.last = r
	}
}

// of gives what was revealed for f, or nil, and forgets it.
func (v *revealed) of(f *finding.Finding) *Reveal {
	r := v.last
	v.last = nil
	if r == nil || r.FindingID != f.ID {
		return nil
	}
	return r
}
