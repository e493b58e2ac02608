package scan

import (
	"context"
	"io"
	"sync"
	"time"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/gitleaks"
	"rekey.example/rekey/internal/report"
	"rekey.example/rekey/internal/source"
	"rekey.example/rekey/internal/suppress"
)

// Options say what is scanned, and how.
type Options struct {
	// Engine finds the matches.
	Engine *detectors.Engine
	// Dir is the folder that relative roots stand in; Roots are what the
	// user named, "-" for standard input.
	Dir   string
	Roots []string
	Stdin io.Reader
	// Source says what of it is left out.
	Source source.Options
	// Prefix stands before every path in gitleaks' format, which has the
	// root as it was written. With Compatible, rules and allowlists see it
	// too, as gitleaks' do.
	Prefix     string
	Compatible bool
	// Workers scan at once; at least 1.
	Workers int
	// Block is the size of the blocks of long texts; 0 means DefaultBlock.
	Block int
	// Key makes the fingerprints.
	Key finding.Key
	// Accepted, Ignore and Baseline cover findings; each may be nil.
	Accepted *suppress.Set
	Ignore   *gitleaks.Ignore
	Baseline *gitleaks.Baseline
	// AllowComments honours gitleaks:allow and rekey:allow.
	AllowComments bool
	// EveryPlace makes a finding of each place, as they stand.
	EveryPlace bool
	// MaxPlaces bounds the places kept with a finding; 0 keeps all.
	MaxPlaces int
	// Reveal sends the secrets, too.
	Reveal bool
	// AllowUnread makes policies of errors: the reason for a path, or "".
	AllowUnread func(path string) string
	// Progress, if any, is told now and then how far the scan is.
	Progress func(files, bytes int64, findings int)
	// Now is the clock.
	Now func() time.Time

	// onSecret is told of each place that nothing covers.
	onSecret func(rule string, value []byte, path string)
}

// A Summary says how a scan ended.
type Summary struct {
	report.End
	// BySeverity counts the findings that were reported.
	BySeverity map[finding.Severity]int
	// Unused are the suppressions that covered nothing.
	Unused []suppress.Stale
}

// An item is one object of the source, or what the walk left out.
type item struct {
	object source.Object
	skip   *source.Skip
}

// A job is some items that follow each other, numbered in the order of the
// walk. Small files come together: to hand over one costs as much as to scan
// it.
type job struct {
	seq   int
	items []item
}

// A job is full with so many items, or so many bytes.
const (
	jobItems = 32
	jobBytes = 1 << 20
)

// An outcome is what became of a job.
type outcome struct {
	seq   int
	hits  []hit
	skips []source.Skip
	files int64
	bytes int64
}

// ahead is how many jobs may be under way or waiting for their turn: it bounds
// what is held when one takes long.
const ahead = 256

// Run scans. What it finds goes to emit, in an order that depends on the input
// alone. An error is emit's; that the context ended is told by the summary.
func Run(ctx context.Context, o Options, start report.Start, emit func(report.Message) error) (Summary, error) {
	began := o.Now()
	start.StartedAt = began
	if err := emit(report.Message{Start: &start}); err != nil {
		return Summary{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	jobs := make(chan job)
	outcomes := make(chan outcome, o.Workers)
	slots := make(chan struct{}, ahead)
	go walk(ctx, &o, jobs, slots)
	var wg sync.WaitGroup
	p := &pool{o: &o, help: make(chan func(*worker)), done: make(chan struct{})}
	for range o.Workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.work(ctx, jobs, outcomes)
		}()
	}
	go func() {
		wg.Wait()
		close(outcomes)
	}()
	c := newCollector(&o, emit)
	c.drain(outcomes, slots)
	interrupted := ctx.Err() != nil
	return c.finish(interrupted, o.Now().Sub(began))
}

// rulePath is the path that rules and allowlists are asked about.
func (o *Options) rulePath(path string) string {
	if o.Compatible {
		return o.Prefix + path
	}
	return path
}

// walk lists the objects. It is a goroutine of its own, ahead of the workers.
func walk(ctx context.Context, o *Options, jobs chan<- job, slots chan<- struct{}) {
	defer close(jobs)
	var next job
	size := int64(0)
	send := func() error {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case jobs <- next:
		case <-ctx.Done():
			return ctx.Err()
		}
		next, size = job{seq: next.seq + 1}, 0
		return nil
	}
	add := func(it item) error {
		next.items = append(next.items, it)
		size += max(0, it.object.Size)
		if len(next.items) < jobItems && size < jobBytes {
			return nil
		}
		return send()
	}
	err := source.Walk(ctx, o.Dir, o.Roots, o.Source,
		func(ob source.Object) error { return add(item{object: ob}) },
		func(s source.Skip) { _ = add(item{skip: &s}) })
	if err != nil && ctx.Err() == nil {
		_ = add(item{skip: &source.Skip{Path: o.Dir, Reason: err.Error()}})
	}
	if len(next.items) > 0 {
		_ = send()
	}
}

