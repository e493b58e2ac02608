// Package suppress keeps the list of findings that a team has looked at and
// accepted: each entry covers one secret of one rule under one path, named by
// a keyed fingerprint, with the reason why. It refuses to cover a place: a new
// secret on an accepted line is a finding. Its one invariant: an entry never
// covers a secret other than the one that it was written for.
package suppress

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"rekey.example/rekey/internal/finding"
)

// The file is UTF-8 text, one entry a line:
//
//	# comment
//	key 64 hexadecimal digits
//	allow RULE FINGERPRINT PATH reason="…" owner=… expires=YYYY-MM-DD
//
// The key is that of the fingerprints and stands before the first entry. PATH
// is slash-separated, relative to the scan's root, and may be a glob: * and ?
// stop at a slash, ** doesn't. A word with spaces, quotes or a # is written as
// a Go string. The reason is needed; owner and expires may be left out. An
// entry holds until the end, in UTC, of the day that it expires on.

// DefaultFile is the file that is read in the project's root.
const DefaultFile = ".rekeyignore"

// An Entry accepts one secret.
type Entry struct {
	// Rule is the rule's id.
	Rule string
	// Fingerprint is finding.Key.Committed of the secret.
	Fingerprint string
	// Path is the path, or glob, under which the secret is accepted.
	Path string
	// Reason says why.
	Reason string
	// Owner may be asked.
	Owner string
	// Expires is the day after which the entry no longer covers; zero for
	// never.
	Expires time.Time
	// Line is where the entry stands in its file.
	Line int
}

// A File is a list of entries under one key.
type File struct {
	Name    string
	Key     finding.Key
	Entries []Entry
}

// NewFile makes an empty file with a fresh key.
func NewFile(name string) (*File, error) {
	f := &File{Name: name}
	if _, err := rand.Read(f.Key[:]); err != nil {
		return nil, fmt.Errorf("make a fingerprint key: %w", err)
	}
	return f, nil
}

// IsFile tells a suppression file from the reports that may stand in its
// place: JSON begins with a bracket.
func IsFile(text []byte) bool {
	t := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	return len(t) == 0 || t[0] != '{' && t[0] != '['
}

// A ParseError is a line that can't be read.
type ParseError struct {
	File string
	Line int
	Text string
}

func (e *ParseError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text) }

// Parse reads a file. Errors name the line.
func Parse(name string, text []byte) (*File, error) {
	f := &File{Name: name}
	haveKey := false
	sc := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	sc.Buffer(nil, 1<<20)
	line := 0
	for sc.Scan() {
		line++
		bad := func(format string, args ...any) error {
			return &ParseError{name, line, fmt.Sprintf(format, args...)}
		}
		words, err := split(sc.Text())
		if err != nil {
			return nil, bad("%v", err)
		}
		switch {
		case len(words) == 0:
		case words[0] == "key":
			if haveKey {
				return nil, bad("a second key: a file has one; merge by writing the entries again with `rekey baseline write`")
			}
			if err := f.setKey(words); err != nil {
				return nil, bad("%v", err)
			}
			haveKey = true
		case words[0] == "allow":
			if !haveKey {
				return nil, bad("an entry before the key: the fingerprints mean nothing without; `rekey baseline write` makes a file with one")
			}
			e, err := parseEntry(words[1:])
			if err != nil {
				return nil, bad("%v", err)
			}
			e.Line = line
			f.Entries = append(f.Entries, e)
		default:
			return nil, bad("unknown word %q: a line begins with key, allow or #", words[0])
		}
	}
	if err := sc.Err(); err != nil {
		return nil, &ParseError{name, line + 1, fmt.Sprintf("read the line: %v", err)}
	}
	return f, nil
}

func (f *File) setKey(words []string) error {
	if len(words) != 2 || len(words[1]) != 2*len(f.Key) {
		return fmt.Errorf("the key has %d hexadecimal digits; copy the line whole", 2*len(f.Key))
	}
	if _, err := hex.Decode(f.Key[:], []byte(words[1])); err != nil {
		return fmt.Errorf("the key isn't hexadecimal; copy the line whole")
	}
	return nil
}

