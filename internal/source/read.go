package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"rekey.example/rekey/internal/source/archive"
	"rekey.example/rekey/internal/source/textform"
)

// A Reader reads what Walk found. It belongs to one goroutine, and keeps its
// buffers from one Object to the next.
type Reader struct {
	o      Options
	stdin  io.Reader
	opener archive.Opener
	bufs   [][]byte // one for each content that is open within others
	text   []byte   // transcoded
	job    job
	open   file
}

// NewReader makes a Reader. stdin is what an Object of KindStdin is read from;
// it may be nil if there is none.
func NewReader(o Options, stdin io.Reader) *Reader {
	return &Reader{o: o, stdin: stdin, opener: archive.Opener{Limits: o.Limits}}
}

// Read reads an Object and gives text what is to be searched in it, which is
// nothing if it is empty. The number is the length in bytes of the contents that were read:
// for an archive, of its members. The error is that of ctx or one that text
// returned; everything else is given to skip, after what was read before it.
func (r *Reader) Read(ctx context.Context, obj Object, text func(Text) error, skip func(Skip)) (read int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	r.job = job{r: r, ctx: ctx, text: text, report: skip}
	j := &r.job
	c := content{path: obj.Path, kind: obj.Kind, size: obj.Size}
	switch obj.Kind {
	case KindSymlinkTarget:
		target := append(r.buffer(0)[:0], obj.target...)
		r.bufs[0] = target
		_ = j.whole(c, target, nil)
	case KindStdin:
		if r.stdin == nil {
			skip(Skip{Path: obj.Path, Reason: "there is no standard input"})
			return 0, nil
		}
		c.r, c.size = r.stdin, -1
		_ = j.content(c)
	default:
		_ = j.file(c, obj.name)
	}
	return j.bytes, j.fatal
}

// buffer gives the buffer of a content that is so deep within others.
func (r *Reader) buffer(depth int) []byte {
	for len(r.bufs) <= depth {
		r.bufs = append(r.bufs, nil)
	}
	return r.bufs[depth]
}

// A job is one call of Read.
type job struct {
	r      *Reader
	ctx    context.Context
	text   func(Text) error
	report func(Skip)
	bytes  int64
	// dig is nil until an archive is opened.
	dig *archive.Dig
	// fatal ends the job: an error of text or ctx.
	fatal error
	// told says that the limit that ended the dig was reported.
	told bool
}

// A content is something to read: a file, standard input, a member of an
// archive, or what a stream holds.
type content struct {
	path, kind string
	r          io.Reader
	at         io.ReaderAt // nil if it can't be read anywhere
	size       int64       // -1 if unknown; a claim if at is nil
	depth      int         // how many archives it is in
}

// file reads a file.
func (j *job) file(c content, name string) error {
	f, err := openFile(name)
	if err != nil {
		j.report(Skip{Path: c.path, Reason: reason(err)})
		return nil
	}
	j.r.open = f
	defer j.r.open.Close()
	c.r, c.at, c.size = &j.r.open, &j.r.open, f.size
	return j.content(c)
}

// content reads a content and does with it what is to be done.
func (j *job) content(c content) error {
	data, err := j.begin(c)
	if len(data) == 0 && err == io.EOF {
		return nil
	}
	if cause := j.ctx.Err(); cause != nil {
		return j.end(cause)
	}
	if !j.r.o.Plain {
		head := data[:min(len(data), archive.HeadLen)]
		if f := archive.Detect(head); f != archive.None {
			if err != nil && err != io.EOF {
				return j.unread(c, err)
			}
			return j.archive(c, f, data, err == io.EOF)
		}
		if f := archive.UnopenedFormat(head); f != "" && !isText(head) {
			s := Skip{Path: c.path, Reason: f + " archives can't be opened: unpack it and scan what is in it"}
			if j.r.o.NoArchives {
				s.Reason, s.Policy = notOpened, true
			}
			j.report(s)
			return nil
		}
		if whole := err == io.EOF; j.endsInZip(c, data, whole) {
			if failed := j.archive(c, archive.Zip, data, whole); failed != nil {
				return failed
			}
			if whole {
				data = data[:archive.ZipStart(data)]
			}
		}
	} else if j.r.o.SkipHead != nil {
		if why := j.r.o.SkipHead(c.path, data[:min(len(data), HeadLimit)]); why != "" {
			j.report(Skip{Path: c.path, Reason: why, Policy: true})
			return nil
		}
	}
	if err == nil && len(data) <= WholeLimit && (c.at == nil || c.size <= WholeLimit) {
		data, err = j.fill(c, data, WholeLimit+1)
	}
	switch {
	case err == nil:
		return j.stream(c, data)
	case err == io.EOF:
		err = nil
	}
	return j.whole(c, data, err)
}

// headRoom is how much is read of a content before it is known whether it is an
// archive, which is then not held itself while its members are.
const headRoom = 32 << 10

// begin reads what is needed to tell what a content is: all of it if it is a
// file of up to WholeLimit, which io.EOF says; else its first bytes.
func (j *job) begin(c content) ([]byte, error) {
	switch {
	case c.at == nil && !j.r.o.Plain:
		return j.fill(c, j.r.buffer(c.depth)[:0], headRoom)
	case c.at != nil && c.size > WholeLimit:
		return j.fill(c, j.r.buffer(c.depth)[:0], HeadLimit)
	}
	return j.fill(c, j.r.buffer(c.depth)[:0], WholeLimit+1)
}

