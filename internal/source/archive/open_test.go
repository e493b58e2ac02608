package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// A found is what opening something gave: contents and errors by path, in
// order.
type found struct {
	paths []string
	text  map[string]string
	errs  map[string]error
}

func (f *found) put(path, text string, err error) {
	f.paths = append(f.paths, path)
	if err != nil {
		f.errs[path] = err
	}
	if err == nil || text != "" {
		f.text[path] = text
	}
}

// open opens c and everything in it.
func open(o *Opener, c Content) (*found, *Dig) {
	f := &found{text: map[string]string{}, errs: map[string]error{}}
	d := o.Begin(context.Background(), c.Size)
	f.dig(d, "", c, 1)
	return f, d
}

// openBytes opens data, at random or in a stream.
func openBytes(o *Opener, data []byte) *found {
	f, _ := open(o, Content{R: bytes.NewReader(data), At: bytes.NewReader(data), Size: int64(len(data))})
	return f
}

// dig opens one content at a depth.
func (f *found) dig(d *Dig, path string, c Content, depth int) {
	head := make([]byte, HeadLen)
	r := c.reader()
	n, err := io.ReadFull(r, head)
	head = head[:n]
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		f.put(path, string(head), err)
		return
	}
	c.R = io.MultiReader(bytes.NewReader(head), r)
	format := Detect(head)
	if format != None {
		if err := d.CheckDepth(depth); err != nil {
			f.put(path, "", err)
			return
		}
	}
	switch {
	case format == None:
		text, err := io.ReadAll(c.R)
		f.put(path, string(text), err)
	case format.Stream():
		r, done, err := d.Stream(format, c)
		if err != nil {
			f.put(path, "", err)
			return
		}
		f.dig(d, path, Content{R: r, Size: -1}, depth+1)
		done()
	default:
		err := d.Walk(format, c, func(m Member) error {
			name := path + "!" + m.Name
			if m.Symlink {
				name += "@"
			}
			if m.Err != nil {
				f.put(name, "", m.Err)
				return nil
			}
			f.dig(d, name, Content{R: m.R, Size: m.Size}, depth+1)
			return d.Err()
		})
		if err != nil {
			f.put(path, "", err)
		}
	}
}

// wantText fails unless exactly these texts were found, and no error.
func (f *found) wantText(t *testing.T, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, f.text); diff != "" {
		t.Error(diff)
	}
	for path, err := range f.errs {
		t.Errorf("%s: %v", path, err)
	}
}

// wantLimit fails unless path's error is a limit that flag raises.
func (f *found) wantLimit(t *testing.T, path, flag string) {
	t.Helper()
	var limit *LimitError
	if err := f.errs[path]; !errors.As(err, &limit) || limit.Flag != flag {
		t.Errorf("%q: got the error %v, want the limit of %s; errors: %v", path, err, flag, f.errs)
	}
}

func TestEveryFormatGivesItsMembers(t *testing.T) {
	files := []file{
		{name: "a.txt", text: "first\n"},
		{name: "dir/b", text: strings.Repeat("second line\n", 9_000)},
		{name: "../../up", text: "a name only\n"},
		{name: "empty", text: ""},
	}
	want := map[string]string{}
	for _, f := range files {
		want["!"+f.name] = f.text
	}
	for name, data := range map[string][]byte{
		"zip":      makeZip(t, files...),
		"sfx zip":  append([]byte("#!/bin/sh\nexit\n"), makeZip(t, files...)...),
		"tar":      makeTar(t, files...),
		"tar.gz":   gz(t, makeTar(t, files...)),
		"tar.zst":  zst(t, makeTar(t, files...)),
		"tar.xz":   xzip(t, makeTar(t, files...)),
		"tar.lz4":  lz(t, makeTar(t, files...)),
		"ar":       makeAr(files...),
		"newc":     makeNewc(files...),
		"odc":      makeOdc(files...),
		"7z":       make7z(szCopyFolder, files...),
		"rar":      makeRar(files...),
		"zip, xz":  makeZipMethod(t, zipXz, xzip, files...),
		"zip, zst": makeZipMethod(t, zipZstd, zst, files...),
		"lzma":     makeZipMethod(t, zipLzma, zipLzmaRaw, files...),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "sfx zip" {
				// Known by its end, which the caller looks at.
				f := &found{text: map[string]string{}, errs: map[string]error{}}
				d := new(Opener).Begin(context.Background(), int64(len(data)))
				err := d.Walk(Zip, Content{At: bytes.NewReader(data), Size: int64(len(data))}, func(m Member) error {
					f.dig(d, "!"+m.Name, Content{R: m.R, Size: m.Size}, 2)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				f.wantText(t, want)
				return
			}
			openBytes(new(Opener), data).wantText(t, want)
			streamed, _ := open(new(Opener), Content{R: iotest.HalfReader(bytes.NewReader(data)), Size: -1})
			streamed.wantText(t, want)
		})
	}
}

