package gitleaks_test

import (
	"encoding/base64"
	"encoding/hex"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/logging"

	"rekey.example/rekey/detectors"
	"rekey.example/rekey/detectors/detectorstest"
)

var (
	oracleTexts = flag.Int("oracle.texts", 1500, "how many generated texts the differential test compares")
	oracleSeed  = flag.Uint64("oracle.seed", 1, "the seed of the differential test's texts")
)

// quiet turns gitleaks' log off, once: it is a global.
var quiet sync.Once

// A verdict is what both sides say of one finding. Its secret is random, made
// by the test.
type verdict struct {
	Rule, Secret, Match                        string
	StartLine, EndLine, StartColumn, EndColumn int
	Entropy                                    float32
	Tags                                       string
}

func sortVerdicts(vs []verdict) []verdict {
	slices.SortFunc(vs, func(a, b verdict) int {
		return strings.Compare(fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b))
	})
	return vs
}

// theirs are gitleaks' verdicts.
func theirs(d *detect.Detector, path, text string) []verdict {
	var out []verdict
	//lint:ignore SA1019 Detect takes nothing else
	for _, f := range d.Detect(detect.Fragment{Raw: text, FilePath: path, StartLine: 1}) {
		out = append(out, verdict{
			f.RuleID, f.Secret, f.Match, f.StartLine, f.EndLine, f.StartColumn, f.EndColumn,
			f.Entropy, strings.Join(f.Tags, ","),
		})
	}
	return sortVerdicts(out)
}

// ours are rekey's.
func ours(s *detectors.Scanner, path, text string) []verdict {
	var out []verdict
	for _, m := range s.Scan(detectors.Chunk{Text: []byte(text), Path: path}) {
		if m.AllowComment {
			continue
		}
		v := verdict{Rule: m.Rule.ID, Tags: strings.Join(m.Tags, ",")}
		if m.PathOnly {
			v.Match = "file detected: " + path
		} else {
			g := m.Gitleaks
			v.Secret, v.Match, v.Entropy = string(m.Secret), string(m.Text), float32(m.Entropy)
			v.StartLine, v.EndLine = 1+g.StartLine, 1+g.EndLine
			v.StartColumn, v.EndColumn = g.StartColumn, g.EndColumn
		}
		out = append(out, v)
	}
	return sortVerdicts(out)
}

// sameEntropy takes two entropies for equal that differ by rounding: gitleaks
// adds up in the random order of a map.
var sameEntropy = cmp.Comparer(func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-5 })

// oracle is gitleaks' detector with its default configuration.
func oracle(t testing.TB, toml string, depth int) *detect.Detector {
	t.Helper()
	quiet.Do(func() { logging.Logger = zerolog.Nop() })
	v := viper.New()
	v.SetConfigType("toml")
	if err := v.ReadConfig(strings.NewReader(toml)); err != nil {
		t.Fatal(err)
	}
	var vc config.ViperConfig
	if err := v.Unmarshal(&vc); err != nil {
		t.Fatal(err)
	}
	cfg, err := vc.Translate()
	if err != nil {
		t.Fatal(err)
	}
	d := detect.NewDetector(cfg)
	d.MaxDecodeDepth = depth
	return d
}

