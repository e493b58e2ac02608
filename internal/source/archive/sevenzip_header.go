package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// The marks of a 7z header (7zFormat.txt of the LZMA SDK, "Property IDs").
const (
	szEnd, szHeader, szStreams, szFiles        = 0x00, 0x01, 0x04, 0x05
	szPack, szUnpack, szSubStreams, szSize     = 0x06, 0x07, 0x08, 0x09
	szCRC, szFolder, szUnpackSize, szNumUnpack = 0x0a, 0x0b, 0x0c, 0x0d
	szEmptyStream, szEmptyFile, szNames        = 0x0e, 0x0f, 0x11
	szCTime, szMTime, szAttributes, szEncoded  = 0x12, 0x14, 0x15, 0x17
	szDummy                                    = 0x19
	szCopy, szLzma, szLzma2, szPpmd, szAes     = "\x00", "\x03\x01\x01", "\x21", "\x03\x04\x01", "\x06\xf1\x07\x01"
	szHeadLen                                  = 32
	szFileCost                                 = 256 // bytes that a decoder keeps for each file
)

// A sevenZipHeader is what was found out by checking a header.
type sevenZipHeader struct {
	// empty says that the archive has no members.
	empty bool
	// memory is what the decoder will hold of the header, about.
	memory int64
	// folders says of each folder why it must not be decoded, or nil.
	folders []error
}

// A folder is what is compressed together.
type szFolderInfo struct {
	coders  []szCoder
	outputs int
	packed  int
	sizes   []uint64
	streams uint64
}

type szCoder struct {
	id      string
	props   []byte
	in, out uint64
}

// checkSevenZip reads a header as the decoder will, and refuses what would
// make it allocate more than the limits allow.
func (d *Dig) checkSevenZip(at io.ReaderAt, size int64) (*sevenZipHeader, error) {
	var start [szHeadLen]byte
	if _, err := at.ReadAt(start[:], 0); err != nil {
		return nil, unexpected(err)
	}
	offset, length := binary.LittleEndian.Uint64(start[12:]), binary.LittleEndian.Uint64(start[20:])
	if crc32.ChecksumIEEE(start[12:]) != binary.LittleEndian.Uint32(start[8:]) {
		return nil, errors.New("the sum of its start is wrong")
	}
	if length == 0 {
		return &sevenZipHeader{empty: true}, nil
	}
	if offset > uint64(size) || length > uint64(size) || offset+length+szHeadLen > uint64(size) {
		return nil, io.ErrUnexpectedEOF
	}
	if err := d.reserve(int64(length), "its directory"); err != nil {
		return nil, err
	}
	defer d.release(int64(length))
	raw := make([]byte, length)
	if n, err := at.ReadAt(raw, szHeadLen+int64(offset)); n < len(raw) {
		return nil, unexpected(err)
	}
	h := &sevenZipHeader{}
	p := &szParser{b: raw, d: d}
	if p.peek() == szEncoded {
		plain, err := d.decodeHeader(p, at)
		if err != nil {
			return nil, err
		}
		defer d.release(int64(len(plain)))
		p = &szParser{b: plain, d: d}
	}
	files, err := p.header(h)
	if err != nil {
		return nil, err
	}
	if uint64(len(h.folders))*files > 1<<30 {
		return nil, errors.New("too many files in too many parts")
	}
	h.memory = int64(files)*szFileCost + int64(len(p.b))
	return h, p.err
}

// decodeHeader undoes the compression of a header.
func (d *Dig) decodeHeader(p *szParser, at io.ReaderAt) ([]byte, error) {
	p.byte()
	pos, sizes, folders := p.streams()
	if p.err != nil {
		return nil, p.err
	}
	if len(folders) != 1 || len(sizes) != 1 {
		return nil, errors.New("its header is in several parts")
	}
	f := folders[0]
	if err := f.check(d); err != nil {
		return nil, err
	}
	c := f.coders[0]
	if len(f.coders) != 1 || len(f.sizes) != 1 {
		return nil, errors.New("its header is compressed in an unusual way")
	}
	length := f.sizes[0]
	if length > uint64(d.limits.Memory) {
		return nil, d.reserve(d.limits.Memory+1, "its directory")
	}
	if err := d.reserve(int64(length), "its directory"); err != nil {
		return nil, err
	}
	packed := io.NewSectionReader(at, szHeadLen+int64(pos), int64(sizes[0]))
	r, err := c.open(packed, length)
	if err != nil {
		d.release(int64(length))
		return nil, err
	}
	// Only as much is allocated as there really is.
	plain, err := io.ReadAll(io.LimitReader(r, int64(length)))
	if err == nil && uint64(len(plain)) < length {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		d.release(int64(length))
		return nil, err
	}
	return plain, nil
}

// open decodes what a header may be compressed with.
func (c szCoder) open(r io.Reader, size uint64) (io.Reader, error) {
	switch {
	case c.id == szCopy:
		return r, nil
	case c.id == szLzma && len(c.props) == 5:
		head := binary.LittleEndian.AppendUint64(bytes.Clone(c.props), size)
		return lzma.NewReader(io.MultiReader(bytes.NewReader(head), r))
	case c.id == szLzma2 && len(c.props) == 1:
		return lzma.Reader2Config{DictCap: int(max(c.memory(size), lzma.MinDictCap))}.NewReader2(r)
	}
	return nil, fmt.Errorf("its header is compressed by the method %x", c.id)
}

// memory is how much the decoder will allocate for a coder.
func (c szCoder) memory(size uint64) uint64 {
	switch {
	case c.id == szLzma && len(c.props) == 5:
		return min(uint64(binary.LittleEndian.Uint32(c.props[1:])), size)
	case c.id == szLzma2 && len(c.props) == 1:
		return (2 | uint64(c.props[0]&1)) << (c.props[0]/2 + 11)
	case c.id == szPpmd && len(c.props) == 5:
		return uint64(binary.LittleEndian.Uint32(c.props[1:]))
	}
	return 0
}

// check says why a folder must not be decoded.
func (f szFolderInfo) check(d *Dig) error {
	for i, c := range f.coders {
		if c.id == szAes {
			return ErrEncrypted
		}
		size := uint64(1 << 62)
		if i < len(f.sizes) {
			size = f.sizes[i]
		}
		if c.memory(size) > uint64(d.limits.Memory) {
			return d.reserve(d.limits.Memory+1, "its dictionary")
		}
	}
	return nil
}
