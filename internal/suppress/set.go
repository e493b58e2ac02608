package suppress

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"time"

	"rekey.example/rekey/internal/finding"
)

// A Set answers, for the files of one run, whether a finding is accepted, and
// keeps count. It belongs to one goroutine.
type Set struct {
	now   time.Time
	files []*set
}

// set is one file with what was asked of it.
type set struct {
	*File
	byRule map[string][]int
	globs  []*regexp.Regexp
	used   []bool
	// stretched remembers the slow fingerprints, by a hash of the secret.
	stretched map[[sha256.Size]byte]string
}

// NewSet makes a set of files, as of now.
func NewSet(now time.Time, files ...*File) *Set {
	s := &Set{now: now}
	for _, f := range files {
		t := &set{
			File: f, byRule: map[string][]int{}, used: make([]bool, len(f.Entries)),
			globs: make([]*regexp.Regexp, len(f.Entries)), stretched: map[[sha256.Size]byte]string{},
		}
		for i, e := range f.Entries {
			t.byRule[e.Rule] = append(t.byRule[e.Rule], i)
			t.globs[i] = Glob(e.Path)
		}
		s.files = append(s.files, t)
	}
	return s
}

// An Answer says what a Set knows of a finding.
type Answer struct {
	// File and Entry are what covers the finding; nil if nothing does.
	File  *File
	Entry *Entry
	// Elsewhere is the path under which the same secret is accepted by the
	// same rule, if only that.
	Elsewhere string
	// Expired is the entry that would cover the finding, had it not ended.
	Expired *Entry
}

// Covered says that the finding is accepted.
func (a Answer) Covered() bool { return a.Entry != nil }

// Cover asks whether the secret, found by the rule at the path, is accepted.
func (s *Set) Cover(rule string, secret []byte, path string) Answer {
	var a Answer
	for _, t := range s.files {
		for _, i := range t.byRule[rule] {
			e := &t.Entries[i]
			if !t.names(e, secret) {
				continue
			}
			switch {
			case !t.under(i, path):
				if a.Elsewhere == "" {
					a.Elsewhere = e.Path
				}
			case !e.Expires.IsZero() && s.now.After(e.Expires.AddDate(0, 0, 1)):
				a.Expired = e
				t.used[i] = true
			default:
				t.used[i] = true
				return Answer{File: t.File, Entry: e}
			}
		}
	}
	return a
}

// names says whether the entry's fingerprint is that of the secret.
func (t *set) names(e *Entry, secret []byte) bool {
	if strings.HasPrefix(e.Fingerprint, finding.PlainPrefix) {
		return t.Key.Fingerprint(secret) == e.Fingerprint
	}
	if finding.MachineMade(secret) {
		return false
	}
	sum := sha256.Sum256(secret)
	fp, ok := t.stretched[sum]
	if !ok {
		fp = t.Key.Stretched(secret)
		t.stretched[sum] = fp
	}
	return fp == e.Fingerprint
}

// under says whether entry i's path covers the path.
func (t *set) under(i int, path string) bool {
	return t.Entries[i].Path == path || t.globs[i].MatchString(path)
}

// A Stale entry has covered nothing in a run.
type Stale struct {
	File  string
	Entry Entry
}

// Unused lists the entries that covered nothing.
func (s *Set) Unused() []Stale {
	var out []Stale
	for _, t := range s.files {
		for i, u := range t.used {
			if !u {
				out = append(out, Stale{t.Name, t.Entries[i]})
			}
		}
	}
	return out
}

// Find gives the fingerprint that an allow comment may name, under the key of
// each file.
func (s *Set) Find(secret []byte, fingerprint string) bool {
	for _, t := range s.files {
		if t.names(&Entry{Fingerprint: fingerprint}, secret) {
			return true
		}
	}
	return false
}

// String says where an entry stands and what for.
func (s Stale) String() string {
	return fmt.Sprintf("%s:%d: %s under %s (%s)", s.File, s.Entry.Line, s.Entry.Rule, s.Entry.Path, s.Entry.Reason)
}

// Glob compiles a path pattern: * and ? stop at a slash, ** doesn't, and
// "**/" may stand for nothing. The whole path must match.
func Glob(pattern string) *regexp.Regexp {
	var sb strings.Builder
	sb.WriteString(`\A(?s:`)
	for i := 0; i < len(pattern); {
		switch {
		case strings.HasPrefix(pattern[i:], "**/"):
			sb.WriteString(`(?:.*/)?`)
			i += 3
		case strings.HasPrefix(pattern[i:], "**"):
			sb.WriteString(`.*`)
			i += 2
		case pattern[i] == '*':
			sb.WriteString(`[^/]*`)
			i++
		case pattern[i] == '?':
			sb.WriteString(`[^/]`)
			i++
		default:
			j := i + 1
			for j < len(pattern) && pattern[j] != '*' && pattern[j] != '?' {
				j++
			}
			sb.WriteString(regexp.QuoteMeta(pattern[i:j]))
			i = j
		}
	}
	sb.WriteString(`)\z`)
	re, err := regexp.Compile(sb.String())
	if err != nil { // only invalid UTF-8 gets here: such a path is compared as it is
		return regexp.MustCompile(`\z\A.`)
	}
	return re
}
