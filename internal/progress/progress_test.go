package progress

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is a terminal of one column of rows: it understands \r and \n, and
// overwrites as a terminal does.
type screen struct {
	mu   sync.Mutex
	rows [][]byte
	col  int
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rows == nil {
		s.rows = [][]byte{nil}
	}
	for _, b := range p {
		last := &s.rows[len(s.rows)-1]
		switch b {
		case '\r':
			s.col = 0
		case '\n':
			s.rows = append(s.rows, nil)
			s.col = 0
		default:
			for len(*last) <= s.col {
				*last = append(*last, ' ')
			}
			(*last)[s.col] = b
			s.col++
		}
	}
	return len(p), nil
}

// String gives the rows without blanks at their ends.
func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rows []string
	for _, r := range s.rows {
		rows = append(rows, strings.TrimRight(string(r), " "))
	}
	return strings.Join(rows, "\n")
}

// bubble runs f in fake time, with a line on a screen of that width.
func bubble(t *testing.T, width int, f func(t *testing.T, l *Line, s *screen)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		f(t, New(s, func() int { return width }), s)
	})
}

// pass lets d go by, and everything that is due then be drawn.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func expect(t *testing.T, s *screen, want string) {
	t.Helper()
	if got := s.String(); got != want {
		t.Errorf("the terminal shows\n%q, want\n%q", got, want)
	}
}

func TestLine(t *testing.T) {
	bubble(t, 80, func(t *testing.T, l *Line, s *screen) {
		var c Counters
		stop := l.Start(&c, "files")
		pass(interval)
		expect(t, s, "0 B in 0 files")

		c.Bytes.Store(40e6)
		c.Objects.Store(12)
		pass(time.Second - interval)
		expect(t, s, "40.0 MB in 12 files, 40.0 MB/s")

		c.SetTotal(3e9)
		c.Bytes.Store(80e6)
		c.Findings.Store(1)
		pass(time.Second)
		expect(t, s, "80.0 MB in 12 files, 40.0 MB/s, 1 finding, about 1 min 13 s left")

		// The work stalls: the rate falls, and the time grows, until neither
		// is claimed.
		pass(2 * time.Second)
		expect(t, s, "80.0 MB in 12 files, 20.0 MB/s, 1 finding, about 2 min 26 s left")
		pass(2 * window)
		expect(t, s, "80.0 MB in 12 files, 1 finding")
		stop()
		stop()
		expect(t, s, "")
	})
}

func TestOtherOutputHasItsOwnRows(t *testing.T) {
	bubble(t, 80, func(t *testing.T, l *Line, s *screen) {
		var c Counters
		out := l.Writer(s)
		stop := l.Start(&c, "files")
		pass(interval)
		fmt.Fprintln(out, "found one")
		expect(t, s, "found one\n")
		pass(interval)
		expect(t, s, "found one\n0 B in 0 files")
		fmt.Fprint(out, "half ")
		pass(interval)
		expect(t, s, "found one\nhalf")
		fmt.Fprintln(out, "a row")
		pass(interval)
		expect(t, s, "found one\nhalf a row\n0 B in 0 files")
		if n, err := out.Write(nil); n != 0 || err != nil {
			t.Errorf("an empty write: %d, %v", n, err)
		}
		stop()
		expect(t, s, "found one\nhalf a row\n")
	})
}

func TestNarrow(t *testing.T) {
	for width, want := range map[int]string{10: "0 B in 0", 1: "", 0: "0 B in 0 files", -1: "0 B in 0 files"} {
		bubble(t, width, func(t *testing.T, l *Line, s *screen) {
			var c Counters
			stop := l.Start(&c, "files")
			pass(interval)
			expect(t, s, want)
			stop()
			expect(t, s, "")
		})
	}
}

func TestNilLine(t *testing.T) {
	var l *Line
	l.Start(&Counters{}, "files")()
	var b bytes.Buffer
	if w := l.Writer(&b); w != io.Writer(&b) {
		t.Error("a nil line wraps its writer")
	}
}

// TestConcurrent writes from several sides at once, with the real ticker: no
// row is mixed. The race detector sees the rest.
func TestConcurrent(t *testing.T) {
	s := &screen{}
	l := New(s, func() int { return 40 })
	var c Counters
	stop := l.Start(&c, "files")
	var wg sync.WaitGroup
	for g := range 4 {
		out := l.Writer(s)
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 1))
			for i := range 200 {
				fmt.Fprintf(out, "row %d of %d\n", i, g)
				c.Bytes.Add(r.Int64N(1e6))
				l.draw(fmt.Sprint("progress ", i))
			}
		})
	}
	wg.Wait()
	stop()
	rows := strings.Split(s.String(), "\n")
	if len(rows) != 801 || rows[800] != "" {
		t.Fatalf("%d rows, the last %q", len(rows), rows[len(rows)-1])
	}
	for _, row := range rows[:800] {
		var i, g int
		if n, err := fmt.Sscanf(row, "row %d of %d", &i, &g); n != 2 || err != nil || row != fmt.Sprintf("row %d of %d", i, g) {
			t.Fatalf("a mixed row: %q", row)
		}
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 3_400_000_000: "3.4 GB", 1 << 62: "4.6 EB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		1: "1 s", time.Second: "1 s", 59*time.Second + 1: "1 min 0 s", 61 * time.Second: "1 min 1 s",
		time.Hour: "1 h 0 min", time.Hour + time.Second: "1 h 1 min", 1000 * time.Hour: "days",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%v) = %q, want %q", d, got, want)
		}
	}
}