func TestStreams(t *testing.T) {
	text := strings.Repeat("some text that is repeated\n", 5_000)
	o := new(Opener)
	for name, data := range map[string][]byte{
		"gzip":                     gz(t, []byte(text)),
		"gzip of two members":      append(gz(t, []byte(text[:100])), gz(t, []byte(text[100:]))...),
		"gzip with padding":        append(gz(t, []byte(text)), make([]byte, 700)...),
		"gzip in gzip":             gz(t, gz(t, []byte(text))),
		"xz of two streams":        append(xzip(t, []byte(text[:100])), xzip(t, []byte(text[100:]))...),
		"zstd of two frames":       append(zst(t, []byte(text[:100])), zst(t, []byte(text[100:]))...),
		"zstd behind a skip frame": append([]byte("\x50\x2a\x4d\x18\x03\x00\x00\x00abc"), zst(t, []byte(text))...),
		"zstd in gzip in xz":       xzip(t, gz(t, zst(t, []byte(text)))),
		"lz4":                      lz(t, []byte(text)),
	} {
		for range 2 { // the second time with used decoders
			f := openBytes(o, data)
			t.Run(name, func(t *testing.T) { f.wantText(t, map[string]string{"": text}) })
		}
	}
	f := openBytes(o, fixture(t, "hello.bz2"))
	f.wantText(t, map[string]string{"": "hello\n"})
}

func TestNestedArchives(t *testing.T) {
	inner := makeZip(t, file{name: "x", text: "deep\n"}, file{name: "y.gz", text: string(gz(t, []byte("deeper\n")))})
	for name, data := range map[string][]byte{
		"zip in tar.gz": gz(t, makeTar(t, file{name: "i.zip", text: string(inner)})),
		"zip in zip":    makeZip(t, file{name: "i.zip", text: string(inner)}),
		"zip in 7z":     make7z(szCopyFolder, file{name: "i.zip", text: string(inner)}),
		"zip in ar":     makeAr(file{name: "i.zip", text: string(inner)}),
	} {
		t.Run(name, func(t *testing.T) {
			openBytes(new(Opener), data).wantText(t, map[string]string{"!i.zip!x": "deep\n", "!i.zip!y.gz": "deeper\n"})
		})
	}
}

func TestRealArchives(t *testing.T) {
	for _, tt := range []struct {
		name string
		want map[string]string
	}{
		{"packed-header.7z", map[string]string{"!bar": "bar\n", "!foo": "foo\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			openBytes(new(Opener), fixture(t, tt.name)).wantText(t, tt.want)
		})
	}
}

func TestSymlinksGiveTheirTargets(t *testing.T) {
	link := file{name: "link", text: "../target", link: true}
	want := map[string]string{"!link@": "../target"}
	for name, data := range map[string][]byte{
		"tar":  makeTar(t, link),
		"zip":  makeZip(t, link),
		"cpio": makeNewc(link),
	} {
		t.Run(name, func(t *testing.T) { openBytes(new(Opener), data).wantText(t, want) })
	}
}

func TestWhatStandsBehindTheEnd(t *testing.T) {
	one, two := file{name: "one", text: "1\n"}, file{name: "two", text: "2\n"}
	rest := "!" + restName
	for name, tt := range map[string]struct {
		data []byte
		want map[string]string
	}{
		"tar and tar":         {append(makeTar(t, one), makeTar(t, two)...), map[string]string{"!one": "1\n", rest + "!two": "2\n"}},
		"tar and text":        {append(makeTar(t, one), "text"...), map[string]string{"!one": "1\n", rest: "text"}},
		"RAM disk":            {slices.Concat(makeNewc(one), make([]byte, 700), gz(t, makeNewc(two))), map[string]string{"!one": "1\n", rest + "!two": "2\n"}},
		"many blocks of zero": {append(makeTar(t, one), make([]byte, 100_000)...), map[string]string{"!one": "1\n"}},
	} {
		t.Run(name, func(t *testing.T) { openBytes(new(Opener), tt.data).wantText(t, tt.want) })
	}
}

func TestPackages(t *testing.T) {
	payload := gz(t, makeNewc(file{name: "./usr/bin/x", text: "#!/bin/sh\n"}))
	f := openBytes(new(Opener), makeRpm("script text", payload))
	if got := f.text["!payload!./usr/bin/x"]; got != "#!/bin/sh\n" {
		t.Errorf("payload: %q, %v", got, f.errs)
	}
	if !strings.Contains(f.text["!header"], "script text") {
		t.Error("the header's texts were not given")
	}
	deb := makeAr(
		file{name: "debian-binary", text: "2.0\n"},
		file{name: "data.tar.zst", text: string(zst(t, makeTar(t, file{name: "./etc/x", text: "conf\n"})))},
	)
	openBytes(new(Opener), deb).wantText(t, map[string]string{"!debian-binary": "2.0\n", "!data.tar.zst!./etc/x": "conf\n"})
}

