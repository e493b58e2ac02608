package report

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"rekey.example/rekey/internal/finding"
)

// jsonHandler writes the document. Findings are written as they come, and what
// is only known at the end stands at the end, so that memory holds no findings.
type jsonHandler struct {
	w        *bufio.Writer
	revealed revealed
	scan     scanJSON
	findings int
}

var _ Handler = (*jsonHandler)(nil)

func newJSON(w io.Writer, o Options) Handler {
	return &jsonHandler{w: bufio.NewWriter(w), revealed: revealed{show: o.ShowSecrets}}
}

// Handle implements Handler.
func (h *jsonHandler) Handle(m Message) error {
	switch {
	case m.Start != nil:
		h.scan = scanJSON{
			NotRead: []NotRead{}, Notes: []Note{}, Roots: append([]string{}, m.Start.Roots...),
			Rules: m.Start.Rules, StartedAt: m.Start.StartedAt,
		}
		fmt.Fprintf(h.w, "{\n  \"schema_version\": %d,\n  \"tool\": ", finding.SchemaVersion)
		if err := h.value(m.Start.Tool, "  "); err != nil {
			return err
		}
		_, err := h.w.WriteString(",\n  \"findings\": [")
		return err
	case m.Reveal != nil:
		h.revealed.keep(m.Reveal)
	case m.Finding != nil:
		return h.finding(m.Finding)
	case m.NotRead != nil:
		h.scan.NotRead = append(h.scan.NotRead, *m.NotRead)
	case m.Note != nil:
		h.scan.Notes = append(h.scan.Notes, *m.Note)
	case m.End != nil:
		return h.end(m.End)
	}
	return nil
}

func (h *jsonHandler) finding(f *finding.Finding) error {
	if h.findings > 0 {
		h.w.WriteByte(',')
	}
	h.findings++
	h.w.WriteString("\n    ")
	return h.value(newFindingJSON(f, h.revealed.of(f)), "    ")
}

func (h *jsonHandler) end(e *End) error {
	h.scan.Complete, h.scan.Interrupted = e.Complete, e.Interrupted
	h.scan.Files, h.scan.Bytes, h.scan.Findings = e.Files, e.Bytes, e.Findings
	h.scan.Suppressed, h.scan.DurationMS = e.Suppressed, milliseconds(e.Duration)
	if h.findings > 0 {
		h.w.WriteString("\n  ")
	}
	h.w.WriteString("],\n  \"scan\": ")
	if err := h.value(h.scan, "  "); err != nil {
		return err
	}
	h.w.WriteString("\n}\n")
	return h.w.Flush()
}

// value writes v after what stands on the line already.
func (h *jsonHandler) value(v any, prefix string) error {
	doc, err := encode(v, prefix, "  ")
	if err != nil {
		return err
	}
	_, err = h.w.Write(doc)
	return err
}

// milliseconds rounds d to the nearest one.
func milliseconds(d time.Duration) int64 { return d.Round(time.Millisecond).Milliseconds() }

// jsonlHandler writes a line per message, each flushed.
type jsonlHandler struct {
	w        io.Writer
	revealed revealed
}

var _ Handler = (*jsonlHandler)(nil)

func newJSONL(w io.Writer, o Options) Handler {
	return &jsonlHandler{w: w, revealed: revealed{show: o.ShowSecrets}}
}

// Handle implements Handler.
func (h *jsonlHandler) Handle(m Message) error {
	line := lineJSON{NotRead: m.NotRead, Note: m.Note}
	switch {
	case m.Reveal != nil:
		h.revealed.keep(m.Reveal)
		return nil
	case m.Start != nil:
		start := *m.Start
		start.Roots = append([]string{}, start.Roots...)
		line.Start = &startJSON{SchemaVersion: finding.SchemaVersion, Start: &start}
	case m.Finding != nil:
		f := newFindingJSON(m.Finding, h.revealed.of(m.Finding))
		line.Finding = &f
	case m.End != nil:
		line.End = &endJSON{End: m.End, DurationMS: milliseconds(m.End.Duration)}
	}
	doc, err := encode(line, "", "")
	if err != nil {
		return err
	}
	_, err = h.w.Write(append(doc, '\n'))
	return err
}
