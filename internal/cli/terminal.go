package cli

import (
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"rekey.example/rekey/internal/config"
)

// lookup gives a variable of an environment, or "". Of several with one name
// the last counts.
func lookup(environ []string, name string) string {
	for i := len(environ) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(environ[i], name+"="); ok {
			return value
		}
	}
	return ""
}

// useColor decides on colour. In this order, the first that has an opinion
// counts: --color and REKEY_OUTPUT_COLOR; NO_COLOR (no-color.org), when it
// isn't empty; FORCE_COLOR and CLICOLOR_FORCE, when neither empty nor 0; the
// file's output.color; TERM=dumb; whether the stream is a terminal.
func useColor(setting string, by config.Kind, environ []string, terminal bool) bool {
	said := setting != "auto"
	if said && by >= config.FromEnv {
		return setting == "always"
	}
	if lookup(environ, "NO_COLOR") != "" {
		return false
	}
	for _, name := range []string{"FORCE_COLOR", "CLICOLOR_FORCE"} {
		if v := lookup(environ, name); v != "" && v != "0" {
			return true
		}
	}
	if said {
		return setting == "always"
	}
	return terminal && lookup(environ, "TERM") != "dumb"
}

// terminalWidth is the number of columns of the terminal on standard output,
// or else on standard error; 0 when there is none.
func terminalWidth() int {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			return columns
		}
	}
	return 0
}

// newLogger makes the log: text on a terminal, JSON elsewhere, unless the
// configuration says.
func newLogger(w io.Writer, c config.Log, terminal bool) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelWarn // config has checked it
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" || c.Format == "auto" && terminal {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}
