package textform

import (
	"bytes"
	"unicode/utf8"
)

// Clean rewrites data, a whole content, as the package comment says. The map
// is nil if nothing was drawn together. It touches no more than one byte in
// each block that isn't binary.
func Clean(data []byte) *Map {
	if bytes.IndexByte(data, 0) < 0 {
		return nil
	}
	var m *Map
	for off := 0; off < len(data); {
		end := binaryExtent(data, off)
		if end == off {
			off = min(off+Block, len(data))
			continue
		}
		cleanExtent(data[off:end], int64(off), true, &m)
		off = end
	}
	return m
}

// binaryExtent gives the end of the binary blocks that follow each other from
// off, a multiple of Block.
func binaryExtent(data []byte, off int) int {
	for off < len(data) {
		end := min(off+Block, len(data))
		if bytes.IndexByte(data[off:end], 0) < 0 {
			break
		}
		off = end
	}
	return off
}

// cleanExtent cleans b, a piece of binary blocks that stands at offset base of
// the content. Unless final, what follows b may continue a run at its end: then
// b is cleaned up to that run, and done says how far that is.
func cleanExtent(b []byte, base int64, final bool, m **Map) (done int) {
	i := 0
	for i < len(b) {
		start, end := findWide(b, i)
		open := end+1 >= len(b) && end-start <= maxWide
		if !final && start == len(b) {
			start = openEnd(b, i)
		}
		blank(b[i:start])
		if start == len(b) {
			break
		}
		if !final && open {
			return start
		}
		if end-start > maxWide {
			end = cutWide(b, start)
		}
		n := drawTogether(b[start:end])
		if *m == nil {
			*m = &Map{}
		}
		(*m).add(run{text: base + int64(start) + 1, n: int64(n)})
		i = end
	}
	return len(b)
}

// openEnd gives where, at the end of b and not before from, something begins
// that the bytes after b may complete: a wide run or a UTF-8 sequence.
func openEnd(b []byte, from int) int {
	p := len(b) - 1
	if p > from && b[p] == 0 {
		p--
	}
	if printable(b[p]) {
		start, _ := extend(b, from, p)
		if endsString(b, from, start) {
			start -= 2
		}
		return start
	}
	for p = len(b) - 1; p >= from && len(b)-p < utf8.UTFMax; p-- {
		if utf8.RuneStart(b[p]) {
			if !utf8.FullRune(b[p:]) {
				return p
			}
			break
		}
	}
	return len(b)
}
