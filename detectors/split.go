package detectors

import (
	"math"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"

	"rekey.example/rekey/internal/prefilter"
)

// How a rule's pattern is taken apart.
//
// A pattern is an alternation of concatenations (one of them, usually). Each
// concatenation is cut in two at a place where the right part, the tail, begins
// with something rare: the prefilter looks for the first bytes of the tail, a
// byte automaton then asks whether the whole tail matches from there, and only
// then does the regexp run, on a window around the place. Whatever matches the
// concatenation holds a match of its tail, so nothing is missed.

// A branch is one alternative of a rule's pattern, cut in two.
type branch struct {
	// tail matches from the place that the prefilter finds; with the
	// assertions directly before it.
	tail *syntax.Regexp
	// firsts are sequences of byte sets: every match of tail begins with one
	// of them. Empty if there is none that is worth looking for.
	firsts [][]prefilter.Set
	// left and right are how many bytes a match reaches to either side of
	// the place; unbounded is -1.
	left, right int
}

// unbounded is a length without a limit.
const unbounded = -1

const (
	// maxFirsts bounds the sequences of one branch: an alternation of words
	// has some dozens.
	maxFirsts = 64
	// maxFirstLen bounds the length of a sequence: longer ones filter no
	// better and cost more to verify.
	maxFirstLen = 12
	// rareEnough is the probability under which a sequence need not be made
	// longer through optional parts.
	rareEnough = 1e-5
	// goodEnough is the expected share of positions under which no better
	// place to cut is looked for.
	goodEnough = 1e-6
	// tooCommon is the expected share of positions above which looking for
	// a branch costs more than running its automaton over the whole text.
	tooCommon = 1.0 / 40
)

// split cuts a pattern into branches.
func split(re *syntax.Regexp) []branch {
	var out []branch
	for _, alt := range alternatives(re) {
		out = append(out, cut(flatten(nil, alt)))
	}
	return out
}

// alternatives are the top-level alternatives of re, through captures.
func alternatives(re *syntax.Regexp) []*syntax.Regexp {
	switch re.Op {
	case syntax.OpCapture:
		return alternatives(re.Sub[0])
	case syntax.OpAlternate:
		var out []*syntax.Regexp
		for _, sub := range re.Sub {
			out = append(out, alternatives(sub)...)
		}
		return out
	}
	return []*syntax.Regexp{re}
}

// flatten appends the parts of a concatenation, through captures.
func flatten(dst []*syntax.Regexp, re *syntax.Regexp) []*syntax.Regexp {
	switch re.Op {
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			dst = flatten(dst, sub)
		}
		return dst
	case syntax.OpCapture:
		return flatten(dst, re.Sub[0])
	case syntax.OpEmptyMatch:
		return dst
	}
	return append(dst, re)
}

// cut chooses where the tail of a concatenation begins: where its first bytes
// are rarest, and the part before it is bounded if that can be had.
func cut(parts []*syntax.Regexp) branch {
	best, bestCost := -1, math.Inf(1)
	var bestFirsts [][]prefilter.Set
	for i := range parts {
		if nullable(parts[i]) {
			continue // what follows it begins the tail as well, and better
		}
		firsts, ok := firstSets(parts[i:])
		if !ok {
			continue
		}
		cost := 0.0
		for _, f := range firsts {
			cost += probability(f)
		}
		if maxBytes(concat(parts[:i])) == unbounded {
			cost = cost*4 + 1e-4
		}
		if cost < bestCost {
			best, bestCost, bestFirsts = i, cost, firsts
		}
		if bestCost < goodEnough {
			break // start-up matters more
		}
	}
	if best < 0 || bestCost > tooCommon {
		return branch{tail: concat(parts), left: 0, right: maxBytes(concat(parts))}
	}
	left := maxBytes(concat(parts[:best]))
	for best > 0 && emptyWidth(parts[best-1]) {
		best--
	}
	tail := concat(parts[best:])
	return branch{tail: tail, firsts: bestFirsts, left: left, right: maxBytes(tail)}
}

// concat is the concatenation of parts.
func concat(parts []*syntax.Regexp) *syntax.Regexp {
	switch len(parts) {
	case 0:
		return &syntax.Regexp{Op: syntax.OpEmptyMatch}
	case 1:
		return parts[0]
	}
	return &syntax.Regexp{Op: syntax.OpConcat, Sub: parts, Flags: syntax.Perl}
}

// emptyWidth says that re is an assertion.
func emptyWidth(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpEmptyMatch:
		return true
	case syntax.OpCapture:
		return emptyWidth(re.Sub[0])
	}
	return false
}

