package scan

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/gitleaks"
	"rekey.example/rekey/internal/report"
	"rekey.example/rekey/internal/secret"
)

// A collector puts outcomes in order and makes findings of their hits. It
// belongs to one goroutine.
type collector struct {
	o    *Options
	emit func(report.Message) error

	waiting map[int]outcome
	next    int

	byKey      map[string]*entry
	order      []*entry
	notRead    []report.NotRead
	notes      []report.Note
	files      int64
	bytes      int64
	incomplete bool
	suppressed map[string]int
}

// An entry is a finding under way.
type entry struct {
	f       finding.Finding
	secret  secret.Value
	matches []secret.Value
	last    string // the path of the last place
	lines   map[[4]int]bool
}

func newCollector(o *Options, emit func(report.Message) error) *collector {
	return &collector{
		o: o, emit: emit, waiting: map[int]outcome{}, byKey: map[string]*entry{}, suppressed: map[string]int{},
	}
}

// drain takes outcomes until there are no more, in the order of their numbers.
func (c *collector) drain(outcomes <-chan outcome, slots <-chan struct{}) {
	for out := range outcomes {
		c.waiting[out.seq] = out
		for {
			next, ok := c.waiting[c.next]
			if !ok {
				break
			}
			delete(c.waiting, c.next)
			c.next++
			<-slots
			c.take(next)
		}
		if c.o.Progress != nil {
			c.o.Progress(c.files, c.bytes, len(c.order))
		}
	}
	// What an interruption left waiting for a number that never came.
	rest := make([]int, 0, len(c.waiting))
	for seq := range c.waiting {
		rest = append(rest, seq)
	}
	slices.Sort(rest)
	for _, seq := range rest {
		c.take(c.waiting[seq])
	}
}

// take adds one object's outcome.
func (c *collector) take(out outcome) {
	c.files += out.files
	c.bytes += out.bytes
	for _, s := range out.skips {
		n := report.NotRead{Path: s.Path, Reason: s.Reason, Policy: s.Policy}
		if !n.Policy && c.o.AllowUnread != nil {
			if why := c.o.AllowUnread(s.Path); why != "" {
				n.Policy = true
				n.Reason += " (allowed: " + why + ")"
			}
		}
		c.incomplete = c.incomplete || !n.Policy
		c.notRead = append(c.notRead, n)
	}
	for i := range out.hits {
		c.hit(&out.hits[i])
	}
}

// hit adds one place of a secret, unless something covers it.
func (c *collector) hit(h *hit) {
	m := h.match
	value := m.Secret
	if m.PathOnly {
		value = []byte("path\x00" + h.place.Path)
	}
	elsewhere, covered := c.covered(h, value)
	if covered {
		return
	}
	if c.o.onSecret != nil {
		c.o.onSecret(m.Rule.ID, value, h.place.Path)
	}
	key := m.Rule.ID + "\x00" + string(value)
	e := c.byKey[key]
	if e == nil || c.o.EveryPlace {
		e = &entry{f: c.describe(m, value), secret: secret.New(bytes.Clone(m.Secret)), lines: map[[4]int]bool{}}
		e.f.SuppressedUntilNow = elsewhere
		e.f.Place = h.place
		c.byKey[key] = e
		c.order = append(c.order, e)
	} else {
		at := [4]int{h.place.StartLine, h.place.StartColumn, h.place.EndLine, h.place.EndColumn}
		if e.last == h.place.Path && e.lines[at] {
			return // the same place, seen through two layers of encoding
		}
		if c.o.MaxPlaces == 0 || 1+len(e.f.Also) < c.o.MaxPlaces {
			e.f.Also = append(e.f.Also, h.place)
		}
	}
	if e.last != h.place.Path {
		clear(e.lines)
		e.last = h.place.Path
	}
	e.lines[[4]int{h.place.StartLine, h.place.StartColumn, h.place.EndLine, h.place.EndColumn}] = true
	e.f.PlacesTotal++
	if c.o.Reveal && len(e.matches) < 1+len(e.f.Also) {
		e.matches = append(e.matches, secret.New(m.Text))
	}
}

// covered says whether something accepts the hit, and counts what did; else
// under which other path it is accepted.
func (c *collector) covered(h *hit, value []byte) (elsewhere string, covered bool) {
	m := h.match
	if m.AllowComment && c.o.AllowComments {
		c.suppressed["gitleaks:allow comment"]++
		return "", true
	}
	if g := h.place.Gitleaks; c.o.Ignore != nil && c.o.Ignore.Match(g.File, m.Rule.ID, g.StartLine, h.place.Commit) {
		c.suppressed[".gitleaksignore"]++
		return "", true
	}
	if c.o.Baseline != nil && !c.o.Baseline.IsNew(baselineKey(h), m.Text, m.Secret, false) {
		c.suppressed["baseline"]++
		return "", true
	}
	if c.o.Accepted == nil {
		return "", false
	}
	a := c.o.Accepted.Cover(m.Rule.ID, value, h.place.Path)
	if a.Covered() {
		c.suppressed[a.File.Name]++
		return "", true
	}
	if a.Expired != nil {
		c.note("suppression-expired", fmt.Sprintf("%s under %s: the suppression ended on %s (%s)",
			m.Rule.ID, h.place.Path, a.Expired.Expires.Format(time.DateOnly), a.Expired.Reason))
	}
	if h.comment != nil && c.o.AllowComments {
		switch {
		case h.comment.reason == "":
			c.note("allow-comment-without-reason", fmt.Sprintf("%s:%d: %s needs a fingerprint and a reason", h.place.Path, h.place.StartLine, allowMark))
		case c.o.Accepted.Find(value, h.comment.fingerprint):
			c.suppressed[allowMark+" comment"]++
			return "", true
		}
	}
	return a.Elsewhere, false
}

