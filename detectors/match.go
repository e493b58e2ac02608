package detectors

import (
	"bytes"
	"strings"

	"rekey.example/rekey/internal/decode"
)

// A Match is a secret found in a chunk.
type Match struct {
	// Rule is the rule that matched.
	Rule *Rule
	// PathOnly says that the rule looks at paths only: the file itself is
	// what was found, and there is neither match nor secret.
	PathOnly bool
	// Secret and Text are the secret and the whole match, decoded where
	// they were encoded.
	Secret, Text []byte
	// Start and End are the match's bytes in the chunk; SecretStart and
	// SecretEnd the secret's. What was encoded is given as the encoded
	// bytes.
	Start, End             int
	SecretStart, SecretEnd int
	// LineStart and LineEnd are the line or lines of the match in the
	// chunk, the newline at the end excluded; at most a Horizon around it.
	LineStart, LineEnd int
	// From and To are the secret's place: line and column.
	From, To Position
	// Gitleaks is the match's place as gitleaks counts.
	Gitleaks GitleaksPlace
	// Encodings are those that were undone, in gitleaks' names, and Depth
	// how many layers.
	Encodings []string
	Depth     int
	// Entropy is the secret's, in bits per byte.
	Entropy float64
	// Tags are the rule's and those of the decoding.
	Tags []string
	// AllowComment says that the match's line holds "gitleaks:allow".
	AllowComment bool

	rule *rule
	pass int
	// at and to are the match in gitleaks' count: newlines are trimmed off
	// its text, but those in front still count for where it begins. line
	// and col are its place, lines from 0.
	at, to    int
	line, col int
}

// A Position counts lines and bytes in them from 1. In a piece of a longer
// text, lines count from where the piece's own part begins, and so do columns
// on the first of them.
type Position struct{ Line, Column int }

// GitleaksPlace is a place as gitleaks v8.30.1 counts it, less the line that
// the text begins on.
type GitleaksPlace struct{ StartLine, EndLine, StartColumn, EndColumn int }

// allowSignature in a line excuses what stands there.
const allowSignature = "gitleaks:allow"

// match judges one match of a rule's pattern, text[start:end] of the pass.
func (s *Scanner) match(p *pass, r *rule, start, end int) {
	matched := bytes.Trim(p.text[start:end], "\n")
	m := &Match{Rule: r.Rule, rule: r, Text: matched}
	lead := 0
	for lead < end-start && p.text[start+lead] == '\n' {
		lead++
	}
	m.at, m.to = start, start+len(matched)
	m.Start, m.End = start+lead, start+lead+len(matched)
	var segs []decode.Segment
	if p.decoded != nil {
		if segs = p.decoded.Overlapping(start, end); len(segs) == 0 {
			return // the pass before has seen it
		}
		m.at, m.to = p.decoded.Original(segs, start, end)
		m.at, m.to = min(m.at, len(s.chunk.Text)), min(m.to, len(s.chunk.Text))
		m.Start, m.End = m.at, m.to
		m.pass = p.decoded.Depth()
	}
	group, ok := s.secret(m)
	if !ok {
		return
	}
	m.Entropy = entropy(m.Secret)
	if r.Entropy != 0 && m.Entropy <= r.Entropy {
		return
	}
	if s.allowed(p, segs, m) {
		return
	}
	primary := p.near(s.e, r, start, end) && !r.SkipReport
	if !primary && !r.partner {
		return
	}
	m.SecretStart, m.SecretEnd = m.Start, m.End
	if segs == nil {
		m.SecretStart = m.Start + group
		m.SecretEnd = m.SecretStart + len(m.Secret)
	}
	s.keep(m, segs, primary)
}

// keep takes copies, since the pass's text is used again, and files the match.
func (s *Scanner) keep(m *Match, segs []decode.Segment, primary bool) {
	m.Text, m.Secret = bytes.Clone(m.Text), bytes.Clone(m.Secret)
	m.Tags = m.Rule.Tags
	if len(segs) > 0 {
		tags := decode.Tags(segs)
		m.Tags = append(m.Tags[:len(m.Tags):len(m.Tags)], tags...)
		m.Depth = segs[0].Depth
		for _, t := range tags {
			if name, ok := strings.CutPrefix(t, "decoded:"); ok {
				m.Encodings = append(m.Encodings, name)
			}
		}
	}
	from, to := s.lineOf(m)
	m.AllowComment = bytes.Contains(s.chunk.Text[from:to], []byte(allowSignature))
	s.locate(m)
	if m.rule.partner {
		s.parts = append(s.parts, m)
	}
	if primary {
		s.found = append(s.found, m)
	}
}

