package internal_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// allowedVars are the package-level variables that hold something mutable,
// each with the reason why it may. What is always allowed stands in
// immutable.
func allowedVars() map[string]string {
	return map[string]string{
		"detectors.newline": "functions of package bytes take a separator as a slice; nothing writes to it",
	}
}

// packageState finds init functions, and variables of packages that could be
// changed while the program runs and aren't allowed to be.
func packageState(m *module, allowed map[string]string) (faults []string) {
	used := map[string]bool{}
	values := valuesOf(m)
	for _, f := range m.files {
		if f.test || f.generator {
			continue
		}
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				faults = append(faults, m.at(fn.Pos())+": func init runs before main can say whether it should")
			}
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				for i, name := range spec.(*ast.ValueSpec).Names {
					if name.Name == "_" || values[f.pkg].immutable(gen, spec.(*ast.ValueSpec), i) {
						continue
					}
					full := f.pkg + "." + name.Name
					if used[full] = true; allowed[full] == "" {
						faults = append(faults, fmt.Sprintf("%s %s: a variable that can change: make it a function, a constant or an array, or give a reason in allowedVars", m.at(name.Pos()), full))
					}
				}
			}
		}
	}
	for full := range allowed {
		if !used[full] {
			faults = append(faults, full+": allowedVars has it, and the code doesn't")
		}
	}
	return faults
}

// values says which names of a package are types whose values have no part that
// is shared when they are copied, and which are functions that give an array.
type values struct {
	structs, arrays map[string]bool
}

// valuesOf reads the declarations of every package.
func valuesOf(m *module) map[string]values {
	all := map[string]values{}
	for _, f := range m.files {
		if _, ok := all[f.pkg]; !ok {
			all[f.pkg] = values{map[string]bool{}, map[string]bool{}}
		}
		for _, decl := range f.ast.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && givesArray(d.Type) {
					all[f.pkg].arrays[d.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok {
						_, isStruct := ts.Type.(*ast.StructType)
						all[f.pkg].structs[ts.Name.Name] = isStruct
					}
				}
			}
		}
	}
	return all
}

// givesArray says that a function's one result is an array.
func givesArray(f *ast.FuncType) bool {
	return f.Results != nil && len(f.Results.List) == 1 && isArray(f.Results.List[0].Type)
}

// isArray tells arrays from slices.
func isArray(e ast.Expr) bool {
	a, ok := e.(*ast.ArrayType)
	return ok && a.Len != nil
}

// immutable knows the variables that nobody changes by accident: errors,
// embedded text, and values made of numbers and text alone, such as tables.
func (v values) immutable(gen *ast.GenDecl, spec *ast.ValueSpec, i int) bool {
	for _, doc := range []*ast.CommentGroup{gen.Doc, spec.Doc} {
		if doc != nil && strings.HasPrefix(doc.List[len(doc.List)-1].Text, "//go:embed ") {
			return exprString(spec.Type) == "string" || exprString(spec.Type) == "embed.FS"
		}
	}
	if isArray(spec.Type) {
		return true
	}
	if i >= len(spec.Values) {
		return false
	}
	switch e := spec.Values[i].(type) {
	case *ast.CompositeLit:
		return isArray(e.Type) || v.structs[exprString(e.Type)] && literalsOnly(e)
	case *ast.CallExpr:
		if lit, ok := e.Fun.(*ast.FuncLit); ok {
			return givesArray(lit.Type)
		}
		name := exprString(e.Fun)
		return name == "errors.New" || name == "fmt.Errorf" || v.arrays[name]
	}
	return false
}

// literalsOnly says that a struct is made of literal numbers and text.
func literalsOnly(lit *ast.CompositeLit) bool {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if _, ok := e.(*ast.BasicLit); !ok {
			return false
		}
	}
	return true
}

// exprString gives a name, with its package if it has one; "" for anything
// else.
func exprString(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return exprString(e.X) + "." + e.Sel.Name
	}
	return ""
}