// fill appends to buf, the buffer of c, until it is so long or the content ends,
// which io.EOF says.
func (j *job) fill(c content, buf []byte, limit int) ([]byte, error) {
	defer func() { j.r.bufs[c.depth] = buf }()
	want := headRoom
	if c.at != nil { // otherwise the size is a claim
		want = max(want, int(min(c.size, WholeLimit))+1)
	}
	if want = min(want, limit); cap(buf) < want {
		buf = append(make([]byte, 0, min(max(want, 2*cap(buf)), WholeLimit+1)), buf...)
	}
	for idle := 0; len(buf) < limit; {
		if len(buf) == cap(buf) {
			buf = append(make([]byte, 0, min(2*cap(buf), WholeLimit+1)), buf...)
		}
		n, err := c.r.Read(buf[len(buf):min(cap(buf), limit)])
		buf = buf[:len(buf)+n]
		if err != nil {
			return buf, err
		}
		if idle++; n > 0 {
			idle = 0
		} else if idle == maxIdle {
			return buf, io.ErrNoProgress
		}
	}
	return buf, nil
}

// maxIdle is how often a reader may give nothing, and no error, in a row.
const maxIdle = 100

// isText says whether a head is UTF-8 without a NUL. Some magic numbers are
// short enough to stand at the start of a text.
func isText(head []byte) bool {
	if bytes.IndexByte(head, 0) >= 0 {
		return false
	}
	for len(head) > 0 {
		c, n := utf8.DecodeRune(head)
		if c == utf8.RuneError && n == 1 {
			return !utf8.FullRune(head)
		}
		head = head[n:]
	}
	return true
}

// A pointer of Git LFS begins so, and is shorter than so many bytes
// (git-lfs/docs/spec.md, "The Pointer").
const (
	lfsPointer    = "version https://git-lfs.github.com/spec/v1\n"
	maxLFSPointer = 1024
)

// whole gives out a content that was read to its end, or until an error.
func (j *job) whole(c content, data []byte, err error) error {
	j.bytes += int64(len(data))
	if c.kind == KindFile && c.depth == 0 && bytes.HasPrefix(data, []byte(lfsPointer)) && len(data) < maxLFSPointer && !j.r.o.Plain {
		j.report(Skip{Path: c.path, Reason: "a pointer of Git LFS whose file isn't there: run git lfs pull to have it scanned", Policy: true})
	}
	t := Text{Path: c.path, Kind: c.kind, Data: data}
	if !j.r.o.Plain {
		if enc, mark := textform.Mark(data); enc != textform.Plain {
			j.r.text = enc.Decode(j.r.text[:0], data[mark:])
			t.Data = j.r.text
		} else {
			t.Map = textform.Clean(data)
		}
	}
	if len(t.Data) > 0 {
		if failed := j.text(t); failed != nil {
			return j.end(failed)
		}
	}
	if err != nil {
		return j.unread(c, err)
	}
	return nil
}

// stream gives out a content over WholeLimit, of which data was read.
func (j *job) stream(c content, data []byte) error {
	in := &source{ctx: j.ctx, head: data, r: c.r}
	t := Text{Path: c.path, Kind: c.kind, Stream: in}
	if !j.r.o.Plain {
		if enc, mark := textform.Mark(data); enc != textform.Plain {
			in.head = data[mark:]
			in.n = int64(mark)
			t.Stream = enc.Reader(in)
		} else {
			t.Stream, t.Map = textform.NewCleaner(in)
		}
	}
	failed := j.text(t)
	j.bytes += in.n
	if failed != nil {
		return j.end(failed)
	}
	if in.err != nil {
		return j.unread(c, in.err)
	}
	return nil
}

// A source is a content of which the first bytes were read. Where it can't be
// read further it ends, and keeps the error.
type source struct {
	ctx  context.Context
	head []byte
	r    io.Reader
	n    int64 // bytes given
	err  error
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (n int, err error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	switch {
	case len(s.head) > 0:
		n = copy(p, s.head)
		s.head = s.head[n:]
	case s.err != nil:
		err = io.EOF
	default:
		n, err = s.r.Read(p)
		if err != nil && err != io.EOF {
			if cause := s.ctx.Err(); cause != nil {
				return n, cause
			}
			s.err, err = err, io.EOF
		}
	}
	s.n += int64(n)
	return n, err
}

// end ends the job with an error of text or ctx.
func (j *job) end(err error) error {
	j.fatal = err
	return err
}

// unread reports that a content could not be read, or not to its end. Its error
// is one that ends the job, or the archives that the content is in.
func (j *job) unread(c content, err error) error {
	if cause := j.ctx.Err(); cause != nil {
		return j.end(cause)
	}
	if j.dig != nil && j.dig.Err() != nil {
		if !j.told {
			j.told = true
			j.report(Skip{Path: c.path, Reason: "not read to its end: " + j.dig.Err().Error()})
		}
		return j.dig.Err()
	}
	var limit *archive.LimitError
	s := Skip{Path: c.path, Reason: err.Error()}
	switch {
	case errors.Is(err, archive.ErrEncrypted):
		s.Policy = true
	case errors.As(err, &limit):
		s.Reason = "not opened: " + s.Reason
	case c.depth == 0 && j.dig == nil:
		s.Reason = reason(err)
	}
	j.report(s)
	return nil
}