// nullable says that re matches the empty text.
func nullable(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpStar, syntax.OpQuest:
		return true
	case syntax.OpRepeat:
		return re.Min == 0 || nullable(re.Sub[0])
	case syntax.OpPlus, syntax.OpCapture:
		return nullable(re.Sub[0])
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !nullable(s) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, nullable)
	}
	return emptyWidth(re)
}

// A first is a sequence under construction.
type first struct {
	sets []prefilter.Set
	// done says that what follows is not known.
	done bool
}

// firstSets derives the sequences that every match of the concatenation begins
// with; false if some match has none.
func firstSets(parts []*syntax.Regexp) ([][]prefilter.Set, bool) {
	firsts := []first{{}}
	for _, p := range parts {
		var ok bool
		if firsts, ok = extend(firsts, p); !ok {
			return nil, false
		}
		if allDone(firsts) {
			break
		}
	}
	out := make([][]prefilter.Set, 0, len(firsts))
	for _, f := range firsts {
		if len(f.sets) == 0 {
			return nil, false
		}
		out = append(out, f.sets)
	}
	return out, true
}

func allDone(firsts []first) bool {
	for _, f := range firsts {
		if !f.done {
			return false
		}
	}
	return true
}

// stop marks every sequence as ended.
func stop(firsts []first) []first {
	out := make([]first, len(firsts))
	for i, f := range firsts {
		out[i] = first{f.sets, true}
	}
	return out
}

// extend makes every open sequence longer by what re begins with; false if
// there would be too many.
func extend(firsts []first, re *syntax.Regexp) ([]first, bool) {
	var open, out []first
	for _, f := range firsts {
		if f.done || len(f.sets) >= maxFirstLen {
			out = append(out, first{f.sets, true})
		} else {
			open = append(open, f)
		}
	}
	if len(open) == 0 {
		return out, true
	}
	grown, ok := grow(open, re)
	out = append(out, grown...)
	return out, ok && len(out) <= maxFirsts
}

// grow is extend for sequences that are all open.
func grow(open []first, re *syntax.Regexp) ([]first, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		var sets []prefilter.Set
		end := false
		for i := 0; i < len(re.Rune) && len(sets) < maxFirstLen && !end; i++ {
			sets, end = runeSets(sets, re.Rune[i], re.Flags&syntax.FoldCase != 0)
		}
		return appendSets(open, sets, end), true
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		set, multi := classSet(re)
		return appendSets(open, []prefilter.Set{set}, multi), true
	case syntax.OpCapture:
		return extend(open, re.Sub[0])
	case syntax.OpConcat:
		ok := true
		for _, sub := range re.Sub {
			if open, ok = extend(open, sub); !ok {
				return nil, false
			}
		}
		return open, true
	case syntax.OpAlternate:
		var out []first
		for _, sub := range re.Sub {
			got, ok := extend(open, sub)
			if !ok {
				return nil, false
			}
			out = append(out, got...)
		}
		return out, len(out) <= maxFirsts
	case syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		return growRepeat(open, re)
	}
	if emptyWidth(re) {
		return open, true
	}
	return stop(open), true
}

// growRepeat extends by a repetition: the times that must be, then, for what
// is not yet rare, both ways.
func growRepeat(open []first, re *syntax.Regexp) ([]first, bool) {
	lo, hi := repeatBounds(re)
	ok := true
	for i := 0; i < lo && !allDone(open); i++ {
		if open, ok = extend(open, re.Sub[0]); !ok {
			return nil, false
		}
	}
	if hi == lo {
		return open, true
	}
	var out []first
	for _, f := range open {
		if f.done || len(f.sets) > 0 && probability(f.sets) < rareEnough {
			out = append(out, first{f.sets, true})
			continue
		}
		taken, ok := extend([]first{f}, re.Sub[0])
		if !ok {
			return nil, false
		}
		out = append(out, f)
		if hi == 1 {
			out = append(out, taken...)
		} else {
			out = append(out, stop(taken)...)
		}
	}
	return out, len(out) <= maxFirsts
}

// repeatBounds are how often re.Sub[0] may stand; -1 for no limit.
func repeatBounds(re *syntax.Regexp) (lo, hi int) {
	switch re.Op {
	case syntax.OpQuest:
		return 0, 1
	case syntax.OpStar:
		return 0, unbounded
	case syntax.OpPlus:
		return 1, unbounded
	}
	return re.Min, re.Max
}

// appendSets makes every open sequence longer by sets.
func appendSets(open []first, sets []prefilter.Set, end bool) []first {
	out := make([]first, len(open))
	for i, f := range open {
		if f.done {
			out[i] = f
			continue
		}
		n := min(len(sets), maxFirstLen-len(f.sets))
		s := append(f.sets[:len(f.sets):len(f.sets)], sets[:n]...)
		out[i] = first{s, end || n < len(sets) || len(s) == maxFirstLen}
	}
	return out
}

