package gitignore

import "testing"

func TestGlobs(t *testing.T) {
	for _, tt := range []struct {
		glob, path string
		dir, want  bool
	}{
		{"*.min.js", "a/b.min.js", false, true},
		{"vendor", "x/vendor", true, true},
		{"./vendor", "x/vendor", true, false},
		{"./vendor", "vendor", true, true},
		{"vendor/**", "vendor", true, true},
		{"vendor/**", "vendor", false, false},
		{"vendor/**", "x/vendor", true, false},
		{"**/testdata/**", "x/testdata", true, true},
		{"a/*.txt", "a/b.txt", false, true},
		{"a/*.txt", "x/a/b.txt", false, false},
		{"**", "a/b", false, true},
		{`\!x`, "!x", false, true},
	} {
		l, err := Globs([]string{"nothing-else", tt.glob})
		if err != nil {
			t.Errorf("%q: %v", tt.glob, err)
			continue
		}
		p, got := l.Match(tt.path, tt.dir)
		if got != tt.want {
			t.Errorf("glob %q, path %q, folder %v: got %v", tt.glob, tt.path, tt.dir, got)
		}
		if p != nil && p.Text != tt.glob {
			t.Errorf("glob %q is reported as %q", tt.glob, p.Text)
		}
	}
}

func TestGlobsThatNeverMatch(t *testing.T) {
	for _, glob := range []string{"", "/", "./", "!x", "a[b", "[[:nope:]]", `x\`} {
		if _, err := Globs([]string{glob}); err == nil {
			t.Errorf("%q was taken", glob)
		}
	}
}
