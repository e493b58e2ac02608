package secret_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"rekey.example/rekey/internal/secret"
)

// redactor makes one for secrets.
func redactor(secrets ...string) *secret.Redactor {
	var vs []secret.Value
	for _, s := range secrets {
		vs = append(vs, secret.New([]byte(s)))
	}
	return secret.NewRedactor(vs)
}

func TestRedact(t *testing.T) {
	for _, c := range []struct {
		name    string
		secrets []string
		in      string
		want    string
	}{
		{"nothing to mask", nil, "some text", "some text"},
		{"an empty secret", []string{""}, "some text", "some text"},
		{"in a path", []string{"hunter22"}, "backup/hunter22.sql", "backup/********.sql"},
		{"twice", []string{"hunter22"}, "hunter22 and hunter22", "******** and ********"},
		{"side by side", []string{"hunter22"}, "hunter22hunter22", "********"},
		{"overlapping", []string{"abcdefgh", "efghijkl"}, "-abcdefghijkl-", "-********-"},
		{"one in the other", []string{"abcdef", "xxabcdefxx"}, "xxabcdefxx abcdef xxabcdefx", "******** ******** xx********x"},
		{"prefixes of each other", []string{"abcdef", "abcdefgh", "abcdefghij"}, "abcdefghi abcdefghijk", "********i ********k"},
		{"a short one as a word", []string{"abc"}, "abc=abcd /abc/ xabc", "********=abcd /********/ xabc"},
		{"a short one beside é", []string{"abc"}, "abcé", "abcé"},
		{"one byte", []string{"q"}, "q=q1", "********=q1"},
		{"other case", []string{"hunter22"}, "HUNTER22", "HUNTER22"},
		{"not UTF-8", []string{"\xff\xfe\xfd\xfc\xfb\xfa"}, "x\xff\xfe\xfd\xfc\xfb\xfay", "x********y"},
		{"in JSON", []string{"pa\"ss<wo\nrd"}, `{"m":"pa\"ss\u003cwo\nrd","n":"pa\"ss<wo\nrd"}`, `{"m":"********","n":"********"}`},
		{"a quote at the end", []string{`"hunter"22"`}, `{"m":"\"hunter\"22\""}`, `{"m":"********"}`},
		{"in a URI", []string{"p@ss wörd"}, "/dir/p%40ss%20w%C3%B6rd", "/dir/********"},
		{"a line of several", []string{"-----BEGIN X-----\nabcdefghijklmnop\nshort\n-----END X-----"}, "log: abcdefghijklmnop short -----BEGIN X-----", "log: ******** short -----BEGIN X-----"},
	} {
		if got := redactor(c.secrets...).Redact(c.in); got != c.want {
			t.Errorf("%s: Redact(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestLine(t *testing.T) {
	const m = "********"
	for _, c := range []struct {
		name    string
		secrets []string
		line    string
		column  int
		want    string
		at      int
	}{
		{"nothing else", []string{"hunter22"}, "key=" + m + ";", 4, "key=" + m + ";", 4},
		{"before and after", []string{"hunter22", "swordfish"}, "swordfish key=" + m + " hunter22", 14, m + " key=" + m + " " + m, 13},
		{"cut at the start", []string{"swordfish"}, "…fish key=" + m, 12, "…" + m + " key=" + m, 16},
		{"cut at the end", []string{"swordfish"}, "key=" + m + " sword…", 4, "key=" + m + " " + m + "…", 4},
		{"too little is left", []string{"swordfish"}, "…ish " + m + " swo…", 7, "…ish " + m + " swo…", 7},
		{"not cut", []string{"swordfish"}, "fish " + m + " sword", 5, "fish " + m + " sword", 5},
		{"cut by the mask", []string{"swordfish"}, "sword" + m + "fish", 5, m + m + m, 8},
		{"no mask", []string{"swordfish"}, "a swordfish", 0, "a " + m, 0},
	} {
		width := len(m)
		if c.name == "no mask" {
			width = 0
		}
		got, at, w := redactor(c.secrets...).Line(c.line, c.column, width)
		if got != c.want || at != c.at || w != width {
			t.Errorf("%s: Line(%q) = %q, %d, %d, want %q, %d", c.name, c.line, got, at, w, c.want, c.at)
		}
	}
	if got, _, _ := redactor("x").Line("short", 70, -5); got != "short" {
		t.Errorf("a place outside the line: %q", got)
	}
	var zero secret.Redactor
	if got := zero.Redact("text"); got != "text" {
		t.Errorf("the zero Redactor: %q", got)
	}
}

// TestRedactLikeNaive compares with a search for every secret at every place.
func TestRedactLikeNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[ab/]{1,9}`)
		secrets := rapid.SliceOfN(word, 0, 12).Draw(t, "secrets")
		text := rapid.StringMatching(`[ab/.]{0,60}`).Draw(t, "text")
		hidden := make([]bool, len(text))
		for _, s := range secrets {
			for i := 0; i+len(s) <= len(text); i++ {
				if text[i:i+len(s)] != s {
					continue
				}
				touches := i > 0 && strings.Contains("ab", text[i-1:i]) ||
					i+len(s) < len(text) && strings.Contains("ab", text[i+len(s):i+len(s)+1])
				if len(s) < 6 && touches {
					continue
				}
				for j := range s {
					hidden[i+j] = true
				}
			}
		}
		want := ""
		for i := range text {
			switch {
			case !hidden[i]:
				want += text[i : i+1]
			case i == 0 || !hidden[i-1]:
				want += "********"
			}
		}
		if got := redactor(secrets...).Redact(text); got != want {
			t.Fatalf("Redact(%q) of %q = %q, want %q", text, secrets, got, want)
		}
	})
}

// TestRedactEverywhere: no secret survives in text, JSON or a URI.
func TestRedactEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secrets := rapid.SliceOfN(rapid.StringN(6, 30, -1), 1, 8).Draw(t, "secrets")
		var text strings.Builder
		for range 6 {
			text.WriteString(rapid.String().Draw(t, "text"))
			text.WriteString(rapid.SampledFrom(secrets).Draw(t, "secret"))
		}
		r := redactor(secrets...)
		doc, err := json.Marshal(text.String())
		if err != nil {
			t.Fatal(err)
		}
		uri := (&url.URL{Path: text.String()}).EscapedPath()
		plain, inJSON, inURI := r.Redact(text.String()), r.Redact(string(doc)), r.Redact(uri)
		for _, s := range secrets {
			if strings.Contains(plain, s) {
				t.Fatalf("%q stands in %q", s, plain)
			}
			var decoded string
			if err := json.Unmarshal([]byte(inJSON), &decoded); err == nil && strings.Contains(decoded, s) {
				t.Fatalf("%q stands in the JSON %s", s, inJSON)
			}
			if strings.Contains(inURI, url.PathEscape(s)) && !strings.ContainsAny(s, "/$&+,:;=@!*()'") {
				t.Fatalf("%q stands in the URI %s", s, inURI)
			}
		}
	})
}

func TestRedactorIsNotPrinted(t *testing.T) {
	r := redactor("a-canary-that-sings")
	doc, _ := json.Marshal(struct{ R *secret.Redactor }{r})
	all := fmt.Sprintf("%v %+v %#v %+v %s %x %s", r, r, r, *r, r, r, doc)
	if strings.Contains(all, "canary") || strings.Contains(all, "63616e617279") {
		t.Errorf("a printed redactor shows its secrets: %s", all)
	}
}

func TestRedactorIsSafeForConcurrentUse(t *testing.T) {
	r := redactor("swordfish", "hunter22")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if got := r.Redact("a swordfish"); got != "a ********" {
					t.Errorf("Redact = %q", got)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkRedact(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var secrets []secret.Value
	for range 10_000 {
		secrets = append(secrets, secret.New(fmt.Appendf(nil, "prefix-%x", r.Uint64())))
	}
	red := secret.NewRedactor(secrets)
	text := strings.Repeat("some/path/to/a-file-with/prefix-abc/name.go ", 25)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		red.Redact(text)
	}
}
