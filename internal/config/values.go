package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A value is one setting's place in a Config, together with its syntax.
type value interface {
	// Set parses one occurrence: a flag's, an environment variable's or a
	// scalar's of the file. A list takes several.
	Set(text string) error
	// String is the value in the syntax of Set.
	String() string
	// Type names what the value is.
	Type() string
	// reset forgets what a weaker layer gave.
	reset()
	// accepts says whether a scalar of the file with this YAML tag can be
	// the value, and in which words a person is told that it can't.
	accepts(tag string) (ok bool, want string)
	// schema describes the value to JSON Schema.
	schema() map[string]any
}

var (
	_ value = (*pathValue)(nil)
	_ value = (*listValue)(nil)
	_ value = (*sizeValue)(nil)
	_ value = (*countValue)(nil)
	_ value = (*boolValue)(nil)
	_ value = (*enumValue)(nil)
	_ value = (*durationValue)(nil)
)

// tags of YAML's core schema.
const (
	tagText = "!!str"
	tagInt  = "!!int"
	tagBool = "!!bool"
)

// A pathValue names a file, or is one of a few words.
type pathValue struct {
	p     *string
	words []string
}

func (v *pathValue) Set(text string) error {
	if strings.ContainsRune(text, 0) {
		return errors.New("a path can't hold a NUL byte")
	}
	*v.p = text
	return nil
}

func (v *pathValue) String() string { return *v.p }
func (v *pathValue) reset()         {}

func (v *pathValue) Type() string {
	return strings.Join(append(slices.Clone(v.words), "file"), "|")
}

func (v *pathValue) accepts(tag string) (bool, string) { return tag == tagText, "text" }
func (v *pathValue) schema() map[string]any            { return map[string]any{"type": "string"} }

// resolve joins a relative path to dir.
func (v *pathValue) resolve(dir string) {
	if *v.p == "" || slices.Contains(v.words, *v.p) || filepath.IsAbs(*v.p) {
		return
	}
	*v.p = filepath.Join(dir, *v.p)
}

// A listValue is a list of texts. With comma, one occurrence may hold several,
// since a rule's id holds no comma; without, a line of it is an item, since a
// glob may hold anything else.
type listValue struct {
	p     *[]string
	item  string
	comma bool
	// pattern is a regexp that each item must match; empty asks nothing.
	pattern string
}

func (v *listValue) Set(text string) error {
	sep := "\n"
	if v.comma {
		sep = ","
	}
	for item := range strings.SplitSeq(text, sep) {
		if err := v.add(strings.TrimSpace(item)); err != nil {
			return err
		}
	}
	return nil
}

// add appends one item; an empty one is left out.
func (v *listValue) add(item string) error {
	if item == "" {
		return nil
	}
	if v.pattern != "" {
		if ok, err := regexp.MatchString(v.pattern, item); err != nil || !ok {
			return fmt.Errorf("%s is not of the form %s", quote(item), strings.ToUpper(v.item))
		}
	}
	*v.p = append(*v.p, item)
	return nil
}

func (v *listValue) String() string {
	if v.comma {
		return strings.Join(*v.p, ",")
	}
	return strings.Join(*v.p, "\n")
}

func (v *listValue) Type() string {
	if v.comma {
		return v.item + ",..."
	}
	return v.item
}

func (v *listValue) reset() { *v.p = nil }

func (v *listValue) accepts(string) (bool, string) { return false, "a list" }

func (v *listValue) schema() map[string]any {
	item := map[string]any{"type": "string", "minLength": 1}
	if v.pattern != "" {
		item["pattern"] = v.pattern
	}
	return map[string]any{"type": "array", "items": item}
}

// A sizeValue is a number of bytes of at least min, or 0 when min is 0.
type sizeValue struct {
	p   *Size
	min Size
}