// A pool is what the workers share.
type pool struct {
	o *Options
	// help takes blocks of a long text to workers that wait.
	help chan func(*worker)
	done chan struct{}

	mu     sync.Mutex
	active int
	ended  bool
}

// A worker is one goroutine's tools.
type worker struct {
	scanner *detectors.Scanner
	reader  *source.Reader
}

// work takes jobs, and blocks of other workers' long texts, until there are no
// more of either.
func (p *pool) work(ctx context.Context, jobs <-chan job, outcomes chan<- outcome) {
	w := &worker{scanner: p.o.Engine.Scanner(), reader: source.NewReader(p.o.Source, p.o.Stdin)}
	p.enter()
	for {
		select {
		case f := <-p.help:
			f(w)
			continue
		case j, ok := <-jobs:
			if ok {
				outcomes <- p.do(ctx, w, j)
				continue
			}
		}
		break
	}
	// No more objects: help those who still have a long one.
	if p.leave() {
		close(p.done)
		return
	}
	for {
		select {
		case f := <-p.help:
			f(w)
		case <-p.done:
			return
		}
	}
}

func (p *pool) enter() {
	p.mu.Lock()
	p.active++
	p.mu.Unlock()
}

// leave says whether the caller was the last who could have work to give.
func (p *pool) leave() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.active--
	last := p.active == 0 && !p.ended
	p.ended = p.ended || last
	return last
}

// do scans the objects of one job.
func (p *pool) do(ctx context.Context, w *worker, j job) outcome {
	out := outcome{seq: j.seq}
	for i := range j.items {
		if ctx.Err() != nil {
			break
		}
		if skip := j.items[i].skip; skip != nil {
			out.skips = append(out.skips, *skip)
			continue
		}
		p.object(ctx, w, j.items[i].object, &out)
	}
	return out
}

// object scans one object. That it was interrupted is told by the context.
func (p *pool) object(ctx context.Context, w *worker, ob source.Object, out *outcome) {
	n, _ := w.reader.Read(ctx, ob, func(t source.Text) error {
		if t.Stream != nil {
			hs, err := p.long(ctx, w, t)
			out.hits = append(out.hits, hs...)
			return err
		}
		found := w.scanner.Scan(detectors.Chunk{Text: t.Data, Path: p.o.rulePath(t.Path)})
		out.hits = append(out.hits, p.o.hits(t.Data, t.Path, t.Kind, found)...)
		return ctx.Err()
	}, func(s source.Skip) { out.skips = append(out.skips, s) })
	out.files++
	out.bytes += n
}

// A piece is what one block gave.
type piece struct {
	hits  []hit
	tally tally
}

// long scans a long text block by block, each by whoever has time.
func (p *pool) long(ctx context.Context, w *worker, t source.Text) ([]hit, error) {
	size := p.o.Block
	if size == 0 {
		size = DefaultBlock
	}
	var (
		pieces []*piece
		wg     sync.WaitGroup
		free   = make(chan []byte, p.o.Workers+1)
	)
	buffer := func(n int) []byte {
		select {
		case b := <-free:
			if cap(b) >= n {
				return b
			}
		default:
		}
		return make([]byte, 0, n)
	}
	_, err := cut(t.Stream, size, buffer, func(b block) error {
		pc := &piece{}
		pieces = append(pieces, pc)
		wg.Add(1)
		f := func(w *worker) {
			defer wg.Done()
			pc.scan(p.o, w, t, b)
			select {
			case free <- b.text:
			default:
			}
		}
		select {
		case p.help <- f:
		default:
			f(w)
		}
		return ctx.Err()
	})
	wg.Wait()
	var out []hit
	var before tally
	for _, pc := range pieces {
		shift(pc.hits, before)
		out = append(out, pc.hits...)
		before = before.plus(pc.tally)
	}
	return out, err
}

// scan scans one block.
func (pc *piece) scan(o *Options, w *worker, t source.Text, b block) {
	found := w.scanner.Scan(detectors.Chunk{
		Text: b.text, Path: o.rulePath(t.Path), From: b.from, To: b.to, Before: b.before, After: b.after,
	})
	pc.hits = o.hits(b.text, t.Path, t.Kind, found)
	pc.tally = count(b.text[b.from:b.to])
}
