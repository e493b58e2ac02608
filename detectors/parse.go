package detectors

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// ParseOptions say how Parse takes what a configuration leaves to its reader.
// The zero value reads a gitleaks file that extends nothing.
type ParseOptions struct {
	// Strict makes every warning an error: for rule files of our own.
	Strict bool
	// OwnTable admits the table [rules.rekey]. What it holds is checked
	// strictly, whatever Strict says. Without it, the table is an unknown
	// field.
	OwnTable bool
	// Load reads the file that extend.path names. The name that it returns
	// stands in messages and tells files apart: two paths to one file must
	// give one name, or a cycle isn't seen. Parse hands over the path as it
	// is written; gitleaks takes it relative to the working directory. Nil
	// makes extend.path an error.
	Load func(path string) (name string, text []byte, err error)
	// Default gives the rules that extend.useDefault asks for; the result
	// isn't changed. Nil makes extend.useDefault an error.
	Default func() *Ruleset
}

// A ParseError says what is wrong with a configuration, and where.
type ParseError struct {
	// File is the name that Parse or ParseOptions.Load was given.
	File string
	// Line counts from 1; 0 when the error is of the file as a whole.
	Line int
	// Rule is the id of the rule, if the error lies in one that has an id.
	Rule string
	// Msg says what is wrong and what to do.
	Msg string
	// Err is the cause, if there is one: a *syntax.Error, an error of Load.
	Err error
}

// Error gives file:line, rule and message.
func (e *ParseError) Error() string { return place(e.File, e.Line, e.Rule) + e.Msg }

// Unwrap gives the cause.
func (e *ParseError) Unwrap() error { return e.Err }

// A Warning says what gitleaks takes without a word and its author can't have
// meant. The fields are those of ParseError.
type Warning struct {
	File string
	Line int
	Rule string
	Msg  string
}

// String gives file:line, rule and message.
func (w Warning) String() string { return place(w.File, w.Line, w.Rule) + w.Msg }

func place(file string, line int, rule string) string {
	s := file
	if line > 0 {
		s += ":" + strconv.Itoa(line)
	}
	if rule != "" {
		s += ": rule " + strconv.Quote(rule)
	}
	return s + ": "
}

// Parse reads a configuration in gitleaks' TOML format and gives the rules
// that gitleaks v8.30.1 would work with, after extension: config/config.go,
// config/rule.go and config/allowlist.go of that version, and the weak typing
// of the viper and mapstructure that it reads through (keys in any case, a
// string with commas where a list is wanted, a number as a string, and so on).
// name stands in messages. An error is a *ParseError; the warnings are
// complete up to it, in the order of files and lines.
//
// Where gitleaks can't be followed:
//   - It panics when a pattern, or the patterns of an allowlist joined by |,
//     don't compile; here that is an error.
//   - It extends two levels deep, and leaves out what lies deeper without a
//     word; here that is a warning, and a cycle is an error.
//   - Of two rules with one id it keeps the last, and of two keys that differ
//     in case any one; here the last and the first stay, with a warning.
//   - It orders the commits and stopwords of an allowlist by chance; here
//     they keep the file's order.
//
// Patterns are checked (Ruleset.Checked), not compiled for use.
func Parse(name string, text []byte, opts ParseOptions) (*Ruleset, []Warning, error) {
	p := &parser{opts: opts, chain: []string{name}}
	rs, err := p.parse(name, text)
	p.sortWarnings()
	if err == nil && opts.Strict && len(p.warnings) > 0 {
		w := p.warnings[0]
		err = &ParseError{File: w.File, Line: w.Line, Rule: w.Rule, Msg: w.Msg}
	}
	if err != nil {
		return nil, p.warnings, err
	}
	return rs, p.warnings, nil
}

// parser is the state of one call of Parse.
type parser struct {
	opts     ParseOptions
	warnings []Warning
	// chain names the files from the one given to Parse down to the one
	// that is being read.
	chain []string
}

// A config is one file, read and extended: what gitleaks' Translate returns.
type config struct {
	file       string
	title      string
	rules      ruleList
	allowlists []Allowlist
	targeted   []targetedAllowlist
	extend     extension
}

// A targetedAllowlist is a global allowlist with targetRules: it joins those
// of the rules that it names.
type targetedAllowlist struct {
	rules     []string
	allowlist Allowlist
	line      int
}

// parse reads the outermost file and does what gitleaks leaves until all is
// assembled: it validates the rules and hands out the targeted allowlists.
func (p *parser) parse(name string, text []byte) (*Ruleset, error) {
	c, err := p.readConfig(name, text)
	if err != nil {
		return nil, err
	}
	for _, r := range c.rules.list {
		if err := validateRule(r); err != nil {
			return nil, err
		}
	}
	for _, t := range c.targeted {
		for _, id := range t.rules {
			r := c.rules.get(id)
			if r == nil {
				return nil, &ParseError{
					File: c.file, Line: t.line,
					Msg: fmt.Sprintf("an allowlist's targetRules names rule %q, which doesn't exist; correct the id or remove it", id),
				}
			}
			r.Allowlists = append(slices.Clip(r.Allowlists), t.allowlist)
		}
	}
	for _, r := range c.rules.list {
		for _, req := range r.Required {
			if c.rules.get(req.RuleID) == nil {
				p.warn(Warning{
					File: r.file, Line: r.line, Rule: r.ID,
					Msg: fmt.Sprintf("requires rule %q, which is disabled: the rule never matches", req.RuleID),
				})
			}
		}
	}
	return &Ruleset{Title: c.title, Rules: c.rules.plain(), Allowlists: c.allowlists, Checked: true}, nil
}

func (p *parser) warn(w Warning) { p.warnings = append(p.warnings, w) }

// sortWarnings keeps the files in the order in which they were first warned
// of.
func (p *parser) sortWarnings() {
	order := map[string]int{}
	for _, w := range p.warnings {
		if _, ok := order[w.File]; !ok {
			order[w.File] = len(order)
		}
	}
	slices.SortStableFunc(p.warnings, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line))
	})
}
