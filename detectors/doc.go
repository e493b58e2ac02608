// Package detectors finds secrets in texts: bytes in, matches out. Rules come
// in gitleaks' TOML schema (Parse); New compiles them into an Engine, of which
// each goroutine takes a Scanner.
//
// It refuses to reach the world: no files, no clock, no network, and it keeps
// nothing of a text but the matches. Its one invariant: with gitleaks' rules
// and quirks, the matches of a text under Horizon are exactly gitleaks'
// findings; and those of a longer text don't depend on how it was cut into
// chunks.
//
// How a text is scanned, in the order of the files: split.go takes each
// pattern apart when the Engine is made; scanner.go lets one prefilter find, for
// all rules in one pass, where a match may begin, and asks a byte automaton
// whether it does; search.go runs the pattern itself on a window around what is
// left; match.go judges the match as gitleaks does, by entropy, allowlists and
// keywords; decoded.go does it again on what was encoded; finish.go settles
// what depends on several matches.
package detectors
