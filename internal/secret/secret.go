// Package secret names the types in which rekey carries secrets: Value, which
// can't be printed, logged, compared or encoded by accident, and Revealed,
// which is a secret that a person asked to see and that can only be written to
// a writer. It refuses to give a string. Its one invariant: no verb of fmt, no
// encoder and no logger ever sees the bytes.
package secret

import (
	"fmt"
	"io"
	"log/slog"

	"rekey.example/rekey/rotation"
)

// redacted is what every printer and encoder gets.
const redacted = "[redacted]"

// A Value is a secret; see rotation.Secret.
type Value = rotation.Secret

// New takes over b: the caller must not use it again.
func New(b []byte) Value { return rotation.NewSecret(b) }

// Revealed is a secret that somebody asked to see. Like a Value it can't be
// printed by accident; unlike one it can be written.
type Revealed struct {
	_ [0]func() // not comparable
	v Value
}

// Reveal gives v as a secret that may be written for a person to see.
func Reveal(v Value) Revealed { return Revealed{v: v} }

// WriteTo writes the secret's bytes. It implements io.WriterTo.
func (r Revealed) WriteTo(w io.Writer) (n int64, err error) {
	r.v.Use(func(b []byte) {
		var m int
		m, err = w.Write(b)
		n = int64(m)
	})
	return n, err
}

// Empty says that there is nothing to write.
func (r Revealed) Empty() bool { return r.v.Len() == 0 }

// String hides the value.
func (r Revealed) String() string { return redacted }

// GoString hides the value.
func (r Revealed) GoString() string { return redacted }

// Format hides the value from every verb.
func (r Revealed) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue hides the value from slog.
func (r Revealed) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the value from encoders.
func (r Revealed) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON hides the value from encoding/json.
func (r Revealed) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
