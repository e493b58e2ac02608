package finding_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rekey.example/rekey/internal/finding"
)

func TestPreview(t *testing.T) {
	hex64, token := drawn(1, hexChars, 64), drawn(2, base62, 36)
	for _, c := range []struct{ name, secret, want string }{
		{"empty", "", "********"},
		{"a password", "hunter2", "********"},
		{"a long password", "CorrectHorseBatteryStapleForever", "********"},
		{"too short", drawn(9, base62+signs, 15), "********"},
		{"drawn", hex64, hex64[:4] + "********" + hex64[62:]},
		{"with a public prefix", "gh" + "p_" + token, "ghp_********" + token[34:]},
		{"with a long public prefix", "sk-ant-" + "api03-" + token, "sk-ant-api03-********" + token[34:]},
		{"a prefix and a word", "gh" + "p_password_password", "********"},
		{"a key", pem("RSA", 20), "-----BEGIN RSA PRIVATE" + " KEY----- …"},
		{"a key after spaces", "\n  " + pem("", 3), "-----BEGIN PRIVATE" + " KEY----- …"},
		{"a header that isn't one", "-----BEGIN \x1b[31m PRIVATE" + " KEY-----" + token, "********"},
		{"a URL", "https://hooks.example.com/" + token, "********"},
		{"control characters", token + "\x1b[31m" + token, "********"},
		{"invalid UTF-8", token + "\xff" + token, "********"},
		{"newlines", token + "\n" + token, "********"},
	} {
		if got := finding.Preview([]byte(c.secret)); got != c.want {
			t.Errorf("%s: Preview = %q, want %q", c.name, got, c.want)
		}
	}
}

// TestPreviewShare holds Preview to its word: whatever the secret, what is
// shown of it beyond a public prefix is at most six characters and a quarter.
func TestPreviewShare(t *testing.T) {
	secrets := rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringMatching(`[0-9a-f]{10,80}`),
		rapid.StringMatching(`[A-Za-z0-9+/=_-]{10,80}`),
		rapid.StringMatching(`(ghp_|AKIA|sk_live_|xoxb-|hvs\.)[A-Za-z0-9]{0,60}`),
	)
	prefixes := []string{"ghp_", "AKIA", "sk_live_", "xoxb-", "hvs."}
	shown := 0
	rapid.Check(t, func(t *rapid.T) {
		s := secrets.Draw(t, "secret")
		p := finding.Preview([]byte(s))
		if strings.HasPrefix(p, "-----BEGIN ") {
			return
		}
		head, tail, ok := strings.Cut(p, finding.Masked)
		if !ok {
			t.Fatalf("Preview(%q) = %q has no mask", s, p)
		}
		hidden := s
		for _, public := range prefixes {
			if head == public {
				head, hidden = "", strings.TrimPrefix(s, public)
			}
		}
		if !strings.HasPrefix(hidden, head) || !strings.HasSuffix(hidden, tail) {
			t.Fatalf("Preview(%q) = %q shows what isn't there", s, p)
		}
		n := len(head) + len(tail)
		if n > 6 || len(head) > 4 || len(tail) > 2 || 4*n > len(hidden) {
			t.Fatalf("Preview(%q) = %q shows %d of %d characters", s, p, n, len(hidden))
		}
		if n > 0 {
			shown++
			if !finding.MachineMade([]byte(s)) {
				t.Fatalf("Preview(%q) = %q shows a value that isn't machine-made", s, p)
			}
		}
	})
	if shown == 0 {
		t.Error("no preview showed anything: the property was never tried")
	}
}

func TestStructure(t *testing.T) {
	for _, c := range []struct{ secret, want string }{
		{"", "fewer than 8 characters"},
		{"hunter2", "fewer than 8 characters"},
		{"hunter22", "8 to 15 characters"},
		{"correct horse battery", "16 to 31 characters"},
		{"correct horse battery staple and more", "32 characters or more"},
		{drawn(1, hexChars, 64), "64 characters: hexadecimal digits"},
		{drawn(2, lower+digits, 40), "40 characters: lower-case letters, digits"},
		{drawn(2, upper+digits, 40), "40 characters: upper-case letters, digits"},
		{drawn(3, base62, 40), "40 characters: letters, digits"},
		{drawn(3, base62+signs, 60), "60 characters: letters, digits, signs"},
		{drawn(3, base62, 40) + " é", "42 characters: letters, digits, spaces, other characters"},
		{drawn(3, base62, 40) + "\n" + drawn(4, base62, 40), "2 lines, 81 characters: letters, digits, spaces"},
		{"9f86d081-" + "884c-4d63-a5ae-0f2ea1b5c7d3", "UUID"},
		{jwt(), "JSON Web Token, 104 characters"},
		{"https://hooks.example.com/" + drawn(5, base62, 32), "URL, 58 characters"},
		{"\xff\xfe\x00", "3 bytes, not text"},
		{"\xff", "1 byte, not text"},
		{pem("RSA", 25), "PEM RSA private key, 27 lines"},
		{pem("", 26), "PEM private key, 28 lines"},
		{strings.ReplaceAll(pem("EC", 3), "\n", `\n`), "PEM EC private key, 5 lines"},
	} {
		if got := finding.Structure([]byte(c.secret)); got != c.want {
			t.Errorf("Structure(%.30q) = %q, want %q", c.secret, got, c.want)
		}
	}
}

// TestStructureLeaksNothing: a structure is made of its own words and numbers.
func TestStructureLeaksNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[A-Za-z0-9!-/]{4,60}`).Draw(t, "secret")
		if got := finding.Structure([]byte("zzq" + s)); strings.Contains(got, "zzq") {
			t.Fatalf("Structure(%q) = %q", s, got)
		}
	})
}

func TestMaskMatch(t *testing.T) {
	for _, c := range []struct{ match, secret, want string }{
		{"key = abc", "abc", "key = REDACTED"},
		{"abc: abcabc", "abc", "REDACTED: REDACTEDREDACTED"},
		{"file detected: id_rsa", "", "file detected: id_rsa"},
	} {
		if got := finding.MaskMatch([]byte(c.match), []byte(c.secret)); got != c.want {
			t.Errorf("MaskMatch(%q, %q) = %q, want %q", c.match, c.secret, got, c.want)
		}
	}
}
