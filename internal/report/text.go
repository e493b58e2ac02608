package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"rekey.example/rekey/internal/finding"
)

// The text format, for a person at a terminal:
//
//	high: some-rule
//	  The rule's sentence.
//	  --> dir/file:12:15
//	   |
//	12 | KEY = ********
//	   |       ^^^^^^^^ abcd********yz
//	   |
//	  secret  40 characters: letters, digits
//	  also    other/file:3:1
//	  next    What to do.
//	  id      0123456789abcdef rk1:…
//
// Findings are written as they come; notes, what was not read and the sum
// follow at the end.

const (
	defaultWidth = 100
	leastWidth   = 40
	alsoShown    = 3 // of the other places of a finding
)

// textHandler writes the text format.
type textHandler struct {
	w        *bufio.Writer
	o        Options
	paint    palette
	revealed revealed
	found    map[string]bool // the ids of findings: with every place on its own, one comes often
	places   int
	notes    []Note
	errors   []NotRead
	policy   map[string]int // objects left out, by reason
}

var _ Handler = (*textHandler)(nil)

func newText(w io.Writer, o Options) Handler {
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	o.Width = max(o.Width, leastWidth)
	return &textHandler{
		w: bufio.NewWriter(w), o: o, paint: palette{o.Color},
		revealed: revealed{show: o.ShowSecrets}, found: map[string]bool{}, policy: map[string]int{},
	}
}

// Handle implements Handler.
func (h *textHandler) Handle(m Message) error {
	switch {
	case m.Reveal != nil:
		h.revealed.keep(m.Reveal)
	case m.Finding != nil:
		h.finding(m.Finding)
		return h.w.Flush()
	case m.NotRead != nil && m.NotRead.Policy:
		h.policy[m.NotRead.Reason]++
	case m.NotRead != nil:
		h.errors = append(h.errors, *m.NotRead)
	case m.Note != nil:
		h.notes = append(h.notes, *m.Note)
	case m.End != nil:
		h.end(m.End)
		return h.w.Flush()
	}
	return nil
}

func (h *textHandler) finding(f *finding.Finding) {
	h.found[f.ID] = true
	h.places += max(f.PlacesTotal, 1+len(f.Also))
	r := h.revealed.of(f)
	fmt.Fprintf(h.w, "%s: %s\n", h.paint.severity(f.Severity, string(f.Severity)), h.paint.strong(visible(f.RuleID)))
	for _, l := range wrap(f.Description, h.o.Width-2) {
		fmt.Fprintf(h.w, "  %s\n", l)
	}
	h.place(f)
	h.row("secret", f.Structure)
	if r != nil {
		for i, l := range strings.Split(strings.TrimSuffix(string(inClear(r.Secret)), "\n"), "\n") {
			h.rawRow(label(i, "value"), visible(strings.TrimSuffix(l, "\r")))
		}
	}
	if len(f.Place.Encodings) > 0 {
		h.row("inside", strings.Join(f.Place.Encodings, ", in "))
	}
	h.also(f)
	if f.Place.Commit != "" {
		h.row("commit", origin(&f.Place))
	}
	if f.SuppressedUntilNow != "" {
		h.rawRow("moved", "suppressed at "+visible(f.SuppressedUntilNow)+" until now")
	}
	if f.Opens != "" {
		h.row("opens", f.Opens)
	}
	next := f.Rotate
	if next == "" {
		next = "Replace it where it was issued, then remove it here: whoever could read this place may have it."
	}
	h.row("next", next)
	h.rawRow("id", visible(f.ID)+" "+h.paint.faint(visible(f.Fingerprint)))
	h.w.WriteByte('\n')
}

// place writes where f is, with the line if there is one.
func (h *textHandler) place(f *finding.Finding) {
	p := &f.Place
	number := ""
	if p.StartLine > 0 {
		number = fmt.Sprint(p.StartLine)
	}
	margin := strings.Repeat(" ", max(len(number), 2))
	fmt.Fprintf(h.w, "%s%s %s\n", margin, h.paint.edge("-->"), where(p))
	if p.Line == "" || number == "" {
		return
	}
	from := min(max(p.LineColumn, 0), len(p.Line))
	end := min(from+max(p.LineWidth, 0), len(p.Line))
	// Indentation says nothing here.
	before := codeCells(strings.TrimLeft(p.Line[:from], " \t"))
	mask := codeCells(p.Line[from:end])
	after := codeCells(strings.TrimRight(p.Line[end:], " \t"))
	line := append(append(before, mask...), after...)
	bar := h.paint.edge("|")
	shown, column, wide := fit(line, len(before), len(before)+len(mask), h.o.Width-len(margin)-3)
	caret := h.paint.severity(f.Severity, strings.Repeat("^", max(wide, 1)))
	fmt.Fprintf(h.w, "%s %s\n", margin, bar)
	fmt.Fprintf(h.w, "%s %s %s\n", h.paint.edge(fmt.Sprintf("%*s", len(margin), number)), bar, shown)
	fmt.Fprintf(h.w, "%s %s %s%s", margin, bar, strings.Repeat(" ", column), caret)
	if f.Preview != "" && f.Preview != finding.Masked {
		fmt.Fprintf(h.w, " %s", visible(f.Preview))
	}
	fmt.Fprintf(h.w, "\n%s %s\n", margin, bar)
}

// also writes the first of f's other places, and how many more there are.
func (h *textHandler) also(f *finding.Finding) {
	shown := min(len(f.Also), alsoShown)
	for i := range shown {
		h.rawRow(label(i, "also"), where(&f.Also[i]))
	}
	if more := max(f.PlacesTotal-1, len(f.Also)) - shown; more > 0 {
		h.row(label(shown, "also"), "and "+plural(int64(more), "more place"))
	}
}

// label is that of the i-th line of a row.
func label(i int, s string) string {
	if i > 0 {
		return ""
	}
	return s
}

// labelWidth is the column of a row's text.
const labelWidth = 10

// row writes words under a label, wrapped.
func (h *textHandler) row(name, words string) {
	for i, l := range wrap(words, h.o.Width-labelWidth) {
		h.rawRow(label(i, name), l)
	}
}

// rawRow writes a line that is safe to print, under a label and as it is.
func (h *textHandler) rawRow(name, line string) {
	fill := strings.Repeat(" ", labelWidth-2-len(name))
	fmt.Fprintf(h.w, "  %s%s%s\n", h.paint.faint(name), fill, line)
}

// where names p, safe to print: path:line:column as editors and compilers take
// it, and in words what has no lines.
func where(p *finding.Place) string {
	at := visible(p.Path)
	switch p.Kind {
	case finding.KindCommitMessage:
		at = "message of commit " + visible(p.Commit)
	case finding.KindTagMessage:
		at = strings.TrimSpace("message of tag " + visible(p.Path))
	case finding.KindAuthor:
		return "author of commit " + visible(p.Commit)
	case finding.KindPath:
		return at + " (the path itself)"
	case finding.KindSymlink:
		return at + " (where the link points)"
	}
	if p.StartLine > 0 {
		at += fmt.Sprintf(":%d:%d", p.StartLine, p.StartColumn)
	}
	return at
}

// origin says by whom and when p's commit was made.
func origin(p *finding.Place) string {
	s := p.Commit
	if p.Author != "" || p.Email != "" {
		s += " by " + p.Author
		if p.Email != "" {
			s = strings.TrimRight(s, " ") + " <" + p.Email + ">"
		}
	}
	if p.Date != nil {
		s += " on " + p.Date.Format("2006-01-02")
	}
	return s
}