// engine is ours with the same configuration, quirks included. AnyPathSkips is
// a quirk of gitleaks' sources, not of its detector.
func engine(t testing.TB, toml string, depth int) *detectors.Engine {
	t.Helper()
	set, _, err := detectors.Parse("gitleaks.toml", []byte(toml), detectors.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	set.Quirks = detectors.Quirks{JoinedAllowlists: true, WholeTextLine: true}
	e, err := detectors.New(set, detectors.Options{DecodeDepth: depth})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A writer makes texts in which secrets, near misses and traps stand.
type writer struct {
	gen      *detectorstest.Generator
	patterns []*syntax.Regexp
	keywords []string
}

func newWriter(seed uint64, rules []detectors.Rule) *writer {
	w := &writer{gen: &detectorstest.Generator{
		Rand: rand.New(rand.NewPCG(seed, 7)), MaxRepeat: 40, Wild: true,
	}}
	for _, r := range rules {
		if r.Regex == "" {
			continue
		}
		re, err := syntax.Parse(r.Regex, syntax.Perl)
		if err != nil {
			continue
		}
		w.patterns = append(w.patterns, re)
		w.keywords = append(w.keywords, r.Keywords...)
	}
	if len(w.keywords) == 0 {
		w.keywords = []string{"word"}
	}
	return w
}

var fillers = []string{
	" ", "\n", "\n\n", "\r\n", "\t", "=", ": ", "\"", "'", "`", ";", ",", "key", "token=", "api_", "s.", "sk", "Å", "ſ", "\u212a", "İ",
	"\xff", "\x00", "%", "%20", "%41%", "\\u0041", "\\n", "U+0041 ", "ſecret", "\u212aey", "{", "}", "# gitleaks:allow", "true", "null",
	"func main() {", "the quick brown fox", "====", "----", "EXAMPLE", "./path/to/file.go", "0123456789abcdef", "curl -u a:b ",
}

// text makes one text.
func (w *writer) text() string {
	var sb strings.Builder
	n := 1 + w.gen.Rand.IntN(8)
	for range n {
		w.piece(&sb)
	}
	if w.gen.Rand.IntN(40) == 0 {
		sb.WriteString(strings.Repeat(w.pick(fillers), 1+w.gen.Rand.IntN(600)))
		w.piece(&sb)
	}
	if w.gen.Rand.IntN(2) == 0 {
		sb.WriteString("\n")
	}
	return sb.String()
}

func (w *writer) pick(list []string) string { return list[w.gen.Rand.IntN(len(list))] }

func (w *writer) piece(sb *strings.Builder) {
	r := w.gen.Rand
	for range r.IntN(4) {
		sb.WriteString(w.pick(fillers))
	}
	if r.IntN(3) == 0 {
		sb.WriteString(w.pick(w.keywords))
	}
	s := w.gen.From(w.patterns[r.IntN(len(w.patterns))])
	switch r.IntN(10) {
	case 0: // a near miss
		if len(s) > 0 {
			i := r.IntN(len(s))
			s = s[:i] + w.pick(fillers) + s[min(len(s), i+r.IntN(3)):]
		}
	case 1:
		s = encodeAs(r, s)
	case 2:
		s = encodeAs(r, encodeAs(r, s))
	case 3:
		s = s + s
	}
	sb.WriteString(s)
	for range r.IntN(3) {
		sb.WriteString(w.pick(fillers))
	}
}

// encodeAs encodes s in one of the ways that gitleaks undoes.
func encodeAs(r *rand.Rand, s string) string {
	switch r.IntN(5) {
	case 0:
		return base64.StdEncoding.EncodeToString([]byte(s))
	case 1:
		return base64.RawURLEncoding.EncodeToString([]byte(s))
	case 2:
		return hex.EncodeToString([]byte(s))
	case 3:
		return url.QueryEscape(s)
	}
	var sb strings.Builder
	for _, c := range s {
		if c < 0x10000 && r.IntN(2) == 0 {
			fmt.Fprintf(&sb, "\\u%04x", c)
		} else {
			sb.WriteRune(c)
		}
	}
	return sb.String()
}

var paths = []string{"", "main.go", "deploy/secret.yaml", "main.tf", "config.php", "NuGet.config", "store.p12", "recipe.bb", "@octokit/auth-token/README.md"}

// TestSameFindingsAsGitleaks compares every field of every finding with those
// of gitleaks' own detector, on texts made to be near its rules.
func TestSameFindingsAsGitleaks(t *testing.T) {
	for _, depth := range []int{0, 5} {
		t.Run(fmt.Sprint("depth", depth), func(t *testing.T) {
			t.Parallel()
			d := oracle(t, config.DefaultConfig, depth)
			e := engine(t, config.DefaultConfig, depth)
			s := e.Scanner()
			w := newWriter(*oracleSeed+uint64(depth), e.Rules())
			n := *oracleTexts
			if testing.Short() {
				n = min(n, 100)
			}
			bad := 0
			for i := range n {
				text := w.text()
				path := w.pick(paths)
				if diff := cmp.Diff(theirs(d, path, text), ours(s, path, text), sameEntropy); diff != "" {
					t.Errorf("text %d, path %q: findings differ (-gitleaks +rekey):\n%s\ntext: %q", i, path, diff, text)
					if bad++; bad > 3 {
						t.FailNow()
					}
				}
			}
		})
	}
}
