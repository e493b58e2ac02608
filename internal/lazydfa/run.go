package lazydfa

import "regexp/syntax"

// A classRun is something that every match of an expression holds: n or more
// bytes in a row that are all in the set, of which the first stands at most
// before bytes after the beginning of the match. Where a text has no such run,
// Find needs to look at one byte in n only.
type classRun struct {
	in        [256]bool
	n, before int
}

const (
	// minRun is the least n that makes a search for runs worth while.
	minRun = 8
	// maxRunSet is the greatest number of ASCII bytes in a set of which
	// long runs are still rare.
	maxRunSet = 80
)

// setRun finds the run that all matches of re hold, if there is one.
func (p *Program) setRun(re *syntax.Regexp) {
	r, ok := requiredRun(re)
	if !ok || r.n < minRun {
		return
	}
	run := &classRun{n: r.n, before: r.before}
	for b := range run.in {
		run.in[b] = r.mask.has(byte(b))
	}
	p.run = run
}

// next gives where the first run in text[i:end] begins, or -1.
func (r *classRun) next(text []byte, i, end int) int {
	for i+r.n <= end {
		window := text[i : i+r.n]
		k := len(window) - 1
		for k >= 0 && r.in[window[k]] {
			k--
		}
		if k < 0 {
			return i
		}
		i += k + 1
	}
	return -1
}

// aRun is a classRun while it is derived.
type aRun struct {
	mask      byteMask
	n, before int
}

// requiredRun gives the longest run that it can tell all matches of re to
// hold.
func requiredRun(re *syntax.Regexp) (aRun, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		var mask byteMask
		for _, r := range re.Rune {
			mask.addFolds(r, re.Flags&syntax.FoldCase != 0)
		}
		return aRun{mask: mask, n: lengthOf(re).min}, mask.sparse()
	case syntax.OpCharClass:
		var mask byteMask
		for i := 0; i < len(re.Rune); i += 2 {
			mask.addRange(re.Rune[i], re.Rune[i+1])
		}
		return aRun{mask: mask, n: 1}, mask.sparse()
	case syntax.OpCapture, syntax.OpPlus:
		return requiredRun(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min == 0 {
			return aRun{}, false
		}
		r, ok := requiredRun(re.Sub[0])
		if takesOneRune(re.Sub[0]) {
			r.n *= re.Min
		}
		return r, ok
	case syntax.OpConcat:
		return runOfConcat(re.Sub)
	case syntax.OpAlternate:
		return runOfAlternate(re.Sub)
	}
	return aRun{}, false
}

// runOfConcat takes the longest run of any part that begins at a bounded
// distance.
func runOfConcat(subs []*syntax.Regexp) (best aRun, ok bool) {
	before := 0
	for _, sub := range subs {
		if r, has := requiredRun(sub); has && (!ok || r.n > best.n) {
			r.before += before
			best, ok = r, true
		}
		l := lengthOf(sub)
		if l.max < 0 || l.never {
			break
		}
		before += l.max
	}
	return best, ok
}

// runOfAlternate takes what the runs of all alternatives have in common.
func runOfAlternate(subs []*syntax.Regexp) (all aRun, ok bool) {
	for i, sub := range subs {
		r, has := requiredRun(sub)
		if !has {
			return aRun{}, false
		}
		if i == 0 {
			all = r
			continue
		}
		all.mask.ascii[0] |= r.mask.ascii[0]
		all.mask.ascii[1] |= r.mask.ascii[1]
		all.mask.high = all.mask.high || r.mask.high
		all.n = min(all.n, r.n)
		all.before = max(all.before, r.before)
	}
	return all, all.mask.sparse()
}

// findByRun is Find for a program whose matches hold a run: it goes from run
// to run, and lets the automaton read only around them. What is left to do at
// end is as in Find.
func (m *Matcher) findByRun(text []byte, pos, end int) (s uint32, i int) {
	const stretch = 32 // bytes between looks whether a match is still under way
	p, d := m.p, &m.anywhere
	for {
		r := p.run.next(text, pos, end)
		if r < 0 {
			return dead, end
		}
		i = max(pos, r-p.run.before)
		s = d.begin(&m.build, p.contextBefore(text, i))
		if s < firstRow {
			return s, i
		}
		stop := min(end, r+p.run.n)
		for {
			s, i = d.run(&m.build, s, text, i, stop)
			if s < firstRow || i == end {
				return s, i
			}
			if s == d.starts[p.contextBefore(text, i)] {
				break
			}
			stop = min(end, i+stretch)
		}
		pos = i
	}
}
