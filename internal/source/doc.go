// Package source finds what a scan of files and folders has to read, and reads
// it as text: it walks folders, opens archives, and transcodes or cleans what
// isn't plain text. It refuses to follow a symbolic link that it meets, to open
// what isn't a regular file, to run git or honour its configuration, and to
// write anything. Its one invariant: nothing is passed over in silence. What
// isn't read is a [Skip], with a reason, and either a policy (it was left out on
// purpose) or an error (the scan is incomplete).
//
// [Walk] runs in one goroutine and finds; a [Reader] for each worker reads.
//
// # Paths
//
// Paths are slash-separated and their bytes are kept as they are, whether UTF-8
// or not. What is inside an archive follows it after a "!": "a.zip!b/c.txt",
// and the content of a compressed stream is named as the stream without its
// suffix: "a.log.gz!a.log".
//
// # What git ignores
//
// With Options.RespectGitignore the .gitignore files of the repository and its
// .git/info/exclude count; core.excludesFile doesn't, since it is
// configuration. What is tracked is read even if a pattern matches it, as git
// does. Outside a repository .gitignore files count from the root of the scan.
package source
