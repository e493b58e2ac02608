package scan

import (
	"bytes"
	"strings"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/internal/finding"
)

// A hit is a match with what is shown of its place, made while the text was
// at hand.
type hit struct {
	match *detectors.Match
	place finding.Place
	// comment is the rekey:allow comment on the match's line, if any.
	comment *comment
}

// allowMark begins an allow comment: what follows is the fingerprint of the
// secret that may stay, and the reason.
const allowMark = "rekey:allow"

// A comment is an allow comment.
type comment struct{ fingerprint, reason string }

// parseComment finds an allow comment in a line.
func parseComment(line []byte) *comment {
	_, rest, ok := bytes.Cut(line, []byte(allowMark))
	if !ok {
		return nil
	}
	words := strings.Fields(string(rest))
	c := &comment{}
	if len(words) > 0 {
		c.fingerprint = words[0]
		c.reason = strings.TrimSpace(strings.TrimRight(strings.Join(words[1:], " "), "*/->#"))
	}
	return c
}

// hits makes hits of the matches in a text.
func (o *Options) hits(text []byte, path, kind string, matches []*detectors.Match) []hit {
	out := make([]hit, len(matches))
	for i, m := range matches {
		out[i] = hit{match: m, place: o.place(text, path, kind, m, matches)}
		if !m.PathOnly {
			out[i].comment = parseComment(text[m.LineStart:m.LineEnd])
		}
	}
	return out
}

// place says where a match stands. Lines and columns are those of the block.
func (o *Options) place(text []byte, path, kind string, m *detectors.Match, all []*detectors.Match) finding.Place {
	p := finding.Place{Kind: kind, Path: path, Encodings: m.Encodings}
	p.Gitleaks = finding.GitleaksPlace{
		StartLine: m.Gitleaks.StartLine + 1, EndLine: m.Gitleaks.EndLine + 1,
		StartColumn: m.Gitleaks.StartColumn, EndColumn: m.Gitleaks.EndColumn,
		File: o.Prefix + path, Tags: m.Tags, Entropy: float32(m.Entropy),
	}
	if m.PathOnly {
		p.Gitleaks.StartLine, p.Gitleaks.EndLine = 0, 0
		p.Gitleaks.Match = "file detected: " + o.Prefix + path
		return p
	}
	p.Gitleaks.Match = finding.MaskMatch(m.Text, m.Secret)
	p.StartLine, p.StartColumn = m.From.Line, m.From.Column
	p.EndLine, p.EndColumn = m.To.Line, m.To.Column
	start := bytes.LastIndexByte(text[:m.SecretStart], '\n') + 1
	end := len(text)
	if i := bytes.IndexByte(text[m.SecretStart:], '\n'); i >= 0 {
		end = m.SecretStart + i
	}
	start, end = max(start, m.SecretStart-detectors.Horizon), min(end, m.SecretStart+detectors.Horizon)
	var others []finding.Span
	for _, other := range all {
		if other != m && !other.PathOnly && other.SecretStart < end && other.SecretEnd > start {
			others = append(others, finding.Span{Start: other.SecretStart - start, End: other.SecretEnd - start})
		}
	}
	own := finding.Span{Start: m.SecretStart - start, End: m.SecretEnd - start}
	p.Line, p.LineColumn, p.LineWidth = finding.Excerpt(text[start:end], own, others...)
	p.UTF16.Start = finding.UTF16Column(text[start:m.SecretStart])
	if lineStart := bytes.LastIndexByte(text[:m.SecretEnd], '\n') + 1; lineStart <= m.SecretEnd {
		p.UTF16.End = finding.UTF16Column(text[max(lineStart, m.SecretEnd-detectors.Horizon):m.SecretEnd])
	}
	return p
}

// shift moves the places of a block's hits to where the block stands.
func shift(hs []hit, t tally) {
	for i := range hs {
		p := &hs[i].place
		if p.StartLine == 0 {
			continue
		}
		if p.StartLine == 1 {
			p.StartColumn += t.tail
		}
		if p.EndLine == 1 {
			p.EndColumn += t.tail
		}
		p.StartLine += t.lines
		p.EndLine += t.lines
		g := &p.Gitleaks
		if g.StartLine == 1 {
			g.StartColumn += t.tail
			if t.lines > 0 {
				g.StartColumn++ // gitleaks' columns are one too high behind the first line
			}
		}
		if g.EndLine == 1 {
			g.EndColumn += t.tail
			if t.lines > 0 {
				g.EndColumn++
			}
		}
		g.StartLine += t.lines
		g.EndLine += t.lines
	}
}
