package source

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestOverlapIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.SampledFrom([]string{"/", "/a", "/a-b", "/a/b", "/a/b/c", "/ab", "/b", "/b/a", "-", "/a.b"}), 0, 5).Draw(t, "names")
		var roots []root
		want := false
		for i, a := range names {
			roots = append(roots, root{name: a})
			for j, b := range names {
				want = want || i != j && strings.HasPrefix(b+"/", strings.TrimSuffix(a, "/")+"/")
			}
		}
		if got := overlap(roots); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestObjectsOfABareRepositoryInATree(t *testing.T) {
	top := tree(t, map[string]string{
		"x.git/HEAD": "ref", "x.git/config": "conf", "x.git/objects/pack/p": "1", "x.git/refs/heads/m": "2",
		"other/objects/o": "3",
	})
	check(
		t, scan(t, top, []string{"."}, Options{}),
		"file other/objects/o=3",
		"file x.git/HEAD=ref", "file x.git/config=conf",
		"policy x.git/objects: the objects of a bare repository: its history is not scanned in this version",
		"file x.git/refs/heads/m=2",
	)
}
