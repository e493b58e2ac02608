// Package progress shows on a terminal how far a piece of work has come: one
// line, drawn ten times a second and gone before anything else is written.
//
// The package refuses to write anywhere but to a terminal: a nil *Line, which
// is what a pipe gets, does nothing. It refuses to promise: the rate is what
// was measured over the last seconds, and a time is only given when the total
// is known. Its one invariant: bytes that pass through Writer never share a
// row with the progress line.
package progress

import (
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// interval is the time between two drawings.
const interval = time.Second / 10

// Counters say how far the work has come. Workers add to them as they go; the
// zero Counters is ready.
type Counters struct {
	// Bytes have been read.
	Bytes atomic.Int64
	// Objects are files, blobs or what else the work counts, that are done.
	Objects atomic.Int64
	// Findings have been made.
	Findings atomic.Int64

	total atomic.Int64
}

// SetTotal says how many bytes there are in all, as soon as that is known.
func (c *Counters) SetTotal(bytes int64) { c.total.Store(bytes) }

// A Line is the last row of a terminal. Its methods may be called at the same
// time. A nil Line does nothing, and lets everything through.
type Line struct {
	term  io.Writer
	width func() int

	mu sync.Mutex
	// shown is the text on the terminal, without a newline after it.
	shown string
	// midRow says that what passed last through a Writer left the cursor
	// inside a row, where the line may not be drawn.
	midRow bool
}

// New gives the line of the terminal that term writes to. The function width
// gives the terminal's columns; what it gives below 1 counts as 80.
func New(term io.Writer, width func() int) *Line {
	return &Line{term: term, width: width}
}

// Start draws c until stop is called. When stop returns the line is gone and
// nothing is drawn any more; it may be called more than once. The noun names
// what Objects counts, in the plural.
func (l *Line) Start(c *Counters, noun string) (stop func()) {
	if l == nil {
		return func() {}
	}
	ticks := time.NewTicker(interval)
	g := newGauge(time.Now(), noun)
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-quit:
				return
			case now := <-ticks.C:
				l.draw(g.text(now, c))
			}
		}
	}()
	return sync.OnceFunc(func() {
		ticks.Stop()
		close(quit)
		<-done
		l.mu.Lock()
		defer l.mu.Unlock()
		l.clear()
	})
}

// draw replaces the line by text, cut to the terminal's width.
func (l *Line) draw(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.midRow || text == l.shown {
		return
	}
	columns := l.width()
	if columns < 1 {
		columns = 80
	}
	// The last column stays free: some terminals wrap when it is written.
	if columns--; len(text) > columns {
		text = text[:columns]
	}
	l.clear()
	l.write(text)
	l.shown = text
}

// clear removes the line with blanks rather than an escape sequence, which
// not every console knows. The caller holds mu.
func (l *Line) clear() {
	if l.shown == "" {
		return
	}
	l.write("\r" + strings.Repeat(" ", utf8.RuneCountInString(l.shown)) + "\r")
	l.shown = ""
}

// write writes to the terminal. There is nobody to tell when that fails, and
// nothing is lost.
func (l *Line) write(s string) { _, _ = io.WriteString(l.term, s) }

// Writer gives a writer to w that removes the line first. It is for every
// writer that ends at the line's terminal, standard output too.
func (l *Line) Writer(w io.Writer) io.Writer {
	if l == nil {
		return w
	}
	return &through{line: l, w: w}
}

// through is Line's Writer.
type through struct {
	line *Line
	w    io.Writer
}

// Write implements io.Writer.
func (t *through) Write(p []byte) (int, error) {
	t.line.mu.Lock()
	defer t.line.mu.Unlock()
	if len(p) > 0 {
		t.line.clear()
		t.line.midRow = p[len(p)-1] != '\n'
	}
	return t.w.Write(p)
}
