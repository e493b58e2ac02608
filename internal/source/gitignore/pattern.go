package gitignore

import "strings"

// A Pattern is one line of an ignore file.
type Pattern struct {
	// Text is the line as written, and Line its number, from 1.
	Text string
	Line int

	glob    string
	literal int  // glob[:literal] has no wildcard
	suffix  bool // glob is "*" and a literal
	negated bool // "!": what it matches is not ignored
	dirOnly bool // a slash at the end: only folders match
	base    bool // no other slash: it matches names in any folder below
}

// A List is the patterns of one file, which hold for one folder and what is
// below it.
type List struct {
	// Dir is the folder, slash-separated, without a slash at its end; empty
	// for the top.
	Dir string
	// Source names the file, for messages.
	Source   string
	patterns []Pattern
}

// Parse reads the lines of an ignore file that holds for dir.
func Parse(dir, source string, content []byte) *List {
	l := &List{Dir: dir, Source: source}
	text := strings.TrimPrefix(string(content), "\ufeff")
	for n := 1; text != ""; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		// git keeps lines in C strings.
		line, _, _ = strings.Cut(strings.TrimSuffix(line, "\r"), "\x00")
		if p, ok := parsePattern(trimSpaces(line)); ok {
			p.Line = n
			l.patterns = append(l.patterns, p)
		}
	}
	return l
}

// Empty says that no pattern is in the list.
func (l *List) Empty() bool { return len(l.patterns) == 0 }

// trimSpaces cuts spaces off the end that no backslash holds.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			if i++; i == len(line) {
				return line
			}
		}
		end = i + 1
	}
	return line[:end]
}

// parsePattern reads one line, as parse_path_pattern in git's dir.c does.
func parsePattern(line string) (Pattern, bool) {
	p := Pattern{Text: line}
	line, p.negated = strings.CutPrefix(line, "!")
	line, p.dirOnly = strings.CutSuffix(line, "/")
	p.base = !strings.Contains(line, "/")
	p.glob = line
	if p.literal = strings.IndexAny(line, `*?[\`); p.literal < 0 {
		p.literal = len(line)
	}
	p.suffix = strings.HasPrefix(line, "*") && !strings.ContainsAny(line[1:], `*?[\`)
	return p, p.Text != ""
}

// match says whether the pattern matches. name is relative to the list's
// folder, and base is its last element.
func (p *Pattern) match(name, base string, isDir bool) bool {
	if p.dirOnly && !isDir {
		return false
	}
	if p.base {
		switch {
		case p.literal == len(p.glob):
			return p.glob == base
		case p.suffix:
			return strings.HasSuffix(base, p.glob[1:])
		}
		return wildmatch(p.glob, base, true)
	}
	glob, literal := p.glob, p.literal
	if strings.HasPrefix(glob, "/") {
		glob, literal = glob[1:], literal-1
	}
	if !strings.HasPrefix(name, glob[:literal]) {
		return false
	}
	if literal == len(glob) {
		return len(name) == literal
	}
	// git matches what is behind the literal part for itself.
	return wildmatch(glob[literal:], name[literal:], false)
}

// Match gives the last pattern of the list that matches the path, which counts
// from the top as Dir does, or nil. ignored is false for a negated pattern.
func (l *List) Match(path string, isDir bool) (p *Pattern, ignored bool) {
	name := path
	if l.Dir != "" {
		rest, ok := strings.CutPrefix(path, l.Dir+"/")
		if !ok {
			return nil, false
		}
		name = rest
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	for i := len(l.patterns) - 1; i >= 0; i-- {
		if p := &l.patterns[i]; p.match(name, base, isDir) {
			return p, !p.negated
		}
	}
	return nil, false
}

// Match asks the lists in turn, that of the deepest folder first, as git does,
// and gives the first answer; the pattern is nil if none has one. A path below
// an ignored folder is ignored whatever this says: don't go there.
func Match(lists []*List, path string, isDir bool) (l *List, p *Pattern, ignored bool) {
	for _, l := range lists {
		if p, ignored := l.Match(path, isDir); p != nil {
			return l, p, ignored
		}
	}
	return nil, nil, false
}
