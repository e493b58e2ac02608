package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A root is what the user named.
type root struct {
	written string // cleaned, slash-separated
	name    string // on the system, absolute, without symbolic links
	stdin   bool
	info    fs.FileInfo
	problem string // why it can't be walked
}

// findRoot looks at what the user named, and opens nothing.
func findRoot(dir, written string) root {
	if written == "-" {
		return root{written: written, name: written, stdin: true}
	}
	r := root{written: filepath.ToSlash(filepath.Clean(written))}
	if written == "" {
		r.problem = "an empty path names nothing"
		return r
	}
	name := written
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	name, err := filepath.Abs(name)
	if err != nil {
		r.problem = reason(err)
		return r
	}
	r.name = name
	named, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.problem = "there is no such file or folder: look at how it is written"
		return r
	case err != nil:
		r.problem = reason(err)
		return r
	}
	if r.info, err = os.Stat(name); err != nil {
		r.problem = reason(err)
		if named.Mode()&fs.ModeSymlink != 0 && errors.Is(err, fs.ErrNotExist) {
			r.problem = "a symbolic link to something that isn't there"
		}
		return r
	}
	if r.name, err = filepath.EvalSymlinks(name); err != nil {
		r.problem = reason(err)
		return r
	}
	switch mode := r.info.Mode(); {
	case mode.IsDir():
		if isBare(r.name) {
			r.problem = "a bare repository: there is no working tree, and history is not scanned in this version"
		}
	case !mode.IsRegular():
		r.problem = special(mode) + ": only files and folders can be scanned; pipe it in and name \"-\""
	}
	return r
}

// overlap says whether a file may be met below more than one root.
func overlap(roots []root) bool {
	const sep = string(filepath.Separator)
	names := make([]string, 0, len(roots))
	for _, r := range roots {
		names = append(names, strings.TrimSuffix(r.name, sep)+sep)
	}
	// In order, what is in a folder comes directly behind it.
	slices.Sort(names)
	for i, name := range names[min(1, len(names)):] {
		if strings.HasPrefix(name, names[i]) {
			return true
		}
	}
	return false
}

// root walks one root, of several or not.
func (w *walker) root(r root, several bool) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	switch {
	case r.problem != "":
		// It is an error even if a walk left it out by policy.
		w.failed("named: "+r.name, r.written, r.problem)
		return nil
	case r.stdin:
		if !w.once(r.name) {
			return nil
		}
		return w.object(Object{Path: "-", Kind: KindStdin, Size: -1})
	}
	dir := r.info.IsDir()
	if !dir || several {
		if why := w.rootLeftOut(r.written, dir); why != "" {
			w.policy(r.name, r.written, why)
			return nil
		}
	}
	if !dir {
		return w.file(r.name, r.written, r.info.Size())
	}
	f := folder{name: r.name}
	if several && r.written != "." {
		f.prefix = strings.TrimSuffix(r.written, "/") + "/"
	}
	w.above(&f, r.written)
	return w.folder(f, r.written)
}

// rootLeftOut says why the user doesn't want a root. Folders that it was
// written with count as if the walk had come through them, unless the path is
// absolute or leads upwards: a glob isn't meant for what is around the scan.
func (w *walker) rootLeftOut(written string, dir bool) string {
	if written == "." {
		return ""
	}
	if !filepath.IsAbs(written) && written != ".." && !strings.HasPrefix(written, "../") {
		for i, c := range []byte(written) {
			if c != '/' {
				continue
			}
			if why := w.leftOut(written[:i], true); why != "" {
				return why
			}
		}
	}
	return w.leftOut(written, dir)
}
