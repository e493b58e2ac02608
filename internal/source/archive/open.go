package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// An Opener opens archives for one goroutine, and keeps the decoders that are
// costly to make. The zero Opener works, with the default limits.
type Opener struct {
	// Limits hold for each file of the user's by itself.
	Limits Limits
	// Now is the clock; nil means time.Now.
	Now func() time.Time

	kept decoders
	skip []byte // what is read and thrown away goes here
}

func (o *Opener) now() time.Time {
	if o.Now != nil {
		return o.Now()
	}
	return time.Now()
}

// Begin begins the work on one file, of size bytes. If its length isn't known,
// read it through Input.
func (o *Opener) Begin(ctx context.Context, size int64) *Dig {
	if o.skip == nil {
		o.skip = make([]byte, 32<<10)
	}
	l := o.Limits.withDefaults()
	return &Dig{ctx: ctx, opener: o, limits: l, size: max(size, 0), deadline: o.now().Add(l.Time)}
}

// A Content is what an archive is read from.
type Content struct {
	// R gives all bytes from the first one. It may be nil if At isn't.
	R io.Reader
	// At reads anywhere, for formats that are read from their end; nil if
	// that can't be done, and then up to Limits.Memory is held.
	At io.ReaderAt
	// Size is the length in bytes; -1 if it isn't known, which At excludes.
	Size int64
}

// reader gives the content from its first byte.
func (c Content) reader() io.Reader {
	if c.R == nil {
		return io.NewSectionReader(c.At, 0, c.Size)
	}
	return c.R
}

// A Member is one file in an archive.
type Member struct {
	// Name is the path as the archive has it, slash-separated; it may be
	// anything.
	Name string
	// Symlink says that the content is the target of a symbolic link.
	Symlink bool
	// Size is the length that the archive claims, or -1.
	Size int64
	// R gives the content, until the function that got the Member returns.
	// It is nil if there is an Err.
	R io.Reader
	// Err is why the content can't be read: ErrEncrypted, or damage.
	Err error
}

// Walk calls visit for each member of an archive that is not a folder, in the
// archive's order. An error of visit ends the walk and is given back as it is.
// Other errors say that the archive can't be read, or not to its end: damage,
// a LimitError, or ErrEncrypted if even its directory is.
func (d *Dig) Walk(f Format, c Content, visit func(Member) error) error {
	if d.dead != nil {
		return d.dead
	}
	visit = d.counting(visit)
	switch f {
	case Zip:
		return d.walkFromEnd(c, visit, d.walkZip)
	case SevenZip:
		return d.walkFromEnd(c, visit, d.walkSevenZip)
	case Tar:
		return d.walkTar(c.reader(), visit)
	case Rar:
		return d.walkRar(c.reader(), visit)
	case Ar:
		return d.walkAr(c.reader(), visit)
	case Cpio:
		return d.walkCpio(c.reader(), visit)
	case Rpm:
		return d.walkRpm(c.reader(), visit)
	}
	return fmt.Errorf("%v holds no members", f)
}

// counting counts members before they are visited, and doesn't go on once the
// dig has ended.
func (d *Dig) counting(visit func(Member) error) func(Member) error {
	return func(m Member) error {
		if err := d.entry(); err != nil {
			return err
		}
		if err := visit(m); err != nil {
			return err
		}
		return d.dead
	}
}

// walkFromEnd walks a format that is read from its end, in memory if need be.
func (d *Dig) walkFromEnd(c Content, visit func(Member) error, walk func(io.ReaderAt, int64, func(Member) error) error) error {
	if c.At != nil {
		return walk(c.At, c.Size, visit)
	}
	data, err := d.load(c.R, c.Size)
	if err != nil {
		return err
	}
	defer d.release(int64(cap(data)))
	return walk(bytes.NewReader(data), int64(len(data)), visit)
}

// load reads all of r into memory, which the caller releases by its capacity.
func (d *Dig) load(r io.Reader, size int64) (data []byte, err error) {
	const what = "an archive in an archive or stream"
	room := int64(64 << 10)
	if size > 0 {
		room = size + 1
	}
	if err := d.reserve(room, what); err != nil {
		return nil, err
	}
	data = make([]byte, 0, room)
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			d.release(int64(cap(data)))
			return nil, err
		}
		if len(data) < cap(data) {
			continue
		}
		// Both the old and the new array are held while one is copied.
		old := int64(cap(data))
		if err := d.reserve(2*old, what); err != nil {
			d.release(old)
			return nil, err
		}
		data = append(make([]byte, 0, 2*old), data...)
		d.release(old)
	}
}

// broken says that an archive is damaged, unless the error is one of ours.
func broken(f Format, err error) error {
	var limit *LimitError
	switch {
	case errors.As(err, &limit):
		return limit
	case errors.Is(err, ErrEncrypted), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%v: damaged: it ends too early", f)
	}
	return fmt.Errorf("%v: damaged or of an unknown kind: %w", f, err)
}
