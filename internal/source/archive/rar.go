package archive

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/nwaples/rardecode/v2"
)

// walkRar walks a RAR archive of version 1.5 or 5. Further volumes are not
// looked for.
func (d *Dig) walkRar(r io.Reader, visit func(Member) error) error {
	var z *rardecode.Reader
	err := fence(Rar.String(), func() (err error) {
		z, err = rardecode.NewReader(r, rardecode.MaxDictionarySize(d.limits.Memory))
		return err
	})
	for err == nil {
		if err := d.check(); err != nil {
			return err
		}
		var h *rardecode.FileHeader
		err = fence(Rar.String(), func() (err error) {
			h, err = z.Next()
			return err
		})
		if err == io.EOF {
			return nil
		}
		if err != nil {
			break
		}
		if h.IsDir {
			continue
		}
		if err := d.visitRar(z, h, visit); err != nil {
			return err
		}
	}
	return d.rarError(err)
}

// visitRar visits one member.
func (d *Dig) visitRar(z io.Reader, h *rardecode.FileHeader, visit func(Member) error) error {
	m := Member{Name: h.Name, Size: h.UnPackedSize, Symlink: h.Mode()&fs.ModeSymlink != 0}
	if h.UnKnownSize {
		m.Size = -1
	}
	if h.Encrypted {
		m.Err = ErrEncrypted
		return visit(m)
	}
	content := &meter{d: d, r: z, what: Rar.String()}
	switch {
	case m.Symlink && h.LinkTarget != "":
		m.R = strings.NewReader(h.LinkTarget)
	default:
		m.R = readerFunc(func(p []byte) (int, error) {
			n, err := content.Read(p)
			if err != nil && err != io.EOF {
				err = d.rarError(err)
			}
			return n, err
		})
	}
	if err := visit(m); err != nil {
		return err
	}
	content.drain(d.opener.skip)
	return nil
}

// rarError names what a decoder's error means for the user.
func (d *Dig) rarError(err error) error {
	switch {
	case errors.Is(err, rardecode.ErrArchiveEncrypted), errors.Is(err, rardecode.ErrArchivedFileEncrypted):
		return ErrEncrypted
	case errors.Is(err, rardecode.ErrDictionaryTooLarge):
		return d.reserve(d.limits.Memory+1, "its dictionary")
	case errors.Is(err, rardecode.ErrMultiVolume), errors.Is(err, rardecode.ErrFileNameRequired):
		return errors.New("rar: it goes on in another volume, which isn't looked for")
	}
	return broken(Rar, err)
}
