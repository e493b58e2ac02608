// Package rotation drives the replacement of a credential to its end. So far
// it holds the one type that everything else needs: Secret, a value that can't
// be printed, logged, compared or encoded by accident. The package refuses to
// reach the world by itself: no os, no network, no clock. Its one invariant:
// no verb of fmt, no encoder and no logger ever sees a Secret's bytes.
package rotation

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what every printer and encoder gets.
const redacted = "[redacted]"

// A Secret is a value that only Use opens. The bytes live in a closure,
// because fmt's reflection prints even an unexported slice. The zero Secret
// holds nothing.
type Secret struct {
	_    [0]func() // not comparable
	open func() []byte
}

// NewSecret takes over b: the caller must not use it again.
func NewSecret(b []byte) Secret {
	return Secret{open: func() []byte { return b }}
}

// Use calls f with the bytes, which f must neither keep nor change. It is the
// only way to them.
func (v Secret) Use(f func([]byte)) {
	if v.open == nil {
		f(nil)
		return
	}
	f(v.open())
}

// Len is the number of bytes.
func (v Secret) Len() int {
	if v.open == nil {
		return 0
	}
	return len(v.open())
}

// String hides the value.
func (v Secret) String() string { return redacted }

// GoString hides the value.
func (v Secret) GoString() string { return redacted }

// Format hides the value from every verb.
func (v Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue hides the value from slog.
func (v Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the value from encoders.
func (v Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON hides the value from encoding/json.
func (v Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML hides the value from YAML encoders.
func (v Secret) MarshalYAML() (any, error) { return redacted, nil }
