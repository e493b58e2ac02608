package archive

import (
	"archive/tar"
	"bufio"
	"errors"
	"io"
	"strings"
)

// walkTar walks a tar (POSIX.1 pax and ustar, GNU, and older).
func (d *Dig) walkTar(r io.Reader, visit func(Member) error) error {
	in := &passage{r: r}
	buffered := bufio.NewReaderSize(in, 32<<10)
	t := tar.NewReader(buffered)
	for {
		if err := d.check(); err != nil {
			return err
		}
		var h *tar.Header
		err := fence(Tar.String(), func() (err error) {
			h, err = t.Next()
			return err
		})
		switch {
		case err == io.EOF:
			return d.rest(in, buffered, visit)
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			return broken(Tar, err)
		}
		m := Member{Name: h.Name, Size: h.Size}
		content := io.Reader(t)
		switch h.Typeflag {
		case tar.TypeSymlink:
			m.Symlink, m.Size = true, int64(len(h.Linkname))
			content = strings.NewReader(h.Linkname)
		case tar.TypeLink, tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
			continue // a hard link's content stands under its other name
		case tar.TypeDir, tar.TypeXGlobalHeader:
			if h.Size == 0 {
				continue
			}
		}
		m.R = d.member(Tar, content, in)
		if err := visit(m); err != nil {
			return err
		}
	}
}

// member meters a member of a container.
func (d *Dig) member(f Format, r io.Reader, via *passage) io.Reader {
	m := &meter{d: d, r: r, what: f.String(), via: via}
	return readerFunc(func(p []byte) (int, error) {
		n, err := m.Read(p)
		if err != nil && err != io.EOF {
			err = d.streamError(f, err)
		}
		return n, err
	})
}

// restName is the name of what stands behind the end of an archive.
const restName = "(behind the archive's end)"

// rest visits what stands behind the end of an archive, unless it is zeros:
// another archive, as in the image of an initial RAM disk, or anything else.
func (d *Dig) rest(in *passage, r *bufio.Reader, visit func(Member) error) error {
	for {
		if err := d.check(); err != nil {
			return err
		}
		_, err := r.Peek(1)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		b, _ := r.Peek(r.Buffered())
		zeros := 0
		for zeros < len(b) && b[zeros] == 0 {
			zeros++
		}
		_, _ = r.Discard(zeros)
		if zeros < len(b) {
			break
		}
	}
	return visit(Member{Name: restName, Size: -1, R: d.member(Tar, r, in)})
}
