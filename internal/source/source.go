package source

import (
	"errors"
	"io"
	"io/fs"

	"rekey.example/rekey/internal/source/archive"
	"rekey.example/rekey/internal/source/textform"
)

// WholeLimit is the length in bytes up to which a content is handed over in
// one piece; longer ones are streams.
const WholeLimit = 8 << 20

// HeadLimit is how many of a file's first bytes Options.SkipHead sees at most.
const HeadLimit = 100_000

// The kinds of an Object and a Text.
const (
	KindFile          = "file"
	KindStdin         = "stdin"
	KindSymlinkTarget = "symlink_target"
)

// Options say what is left out and how contents are read.
type Options struct {
	// Exclude are globs as gitignore.Globs reads them. They are matched
	// against paths as they are shown; not against members of archives.
	Exclude []string
	// MaxFileSize is the length in bytes of the largest file that is read;
	// 0 means no limit. Standard input and members of archives have none.
	MaxFileSize int64
	// RespectGitignore leaves out what git ignores.
	RespectGitignore bool
	// Plain reads as gitleaks does: the bytes as they are. Archives are not
	// opened, nothing is transcoded or cleaned, and the targets of symbolic
	// links are not read.
	Plain bool
	// Limits bound what an archive may cost.
	Limits archive.Limits
	// NoArchives leaves archives out.
	NoArchives bool
	// SkipPath gives the reason to leave a path out by policy, or nothing;
	// nil leaves nothing out. A folder is left out with all that is in it.
	// The path is as the walk shows it.
	SkipPath func(path string, dir bool) string
	// SkipHead gives the reason to leave a content out by policy, of which
	// it sees up to HeadLimit bytes, or nothing. It is asked only if Plain,
	// and by every Reader: it must be safe for concurrent use.
	SkipHead func(path string, head []byte) string
}

// A Skip is something that was not read.
type Skip struct {
	// Path is as the walk shows it, or a place in an archive.
	Path string
	// Reason says why, and what to do about it if something can be done.
	Reason string
	// Policy says that it was left out on purpose; otherwise it is an error.
	Policy bool
}

// An Object is something to read. It is given to a Reader as Walk made it.
type Object struct {
	// Path is as it is shown.
	Path string
	// Kind is KindFile, KindStdin or KindSymlinkTarget.
	Kind string
	// Size is the length in bytes when the walk met it; -1 if unknown.
	Size int64

	name   string // what to open
	target string // of a symbolic link
}

// A Text is a content to search. It holds either Data or Stream.
type Text struct {
	// Path and Kind are those of the Object; in an archive the path goes on
	// to the member, and the kind says whether that is a symbolic link.
	Path, Kind string
	// Data is valid until the function that got it returns, and is its own
	// until then.
	Data []byte
	// Stream gives a content over WholeLimit, until the function that got
	// it returns. Its errors are those of the context; where the content
	// can't be read further it ends, and that becomes a Skip.
	Stream io.Reader
	// Map leads to the content's offsets from those of the text, if it was
	// binary; nil means that they are the same.
	Map *textform.Map
}

// reason says what an error of the system means for a path that stands beside.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it vanished while the scan ran: scan again"
	case errors.Is(err, fs.ErrPermission):
		return "no permission to read it: run as a user who may, or leave it out with --exclude"
	}
	return "it can't be read: " + err.Error()
}

// special names what is neither a file nor a folder nor a symbolic link.
func special(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a FIFO"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "neither a file nor a folder"
}
