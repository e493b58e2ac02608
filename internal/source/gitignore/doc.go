// Package gitignore tells which paths git would ignore, by the rules of
// gitignore(5) as git 2.39 applies them, and matches the globs of --exclude in
// the same language. It refuses to read files or to run git: whoever walks the
// tree hands over the lines. Its one invariant: for the same patterns in the
// same folders the answer is that of `git check-ignore --no-index`.
package gitignore
