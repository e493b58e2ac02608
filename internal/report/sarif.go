package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"rekey.example/rekey/internal/finding"
)

// sarifHandler writes a log of SARIF 2.1.0 (OASIS, with errata 01) with one
// run. Results are written as they come; the invocation, which says whether
// the scan was complete, follows them.
//
// Columns are in UTF-16 code units, the only unit that every reader of SARIF
// knows; see sarifRegion.
type sarifHandler struct {
	w        *bufio.Writer
	revealed revealed
	start    Start
	rules    map[string]int // the place of a rule in the table
	results  int
	said     []sarifNotification
	policy   map[string]int // objects left out, by reason
}

var _ Handler = (*sarifHandler)(nil)

func newSARIF(w io.Writer, o Options) Handler {
	return &sarifHandler{
		w: bufio.NewWriter(w), revealed: revealed{show: o.ShowSecrets},
		rules: map[string]int{}, policy: map[string]int{},
	}
}

// Handle implements Handler.
func (h *sarifHandler) Handle(m Message) error {
	switch {
	case m.Start != nil:
		return h.begin(m.Start)
	case m.Reveal != nil:
		h.revealed.keep(m.Reveal)
	case m.Finding != nil:
		return h.result(m.Finding)
	case m.NotRead != nil && m.NotRead.Policy:
		h.policy[m.NotRead.Reason]++
	case m.NotRead != nil:
		h.said = append(h.said, notification("error", "not-read", m.NotRead.Reason, m.NotRead.Path))
	case m.Note != nil:
		h.said = append(h.said, notification("note", m.Note.Code, m.Note.Text, ""))
	case m.End != nil:
		return h.end(m.End)
	}
	return nil
}

// begin writes all that stands before the results.
func (h *sarifHandler) begin(s *Start) error {
	h.start = *s
	driver := sarifDriver{Name: s.Tool.Name, Version: s.Tool.Version, Rules: []sarifRule{}}
	for _, r := range s.RuleInfo {
		if _, has := h.rules[r.ID]; !has {
			h.rules[r.ID] = len(driver.Rules)
			driver.Rules = append(driver.Rules, newSARIFRule(r))
		}
	}
	fmt.Fprintf(h.w, "{\n  \"$schema\": %q,\n  \"version\": \"2.1.0\",\n  \"runs\": [\n    {\n      \"tool\": ", sarifSchema)
	if err := h.value(sarifTool{driver}, "      "); err != nil {
		return err
	}
	_, err := fmt.Fprintf(h.w, ",\n      \"columnKind\": \"utf16CodeUnits\",\n      \"redactionTokens\": [%q],\n      \"results\": [", finding.Masked)
	return err
}

func (h *sarifHandler) result(f *finding.Finding) error {
	var snippet string
	if r := h.revealed.of(f); r != nil {
		snippet = string(inClear(r.Secret))
	} else {
		snippet = cmp.Or(f.Preview, finding.Masked)
	}
	res := sarifResult{
		RuleID: f.RuleID, Level: sarifLevel(f.Severity), Rank: sarifRank(f.Severity),
		Message:             sarifMessage{resultText(f)},
		Locations:           []sarifLocation{newSARIFLocation(&f.Place, snippet)},
		OccurrenceCount:     max(f.PlacesTotal, 1+len(f.Also)),
		PartialFingerprints: map[string]string{"rekey/v1": f.ID},
		Properties: sarifResultProperties{
			Fingerprint: f.Fingerprint, Preview: f.Preview, Structure: f.Structure,
			Entropy: f.Entropy, Severity: f.Severity, Tags: unique(f.Tags),
		},
	}
	if i, has := h.rules[f.RuleID]; has {
		res.RuleIndex = &i
	}
	for i := range f.Also {
		l := newSARIFLocation(&f.Also[i], snippet)
		l.ID = i + 1
		l.Message = &sarifMessage{"The same secret."}
		res.RelatedLocations = append(res.RelatedLocations, l)
	}
	if h.results > 0 {
		h.w.WriteByte(',')
	}
	h.results++
	h.w.WriteString("\n        ")
	return h.value(res, "        ")
}

