package archive

import (
	"errors"
	"io"
	"io/fs"

	"github.com/bodgit/sevenzip"
)

// walkSevenZip walks a 7z archive. Its header is checked first, since the
// decoder allocates whatever a header asks for.
func (d *Dig) walkSevenZip(at io.ReaderAt, size int64, visit func(Member) error) error {
	var head *sevenZipHeader
	err := fence(SevenZip.String(), func() (err error) {
		head, err = d.checkSevenZip(at, size)
		return err
	})
	if err != nil {
		return broken(SevenZip, err)
	}
	if head.empty {
		return nil
	}
	if err := d.reserve(head.memory, "its directory"); err != nil {
		return err
	}
	defer d.release(head.memory)
	var z *sevenzip.Reader
	err = fence(SevenZip.String(), func() (err error) {
		z, err = sevenzip.NewReader(at, size)
		return err
	})
	if err != nil {
		return broken(SevenZip, err)
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() && f.UncompressedSize == 0 {
			continue
		}
		if err := d.visitSevenZip(f, head, visit); err != nil {
			return err
		}
	}
	return nil
}

// visitSevenZip visits one member. Members of one folder (7z's word for what is
// compressed together) are decoded one after the other by the same decoder, so
// what the visitor leaves is drained.
func (d *Dig) visitSevenZip(f *sevenzip.File, head *sevenZipHeader, visit func(Member) error) error {
	m := Member{Name: f.Name, Size: int64(min(f.UncompressedSize, 1<<62)), Symlink: f.Mode()&fs.ModeSymlink != 0}
	if f.UncompressedSize > 0 && f.Stream < len(head.folders) {
		if m.Err = head.folders[f.Stream]; m.Err != nil {
			return visit(m)
		}
	}
	var r io.ReadCloser
	err := fence(SevenZip.String(), func() (err error) {
		r, err = f.Open()
		return err
	})
	if err != nil {
		m.Err = sevenZipError(err)
		return visit(m)
	}
	content := &meter{d: d, r: r, what: SevenZip.String()}
	m.R = readerFunc(func(p []byte) (int, error) {
		n, err := content.Read(p)
		if err != nil && err != io.EOF {
			err = sevenZipError(err)
		}
		return n, err
	})
	if err := visit(m); err != nil {
		return err
	}
	content.drain(d.opener.skip)
	return fence(SevenZip.String(), func() error {
		// Its only error is that the decoder can't be used again; then the
		// next member says so.
		_ = r.Close()
		return nil
	})
}

// sevenZipError names a decoder's error.
func sevenZipError(err error) error {
	var read *sevenzip.ReadError
	if errors.As(err, &read) && read.Encrypted {
		return ErrEncrypted
	}
	return broken(SevenZip, err)
}
