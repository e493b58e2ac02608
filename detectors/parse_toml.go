package detectors

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// A document is a TOML file as viper has it, with the line of every value.
// The values come from the decoder that gitleaks uses; the lines from a second
// pass over the syntax tree, filed under the value's path: keys folded and
// joined by dots, elements of arrays in brackets, as in rules[2].keywords[0].
type document struct {
	file  string
	root  map[string]any
	lines map[string]int
}

// maxPath bounds the depth at which keys and elements are looked at. No field
// that has a meaning lies that deep.
const maxPath = 12

func readDocument(name string, text []byte) (*document, error) {
	root := map[string]any{}
	if err := toml.Unmarshal(text, &root); err != nil {
		var de *toml.DecodeError
		if errors.As(err, &de) {
			line, col := de.Position()
			msg := strings.TrimPrefix(de.Error(), "toml: ")
			return nil, &ParseError{File: name, Line: line, Msg: fmt.Sprintf("not valid TOML at column %d: %s", col, msg), Err: err}
		}
		return nil, &ParseError{File: name, Msg: "not valid TOML: " + strings.TrimPrefix(err.Error(), "toml: "), Err: err}
	}
	return &document{file: name, root: settings(root), lines: indexLines(text)}, nil
}

// fold brings a key to the form in which viper and mapstructure compare it:
// lower case, then strings.EqualFold, which takes U+017F for an s.
func fold(key string) string {
	return strings.ReplaceAll(strings.ToLower(key), "ſ", "s")
}

// settings does to the tables outside arrays what viper's AllKeys and Get do:
// they are flattened to dotted paths and built anew, so that a table without
// values vanishes, and the key "extend.path", quoted, is path in extend.
func settings(root map[string]any) map[string]any {
	type leaf struct {
		path  []string
		joins int // dots inside keys; a longer key takes precedence
		value any
	}
	var leaves []leaf
	var walk func(prefix []string, joins int, m map[string]any)
	walk = func(prefix []string, joins int, m map[string]any) {
		for k, v := range m {
			parts := strings.Split(k, ".")
			path := slices.Concat(prefix, parts)
			joined := joins + len(parts) - 1
			if sub, ok := v.(map[string]any); ok && len(path) < maxPath {
				walk(path, joined, sub)
				continue
			}
			leaves = append(leaves, leaf{path, joined, v})
		}
	}
	walk(nil, 0, root)
	slices.SortFunc(leaves, func(a, b leaf) int {
		return cmp.Or(cmp.Compare(a.joins, b.joins), slices.Compare(a.path, b.path))
	})
	out := map[string]any{}
	for _, l := range leaves {
		m := out
		last := len(l.path) - 1
		for _, k := range l.path[:last] {
			sub, ok := m[k].(map[string]any)
			if !ok {
				sub = map[string]any{}
				m[k] = sub
			}
			m = sub
		}
		m[l.path[last]] = l.value
	}
	return out
}

// lineIndex is the state of indexLines.
type lineIndex struct {
	parser unstable.Parser
	starts []int          // offsets at which lines start
	lines  map[string]int // by path
	tables map[string]int // how many [[tables]] each path has had
}

// indexLines gives the line of every key and element of a valid document.
func indexLines(text []byte) map[string]int {
	x := &lineIndex{lines: map[string]int{}, tables: map[string]int{}, starts: []int{0}}
	for i, c := range text {
		if c == '\n' {
			x.starts = append(x.starts, i+1)
		}
	}
	x.parser.Reset(text)
	table, depth := "", 0
	for x.parser.NextExpression() {
		e := x.parser.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, depth = x.header(e)
		case unstable.KeyValue:
			x.keyValue(table, depth, e)
		}
	}
	return x.lines
}

func (x *lineIndex) line(r unstable.Range) int {
	return sort.SearchInts(x.starts, int(r.Offset)+1)
}

func (x *lineIndex) set(path string, line int) {
	if _, ok := x.lines[path]; !ok {
		x.lines[path] = line
	}
}

// part files one part of a key, and what settings makes of a quoted part with
// dots in it.
func (x *lineIndex) part(path, key string, line int) string {
	for i, c := range key {
		if c == '.' && i < 100 {
			x.set(member(path, key[:i]), line)
		}
	}
	path = member(path, key)
	x.set(path, line)
	return path
}

// header files a [table] or [[table]] and gives its path and depth.
func (x *lineIndex) header(e *unstable.Node) (path string, depth int) {
	line := 0
	for it := e.Key(); it.Next(); depth++ {
		if depth >= maxPath {
			return path, depth
		}
		if n := x.tables[path]; n > 0 {
			path = element(path, n-1)
		}
		line = x.line(it.Node().Raw)
		path = x.part(path, string(it.Node().Data), line)
	}
	n := x.tables[path]
	if e.Kind == unstable.ArrayTable {
		x.tables[path]++
		n++
	}
	if n > 0 {
		path = element(path, n-1)
	}
	x.set(path, line)
	return path, depth
}

func (x *lineIndex) keyValue(path string, depth int, e *unstable.Node) {
	line := 0
	for it := e.Key(); it.Next(); depth++ {
		if depth >= maxPath {
			return
		}
		line = x.line(it.Node().Raw)
		path = x.part(path, string(it.Node().Data), line)
	}
	x.value(path, depth, line, e.Value())
}

// value files the elements of an array and the members of an inline table.
func (x *lineIndex) value(path string, depth, line int, v *unstable.Node) {
	if depth >= maxPath {
		return
	}
	i := 0
	for it := v.Children(); it.Next(); i++ {
		n := it.Node()
		if n.Kind == unstable.KeyValue {
			x.keyValue(path, depth, n)
			continue
		}
		if n.Raw.Length > 0 {
			line = x.line(n.Raw)
		} else if k := n.Child(); k.Valid() && k.Kind == unstable.KeyValue {
			// An inline table has no range of its own; its first key has.
			for it := k.Key(); it.Next(); {
				line = x.line(it.Node().Raw)
				break
			}
		}
		sub := element(path, i)
		x.set(sub, line)
		x.value(sub, depth+1, line, n)
	}
}

func member(path, key string) string {
	if path == "" {
		return fold(key)
	}
	return path + "." + fold(key)
}

func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
