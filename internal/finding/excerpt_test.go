package finding_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rekey.example/rekey/internal/finding"
)

func TestExcerpt(t *testing.T) {
	type span = finding.Span
	for _, c := range []struct {
		name   string
		line   string
		at     span
		others []span
		want   string
		column int
	}{
		{"short", `key = "SECRET" # x`, span{7, 13}, nil, `key = "********" # x`, 7},
		{"whole line", "SECRET", span{0, 6}, nil, "********", 0},
		{"an end", "key=SECRET\r\nnext", span{4, 50}, nil, "key=********", 4},
		{"begins above", "SECRET end", span{-10, 6}, nil, "******** end", 0},
		{"others", "user=ONE pw=TWO x=THREE", span{12, 15}, []span{{18, 23}, {5, 8}}, "user=******** pw=******** x=********", 17},
		{"overlapping", "a=ONETWO b", span{5, 8}, []span{{2, 6}}, "a=******** b", 2},
		{"touching", "a=ONETWO b", span{2, 5}, []span{{5, 8}}, "a=******** b", 2},
		{"inside another", "a=ONETWO b", span{4, 5}, []span{{2, 8}}, "a=******** b", 2},
		{"not UTF-8", "\xff\xfeé SECRET \xc3", span{5, 11}, nil, "\uFFFD\uFFFDé ******** \uFFFD", 9},
		{
			"a long line", strings.Repeat("a", 500) + "SECRET" + strings.Repeat("b", 500),
			span{500, 506},
			nil,
			"…" + strings.Repeat("a", 56) + "********" + strings.Repeat("b", 56) + "…", 59,
		},
		{
			"long to the left", strings.Repeat("é", 500) + "SECRET;",
			span{1000, 1006},
			nil,
			"…" + strings.Repeat("é", 111) + "********;", 225,
		},
		{
			"long to the right", "x=SECRET" + strings.Repeat("b", 500),
			span{2, 8},
			nil,
			"x=********" + strings.Repeat("b", 110) + "…", 2,
		},
		{
			"a mask at the edge is left out", "SECRET" + strings.Repeat("b", 108) + "OTHER tail",
			span{0, 6},
			[]span{{114, 119}},
			"********" + strings.Repeat("b", 108) + "…", 0,
		},
	} {
		text, column, width := finding.Excerpt([]byte(c.line), c.at, c.others...)
		if diff := cmp.Diff([]any{c.want, c.column, 8}, []any{text, column, width}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestExcerptProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Secrets are digits, which stand nowhere else.
		text := rapid.OneOf(
			rapid.StringMatching(`[a-z é日😀]{0,150}`),
			rapid.Map(rapid.SliceOf(rapid.ByteRange(0x80, 0xff)), func(b []byte) string { return string(b) }),
		)
		var line strings.Builder
		var spans []finding.Span
		for range rapid.IntRange(1, 6).Draw(t, "secrets") {
			line.WriteString(text.Draw(t, "text"))
			start := line.Len()
			line.WriteString(rapid.StringMatching(`[0-9]{1,200}`).Draw(t, "secret"))
			spans = append(spans, finding.Span{Start: start, End: line.Len()})
		}
		line.WriteString(text.Draw(t, "rest"))
		at := rapid.SampledFrom(spans).Draw(t, "at")
		got, column, width := finding.Excerpt([]byte(line.String()), at, spans...)
		switch {
		case strings.ContainsAny(got, "0123456789"):
			t.Fatalf("a secret shows in %q", got)
		case !utf8.ValidString(got):
			t.Fatalf("%q isn't UTF-8", got)
		case utf8.RuneCountInString(got) > 122:
			t.Fatalf("%d characters: %q", utf8.RuneCountInString(got), got)
		case got[column:column+width] != finding.Masked:
			t.Fatalf("no mask at %d in %q", column, got)
		}
	})
}

func TestUTF16Column(t *testing.T) {
	for _, c := range []struct {
		prefix string
		want   int
	}{{"", 1}, {"abc", 4}, {"é", 2}, {"日本", 3}, {"😀", 3}, {"\xff\xfe", 3}} {
		if got := finding.UTF16Column([]byte(c.prefix)); got != c.want {
			t.Errorf("UTF16Column(%q) = %d, want %d", c.prefix, got, c.want)
		}
	}
}

// TestPlaceKeepsPaths: a path survives the wire whatever its bytes, and the
// document stays UTF-8.
func TestPlaceKeepsPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.OneOf(
			rapid.String(),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		).Draw(t, "path")
		want := finding.Place{Kind: finding.KindFile, Path: path, StartLine: 3, Line: "x"}
		doc, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(doc) {
			t.Fatalf("not UTF-8: %q", doc)
		}
		if has := strings.Contains(string(doc), `"path_bytes":`); has == utf8.ValidString(path) {
			t.Fatalf("path_bytes of %q: %v", path, has)
		}
		var got finding.Place
		if err := json.Unmarshal(doc, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}
