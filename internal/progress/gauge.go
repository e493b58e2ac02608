package progress

import (
	"fmt"
	"strings"
	"time"
)

// window is how far back the rate looks, and warmUp how long it is kept to
// itself at first.
const (
	window = 5 * time.Second
	warmUp = time.Second
)

// A gauge turns counters into the text of the line. It belongs to the one
// goroutine that draws.
type gauge struct {
	noun    string
	samples []sample // of the last window, oldest first; never empty
}

// A sample is a reading of the counter of bytes.
type sample struct {
	at    time.Time
	bytes int64
}

// newGauge begins at start with nothing read.
func newGauge(start time.Time, noun string) *gauge {
	return &gauge{noun: noun, samples: []sample{{at: start}}}
}

// text reads c at the time now.
func (g *gauge) text(now time.Time, c *Counters) string {
	bytes := c.Bytes.Load()
	g.samples = append(g.samples, sample{now, bytes})
	for len(g.samples) > 2 && now.Sub(g.samples[1].at) >= window {
		g.samples = g.samples[1:]
	}
	parts := []string{fmt.Sprintf("%s in %d %s", Bytes(bytes), c.Objects.Load(), g.noun)}
	rate := g.rate()
	if rate > 0 {
		parts = append(parts, Bytes(int64(rate))+"/s")
	}
	switch n := c.Findings.Load(); n {
	case 0:
	case 1:
		parts = append(parts, "1 finding")
	default:
		parts = append(parts, fmt.Sprintf("%d findings", n))
	}
	if left := c.total.Load() - bytes; left > 0 && rate > 0 {
		parts = append(parts, "about "+span(time.Duration(float64(left)/rate*float64(time.Second)))+" left")
	}
	return strings.Join(parts, ", ")
}

// rate is in bytes a second over the window; 0 while it isn't known.
func (g *gauge) rate() float64 {
	first, last := g.samples[0], g.samples[len(g.samples)-1]
	d := last.at.Sub(first.at)
	if d < warmUp {
		return 0
	}
	return float64(last.bytes-first.bytes) / d.Seconds()
}

// Bytes writes a number of bytes for a person, in units of 1000: 12 B, 3.4 MB.
func Bytes(n int64) string {
	const units = "kMGTPE"
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f, i := float64(n)/1000, 0
	for f >= 999.95 && i < len(units)-1 {
		f /= 1000
		i++
	}
	return fmt.Sprintf("%.1f %cB", f, units[i])
}

// span writes a time for a person, rounded up, with two units at most.
func span(d time.Duration) string {
	s := int64((d + time.Second - 1) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	case s < 100*3600:
		m := (s + 59) / 60
		return fmt.Sprintf("%d h %d min", m/60, m%60)
	}
	return "days"
}
