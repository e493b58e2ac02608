package finding_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rekey.example/rekey/internal/finding"
)

// key is 00 01 02 … 1f.
func key() finding.Key {
	var k finding.Key
	for i := range k {
		k[i] = byte(i)
	}
	return k
}

// The wanted values were computed with Python's hmac and hashlib, and with
// the reference implementation's argon2 command: they hold the docstrings'
// formulas still.
func TestFingerprintFormula(t *testing.T) {
	const secret = "a value that stands for a secret"
	if got, want := key().Fingerprint([]byte(secret)), "rk1:3d8c21b2a5496e8281bbb6cda9da934e"; got != want {
		t.Errorf("Fingerprint = %s, want %s", got, want)
	}
	if got, want := key().Stretched([]byte(secret)), "rk1s:1d54dfc67a534b4e2d4e8a1cb24a36f4"; got != want {
		t.Errorf("Stretched = %s, want %s", got, want)
	}
	if got, want := finding.ID("some-rule", "rk1:00"), "cf8c9165af1f82f7"; got != want {
		t.Errorf("ID = %s, want %s", got, want)
	}
}

func TestFingerprintsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOf(rapid.Byte()).Draw(t, "a")
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "b")
		other := key()
		other[rapid.IntRange(0, 31).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		fa, fb := key().Fingerprint(a), key().Fingerprint(b)
		if (fa == fb) != (string(a) == string(b)) {
			t.Fatalf("fingerprints %s and %s of %q and %q", fa, fb, a, b)
		}
		if fa == other.Fingerprint(a) {
			t.Fatalf("the same fingerprint of %q under two keys", a)
		}
		r, s := rapid.StringMatching(`[a-z-]+`).Draw(t, "r"), rapid.StringMatching(`[a-z-]+`).Draw(t, "s")
		if (finding.ID(r, fa) == finding.ID(s, fb)) != (r == s && fa == fb) {
			t.Fatalf("the ids of (%s, %s) and (%s, %s)", r, fa, s, fb)
		}
	})
}

func TestCommittedStretchesWhatCanBeGuessed(t *testing.T) {
	weak := []byte("summer-" + "2026")
	if got, want := key().Committed(weak), key().Stretched(weak); got != want {
		t.Errorf("of a password: %s, want %s", got, want)
	}
	strong := []byte(drawn(7, "0123456789abcdef", 64))
	if got, want := key().Committed(strong), key().Fingerprint(strong); got != want {
		t.Errorf("of 64 hexadecimal digits: %s, want %s", got, want)
	}
}

func TestKeyIsNotPrinted(t *testing.T) {
	k := key()
	text, err := k.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := json.Marshal(map[string]any{"key": k, "pointer": &k})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %d %x %q %v", k, k, k, k, k, k, k, struct{ K finding.Key }{k}) +
		k.String() + k.GoString() + k.LogValue().String() + string(text) + string(doc)
	for _, leak := range []string{"000102", "0 1 2", "AAECAw", "0x0, 0x1"} {
		if strings.Contains(all, leak) {
			t.Errorf("a printed key shows %q: %s", leak, all)
		}
	}
}
