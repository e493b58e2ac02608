package detectors

import (
	"fmt"
	"slices"
	"strings"
)

// A fileRule is a rule with the place it was read from.
type fileRule struct {
	Rule
	file string
	line int
}

// A ruleList keeps rules by id and in order.
type ruleList struct {
	list []*fileRule
	byID map[string]*fileRule
}

func (l *ruleList) get(id string) *fileRule { return l.byID[id] }

// put appends a rule, or puts it in the place of the one with its id.
func (l *ruleList) put(r *fileRule) {
	if l.byID == nil {
		l.byID = map[string]*fileRule{}
	}
	if old := l.byID[r.ID]; old != nil {
		l.list[slices.Index(l.list, old)] = r
	} else {
		l.list = append(l.list, r)
	}
	l.byID[r.ID] = r
}

func (l *ruleList) sort() {
	slices.SortFunc(l.list, func(a, b *fileRule) int { return strings.Compare(a.ID, b.ID) })
}

func (l *ruleList) plain() []Rule {
	rules := make([]Rule, len(l.list))
	for i, r := range l.list {
		rules[i] = r.Rule
	}
	return rules
}

// readConfig reads one file and what it extends.
func (p *parser) readConfig(name string, text []byte) (*config, error) {
	doc, err := readDocument(name, text)
	if err != nil {
		return nil, err
	}
	root := p.newTable(doc, "", doc.root)
	c := &config{file: name, title: root.str("title")}
	root.str("description")
	minVersion := root.str("minversion")
	if err := p.readExtension(root, c); err != nil {
		return nil, err
	}
	rules := p.tables(root, "rules")
	if err := root.err(); err != nil {
		return nil, err
	}
	if err := p.readRules(c, rules); err != nil {
		return nil, err
	}
	if err := p.checkMinVersion(root, minVersion); err != nil {
		return nil, err
	}
	if err := p.readGlobalAllowlists(root, c); err != nil {
		return nil, err
	}
	p.warnUnknown(root)
	if err := p.extendConfig(c); err != nil {
		return nil, err
	}
	return c, nil
}

func (p *parser) warnUnknown(t *table) {
	for _, f := range t.unknown() {
		p.warn(Warning{
			File: t.doc.file, Line: t.lineOf(f), Rule: t.rule,
			Msg: fmt.Sprintf("unknown field %q, which gitleaks ignores; correct its name or remove it", f),
		})
	}
}

// readRules reads [[rules]] and then checks that required rules exist.
func (p *parser) readRules(c *config, tables []*table) error {
	required := map[string]*table{}
	for _, t := range tables {
		r, err := p.readRule(t)
		if err != nil {
			return err
		}
		if old := c.rules.get(r.ID); old != nil && r.ID != "" {
			p.warn(Warning{
				File: c.file, Line: r.line, Rule: r.ID,
				Msg: fmt.Sprintf("the id stands on line %d already: only this last rule counts; rename one", old.line),
			})
		}
		c.rules.put(r)
		required[r.ID] = t
	}
	for _, r := range c.rules.list {
		for i, req := range r.Required {
			if c.rules.get(req.RuleID) == nil {
				return required[r.ID].errorAt(required[r.ID].lineOfElement("required", i), nil,
					"requires rule %q, which this file doesn't define; add it here (a required rule can't come from an extended file)", req.RuleID)
			}
		}
	}
	return nil
}

