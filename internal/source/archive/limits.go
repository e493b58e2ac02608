package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Limits bound what one file of the user's may cost when it is an archive,
// with everything that is in it. Zero means the default.
type Limits struct {
	// Depth is how many archives and compressed streams may be within each
	// other; the outermost is 1.
	Depth int
	// Entries is the number of members, at all depths.
	Entries int64
	// Bytes is what opening may produce, counted at each depth.
	Bytes int64
	// Ratio is how much more than the file's own length may be produced;
	// it counts beyond the first 64 MiB.
	Ratio int64
	// Time is how long the file may take, its scan included.
	Time time.Duration
	// Memory is what may be held in memory at once: archives within
	// streams that are read from their end, directories, dictionaries.
	Memory int64
}

// ratioFrom is how much may be produced before the ratio counts.
const ratioFrom = 64 << 20

// withDefaults replaces zeros.
func (l Limits) withDefaults() Limits {
	set := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	if l.Depth == 0 {
		l.Depth = 10
	}
	set(&l.Entries, 1_000_000)
	set(&l.Bytes, 16<<30)
	set(&l.Ratio, 1_000)
	set((*int64)(&l.Time), int64(10*time.Minute))
	set(&l.Memory, 128<<20)
	return l
}

// A LimitError says that a limit was hit.
type LimitError struct {
	// What was too much, as a phrase: "more than 10 archives within each
	// other".
	What string
	// Flag raises the limit.
	Flag string
	// Whole says that nothing more of the user's file is read; otherwise
	// only this archive or member is not.
	Whole bool
}

// Error implements error.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s; %s raises the limit", e.What, e.Flag)
}

// ErrEncrypted says that a password would be needed.
var ErrEncrypted = errors.New("protected by a password")

// A Dig is the work on one file of the user's. It belongs to the goroutine of
// its Opener.
type Dig struct {
	ctx      context.Context
	opener   *Opener
	limits   Limits
	size     int64 // of the user's file, or what was read of it so far
	counted  bool  // size is counted while reading
	entries  int64
	bytes    int64
	memory   int64
	deadline time.Time
	dead     error // once set, nothing more is read
}

// Err gives the error that ended the whole dig: a limit that Whole is true of,
// or the context's.
func (d *Dig) Err() error { return d.dead }

// fail ends the dig.
func (d *Dig) fail(what, flag string) error {
	d.dead = &LimitError{What: what, Flag: flag, Whole: true}
	return d.dead
}

// Input wraps the user's file when its length isn't known, so that the ratio
// can be told.
func (d *Dig) Input(r io.Reader) io.Reader {
	d.counted = true
	return readerFunc(func(p []byte) (int, error) {
		n, err := r.Read(p)
		d.size += int64(n)
		return n, err
	})
}

// readerFunc is a function as a reader.
type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// CheckDepth says whether an archive may be opened that is the depth-th within
// others.
func (d *Dig) CheckDepth(depth int) error {
	if depth <= d.limits.Depth {
		return nil
	}
	return &LimitError{
		What: fmt.Sprintf("more than %d archives within each other", d.limits.Depth),
		Flag: "--max-archive-depth",
	}
}

// entry counts a member.
func (d *Dig) entry() error {
	if d.dead != nil {
		return d.dead
	}
	if d.entries++; d.entries > d.limits.Entries {
		return d.fail(fmt.Sprintf("more than %d members", d.limits.Entries), "--max-archive-entries")
	}
	return d.check()
}

// produce counts bytes.
func (d *Dig) produce(n int64) error {
	if d.dead != nil {
		return d.dead
	}
	d.bytes += n
	if d.bytes > d.limits.Bytes {
		return d.fail(fmt.Sprintf("more than %d bytes when opened", d.limits.Bytes), "--max-archive-bytes")
	}
	if over := d.bytes - ratioFrom; over > 0 && over/d.limits.Ratio > d.size {
		return d.fail(fmt.Sprintf("more than %d times its length when opened", d.limits.Ratio), "--max-archive-ratio")
	}
	return d.check()
}

// check looks at the clock and the context.
func (d *Dig) check() error {
	if err := d.ctx.Err(); err != nil {
		d.dead = err
		return err
	}
	if d.opener.now().After(d.deadline) {
		return d.fail(fmt.Sprintf("not read within %v", d.limits.Time), "--max-archive-time")
	}
	return nil
}

// reserve asks for n bytes of memory, which release gives back.
func (d *Dig) reserve(n int64, what string) error {
	if n < 0 || d.memory+n > d.limits.Memory {
		return &LimitError{
			What: fmt.Sprintf("%s needs more than %d bytes of memory", what, d.limits.Memory),
			Flag: "--max-archive-memory",
		}
	}
	d.memory += n
	return nil
}

func (d *Dig) release(n int64) { d.memory -= n }
