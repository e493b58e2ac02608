package detectors

import (
	"errors"
	"regexp/syntax"
	"strings"
)

// checkPatterns checks each pattern, and then all of them as gitleaks joins
// them and as we do: a pattern that is right alone may break its neighbours, as
// does a \Q without \E.
func checkPatterns(t *table, field string, patterns []string) error {
	for i, s := range patterns {
		if err := checkPattern(t, field, t.lineOfElement(field, i), s); err != nil {
			return err
		}
	}
	if len(patterns) == 0 {
		return nil
	}
	for _, separator := range []string{"|", ")|(?:"} {
		if _, err := parsePattern("(?:" + strings.Join(patterns, separator) + ")"); err != nil {
			return t.errorAt(t.lineOf(field), err, "%s don't compile when joined by |, as gitleaks does: %s", field, patternError(err))
		}
	}
	return nil
}

func checkPattern(t *table, field string, line int, s string) error {
	if _, err := parsePattern(s); err != nil {
		return t.errorAt(line, err, "%s doesn't compile: %s", field, patternError(err))
	}
	return nil
}

// parsePattern parses as regexp.Compile does; nothing after that fails.
func parsePattern(s string) (*syntax.Regexp, error) { return syntax.Parse(s, syntax.Perl) }

// patternError is the parser's error, with its excerpt cut short and a hint
// where another dialect was meant.
func patternError(err error) string {
	var se *syntax.Error
	if !errors.As(err, &se) {
		return err.Error()
	}
	msg := se.Code.String() + ": `" + shorten(se.Expr) + "`"
	switch se.Code {
	case syntax.ErrInvalidPerlOp, syntax.ErrInvalidNamedCapture:
		msg += "; RE2 has no lookaround, see https://github.com/google/re2/wiki/Syntax"
	case syntax.ErrInvalidEscape:
		msg += "; RE2 has no backreferences, see https://github.com/google/re2/wiki/Syntax"
	}
	return msg
}

// shorten keeps the beginning of a long text.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
