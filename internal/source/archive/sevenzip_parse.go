package archive

import (
	"errors"
	"io"
	"math/bits"
)

// A szParser reads a 7z header, with every count held against the bytes that
// the header has left: what it lets pass can't make a decoder allocate much
// more than the header's own length. The first error stays, and everything
// after it reads as zero.
type szParser struct {
	b   []byte
	i   int
	d   *Dig
	err error
}

var errSzHeader = errors.New("its header is not as it should be")

func (p *szParser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *szParser) left() uint64 { return uint64(len(p.b) - p.i) }

func (p *szParser) peek() byte {
	if p.left() == 0 {
		return 0
	}
	return p.b[p.i]
}

func (p *szParser) byte() byte {
	c := p.bytes(1)
	if c == nil {
		return 0
	}
	return c[0]
}

func (p *szParser) bytes(n uint64) []byte {
	if p.err != nil || n > p.left() {
		p.fail(io.ErrUnexpectedEOF)
		return nil
	}
	p.i += int(n)
	return p.b[p.i-int(n) : p.i]
}

// number reads a number of one to nine bytes; the first one's leading ones say
// how many follow.
func (p *szParser) number() (v uint64) {
	first := p.byte()
	more := bits.LeadingZeros8(^first)
	if more < 7 {
		v = uint64(first&(1<<(7-more)-1)) << (8 * more)
	}
	for i := range more {
		v |= uint64(p.byte()) << (8 * i)
	}
	return v
}

// count reads a number of things of which each takes a byte or more.
func (p *szParser) count(max uint64) uint64 {
	n := p.number()
	if n > min(max, p.left()) {
		p.fail(errSzHeader)
		return 0
	}
	return n
}

func (p *szParser) expect(mark byte) {
	if p.byte() != mark {
		p.fail(errSzHeader)
	}
}

// optional says whether mark comes next, and takes it.
func (p *szParser) optional(mark byte) bool {
	if p.err == nil && p.left() > 0 && p.peek() == mark {
		p.i++
		return true
	}
	return false
}

// defined reads which of n things have a value, and gives how many.
func (p *szParser) defined(n uint64) (defined uint64) {
	if p.byte() != 0 {
		return n
	}
	return p.bools(n)
}

// bools reads n bits, and gives how many are set.
func (p *szParser) bools(n uint64) (set uint64) {
	for _, c := range p.bytes((n + 7) / 8) {
		set += uint64(bits.OnesCount8(c))
	}
	return set
}

// digests skips the sums of n things. The decoder allocates for all n, so n
// must have been held against the header's length.
func (p *szParser) digests(n uint64) { p.bytes(4 * p.defined(n)) }

// streams reads a StreamsInfo: where the packed data begin, the lengths of its
// parts, and the folders.
func (p *szParser) streams() (pos uint64, sizes []uint64, folders []szFolderInfo) {
	if p.optional(szPack) {
		pos = p.number()
		n := p.count(p.left())
		if p.optional(szSize) {
			for range n {
				sizes = append(sizes, p.number())
			}
		}
		if p.optional(szCRC) {
			p.digests(n)
		}
		p.expect(szEnd)
	}
	if p.optional(szUnpack) {
		folders = p.folders()
	}
	if p.optional(szSubStreams) {
		p.subStreams(folders)
	}
	p.expect(szEnd)
	packed := 0
	for _, f := range folders {
		packed += f.packed
	}
	if p.err == nil && packed > len(sizes) {
		p.fail(errSzHeader)
	}
	return pos, sizes, folders
}

// folders reads an UnpackInfo.
func (p *szParser) folders() (folders []szFolderInfo) {
	p.expect(szFolder)
	n := p.count(p.left())
	p.expect(0) // not elsewhere
	for range n {
		if p.err != nil {
			return nil
		}
		folders = append(folders, p.folder())
	}
	p.expect(szUnpackSize)
	for i := range folders {
		for range folders[i].outputs {
			folders[i].sizes = append(folders[i].sizes, p.number())
		}
	}
	if p.optional(szCRC) {
		p.digests(n)
	}
	p.expect(szEnd)
	return folders
}

