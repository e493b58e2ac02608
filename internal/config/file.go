package config

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"
)

// The file is one YAML document, a mapping whose keys are those of Settings,
// cut at the dots. It may be empty. Anchors, aliases, merge keys, tags of
// one's own and nulls are refused: none is needed, and each hides what a line
// means.

// fileLimit bounds the file, which people write by hand.
const fileLimit = 1 << 20

// readFile applies the file called name.
func (c *Config) readFile(name string) Errors {
	text, err := readLimited(name)
	if err != nil {
		return Errors{err}
	}
	return c.apply(name, text)
}

// readLimited reads a file of at most fileLimit bytes.
func readLimited(name string) ([]byte, *Error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, openError(name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, fileLimit+1))
	if err != nil {
		return nil, openError(name, err)
	}
	if len(text) > fileLimit {
		return nil, &Error{Where: name, Msg: "the configuration is larger than " + Size(fileLimit).String()}
	}
	return text, nil
}

// openError drops the path from the system's error: Where has it.
func openError(name string, err error) *Error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &Error{Where: name, Msg: "the configuration can't be read", Err: err}
}

// Check reads text as a configuration file called name, and gives every
// mistake in it.
func Check(name string, text []byte) Errors {
	c := Default()
	c.origins = map[string]Origin{}
	return c.apply(name, text)
}

// CheckFile is Check on a file.
func CheckFile(name string) Errors {
	text, err := readLimited(name)
	if err != nil {
		return Errors{err}
	}
	return Check(name, text)
}

// apply sets what text says.
func (c *Config) apply(name string, text []byte) Errors {
	root, err := parse(name, text)
	if err != nil {
		return Errors{err}
	}
	if root == nil {
		return nil
	}
	r := &reader{c: c, name: name, settings: Settings()}
	r.mapping(root, "")
	return r.errs
}

// parse gives the root of the one document in text, or nil if there is none.
func parse(name string, text []byte) (*yaml.Node, *Error) {
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return nil, &Error{Where: name, Msg: "the YAML reader can't be set up", Err: err}
	}
	var first, second yaml.Node
	switch err := loader.Load(&first); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, yamlError(name, err)
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, yamlError(name, err)
	default:
		return nil, &Error{Where: name, Line: second.Line, Msg: "a second document begins here; the configuration is one document"}
	}
	if len(first.Content) != 1 {
		return nil, nil
	}
	root := first.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return nil, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, &Error{Where: name, Line: root.Line, Column: root.Column, Msg: "the configuration must be a mapping, such as \"scan:\" with indented keys below it"}
	}
	return root, nil
}

// yamlError takes the place out of the parser's error.
func yamlError(name string, err error) *Error {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		return &Error{Where: name, Msg: "it isn't YAML", Err: err}
	}
	return &Error{Where: name, Line: le.Mark.Line, Column: le.Mark.Column, Msg: "it isn't YAML: " + le.Message}
}

// A reader applies the tree of one file to c.
type reader struct {
	c        *Config
	name     string
	settings []Setting
	errs     Errors
}

// fail notes a mistake at n.
func (r *reader) fail(n *yaml.Node, msg string) {
	r.errs = append(r.errs, &Error{Where: r.name, Line: n.Line, Column: n.Column, Msg: msg})
}

// mapping applies a mapping whose keys begin with prefix.
func (r *reader) mapping(n *yaml.Node, prefix string) {
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode {
			r.fail(k, "a key must be a word")
			continue
		}
		if first := seen[k.Value]; first != nil {
			r.fail(k, "the key "+quote(k.Value)+" is given twice: first in line "+at("", first.Line, 0)[1:])
			continue
		}
		seen[k.Value] = k
		r.entry(k, v, prefix)
	}
}

// entry applies one key of a mapping.
func (r *reader) entry(k, v *yaml.Node, prefix string) {
	key := prefix + k.Value
	setting, section := r.find(key)
	switch {
	case setting == nil && !section || strings.Contains(k.Value, "."):
		r.fail(k, "unknown key "+quote(k.Value)+r.suggest(k.Value, prefix))
	case v.Kind == yaml.AliasNode || v.Anchor != "":
		r.fail(v, key+" uses an anchor or an alias: write the value itself")
	case v.Kind == yaml.ScalarNode && v.ShortTag() == "!!null":
		r.fail(k, key+" has no value: give it one, or take the key out")
	case section && v.Kind != yaml.MappingNode:
		r.fail(v, key+" is a section: its keys go below it, indented")
	case section:
		r.mapping(v, key+".")
	default:
		r.set(*setting, v)
	}
}

// find says what key is: a setting, a section, or neither.
func (r *reader) find(key string) (setting *Setting, section bool) {
	for i, s := range r.settings {
		if s.Key == key {
			return &r.settings[i], false
		}
		section = section || strings.HasPrefix(s.Key, key+".")
	}
	return nil, section
}

// suggest ends a message about an unknown key: the nearest key of its section,
// or the place where a key of that name would stand.
func (r *reader) suggest(word, prefix string) string {
	var here []string
	for _, s := range r.settings {
		rest, ok := strings.CutPrefix(s.Key, prefix)
		if !ok {
			continue
		}
		first, _, _ := strings.Cut(rest, ".")
		here = append(here, first)
	}
	if near := Nearest(word, here); near != "" {
		return "; did you mean " + near + "?"
	}
	for _, s := range r.settings {
		if section, last, ok := cutLast(s.Key); ok && last == word {
			return "; it belongs in the section " + section
		}
	}
	return "; `rekey config schema` lists the keys"
}

// cutLast cuts a key at its last dot.
func cutLast(key string) (section, last string, ok bool) {
	i := strings.LastIndexByte(key, '.')
	if i < 0 {
		return "", key, false
	}
	return key[:i], key[i+1:], true
}

// set applies one setting.
func (r *reader) set(s Setting, n *yaml.Node) {
	v := s.bind(r.c)
	v.reset()
	if list, ok := v.(*listValue); ok && n.Kind == yaml.SequenceNode {
		r.list(s, list, n)
	} else {
		r.scalar(s, v, n)
	}
	if p, ok := v.(*pathValue); ok {
		p.resolve(filepath.Dir(r.name))
	}
	r.c.origins[s.Key] = Origin{Kind: FromFile, Name: r.name, Line: n.Line}
}

// list applies a sequence of texts.
func (r *reader) list(s Setting, v *listValue, n *yaml.Node) {
	for _, item := range n.Content {
		switch {
		case item.Kind != yaml.ScalarNode || item.Anchor != "" || item.ShortTag() != tagText:
			r.fail(item, "an item of "+s.Key+" must be text; put it in quotes if it is")
		case strings.TrimSpace(item.Value) == "":
			r.fail(item, "an item of "+s.Key+" is empty")
		default:
			if err := v.add(item.Value); err != nil {
				r.fail(item, s.Key+": "+err.Error())
			}
		}
	}
}

// scalar applies a single text, number or truth value.
func (r *reader) scalar(s Setting, v value, n *yaml.Node) {
	ok, want := v.accepts(n.ShortTag())
	if n.Kind != yaml.ScalarNode || !ok {
		r.fail(n, s.Key+" must be "+want)
		return
	}
	if err := v.Set(n.Value); err != nil {
		r.fail(n, s.Key+": "+err.Error())
	}
}
