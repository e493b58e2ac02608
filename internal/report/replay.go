package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"rekey.example/rekey/internal/finding"
)

// errUnended is a JSONL report whose last line is missing.
var errUnended = errors.New("it has no end: the scan that wrote it did not finish, or the file was cut; scan again")

// Read replays a saved report, a JSON document or JSONL, into h. Secrets that
// the report shows are sent as Reveals, which h shows only if it was made to.
// What the report doesn't hold isn't in the stream: the catalogue's rules (those of
// a document's findings stand in for them) and gitleaks' own count of places.
// JSONL that was cut off is an error after what there is has been replayed.
func Read(r io.Reader, h Handler) error {
	if err := read(json.NewDecoder(r), &ordered{next: h}); err != nil {
		return fmt.Errorf("reading a saved report: %w", err)
	}
	return nil
}

func read(dec *json.Decoder, h Handler) error {
	var first json.RawMessage
	if err := dec.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("it is empty: give a report that rekey scan wrote with --format json or jsonl")
		}
		return err
	}
	var head map[string]json.RawMessage
	if err := json.Unmarshal(first, &head); err != nil {
		return fmt.Errorf("it isn't one of rekey's: %w", err)
	}
	if _, is := head["schema_version"]; is {
		return readDocument(first, h)
	}
	for n := 1; ; n++ {
		ended, err := readLine(first, h)
		if err != nil {
			return fmt.Errorf("message %d: %w", n, err)
		}
		if ended {
			return nil
		}
		switch err := dec.Decode(&first); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return errUnended
		case err != nil:
			return fmt.Errorf("message %d: %w", n+1, err)
		}
	}
}

// checkVersion refuses what a later version of the schema may mean otherwise.
func checkVersion(v int) error {
	if v != finding.SchemaVersion {
		return fmt.Errorf("its schema_version is %d and this rekey reads %d: use the rekey that wrote it", v, finding.SchemaVersion)
	}
	return nil
}

func readDocument(doc []byte, h Handler) error {
	var d documentJSON
	if err := json.Unmarshal(doc, &d); err != nil {
		return err
	}
	if err := checkVersion(d.SchemaVersion); err != nil {
		return err
	}
	if d.Scan == nil {
		return errors.New("it has no scan: give a report that rekey scan wrote with --format json or jsonl")
	}
	s := d.Scan
	messages := []Message{{Start: &Start{
		Tool: d.Tool, StartedAt: s.StartedAt, Roots: s.Roots, Rules: s.Rules, RuleInfo: rulesOf(d.Findings),
	}}}
	for _, f := range d.Findings {
		if f.Finding == nil {
			return errors.New("a finding has no fields")
		}
		if r := f.reveal(); r != nil {
			messages = append(messages, Message{Reveal: r})
		}
		messages = append(messages, Message{Finding: f.Finding})
	}
	for i := range s.NotRead {
		messages = append(messages, Message{NotRead: &s.NotRead[i]})
	}
	for i := range s.Notes {
		messages = append(messages, Message{Note: &s.Notes[i]})
	}
	messages = append(messages, Message{End: &End{
		Complete: s.Complete, Interrupted: s.Interrupted, Files: s.Files, Bytes: s.Bytes,
		Duration: time.Duration(s.DurationMS) * time.Millisecond, Findings: s.Findings, Suppressed: s.Suppressed,
	}})
	for _, m := range messages {
		if err := h.Handle(m); err != nil {
			return err
		}
	}
	return nil
}

// rulesOf describes the rules that found something, in the order of their first
// finding.
func rulesOf(findings []findingJSON) []RuleInfo {
	var out []RuleInfo
	seen := map[string]bool{}
	for _, f := range findings {
		if f.Finding == nil || seen[f.RuleID] {
			continue
		}
		seen[f.RuleID] = true
		out = append(out, RuleInfo{
			ID: f.RuleID, Description: f.Description, Severity: string(f.Severity),
			Opens: f.Opens, Rotate: f.Rotate, Tags: f.Tags,
		})
	}
	return out
}

// readLine replays one line of JSONL and says whether it was the end.
func readLine(line []byte, h Handler) (ended bool, err error) {
	var l lineJSON
	if err := json.Unmarshal(bytes.TrimSpace(line), &l); err != nil {
		return false, err
	}
	m := Message{NotRead: l.NotRead, Note: l.Note}
	switch {
	case l.Start != nil:
		if err := checkVersion(l.Start.SchemaVersion); err != nil {
			return false, err
		}
		m.Start = l.Start.Start
	case l.Finding != nil && l.Finding.Finding != nil:
		m.Finding = l.Finding.Finding
		if r := l.Finding.reveal(); r != nil {
			if err := h.Handle(Message{Reveal: r}); err != nil {
				return false, err
			}
		}
	case l.End != nil && l.End.End != nil:
		m.End = l.End.End
		m.End.Duration = time.Duration(l.End.DurationMS) * time.Millisecond
	}
	return m.End != nil, h.Handle(m)
}
