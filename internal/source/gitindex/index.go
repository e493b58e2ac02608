// Package gitindex reads which paths a git index names: what is tracked, and
// where submodules stand. It refuses everything else in it (stat data, the
// cache of trees, the state of merges) and never writes one. Its one
// invariant: an index that it can't read whole is an error, never an index
// with less in it.
//
// The format is gitformat-index(5): versions 2, 3 and 4, with SHA-1 or SHA-256
// names. Split indexes are refused.
package gitindex

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // git's checksum, not a signature
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// Modes of entries that are not files.
const (
	modeGitlink = 0o160000 // a submodule
	modeMask    = 0o170000
)

// An Index is the paths of a git index.
type Index struct {
	paths []string // slash-separated, from the work tree's top; sorted
	links []string // those that are submodules; sorted
}

// Parse reads the content of an index file.
func Parse(data []byte) (*Index, error) {
	if len(data) < 12+sha1.Size || string(data[:4]) != "DIRC" {
		return nil, errors.New("not a git index: it doesn't begin with DIRC")
	}
	version := binary.BigEndian.Uint32(data[4:])
	if version < 2 || version > 4 {
		return nil, fmt.Errorf("git index of version %d: only 2 to 4 are known", version)
	}
	hash, err := checksum(data)
	if err != nil {
		return nil, err
	}
	p := parser{rest: data[12 : len(data)-hash], hash: hash, version: version}
	x := &Index{}
	for n := binary.BigEndian.Uint32(data[8:]); n > 0; n-- {
		path, mode, err := p.entry()
		if err != nil {
			return nil, fmt.Errorf("git index, entry %d: %w", len(x.paths)+1, err)
		}
		x.paths = append(x.paths, path)
		if mode&modeMask == modeGitlink {
			x.links = append(x.links, path)
		}
	}
	if err := p.extensions(); err != nil {
		return nil, err
	}
	if !slices.IsSorted(x.paths) {
		return nil, errors.New("git index: its entries are not in order")
	}
	return x, nil
}

// checksum gives the length of the hash at the index's end. Zeros stand for
// none (index.skipHash).
func checksum(data []byte) (int, error) {
	body, sum := data[:len(data)-sha1.Size], data[len(data)-sha1.Size:]
	if h := sha1.Sum(body); bytes.Equal(h[:], sum) { //nolint:gosec // as above
		return sha1.Size, nil
	}
	if len(data) >= 12+sha256.Size {
		body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
		if h := sha256.Sum256(body); bytes.Equal(h[:], sum) || bytes.Equal(sum, make([]byte, sha256.Size)) {
			return sha256.Size, nil
		}
	}
	if bytes.Equal(sum, make([]byte, sha1.Size)) {
		return sha1.Size, nil
	}
	return 0, errors.New("git index: its checksum is wrong: it is damaged or was being written")
}

// A parser takes entries off the front of rest.
type parser struct {
	rest    []byte
	hash    int
	version uint32
	last    string // the path before, for version 4
}

var errShort = errors.New("it ends too early")

// entry reads one entry.
func (p *parser) entry() (path string, mode uint32, err error) {
	const stat = 40 // times, device, inode, mode, owner, size: 4 bytes each
	head := stat + p.hash + 2
	if len(p.rest) < head {
		return "", 0, errShort
	}
	mode = binary.BigEndian.Uint32(p.rest[24:])
	if flags := binary.BigEndian.Uint16(p.rest[head-2:]); flags&0x4000 != 0 {
		if p.version < 3 {
			return "", 0, errors.New("extended flags in version 2")
		}
		head += 2
	}
	if len(p.rest) < head {
		return "", 0, errShort
	}
	name := p.rest[head:]
	prefix := ""
	if p.version == 4 {
		strip, n := varint(name)
		if n == 0 || strip > uint64(len(p.last)) {
			return "", 0, errors.New("its path takes more from the path before than that has")
		}
		prefix, name, head = p.last[:len(p.last)-int(strip)], name[n:], head+n
	}
	end := bytes.IndexByte(name, 0)
	if end < 0 {
		return "", 0, errShort
	}
	path = prefix + string(name[:end])
	p.last = path
	total := head + end + 1
	if p.version < 4 {
		total = (head + end + 8) &^ 7
	}
	if total > len(p.rest) {
		return "", 0, errShort
	}
	p.rest = p.rest[total:]
	return path, mode, nil
}

// varint reads the offset encoding of git's varint.c, and how many bytes it
// takes; 0 means that it is not one.
func varint(b []byte) (v uint64, n int) {
	for n < len(b) {
		c := b[n]
		n++
		v |= uint64(c & 0x7f)
		if c < 0x80 {
			return v, n
		}
		if v >= math.MaxUint64>>8 {
			return 0, 0
		}
		v = (v + 1) << 7
	}
	return 0, 0
}

// extensions looks for one that changes what the entries mean. Those whose
// name begins with a capital are optional.
func (p *parser) extensions() error {
	for b := p.rest; len(b) > 0; {
		if len(b) < 8 || uint64(binary.BigEndian.Uint32(b[4:])) > uint64(len(b)-8) {
			return errors.New("git index: its last part is cut off")
		}
		switch name := string(b[:4]); {
		case name == "link":
			return errors.New("git index: it is split over two files, which isn't read; `git update-index --no-split-index` joins them")
		case name == "sdir" || 'A' <= name[0] && name[0] <= 'Z':
		default:
			return fmt.Errorf("git index: the extension %q isn't known", name)
		}
		b = b[8+binary.BigEndian.Uint32(b[4:]):]
	}
	return nil
}

// Len is the number of entries.
func (x *Index) Len() int { return len(x.paths) }

// Tracked says whether path is a tracked file or submodule.
func (x *Index) Tracked(path string) bool {
	_, ok := slices.BinarySearch(x.paths, path)
	return ok
}

// Holds says whether something below dir is tracked.
func (x *Index) Holds(dir string) bool {
	dir += "/"
	i := sort.SearchStrings(x.paths, dir)
	return i < len(x.paths) && strings.HasPrefix(x.paths[i], dir)
}

// Submodule says whether a submodule stands at path.
func (x *Index) Submodule(path string) bool {
	_, ok := slices.BinarySearch(x.links, path)
	return ok
}