func (v *sizeValue) Set(text string) error {
	n, err := ParseSize(text)
	if err != nil {
		return err
	}
	if n < v.min {
		return fmt.Errorf("%s is too small: the least is %s", text, v.min)
	}
	*v.p = n
	return nil
}

func (v *sizeValue) String() string { return v.p.String() }
func (v *sizeValue) Type() string   { return "size" }
func (v *sizeValue) reset()         {}

func (v *sizeValue) accepts(tag string) (bool, string) {
	return tag == tagText || tag == tagInt, "a size such as 64MiB"
}

func (v *sizeValue) schema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"type": "integer", "minimum": int64(v.min)},
		map[string]any{"type": "string", "pattern": sizePattern},
	}}
}

// A countValue is a whole number from min to max.
type countValue struct {
	p        *int
	min, max int
}

func (v *countValue) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || strconv.FormatUint(n, 10) != text {
		return fmt.Errorf("%s is not a whole number from %d to %d", quote(text), v.min, v.max)
	}
	if int(n) < v.min || int(n) > v.max {
		return fmt.Errorf("%s is out of range: it must be from %d to %d", text, v.min, v.max)
	}
	*v.p = int(n)
	return nil
}

func (v *countValue) String() string { return strconv.Itoa(*v.p) }
func (v *countValue) Type() string   { return "n" }
func (v *countValue) reset()         {}

func (v *countValue) accepts(tag string) (bool, string) { return tag == tagInt, "a whole number" }

func (v *countValue) schema() map[string]any {
	return map[string]any{"type": "integer", "minimum": v.min, "maximum": v.max}
}

// A boolValue is true or false.
type boolValue struct{ p *bool }

func (v *boolValue) Set(text string) error {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("%s is neither true nor false", quote(text))
	}
	*v.p = b
	return nil
}

func (v *boolValue) String() string { return strconv.FormatBool(*v.p) }
func (v *boolValue) Type() string   { return "bool" }
func (v *boolValue) reset()         {}

func (v *boolValue) accepts(tag string) (bool, string) { return tag == tagBool, "true or false" }
func (v *boolValue) schema() map[string]any            { return map[string]any{"type": "boolean"} }

// An enumValue is one of a few words.
type enumValue struct {
	p     *string
	words []string
}

func (v *enumValue) Set(text string) error {
	if !slices.Contains(v.words, text) {
		return fmt.Errorf("%s is none of %s%s", quote(text), strings.Join(v.words, ", "), didYouMean(text, v.words))
	}
	*v.p = text
	return nil
}

func (v *enumValue) String() string { return *v.p }
func (v *enumValue) Type() string   { return strings.Join(v.words, "|") }
func (v *enumValue) reset()         {}

func (v *enumValue) accepts(tag string) (bool, string) {
	return tag == tagText, "one of " + strings.Join(v.words, ", ")
}

func (v *enumValue) schema() map[string]any {
	return map[string]any{"type": "string", "enum": v.words}
}

// A durationValue is a time span above zero.
type durationValue struct{ p *time.Duration }

func (v *durationValue) Set(text string) error {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		if _, nerr := strconv.ParseFloat(text, 64); nerr == nil {
			return fmt.Errorf("%s has no unit: say %ss, or %sm", quote(text), text, text)
		}
		return fmt.Errorf("%s is not a duration: write it as 90s, 5m or 1h30m", quote(text))
	case d <= 0:
		return fmt.Errorf("%s is not above zero", quote(text))
	}
	*v.p = d
	return nil
}

// String leaves out the units that are zero: 1m, not 1m0s.
func (v *durationValue) String() string {
	s := v.p.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func (v *durationValue) Type() string { return "duration" }
func (v *durationValue) reset()       {}

func (v *durationValue) accepts(tag string) (bool, string) {
	return tag == tagText, "a duration such as 90s"
}

func (v *durationValue) schema() map[string]any {
	return map[string]any{"type": "string", "pattern": `^([0-9]+(\.[0-9]*)?(ns|us|µs|μs|ms|s|m|h))+$`}
}
