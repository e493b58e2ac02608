package source

import (
	"bytes"
	"io"
	"strings"

	"rekey.example/rekey/internal/source/archive"
)

// notOpened is why an archive is left out by Options.NoArchives.
const notOpened = "archive not opened (--max-archive-depth 0)"

// archive opens an archive or compressed stream and reads what is in it. data
// is what was read of it; whole says that this is all.
func (j *job) archive(c content, f archive.Format, data []byte, whole bool) error {
	if j.r.o.NoArchives {
		j.report(Skip{Path: c.path, Reason: notOpened, Policy: true})
		return nil
	}
	from := archive.Content{Size: c.size}
	switch {
	case whole:
		from.Size = int64(len(data))
		from.At = bytes.NewReader(data)
	case c.at != nil:
		from.At = c.at
	default:
		from.R = io.MultiReader(bytes.NewReader(data), c.r)
	}
	if j.dig == nil {
		j.dig = j.r.opener.Begin(j.ctx, from.Size)
		if from.Size < 0 {
			from.R = j.dig.Input(from.R)
		}
	}
	err := j.dig.CheckDepth(c.depth + 1)
	if err == nil {
		if f.Stream() {
			err = j.unpack(c, f, from)
		} else {
			err = j.dig.Walk(f, from, func(m archive.Member) error { return j.member(c, m) })
		}
	}
	if j.fatal != nil {
		return j.fatal
	}
	if err != nil {
		return j.unread(c, err)
	}
	return nil
}

// endsInZip says whether a content that doesn't begin as an archive ends as a
// zip does: programs that unpack themselves, Python's zipapps, jars that can be
// executed. It can't be told of a stream.
func (j *job) endsInZip(c content, data []byte, whole bool) bool {
	if whole {
		return archive.EndsInZip(data[max(0, len(data)-archive.ZipEndLen):])
	}
	if c.at == nil || c.size < archive.ZipEndLen {
		return false
	}
	var tail [archive.ZipEndLen]byte
	n, _ := c.at.ReadAt(tail[:], c.size-archive.ZipEndLen)
	return archive.EndsInZip(tail[:n])
}

// unpack reads what a compressed stream holds.
func (j *job) unpack(c content, f archive.Format, from archive.Content) error {
	r, done, err := j.dig.Stream(f, from)
	if err != nil {
		return err
	}
	defer done()
	return j.content(content{
		path: c.path + "!" + unpackedName(c.path),
		kind: KindFile, r: r, size: -1, depth: c.depth + 1,
	})
}

// member reads a member of an archive.
func (j *job) member(in content, m archive.Member) error {
	c := content{path: in.path + "!" + m.Name, kind: KindFile, r: m.R, size: m.Size, depth: in.depth + 1}
	if m.Err != nil {
		return j.unread(c, m.Err)
	}
	if m.Symlink {
		c.kind = KindSymlinkTarget
	}
	return j.content(c)
}

// unpackedName names what a compressed stream holds: the stream's own name
// without its folders and suffix.
func unpackedName(path string) string {
	base := path[strings.LastIndexAny(path, "/!")+1:]
	for _, s := range []struct{ suffix, instead string }{
		{".gz", ""},
		{".bz2", ""},
		{".xz", ""},
		{".zst", ""},
		{".lz4", ""},
		{".tgz", ".tar"},
		{".tbz2", ".tar"},
		{".txz", ".tar"},
		{".tzst", ".tar"},
		{".svgz", ".svg"},
	} {
		if n := len(base) - len(s.suffix); n > 0 && strings.EqualFold(base[n:], s.suffix) {
			return base[:n] + s.instead
		}
	}
	if base == "" || base == "-" {
		return "content"
	}
	return base
}
