package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rekey.example/rekey/internal/source/gitignore"
	"rekey.example/rekey/internal/source/gitindex"
)

// What git's own files may be long, in bytes.
const (
	maxGitFile    = 4 << 10
	maxIgnoreFile = 16 << 20
	maxIndex      = 2 << 30
)

// A repository is one that the walk is in.
type repository struct {
	gitDir string // its .git folder, also if that stands elsewhere
	looked bool   // at the index
	index  *gitindex.Index
	err    error // of the index
}

// load reads the index when it is first needed.
func (r *repository) load() {
	if r.looked {
		return
	}
	r.looked = true
	data, err := readSmall(filepath.Join(r.gitDir, "index"), maxIndex)
	if errors.Is(err, fs.ErrNotExist) {
		return // nothing was added yet
	}
	if err == nil {
		r.index, err = gitindex.Parse(data)
	}
	r.err = err
}

// submodule says whether a submodule stands at a path.
func (r *repository) submodule(path string) bool {
	r.load()
	return r.index != nil && path != "" && r.index.Submodule(path)
}

// holds says whether the path, or something in it if it is a folder, is tracked.
func (r *repository) holds(path string, dir bool) bool {
	r.load()
	if r.index == nil {
		return false
	}
	return r.index.Tracked(path) || dir && r.index.Holds(path)
}

// isGitDir says whether a folder is git's own (gitrepository-layout(5)).
func isGitDir(name string) bool {
	_, err := os.Lstat(filepath.Join(name, "HEAD"))
	return err == nil
}

// isBare says whether a folder is a repository without a working tree, as the
// .git folder of one with a working tree is by itself.
func isBare(name string) bool {
	for _, part := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Lstat(filepath.Join(name, part)); err != nil {
			return false
		}
	}
	_, err := os.Lstat(filepath.Join(name, ".git"))
	return errors.Is(err, fs.ErrNotExist)
}

// openRepository gives the repository whose top a folder is, or nil.
func openRepository(name string) *repository {
	dot := filepath.Join(name, ".git")
	info, err := os.Lstat(dot)
	if err != nil {
		return nil
	}
	if info.IsDir() {
		if !isGitDir(dot) {
			return nil
		}
		return &repository{gitDir: dot}
	}
	// Of a worktree or a submodule: a file that says where the folder is.
	data, err := readSmall(dot, maxGitFile)
	if err != nil {
		return nil
	}
	at, ok := strings.CutPrefix(strings.TrimRight(string(data), "\r\n"), "gitdir: ")
	if !ok {
		return nil
	}
	if !filepath.IsAbs(at) {
		at = filepath.Join(name, at)
	}
	return &repository{gitDir: at}
}

// infoExclude is where the patterns are that aren't shared. A worktree has
// those of the repository that it belongs to, which commondir names.
func (r *repository) infoExclude() string {
	common := r.gitDir
	if data, err := readSmall(filepath.Join(r.gitDir, "commondir"), maxGitFile); err == nil {
		common = strings.TrimRight(string(data), "\r\n")
		if !filepath.IsAbs(common) {
			common = filepath.Join(r.gitDir, common)
		}
	}
	return filepath.Join(common, "info", "exclude")
}

// enter looks at what a folder holds of git's before it is walked.
func (w *walker) enter(f *folder, entries []os.DirEntry) {
	has := func(base string) bool {
		_, found := slices.BinarySearchFunc(entries, base, func(e os.DirEntry, base string) int {
			return strings.Compare(e.Name(), base)
		})
		return found
	}
	f.bare = has("HEAD") && has("objects") && has("refs")
	if has(".git") {
		if repo := openRepository(f.name); repo != nil {
			w.top(f, repo)
		}
	}
	if w.o.RespectGitignore && has(".gitignore") {
		w.addIgnores(f, filepath.Join(f.name, ".gitignore"), f.prefix+".gitignore")
	}
}

// top makes a folder the top of a repository.
func (w *walker) top(f *folder, repo *repository) {
	f.repo, f.inRepo, f.lists, f.ignored = repo, "", nil, false
	if w.o.RespectGitignore {
		w.addIgnores(f, repo.infoExclude(), f.prefix+".git/info/exclude")
	}
}

// addIgnores adds the patterns of a file, which hold for the folder. A symbolic
// link is not followed, as git doesn't (gitignore(5)), and has none.
func (w *walker) addIgnores(f *folder, name, shown string) {
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return
	}
	data, err := readSmall(name, maxIgnoreFile)
	if err != nil {
		w.report(Skip{Path: shown, Reason: "its patterns are not known: " + reason(err)})
		return
	}
	if l := gitignore.Parse(f.inRepo, shown, data); !l.Empty() {
		f.lists = append([]*gitignore.List{l}, f.lists...)
	}
}

// ignored says whether git ignores a path in a folder, and whether something of
// it is tracked all the same.
func (w *walker) ignored(f folder, inRepo string, dir bool) (ignored, tracked bool) {
	ignored = f.ignored
	if !ignored && len(f.lists) > 0 {
		_, _, ignored = gitignore.Match(f.lists, inRepo, dir)
	}
	if !ignored || f.repo == nil {
		return ignored, false
	}
	known := f.repo.looked
	tracked = f.repo.holds(inRepo, dir)
	if f.repo.err != nil && !known {
		w.report(Skip{
			Path:   f.prefix + ".git/index",
			Reason: "what is tracked although git ignores it is left out, since the index can't be read: " + f.repo.err.Error(),
		})
	}
	return ignored, tracked
}

// above looks for the repository that a root is in, and for the patterns of the
// folders between.
func (w *walker) above(f *folder, shown string) {
	var between []string // names of folders, the deepest first
	for at := f.name; openRepository(at) == nil; {
		parent := filepath.Dir(at)
		if parent == at {
			return
		}
		between = append(between, filepath.Base(at))
		at = parent
	}
	if len(between) == 0 {
		return // the root is the top: enter finds that
	}
	slices.Reverse(between)
	name := f.name
	for range between {
		name = filepath.Dir(name)
	}
	up := folder{name: name, prefix: strings.TrimSuffix(shown, "/") + "/" + strings.Repeat("../", len(between))}
	w.top(&up, openRepository(name))
	for i, base := range between {
		if w.o.RespectGitignore {
			w.addIgnores(&up, filepath.Join(up.name, ".gitignore"), up.prefix+".gitignore")
		}
		inRepo := strings.Join(between[:i+1], "/")
		if w.o.RespectGitignore {
			up.ignored, _ = w.ignored(up, inRepo, true)
		}
		up.name, up.inRepo = filepath.Join(up.name, base), inRepo
		up.prefix = strings.TrimSuffix(up.prefix, "../")
	}
	f.repo, f.inRepo, f.lists, f.ignored = up.repo, up.inRepo, up.lists, up.ignored
}
