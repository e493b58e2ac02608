package detectors

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"rekey.example/rekey/internal/backtrack"
	"rekey.example/rekey/internal/lazydfa"
	"rekey.example/rekey/internal/prefilter"
)

// Horizon is how far, in bytes, anything looks in a long text: no match is
// longer, and keywords, partners of composite rules, lines and the filter of
// generic rules count up to this distance from a match. In a text shorter than
// this it is no limit at all.
const Horizon = 100_000

// DefaultDecodeDepth is how many layers of encoding are undone by default.
const DefaultDecodeDepth = 5

// Options are the choices of a scan that change its verdicts.
type Options struct {
	// DecodeDepth is how many layers of encoding are undone; 0 for none.
	DecodeDepth int
}

// An Engine is a compiled Ruleset. It is immutable and safe for concurrent
// use; each goroutine takes its own Scanner.
type Engine struct {
	set    *Ruleset
	opts   Options
	rules  []*rule
	global []*allowlist
	filter *prefilter.Filter
	// uses says, for each pattern of the filter, what an occurrence is for.
	uses []uses
	// branches of all rules, in one numbering.
	branches []*tail
	// words are the keywords of all rules, each once.
	words []word
	// filtered are the numbers of those that the filter looks for.
	filtered []int32
	// whole are the rules that must be run over the whole text.
	whole []*rule
	// longest is the length of the longest thing that the filter looks for.
	longest int
}

// uses is what an occurrence of one pattern of the prefilter is for.
type uses struct {
	branches []int32
	words    []int32
	fold     bool // one of the runes that case brings into ASCII
}

// A rule is a Rule made ready.
type rule struct {
	*Rule
	index    int
	syntax   *syntax.Regexp // nil for a rule that looks at paths only
	path     *pattern
	allow    []*allowlist
	generic  bool
	required []requirement
	// partner says that another rule requires this one.
	partner bool
	// left and right are how far a match reaches from the place that the
	// prefilter finds; unbounded is -1. newlines is how many a match can
	// hold.
	left, right, newlines int
	lookbehind            bool
	// implied says that an ASCII match always holds a keyword; words are
	// the numbers of the rule's keywords.
	implied  bool
	words    []int32
	branches []int32
	// orphan says that a rule which this one requires doesn't exist, so
	// that it never matches.
	orphan bool

	progOnce sync.Once
	prog     *backtrack.Program

	once sync.Once
	re   *regexp.Regexp
	// from finds the pattern behind the first rune of a text, which is
	// only looked at by assertions.
	fromOnce sync.Once
	from     *regexp.Regexp
}

// A requirement is a Required whose rule is found.
type requirement struct {
	*Required
	rule *rule
}

// A tail is the part of a branch that the automaton is asked about.
type tail struct {
	rule *rule
	re   *syntax.Regexp
	once sync.Once
	prog *lazydfa.Program
}

// program compiles the automaton when it is first needed; nil if the pattern
// is too large for one, in which case every occurrence is a candidate.
func (t *tail) program() *lazydfa.Program {
	t.once.Do(func() { t.prog, _ = lazydfa.Compile(t.re, lazydfa.Options{LoosenRepeats: true}) })
	return t.prog
}

// program is the rule's pattern for the backtracking matcher, which finds what
// regexp finds some thirty times faster in a short window; nil if it can't be
// had. Like the others it is compiled when first needed: most rules of a
// catalogue never are, and start-up matters to hooks.
func (r *rule) program() *backtrack.Program {
	r.progOnce.Do(func() { r.prog, _ = backtrack.Compile(r.syntax) })
	return r.prog
}

// regexp is the rule's pattern for where the backtracking matcher gives up.
func (r *rule) regexp() *regexp.Regexp {
	r.once.Do(func() { r.re = regexp.MustCompile(r.Regex) })
	return r.re
}

// regexpFrom is the pattern to be searched for behind a text's first rune.
func (r *rule) regexpFrom() *regexp.Regexp {
	r.fromOnce.Do(func() { r.from = regexp.MustCompile(`\A(?s:.)(?s:.*?)(` + r.Regex + `)`) })
	return r.from
}

