package archive

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/therootcompany/xz"
	"github.com/ulikunitz/xz/lzma"
)

// Compression methods beyond those of archive/zip (APPNOTE.TXT 6.3.10, section
// 4.4.5).
const (
	zipBzip2 = 12
	zipLzma  = 14
	zipZstd  = 93
	zipXz    = 95
)

// zipEncrypted is the flag of a member that has a password (section 4.4.4).
const zipEncrypted = 1

// walkZip walks a zip: also .jar, .whl, .docx, .apk and the like, and those
// with something before them.
func (d *Dig) walkZip(at io.ReaderAt, size int64, visit func(Member) error) error {
	// What archive/zip keeps of a directory is at most eight times as much
	// as it reads of it.
	held := d.limits.Memory - d.memory
	budget := &readerAt{r: at, left: held / 8}
	var z *zip.Reader
	err := fence(Zip.String(), func() (err error) {
		z, err = zip.NewReader(budget, size)
		return err
	})
	if budget.left < 0 {
		return d.reserve(d.limits.Memory+1, "its directory")
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return broken(Zip, err)
	}
	used := 8 * (held/8 - budget.left)
	if err := d.reserve(used, "its directory"); err != nil {
		return err
	}
	defer d.release(used)
	budget.left = -1 // no more limit
	d.registerZip(z)
	for _, f := range z.File {
		// A folder with a content is none.
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 && f.CompressedSize64 == 0 {
			continue
		}
		if err := d.visitZip(f, visit); err != nil {
			return err
		}
	}
	return nil
}

// visitZip visits one member.
func (d *Dig) visitZip(f *zip.File, visit func(Member) error) error {
	m := Member{Name: f.Name, Size: int64(min(f.UncompressedSize64, 1<<62)), Symlink: f.Mode()&fs.ModeSymlink != 0}
	if !strings.Contains(m.Name, "/") {
		m.Name = strings.ReplaceAll(m.Name, `\`, "/")
	}
	if f.Flags&zipEncrypted != 0 {
		m.Err = ErrEncrypted
		return visit(m)
	}
	var r io.ReadCloser
	err := fence(Zip.String(), func() (err error) {
		if f.Method == zipLzma {
			r, err = d.zipLzma(f)
		} else {
			r, err = f.Open()
		}
		return err
	})
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		m.Err = fmt.Errorf("zip: compressed by method %d, which isn't known", f.Method)
	case err != nil:
		m.Err = broken(Zip, err)
	default:
		defer r.Close()
		m.R = d.member(Zip, r, nil)
	}
	return visit(m)
}

// registerZip adds decompressors; deflate's is a faster one.
func (d *Dig) registerZip(z *zip.Reader) {
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	z.RegisterDecompressor(zipBzip2, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	z.RegisterDecompressor(zipZstd, func(r io.Reader) io.ReadCloser {
		dec, err := d.newZstd(r)
		if err != nil {
			return failed(err)
		}
		return dec.IOReadCloser()
	})
	z.RegisterDecompressor(zipXz, func(r io.Reader) io.ReadCloser {
		dec, err := xz.NewReader(r, uint32(d.dictCap()))
		if err != nil {
			return failed(err)
		}
		return io.NopCloser(dec)
	})
}

// zipLzma opens a member of method 14 (section 5.8.8): a version, the length of
// the properties, the properties, and a raw stream, which the decoder wants
// behind a header of its own. Without an end mark, the directory says how long
// it is. Its sum is not checked.
func (d *Dig) zipLzma(f *zip.File) (io.ReadCloser, error) {
	const endMark = 2
	r, err := f.OpenRaw()
	if err != nil {
		return nil, err
	}
	var head [9]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, unexpected(err)
	}
	if binary.LittleEndian.Uint16(head[2:]) != 5 {
		return nil, errors.New("its LZMA properties have an unknown length")
	}
	size := uint64(math.MaxUint64) // up to the mark
	if f.Flags&endMark == 0 {
		size = f.UncompressedSize64
	}
	header := binary.LittleEndian.AppendUint64(head[4:9:9], size)
	c := lzma.ReaderConfig{DictCap: d.dictCap()}
	dec, err := c.NewReader(io.MultiReader(bytes.NewReader(header), r))
	if err != nil {
		return nil, err
	}
	return io.NopCloser(dec), nil
}

// failed is a reader that gives an error.
func failed(err error) io.ReadCloser {
	return io.NopCloser(readerFunc(func([]byte) (int, error) { return 0, err }))
}

// A readerAt stops when it has given so many bytes; a negative number is no
// limit at the start, and the sign that it was hit later.
type readerAt struct {
	r    io.ReaderAt
	left int64
}

var errBudget = errors.New("more than may be read")

// ReadAt implements io.ReaderAt.
func (r *readerAt) ReadAt(p []byte, off int64) (int, error) {
	if r.left < 0 {
		return r.r.ReadAt(p, off)
	}
	if int64(len(p)) > r.left {
		r.left = -1
		return 0, errBudget
	}
	n, err := r.r.ReadAt(p, off)
	r.left -= int64(n)
	return n, err
}
