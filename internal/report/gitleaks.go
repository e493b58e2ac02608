package report

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"rekey.example/rekey/internal/finding"
)

// gitleaksHandler writes the report that gitleaks v8.30.1 writes with
// --report-format json (its report/json.go and report/finding.go): an array,
// indented by one space, of one object per place. Secret and Match are masked as
// by --redact unless secrets may be shown. It differs in the writing of unseen
// characters, which are escaped; what is parsed is the same. Notes and objects
// not read have no place in this format.
type gitleaksHandler struct {
	w        *bufio.Writer
	revealed revealed
	places   int
}

var _ Handler = (*gitleaksHandler)(nil)

// gitleaksFinding has gitleaks' fields in gitleaks' order.
type gitleaksFinding struct {
	RuleID      string
	Description string
	StartLine   int
	EndLine     int
	StartColumn int
	EndColumn   int
	Match       string
	Secret      string
	File        string
	SymlinkFile string
	Commit      string
	Entropy     float32
	Author      string
	Email       string
	Date        string
	Message     string
	Tags        []string
	Fingerprint string
}

func newGitleaks(w io.Writer, o Options) Handler {
	return &gitleaksHandler{w: bufio.NewWriter(w), revealed: revealed{show: o.ShowSecrets}}
}

// Handle implements Handler.
func (h *gitleaksHandler) Handle(m Message) error {
	switch {
	case m.Start != nil:
		return h.w.WriteByte('[')
	case m.Reveal != nil:
		h.revealed.keep(m.Reveal)
	case m.Finding != nil:
		return h.finding(m.Finding)
	case m.End != nil:
		if h.places > 0 {
			h.w.WriteByte('\n')
		}
		h.w.WriteString("]\n")
		return h.w.Flush()
	}
	return nil
}

// finding writes f's places.
func (h *gitleaksHandler) finding(f *finding.Finding) error {
	r := h.revealed.of(f)
	for i := range 1 + len(f.Also) {
		p := &f.Place
		if i > 0 {
			p = &f.Also[i-1]
		}
		g := newGitleaksFinding(f, p)
		if r != nil {
			g.Secret = string(inClear(r.Secret))
			if i < len(r.Matches) {
				g.Match = string(inClear(r.Matches[i]))
			}
		}
		if h.places > 0 {
			h.w.WriteByte(',')
		}
		h.places++
		h.w.WriteString("\n ")
		doc, err := encode(g, " ", " ")
		if err != nil {
			return err
		}
		if _, err := h.w.Write(doc); err != nil {
			return err
		}
	}
	return nil
}

// newGitleaksFinding masks the secret. A place that wasn't counted in
// gitleaks' way, as in a saved report, gives its own numbers.
func newGitleaksFinding(f *finding.Finding, p *finding.Place) gitleaksFinding {
	at := p.Gitleaks
	if at.File == "" {
		at = finding.GitleaksPlace{
			StartLine: p.StartLine, EndLine: p.EndLine,
			StartColumn: p.StartColumn, EndColumn: max(p.EndColumn-1, 0),
			Match: "REDACTED", File: p.Path, Tags: f.Tags, Entropy: float32(f.Entropy),
		}
	}
	g := gitleaksFinding{
		RuleID: f.RuleID, Description: f.Description,
		StartLine: at.StartLine, EndLine: at.EndLine,
		StartColumn: at.StartColumn, EndColumn: at.EndColumn,
		Match: at.Match, Secret: "REDACTED",
		File: at.File, SymlinkFile: at.SymlinkFile,
		Commit: p.Commit, Entropy: at.Entropy,
		Author: p.Author, Email: p.Email, Message: p.Message,
		Tags: at.Tags,
	}
	if p.StartLine == 0 { // of a rule that looks at paths: there is no secret
		g.Secret, g.Match = "", "file detected: "+at.File
	}
	if g.Tags == nil {
		g.Tags = []string{}
	}
	if p.Date != nil {
		g.Date = p.Date.UTC().Format(time.RFC3339)
	}
	g.Fingerprint = fmt.Sprintf("%s:%s:%d", g.File, g.RuleID, g.StartLine)
	if g.Commit != "" {
		g.Fingerprint = g.Commit + ":" + g.Fingerprint
	}
	return g
}