// packageComments finds packages that don't say what they are for, or say it
// twice.
func packageComments(m *module) (faults []string) {
	docs := map[string][]string{}
	for _, f := range m.files {
		if f.test || f.generator {
			continue
		}
		docs[f.pkg] = append(docs[f.pkg], nil...)
		if f.ast.Doc == nil || f.ast.Doc.Text() == "" {
			continue
		}
		docs[f.pkg] = append(docs[f.pkg], f.name)
		if name := f.ast.Name.Name; name != "main" && !strings.HasPrefix(f.ast.Doc.Text(), "Package "+name+" ") {
			faults = append(faults, fmt.Sprintf("%s: the package comment must begin with \"Package %s\"", f.name, name))
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(docs)) {
		if files := docs[pkg]; len(files) != 1 {
			faults = append(faults, fmt.Sprintf("%s: %d package comments, want one: %v", pkg, len(files), files))
		}
	}
	return faults
}

// badNames finds packages that are not named for what they give.
func badNames(m *module) (faults []string) {
	for _, f := range m.files {
		if slices.Contains([]string{"util", "utils", "common", "helpers", "helper", "misc", "shared", "base", "lib"}, f.ast.Name.Name) {
			faults = append(faults, fmt.Sprintf("%s: %s names nothing", f.name, f.ast.Name.Name))
		}
		for _, spec := range f.ast.Imports {
			if spec.Name != nil && spec.Name.Name == "." {
				faults = append(faults, m.at(spec.Pos())+": an import with a dot hides where names come from")
			}
		}
	}
	return faults
}

// misnamedGenerated finds files made by a program that aren't known by their
// names, and the reverse.
func misnamedGenerated(m *module) (faults []string) {
	header := regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`) // go help generate
	for _, f := range m.files {
		made := false
		for _, group := range f.ast.Comments {
			made = made || group.Pos() < f.ast.Package && header.MatchString(groupText(group))
		}
		if named := strings.HasSuffix(f.name, "_gen.go"); made != named {
			faults = append(faults, fmt.Sprintf("%s: has the header of generated files: %v; ends in _gen.go: %v", f.name, made, named))
		}
	}
	return faults
}

// groupText gives a comment as it stands.
func groupText(g *ast.CommentGroup) string {
	var lines []string
	for _, c := range g.List {
		lines = append(lines, c.Text)
	}
	return strings.Join(lines, "\n")
}

// mapFaults finds where the map in doc.go is not the land.
func mapFaults(m *module) (faults []string) {
	var have, drawn []string
	for _, f := range m.files {
		if below, ok := strings.CutPrefix(f.pkg, "internal/"); ok {
			name, _, _ := strings.Cut(below, "/")
			have = append(have, name)
		}
		if f.name != "internal/doc.go" {
			continue
		}
		for _, match := range regexp.MustCompile(`(?m)^ *- (\w+):`).FindAllStringSubmatch(f.ast.Doc.Text(), -1) {
			drawn = append(drawn, match[1])
		}
	}
	// The first two are public, the others are not Go packages of this module.
	have = append(have, "detectors", "rotation", "testbed", "tools")
	slices.Sort(have)
	slices.Sort(drawn)
	have, drawn = slices.Compact(have), slices.Compact(drawn)
	for _, name := range have {
		if !slices.Contains(drawn, name) {
			faults = append(faults, "internal/doc.go doesn't show "+name)
		}
	}
	for _, name := range drawn {
		if !slices.Contains(have, name) {
			faults = append(faults, "internal/doc.go shows "+name+", which there isn't")
		}
	}
	return faults
}

// topFaults finds folders at the top of the repository that don't belong.
func topFaults(m *module) (faults []string) {
	top := []string{"cmd", "detectors", "rotation", "internal", "testdata"}
	for _, name := range m.all {
		dir, _, below := strings.Cut(name, "/")
		if below && !strings.HasPrefix(dir, ".") && !slices.Contains(top, dir) {
			faults = append(faults, name+": the folders at the top are "+strings.Join(top, ", ")+" and those with a dot")
		}
	}
	return faults
}

// strayModulePaths finds the module's path outside go.mod and imports: it will
// change when the public host is known.
func strayModulePaths(m *module) (faults []string) {
	imports := map[string][][]byte{}
	for _, f := range m.files {
		for p := range f.imports() {
			imports[f.name] = append(imports[f.name], []byte(`"`+p+`"`))
		}
	}
	for _, name := range m.all {
		if path.Base(name) == "go.mod" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.root, name))
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		for _, p := range imports[name] {
			text = bytes.ReplaceAll(text, p, nil)
		}
		// An import that a generator writes.
		text = bytes.ReplaceAll(text, []byte(`import \"`+m.path), nil)
		if i := bytes.Index(text, []byte(m.path)); i >= 0 && utf8.Valid(text) {
			faults = append(faults, fmt.Sprintf("%s:%d: the module's path stands outside go.mod and imports", name, 1+bytes.Count(text[:i], []byte("\n"))))
		}
	}
	return faults
}
