package lazydfa

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// MinLen gives the least number of bytes that a match can have.
func (p *Program) MinLen() int { return p.minLen }

// MaxLen gives the greatest number of bytes that a match can have, or -1 if
// there is none. It is that of the expression before LoosenRepeats.
func (p *Program) MaxLen() int { return p.maxLen }

// MatchesEmpty reports whether an empty match is possible, in a place where
// the assertions allow it.
func (p *Program) MatchesEmpty() bool { return p.matchesEmpty }

// HasLookbehind reports whether a match may depend on the byte before it: one
// of \b \B ^ \A can be met before anything is taken.
func (p *Program) HasLookbehind() bool { return p.lookbehind }

// FirstSets gives, for each i below n, the set of bytes that can stand at
// offset i of a match, as a bitmap (byte b is bit b%64 of word b/64). Where a
// match may have ended before, the set is full. Bytes of 0x80 and more are
// all in or all out.
func (p *Program) FirstSets(n int) [][4]uint64 {
	const all = 1<<64 - 1
	sets := make([][4]uint64, n)
	var b builder
	b.reset(p)
	p.reach(&b, p.start)
	for i := range sets {
		if b.match {
			for ; i < n; i++ {
				sets[i] = [4]uint64{all, all, all, all}
			}
			return sets
		}
		var taken classSet
		b.from, b.to = b.to, b.from
		b.reset(p)
		for _, pc := range b.from {
			in := &p.insts[pc]
			set := &p.sets[in.set]
			if *set == (classSet{}) {
				continue
			}
			for w := range taken {
				taken[w] |= set[w]
			}
			if set.has(p.highClass) {
				p.reach(&b, pc)
			}
			p.reach(&b, in.out)
		}
		for c := range 256 {
			if taken.has(int(p.classes[c])) {
				sets[i][c>>6] |= 1 << (c & 63)
			}
		}
	}
	return sets
}

// reach is follow with all assertions taken for true. It returns those that
// it met.
func (p *Program) reach(b *builder, pc uint32) (met syntax.EmptyOp) {
	b.stack = append(b.stack[:0], pc)
	for len(b.stack) > 0 {
		pc = b.stack[len(b.stack)-1]
		b.stack = b.stack[:len(b.stack)-1]
		if b.seen[pc] == b.round {
			continue
		}
		b.seen[pc] = b.round
		switch in := &p.insts[pc]; in.op {
		case opAlt:
			b.stack = append(b.stack, in.out, in.arg)
		case opNop, opLook:
			met |= in.look
			b.stack = append(b.stack, in.out)
		case opMatch:
			b.match = true
		case opRune:
			b.to = append(b.to, pc)
		}
	}
	return met
}

// measure fills in what is known of all matches of re, from which p was made.
func (p *Program) measure(re *syntax.Regexp) {
	l := lengthOf(re)
	if !l.never {
		p.minLen, p.maxLen = l.min, l.max
	}
	var b builder
	b.reset(p)
	met := p.reach(&b, p.start)
	p.matchesEmpty = b.match
	const behind = syntax.EmptyBeginText | syntax.EmptyBeginLine | syntax.EmptyWordBoundary | syntax.EmptyNoWordBoundary
	p.lookbehind = met&behind != 0
	for _, prev := range []context{ctxNewline, ctxWord, ctxOther} {
		b.reset(p)
		b.follow(p.start, p.fold[prev], undecided)
		p.restarts = p.restarts || b.match || len(b.to) > 0
	}
}

// lengths are those of an expression's matches in bytes; max is -1 if there
// is no bound, and never says that it has no match at all.
type lengths struct {
	min, max int
	never    bool
}

// then gives the lengths of l followed by o.
func (l lengths) then(o lengths) lengths {
	if l.never || o.never {
		return lengths{never: true}
	}
	l.min += o.min
	if l.max < 0 || o.max < 0 {
		l.max = -1
	} else {
		l.max += o.max
	}
	return l
}

// or gives the lengths of l or o.
func (l lengths) or(o lengths) lengths {
	switch {
	case l.never:
		return o
	case o.never:
		return l
	}
	l.min = min(l.min, o.min)
	if l.max < 0 || o.max < 0 {
		l.max = -1
	} else {
		l.max = max(l.max, o.max)
	}
	return l
}

// times gives the lengths of from lo to hi repeats, hi -1 for any number.
func (l lengths) times(lo, hi int) lengths {
	if l.never {
		return lengths{never: lo > 0}
	}
	l.min *= lo
	switch {
	case l.max == 0 || hi == 0:
		l.max = 0
	case l.max < 0 || hi < 0:
		l.max = -1
	default:
		l.max *= hi
	}
	return l
}

// lengthOf computes the lengths of re's matches.
func lengthOf(re *syntax.Regexp) lengths {
	switch re.Op {
	case syntax.OpNoMatch:
		return lengths{never: true}
	case syntax.OpLiteral:
		var l lengths
		for _, r := range re.Rune {
			l = l.then(runeLengths(r, re.Flags&syntax.FoldCase != 0))
		}
		return l
	case syntax.OpCharClass:
		return classLengths(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return lengths{min: 1, max: utf8.UTFMax}
	case syntax.OpCapture:
		return lengthOf(re.Sub[0])
	case syntax.OpStar:
		return lengthOf(re.Sub[0]).times(0, -1)
	case syntax.OpPlus:
		return lengthOf(re.Sub[0]).times(1, -1)
	case syntax.OpQuest:
		return lengthOf(re.Sub[0]).times(0, 1)
	case syntax.OpRepeat:
		return lengthOf(re.Sub[0]).times(re.Min, re.Max)
	case syntax.OpConcat:
		var l lengths
		for _, sub := range re.Sub {
			l = l.then(lengthOf(sub))
		}
		return l
	case syntax.OpAlternate:
		l := lengths{never: true}
		for _, sub := range re.Sub {
			l = l.or(lengthOf(sub))
		}
		return l
	}
	return lengths{} // empty match or assertion
}

// runeLengths are those of one rune of a literal.
func runeLengths(r rune, folded bool) lengths {
	l := classLengths([]rune{r, r})
	if folded {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			l = l.or(classLengths([]rune{f, f}))
		}
	}
	return l
}

// classLengths are those of one rune of a class, given as pairs of lowest and
// highest. A byte that isn't UTF-8 counts as U+FFFD.
func classLengths(pairs []rune) lengths {
	if len(pairs) == 0 {
		return lengths{never: true}
	}
	l := lengths{min: encodedLen(pairs[0]), max: encodedLen(pairs[len(pairs)-1])}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] <= utf8.RuneError && utf8.RuneError <= pairs[i+1] {
			l.min = 1
		}
	}
	return l
}

// encodedLen is utf8.RuneLen, with an answer for surrogates.
func encodedLen(r rune) int {
	switch {
	case r < utf8.RuneSelf:
		return 1
	case r < 1<<11:
		return 2
	case r < 1<<16:
		return 3
	}
	return 4
}
