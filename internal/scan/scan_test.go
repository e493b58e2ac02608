package scan

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/internal/finding"
	"rekey.example/rekey/internal/gitleaks"
	"rekey.example/rekey/internal/report"
)

// buildLog is a log of about 3 MB without a blank line, in which n different
// made-up private keys stand.
func buildLog(n int) []byte {
	r := rand.New(rand.NewPCG(4, 2))
	var b bytes.Buffer
	for i := range n {
		for range 80 {
			fmt.Fprintf(&b, "[%08d] building target %x of the tree\n", i, r.Uint64())
		}
		key := make([]byte, 1200)
		for j := range key {
			key[j] = byte(r.Uint32())
		}
		body := base64.StdEncoding.EncodeToString(key)
		b.WriteString("-----BEGIN RSA PRIVATE" + " KEY-----\n")
		for len(body) > 64 {
			b.WriteString(body[:64] + "\n")
			body = body[64:]
		}
		b.WriteString(body + "\n-----END RSA PRIVATE" + " KEY-----\n")
	}
	return b.Bytes()
}

func engineFor(t testing.TB, quirks bool) *detectors.Engine {
	t.Helper()
	e, err := detectors.New(gitleaks.Builtin(quirks), detectors.Options{DecodeDepth: detectors.DefaultDecodeDepth})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// output is the JSON document of a scan.
func output(t testing.TB, o Options) string {
	t.Helper()
	var b bytes.Buffer
	h, err := report.New("json", &b, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	o.Now = func() time.Time { return at }
	if _, err := Run(context.Background(), o, report.Start{}, h.Handle); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pieces is a reader that gives random pieces, as a pipe does.
type pieces struct {
	r    io.Reader
	rand *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) {
	return p.r.Read(b[:min(len(b), 1+p.rand.IntN(70_000))])
}

// TestNothingIsLostAtCuts: 300 keys are found in every mode, whatever the
// number of workers, the size of the blocks and the pieces that are read.
func TestNothingIsLostAtCuts(t *testing.T) {
	n := 300
	if testing.Short() {
		n = 40
	}
	log := buildLog(n)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "build.log"), log, 0o600); err != nil {
		t.Fatal(err)
	}
	// A longer file, so that it is read as a stream.
	long := append(bytes.Repeat([]byte("nothing to see on this line\n"), 320_000), log...)
	if err := os.WriteFile(filepath.Join(dir, "long.log"), long, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, quirks := range []bool{false, true} {
		e := engineFor(t, quirks)
		for _, name := range []string{"build.log", "long.log"} {
			want := ""
			for _, workers := range []int{1, 2, 16} {
				for _, block := range []int{0, 64 << 10, 1 << 20} {
					if testing.Short() && block == 64<<10 {
						continue
					}
					o := Options{Engine: e, Dir: dir, Roots: []string{name}, Workers: workers, Block: block}
					got := output(t, o)
					if k := strings.Count(got, `"rule_id": "private-key"`); k != n {
						t.Errorf("quirks %v, %s, %d workers, block %d: %d keys, want %d", quirks, name, workers, block, k, n)
					}
					if want == "" {
						want = got
					} else if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("quirks %v, %s, %d workers, block %d: another document:\n%.2000s", quirks, name, workers, block, diff)
					}
				}
			}
		}
		o := Options{Engine: e, Roots: []string{"-"}, Workers: 2, Stdin: &pieces{bytes.NewReader(log), rand.New(rand.NewPCG(1, 1))}}
		if k := strings.Count(output(t, o), `"rule_id": "private-key"`); k != n {
			t.Errorf("quirks %v, from a pipe: %d keys, want %d", quirks, k, n)
		}
	}
}

// TestBlocksGiveWhatTheTextGives cuts texts at many sizes and compares with
// the text as a whole.
func TestBlocksGiveWhatTheTextGives(t *testing.T) {
	e := engineFor(t, false)
	r := rand.New(rand.NewPCG(9, 9))
	text := randomText(r, 700_000)
	o := &Options{Engine: e}
	whole := o.hits(text, "x", "file", e.Scanner().Scan(detectors.Chunk{Text: text, Path: "x"}))
	for _, size := range []int{4 << 10, 50_000, 300_001} {
		if testing.Short() && size == 4<<10 {
			continue
		}
		var got []hit
		var before tally
		w := &worker{scanner: e.Scanner()}
		_, err := cut(&pieces{bytes.NewReader(text), r}, size, func(n int) []byte { return make([]byte, 0, n) }, func(b block) error {
			found := w.scanner.Scan(detectors.Chunk{Text: b.text, Path: "x", From: b.from, To: b.to, Before: b.before, After: b.after})
			hs := o.hits(b.text, "x", "file", found)
			shift(hs, before)
			got = append(got, hs...)
			before = before.plus(count(b.text[b.from:b.to]))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(places(whole), places(got)); diff != "" {
			t.Errorf("blocks of %d (-whole +blocks):\n%.3000s", size, diff)
		}
	}
	if len(whole) < 100 {
		t.Errorf("only %d matches: the text says too little", len(whole))
	}
}

func places(hs []hit) []string {
	var out []string
	for _, h := range hs {
		p := h.place
		g := p.Gitleaks
		out = append(out, fmt.Sprintf("%s %d:%d-%d:%d %d:%d-%d:%d %v", h.match.Rule.ID, p.StartLine, p.StartColumn, p.EndLine, p.EndColumn,
			g.StartLine, g.StartColumn, g.EndLine, g.EndColumn, finding.PlainPrefix+fmt.Sprint(len(h.match.Secret))))
	}
	return out
}

// randomText mixes lines, long lines, secrets and encoded secrets.
func randomText(r *rand.Rand, n int) []byte {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	draw := func(k int) string {
		b := make([]byte, k)
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	var b bytes.Buffer
	for b.Len() < n {
		switch r.IntN(8) {
		case 0:
			b.WriteString("token = 'gh" + "p_" + draw(36) + "'\n")
		case 1:
			b.WriteString("api_key: \"" + draw(30) + "\"")
		case 2:
			b.WriteString(base64.StdEncoding.EncodeToString([]byte("secret_key=\"" + draw(33) + "\" ")))
		case 3:
			b.WriteString("\n")
		case 4:
			b.WriteString(strings.Repeat("word ", r.IntN(200)))
		case 5:
			b.WriteString("%41%42 " + draw(3) + "%20")
		default:
			b.WriteString(draw(5+r.IntN(40)) + " ")
		}
	}
	return b.Bytes()
}