func (h *sarifHandler) end(e *End) error {
	reasons := slices.Sorted(maps.Keys(h.policy))
	for _, r := range reasons {
		words := fmt.Sprintf("%s left out: %s", plural(int64(h.policy[r]), "object"), r)
		h.said = append(h.said, notification("note", "left-out", words, ""))
	}
	inv := sarifInvocation{
		ExecutionSuccessful: e.Complete,
		StartTimeUTC:        h.start.StartedAt.UTC().Format(sarifTime),
		EndTimeUTC:          h.start.StartedAt.Add(e.Duration).UTC().Format(sarifTime),
		Notifications:       h.said,
		Properties: sarifInvocationProperties{
			Files: e.Files, Bytes: e.Bytes, Interrupted: e.Interrupted,
			Rules: h.start.Rules, Suppressed: e.Suppressed,
		},
	}
	if inv.Notifications == nil {
		inv.Notifications = []sarifNotification{}
	}
	if h.results > 0 {
		h.w.WriteString("\n      ")
	}
	h.w.WriteString("],\n      \"invocations\": ")
	if err := h.value([]sarifInvocation{inv}, "      "); err != nil {
		return err
	}
	h.w.WriteString("\n    }\n  ]\n}\n")
	return h.w.Flush()
}

// value writes v after what stands on the line already.
func (h *sarifHandler) value(v any, prefix string) error {
	doc, err := encode(v, prefix, "  ")
	if err != nil {
		return err
	}
	_, err = h.w.Write(doc)
	return err
}

// newSARIFRule describes a rule.
func newSARIFRule(r RuleInfo) sarifRule {
	about := cmp.Or(r.Description, r.ID)
	severity := finding.Severity(cmp.Or(r.Severity, string(finding.High)))
	out := sarifRule{
		ID:                   r.ID,
		ShortDescription:     sarifMessage{visible(about)},
		FullDescription:      sarifMessage{visible(about)},
		DefaultConfiguration: sarifConfiguration{Level: sarifLevel(severity), Rank: sarifRank(severity)},
		Properties: sarifRuleProperties{
			// What code hosts sort by: a score from 0 to 10, as CVSS has it.
			SecuritySeverity: fmt.Sprintf("%.1f", sarifRank(severity)/10),
			Tags:             unique(append([]string{"security", "secret"}, r.Tags...)),
		},
	}
	if help := strings.TrimSpace(r.Opens + "\n\n" + r.Rotate); help != "" {
		out.Help = &sarifMessage{help}
	}
	if u, err := url.Parse(r.Source); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		out.HelpURI = u.String()
	}
	return out
}

// sarifLevel is SARIF's word for s (3.27.10).
func sarifLevel(s finding.Severity) string {
	switch s {
	case finding.Low:
		return "note"
	case finding.Medium:
		return "warning"
	default:
		return "error"
	}
}

// sarifRank is the weight of s from 0 to 100 (3.27.25).
func sarifRank(s finding.Severity) float64 {
	switch s {
	case finding.Low:
		return 25
	case finding.Medium:
		return 55
	case finding.Critical:
		return 95
	default:
		return 80
	}
}

// resultText is a result's message: the rule's sentence, and what is known of
// the secret.
func resultText(f *finding.Finding) string {
	s := strings.TrimRight(cmp.Or(f.Description, f.RuleID), ". ")
	if f.Preview != "" && f.Preview != finding.Masked {
		s += ": " + f.Preview
	}
	if f.Structure != "" {
		s += " (" + f.Structure + ")"
	}
	return messageText(s)
}

// messageText writes s for a message: braces are doubled, since single ones
// are placeholders (3.11.5), and what would read as a link is taken apart
// (3.11.6).
func messageText(s string) string {
	s = strings.NewReplacer("{", "{{", "}", "}}").Replace(visible(s))
	if strings.Contains(s, "](") {
		s = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(s)
	}
	return s
}

// notification says something of the scan itself; path may be empty.
func notification(level, code, words, path string) sarifNotification {
	n := sarifNotification{
		Level: level, Message: sarifMessage{messageText(cmp.Or(words, code))},
		Descriptor: sarifReference{cmp.Or(code, level)},
	}
	if path != "" {
		n.Locations = []sarifLocation{{Physical: &sarifPhysical{Artifact: sarifArtifact{fileURI(path)}}}}
	}
	return n
}

// unique drops what stands in tags already.
func unique(tags []string) []string {
	var out []string
	for _, t := range tags {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
