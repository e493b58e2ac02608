package gitleaks

import (
	"bufio"
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"rekey.example/rekey/detectors"
)

// An Ignore is the content of .gitleaksignore files: one fingerprint a line,
// file:rule:line, or commit:file:rule:line for a finding in git history. Its
// zero value ignores nothing. Match may be called from several goroutines at
// once, Add may not.
type Ignore struct {
	entries []*IgnoreEntry
	byText  map[string][]*IgnoreEntry
}

// An IgnoreEntry is one line of a .gitleaksignore.
type IgnoreEntry struct {
	// File and Line are where the entry stands.
	File string
	Line int
	// Text is the entry with the path's backslashes turned.
	Text string

	used atomic.Bool
}

// Add reads a file as gitleaks does (detect.AddGitleaksIgnore): blank lines
// and those that begin with # are left out, and a backslash in the path is
// taken for a slash. An entry with neither 3 nor 4 fields is kept, as gitleaks
// keeps it, because a path with colons matches after all. name stands in the
// warnings.
func (ig *Ignore) Add(name string, text []byte) []detectors.Warning {
	var warnings []detectors.Warning
	warn := func(line int, format string, args ...any) {
		warnings = append(warnings, detectors.Warning{File: name, Line: line, Msg: fmt.Sprintf(format, args...)})
	}
	if ig.byText == nil {
		ig.byText = map[string][]*IgnoreEntry{}
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	n := 0
	for lines.Scan() {
		n++
		entry := strings.TrimSpace(lines.Text())
		if entry == "" || strings.HasPrefix(entry, "#") {
			continue
		}
		fields := strings.Split(entry, ":")
		switch len(fields) {
		case 3:
			fields[0] = strings.ReplaceAll(fields[0], `\`, "/")
		case 4:
			fields[1] = strings.ReplaceAll(fields[1], `\`, "/")
		default:
			warn(n, "not a fingerprint; write file:rule:line, or commit:file:rule:line for git history")
		}
		e := &IgnoreEntry{File: name, Line: n, Text: strings.Join(fields, ":")}
		ig.entries = append(ig.entries, e)
		ig.byText[e.Text] = append(ig.byText[e.Text], e)
	}
	if lines.Err() != nil {
		warn(n+1, "the line is longer than %d bytes: gitleaks reads nothing from here on; shorten or remove it", bufio.MaxScanTokenSize-1)
	}
	return warnings
}

// Match says whether a finding is ignored, and marks the entries that say so
// as used. file is the path as gitleaks prints it, startLine the match's first
// line, counted from 1 (0 for a rule that looks at paths only), commit the
// full id, or empty outside git history.
func (ig *Ignore) Match(file, rule string, startLine int, commit string) bool {
	if len(ig.entries) == 0 {
		return false
	}
	text := file + ":" + rule + ":" + strconv.Itoa(startLine)
	hits := ig.byText[text]
	if len(hits) == 0 && commit != "" {
		hits = ig.byText[commit+":"+text]
	}
	for _, e := range hits {
		e.used.Store(true)
	}
	return len(hits) > 0
}

// Len is the number of entries.
func (ig *Ignore) Len() int { return len(ig.entries) }

// Unused gives the entries that no call of Match has met, in the order of
// reading.
func (ig *Ignore) Unused() []*IgnoreEntry {
	var unused []*IgnoreEntry
	for _, e := range ig.entries {
		if !e.used.Load() {
			unused = append(unused, e)
		}
	}
	return unused
}
