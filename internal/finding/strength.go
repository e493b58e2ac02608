package finding

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// strongBits is the least estimate at which a value can't be guessed by trying:
// 2^80 evaluations of HMAC-SHA256 are out of reach.
const strongBits = 80

// maxEstimated is how many bytes of a secret the estimate looks at. More could
// only raise it.
const maxEstimated = 4096

// MachineMade says that secret was drawn by a machine and is out of reach of
// guessing: that at least 80 bits of it look random. It errs to the side of
// false; a false answer costs a preview and the time of Key.Stretched.
//
// The estimate asks which of two explanations of each stretch of the text is
// the shorter: writing as people do it (words, names, dates, rows of the
// keyboard, repeats, punctuation), or draws from an alphabet (hexadecimal,
// base32, base64, …), where going from one to the other costs 10 bits, 20 for
// draws from the letters of one case. Only what is cheaper as draws counts, at
// the alphabet's bits per character. Base64 and hexadecimal that decode to
// text count as that text does, so that a password in a Basic header stays a
// password. It can't see that a value was derived from a weak one, such as the
// MD5 of a password.
func MachineMade(secret []byte) bool {
	prefix := publicPrefix(secret)
	return randomBits(secret[len(prefix):], len(prefix) > 0, 2) >= strongBits
}

// alphabet is one of the sets that machines draw from.
type alphabet struct {
	holds func(c byte) bool
	bits  float64
	// change is the cost in bits of beginning to draw from it.
	change float64
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isAlpha(c byte) bool { return isLower(c) || isUpper(c) }
func isGraph(c byte) bool { return c > ' ' && c < 0x7f }

func isBase64(c byte) bool {
	return isAlpha(c) || isDigit(c) || strings.IndexByte("+/-_=", c) >= 0
}

// alphabets lists them from the smallest. Digits alone are not among them: a
// number of 25 digits is rare as a secret and common otherwise.
func alphabets() []alphabet {
	return []alphabet{
		{func(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' }, 4, 10},
		{func(c byte) bool { return isDigit(c) || c >= 'A' && c <= 'F' }, 4, 10},
		{isLower, math.Log2(26), 20},
		{isUpper, math.Log2(26), 20},
		{func(c byte) bool { return isUpper(c) || c >= '2' && c <= '7' }, 5, 10},
		{func(c byte) bool { return isLower(c) || isDigit(c) }, math.Log2(36), 10},
		{func(c byte) bool { return isUpper(c) || isDigit(c) }, math.Log2(36), 10},
		{isAlpha, math.Log2(52), 10},
		{func(c byte) bool { return isAlpha(c) || isDigit(c) }, math.Log2(62), 10},
		{isBase64, 6, 10},
		{isGraph, math.Log2(94), 10},
	}
}

// randomBits estimates from below how many bits of s were drawn at random.
// announced says that a prefix known for machine-made tokens stood before s;
// depth is how many more encodings may be undone.
func randomBits(s []byte, announced bool, depth int) float64 {
	s = ungrouped(s[:min(len(s), maxEstimated)])
	total := 0.0
	if depth > 0 {
		var texts [][]byte
		s, texts = undone(s)
		for _, t := range texts {
			total += randomBits(t, false, depth-1)
		}
	}
	sets := alphabets()
	drawn := explain(s, plainCosts(s), sets, announced)
	known := foretold(s)
	for i := 0; i < len(s); {
		end := i + 1
		for end < len(s) && drawn[end] == drawn[i] {
			end++
		}
		if drawn[i] {
			total += spanBits(s[i:end], known[i:end], sets)
		}
		i = end
	}
	return total
}

// spanBits counts a drawn span: the bits of the smallest alphabet that holds
// it for each byte, nothing for those that are foretold, past the two that chance
// may foretell.
func spanBits(s []byte, known []bool, sets []alphabet) float64 {
	bits := math.Inf(1)
	for _, a := range sets {
		if !slices.ContainsFunc(s, func(c byte) bool { return !a.holds(c) }) {
			bits = min(bits, a.bits)
		}
	}
	repeats := -2
	for _, k := range known {
		if k {
			repeats++
		}
	}
	return bits * float64(len(s)-max(repeats, 0))
}

// undone takes out of s the runs of base64 or hexadecimal that decode to text,
// and gives what is left and the texts.
func undone(s []byte) (rest []byte, texts [][]byte) {
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && isBase64(s[end]) && s[end] != '=' {
			end++
		}
		for end > i && end < len(s) && s[end] == '=' {
			end++
		}
		if text, ok := decodedText(s[i:end]); ok {
			texts = append(texts, text)
			rest = append(rest, ' ')
			i = end
			continue
		}
		end = max(end, i+1)
		rest = append(rest, s[i:end]...)
		i = end
	}
	return rest, texts
}

// explain says for each byte of s whether the cheapest explanation of the whole
// has it drawn from one of sets. It is Viterbi's algorithm: state 0 is a
// person's writing at the costs of plain, state i+1 draws from sets[i].
func explain(s []byte, plain []float64, sets []alphabet, announced bool) []bool {
	const back = 10 // the change to a person's writing
	n := len(sets) + 1
	cost := make([]float64, n)
	for i := 1; i < n && !announced; i++ {
		cost[i] = sets[i-1].change
	}
	from := make([]uint8, len(s)*n)
	next := make([]float64, n)
	for i, c := range s {
		best := 0
		for k := range cost {
			if cost[k] < cost[best] {
				best = k
			}
		}
		for k := range cost {
			change := float64(back)
			if k > 0 {
				change = sets[k-1].change
			}
			next[k] = cost[k]
			from[i*n+k] = uint8(k)
			if cost[best]+change < cost[k] {
				next[k] = cost[best] + change
				from[i*n+k] = uint8(best)
			}
			switch {
			case k == 0:
				next[k] += plain[i]
			case sets[k-1].holds(c):
				next[k] += sets[k-1].bits
			default:
				next[k] = math.Inf(1)
			}
		}
		cost, next = next, cost
	}
	last := 0
	for k := range cost {
		if cost[k] < cost[last] {
			last = k
		}
	}
	out := make([]bool, len(s))
	for i := len(s) - 1; i >= 0; i-- {
		out[i] = last > 0
		last = int(from[i*n+last])
	}
	return out
}

// decodedText undoes hexadecimal or base64 if what comes out is text.
func decodedText(s []byte) ([]byte, bool) {
	const short = 8 // fewer prove nothing
	if len(s) < short {
		return nil, false
	}
	if b, err := hex.DecodeString(string(s)); err == nil {
		return b, isText(b)
	}
	bare := strings.TrimRight(string(s), "=")
	enc := base64.RawStdEncoding
	if strings.ContainsAny(bare, "-_") {
		enc = base64.RawURLEncoding
	}
	b, err := enc.DecodeString(bare)
	return b, err == nil && isText(b)
}

// isText says that b is printable and in UTF-8.
func isText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, r := range string(b) {
		if !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
	}
	return true
}

// ungrouped takes out the dashes or colons of a value that is nothing but
// groups of hexadecimal digits: a UUID, a fingerprint.
func ungrouped(s []byte) []byte {
	for _, sep := range "-:" {
		if strings.ContainsRune(string(s), sep) {
			bare := strings.ReplaceAll(string(s), string(sep), "")
			if strings.Trim(bare, "0123456789abcdefABCDEF") == "" {
				return []byte(bare)
			}
		}
	}
	return s
}