// runeSets appends the byte sets of one rune of a literal; end says that what
// follows it in the text can't be told by offset.
//
// The long s and the Kelvin sign, which fold to s and k, are left out: Scan
// looks at a copy of the text in which they are replaced (see fold.go).
func runeSets(sets []prefilter.Set, r rune, fold bool) (_ []prefilter.Set, end bool) {
	if r >= utf8.RuneSelf {
		if fold && unicode.SimpleFold(r) != r {
			var s prefilter.Set
			s.AddRange(0x80, 0xff)
			addFolds(&s, r)
			return append(sets, s), true
		}
		var buf [utf8.UTFMax]byte
		for _, b := range buf[:utf8.EncodeRune(buf[:], r)] {
			var s prefilter.Set
			s.Add(b)
			sets = append(sets, s)
		}
		return sets, false
	}
	var s prefilter.Set
	s.Add(byte(r))
	if fold {
		addFolds(&s, r)
	}
	return append(sets, s), false
}

// addFolds adds the ASCII runes that r folds to.
func addFolds(s *prefilter.Set, r rune) {
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		if f < utf8.RuneSelf {
			s.Add(byte(f))
		}
	}
}

// classSet is the set of first bytes of a class; multi says that it has runes
// of several bytes, so that offsets behind it can't be told.
func classSet(re *syntax.Regexp) (s prefilter.Set, multi bool) {
	switch re.Op {
	case syntax.OpAnyChar:
		s.AddRange(0, 0xff)
		return s, true
	case syntax.OpAnyCharNotNL:
		s.AddRange(0, '\n'-1)
		s.AddRange('\n'+1, 0xff)
		return s, true
	}
	for i := 0; i < len(re.Rune); i += 2 {
		lo, hi := re.Rune[i], re.Rune[i+1]
		if lo < utf8.RuneSelf {
			s.AddRange(byte(lo), byte(min(hi, utf8.RuneSelf-1)))
		}
		if hi >= utf8.RuneSelf && !(lo == hi && (lo == longS || lo == kelvin)) {
			multi = true
		}
	}
	if multi {
		s.AddRange(0x80, 0xff)
	}
	return s, multi
}

// maxBytes is the length in bytes of the longest text that re matches.
func maxBytes(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		n := 0
		for _, r := range re.Rune {
			n += maxRuneBytes(r, re.Flags&syntax.FoldCase != 0)
		}
		return n
	case syntax.OpCharClass:
		if len(re.Rune) == 0 {
			return 0
		}
		if m := re.Rune[len(re.Rune)-1]; m < utf8.RuneError {
			return utf8.RuneLen(m)
		}
		return utf8.UTFMax
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return utf8.UTFMax
	case syntax.OpCapture:
		return maxBytes(re.Sub[0])
	case syntax.OpConcat:
		n := 0
		for _, sub := range re.Sub {
			m := maxBytes(sub)
			if m == unbounded {
				return unbounded
			}
			n += m
		}
		return n
	case syntax.OpAlternate:
		n := 0
		for _, sub := range re.Sub {
			m := maxBytes(sub)
			if m == unbounded {
				return unbounded
			}
			n = max(n, m)
		}
		return n
	case syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		_, hi := repeatBounds(re)
		m := maxBytes(re.Sub[0])
		switch {
		case m == 0 || hi == 0:
			return 0
		case m == unbounded || hi == unbounded:
			return unbounded
		}
		return m * hi
	}
	return 0
}

// maxRuneBytes is the length of the longest rune that r matches.
func maxRuneBytes(r rune, fold bool) int {
	n := utf8.RuneLen(r)
	if fold {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			n = max(n, utf8.RuneLen(f))
		}
	}
	return n
}

// maxNewlines is how many newlines a text that re matches can hold.
func maxNewlines(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		n := 0
		for _, r := range re.Rune {
			if r == '\n' {
				n++
			}
		}
		return n
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i] <= '\n' && '\n' <= re.Rune[i+1] {
				return 1
			}
		}
		return 0
	case syntax.OpAnyChar:
		return 1
	case syntax.OpCapture:
		return maxNewlines(re.Sub[0])
	case syntax.OpConcat, syntax.OpAlternate:
		n := 0
		for _, sub := range re.Sub {
			m := maxNewlines(sub)
			if m == unbounded {
				return unbounded
			}
			if re.Op == syntax.OpConcat {
				n += m
			} else {
				n = max(n, m)
			}
		}
		return n
	case syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		_, hi := repeatBounds(re)
		m := maxNewlines(re.Sub[0])
		switch {
		case m == 0 || hi == 0:
			return 0
		case m == unbounded || hi == unbounded:
			return unbounded
		}
		return m * hi
	}
	return 0
}
