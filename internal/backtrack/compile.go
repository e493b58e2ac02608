package backtrack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// ErrUnsupported is what the errors of Compile wrap.
var ErrUnsupported = errors.New("not supported")

// maxInsts bounds a Program: with what belongs to them, about 2 MB.
// maxBranches keeps the lists of branches within a dispatch table's range.
const (
	maxInsts    = 4096
	maxBranches = 1 << 15
)

// Compile makes a Program of re, which is parsed with syntax.Perl and not
// simplified. An error wraps ErrUnsupported: use package regexp instead.
func Compile(re *syntax.Regexp) (*Program, error) {
	c := &compiler{
		p:       &Program{slots: 2 * (re.MaxCap() + 1)},
		classes: make(map[string]*class),
	}
	c.p.start = c.compile(re, c.emit(inst{op: opMatch}))
	if c.err == nil {
		c.finish(newAnalysis(c.p.insts, c.branches))
	}
	if c.err != nil {
		return nil, fmt.Errorf("can't compile the regular expression for a backtracking search: %w; use package regexp for it", c.err)
	}
	return c.p, nil
}

// A compiler builds a Program from its end to its beginning, so that each
// instruction knows what follows.
type compiler struct {
	p        *Program
	branches map[int32][]int32 // of each opAlternate
	classes  map[string]*class // by their pairs, encoded
	key      []byte            // scratch
	err      error
}

// fail notes the first reason not to go on.
func (c *compiler) fail(reason string) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: %s", ErrUnsupported, reason)
	}
}

func (c *compiler) emit(in inst) int32 {
	if len(c.p.insts) >= maxInsts {
		c.fail("it is too large")
		return 0
	}
	c.p.insts = append(c.p.insts, in)
	return int32(len(c.p.insts) - 1)
}

// compile emits re, to be followed by next, and gives where it begins.
func (c *compiler) compile(re *syntax.Regexp, next int32) int32 {
	if c.err != nil {
		return 0
	}
	switch re.Op {
	case syntax.OpNoMatch:
		return c.emit(inst{op: opFail})
	case syntax.OpEmptyMatch:
		return next
	case syntax.OpLiteral:
		return c.literal(re, next)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		pairs, _ := classPairs(re)
		return c.emit(inst{op: opClass, class: c.class(pairs), next: next})
	case syntax.OpBeginLine:
		return c.emit(inst{op: opBeginLine, next: next})
	case syntax.OpEndLine:
		return c.emit(inst{op: opEndLine, next: next})
	case syntax.OpBeginText:
		return c.emit(inst{op: opBeginText, next: next})
	case syntax.OpEndText:
		return c.emit(inst{op: opEndText, next: next})
	case syntax.OpWordBoundary:
		return c.emit(inst{op: opWordBoundary, next: next})
	case syntax.OpNoWordBoundary:
		return c.emit(inst{op: opNoWordBoundary, next: next})
	case syntax.OpCapture:
		next = c.emit(inst{op: opSave, n: int32(2*re.Cap + 1), next: next})
		next = c.compile(re.Sub[0], next)
		return c.emit(inst{op: opSave, n: int32(2 * re.Cap), next: next})
	case syntax.OpStar:
		return c.repeat(re, 0, -1, next)
	case syntax.OpPlus:
		return c.repeat(re, 1, -1, next)
	case syntax.OpQuest:
		return c.repeat(re, 0, 1, next)
	case syntax.OpRepeat:
		return c.repeat(re, re.Min, re.Max, next)
	case syntax.OpConcat:
		for i := len(re.Sub) - 1; i >= 0; i-- {
			next = c.compile(re.Sub[i], next)
		}
		return next
	case syntax.OpAlternate:
		return c.alternate(re, next)
	}
	c.fail("it has an operation unknown to this version: " + re.Op.String())
	return 0
}

