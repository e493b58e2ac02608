package gitleaks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"rekey.example/rekey/internal/secret"
)

// A BaselineKey has the fields of a gitleaks finding that are compared with a
// baseline, but for Match and Secret. They are those of its JSON report, in
// gitleaks' own count of lines and columns. What isn't compared (Fingerprint,
// Tags, SymlinkFile, Link) is left out.
type BaselineKey struct {
	RuleID      string
	Description string
	StartLine   int
	EndLine     int
	StartColumn int
	EndColumn   int
	File        string
	Commit      string
	Entropy     float32
	Author      string
	Email       string
	Date        string
	Message     string
}

// A Baseline is a gitleaks JSON report whose findings are known. IsNew may be
// called from several goroutines at once.
type Baseline struct {
	byKey map[BaselineKey][]*baselineEntry
	n     int
}

type baselineEntry struct {
	match, secret secret.Value
	used          atomic.Bool
}

// ParseBaseline reads a report as gitleaks writes it with --report-format json.
// name stands in the error.
func ParseBaseline(name string, text []byte) (*Baseline, error) {
	var findings []struct {
		BaselineKey
		Match, Secret string
	}
	if err := json.Unmarshal(text, &findings); err != nil {
		return nil, fmt.Errorf("can't use %s as a baseline: %s; it must be a report that gitleaks wrote with --report-format json", name, jsonCause(text, err))
	}
	b := &Baseline{byKey: make(map[BaselineKey][]*baselineEntry, len(findings)), n: len(findings)}
	for _, f := range findings {
		b.byKey[f.BaselineKey] = append(b.byKey[f.BaselineKey], &baselineEntry{
			match:  secret.New([]byte(f.Match)),
			secret: secret.New([]byte(f.Secret)),
		})
	}
	return b, nil
}

// jsonCause words a decoder's error without the text that it stumbled over,
// which may be a secret.
func jsonCause(text []byte, err error) string {
	at := func(offset int64) string {
		before := text[:min(max(offset, 0), int64(len(text)))]
		return fmt.Sprintf("line %d", 1+bytes.Count(before, []byte("\n")))
	}
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return at(syntax.Offset) + " isn't valid JSON"
	case errors.As(err, &typ):
		if typ.Field == "" {
			return at(typ.Offset) + ": expected a list of findings"
		}
		field := typ.Field[strings.LastIndexByte(typ.Field, '.')+1:]
		return fmt.Sprintf("%s: %s has the wrong type", at(typ.Offset), field)
	}
	return "not valid JSON"
}

// Len is the number of findings in the report.
func (b *Baseline) Len() int { return b.n }

// IsNew says whether a finding isn't in the report, as gitleaks' detect.IsNew
// does: all fields of the key must be equal, and Match and Secret too, unless
// redact says that this run redacts (gitleaks' --redact above 0), for then
// gitleaks compares neither.
//
// Beyond gitleaks, which takes every finding for new when the report was
// redacted and the run isn't: an entry whose Secret is REDACTED, or a
// beginning of the secret and "...", is compared in its redacted form.
//
// match and secret are in clear; they are neither kept nor changed. The
// entries that are met are marked as used.
func (b *Baseline) IsNew(key BaselineKey, match, secret []byte, redact bool) bool {
	found := false
	for _, e := range b.byKey[key] {
		if redact || e.equals(match, secret) {
			e.used.Store(true)
			found = true
		}
	}
	return !found
}

// Unused is the number of the report's findings that no call of IsNew met.
func (b *Baseline) Unused() int {
	n := 0
	for _, list := range b.byKey {
		for _, e := range list {
			if !e.used.Load() {
				n++
			}
		}
	}
	return n
}

func (e *baselineEntry) equals(match, secret []byte) (same bool) {
	e.secret.Use(func(old []byte) {
		e.match.Use(func(oldMatch []byte) {
			if bytes.Equal(old, secret) {
				same = bytes.Equal(oldMatch, match)
			} else if redacted(old, secret) {
				// What report.Finding.Redact does, an empty secret included.
				same = strings.ReplaceAll(string(match), string(secret), string(old)) == string(oldMatch)
			}
		})
	})
	return same
}

// redacted says whether mask is what gitleaks' --redact makes of secret, with
// any percentage.
func redacted(mask, secret []byte) bool {
	if string(mask) == "REDACTED" {
		return true
	}
	head, ok := bytes.CutSuffix(mask, []byte("..."))
	return ok && bytes.HasPrefix(secret, head)
}