// maxCoders is how many coders 7-Zip itself allows in a folder, and how many
// streams each of them may have.
const maxCoders = 32

// folder reads a folder.
func (p *szParser) folder() (f szFolderInfo) {
	var in, out uint64
	for range p.count(maxCoders) {
		flags := p.byte()
		c := szCoder{id: string(p.bytes(uint64(flags & 0x0f))), in: 1, out: 1}
		if flags&0x10 != 0 {
			c.in, c.out = p.count(maxCoders), p.count(maxCoders)
		}
		if flags&0x20 != 0 {
			c.props = p.bytes(p.count(p.left()))
		}
		in, out = in+c.in, out+c.out
		f.coders = append(f.coders, c)
	}
	if len(f.coders) == 0 || in < out || out == 0 {
		p.fail(errSzHeader)
		return f
	}
	f.outputs = int(out)
	for range out - 1 {
		p.bind(in)
		p.bind(out)
	}
	f.packed = int(in - (out - 1))
	if f.packed > 1 {
		for range f.packed {
			p.bind(in)
		}
	}
	return f
}

// bind reads the number of a stream, of which there are n.
func (p *szParser) bind(n uint64) {
	if p.number() >= n {
		p.fail(errSzHeader)
	}
}

// subStreams reads a SubStreamsInfo, and counts each folder's files.
func (p *szParser) subStreams(folders []szFolderInfo) {
	numbered := p.optional(szNumUnpack)
	var files uint64
	for i := range folders {
		folders[i].streams = 1
		if numbered {
			folders[i].streams = p.number()
		}
		if folders[i].streams > uint64(len(p.b)) {
			p.fail(errSzHeader)
			return
		}
		files += folders[i].streams
	}
	if files > uint64(len(p.b)) {
		p.fail(errSzHeader)
		return
	}
	if p.optional(szSize) {
		for _, f := range folders {
			for s := uint64(1); s < f.streams; s++ {
				p.number()
			}
		}
	}
	if p.optional(szCRC) {
		p.digests(files)
	}
	p.expect(szEnd)
}

// header reads a whole header, fills in the folders of h, and gives the number
// of files.
func (p *szParser) header(h *sevenZipHeader) (files uint64, err error) {
	p.expect(szHeader)
	if p.optional(szStreams) {
		_, _, folders := p.streams()
		for _, f := range folders {
			h.folders = append(h.folders, f.check(p.d))
		}
	}
	if p.optional(szFiles) {
		files = p.files()
	}
	p.expect(szEnd)
	if len(h.folders) > 0 && files == 0 {
		p.fail(errors.New("it has contents that no file is made of"))
	}
	return files, p.err
}

// files reads a FilesInfo, and gives the number of files.
func (p *szParser) files() uint64 {
	// Each has a name, of which the end alone takes two bytes.
	n := p.count(p.left() / 2)
	if n == 0 {
		p.fail(errSzHeader)
	}
	if int64(n) > p.d.limits.Memory/szFileCost {
		p.fail(p.d.reserve(p.d.limits.Memory+1, "its directory"))
	}
	var empty uint64
	for p.err == nil {
		mark := p.byte()
		if mark == szEnd {
			break
		}
		length := p.number()
		start := p.i
		switch mark {
		case szEmptyStream:
			empty = p.bools(n)
		case szEmptyFile:
			p.bools(empty)
		case szNames:
			if length < 2*n {
				p.fail(errSzHeader)
			}
			p.expect(0)
			p.bytes(max(length, 1) - 1)
		case szCTime, szCTime + 1, szMTime:
			p.values(n, 8)
		case szAttributes:
			p.values(n, 4)
		case szDummy:
			p.bytes(length)
		default:
			p.fail(errSzHeader)
		}
		if p.err == nil && uint64(p.i-start) != length {
			p.fail(errSzHeader)
		}
	}
	return n
}

// values skips the values, of so many bytes each, of n files.
func (p *szParser) values(n, size uint64) {
	defined := p.defined(n)
	p.expect(0)
	p.bytes(defined * size)
}
