package config

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Error is one mistake in the configuration.
type Error struct {
	// Where is the file, the environment variable or the flag.
	Where string
	// Line and Column count from 1, Column in bytes; 0 outside a file.
	Line, Column int
	// Msg says what is wrong, and where possible what to write instead.
	Msg string
	// Err is the operating system's, if there is one.
	Err error
}

// Error gives the place and the message, as compilers do.
func (e *Error) Error() string {
	s := at(e.Where, e.Line, e.Column) + ": " + e.Msg
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the operating system's error.
func (e *Error) Unwrap() error { return e.Err }

// Errors are the mistakes in a configuration, in the order of the file, then
// of the environment, then of the command line.
type Errors []*Error

// Error gives one mistake a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives each mistake to errors.Is and errors.As.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, one := range e {
		errs[i] = one
	}
	return errs
}

// at joins a place's parts, those that are known.
func at(where string, line, column int) string {
	if line > 0 {
		where += ":" + strconv.Itoa(line)
	}
	if column > 0 {
		where += ":" + strconv.Itoa(column)
	}
	return where
}

// quoteLimit bounds how much of a wrong text is shown again.
const quoteLimit = 40

// quote shows a wrong text, cut and escaped: it may have been pasted there by
// mistake, and it goes to a terminal.
func quote(text string) string {
	if utf8.RuneCountInString(text) > quoteLimit {
		text = string([]rune(text)[:quoteLimit]) + "…"
	}
	return strconv.Quote(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return utf8.RuneError
		}
		return r
	}, text))
}

// didYouMean ends a message about word with the nearest of the known ones.
func didYouMean(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// Nearest gives the known word that word was probably meant to be, or "" when
// none is near: at most a third of its letters, and at most three, may differ,
// a swap of neighbours counting once. Case, - and _ do not count.
func Nearest(word string, known []string) string {
	limit := min(3, max(1, utf8.RuneCountInString(word)/3))
	best, bestAt := "", limit+1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := distance(fold(word), fold(k)); d < bestAt {
			best, bestAt = k, d
		}
	}
	return best
}

// fold removes what people get wrong without thinking.
func fold(s string) []rune {
	return []rune(strings.ReplaceAll(strings.ToLower(s), "-", "_"))
}

// distance is that of Damerau and Levenshtein in its restricted form, where
// no part is edited twice.
func distance(a, b []rune) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before, last = last, row
		row = make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
