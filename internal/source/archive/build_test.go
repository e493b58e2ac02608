package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

// A file is what the test archives hold.
type file struct {
	name, text string
	link       bool
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// must ends the test for an error that a writer into memory can't have.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func makeZip(t testing.TB, files ...file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if f.link {
			h.SetMode(fs.ModeSymlink | 0o777)
		}
		m, err := w.CreateHeader(h)
		must(t, err)
		_, err = io.WriteString(m, f.text)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

// makeZipMethod makes a zip with contents that compress has compressed.
func makeZipMethod(t testing.TB, method uint16, compress func(testing.TB, []byte) []byte, files ...file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		packed := compress(t, []byte(f.text))
		m, err := w.CreateRaw(&zip.FileHeader{
			Name: f.name, Method: method, CRC32: crc32.ChecksumIEEE([]byte(f.text)),
			UncompressedSize64: uint64(len(f.text)), CompressedSize64: uint64(len(packed)),
		})
		must(t, err)
		_, err = m.Write(packed)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func zipLzmaRaw(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w, err := lzma.NewWriter(&b)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	raw := b.Bytes() // properties, 8 bytes of length, stream
	return append(append([]byte{9, 20, 5, 0}, raw[:5]...), raw[13:]...)
}

func makeTar(t testing.TB, files ...file) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.text)), Typeflag: tar.TypeReg}
		if f.link {
			h.Typeflag, h.Linkname, h.Size, f.text = tar.TypeSymlink, f.text, 0, ""
		}
		must(t, w.WriteHeader(h))
		_, err := io.WriteString(w, f.text)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

