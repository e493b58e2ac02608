// Package lazydfa tells quickly whether a regular expression in RE2 syntax may
// match at a position, or anywhere after it, so that the standard regexp need
// only run where there almost certainly is a match. It builds a deterministic
// automaton over bytes as the text asks for it (Russ Cox, "Regular Expression
// Matching in the Wild", 2010), and keeps a bounded part of it.
//
// It refuses to say where a match begins or ends in the order of preference of
// the standard package, and what its groups hold: that is regexp's part.
//
// Its one invariant: it never misses. Whenever package regexp finds a match,
// on any bytes, valid UTF-8 or not, the answer here is true. On ASCII text the
// answer is exact, with two approximations that can only say true too often:
//
//  1. A byte of 0x80 or more may be the beginning, the middle or the end of
//     any rune that an instruction takes, if that instruction takes any rune
//     beyond ASCII.
//  2. With Options.LoosenRepeats, x{n,m} of one character class is taken for
//     x{n,} when m-n is more than 30.
package lazydfa

import (
	"fmt"
	"regexp/syntax"
)

// DefaultMaxStates is the number of states that a Matcher keeps when
// Options.MaxStates is 0.
const DefaultMaxStates = 4096

// maxMaxStates keeps the transition table's indexes within an int32.
const maxMaxStates = 1 << 20

// Options say how a Program is made. The zero value is exact on ASCII.
type Options struct {
	// LoosenRepeats takes x{n,m} of one character class for x{n,} when m-n
	// is more than 30: far fewer states, and a few more answers "may".
	LoosenRepeats bool
	// MaxStates bounds how many states a Matcher keeps of each of its two
	// automata, anchored and unanchored; when they are full it forgets them
	// all and goes on. 0 means DefaultMaxStates.
	MaxStates int
}

// op is what an instruction does, with the kinds that don't matter here
// merged.
type op uint8

const (
	opFail  op = iota
	opAlt      // go to out and to arg
	opNop      // go to out
	opLook     // go to out if the assertions in look hold
	opMatch    // done
	opRune     // take a byte of the set, go to out
)

// inst is one instruction of the nondeterministic automaton.
type inst struct {
	op   op
	look syntax.EmptyOp
	set  uint16 // index into Program.sets
	out  uint32
	arg  uint32
}

// A classSet is a set of byte classes, one bit each.
type classSet [3]uint64

func (s *classSet) add(c int)      { s[c>>6] |= 1 << (c & 63) }
func (s *classSet) has(c int) bool { return s[c>>6]>>(c&63)&1 != 0 }

// context is what an assertion can see of one neighbouring byte.
type context uint8

const (
	ctxEdge    context = iota // beginning or end of the text
	ctxNewline                // \n
	ctxWord                   // [0-9A-Za-z_]
	ctxOther                  // any other byte; all bytes of 0x80 or more
	numContexts
)

// contextOf gives the context that byte b is to its neighbour.
func contextOf(b byte) context {
	switch {
	case b == '\n':
		return ctxNewline
	case syntax.IsWordChar(rune(b)) && b < 0x80:
		return ctxWord
	}
	return ctxOther
}

// A Program is a compiled regular expression. It is immutable, and may be
// shared by any number of Matchers and goroutines.
type Program struct {
	insts []inst
	sets  []classSet
	start uint32
	looks syntax.EmptyOp // all assertions that occur

	// classes maps a byte to its class: bytes of one class are the same to
	// every instruction and assertion. highClass is that of the bytes of
	// 0x80 and more; eot, one past the last class, stands for the end of
	// the text.
	classes   [256]uint8
	highClass int
	eot       int
	kinds     []context // of each class, and of eot

	// before is the context that a byte gives to what follows it, reduced
	// by fold to what the program's assertions tell apart.
	before    [256]context
	fold      [numContexts]context
	stride    int // length of a row of the transition table
	maxStates int

	minLen, maxLen int
	matchesEmpty   bool
	lookbehind     bool
	run            *classRun // nil if none is known
	restarts       bool      // a match can begin after the beginning of the text
}

// contextBefore gives the folded context that position pos of text has.
func (p *Program) contextBefore(text []byte, pos int) context {
	if pos == 0 {
		return p.fold[ctxEdge]
	}
	return p.before[text[pos-1]]
}

// Compile makes a Program of re, which was parsed with syntax.Perl and isn't
// changed. It fails if re is too large for package regexp/syntax, or
// opts.MaxStates is out of range.
func Compile(re *syntax.Regexp, opts Options) (*Program, error) {
	switch {
	case opts.MaxStates == 0:
		opts.MaxStates = DefaultMaxStates
	case opts.MaxStates < 2 || opts.MaxStates > maxMaxStates:
		return nil, fmt.Errorf("compile automaton: MaxStates is %d, want 0 or 2 to %d", opts.MaxStates, maxMaxStates)
	}
	prog, err := syntax.Compile(rewrite(re, opts.LoosenRepeats).Simplify())
	if err != nil {
		return nil, fmt.Errorf("compile automaton for %q: %w", re, err)
	}
	p := &Program{maxStates: opts.MaxStates, start: uint32(prog.Start)}
	masks := p.translate(prog)
	p.partition(masks)
	p.setContexts()
	p.measure(re)
	p.setRun(re)
	return p, nil
}

// loosenFrom is the width of a counted repeat from which LoosenRepeats makes
// it unbounded.
const loosenFrom = 31

// rewrite copies re without captures and, if asked, with wide repeats
// loosened.
func rewrite(re *syntax.Regexp, loosen bool) *syntax.Regexp {
	if re.Op == syntax.OpCapture {
		return rewrite(re.Sub[0], loosen)
	}
	c := *re
	c.Sub = make([]*syntax.Regexp, len(re.Sub))
	for i, sub := range re.Sub {
		c.Sub[i] = rewrite(sub, loosen)
	}
	if loosen && c.Op == syntax.OpRepeat && c.Max-c.Min >= loosenFrom && takesOneRune(c.Sub[0]) {
		c.Max = -1
	}
	return &c
}

// takesOneRune reports whether re is a single character or class.
func takesOneRune(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpLiteral:
		return len(re.Rune) == 1
	}
	return false
}