// New compiles a Ruleset. An error names the rule, and where it was read.
func New(set *Ruleset, opts Options) (*Engine, error) {
	e := &Engine{set: set, opts: opts}
	if !set.Checked {
		if err := set.check(); err != nil {
			return nil, err
		}
	}
	for i := range set.Allowlists {
		e.global = append(e.global, newAllowlist(&set.Allowlists[i], set.Quirks.JoinedAllowlists))
	}
	byID := make(map[string]*rule, len(set.Rules))
	for i := range set.Rules {
		r, err := newRule(&set.Rules[i], i, set.Quirks)
		if err != nil {
			return nil, fmt.Errorf("rule %s (%s): %w", set.Rules[i].ID, set.Rules[i].Origin, err)
		}
		e.rules = append(e.rules, r)
		byID[r.ID] = r
	}
	if err := e.linkRequired(byID); err != nil {
		return nil, err
	}
	return e, e.buildFilter()
}

// linkRequired finds the rules that composite rules name.
func (e *Engine) linkRequired(byID map[string]*rule) error {
	for _, r := range e.rules {
		for i := range r.Required {
			req := &r.Required[i]
			other, ok := byID[req.RuleID]
			if !ok {
				if e.set.Quirks.JoinedAllowlists {
					r.orphan = true // gitleaks logs an error for each match
					continue
				}
				return fmt.Errorf("rule %s (%s): required rule %s is not in the catalogue: add it, or drop the requirement",
					r.ID, r.Origin, req.RuleID)
			}
			other.partner = true
			r.required = append(r.required, requirement{req, other})
		}
	}
	return nil
}

// newRule makes one rule ready, without compiling its regexp.
func newRule(r *Rule, index int, quirks Quirks) (*rule, error) {
	out := &rule{Rule: r, index: index, generic: strings.Contains(strings.ToLower(r.ID), "generic")}
	var err error
	if r.Path != "" {
		out.path = newPattern(r.Path)
	}
	for i := range r.Allowlists {
		out.allow = append(out.allow, newAllowlist(&r.Allowlists[i], quirks.JoinedAllowlists))
	}
	if r.Regex == "" {
		return out, nil
	}
	if out.syntax, err = syntax.Parse(r.Regex, syntax.Perl); err != nil {
		return nil, fmt.Errorf("regex: %w", err)
	}
	if n := out.syntax.MaxCap(); r.SecretGroup > n {
		return nil, fmt.Errorf("secretGroup %d, but the regex has %d groups", r.SecretGroup, n)
	}
	out.implied = len(r.Keywords) == 0 || implied(out.syntax, r.Keywords)
	out.newlines = maxNewlines(out.syntax)
	out.lookbehind = looksBehind(out.syntax)
	return out, nil
}

// filterBuilder collects the prefilter's patterns, each once.
type filterBuilder struct {
	patterns []prefilter.Pattern
	uses     []uses
	byKey    map[string]int
	key      []byte
}

// use gives what an occurrence of the sequence is for, to be added to.
func (b *filterBuilder) use(sets []prefilter.Set) *uses {
	b.key = b.key[:0]
	for _, s := range sets {
		for _, w := range s {
			for range 8 {
				b.key = append(b.key, byte(w))
				w >>= 8
			}
		}
	}
	i, ok := b.byKey[string(b.key)]
	if !ok {
		i = len(b.patterns)
		b.byKey[string(b.key)] = i
		b.patterns = append(b.patterns, prefilter.Pattern{Sets: sets})
		b.uses = append(b.uses, uses{})
	}
	return &b.uses[i]
}

