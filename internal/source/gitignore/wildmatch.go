package gitignore

import "strings"

// maxSteps bounds the work for one name. Patterns that people write take a few
// steps for each character; hostile ones are given up, and then match nothing,
// which leaves the file in the scan.
const maxSteps = 200_000

// verdict is what a part of a match says to its callers, as in git's
// wildmatch.c: whether trying another split further left can help.
type verdict int

const (
	match verdict = iota
	noMatch
	// abortAll: the text is used up; no longer split can help.
	abortAll
	// abortToStarStar: a "/" stopped a "*"; only a "**" can help.
	abortToStarStar
)

// A matcher counts the steps of one match.
type matcher struct{ steps int }

// wildmatch matches a glob against a whole slash-separated name: "*" and "?"
// don't match a "/"; "**" between slashes or at an end matches any number of
// folders. With base, a name without slashes, "**" is "*".
func wildmatch(pattern, name string, base bool) bool {
	var m matcher
	return m.do(pattern, 0, name, base) == match
}

// do matches p[i:] against t. p is whole because "**" looks at what is before
// it. It follows dowild in git's wildmatch.c, without case folding.
func (m *matcher) do(p string, i int, t string, base bool) verdict {
	for ; i < len(p); i++ {
		if m.steps++; m.steps > maxSteps {
			return abortAll
		}
		c := p[i]
		if t == "" && c != '*' {
			return abortAll
		}
		switch c {
		case '\\':
			// A trailing backslash stands for the end of the pattern, which
			// is in no name.
			if i++; i >= len(p) || p[i] != t[0] {
				return noMatch
			}
		case '?':
			if t[0] == '/' {
				return noMatch
			}
		case '*':
			return m.star(p, i, t, base)
		case '[':
			end, ok := bracket(p, i+1, t[0])
			switch {
			case end < 0:
				return abortAll
			case !ok || t[0] == '/':
				return noMatch
			}
			i = end
		default:
			if c != t[0] {
				return noMatch
			}
		}
		t = t[1:]
	}
	if t != "" {
		return noMatch
	}
	return match
}

// star goes on at the "*" at p[i].
func (m *matcher) star(p string, i int, t string, base bool) verdict {
	slash := base // whether it matches slashes
	first := i
	i++
	if i < len(p) && p[i] == '*' {
		for i < len(p) && p[i] == '*' {
			i++
		}
		switch {
		case base:
		case (first == 0 || p[first-1] == '/') &&
			(i == len(p) || p[i] == '/' || strings.HasPrefix(p[i:], `\/`)):
			// "**/x" matches x in the folder itself too.
			if i < len(p) && p[i] == '/' && m.do(p, i+1, t, base) == match {
				return match
			}
			slash = true
		}
	}
	if i == len(p) {
		if !slash && strings.Contains(t, "/") {
			return abortToStarStar
		}
		return match
	}
	if !slash && p[i] == '/' {
		// "*/": the rest begins at the next slash.
		at := strings.IndexByte(t, '/')
		if at < 0 {
			return abortAll
		}
		return m.do(p, i, t[at:], base)
	}
	return m.rest(p, i, t, slash, base)
}

// rest tries p[i:], behind a star, at every place of t.
func (m *matcher) rest(p string, i int, t string, slash, base bool) verdict {
	for ; t != ""; t = t[1:] {
		if m.steps++; m.steps > maxSteps {
			return abortAll
		}
		switch v := m.do(p, i, t, base); {
		case v == match:
			return match
		case v == noMatch:
		case !slash || v != abortToStarStar:
			return v
		}
		if !slash && t[0] == '/' {
			return abortToStarStar
		}
	}
	return abortAll
}

// bracket matches c against the bracket expression whose content begins at
// p[i]. It gives where the closing bracket stands, or -1 if there is none or a
// class has no known name.
func bracket(p string, i int, c byte) (end int, ok bool) {
	negated := false
	if i < len(p) && (p[i] == '!' || p[i] == '^') {
		negated = true
		i++
	}
	found := false
	var prev byte // the character before a "-", or 0 if there can be no range
	for start := i; ; i++ {
		if i >= len(p) {
			return -1, false
		}
		ch := p[i]
		switch {
		case ch == ']' && i > start:
			return i, found != negated
		case ch == '\\':
			if i++; i >= len(p) {
				return -1, false
			}
			ch = p[i]
			found = found || ch == c
		case ch == '-' && prev != 0 && i+1 < len(p) && p[i+1] != ']':
			if i++; p[i] == '\\' {
				if i++; i >= len(p) {
					return -1, false
				}
			}
			found = found || prev <= c && c <= p[i]
			ch = 0
		case ch == '[' && i+1 < len(p) && p[i+1] == ':':
			close := strings.IndexByte(p[i+2:], ']')
			if close < 0 {
				return -1, false
			}
			name := p[i+2 : i+2+close]
			if !strings.HasSuffix(name, ":") {
				// Not a class: an ordinary "[".
				found = found || c == '['
				break
			}
			in, known := class(strings.TrimSuffix(name, ":"), c)
			if !known {
				return -1, false
			}
			found = found || in
			i += 2 + close
			ch = 0
		default:
			found = found || ch == c
		}
		prev = ch
	}
}

// class says whether c is in the POSIX class of that name, and whether there
// is such a class. Only ASCII is in any, as in git.
func class(name string, c byte) (in, known bool) {
	lower, upper := 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z'
	digit, graph := '0' <= c && c <= '9', ' ' < c && c < 0x7f
	switch name {
	case "alnum":
		return lower || upper || digit, true
	case "alpha":
		return lower || upper, true
	case "blank":
		return c == ' ' || c == '\t', true
	case "cntrl":
		return c < ' ' || c == 0x7f, true
	case "digit":
		return digit, true
	case "graph":
		return graph, true
	case "lower":
		return lower, true
	case "print":
		return graph || c == ' ', true
	case "punct":
		return graph && !lower && !upper && !digit, true
	case "space":
		return c == ' ' || '\t' <= c && c <= '\r', true
	case "upper":
		return upper, true
	case "xdigit":
		return digit || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F', true
	}
	return false, false
}
