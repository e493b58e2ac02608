package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

func TestDepth(t *testing.T) {
	data := []byte("the innermost text\n")
	for range 12 {
		data = makeZip(t, file{name: "z", text: string(data)})
	}
	f := openBytes(&Opener{Limits: Limits{Depth: 5}}, data)
	f.wantLimit(t, strings.Repeat("!z", 5), "--max-archive-depth")
	f = openBytes(&Opener{Limits: Limits{Depth: 12}}, data)
	f.wantText(t, map[string]string{strings.Repeat("!z", 12): "the innermost text\n"})
}

func TestEntries(t *testing.T) {
	var files []file
	for i := range 50 {
		files = append(files, file{name: fmt.Sprint(i), text: "x"})
	}
	o := &Opener{Limits: Limits{Entries: 30}}
	for name, data := range map[string][]byte{
		"zip": makeZip(t, files...), "tar": makeTar(t, files...), "ar": makeAr(files...),
		"cpio": makeNewc(files...), "7z": make7z(szCopyFolder, files...), "rar": makeRar(files...),
	} {
		t.Run(name, func(t *testing.T) {
			f := openBytes(o, data)
			f.wantLimit(t, "", "--max-archive-entries")
			if len(f.text) != 30 {
				t.Errorf("%d members before the limit", len(f.text))
			}
		})
	}
}

// endlessTar gives headers of empty files without end.
type endlessTar struct{ header, left []byte }

func (e *endlessTar) Read(p []byte) (int, error) {
	if len(e.left) == 0 {
		e.left = e.header
	}
	n := copy(p, e.left)
	e.left = e.left[n:]
	return n, nil
}

func TestEndlessTarEnds(t *testing.T) {
	header := makeTar(t, file{name: "empty"})[:512]
	f, _ := open(&Opener{Limits: Limits{Entries: 10_000}}, Content{R: &endlessTar{header: header}, Size: -1})
	f.wantLimit(t, "", "--max-archive-entries")
	if len(f.paths) != 10_001 {
		t.Errorf("%d members", len(f.paths))
	}
	// Folders are no members; only time ends them.
	header = folderHeader(t)
	now := time.Unix(0, 0)
	o := &Opener{Now: func() time.Time { now = now.Add(time.Second); return now }}
	f, _ = open(o, Content{R: &endlessTar{header: header}, Size: -1})
	f.wantLimit(t, "", "--max-archive-time")
}

func folderHeader(t *testing.T) []byte {
	var b bytes.Buffer
	must(t, tar.NewWriter(&b).WriteHeader(&tar.Header{Name: "dir/", Typeflag: tar.TypeDir, Mode: 0o755}))
	return b.Bytes()
}