// buildFilter takes the patterns apart and puts what is to be looked for into
// one prefilter.
func (e *Engine) buildFilter() error {
	b := &filterBuilder{byKey: map[string]int{}}
	for _, r := range e.rules {
		if r.syntax != nil && !(r.SkipReport && !r.partner) {
			e.addBranches(b, r)
		}
	}
	e.addWords(b)
	for _, f := range foldRunes {
		var sets []prefilter.Set
		for _, c := range []byte(f.seq) {
			var s prefilter.Set
			s.Add(c)
			sets = append(sets, s)
		}
		b.use(sets).fold = true
	}
	for _, p := range b.patterns {
		e.longest = max(e.longest, len(p.Sets))
	}
	e.uses = b.uses
	var err error
	e.filter, err = prefilter.New(b.patterns)
	return err
}

// A word is a keyword. One that no rule's pattern implies is looked for by the
// filter; the others are looked for in the rare texts that ask for them.
type word struct {
	text     string
	filtered bool
}

// addWords numbers the keywords, and puts those into the filter that decide
// over matches.
func (e *Engine) addWords(b *filterBuilder) {
	ids := map[string]int32{}
	for _, r := range e.rules {
		for _, k := range r.Keywords {
			if k == "" {
				continue // gitleaks never finds an empty keyword
			}
			id, ok := ids[k]
			if !ok {
				id = int32(len(e.words))
				ids[k] = id
				e.words = append(e.words, word{text: k})
			}
			if w := &e.words[id]; !w.filtered && isASCII([]byte(k)) && !(r.implied && len(r.branches) > 0) {
				w.filtered = true
				e.filtered = append(e.filtered, id)
				e.longest = max(e.longest, len(k))
				u := b.use(wordSets(k))
				u.words = append(u.words, id)
			}
			r.words = append(r.words, id)
		}
	}
}

// addBranches puts what a rule's branches begin with into the filter; if one
// of them begins with nothing worth looking for, the rule is run as a whole.
func (e *Engine) addBranches(b *filterBuilder, r *rule) {
	branches := split(r.syntax)
	for _, br := range branches {
		if len(br.firsts) == 0 {
			e.whole = append(e.whole, r)
			r.left, r.right = unbounded, unbounded
			return
		}
	}
	for _, br := range branches {
		r.left = longer(r.left, br.left)
		r.right = longer(r.right, br.right)
		id := int32(len(e.branches))
		e.branches = append(e.branches, &tail{rule: r, re: br.tail})
		r.branches = append(r.branches, id)
		for _, f := range br.firsts {
			u := b.use(f)
			u.branches = append(u.branches, id)
		}
	}
	if len(branches) > 1 {
		// What one branch finds may begin where another's match does.
		both := unbounded
		if r.left != unbounded && r.right != unbounded {
			both = r.left + r.right
		}
		r.left, r.right = both, both
	}
}

// longer is the larger of two lengths.
func longer(a, b int) int {
	if a == unbounded || b == unbounded {
		return unbounded
	}
	return max(a, b)
}

// wordSets are the byte sets of a keyword, in any case.
func wordSets(k string) []prefilter.Set {
	k = k[:min(len(k), 16)]
	sets := make([]prefilter.Set, len(k))
	for i := range len(k) {
		c := k[i]
		sets[i].Add(c)
		if 'a' <= c && c <= 'z' {
			sets[i].Add(c - 'a' + 'A')
		}
	}
	return sets
}

// looksBehind says that re has an assertion which may look at the byte before
// a match. It is generous: it asks only whether there is one at all.
func looksBehind(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpBeginText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	for _, sub := range re.Sub {
		if looksBehind(sub) {
			return true
		}
	}
	return false
}

// Rules are the rules of the catalogue, in order.
func (e *Engine) Rules() []Rule { return e.set.Rules }

// Quirks says which of gitleaks' defects the engine reproduces.
func (e *Engine) Quirks() Quirks { return e.set.Quirks }

// Kernel names the prefilter's implementation.
func (e *Engine) Kernel() string { return e.filter.Kernel() }

// Whole are the ids of the rules whose pattern yields nothing to look for, so
// that it runs wherever a keyword stands.
func (e *Engine) Whole() []string {
	var ids []string
	for _, r := range e.whole {
		ids = append(ids, r.ID)
	}
	return ids
}
