package detectors

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A table is one TOML table on its way into a struct. Its getters take what
// mapstructure takes with WeaklyTypedInput and viper's hook for lists. The
// first failure is kept, and the getters after it do nothing.
type table struct {
	doc    *document
	path   string
	line   int
	rule   string // the rule's id, for messages
	values map[string]any
	known  map[string]bool
	fail   *ParseError
}

// newTable also reports keys that differ in case only: viper keeps one of
// them by chance.
func (p *parser) newTable(doc *document, path string, values map[string]any) *table {
	t := &table{doc: doc, path: path, line: doc.lines[path], values: make(map[string]any, len(values)), known: map[string]bool{}}
	// In the order of the bytes, so that the outcome doesn't hang on a map.
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		f := fold(k)
		if _, ok := t.values[f]; ok {
			p.warn(Warning{
				File: doc.file, Line: t.lineOf(f),
				Msg: fmt.Sprintf("%q stands twice, in different case: gitleaks takes either by chance; keep one", f),
			})
			continue
		}
		t.values[f] = values[k]
	}
	return t
}

func (t *table) lineOf(field string) int {
	path := field
	if t.path != "" {
		path = t.path + "." + field
	}
	if n := t.doc.lines[path]; n > 0 {
		return n
	}
	return t.line
}

// lineOfElement is the line of a list's element, or of the list when it was
// one string.
func (t *table) lineOfElement(field string, i int) int {
	path := element(field, i)
	if t.path != "" {
		path = t.path + "." + path
	}
	if n := t.doc.lines[path]; n > 0 {
		return n
	}
	return t.lineOf(field)
}

func (t *table) errorAt(line int, cause error, format string, args ...any) *ParseError {
	return &ParseError{File: t.doc.file, Line: line, Rule: t.rule, Msg: fmt.Sprintf(format, args...), Err: cause}
}

// err gives the first failure, as an error that is nil when there is none.
func (t *table) err() error {
	if t.fail == nil {
		return nil
	}
	return t.fail
}

func (t *table) wrong(field, want string, v any) {
	if t.fail == nil {
		t.fail = t.errorAt(t.lineOf(field), nil, "%s must be %s, not %s", field, want, kind(v))
	}
}

// get takes the value of a field, in lower case, and marks the field known.
func (t *table) get(field string) (v any, ok bool) {
	t.known[field] = true
	if t.fail != nil {
		return nil, false
	}
	v, ok = t.values[field]
	return v, ok
}

// unknown gives the fields that no getter has asked for, by line.
func (t *table) unknown() []string {
	var fields []string
	for k := range t.values {
		if !t.known[k] {
			fields = append(fields, k)
		}
	}
	slices.SortFunc(fields, func(a, b string) int {
		if d := t.lineOf(a) - t.lineOf(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return fields
}

func (t *table) str(field string) string {
	v, ok := t.get(field)
	if !ok {
		return ""
	}
	s, ok := weakString(v)
	if !ok {
		t.wrong(field, "a string", v)
	}
	return s
}

func (t *table) strings(field string) []string {
	v, ok := t.get(field)
	if !ok {
		return nil
	}
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil
		}
		return strings.Split(v, ",")
	case map[string]any:
		if len(v) > 0 {
			t.wrong(field, "a list of strings", v)
		}
		return nil
	case []any:
		list := make([]string, 0, len(v))
		for _, e := range v {
			s, ok := weakString(e)
			if !ok {
				t.wrong(field, "a list of strings", e)
				return nil
			}
			list = append(list, s)
		}
		return list
	}
	s, ok := weakString(v)
	if !ok {
		t.wrong(field, "a list of strings", v)
		return nil
	}
	return []string{s}
}

// integer gives nil for a field that is absent.
func (t *table) integer(field string) *int {
	v, ok := t.get(field)
	if !ok {
		return nil
	}
	var n int
	switch v := v.(type) {
	case int64:
		n = int(v)
	case float64:
		n = int(v)
	case bool:
		if v {
			n = 1
		}
	case string:
		i, err := strconv.ParseInt(orZero(v), 0, strconv.IntSize)
		if err != nil {
			t.wrong(field, "a whole number", v)
		}
		n = int(i)
	default:
		t.wrong(field, "a whole number", v)
	}
	return &n
}

func (t *table) float(field string) float64 {
	v, ok := t.get(field)
	if !ok {
		return 0
	}
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	case string:
		f, err := strconv.ParseFloat(orZero(v), 64)
		if err != nil {
			t.wrong(field, "a number", v)
			return 0
		}
		return f
	}
	t.wrong(field, "a number", v)
	return 0
}

func (t *table) boolean(field string) bool {
	v, ok := t.get(field)
	if !ok {
		return false
	}
	switch v := v.(type) {
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		b, err := strconv.ParseBool(v)
		if err != nil && v != "" {
			t.wrong(field, "true or false", v)
		}
		return b
	}
	t.wrong(field, "true or false", v)
	return false
}

// table gives nil for a field that is absent.
func (p *parser) table(t *table, field string) *table {
	v, ok := t.get(field)
	if !ok {
		return nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		t.wrong(field, "a table ["+t.header(field)+"]", v)
		return nil
	}
	return p.newTable(t.doc, member(t.path, field), m)
}

// tables reads a list of tables; a single table is taken for a list of one.
func (p *parser) tables(t *table, field string) []*table {
	v, ok := t.get(field)
	if !ok {
		return nil
	}
	want := "a list of tables [[" + t.header(field) + "]]"
	path := member(t.path, field)
	switch v := v.(type) {
	case string:
		if v != "" {
			t.wrong(field, want, v)
		}
		return nil
	case map[string]any:
		if len(v) == 0 {
			return nil
		}
		return []*table{p.newTable(t.doc, path, v)}
	case []any:
		list := make([]*table, 0, len(v))
		for i, e := range v {
			m, ok := e.(map[string]any)
			if !ok {
				t.wrong(field, want, e)
				return nil
			}
			list = append(list, p.newTable(t.doc, element(path, i), m))
		}
		return list
	}
	t.wrong(field, want, v)
	return nil
}

// header is a field's name as a table's header has it: without the indexes.
func (t *table) header(field string) string {
	var b strings.Builder
	skip := false
	for _, c := range member(t.path, field) {
		switch {
		case c == '[':
			skip = true
		case c == ']':
			skip = false
		case !skip:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func weakString(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		if v {
			return "1", true
		}
		return "0", true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// kind names a value's type for a person; a string is quoted.
func kind(v any) string {
	switch v := v.(type) {
	case string:
		if len(v) > 40 {
			return "a string"
		}
		return "the string " + strconv.Quote(v)
	case bool:
		return "a boolean"
	case int64, float64:
		return "a number"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}