// parseEntry reads the words behind allow.
func parseEntry(words []string) (Entry, error) {
	if len(words) < 3 {
		return Entry{}, fmt.Errorf("allow needs a rule, a fingerprint, a path and a reason")
	}
	e := Entry{Rule: words[0], Fingerprint: words[1], Path: words[2]}
	if !strings.HasPrefix(e.Fingerprint, finding.PlainPrefix) && !strings.HasPrefix(e.Fingerprint, finding.StretchedPrefix) {
		return Entry{}, fmt.Errorf("%q isn't a fingerprint: it begins with %s or %s", e.Fingerprint, finding.PlainPrefix, finding.StretchedPrefix)
	}
	for _, w := range words[3:] {
		k, v, ok := strings.Cut(w, "=")
		if !ok {
			return Entry{}, fmt.Errorf("%q: expected reason=, owner= or expires=; put a path or reason with spaces in quotes", w)
		}
		if strings.HasPrefix(v, `"`) {
			var err error
			if v, err = strconv.Unquote(v); err != nil {
				return Entry{}, fmt.Errorf("%s: bad quotes", k)
			}
		}
		switch k {
		case "reason":
			e.Reason = v
		case "owner":
			e.Owner = v
		case "expires":
			day, err := time.Parse(time.DateOnly, v)
			if err != nil {
				return Entry{}, fmt.Errorf("expires=%s: write the day as 2027-01-31", v)
			}
			e.Expires = day
		default:
			return Entry{}, fmt.Errorf("unknown field %q: there are reason, owner and expires", k)
		}
	}
	if strings.TrimSpace(e.Reason) == "" {
		return Entry{}, fmt.Errorf("the entry has no reason: say why the secret may stay, with reason=\"…\"")
	}
	return e, nil
}

// split cuts a line into words. A word may be, or end in, a Go string.
func split(line string) ([]string, error) {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r")
		if line == "" || line[0] == '#' {
			return words, nil
		}
		end := strings.IndexAny(line, " \t\r\"")
		if end < 0 {
			return append(words, line), nil
		}
		if line[end] != '"' {
			words, line = append(words, line[:end]), line[end:]
			continue
		}
		quoted, err := strconv.QuotedPrefix(line[end:])
		if err != nil {
			return nil, fmt.Errorf("a quote that doesn't end, or has a bad escape")
		}
		word := line[:end] + quoted
		if end == 0 {
			if word, err = strconv.Unquote(quoted); err != nil {
				return nil, fmt.Errorf("a quote with a bad escape")
			}
		}
		words, line = append(words, word), line[end+len(quoted):]
	}
}

// WriteTo writes the file. It implements io.WriterTo.
func (f *File) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	b.WriteString("# Secrets that were looked at and accepted. Each line covers one secret of one rule under one path.\n")
	b.WriteString("# Written by `rekey baseline write`; edit the reasons, add owner= and expires=.\n")
	fmt.Fprintf(&b, "key %x\n", f.Key[:])
	for _, e := range f.Entries {
		fmt.Fprintf(&b, "allow %s %s %s reason=%s", word(e.Rule), e.Fingerprint, word(e.Path), strconv.Quote(e.Reason))
		if e.Owner != "" {
			fmt.Fprintf(&b, " owner=%s", strconv.Quote(e.Owner))
		}
		if !e.Expires.IsZero() {
			fmt.Fprintf(&b, " expires=%s", e.Expires.Format(time.DateOnly))
		}
		b.WriteByte('\n')
	}
	return b.WriteTo(w)
}

// word writes a word so that split reads it back.
func word(s string) string {
	q := strconv.Quote(s)
	if s == "" || s[0] == '#' || strings.ContainsAny(s, " ") || q != `"`+s+`"` {
		return q
	}
	return s
}
