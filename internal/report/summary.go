package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rekey.example/rekey/internal/finding"
)

// end writes what the text format says after the findings.
func (h *textHandler) end(e *End) {
	for _, n := range h.notes {
		h.remark("note:", n.Text)
	}
	for _, n := range h.errors {
		// A path is never wrapped: it is to be copied.
		fmt.Fprintf(h.w, "%s %s: %s\n", h.paint.warn("not read:"), visible(n.Path), visible(n.Reason))
	}
	reasons := slices.SortedFunc(maps.Keys(h.policy), func(a, b string) int {
		return cmp.Or(h.policy[b]-h.policy[a], strings.Compare(a, b))
	})
	for _, reason := range reasons {
		h.remark("left out:", fmt.Sprintf("%s: %s", plural(int64(h.policy[reason]), "object"), reason))
	}
	if len(h.notes)+len(h.errors)+len(h.policy) > 0 {
		h.w.WriteByte('\n')
	}
	read := fmt.Sprintf("%s (%s)", plural(e.Files, "file"), size(e.Bytes))
	suppressed := ""
	if s := counted(e.Suppressed); s != "" {
		suppressed = "; suppressed: " + s
	}
	switch {
	case len(h.found) > 0:
		found := fmt.Sprintf("%s in %s", plural(int64(len(h.found)), "secret"), plural(int64(h.places), "place"))
		fmt.Fprintf(h.w, "%s, found in %s%s\n", h.paint.strong(found), read, suppressed)
	case e.Complete:
		fmt.Fprintf(h.w, "%s in %s%s\n", h.paint.good("no secrets found"), read, suppressed)
	default:
		fmt.Fprintf(h.w, "%s in what was read: %s%s\n", h.paint.strong("no secrets found"), read, suppressed)
	}
	if len(h.found) > 0 && h.o.Suppress != "" {
		for _, l := range wrap(h.o.Suppress, h.o.Width) {
			fmt.Fprintln(h.w, l)
		}
	}
	h.incomplete(e)
}

// incomplete says why the answer isn't the whole one, if it isn't.
func (h *textHandler) incomplete(e *End) {
	why := ""
	switch n := int64(len(h.errors)); {
	case e.Complete:
		return
	case e.Interrupted && n > 0:
		why = fmt.Sprintf("the scan was interrupted, and %s could not be read", plural(n, "object"))
	case e.Interrupted:
		why = "the scan was interrupted"
	case n > 0:
		why = fmt.Sprintf("%s could not be read, as named above", plural(n, "object"))
	default:
		why = "not everything that was asked for was read"
	}
	fmt.Fprintf(h.w, "%s: %s\n", h.paint.warn("incomplete"), why)
}

// remark writes words after a tag, wrapped and indented by two.
func (h *textHandler) remark(tag, words string) {
	for i, l := range wrap(tag+" "+words, h.o.Width-2) {
		if i == 0 {
			fmt.Fprintf(h.w, "%s%s\n", h.paint.faint(tag), strings.TrimPrefix(l, tag))
		} else {
			fmt.Fprintf(h.w, "  %s\n", l)
		}
	}
}

// counted writes counts by name, sorted by name.
func counted(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > 0 {
			parts = append(parts, fmt.Sprintf("%d by %s", counts[name], visible(name)))
		}
	}
	return strings.Join(parts, ", ")
}

// plural writes n with its noun, the digits in groups of three.
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s + " " + noun + "s"
}

// size writes n bytes in decimal units.
func size(n int64) string {
	if n < 1000 {
		return plural(n, "byte")
	}
	v, unit := float64(n)/1e3, "kB"
	for _, next := range []string{"MB", "GB", "TB", "PB", "EB"} {
		if v < 999.95 {
			break
		}
		v, unit = v/1e3, next
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}

// palette colours text by SGR sequences (ECMA-48), or leaves it as it is.
type palette struct{ on bool }

func (p palette) sgr(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p palette) strong(s string) string { return p.sgr("1", s) }
func (p palette) faint(s string) string  { return p.sgr("2", s) }
func (p palette) edge(s string) string   { return p.sgr("34", s) }
func (p palette) good(s string) string   { return p.sgr("32", s) }
func (p palette) warn(s string) string   { return p.sgr("1;33", s) }

func (p palette) severity(of finding.Severity, s string) string {
	switch of {
	case finding.Critical:
		return p.sgr("1;31", s)
	case finding.High:
		return p.sgr("31", s)
	case finding.Medium:
		return p.sgr("33", s)
	default:
		return p.sgr("36", s)
	}
}