func (c *collector) note(code, text string) {
	c.notes = append(c.notes, report.Note{Code: code, Text: text})
}

// baselineKey are the fields that gitleaks compares with its baseline.
func baselineKey(h *hit) gitleaks.BaselineKey {
	g := h.place.Gitleaks
	return gitleaks.BaselineKey{
		RuleID: h.match.Rule.ID, Description: h.match.Rule.Description,
		StartLine: g.StartLine, EndLine: g.EndLine, StartColumn: g.StartColumn, EndColumn: g.EndColumn,
		File: g.File, Commit: h.place.Commit, Entropy: g.Entropy,
		Author: h.place.Author, Email: h.place.Email, Message: h.place.Message,
	}
}

// describe makes a finding without its places.
func (c *collector) describe(m *detectors.Match, value []byte) finding.Finding {
	fp := c.o.Key.Fingerprint(value)
	f := finding.Finding{
		ID: finding.ID(m.Rule.ID, fp), RuleID: m.Rule.ID, Description: m.Rule.Description,
		Severity: Severity(m.Rule), Fingerprint: fp, Entropy: m.Entropy, Tags: m.Rule.Tags,
		Opens: m.Rule.Rekey.Opens, Rotate: m.Rule.Rekey.Rotate,
	}
	if m.PathOnly {
		f.Structure = "a file that holds secrets by its kind"
		return f
	}
	f.Preview, f.Structure = finding.Preview(m.Secret), finding.Structure(m.Secret)
	return f
}

// Severity is the rule's severity, high if it names none.
func Severity(r *detectors.Rule) finding.Severity {
	if r.Rekey.Severity == "" {
		return finding.High
	}
	return finding.Severity(r.Rekey.Severity)
}

// finish sends everything in order: findings, notes, what was not read, End.
func (c *collector) finish(interrupted bool, took time.Duration) (Summary, error) {
	values := make([]secret.Value, len(c.order))
	for i, e := range c.order {
		values[i] = e.secret
	}
	mask := secret.NewRedactor(values)
	sum := Summary{BySeverity: map[finding.Severity]int{}}
	for _, e := range c.order {
		sum.BySeverity[e.f.Severity]++
		if err := c.send(e, mask); err != nil {
			return sum, err
		}
	}
	if c.o.Accepted != nil {
		sum.Unused = c.o.Accepted.Unused()
		for _, s := range sum.Unused {
			c.note("suppression-unused", "covers nothing any more: "+s.String())
		}
	}
	for i := range c.notes {
		c.notes[i].Text = mask.Redact(c.notes[i].Text)
		if err := c.emit(report.Message{Note: &c.notes[i]}); err != nil {
			return sum, err
		}
	}
	for i := range c.notRead {
		n := c.notRead[i]
		n.Path, n.Reason = mask.Redact(n.Path), mask.Redact(n.Reason)
		if err := c.emit(report.Message{NotRead: &n}); err != nil {
			return sum, err
		}
	}
	sum.End = report.End{
		Complete: !c.incomplete && !interrupted, Interrupted: interrupted,
		Files: c.files, Bytes: c.bytes, Duration: took, Findings: len(c.order), Suppressed: c.suppressed,
	}
	return sum, c.emit(report.Message{End: &sum.End})
}

// send emits one finding, masked, and what it reveals before it.
func (c *collector) send(e *entry, mask *secret.Redactor) error {
	if c.o.Reveal {
		r := &report.Reveal{FindingID: e.f.ID, Secret: secret.Reveal(e.secret)}
		for _, m := range e.matches {
			r.Matches = append(r.Matches, secret.Reveal(m))
		}
		if err := c.emit(report.Message{Reveal: r}); err != nil {
			return err
		}
	}
	cover(&e.f.Place, mask)
	for i := range e.f.Also {
		cover(&e.f.Also[i], mask)
	}
	return c.emit(report.Message{Finding: &e.f})
}

// cover masks the run's secrets wherever else they stand in a place.
func cover(p *finding.Place, mask *secret.Redactor) {
	p.Line, p.LineColumn, p.LineWidth = mask.Line(p.Line, p.LineColumn, p.LineWidth)
	p.Path, p.Gitleaks.File = mask.Redact(p.Path), mask.Redact(p.Gitleaks.File)
	p.Gitleaks.Match = mask.Redact(p.Gitleaks.Match)
	p.Author, p.Email, p.Message = mask.Redact(p.Author), mask.Redact(p.Email), mask.Redact(p.Message)
}
