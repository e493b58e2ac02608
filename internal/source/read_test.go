package source

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"rekey.example/rekey/internal/source/archive"
)

func utf16LE(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestForms(t *testing.T) {
	big := strings.Repeat("a line of a log\n", WholeLimit/16+1)
	nested := zipped(t, "dir/in.tgz", gzipped(t, tarred(t, "f", "deep")))
	damaged := gzipped(t, big)
	cut := tarred(t, "first", strings.Repeat("x", 600))[:512+300]
	for name, tt := range map[string]struct {
		o       Options
		content string
		want    []string
	}{
		"utf-16":            {content: utf16LE("héllo"), want: []string{"file f=héllo"}},
		"utf-16, long":      {content: utf16LE(big), want: []string{"file f=" + big}},
		"binary":            {content: "ab\x00cd\x01", want: []string{"file f=ab\fcd\f"}},
		"binary, long":      {content: big + "ab\x00cd", want: []string{"file f=" + big + "ab\fcd"}},
		"plain":             {o: Options{Plain: true}, content: "ab\x00", want: []string{"file f=ab\x00"}},
		"plain, long":       {o: Options{Plain: true}, content: big + "\x00", want: []string{"file f=" + big + "\x00"}},
		"long":              {content: big, want: []string{"file f=" + big}},
		"just whole":        {content: big[:WholeLimit], want: []string{"file f=" + big[:WholeLimit]}},
		"zip":               {content: zipped(t, "a/b", "1"), want: []string{"file f!a/b=1"}},
		"zip, long":         {content: zipped(t, "a", big), want: []string{"file f!a=" + big}},
		"gzip":              {content: gzipped(t, "1"), want: []string{"file f!f=1"}},
		"gzip of long":      {content: gzipped(t, big), want: []string{"file f!f=" + big}},
		"gzip of utf-16":    {content: gzipped(t, utf16LE(big)), want: []string{"file f!f=" + big}},
		"tar":               {content: tarred(t, "x", "1"), want: []string{"file f!x=1", "symlink_target f!link=target"}},
		"nested":            {content: nested, want: []string{"file f!dir/in.tgz!in.tar!f=deep", "symlink_target f!dir/in.tgz!in.tar!link=target"}},
		"zip in gzip":       {content: gzipped(t, nested), want: []string{"file f!f!dir/in.tgz!in.tar!f=deep", "symlink_target f!f!dir/in.tgz!in.tar!link=target"}},
		"plain zip":         {o: Options{Plain: true}, content: nested, want: []string{"file f=" + nested}},
		"no archives":       {o: Options{NoArchives: true}, content: nested, want: []string{"policy f: archive not opened (--max-archive-depth 0)"}},
		"unknown archive":   {content: "MSCF\x00\x00\x00\x00", want: []string{"error f: cabinet archives can't be opened: unpack it and scan what is in it"}},
		"text like arj":     {content: "`가`", want: []string{"file f=`가`"}},
		"damaged zip":       {content: nested[:40], want: []string{"error f: zip: damaged or of an unknown kind: zip: not a valid zip file"}},
		"damaged gzip":      {content: damaged[:len(damaged)-4], want: []string{"file f!f=" + big, "error f!f: gzip: damaged: it ends too early"}},
		"damaged tar":       {content: cut, want: []string{"file f!first=" + strings.Repeat("x", 300), "error f!first: tar: damaged: it ends too early", "error f: tar: damaged: it ends too early"}},
		"too deep":          {o: Options{Limits: archive.Limits{Depth: 1}}, content: nested, want: []string{"error f!dir/in.tgz: not opened: more than 1 archives within each other; --max-archive-depth raises the limit"}},
		"too much, told 1×": {o: Options{Limits: archive.Limits{Bytes: 100}}, content: gzipped(t, tarred(t, "x", "1")), want: []string{"error f!f: not read to its end: more than 100 bytes when opened; --max-archive-bytes raises the limit"}},
		"pointer of LFS": {content: lfsPointer + "oid\n", want: []string{
			"policy f: a pointer of Git LFS whose file isn't there: run git lfs pull to have it scanned", "file f=" + lfsPointer + "oid\n",
		}},
		"by its head": {
			o:       Options{Plain: true, SkipHead: func(path string, head []byte) string { return path + " begins " + string(head[:4]) }},
			content: "%PDF-1", want: []string{"policy f: f begins %PDF"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			top := tree(t, map[string]string{"f": tt.content})
			got := scan(t, top, []string{"f"}, tt.o)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %s, want %s", brief(got), brief(tt.want))
			}
		})
	}
}

// brief cuts long lines.
func brief(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("\n  " + l[:min(len(l), 200)])
	}
	return b.String()
}

func TestUnpackedName(t *testing.T) {
	for path, want := range map[string]string{
		"a.log.gz": "a.log", "d/a.tgz": "a.tar", "x.zip!b.GZ": "b", ".gz": ".gz", "-": "content", "plain": "plain",
	} {
		if got := unpackedName(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// Standard input has no length and can't be read from its end.
func TestArchivesOnStandardInput(t *testing.T) {
	for _, content := range []string{zipped(t, "x", "1"), gzipped(t, zipped(t, "x", "1"))} {
		r := NewReader(Options{}, bytes.NewBufferString(content))
		var got string
		n, err := r.Read(t.Context(), Object{Path: "-", Kind: KindStdin}, func(x Text) error {
			got += x.Path + "=" + string(x.Data)
			return nil
		}, func(s Skip) { t.Errorf("skipped: %+v", s) })
		if err != nil || n != 1 || !strings.HasSuffix(got, "!x=1") {
			t.Errorf("got %q, %d bytes, %v", got, n, err)
		}
	}
}

func TestBuffersAreReused(t *testing.T) {
	top := tree(t, map[string]string{"f": strings.Repeat("some text\n", 5000)})
	r := NewReader(Options{}, nil)
	var obj Object
	if err := Walk(t.Context(), top, []string{"f"}, Options{}, func(o Object) error { obj = o; return nil }, nil); err != nil {
		t.Fatal(err)
	}
	text, skip := func(Text) error { return nil }, func(Skip) {}
	allocs := testing.AllocsPerRun(100, func() {
		if n, err := r.Read(t.Context(), obj, text, skip); n != 50_000 || err != nil {
			t.Fatal(n, err)
		}
	})
	if allocs > 3 {
		t.Errorf("%v allocations a file", allocs)
	}
	t.Logf("%v allocations a file", allocs)
}
