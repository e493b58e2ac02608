package detectors

import (
	"fmt"
	"regexp"
)

// A Rule says what one kind of secret looks like, in gitleaks' schema: a
// pattern, what must stand near it, and what excuses a match. The fields are
// as the configuration file has them, after extension and validation; Compile
// turns them into an Engine.
type Rule struct {
	// ID is unique within a Ruleset.
	ID string
	// Description is one sentence for a person.
	Description string
	// Regex is the pattern in RE2 syntax; empty for a rule that looks at
	// paths only.
	Regex string
	// Path is an RE2 pattern that the path must match; empty means any.
	Path string
	// SecretGroup is the capture group that holds the secret; 0 takes the
	// first group that is not empty, or the whole match.
	SecretGroup int
	// Entropy in bits per byte must be exceeded by the secret; 0 asks for
	// nothing.
	Entropy float64
	// Keywords, lower-cased: one of them must occur in the text, else the
	// rule is not tried. None means that it always is.
	Keywords []string
	// Tags are carried over to the finding.
	Tags []string
	// Allowlists excuse a match when any one of them allows it.
	Allowlists []Allowlist
	// Required names rules that must also match nearby.
	Required []Required
	// SkipReport keeps matches of this rule out of the results: it only
	// serves as another rule's partner.
	SkipReport bool
	// Origin is where the rule was read from, as file:line, for messages.
	Origin string
	// Rekey holds what rekey adds to gitleaks' schema.
	Rekey Extra
}

// Extra is the table [rules.rekey]: fields that gitleaks ignores.
type Extra struct {
	// Severity is one of low, medium, high, critical; empty means high.
	Severity string
	// Opens says what a holder of the secret can do.
	Opens string
	// Rotate says how the secret is replaced.
	Rotate string
	// Source cites the vendor's documentation of the format.
	Source string
	// Positives and Negatives are texts in which the rule must, or must
	// not, match. They are built so that no scanner takes them for real:
	// "{{n}}" and the like are expanded by detectorstest.
	Positives, Negatives []string
}

// Target is the text that an allowlist's regexes look at.
type Target int

// The targets of gitleaks' regexTarget.
const (
	TargetSecret Target = iota
	TargetMatch
	TargetLine
)

// An Allowlist excuses matches. With And, all kinds of condition that are
// present must hold; without, any one does.
type Allowlist struct {
	Description string
	And         bool
	// Commits are full commit ids, compared in lower case.
	Commits []string
	// Paths and Regexes are RE2 patterns.
	Paths, Regexes []string
	// Target is what Regexes look at.
	Target Target
	// StopWords excuse a secret that holds one of them, in any case.
	StopWords []string
}

// Required names a rule that must match within so many lines and columns of
// the match that requires it; nil means any distance.
type Required struct {
	RuleID                     string
	WithinLines, WithinColumns *int
}

// A Ruleset is a whole configuration: the rules in the order in which they
// are reported, and the allowlists that hold for all of them.
type Ruleset struct {
	Title      string
	Rules      []Rule
	Allowlists []Allowlist
	// Quirks are gitleaks' defects to reproduce.
	Quirks Quirks
	// Checked says that every pattern is known to compile, as Parse makes
	// sure of. New checks the others.
	Checked bool
}

// check compiles every pattern, alone and joined as it will be used.
func (set *Ruleset) check() error {
	for i := range set.Allowlists {
		if err := set.Allowlists[i].check(set.Quirks.JoinedAllowlists); err != nil {
			return fmt.Errorf("global allowlist %d: %w", i+1, err)
		}
	}
	for i := range set.Rules {
		r := &set.Rules[i]
		if err := r.check(set.Quirks.JoinedAllowlists); err != nil {
			return fmt.Errorf("rule %s (%s): %w", r.ID, r.Origin, err)
		}
	}
	return nil
}

// check compiles the rule's patterns.
func (r *Rule) check(joined bool) error {
	re, err := regexp.Compile(r.Regex)
	if err != nil {
		return fmt.Errorf("regex: %w", err)
	}
	if r.SecretGroup > re.NumSubexp() {
		return fmt.Errorf("secretGroup %d, but the regex has %d groups", r.SecretGroup, re.NumSubexp())
	}
	if _, err := regexp.Compile(r.Path); err != nil {
		return fmt.Errorf("path: %w", err)
	}
	for i := range r.Allowlists {
		if err := r.Allowlists[i].check(joined); err != nil {
			return fmt.Errorf("allowlist %d: %w", i+1, err)
		}
	}
	return nil
}

// check compiles the allowlist's patterns.
func (a *Allowlist) check(joined bool) error {
	for _, patterns := range [][]string{a.Paths, a.Regexes} {
		if p := joinPatterns(patterns, joined); p != nil {
			if _, err := regexp.Compile(p.text); err != nil {
				return err
			}
		}
	}
	return nil
}

// Quirks are those of gitleaks' behaviours that the default catalogue mends
// and that a compatible scan reproduces. The numbers are those of the manual.
type Quirks struct {
	// JoinedAllowlists (3): the patterns of one allowlist are joined by |
	// without a group around each, so that a flag or a bare | in one leaks
	// into its neighbours.
	JoinedAllowlists bool
	// AnyPathSkips (6): a path that any global allowlist names is skipped
	// whole, whatever the allowlist's other conditions.
	AnyPathSkips bool
	// WholeTextLine (14): the "line" of a match on the last line, when that
	// has no newline, is the text from its first byte, and a line begins
	// with the newline before it.
	WholeTextLine bool
}