// literal emits the runes of re: those that have one encoding as text.
func (c *compiler) literal(re *syntax.Regexp, next int32) int32 {
	plain := func(r rune) bool {
		return utf8.ValidRune(r) && r != utf8.RuneError &&
			(re.Flags&syntax.FoldCase == 0 || unicode.SimpleFold(r) == r)
	}
	for end := len(re.Rune); end > 0; {
		i := end
		for i > 0 && plain(re.Rune[i-1]) {
			i--
		}
		switch text := string(re.Rune[i:end]); len(text) {
		case 0:
			i--
			next = c.emit(inst{op: opClass, class: c.class(literalPairs(re.Rune[i], re.Flags)), next: next})
		case 1:
			next = c.emit(inst{op: opByte, b: text[0], next: next})
		default:
			next = c.emit(inst{op: opText, lit: text, next: next})
		}
		end = i
	}
	return next
}

// class makes the class of pairs, once.
func (c *compiler) class(pairs []rune) *class {
	c.key = c.key[:0]
	for _, r := range pairs {
		c.key = binary.AppendVarint(c.key, int64(r))
	}
	found := c.classes[string(c.key)]
	if found == nil {
		found = newClass(pairs)
		c.classes[string(c.key)] = found
	}
	return found
}

// alternate emits the branches of re and their choice.
func (c *compiler) alternate(re *syntax.Regexp, next int32) int32 {
	branches := make([]int32, len(re.Sub))
	for i, sub := range re.Sub {
		branches[i] = c.compile(sub, next)
	}
	pc := c.emit(inst{op: opAlternate})
	if c.branches == nil {
		c.branches = make(map[int32][]int32)
	}
	c.branches[pc] = branches
	return pc
}

// repeat emits least to most of what re repeats; a negative most is no limit.
func (c *compiler) repeat(re *syntax.Regexp, least, most int, next int32) int32 {
	sub, lazy := re.Sub[0], re.Flags&syntax.NonGreedy != 0
	if pairs, ok := classPairs(sub); ok {
		in := inst{op: opRepeat, class: c.class(pairs), min: int32(least), max: int32(most), next: next}
		if lazy {
			in.op = opRepeatLazy
		}
		if most == 0 {
			return next
		}
		return c.emit(in)
	}
	// As package regexp does it: x{2,5} is xx(x(x(x)?)?)?, x{2,} is xx+.
	switch {
	case most < 0:
		next = c.loop(sub, lazy, least == 0, next)
		least--
	default:
		out := next
		for range most - least {
			if c.err != nil {
				return 0
			}
			next = c.emit(split(c.compile(sub, next), out, lazy))
		}
	}
	for ; least > 0 && c.err == nil; least-- {
		next = c.compile(sub, next)
	}
	return next
}

// loop emits sub+, or sub* if it may be skipped.
func (c *compiler) loop(sub *syntax.Regexp, lazy, skip bool, next int32) int32 {
	if mayBeEmpty(sub) {
		// Package regexp ends such a loop where it comes to a state for the
		// second time, which depends on more than this loop.
		c.fail("it repeats without limit what may be empty")
		return 0
	}
	pc := c.emit(inst{})
	body := c.compile(sub, pc)
	if c.err != nil {
		return 0
	}
	c.p.insts[pc] = split(body, next, lazy)
	if skip {
		return pc
	}
	return body
}

// split chooses to go on with body or out; lazy prefers out.
func split(body, out int32, lazy bool) inst {
	if lazy {
		body, out = out, body
	}
	return inst{op: opSplit, next: body, other: out}
}

// mayBeEmpty reports whether re can match without reading a rune.
func mayBeEmpty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpNoMatch, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpLiteral:
		return len(re.Rune) == 0
	case syntax.OpCapture, syntax.OpPlus:
		return mayBeEmpty(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || mayBeEmpty(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !mayBeEmpty(sub) {
				return false
			}
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if mayBeEmpty(sub) {
				return true
			}
		}
		return false
	}
	return true
}
