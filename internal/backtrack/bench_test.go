package backtrack_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"rekey.example/rekey/internal/backtrack"
)

// genericPattern is that of gitleaks' rule generic-api-key, the one that is
// tried most often.
const genericPattern = `(?i)[\w.-]{0,50}?(?:access|auth|(?-i:[Aa]pi|API)|credential|creds|key|passw(?:or)?d|secret|token)(?:[ \t\w.-]{0,20})[\s'"]{0,3}` +
	`(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([\w.=-]{10,150}|[a-z0-9][a-z0-9+/]{11,}={0,3})(?:[\x60'"\s;]|\\[nr]|$)`

// randomValue makes what looks like a secret.
func randomValue(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	rnd := rand.New(rand.NewPCG(3, 4))
	value := make([]byte, n)
	for i := range value {
		value[i] = letters[rnd.IntN(len(letters))]
	}
	return string(value)
}

const (
	javaScript = `  const headers = { 'Content-Type': 'application/json' };
  if (this.options.tokenProvider !== undefined) {
    headers.Authorization = await this.options.tokenProvider.getToken(scope);
  }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(payload) })
    .then((res) => (res.ok ? res.json() : Promise.reject(res)));
`
	goSource = `	for _, key := range slices.Sorted(maps.Keys(m.byName)) {
		if err := m.access(ctx, key); err != nil {
			return fmt.Errorf("can't read the entry of %q: %w", key, err)
		}
		tok := lexer.token(key)
		total += len(tok)
	}
	m.mu.Unlock()
	return m.flush(ctx, total)
}

func (m *Map) Len() int {
`
)

// window cuts or fills text to n bytes.
func window(text string, n int) []byte {
	return []byte(strings.Repeat(text, n/len(text)+1)[:n])
}

func benchmarkWindows() map[string][]byte {
	value := randomValue(40)
	return map[string][]byte{
		"js/no":         window(javaScript, 300),
		"js/yes":        append(window(javaScript, 180), "const apiKey = '"+value+"';\n"+javaScript[:60]...),
		"go/no":         window(goSource, 300),
		"go/yes":        append(window(goSource, 180), "\tsecret := \""+value+"\"\n"+goSource[:60]...),
		"hostile/keys":  window("key=", 300),
		"hostile/chain": window("key_token.secret-", 300),
		"hostile/space": append([]byte("token"), window(" \t", 295)...),
		"hostile/value": append([]byte("token = "), window(value, 292)...),
		"hostile/one":   window("a", 300),
	}
}

var benchmarkNames = []string{
	"js/no", "js/yes", "go/no", "go/yes", "hostile/keys", "hostile/chain", "hostile/space", "hostile/value", "hostile/one",
}

func BenchmarkFind(b *testing.B) {
	s := newSubject(b, genericPattern)
	windows := benchmarkWindows()
	for _, name := range benchmarkNames {
		text := windows[name]
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var loc []int
			var verdict backtrack.Verdict
			for b.Loop() {
				loc, verdict = s.m.Find(s.p, text, 0, len(text), loc)
			}
			if verdict == backtrack.GaveUp {
				b.Error("gave up")
			}
		})
	}
}

func BenchmarkRegexp(b *testing.B) {
	s := newSubject(b, genericPattern)
	windows := benchmarkWindows()
	for _, name := range benchmarkNames {
		text := windows[name]
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.fromStart.FindSubmatchIndex(text)
			}
		})
	}
}

// BenchmarkCompile shows what a Program costs.
func BenchmarkCompile(b *testing.B) {
	s := newSubject(b, genericPattern)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := backtrack.Compile(s.tree); err != nil {
			b.Fatal(err)
		}
	}
}
