package backtrack

// The operations. Each one that fails goes back to the latest choice.
const (
	opFail       = iota
	opMatch      // the end
	opByte       // one byte: b
	opText       // the bytes of lit
	opClass      // one rune of class
	opRepeat     // min to max runes of class, as many as possible
	opRepeatLazy // min to max runes of class, as few as possible
	opSplit      // next or, that failing, other
	opAlternate  // the branches that the next byte allows, in turn
	opSave       // the position into slot n
	opBeginText
	opEndText
	opBeginLine
	opEndLine
	opWordBoundary
	opNoWordBoundary
)

// An inst is one instruction.
type inst struct {
	op    uint8
	b     byte
	fixed bool // opRepeat: to give runes back can't help
	// nextEmpty and otherEmpty say that a match may go on from next, from
	// other, without reading a byte; then all bytes are in nextSet, otherSet.
	nextEmpty, otherEmpty bool
	next, other           int32 // instructions
	min, max              int32 // opRepeat; a negative max is none
	n                     int32 // opSave: the slot
	class                 *class
	nextSet, otherSet     *byteSet // the bytes that a match may go on with
	dispatch              *dispatch
	lit                   string
}

// A dispatch chooses branches of an alternation by the next byte: indexes in
// Program.branches where a list begins.
type dispatch struct {
	by  [256]uint16
	end uint16 // where there is no next byte
}

// A Program is a compiled regular expression. It is never changed, and may be
// used by any number of Machines at once.
type Program struct {
	insts []inst
	start int32
	// leads are lazy repeats, from none on, that stand before start: they
	// decide where a match begins, but not whether there is one.
	leads []lead
	// branches holds lists of instructions; the last of each list is
	// complemented. List 0 is the empty one.
	branches []int32
	filter   filter
	slots    int  // two for each group, the whole match included
	anchored bool // a match goes on from start at the beginning of the text only
}

// A lead is a repeat of a class from no time to max times; max < 0 is no limit.
type lead struct {
	class *class
	max   int
}
