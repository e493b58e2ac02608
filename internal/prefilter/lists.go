package prefilter

import "slices"

// A catalogue holds the patterns in the form in which they are compared, and
// lists those that one entry of the sieve stands for.
//
// A pattern that is not found by a quad belongs to the list of every pair in
// the product of its window's first two sets, which may be 65,536. So pairs
// are taken by classes of bytes that no pattern tells apart, and lists are
// linked from a shared end: a pattern adds one node for each different list
// that it extends, not one for each pair.
type catalogue struct {
	entries []entry // pattern i is firstPattern+i; those before never match
	rests   []rest
	nodes   []node // node 0 is the end of every list

	quad          []int32 // the lists by slot of the sieve's quads
	first, second [256]uint16
	seconds       int
	pair          []int32 // the lists by first[b0]*seconds+second[b1]
}

// A node is a link in a list of patterns, which are in ascending order.
type node struct{ pattern, next int32 }

func (c *catalogue) pairList(b0, b1 byte) int32 {
	return c.pair[int(c.first[b0])*c.seconds+int(c.second[b1])]
}

// newTables makes the catalogue and the sieve that refers to it.
func newTables(patterns []Pattern, fragments []fragment) (*catalogue, *sieve) {
	c := &catalogue{entries: make([]entry, firstPattern, firstPattern+len(patterns)), nodes: []node{{pattern: -1}}}
	for i := range c.entries {
		c.entries[i] = entry{want: 1}
	}
	for i, p := range patterns {
		c.addEntry(p.Sets, fragments[i].offset)
	}
	s := new(sieve)
	c.listQuads(fragments, s)
	c.listPairs(patterns, fragments, s)
	return c, s
}

func (c *catalogue) addEntry(sets []Set, offset int) {
	e := entry{offset: uint8(offset), length: uint8(len(sets))}
	var r rest
	for i, s := range sets {
		mask, want, exact := s.cube()
		if i < 8 {
			e.mask |= uint64(mask) << (8 * i)
			e.want |= uint64(want) << (8 * i)
		} else {
			r.mask |= uint64(mask) << (8 * (i - 8))
			r.want |= uint64(want) << (8 * (i - 8))
		}
		if !exact {
			r.classes = append(r.classes, class{i, s})
		}
	}
	if r.mask != 0 || r.classes != nil {
		e.more, e.rest = 1, int32(len(c.rests))
		c.rests = append(c.rests, r)
	}
	c.entries = append(c.entries, e)
}

func (c *catalogue) listQuads(fragments []fragment, s *sieve) {
	// 24 slots for each pattern: what is not a pattern's quad is then taken
	// for one in 1 case of 24, and with a few hundred patterns the table
	// fits the first-level cache beside the text.
	bits := uint8(10)
	for bits < 20 && 1<<bits < 24*len(fragments) {
		bits++
	}
	s.quadShift = 32 - bits
	s.quads = make([]uint16, 1<<bits)
	c.quad = make([]int32, 1<<bits)
	for i, fr := range slices.Backward(fragments) {
		if fr.quad {
			h := hash(fr.key) >> s.quadShift
			c.entries[firstPattern+i].next = c.quad[h]
			c.quad[h] = int32(firstPattern + i)
			s.quads[h] = code(int32(i))
		}
	}
}

func (c *catalogue) listPairs(patterns []Pattern, fragments []fragment, s *sieve) {
	firsts, seconds := newPartition(), newPartition()
	for i, fr := range fragments {
		if !fr.quad {
			first, second := firstTwo(patterns[i].Sets[fr.offset:])
			firsts.split(first)
			seconds.split(second)
		}
	}
	c.first, c.second, c.seconds = firsts.class, seconds.class, len(seconds.size)
	c.pair = make([]int32, len(firsts.size)*c.seconds)
	for i, fr := range slices.Backward(fragments) {
		if !fr.quad {
			first, second := firstTwo(patterns[i].Sets[fr.offset:])
			c.link(int32(i), firsts.classes(first), seconds.classes(second))
		}
	}
	for b1 := range 256 {
		if !c.listed(byte(b1)) {
			continue
		}
		for b0 := range 256 {
			switch n := c.nodes[c.pairList(byte(b0), byte(b1))]; {
			case n.pattern < 0:
			case n.next != 0:
				s.pairs[b1<<8|b0] = several
			default:
				s.pairs[b1<<8|b0] = code(n.pattern)
			}
		}
	}
}

// listed reports whether some pair with second byte b1 has a list.
func (c *catalogue) listed(b1 byte) bool {
	for i := int(c.second[b1]); i < len(c.pair); i += c.seconds {
		if c.pair[i] != 0 {
			return true
		}
	}
	return false
}

// link puts pattern i at the front of the lists of all pairs of these classes.
func (c *catalogue) link(i int32, firsts, seconds []uint16) {
	longer := map[int32]int32{} // from a list to the one with i before it
	for _, a := range firsts {
		for _, b := range seconds {
			head := &c.pair[int(a)*c.seconds+int(b)]
			n, ok := longer[*head]
			if !ok {
				n = int32(len(c.nodes))
				c.nodes = append(c.nodes, node{i, *head})
				longer[*head] = n
			}
			*head = n
		}
	}
}

// A partition divides the bytes into classes.
type partition struct {
	class [256]uint16
	size  []int
}

func newPartition() *partition { return &partition{size: []int{256}} }

// split divides the classes so that s is a union of them.
func (p *partition) split(s Set) {
	var inside [256]int
	for b := range s.each {
		inside[p.class[b]]++
	}
	var moved [256]uint16 // the class that takes a class's bytes in s; 0 none
	for b := range s.each {
		from := p.class[b]
		if inside[from] < p.size[from] && moved[from] == 0 {
			moved[from] = uint16(len(p.size))
			p.size = append(p.size, 0)
		}
	}
	for b := range s.each {
		if from := p.class[b]; moved[from] != 0 {
			p.class[b] = moved[from]
			p.size[from]--
			p.size[moved[from]]++
		}
	}
}

// classes returns the classes whose union is s.
func (p *partition) classes(s Set) []uint16 {
	var seen [256]bool
	var list []uint16
	for b := range s.each {
		if class := p.class[b]; !seen[class] {
			seen[class] = true
			list = append(list, class)
		}
	}
	return list
}
