// Package archive gives the members of archives and the content of compressed
// files, one after the other, without a temporary file. It knows them by their
// first bytes, never by their name: zip, tar, 7z, rar, ar, cpio and rpm hold
// members; gzip, bzip2, xz, zstd, lz4 are streams around one content. It
// refuses to write anything, to follow a link and to try a password: a name
// such as "../../x" is a name and no more. Its one invariant: however an input
// is made, what it costs stays under the Limits, and a limit that was hit is an
// error, not the end of the content.
//
// An [Opener] belongs to one goroutine. For each file of the user's it begins a
// [Dig], which carries what the file may still cost; archives in archives share
// the Dig of the outermost one. Nothing here looks for archives within members:
// the caller does that, by [Detect] on each member's first bytes.
//
// Decoders by others (rar, 7z, xz and so on) are fenced: a panic of theirs
// becomes the error of the archive that it read, and what a header asks them to
// allocate is looked at before they see it.
package archive
