package detectors

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"rekey.example/rekey/internal/lazydfa"
)

// An allowlist is an Allowlist made ready.
type allowlist struct {
	and            bool
	target         Target
	commits        map[string]bool
	paths, regexes *pattern
	stop           *stopWords
	hasStop        bool
}

// newAllowlist makes a ready. With joined, its patterns are put together as
// gitleaks does, without a group around each.
func newAllowlist(a *Allowlist, joined bool) *allowlist {
	out := &allowlist{
		and: a.And, target: a.Target,
		paths: joinPatterns(a.Paths, joined), regexes: joinPatterns(a.Regexes, joined),
	}
	if len(a.Commits) > 0 {
		out.commits = make(map[string]bool, len(a.Commits))
		for _, c := range a.Commits {
			out.commits[strings.TrimSpace(strings.ToLower(c))] = true
		}
	}
	if len(a.StopWords) > 0 {
		out.hasStop = true
		out.stop = &stopWords{words: a.StopWords}
	}
	return out
}

// joinPatterns makes one pattern of several; nil of none.
func joinPatterns(patterns []string, joined bool) *pattern {
	if len(patterns) == 0 {
		return nil
	}
	if joined {
		return newPattern("(?:" + strings.Join(patterns, "|") + ")")
	}
	return newPattern("(?:" + strings.Join(patterns, ")|(?:") + ")")
}

// before says that the allowlist excuses a whole text by its commit or path,
// before any match is looked for.
func (a *allowlist) before(commit, path string) bool {
	if !a.and {
		return a.commitAllowed(commit) || a.pathAllowed(path)
	}
	if a.regexes != nil || a.hasStop {
		return false // decided for each match
	}
	return (a.commits == nil || a.commitAllowed(commit)) && (a.paths == nil || a.pathAllowed(path))
}

// after says that the allowlist excuses a match.
func (a *allowlist) after(commit, path string, secret, match, line []byte) bool {
	target := secret
	switch a.target {
	case TargetMatch:
		target = match
	case TargetLine:
		target = line
	}
	if !a.and {
		return a.stopped(secret) || a.regexAllowed(target)
	}
	if a.commits != nil && !a.commitAllowed(commit) || a.paths != nil && !a.pathAllowed(path) {
		return false
	}
	return (!a.hasStop || a.stopped(secret)) && (a.regexes == nil || a.regexAllowed(target))
}

func (a *allowlist) commitAllowed(commit string) bool {
	return commit != "" && a.commits[strings.ToLower(commit)]
}

func (a *allowlist) pathAllowed(path string) bool {
	return path != "" && a.paths != nil && a.paths.matchString(path)
}

func (a *allowlist) regexAllowed(target []byte) bool {
	return len(target) > 0 && a.regexes != nil && a.regexes.match(target)
}

func (a *allowlist) stopped(secret []byte) bool {
	return a.hasStop && len(secret) > 0 && a.stop.in(secret)
}

// A pattern is a regexp that is compiled when it is first asked.
type pattern struct {
	text string
	once sync.Once
	re   *regexp.Regexp
	prog *lazydfa.Program
	pool sync.Pool // of *lazydfa.Matcher
}

// newPattern keeps a pattern whose syntax was checked.
func newPattern(text string) *pattern { return &pattern{text: text} }

// ready compiles. An automaton that would be too large is done without.
func (p *pattern) ready() {
	p.once.Do(func() {
		p.re = regexp.MustCompile(p.text)
		if re, err := syntax.Parse(p.text, syntax.Perl); err == nil {
			p.prog, _ = lazydfa.Compile(re, lazydfa.Options{})
		}
	})
}

// match says whether the pattern matches in b. The automaton answers most
// questions, which are noes, some ten times faster than the regexp.
func (p *pattern) match(b []byte) bool {
	p.ready()
	if p.prog != nil {
		m, _ := p.pool.Get().(*lazydfa.Matcher)
		if m == nil {
			m = lazydfa.NewMatcher(p.prog)
		}
		m.Reset()
		ok, _ := m.Find(b, 0, len(b))
		p.pool.Put(m)
		if !ok {
			return false
		}
	}
	return p.re.Match(b)
}

func (p *pattern) matchString(s string) bool { return p.match([]byte(s)) }

// stopWords finds any of a list of words in a secret, in any case.
type stopWords struct {
	words []string
	once  sync.Once
	// byPair are the words by their first two bytes; short those of one.
	byPair map[[2]byte][]string
	short  []string
}

func (w *stopWords) ready() {
	w.byPair = make(map[[2]byte][]string, len(w.words))
	for _, word := range w.words {
		word = strings.ToLower(word)
		switch len(word) {
		case 0:
		case 1:
			w.short = append(w.short, word)
		default:
			k := [2]byte{word[0], word[1]}
			w.byPair[k] = append(w.byPair[k], word)
		}
	}
}

// in says whether the lower-cased secret holds one of the words.
func (w *stopWords) in(secret []byte) bool {
	w.once.Do(w.ready)
	s := strings.ToLower(string(secret))
	for _, word := range w.short {
		if strings.Contains(s, word) {
			return true
		}
	}
	for i := 0; i+1 < len(s); i++ {
		for _, word := range w.byPair[[2]byte{s[i], s[i+1]}] {
			if strings.HasPrefix(s[i:], word) {
				return true
			}
		}
	}
	return false
}