// secret takes the secret out of the match: gitleaks runs the pattern again,
// on the match alone, which loses what stood around it. It gives the secret's
// offset in the match.
func (s *Scanner) secret(m *Match) (offset int, ok bool) {
	m.Secret = m.Text
	if m.rule.syntax.MaxCap() == 0 {
		return 0, true
	}
	groups := s.groups(m.rule, m.Text)
	if groups == nil {
		return 0, true
	}
	if g := m.Rule.SecretGroup; g > 0 {
		if 2*g+1 >= len(groups) {
			return 0, false
		}
		if groups[2*g] < 0 {
			m.Secret = nil
			return 0, true
		}
		m.Secret = m.Text[groups[2*g]:groups[2*g+1]]
		return groups[2*g], true
	}
	for g := 2; g+1 < len(groups); g += 2 {
		if groups[g] >= 0 && groups[g+1] > groups[g] {
			m.Secret = m.Text[groups[g]:groups[g+1]]
			return groups[g], true
		}
	}
	return 0, true
}

// allowed says whether an allowlist excuses the match, the global ones first.
func (s *Scanner) allowed(p *pass, segs []decode.Segment, m *Match) bool {
	var line []byte
	haveLine := false
	for _, lists := range [2][]*allowlist{s.e.global, m.rule.allow} {
		for _, a := range lists {
			if a.target == TargetLine && a.regexes != nil && !haveLine {
				line, haveLine = s.currentLine(p, segs, m), true
			}
			if a.after(s.chunk.Commit, s.chunk.Path, m.Secret, m.Text, line) {
				return true
			}
		}
	}
	return false
}

// currentLine is the line that an allowlist's regexes may look at: that of the
// decoded text, if the match is in one.
func (s *Scanner) currentLine(p *pass, segs []decode.Segment, m *Match) []byte {
	if len(segs) > 0 {
		from, to := p.decoded.CurrentLine(segs)
		first, last := segs[0].DecStart, segs[len(segs)-1].DecEnd
		from, to = max(from, first-Horizon), min(to, last+Horizon)
		if line := p.text[from:to]; len(line) > 0 {
			if !s.e.set.Quirks.WholeTextLine {
				line = bytes.TrimPrefix(line, []byte("\n"))
			}
			return line
		}
	}
	from, to := s.lineOf(m)
	return s.chunk.Text[from:to]
}

// lineOf is the line, or lines, of a match in the chunk.
func (s *Scanner) lineOf(m *Match) (from, to int) {
	text := s.chunk.Text
	if s.e.set.Quirks.WholeTextLine {
		loc := s.lines.gitleaks(m.at, m.to)
		from, to = loc.lineStart, max(loc.lineEnd, m.to)
	} else {
		from = bytes.LastIndexByte(text[:m.Start], '\n') + 1
		to = len(text)
		if i := bytes.IndexByte(text[m.End:], '\n'); i >= 0 {
			to = m.End + i
		}
	}
	return max(from, m.at-Horizon), min(to, m.to+Horizon)
}

// locate fills in lines and columns.
func (s *Scanner) locate(m *Match) {
	m.LineStart, m.LineEnd = s.lineOf(m)
	if s.e.set.Quirks.WholeTextLine {
		m.LineStart = max(m.LineStart, bytes.LastIndexByte(s.chunk.Text[:m.Start], '\n')+1)
	}
	loc := s.lines.gitleaks(m.at, m.to)
	m.line, m.col = loc.startLine, loc.startColumn
	m.Gitleaks = GitleaksPlace{
		StartLine: loc.startLine, EndLine: loc.endLine,
		StartColumn: loc.startColumn, EndColumn: loc.endColumn,
	}
	m.From = s.lines.position(m.SecretStart)
	m.To = s.lines.position(m.SecretEnd)
}
