package gitignore

import (
	"errors"
	"fmt"
	"strings"
)

// Globs makes a list of the globs of --exclude, which hold from the scan's
// root. They are patterns as an ignore file has them, with these differences:
// none is negated; "./" at the start means the root, as "/" does; "dir/**"
// leaves out dir itself; and a glob that could never match is an error.
func Globs(globs []string) (*List, error) {
	l := &List{Source: "--exclude"}
	for i, text := range globs {
		glob := text
		if rest, ok := strings.CutPrefix(glob, "./"); ok {
			glob = "/" + rest
		}
		whole := strings.TrimSuffix(glob, "/**")
		inside := whole != glob && strings.Trim(whole, "/*") != ""
		if inside {
			glob = whole
		}
		if err := check(glob); err != nil {
			return nil, fmt.Errorf("glob %q: %w", text, err)
		}
		p, _ := parsePattern(glob)
		if inside {
			p.dirOnly, p.base = true, false
		}
		p.Text, p.Line = text, i+1
		l.patterns = append(l.patterns, p)
	}
	return l, nil
}

// check says why a glob can never match.
func check(glob string) error {
	if strings.HasPrefix(glob, "!") {
		return errors.New(`it begins with "!": write "\!" for a name that begins so; globs can't take back what another one leaves out`)
	}
	if strings.Trim(glob, "/") == "" {
		return errors.New("it names nothing")
	}
	for i := 0; i < len(glob); i++ {
		switch glob[i] {
		case '\\':
			if i++; i == len(glob) {
				return errors.New(`it ends in a single "\"; write "\\" for a backslash`)
			}
		case '[':
			if i, _ = bracket(glob, i+1, 0); i < 0 {
				return errors.New(`a "[" has no "]", or a class in it has no known name; write "\[" for a bracket`)
			}
		}
	}
	return nil
}
