package gitleaks

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/internal/lazydfa"
)

// What gitleaks leaves out of a folder, in the order in which it decides
// (sources/files.go and sources/file.go):
//
//  1. an empty file; a symbolic link, unless told to follow; an object that
//     isn't a regular file is opened and read like one
//  2. a folder whose path PathSkip skips, with all that is below it
//  3. a file whose path PathSkip skips
//  4. a file whose name LooksLikeArchive, unless archives are to be opened
//  5. a file whose first 100,000 bytes have ApplicationMagic
//
// The paths are those that filepath.WalkDir gives: the root as it was written,
// joined with what is below.

// A PathSkip tells which paths an allowlist keeps out of the scan altogether.
// It is safe for concurrent use.
type PathSkip struct {
	patterns []*pathPattern
}

// A pathPattern is an allowlist's paths. The automaton says no, which is the
// usual answer, in a tenth of the regexp's time.
type pathPattern struct {
	exact  *regexp.Regexp
	quick  *lazydfa.Program
	unused sync.Pool // of *lazydfa.Matcher
}

// NewPathSkip takes a configuration's global allowlists. As in gitleaks
// (sources.shouldSkipPath), one of them is enough, whatever its condition and
// its other checks. The error is that of a pattern that doesn't compile, which
// detectors.Parse has excluded.
func NewPathSkip(allowlists []detectors.Allowlist) (*PathSkip, error) {
	s := &PathSkip{}
	for _, a := range allowlists {
		if len(a.Paths) == 0 {
			continue
		}
		p, err := newPathPattern("(?:" + strings.Join(a.Paths, "|") + ")")
		if err != nil {
			return nil, fmt.Errorf("an allowlist's paths don't compile: %w; correct them in the configuration", err)
		}
		s.patterns = append(s.patterns, p)
	}
	return s, nil
}

func newPathPattern(text string) (*pathPattern, error) {
	exact, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, err
	}
	quick, err := lazydfa.Compile(tree, lazydfa.Options{})
	if err != nil {
		return nil, err
	}
	return &pathPattern{exact: exact, quick: quick}, nil
}

// Skips says whether gitleaks skips the file or folder.
func (s *PathSkip) Skips(path string) bool {
	return path != "" && slices.ContainsFunc(s.patterns, func(p *pathPattern) bool { return p.match(path) })
}

func (p *pathPattern) match(path string) bool {
	m, ok := p.unused.Get().(*lazydfa.Matcher)
	if !ok {
		m = lazydfa.NewMatcher(p.quick)
	}
	m.Reset()
	may, _ := m.Find([]byte(path), 0, len(path))
	p.unused.Put(m)
	return may && p.exact.MatchString(path)
}

// LooksLikeArchive says whether gitleaks takes a file for an archive, or for
// compressed, by its name alone, and so doesn't look into it at its default
// --max-archive-depth 0. As in github.com/mholt/archives v0.1.2, most
// extensions count anywhere in the base name: page.breadcrumbs.js holds .br,
// lib.s2n.c holds .s2.
func LooksLikeArchive(name string) bool {
	base := strings.ToLower(path.Base(filepath.ToSlash(name)))
	if base == "." {
		return false
	}
	for i := range len(base) {
		if base[i] == '.' && archiveExtension(base[i:]) {
			return true
		}
	}
	return false
}

// archiveExtension looks at the rest of a name from one of its dots.
func archiveExtension(rest string) bool {
	if rest == ".lz" || rest == ".mz" {
		return true
	}
	for _, ext := range [...]string{
		".7z", ".br", ".bz2", ".gz", ".lz4", ".rar", ".s2", ".sz", ".tar", ".xz", ".zip", ".zst", ".zz",
	} {
		if strings.HasPrefix(rest, ext) {
			return true
		}
	}
	return false
}
