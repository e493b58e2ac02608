package detectors

import "strings"

// readRuleAllowlists reads [rules.allowlist] or [[rules.allowlists]].
func (p *parser) readRuleAllowlists(t, legacy *table, tables []*table) ([]Allowlist, error) {
	if legacy != nil {
		if len(tables) > 0 {
			return nil, t.errorAt(legacy.line, nil, "[rules.allowlist] and [[rules.allowlists]] exclude each other; write the former as one of the latter")
		}
		tables = []*table{legacy}
	}
	var list []Allowlist
	for _, at := range tables {
		at.rule = t.rule
		a, err := p.readAllowlist(at)
		if err != nil {
			return nil, err
		}
		p.warnUnknown(at)
		list = append(list, a)
	}
	return list, nil
}

// readGlobalAllowlists reads [allowlist] or [[allowlists]].
func (p *parser) readGlobalAllowlists(root *table, c *config) error {
	legacy := p.table(root, "allowlist")
	tables := p.tables(root, "allowlists")
	if err := root.err(); err != nil {
		return err
	}
	if legacy != nil {
		if len(tables) > 0 {
			return root.errorAt(legacy.line, nil, "[allowlist] and [[allowlists]] exclude each other; write the former as one of the latter")
		}
		tables = []*table{legacy}
	}
	for _, t := range tables {
		targets := t.strings("targetrules")
		a, err := p.readAllowlist(t)
		if err != nil {
			return err
		}
		p.warnUnknown(t)
		switch {
		case len(targets) == 0:
			c.allowlists = append(c.allowlists, a)
		case len(p.chain) > 1:
			p.warn(Warning{
				File: c.file, Line: t.line,
				Msg: "an allowlist with targetRules in an extended file has no effect in gitleaks; move it to the file that extends",
			})
		default:
			c.targeted = append(c.targeted, targetedAllowlist{targets, a, t.line})
		}
	}
	return nil
}

// readAllowlist reads and validates an allowlist: gitleaks' parseAllowlist
// and Allowlist.Validate.
func (p *parser) readAllowlist(t *table) (Allowlist, error) {
	a := Allowlist{
		Description: t.str("description"),
		Commits:     t.strings("commits"),
		Paths:       t.strings("paths"),
		Regexes:     t.strings("regexes"),
		StopWords:   t.strings("stopwords"),
	}
	condition, target := t.str("condition"), t.str("regextarget")
	if err := t.err(); err != nil {
		return a, err
	}
	switch strings.ToUpper(condition) {
	case "AND", "&&":
		a.And = true
	case "", "OR", "||":
	default:
		return a, t.errorAt(t.lineOf("condition"), nil, "unknown condition %q; write AND or OR", condition)
	}
	switch target {
	case "", "secret":
		a.Target = TargetSecret
	case "match":
		a.Target = TargetMatch
	case "line":
		a.Target = TargetLine
	default:
		return a, t.errorAt(t.lineOf("regextarget"), nil, "unknown regexTarget %q; write secret, match or line", target)
	}
	if err := checkPatterns(t, "regexes", a.Regexes); err != nil {
		return a, err
	}
	if err := checkPatterns(t, "paths", a.Paths); err != nil {
		return a, err
	}
	if len(a.Commits)+len(a.Paths)+len(a.Regexes)+len(a.StopWords) == 0 {
		return a, t.errorAt(t.line, nil, "the allowlist is empty; give it commits, paths, regexes or stopwords, or remove it")
	}
	a.Commits = distinct(a.Commits, func(s string) string { return strings.TrimSpace(strings.ToLower(s)) })
	a.StopWords = distinct(a.StopWords, strings.ToLower)
	return a, nil
}

// distinct maps the elements of list and drops repeated ones.
func distinct(list []string, f func(string) string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if s = f(s); !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