// bomb compresses n zeros.
func bomb(t *testing.T, n int64, make func(io.Writer) (io.WriteCloser, error)) []byte {
	var b bytes.Buffer
	w, err := make(&b)
	must(t, err)
	_, err = io.Copy(w, zeros(n))
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

func TestBombs(t *testing.T) {
	const big = 100 << 20
	data := bomb(t, big, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
	count := func(o *Opener, data []byte) (n int64, err error) {
		d := o.Begin(context.Background(), int64(len(data)))
		r, done, err := d.Stream(Detect(data), Content{R: bytes.NewReader(data), Size: -1})
		if err != nil {
			return 0, err
		}
		defer done()
		n, err = io.Copy(io.Discard, r)
		return n, err
	}
	var limit *LimitError
	n, err := count(new(Opener), data)
	if !errors.As(err, &limit) || limit.Flag != "--max-archive-ratio" || !limit.Whole || n > ratioFrom+ratioFrom/2 {
		t.Errorf("%d bytes, %v", n, err)
	}
	n, err = count(&Opener{Limits: Limits{Bytes: 1 << 20}}, data)
	if !errors.As(err, &limit) || limit.Flag != "--max-archive-bytes" || n > 3<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
	n, err = count(&Opener{Limits: Limits{Ratio: 1 << 40}}, data)
	if err != nil || n != big {
		t.Errorf("%d bytes, %v", n, err)
	}
	if n, err := count(&Opener{Limits: Limits{Time: 1}, Now: ticking(time.Millisecond)}, data); !errors.As(err, &limit) || limit.Flag != "--max-archive-time" {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// ticking is a clock on which every look takes so long.
func ticking(step time.Duration) func() time.Time {
	now := time.Unix(0, 0)
	return func() time.Time { now = now.Add(step); return now }
}

func TestRatioOfWhatHasNoLength(t *testing.T) {
	data := bomb(t, 100<<20, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
	d := new(Opener).Begin(context.Background(), -1)
	r, done, err := d.Stream(Zstd, Content{R: d.Input(bytes.NewReader(data)), Size: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	var limit *LimitError
	if n, err := io.Copy(io.Discard, r); !errors.As(err, &limit) || limit.Flag != "--max-archive-ratio" {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestSparseTarIsCounted(t *testing.T) {
	// The old GNU format: a file of 2^33 bytes, of which none are there.
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	must(t, w.WriteHeader(&tar.Header{Name: "sparse", Mode: 0o644, Format: tar.FormatGNU}))
	h := b.Bytes()[:512]
	h[156] = tar.TypeGNUSparse
	copy(h[386:], "00000000000\x00") // a piece at 0
	copy(h[398:], "00000000000\x00") // of no bytes
	copy(h[483:], "77777777777\x00") // the length of it all
	copy(h[148:], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	data := append(slices.Clone(h), make([]byte, 1024)...)
	var n int64
	d := (&Opener{Limits: Limits{Bytes: 4 << 20}}).Begin(context.Background(), int64(len(data)))
	err := d.Walk(Tar, Content{R: bytes.NewReader(data), Size: -1}, func(m Member) (err error) {
		n, err = io.Copy(io.Discard, m.R)
		return err
	})
	var limit *LimitError
	if !errors.As(err, &limit) || n > 8<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestPlainTarIsNotCounted(t *testing.T) {
	data := makeTar(t, file{name: "a", text: strings.Repeat("text", 50_000)}, file{name: "b", text: strings.Repeat("text", 50_000)})
	f, d := open(&Opener{Limits: Limits{Bytes: 100_000}}, Content{R: bytes.NewReader(data), Size: int64(len(data))})
	if len(f.errs) > 0 {
		t.Errorf("%d bytes charged: %v", d.bytes, f.errs)
	}
}

// allocated gives the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestHeadersThatAskForMemory(t *testing.T) {
	const lots = 0xfffffff0
	header := func(parts ...any) []byte {
		var h []byte
		for _, p := range parts {
			switch p := p.(type) {
			case int:
				h = append(h, szNumber(p)...)
			case string:
				h = append(h, p...)
			}
		}
		return wrap7z([]byte("data"), h)
	}
	unpack := func(folder string, size int) []any {
		return []any{szHeader, szStreams, szPack, 0, 1, szSize, 4, szEnd, szUnpack, szFolder, 1, 0, folder, szUnpackSize, size, szEnd, szEnd}
	}
	lzma2 := func(props string) string { return "\x01\x21\x21\x01" + props }
	xzDict := xzip(t, []byte("text"))
	xzDict[12+4] = 40 // of the first block: 4 GiB - 1
	binary.LittleEndian.PutUint32(xzDict[12+8:], crc(xzDict[12:12+8]))
	big := makeZip(t, file{name: "inner.zip", text: string(makeZip(t, file{name: "x", text: strings.Repeat("0123456789abcdef", 1)})) + strings.Repeat("\x00", 9<<20)})
	for _, tt := range []struct {
		name, flag string
		data       []byte
	}{
		{"7z: parts", "", header(szHeader, szStreams, szPack, 0, lots, szCRC, 1)},
		{"7z: folders", "", header(szHeader, szStreams, szUnpack, szFolder, lots, 0)},
		{"7z: coders", "", header(szHeader, szStreams, szUnpack, szFolder, 1, 0, lots)},
		{"7z: inputs", "", header(szHeader, szStreams, szUnpack, szFolder, 1, 0, "\x01\x11\x00", lots, lots)},
		{"7z: files in a folder", "", header(append(unpack(szCopyFolder, 4)[:17-1], szSubStreams, szNumUnpack, lots, szEnd)...)},
		{"7z: files", "", header(szHeader, szFiles, lots, szEmptyStream, 1, "\xff")},
		{"7z: dictionary", "--max-archive-memory", make7z(lzma2("\x28"), file{name: "x", text: "data"})},
		{"7z: PPMd", "--max-archive-memory", make7z("\x01\x23\x03\x04\x01\x05\x06\xff\xff\xff\xff", file{name: "x", text: "data"})},
		{"7z: header's dictionary", "--max-archive-memory", header(append([]any{szEncoded}, unpack("\x01\x23\x03\x01\x01\x05\x5d\x00\x00\x00\xf0", lots)[2:]...)...)},
		{"7z: AES rounds", "", make7z("\x01\x24\x06\xf1\x07\x01\x02\x3e\x00", file{name: "x", text: "0123456789abcdef"})},
		{"xz: dictionary", "--max-archive-memory", xzDict},
		{"zip in zip", "--max-archive-memory", big},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var f *found
			o := &Opener{Limits: Limits{Memory: 8 << 20}}
			if n := allocated(func() { f = openBytes(o, tt.data) }); n > 32<<20 {
				t.Errorf("%d bytes were allocated", n)
			}
			if len(f.errs) != 1 {
				t.Fatalf("errors: %v", f.errs)
			}
			for path := range f.errs {
				if tt.flag != "" {
					f.wantLimit(t, path, tt.flag)
				}
			}
		})
	}
}

func TestDirectoryOfAZipIsBounded(t *testing.T) {
	var files []file
	for i := range 3_000 {
		files = append(files, file{name: fmt.Sprintf("%050d", i)})
	}
	data := makeZip(t, files...)
	f := openBytes(&Opener{Limits: Limits{Memory: 1 << 20}}, data)
	f.wantLimit(t, "", "--max-archive-memory")
	if f := openBytes(&Opener{Limits: Limits{Memory: 8 << 20}}, data); len(f.errs) > 0 || len(f.text) != 3_000 {
		t.Errorf("%d members, %v", len(f.text), f.errs)
	}
}

func TestMemoryIsGivenBack(t *testing.T) {
	inner := string(makeZip(t, file{name: "x", text: strings.Repeat("text", 1000)}))
	var files []file
	for i := range 200 {
		files = append(files, file{name: fmt.Sprint(i), text: inner})
	}
	for name, data := range map[string][]byte{
		"tar": makeTar(t, files...), "zip": makeZip(t, files...), "7z": make7z(szCopyFolder, files...),
		"7z, header packed": fixture(t, "packed-header.7z"), "7z, encrypted": fixture(t, "encrypted-header.7z"),
		"damaged": makeZip(t, files...)[:5_000],
	} {
		_, d := open(new(Opener), Content{R: bytes.NewReader(data), At: bytes.NewReader(data), Size: int64(len(data))})
		if d.memory != 0 {
			t.Errorf("%s: %d bytes are still reserved", name, d.memory)
		}
	}
}

func TestContextEndsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	data := makeTar(t, file{name: "a", text: "1"}, file{name: "b", text: "2"})
	d := new(Opener).Begin(ctx, int64(len(data)))
	n := 0
	err := d.Walk(Tar, Content{R: bytes.NewReader(data), Size: -1}, func(Member) error { n++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("%v after %d members", err, n)
	}
}

// panicking is a reader with a fault.
type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("out of range") }

func TestPanicOfADecoderIsAnError(t *testing.T) {
	d := new(Opener).Begin(context.Background(), 10)
	m := &meter{d: d, r: panicking{}, what: "rar"}
	if _, err := m.Read(make([]byte, 9)); err == nil || !strings.Contains(err.Error(), "rar: damaged") {
		t.Errorf("got %v", err)
	}
}
