package detectors

import (
	"fmt"
	"slices"
	"strings"
)

// maxExtend is how many levels below the given file are read.
const maxExtend = 2

// An extension is the table [extend].
type extension struct {
	path          string
	useDefault    bool
	disabledRules []string
	line          int
	table         *table
}

func (p *parser) readExtension(root *table, c *config) error {
	t := p.table(root, "extend")
	if t == nil {
		return nil
	}
	c.extend = extension{
		path:          t.str("path"),
		useDefault:    t.boolean("usedefault"),
		disabledRules: t.strings("disabledrules"),
		line:          t.line,
		table:         t,
	}
	if c.extend.path != "" {
		c.extend.line = t.lineOf("path")
	}
	if t.str("url") != "" {
		p.warn(Warning{File: c.file, Line: t.lineOf("url"), Msg: "extend.url has no effect in gitleaks; fetch the file and name it in extend.path"})
	}
	p.warnUnknown(t)
	return t.err()
}

func (c *config) errorf(format string, args ...any) error {
	return &ParseError{File: c.file, Line: c.extend.line, Msg: fmt.Sprintf(format, args...)}
}

// extendConfig reads what c extends, and merges c over it.
func (p *parser) extendConfig(c *config) error {
	x := c.extend
	if len(p.chain) > maxExtend {
		return p.tooDeep(c)
	}
	switch {
	case x.path != "" && x.useDefault:
		return c.errorf("extend.path and extend.useDefault exclude each other; let the file that path names use the default")
	case x.useDefault:
		if p.opts.Default == nil {
			return c.errorf("extend.useDefault isn't possible here; write the rules out")
		}
		c.over(p, defaultConfig(p.opts.Default()), "the default rules")
		return nil
	case x.path == "":
		return nil
	}
	name, text, err := p.load(c)
	if err != nil {
		return err
	}
	p.chain = append(p.chain, name)
	base, err := p.readConfig(name, text)
	if err != nil {
		return err
	}
	p.chain = p.chain[:len(p.chain)-1]
	c.over(p, base, name)
	return nil
}

// load reads the file that c extends, which must not be one of those that led
// to c.
func (p *parser) load(c *config) (name string, text []byte, err error) {
	if p.opts.Load == nil {
		return "", nil, c.errorf("extend.path isn't possible here; write the rules out")
	}
	name, text, err = p.opts.Load(c.extend.path)
	if err != nil {
		return "", nil, &ParseError{
			File: c.file, Line: c.extend.line, Err: err,
			Msg: fmt.Sprintf("can't read extend.path %q, which is taken relative to the current directory: %v", c.extend.path, err),
		}
	}
	if i := slices.Index(p.chain, name); i >= 0 {
		return "", nil, c.errorf("extend.path makes a cycle: %s; break it", strings.Join(append(slices.Clone(p.chain[i:]), name), " extends "))
	}
	return name, text, nil
}

// tooDeep is for a file whose own extension gitleaks leaves out.
func (p *parser) tooDeep(c *config) error {
	if c.extend.path == "" && !c.extend.useDefault {
		return nil
	}
	if c.extend.path != "" && p.opts.Load != nil {
		// Read only to name a cycle: gitleaks doesn't open the file.
		name, _, err := p.opts.Load(c.extend.path)
		if i := slices.Index(p.chain, name); err == nil && i >= 0 {
			return c.errorf("extend.path makes a cycle: %s; break it", strings.Join(append(slices.Clone(p.chain[i:]), name), " extends "))
		}
	}
	p.warn(Warning{
		File: c.file, Line: c.extend.line,
		Msg: fmt.Sprintf("what this file extends isn't read: gitleaks stops after %d levels (%s)", maxExtend, strings.Join(p.chain, " extends ")),
	})
	return nil
}

// defaultConfig takes a finished Ruleset for a file that was read.
func defaultConfig(rs *Ruleset) *config {
	c := &config{title: rs.Title, allowlists: rs.Allowlists}
	for _, r := range rs.Rules {
		c.rules.put(&fileRule{Rule: r, file: r.Origin})
	}
	return c
}

// over lays c over base: gitleaks' Config.extend. Rules of both are merged
// field by field, those of one are taken as they are, and all are sorted.
func (c *config) over(p *parser, base *config, baseName string) {
	for i, id := range c.extend.disabledRules {
		if base.rules.get(id) == nil {
			p.warn(Warning{
				File: c.file, Line: c.extend.table.lineOfElement("disabledrules", i),
				Msg: fmt.Sprintf("disabledRules names rule %q, which %s don't have; correct or remove it", id, baseName),
			})
		}
	}
	for _, b := range base.rules.list {
		if slices.Contains(c.extend.disabledRules, b.ID) {
			continue
		}
		if own := c.rules.get(b.ID); own != nil {
			c.rules.put(p.merge(own, b, baseName))
		} else {
			c.rules.put(b)
		}
	}
	c.allowlists = slices.Concat(c.allowlists, base.allowlists)
	c.rules.sort()
}

// merge gives base with what own overrides.
func (p *parser) merge(own, base *fileRule, baseName string) *fileRule {
	if len(own.Required) > 0 || own.SkipReport {
		p.warn(Warning{
			File: own.file, Line: own.line, Rule: own.ID,
			Msg: fmt.Sprintf("required and skipReport are dropped, because the rule overrides one of %s; give it an id of its own", baseName),
		})
	}
	r := *base
	r.file, r.line, r.Origin = own.file, own.line, own.Origin
	if own.Description != "" {
		r.Description = own.Description
	}
	if own.Entropy != 0 {
		r.Entropy = own.Entropy
	}
	if own.SecretGroup != 0 {
		r.SecretGroup = own.SecretGroup
	}
	if own.Regex != "" {
		r.Regex = own.Regex
	}
	if own.Path != "" {
		r.Path = own.Path
	}
	r.Tags = slices.Concat(base.Tags, own.Tags)
	r.Keywords = slices.Concat(base.Keywords, own.Keywords)
	r.Allowlists = slices.Concat(base.Allowlists, own.Allowlists)
	r.Rekey = mergeExtra(own.Rekey, base.Rekey)
	return &r
}

// mergeExtra gives base with the fields that own has.
func mergeExtra(own, base Extra) Extra {
	set := func(field *string, v string) {
		if v != "" {
			*field = v
		}
	}
	set(&base.Severity, own.Severity)
	set(&base.Opens, own.Opens)
	set(&base.Rotate, own.Rotate)
	set(&base.Source, own.Source)
	if own.Positives != nil {
		base.Positives = own.Positives
	}
	if own.Negatives != nil {
		base.Negatives = own.Negatives
	}
	return base
}
