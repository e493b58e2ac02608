package cli

import (
	"errors"
	"fmt"
	"strings"
)

// A Code is the exit code of the process. It is part of the interface: scripts
// and pipelines decide by it.
type Code int

// The exit codes. Each has its row in codes.
const (
	CodeClean       Code = 0
	CodeFindings    Code = 1
	CodeUsage       Code = 2
	CodeIncomplete  Code = 3
	CodeFailed      Code = 4
	CodeWaiting     Code = 5
	CodeInterrupted Code = 130
)

// A codeRow documents a Code, for help texts and the manual.
type codeRow struct {
	code Code
	doc  string
}

// codes is the one table of exit codes.
func codes() []codeRow {
	return []codeRow{
		{CodeClean, "clean, and everything that was asked for was read"},
		{CodeFindings, "findings (--exit-code and --fail-on change this one)"},
		{CodeUsage, "the command line or the configuration is wrong; nothing was done"},
		{CodeIncomplete, "incomplete: something that was asked for could not be read, or the result not be written"},
		{CodeFailed, "a rotation failed, or needs a person"},
		{CodeWaiting, "runs wait for a grace period, a window or an approval; nothing is wrong"},
		{CodeInterrupted, "interrupted; what was found until then has been written"},
	}
}

// describe gives the code's row in the table.
func (c Code) describe() string {
	for _, row := range codes() {
		if row.code == c {
			return row.doc
		}
	}
	return ""
}

// exitTable writes the rows of these codes, one a line, each after prefix.
func exitTable(prefix string, of []Code) string {
	var b strings.Builder
	for _, c := range of {
		fmt.Fprintf(&b, "%s%3d  %s\n", prefix, c, c.describe())
	}
	return b.String()
}

// A failure is an error that carries the exit code and what to do next.
type failure struct {
	code Code
	// err is nil when the verb has said everything itself.
	err  error
	hint string
}

// Error says what was tried, on what, and what went wrong.
func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit code %d", f.code)
	}
	return f.err.Error()
}

// Unwrap gives the error without its code.
func (f *failure) Unwrap() error { return f.err }

// fail gives err an exit code, and a person a hint on what to do next; the
// hint may be empty.
func fail(code Code, err error, hint string) error {
	return &failure{code: code, err: err, hint: hint}
}

// exit ends with a code and no message: the verb has said it all.
func exit(code Code) error {
	if code == CodeClean {
		return nil
	}
	return &failure{code: code}
}

// usageError is a mistake in the command line.
func usageError(err error, hint string) error { return fail(CodeUsage, err, hint) }

// incompleteError means that something that was asked for was not done.
func incompleteError(err error, hint string) error { return fail(CodeIncomplete, err, hint) }

// codeOf is the exit code for what a verb returned. An error without a code
// means that something wasn't done, and nobody foresaw it.
func codeOf(err error) Code {
	if err == nil {
		return CodeClean
	}
	var f *failure
	if errors.As(err, &f) {
		return f.code
	}
	return CodeIncomplete
}
