package source

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rekey.example/rekey/internal/source/gitignore"
)

// Walk finds what is to be read below the roots, in their order, and in each
// folder by name; every file once, even if roots overlap. Relative roots are
// relative to dir, or to the current folder if that is empty; "-" is standard
// input. A root that is a symbolic link is followed.
//
// A single root that is a folder isn't part of the paths that are shown; of
// several roots each stands before its paths as it was written.
//
// The error is that of ctx, of object, or of a glob in Options.Exclude. What
// can't be found or read is given to skip.
func Walk(ctx context.Context, dir string, roots []string, o Options, object func(Object) error, skip func(Skip)) error {
	w := &walker{ctx: ctx, o: o, object: object, report: skip}
	var err error
	if w.exclude, err = gitignore.Globs(o.Exclude); err != nil {
		return fmt.Errorf("reading the paths to exclude: %w", err)
	}
	found := make([]root, 0, len(roots))
	for _, written := range roots {
		found = append(found, findRoot(dir, written))
	}
	if overlap(found) {
		w.seen = make(map[string]struct{})
	}
	for _, r := range found {
		if err := w.root(r, len(found) > 1); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// A walker is one call of Walk.
type walker struct {
	ctx     context.Context
	o       Options
	exclude *gitignore.List
	object  func(Object) error
	report  func(Skip)
	seen    map[string]struct{} // names on the system; nil if roots don't overlap
}

// A folder is one that is being walked.
type folder struct {
	name   string // on the system
	prefix string // of the paths that are shown: empty, or ends in a slash
	repo   *repository
	inRepo string // the path in the repository; empty at its top
	lists  []*gitignore.List
	// ignored says that git ignores the folder, but tracks something in it.
	ignored bool
	// bare says that it is a repository without a working tree.
	bare bool
}

// once says whether a name on the system is met for the first time.
func (w *walker) once(name string) bool {
	if w.seen == nil {
		return true
	}
	_, again := w.seen[name]
	w.seen[name] = struct{}{}
	return !again
}

// policy reports something that is left out on purpose.
func (w *walker) policy(name, path, reason string) {
	if w.once(name) {
		w.report(Skip{Path: path, Reason: reason, Policy: true})
	}
}

// failed reports something that can't be read.
func (w *walker) failed(name, path, reason string) {
	if w.once(name) {
		w.report(Skip{Path: path, Reason: reason})
	}
}

// folder walks a folder and what is in it; shown is its own path.
func (w *walker) folder(f folder, shown string) error {
	entries, err := readDir(f.name)
	if err != nil {
		w.failed(f.name, shown, reason(err))
	}
	w.enter(&f, entries)
	if err == nil && len(entries) == 0 && f.repo != nil && f.repo.submodule(f.inRepo) {
		w.policy(f.name, shown, "a submodule that isn't there: run git submodule update to have it scanned")
	}
	for _, e := range entries {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if err := w.entry(f, e); err != nil {
			return err
		}
	}
	return nil
}

// entry walks what a folder holds.
func (w *walker) entry(f folder, e fs.DirEntry) error {
	base := e.Name()
	name := filepath.Join(f.name, base)
	path := f.prefix + base
	dir := e.IsDir()
	if dir && base == ".git" && isGitDir(name) {
		w.policy(name, path, "git's own folder: its history is not scanned in this version")
		return nil
	}
	if dir && base == "objects" && f.bare && !w.o.Plain {
		w.policy(name, path, "the objects of a bare repository: its history is not scanned in this version")
		return nil
	}
	if why := w.leftOut(path, dir); why != "" {
		w.policy(name, path, why)
		return nil
	}
	inRepo := base
	if f.inRepo != "" {
		inRepo = f.inRepo + "/" + base
	}
	ignored := false
	if w.o.RespectGitignore {
		var held bool
		if ignored, held = w.ignored(f, inRepo, dir); ignored && !held {
			w.policy(name, path, "ignored by git (--respect-gitignore)")
			return nil
		}
	}
	if dir {
		return w.folder(folder{
			name: name, prefix: path + "/",
			repo: f.repo, inRepo: inRepo, lists: f.lists, ignored: ignored,
		}, path)
	}
	return w.leaf(name, path, e.Type(), e.Info)
}

// leaf walks what isn't a folder.
func (w *walker) leaf(name, path string, mode fs.FileMode, info func() (fs.FileInfo, error)) error {
	switch {
	case mode&fs.ModeSymlink != 0:
		return w.symlink(name, path)
	case mode&fs.ModeType != 0:
		w.policy(name, path, special(mode)+": only files are read")
		return nil
	}
	i, err := info()
	if err != nil {
		w.failed(name, path, reason(err))
		return nil
	}
	return w.file(name, path, i.Size())
}

// file gives out a regular file.
func (w *walker) file(name, path string, size int64) error {
	if w.o.MaxFileSize > 0 && size > w.o.MaxFileSize {
		w.policy(name, path, fmt.Sprintf("too large: %d bytes, and --max-file-size is %d", size, w.o.MaxFileSize))
		return nil
	}
	if !w.once(name) {
		return nil
	}
	return w.object(Object{Path: path, Kind: KindFile, Size: size, name: name})
}

// symlink gives out the target of a symbolic link, which isn't followed.
func (w *walker) symlink(name, path string) error {
	if !w.once(name) {
		return nil
	}
	target, err := os.Readlink(name)
	if err != nil {
		w.report(Skip{Path: path, Reason: reason(err)})
		return nil
	}
	w.report(Skip{Path: path, Reason: "a symbolic link: it isn't followed", Policy: true})
	if w.o.Plain {
		return nil
	}
	return w.object(Object{Path: path, Kind: KindSymlinkTarget, Size: int64(len(target)), target: target})
}

// leftOut says why the user doesn't want a path.
func (w *walker) leftOut(path string, dir bool) string {
	if !w.exclude.Empty() {
		if p, _ := w.exclude.Match(strings.TrimPrefix(path, "/"), dir); p != nil {
			return fmt.Sprintf("excluded (--exclude %s)", p.Text)
		}
	}
	if w.o.SkipPath != nil {
		return w.o.SkipPath(path, dir)
	}
	return ""
}
