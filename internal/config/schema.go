package config

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Schema is the JSON Schema (draft 2020-12) of the configuration file, made
// from Settings. An editor that is given it completes and checks rekey.yaml. It
// accepts what Load accepts, but for sizes, whose bounds it can't express when
// they are written with a unit.
func Schema() ([]byte, error) {
	root := object()
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "rekey.yaml"
	root["description"] = "Configuration of rekey. Every key may also be set by the environment variable named beside it, and some by a flag; a flag goes before the environment, the environment before this file."
	root["type"] = []string{"object", "null"}
	defaults := Default()
	for _, s := range Settings() {
		parent := root
		parts := strings.Split(s.Key, ".")
		for _, part := range parts[:len(parts)-1] {
			parent = child(parent, part)
		}
		v := s.bind(defaults)
		leaf := v.schema()
		leaf["description"] = s.Doc + " (" + s.Env() + ")"
		leaf["default"] = plain(v)
		parent["properties"].(map[string]any)[parts[len(parts)-1]] = leaf
	}
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema of the configuration: %w", err)
	}
	return append(text, '\n'), nil
}

// object is an object without properties, and without room for others.
func object() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": false, "properties": map[string]any{}}
}

// child gives the property of parent that is the section name.
func child(parent map[string]any, name string) map[string]any {
	properties := parent["properties"].(map[string]any)
	if _, ok := properties[name]; !ok {
		properties[name] = object()
	}
	return properties[name].(map[string]any)
}

// plain is a value as JSON would have it.
func plain(v value) any {
	switch v := v.(type) {
	case *listValue:
		return append([]string{}, *v.p...)
	case *countValue:
		return *v.p
	case *boolValue:
		return *v.p
	}
	return v.String()
}

// YAML writes the configuration as a file that Load would read to the same
// values. With origins, a comment on each line says who gave the value.
func (c *Config) YAML(origins bool) string {
	var b strings.Builder
	var open []string
	for _, s := range Settings() {
		parts := strings.Split(s.Key, ".")
		depth := len(parts) - 1
		for i, part := range parts[:depth] {
			if i < len(open) && open[i] == part {
				continue
			}
			open = append(open[:i], part)
			fmt.Fprintf(&b, "%s%s:\n", indent(i), part)
		}
		open = open[:depth]
		comment := ""
		if origins {
			comment = "  # " + strings.Join(strings.Fields(c.Origin(s.Key).String()), " ")
		}
		writeYAML(&b, s.bind(c), parts[depth], depth, comment)
	}
	return b.String()
}

// writeYAML writes one setting.
func writeYAML(b *strings.Builder, v value, name string, depth int, comment string) {
	list, ok := v.(*listValue)
	switch {
	case !ok:
		text := v.String()
		if _, free := v.(*pathValue); free {
			text = strconv.Quote(text)
		}
		fmt.Fprintf(b, "%s%s: %s%s\n", indent(depth), name, text, comment)
	case len(*list.p) == 0:
		fmt.Fprintf(b, "%s%s: []%s\n", indent(depth), name, comment)
	default:
		fmt.Fprintf(b, "%s%s:%s\n", indent(depth), name, comment)
		for _, item := range *list.p {
			fmt.Fprintf(b, "%s- %s\n", indent(depth+1), strconv.Quote(item))
		}
	}
}

// indent is the white space before a key with depth sections around it.
func indent(depth int) string { return strings.Repeat("  ", depth) }
