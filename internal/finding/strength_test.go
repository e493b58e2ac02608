package finding_test

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rekey.example/rekey/internal/finding"
)

const (
	lower    = "abcdefghijklmnopqrstuvwxyz"
	upper    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits   = "0123456789"
	signs    = "!#$%&()*+,-./:;<=>?@[]^_{|}~"
	base62   = lower + upper + digits
	base64s  = base62 + "+/"
	hexChars = digits + "abcdef"
)

// drawn gives n characters of alphabet, the same ones for the same seed.
func drawn(seed uint64, alphabet string, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// TestMachineMadeKnowsDraws asks for a share and not for all: a draw may come
// out like words.
func TestMachineMadeKnowsDraws(t *testing.T) {
	for _, c := range []struct {
		name, alphabet string
		length, want   int // of 1,000
	}{
		{"hexadecimal", hexChars, 32, 990},
		{"upper-case hexadecimal", strings.ToUpper(hexChars), 40, 990},
		{"base32", upper + "234567", 32, 970},
		{"lower-case letters and digits", lower + digits, 32, 930},
		{"base62", base62, 24, 850},
		{"base62", base62, 40, 970},
		{"base64", base64s, 40, 970},
		{"printable", base62 + signs, 32, 850},
	} {
		made := 0
		for seed := range uint64(1000) {
			if finding.MachineMade([]byte(drawn(seed, c.alphabet, c.length))) {
				made++
			}
		}
		if made < c.want {
			t.Errorf("%s, %d characters: %d of 1,000 draws are machine-made, want at least %d", c.name, c.length, made, c.want)
		}
	}
}

func TestMachineMadeKnowsPeople(t *testing.T) {
	for _, s := range []string{
		"", "a", "hunter2", "password", "P@ss" + "w0rd123!", "Summer" + "2026!Winter2027?",
		"correct horse battery staple and then some more words to make it long",
		"correcthorsebatterystapleandthensomemore",
		"CorrectHorseBatteryStapleAndThenSomeMore1",
		"MyS3cr3tP@ssw0rd" + "ForPr0duct10n!",
		"qwertyuiopasdfghjklzxcvbnm1234567890", "!@#$%^&*()_+!@#$%^&*()",
		strings.Repeat("ab", 60), strings.Repeat("x", 200), strings.Repeat(drawn(1, hexChars, 8), 10),
		"0123456789abcdef0123456789abcdef0123456789abcdef",
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
		drawn(2, digits, 40),
		"postgres" + "://admin:hunter2@db-prd01.corp.lan:5432/orders?sslmode=disable",
		"/usr/local/share/ca-certificates/internal-root-2026.pem",
		"CHANGE_ME_BEFORE_DEPLOYING_TO_PRODUCTION",
		base64.StdEncoding.EncodeToString([]byte("admin:the quick brown fox jumps")),
		"Basic " + base64.StdEncoding.EncodeToString([]byte("deploy:iloveyou2026")),
		base64.RawURLEncoding.EncodeToString([]byte(`{"user":"admin","password":"letmein"}`)),
		hex.EncodeToString([]byte("my very long but plain sentence")),
		"\x00\x01\x02\xff\xfe\xfd\x80\x81\x82",
	} {
		if finding.MachineMade([]byte(s)) {
			t.Errorf("%q is machine-made", s)
		}
	}
}

func TestMachineMadeSeesTokensInText(t *testing.T) {
	for name, s := range map[string]string{
		"a UUID":         "9f86d081-" + "884c-4d63-a5ae-0f2ea1b5c7d3",
		"a key's digest": colons(drawn(3, hexChars, 32)),
		"a webhook":      "https://hooks.example.com/services/" + drawn(4, base62, 32),
		"a PEM block":    pem("EC", 4),
		"a signed token": jwt(),
		"a connection":   "postgres" + "://app:" + drawn(5, base62, 32) + "@db.example.com/app",
	} {
		if !finding.MachineMade([]byte(s)) {
			t.Errorf("%s isn't machine-made", name)
		}
	}
}

// TestMachineMadeNeedsLength: no value short enough to try is machine-made,
// whatever is in it: 12 bytes have at most 79 bits.
func TestMachineMadeNeedsLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "s")
		if finding.MachineMade(s) {
			t.Fatalf("%q is machine-made", s)
		}
	})
}

// pem builds a block of n lines of base64; it is no key.
func pem(kind string, n int) string {
	label := kind + " PRIVATE" + " KEY-----\n"
	if kind == "" {
		label = label[1:]
	}
	var b strings.Builder
	b.WriteString("-----BEGIN " + label)
	for i := range uint64(n) {
		b.WriteString(drawn(100+i, base64s, 64) + "\n")
	}
	b.WriteString("-----END " + label)
	return b.String()
}

// jwt builds the form of a token; nothing signed it.
func jwt() string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + part([]byte(`{"sub":"someone"}`)) + "." + drawn(6, base62, 43)
}

// colons writes hexadecimal digits in pairs, as ssh-keygen's MD5 digests are.
func colons(s string) string {
	var pairs []string
	for i := 0; i < len(s); i += 2 {
		pairs = append(pairs, s[i:i+2])
	}
	return strings.Join(pairs, ":")
}
