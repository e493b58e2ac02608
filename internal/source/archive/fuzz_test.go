package archive

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
)

// FuzzOpen: arbitrary bytes never panic, never exceed the limits by more than
// a buffer, and leave no memory reserved.
func FuzzOpen(f *testing.F) {
	files := []file{{name: "a", text: "one\n"}, {name: "b/c", text: "two\n"}}
	for _, data := range [][]byte{
		makeZip(f, files...), makeTar(f, files...), makeAr(files...), makeNewc(files...), makeOdc(files...),
		make7z(szCopyFolder, files...), makeRar(files...), makeRpm("text", gz(f, makeNewc(files...))),
		gz(f, makeTar(f, files...)), zst(f, []byte("text")), xzip(f, []byte("text")), lz(f, []byte("text")),
		makeZipMethod(f, zipLzma, zipLzmaRaw, files...), makeZipMethod(f, zipXz, xzip, files...),
		makeZip(f, file{name: "z", text: string(makeZip(f, files...))}),
	} {
		f.Add(data)
	}
	fixtures, _ := filepath.Glob("testdata/*.*z*")
	for _, name := range fixtures {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(data)
		}
	}
	limits := Limits{Depth: 4, Entries: 100, Bytes: 4 << 20, Memory: 4 << 20}
	o := &Opener{Limits: limits}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, c := range []Content{
			{At: bytes.NewReader(data), Size: int64(len(data))},
			{R: iotest.OneByteReader(bytes.NewReader(data)), Size: -1},
		} {
			_, d := open(o, c)
			if d.entries > limits.Entries+1 || d.bytes > limits.Bytes+1<<20 || d.memory != 0 {
				t.Errorf("%d entries, %d bytes, %d bytes reserved", d.entries, d.bytes, d.memory)
			}
		}
	})
}

// FuzzSevenZipHeader: no header makes the decoder panic or allocate much,
// though its sums be right.
func FuzzSevenZipHeader(f *testing.F) {
	for _, folder := range []string{szCopyFolder, szAesFolder, "\x01\x21\x21\x01\x10", "\x01\x23\x03\x01\x01\x05\x5d\x00\x10\x00\x00"} {
		data := make7z(folder, file{name: "a", text: "one\n"}, file{name: "b"}, file{name: "c", text: "three\n"})
		f.Add(data[szHeadLen:szHeadLen+10], data[szHeadLen+10:])
	}
	packed, _ := os.ReadFile("testdata/packed-header.7z")
	f.Add(packed[szHeadLen:szHeadLen+0x62], packed[szHeadLen+0x62:])
	o := &Opener{Limits: Limits{Depth: 4, Entries: 100, Bytes: 4 << 20, Memory: 4 << 20}}
	f.Fuzz(func(t *testing.T, data, header []byte) {
		file := wrap7z(data, header)
		if n := allocated(func() { openBytes(o, file) }); n > 64<<20 {
			t.Errorf("%d bytes were allocated", n)
		}
	})
}
