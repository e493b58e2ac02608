package finding

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"

	"golang.org/x/crypto/argon2"
)

// The parameters of argon2id for values that could be guessed: 19 MiB, two
// passes, one lane, as OWASP's Password Storage Cheat Sheet has them. About
// 35 ms a value.
const (
	argonMemoryKiB = 19 * 1024
	argonPasses    = 2
	argonLanes     = 1
	argonBytes     = 32
)

// The prefixes of the two kinds of fingerprint. What follows is 32 lower-case
// hexadecimal digits.
const (
	PlainPrefix     = "rk1:"
	StretchedPrefix = "rk1s:"
)

// A Key makes fingerprints that mean nothing to whoever lacks it. It can't be
// printed, logged or encoded by accident: with it, a weak secret could be
// guessed from its fingerprint.
type Key [32]byte

// Fingerprint names secret under k: "rk1:" and the first 16 bytes, in
// lower-case hexadecimal, of HMAC-SHA256(k, "rekey fingerprint v1\x00" +
// secret). Equal secrets have equal names; without k a name can neither be
// made nor tried.
func (k Key) Fingerprint(secret []byte) string {
	return PlainPrefix + hex.EncodeToString(k.mac("rekey fingerprint v1", secret)[:16])
}

// Stretched names secret under a key that lies beside the name, where whoever
// reads one can try guesses with the other: "rk1s:" and the first 16 bytes, in
// lower-case hexadecimal, of the HMAC of what argon2id makes of secret, salted
// by k. It takes about 35 ms and 19 MiB; callers keep the result.
func (k Key) Stretched(secret []byte) string {
	salt := k.mac("rekey stretch salt v1", nil)[:16]
	slow := argon2.IDKey(secret, salt, argonPasses, argonMemoryKiB, argonLanes, argonBytes)
	return StretchedPrefix + hex.EncodeToString(k.mac("rekey stretched fingerprint v1", slow)[:16])
}

// Committed names secret for a file that holds k too, such as a baseline in
// git: by Fingerprint if secret is MachineMade, else by Stretched.
func (k Key) Committed(secret []byte) string {
	if MachineMade(secret) {
		return k.Fingerprint(secret)
	}
	return k.Stretched(secret)
}

func (k Key) mac(label string, data []byte) []byte {
	m := hmac.New(sha256.New, k[:])
	io.WriteString(m, label)
	m.Write([]byte{0})
	m.Write(data)
	return m.Sum(nil)
}

// hiddenKey is what every printer and encoder gets of a Key.
const hiddenKey = "[fingerprint key]"

// String hides the key.
func (k Key) String() string { return hiddenKey }

// GoString hides the key.
func (k Key) GoString() string { return hiddenKey }

// Format hides the key from every verb.
func (k Key) Format(f fmt.State, _ rune) { io.WriteString(f, hiddenKey) }

// LogValue hides the key from slog.
func (k Key) LogValue() slog.Value { return slog.StringValue(hiddenKey) }

// MarshalText hides the key from encoders.
func (k Key) MarshalText() ([]byte, error) { return []byte(hiddenKey), nil }

// ID is the short name of what rule ruleID found under fingerprint: the first
// 8 bytes, as 16 lower-case hexadecimal digits, of SHA-256("rekey id v1\x00" +
// ruleID + "\x00" + fingerprint). A rule's id holds no NUL.
func ID(ruleID, fingerprint string) string {
	sum := sha256.Sum256([]byte("rekey id v1\x00" + ruleID + "\x00" + fingerprint))
	return hex.EncodeToString(sum[:8])
}
