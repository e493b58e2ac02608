package decode

// blockSize is how many bytes the masks of one block describe: bit i is byte i.
const blockSize = 64

// The two masks of a block: bytes of the class isWord, and of isSpecial.
const (
	maskWord = iota
	maskSpecial
)

// classifyGo writes the masks of each block of the text, whose length is a
// multiple of blockSize. classify, chosen by the processor, does the same.
func classifyGo(text []byte, out [][2]uint64) {
	for i := 0; len(text) >= blockSize; i++ {
		block := (*[blockSize]byte)(text)
		var low, high uint64
		for j := range blockSize / 2 {
			low |= spread[block[j]] << j
			high |= spread[block[blockSize/2+j]] << j
		}
		out[i] = [2]uint64{
			maskWord:    low&0xffffffff | high<<32,
			maskSpecial: low>>32 | high&^0xffffffff,
		}
		text = text[blockSize:]
	}
}

// spread is constant: of each byte, isWord in bit 0 and isSpecial in bit 32.
var spread = newSpread()

func newSpread() (t [256]uint64) {
	for c, class := range newClasses() {
		if class&isWord != 0 {
			t[c] |= 1
		}
		if class&isSpecial != 0 {
			t[c] |= 1 << 32
		}
	}
	return t
}