func (p *parser) readRule(t *table) (*fileRule, error) {
	id := t.str("id")
	t.rule = id
	r := &fileRule{file: t.doc.file, line: t.line, Rule: Rule{
		ID:          id,
		Description: t.str("description"),
		Regex:       t.str("regex"),
		Path:        t.str("path"),
		Entropy:     t.float("entropy"),
		Keywords:    t.strings("keywords"),
		Tags:        t.strings("tags"),
		SkipReport:  t.boolean("skipreport"),
		Origin:      strings.TrimSuffix(place(t.doc.file, t.line, ""), ": "),
	}}
	if n := t.integer("secretgroup"); n != nil {
		r.SecretGroup = *n
	}
	for i, k := range r.Keywords {
		r.Keywords[i] = strings.ToLower(k)
	}
	legacy := p.table(t, "allowlist")
	allowlists := p.tables(t, "allowlists")
	required := p.tables(t, "required")
	if p.opts.OwnTable {
		extra := p.table(t, "rekey")
		if err := t.err(); err != nil {
			return nil, err
		}
		if extra != nil {
			var err error
			if r.Rekey, err = readExtra(extra, id); err != nil {
				return nil, err
			}
		}
	}
	if err := t.err(); err != nil {
		return nil, err
	}
	p.warnUnknown(t)
	if err := checkPattern(t, "path", t.lineOf("path"), r.Path); err != nil {
		return nil, err
	}
	if err := checkPattern(t, "regex", t.lineOf("regex"), r.Regex); err != nil {
		return nil, err
	}
	var err error
	if r.Allowlists, err = p.readRuleAllowlists(t, legacy, allowlists); err != nil {
		return nil, err
	}
	r.Required, err = p.readRequired(t, required)
	return r, err
}

// readRequired reads [[rules.required]].
func (p *parser) readRequired(t *table, tables []*table) ([]Required, error) {
	var list []Required
	for _, rt := range tables {
		rt.rule = t.rule
		r := Required{
			RuleID:        rt.str("id"),
			WithinLines:   rt.integer("withinlines"),
			WithinColumns: rt.integer("withincolumns"),
		}
		if err := rt.err(); err != nil {
			return nil, err
		}
		if r.RuleID == "" {
			return nil, rt.errorAt(rt.line, nil, "[[rules.required]] has no id; name the rule that must match nearby")
		}
		p.warnUnknown(rt)
		list = append(list, r)
	}
	return list, nil
}

// validateRule is gitleaks' Rule.Validate.
func validateRule(r *fileRule) error {
	fail := func(format string, args ...any) error {
		return &ParseError{File: r.file, Line: r.line, Rule: r.ID, Msg: fmt.Sprintf(format, args...)}
	}
	if strings.TrimSpace(r.ID) == "" {
		return fail("a rule has no id; give it one")
	}
	if r.Regex == "" {
		if r.Path == "" {
			return fail("both regex and path are empty, so that it can't match anything; give it one of them")
		}
		return nil
	}
	if r.SecretGroup <= 0 {
		return nil
	}
	re, err := parsePattern(r.Regex)
	if err != nil {
		return fail("regex doesn't compile: %s", patternError(err))
	}
	if n := re.MaxCap(); r.SecretGroup > n {
		return fail("secretGroup is %d, but its regex has %d groups; correct one of them", r.SecretGroup, n)
	}
	return nil
}

// readExtra reads [rules.rekey]. It is ours, so nothing in it is guessed at.
func readExtra(t *table, rule string) (Extra, error) {
	t.rule = rule
	e := Extra{
		Severity:  t.exactString("severity"),
		Opens:     t.exactString("opens"),
		Rotate:    t.exactString("rotate"),
		Source:    t.exactString("source"),
		Positives: t.exactStrings("positives"),
		Negatives: t.exactStrings("negatives"),
	}
	if err := t.err(); err != nil {
		return e, err
	}
	if f := t.unknown(); len(f) > 0 {
		return e, t.errorAt(t.lineOf(f[0]), nil, "unknown field %q in [rules.rekey]; it has severity, opens, rotate, source, positives, negatives", f[0])
	}
	switch e.Severity {
	case "", "low", "medium", "high", "critical":
		return e, nil
	}
	return e, t.errorAt(t.lineOf("severity"), nil, "unknown severity %q; write low, medium, high or critical", e.Severity)
}

func (t *table) exactString(field string) string {
	v, ok := t.get(field)
	if !ok {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		t.wrong(field, "a string", v)
	}
	return s
}

func (t *table) exactStrings(field string) []string {
	v, ok := t.get(field)
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		t.wrong(field, "a list of strings", v)
		return nil
	}
	var out []string
	for _, e := range list {
		s, ok := e.(string)
		if !ok {
			t.wrong(field, "a list of strings", e)
			return nil
		}
		out = append(out, s)
	}
	return out
}