// through compresses data with a writer.
func through(t testing.TB, data []byte, make func(io.Writer) (io.WriteCloser, error)) []byte {
	var b bytes.Buffer
	w, err := make(&b)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

func gz(t testing.TB, data []byte) []byte {
	return through(t, data, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
}

func zst(t testing.TB, data []byte) []byte {
	return through(t, data, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
}

func xzip(t testing.TB, data []byte) []byte {
	return through(t, data, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) })
}

func lz(t testing.TB, data []byte) []byte {
	return through(t, data, func(w io.Writer) (io.WriteCloser, error) { return lz4.NewWriter(w), nil })
}

func arMember(name, content string) string {
	pad := "\n"[:len(content)%2]
	return fmt.Sprintf("%-16s%-12d%-6d%-6d%-8o%-10d`\n%s%s", name, 0, 0, 0, 0o644, len(content), content, pad)
}

func makeAr(files ...file) []byte {
	b := "!<arch>\n"
	for _, f := range files {
		b += arMember(f.name+"/", f.text)
	}
	return []byte(b)
}

func makeNewc(files ...file) []byte {
	var b bytes.Buffer
	pad := func() { b.Write(make([]byte, padding(int64(b.Len()), cpioAlign))) }
	for _, f := range append(files, file{name: cpioEnd}) {
		mode := 0o100644
		if f.link {
			mode = 0o120777
		}
		fmt.Fprintf(&b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
			1, mode, 0, 0, 1, 0, len(f.text), 0, 0, 0, 0, len(f.name)+1, 0, f.name)
		pad()
		b.WriteString(f.text)
		pad()
	}
	return b.Bytes()
}

func makeOdc(files ...file) []byte {
	var b bytes.Buffer
	for _, f := range append(files, file{name: cpioEnd}) {
		fmt.Fprintf(&b, "070707%06o%06o%06o%06o%06o%06o%06o%011o%06o%011o%s\x00%s",
			1, 1, 0o100644, 0, 0, 1, 0, 0, len(f.name)+1, len(f.text), f.name, f.text)
	}
	return b.Bytes()
}

func makeRpm(script string, payload []byte) []byte {
	header := func(data string) []byte {
		h := append([]byte("\x8e\xad\xe8\x01\x00\x00\x00\x00"), 0, 0, 0, 1)
		h = binary.BigEndian.AppendUint32(h, uint32(len(data)))
		h = append(h, make([]byte, rpmIndex)...)
		return append(h, data...)
	}
	b := append([]byte("\xed\xab\xee\xdb"), make([]byte, rpmLead-4)...)
	b = append(b, header("signature")...)
	b = append(b, make([]byte, padding(int64(len(b)-rpmLead), 8))...)
	b = append(b, header(script)...)
	return append(b, payload...)
}

// szNumber writes a number as 7z does.
func szNumber(v int) []byte {
	if v < 0x80 {
		return []byte{byte(v)}
	}
	return binary.LittleEndian.AppendUint64([]byte{0xff}, uint64(v))
}

// Folders for make7z: one coder each.
const (
	szCopyFolder = "\x01\x01\x00"
	szAesFolder  = "\x01\x24\x06\xf1\x07\x01\x02\x13\x00"
)

// make7z writes a 7z of one folder. An empty file has no stream.
func make7z(folder string, files ...file) []byte {
	var data, sizes, names, empty []byte
	streams := 0
	for i, f := range files {
		data = append(data, f.text...)
		if i%8 == 0 {
			empty = append(empty, 0)
		}
		if f.text == "" {
			empty[i/8] |= 0x80 >> (i % 8)
		} else {
			streams++
		}
		for _, u := range utf16.Encode([]rune(f.name + "\x00")) {
			names = binary.LittleEndian.AppendUint16(names, u)
		}
	}
	// The last length follows from the folder's.
	left := streams
	for _, f := range files {
		if f.text != "" {
			if left--; left > 0 {
				sizes = append(sizes, szNumber(len(f.text))...)
			}
		}
	}
	var h []byte
	add := func(parts ...any) {
		for _, p := range parts {
			switch p := p.(type) {
			case int:
				h = append(h, szNumber(p)...)
			case string:
				h = append(h, p...)
			case []byte:
				h = append(h, p...)
			}
		}
	}
	add(szHeader, szStreams)
	add(szPack, 0, 1, szSize, len(data), szEnd)
	add(szUnpack, szFolder, 1, 0, folder, szUnpackSize, len(data), szEnd)
	add(szSubStreams, szNumUnpack, streams, szSize, sizes, szEnd, szEnd)
	add(szFiles, len(files), szEmptyStream, len(empty), empty)
	if bytes.IndexFunc(empty, func(r rune) bool { return r != 0 }) >= 0 {
		add(szEmptyFile, 1, "\xff")
	}
	add(szNames, len(names)+1, 0, names, szEnd, szEnd)
	return wrap7z(data, h)
}

// wrap7z puts the start of a 7z before packed data and a header.
func wrap7z(data, header []byte) []byte {
	start := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	start = binary.LittleEndian.AppendUint64(start, uint64(len(header)))
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE(header))
	b := binary.LittleEndian.AppendUint32([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc32.ChecksumIEEE(start))
	return append(append(append(b, start...), data...), header...)
}

// makeRar writes a RAR 5 archive that only stores.
func makeRar(files ...file) []byte {
	vint := func(v uint64) []byte { return binary.AppendUvarint(nil, v) }
	block := func(content ...[]byte) []byte {
		body := bytes.Join(content, nil)
		body = append(vint(uint64(len(body))), body...)
		return append(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)), body...)
	}
	b := []byte("Rar!\x1a\x07\x01\x00")
	b = append(b, block(vint(1), vint(0), vint(0))...)
	for _, f := range files {
		n := uint64(len(f.text))
		b = append(b, block(vint(2), vint(2), vint(n), // file, has data
			vint(4), vint(n), vint(0o644), // has a sum
			binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(f.text))),
			vint(0), vint(1), vint(uint64(len(f.name))), []byte(f.name))...)
		b = append(b, f.text...)
	}
	return append(b, block(vint(5), vint(0), vint(0))...)
}

// zeros is a reader of n zeros.
func zeros(n int64) io.Reader {
	return io.LimitReader(readerFunc(func(p []byte) (int, error) {
		clear(p)
		return len(p), nil
	}), n)
}

func crc(b []byte) uint32 { return crc32.ChecksumIEEE(b) }
