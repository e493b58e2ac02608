package internal_test

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A module is every Go file of this one, whatever its build constraints, so
// that the rules hold on every system.
type module struct {
	root  string
	path  string   // the module path
	all   []string // every file, slash-separated, below root
	fset  *token.FileSet
	files []*file
}

// A file is one parsed Go file.
type file struct {
	m    *module
	name string // slash-separated, below the module
	pkg  string // the folder, "." for the module's own
	ast  *ast.File
	test bool
	// generator says that the file is excluded from every build: `go run`
	// runs it to make others.
	generator bool
}

// load parses the module in the folder root.
func load(t *testing.T, root string) *module {
	t.Helper()
	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(gomod), "\n")
	name, ok := strings.CutPrefix(first, "module ")
	if !ok {
		t.Fatalf("go.mod begins with %q, want the module's name", first)
	}
	m := &module{root: root, path: name, fset: token.NewFileSet(), all: tree(t, root)}
	for _, name := range m.all {
		if path.Ext(name) != ".go" || strings.Contains("/"+name, "/testdata/") {
			continue
		}
		m.files = append(m.files, m.parse(t, name))
	}
	return m
}

// tree lists the module's files, slash-separated, without what git keeps,
// without nested modules' Go files, and without what a build leaves behind.
func tree(t *testing.T, root string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (rel == ".git" || rel == "bin" || nested(name, rel)):
			return fs.SkipDir
		case d.Type().IsRegular():
			names = append(names, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// nested says that a module of its own begins in the folder.
func nested(name, rel string) bool {
	_, err := os.Stat(filepath.Join(name, "go.mod"))
	return rel != "." && err == nil
}

// parse reads one file.
func (m *module) parse(t *testing.T, name string) *file {
	t.Helper()
	tree, err := parser.ParseFile(m.fset, filepath.Join(m.root, name), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f := &file{m: m, name: name, pkg: path.Dir(name), ast: tree, test: strings.HasSuffix(name, "_test.go")}
	for _, group := range tree.Comments {
		for _, c := range group.List {
			expr, err := constraint.Parse(c.Text)
			if err == nil && c.Pos() < tree.Package && expr.String() == "ignore" {
				f.generator = true
			}
		}
	}
	return f
}

// at gives a place in the module's files.
func (m *module) at(pos token.Pos) string {
	p := m.fset.Position(pos)
	rel, err := filepath.Rel(m.root, p.Filename)
	if err != nil {
		return p.String()
	}
	return filepath.ToSlash(rel) + ":" + strconv.Itoa(p.Line)
}

// short gives an import path below this module without the module's.
func (m *module) short(importPath string) string {
	if importPath == m.path {
		return "."
	}
	return strings.TrimPrefix(importPath, m.path+"/")
}

// imports gives the file's imports: path and the name they have in the file.
func (f *file) imports() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, spec := range f.ast.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // the parser has checked it
			}
			name := path.Base(p)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			if !yield(p, name) {
				return
			}
		}
	}
}

// uses gives the names that the file uses of another package, and where.
func (f *file) uses(short string) iter.Seq2[string, token.Pos] {
	return func(yield func(string, token.Pos) bool) {
		local := ""
		for p, name := range f.imports() {
			if f.m.short(p) == short {
				local = name
			}
		}
		if local == "" {
			return
		}
		for n := range ast.Preorder(f.ast) {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				continue
			}
			// A name that is declared in the file is not the package's.
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && x.Obj == nil {
				if !yield(sel.Sel.Name, sel.Pos()) {
					return
				}
			}
		}
	}
}
