package cli

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"unicode"

	"rekey.example/rekey/internal/config"
)

// messages writes to people: what was tried, on what, and what to do next. It
// goes to standard error, one message at a time, and never holds a result.
type messages struct {
	w     io.Writer
	color bool
}

// The colours of ISO 6429 that messages use.
const (
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	plain  = "\x1b[0m"
)

// failure says why the program ends. An error that carries no message says
// nothing, and neither does nil.
func (m messages) failure(err error) {
	if err == nil {
		return
	}
	var f *failure
	hint := ""
	if errors.As(err, &f) {
		if f.err == nil {
			return
		}
		hint = f.hint
	}
	text := err.Error()
	var mistakes config.Errors
	if errors.As(err, &mistakes) && len(mistakes) > 1 {
		text = fmt.Sprintf("the configuration has %d mistakes\n%s", len(mistakes), text)
	}
	m.print(red, "error", text, hint)
}

// warn says what doesn't stop the program but should be known.
func (m messages) warn(text, hint string) { m.print(yellow, "warning", text, hint) }

// panicked says that the program has a fault. The stack holds names and
// addresses; the value's text is shown only when it is the runtime's own, since
// another might quote what was scanned.
func (m messages) panicked(v any, stack []byte) {
	text := fmt.Sprintf("rekey stopped at a fault of its own (%T)", v)
	if err, ok := v.(runtime.Error); ok {
		text = "rekey stopped at a fault of its own: " + err.Error()
	}
	m.print(red, "error", text+"\n"+string(stack), "the result is incomplete; report the lines above, which hold nothing of what was scanned")
}

// print writes one message. Lines after the first are indented, so that no
// text from elsewhere can pass for a message of ours.
func (m messages) print(color, kind, text, hint string) {
	var b strings.Builder
	b.WriteString("rekey: ")
	if m.color {
		kind = color + kind + plain
	}
	b.WriteString(kind + ": ")
	b.WriteString(strings.ReplaceAll(strings.TrimRight(printable(text), "\n"), "\n", "\n    ") + "\n")
	if hint != "" {
		b.WriteString("  next: " + printable(hint) + "\n")
	}
	// When standard error is closed there is nobody left to tell.
	_, _ = io.WriteString(m.w, b.String())
}

// printable replaces what could steer a terminal or hide text in it: control
// characters other than newline and tab, invisible format characters, among
// them those that reverse the direction of writing, and bytes that aren't
// UTF-8.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