func TestLongNamesInAr(t *testing.T) {
	long := strings.Repeat("long", 10) + ".o"
	gnu := "!<arch>\n" + arMember("//", long+"/\n") + arMember("/0", "object")
	bsd := "!<arch>\n" + arMember(fmt.Sprintf("#1/%d", len(long)+2), long+"\x00\x00object")
	openBytes(new(Opener), []byte(gnu)).wantText(t, map[string]string{"!//": long + "/\n", "!" + long: "object"})
	openBytes(new(Opener), []byte(bsd)).wantText(t, map[string]string{"!" + long: "object"})
}

func TestPasswords(t *testing.T) {
	z := makeZip(t, file{name: "open", text: "1\n"}, file{name: "shut", text: "2\n"})
	// The flag of the second member, in its header and in the directory.
	for _, magic := range []string{"PK\x03\x04", "PK\x01\x02"} {
		at := bytes.LastIndex(z, []byte(magic))
		z[at+6+2*strings.Count(magic, "\x01")] |= zipEncrypted
	}
	f := openBytes(new(Opener), z)
	if f.text["!open"] != "1\n" || !errors.Is(f.errs["!shut"], ErrEncrypted) || len(f.paths) != 2 {
		t.Errorf("zip: got %q, %v", f.text, f.errs)
	}
	f = openBytes(new(Opener), make7z(szAesFolder, file{name: "shut", text: "0123456789abcdef"}))
	if !errors.Is(f.errs["!shut"], ErrEncrypted) {
		t.Errorf("7z: %v", f.errs)
	}
	f = openBytes(new(Opener), fixture(t, "encrypted-header.7z"))
	if !errors.Is(f.errs[""], ErrEncrypted) {
		t.Errorf("7z with an encrypted directory: %v", f.errs)
	}
}

func TestDamageIsAnErrorAndTheRestStays(t *testing.T) {
	text := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz\n", 20_000)
	files := []file{{name: "one", text: "first\n"}, {name: "two", text: text}}
	for name, data := range map[string][]byte{
		"tar":    makeTar(t, files...),
		"tar.gz": gz(t, makeTar(t, files...)),
		"cpio":   makeNewc(files...),
		"ar":     makeAr(files...),
		"rar":    makeRar(files...),
	} {
		t.Run(name, func(t *testing.T) {
			f := openBytes(new(Opener), data[:len(data)*3/4])
			if f.text["!one"] != "first\n" {
				t.Error("the member before the cut is lost")
			}
			if !strings.HasPrefix(text, f.text["!two"]) || len(f.text["!two"]) < 1_000 {
				t.Errorf("%d bytes of the member that is cut", len(f.text["!two"]))
			}
			if len(f.errs) == 0 {
				t.Error("no error")
			}
		})
	}
	for name, data := range map[string][]byte{
		"zip without its end": makeZip(t, files...)[:300],
		"7z without its end":  make7z(szCopyFolder, files...)[:300],
		"garbage behind gzip": append(gz(t, []byte("text")), "garbage"...),
		"a changed byte":      flip(gz(t, []byte(text)), 60),
		"a wrong sum in zip":  flip(makeZip(t, files...), 35),
	} {
		t.Run(name, func(t *testing.T) {
			if f := openBytes(new(Opener), data); len(f.errs) == 0 {
				t.Errorf("no error; texts %d", len(f.text))
			}
		})
	}
}

// flip changes a byte.
func flip(b []byte, at int) []byte {
	b[at] ^= 0x55
	return b
}

func TestDetectIsNotFooled(t *testing.T) {
	for _, head := range []string{
		"", "PK", "PK\x05\x06", "PK\x05\x06 is how an empty zip begins", "BZh9 is how bzip2 files begin, they say", "070707 is a number",
		"070701 and so is this, but what follows it is a text of more than a hundred and ten bytes, which is no header of cpio",
		"\x1f\x8b\x08\xff", "Rar! is a word", strings.Repeat("\x00", 512), strings.Repeat("tar ", 128), "!<thin>\n",
	} {
		if f := Detect([]byte(head)); f != None {
			t.Errorf("%.20q is taken for %v", head, f)
		}
	}
	if UnopenedFormat([]byte("LZIP\x01xxxx")) != "lzip" || UnopenedFormat([]byte("text")) != "" {
		t.Error("UnopenedFormat is wrong")
	}
}

func TestVisitEndsTheWalk(t *testing.T) {
	stop := errors.New("stop")
	files := []file{{name: "a", text: "1"}, {name: "b", text: "2"}}
	for name, data := range map[string][]byte{
		"zip": makeZip(t, files...), "tar": makeTar(t, files...), "ar": makeAr(files...),
		"cpio": makeNewc(files...), "7z": make7z(szCopyFolder, files...), "rar": makeRar(files...),
	} {
		d := new(Opener).Begin(context.Background(), int64(len(data)))
		n := 0
		err := d.Walk(Detect(data), Content{At: bytes.NewReader(data), Size: int64(len(data))}, func(Member) error {
			n++
			return stop
		})
		if !errors.Is(err, stop) || n != 1 {
			t.Errorf("%s: %v after %d members", name, err, n)
		}
	}
}
