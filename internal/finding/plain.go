package finding

import "strings"

// plainCosts gives for each byte of s its bits under the explanation that a
// person wrote it: little for what follows from the bytes before it, much for
// what people don't write.
func plainCosts(s []byte) []float64 {
	out := make([]float64, len(s))
	for i, c := range s {
		if i == 0 {
			out[i] = firstCost(c)
		} else {
			out[i] = nextCost(s[:i], c)
		}
	}
	return out
}

// foretold marks the bytes of s that repeat what stands before them: the same
// byte twice, the next digit, three bytes that were there already.
func foretold(s []byte) []bool {
	seen := make(map[[3]byte]bool, len(s))
	out := make([]bool, len(s))
	for i := 1; i < len(s); i++ {
		c, p := s[i], s[i-1]
		out[i] = c == p || isDigit(c) && isDigit(p) && (c-p == 1 || p-c == 1)
		if i >= 2 {
			g := [3]byte(s[i-2 : i+1])
			out[i] = out[i] || seen[g]
			seen[g] = true
		}
	}
	return out
}

// The costs below are rounded from counts over English words and the names in
// Go's sources, in which 82 of 100 pairs of letters are among those that
// follows lists, against 29 of 100 drawn ones.

// firstCost is that of a byte at the start of a word.
func firstCost(c byte) float64 {
	switch {
	case isLower(c):
		return 5.5
	case isUpper(c), isDigit(c):
		return 6
	case isSeparator(c):
		return 7
	default:
		return 9
	}
}

// nextCost is that of c after before, which isn't empty.
func nextCost(before []byte, c byte) float64 {
	p := before[len(before)-1]
	cost := 10.0
	switch {
	case neighbours(p, c):
		return 3.5
	case isAlpha(c) && isAlpha(p):
		return letterCost(before, p, c)
	case isDigit(c) && isDigit(p):
		return 3.9 // above log2(10), as dates and ports are; below 4, hexadecimal's
	case isDigit(c) && isAlpha(p):
		cost = 7.5
	case isAlpha(c) && isDigit(p):
		cost = 8
	case isSeparator(p):
		cost = firstCost(c)
	case !isAlpha(p) && !isDigit(p):
		cost = firstCost(c) + 1
	case isSeparator(c):
		cost = 6
	}
	// A digit or a sign in a letter's stead: pr0duct10n, p@ssw0rd.
	if !isUpper(p) && !isUpper(c) {
		if lp, lc := likeLetter(p), likeLetter(c); lp != 0 && lc != 0 {
			cost = min(cost, letterCost(nil, lp, lc)+2)
		}
	}
	return cost
}

// letterCost is that of the letter c after the letter p, the last of before.
func letterCost(before []byte, p, c byte) float64 {
	lp, lc := p|0x20, c|0x20
	cost := 7.0
	if strings.IndexByte(follows(lp), lc) >= 0 || neighbours(lp, lc) || lc-lp == 1 || lp == lc {
		cost = 3.5
	}
	switch {
	case isLower(p) && isUpper(c):
		cost = max(cost+2, 8.5)
	case isUpper(p) && isLower(c) && len(before) > 1 && isUpper(before[len(before)-2]):
		cost += 2
	}
	return cost
}

func isSeparator(c byte) bool { return strings.IndexByte("./:-_@ \n,=&?;\"'", c) >= 0 }

// likeLetter gives the lower-case letter that c is or is often written for, or
// 0.
func likeLetter(c byte) byte {
	if isAlpha(c) {
		return c | 0x20
	}
	const signs, letters = "0134579@$!", "oieastgasi"
	if i := strings.IndexByte(signs, c); i >= 0 {
		return letters[i]
	}
	return 0
}

// neighbours says that a and b lie side by side in a row of a keyboard.
func neighbours(a, b byte) bool {
	const rows = "qwertyuiop asdfghjkl zxcvbnm lkjhgfdsa poiuytrewq mnbvcxz !@#$%^&*() )(*&^%$#@!"
	return a != ' ' && b != ' ' && strings.Contains(rows, string([]byte{a, b}))
}

// follows lists the letters that most often come after c.
func follows(c byte) string {
	const table = "bcdlmnprst aeiloru aehikort adeiors acdlmnrst aefiloru aehilorsu " +
		"aeiotu acdelmnost aeiou aeilns aeilosy aeiops acdegist cdlmnoprstu " +
		"aeiloprt su adeiorstu acehiostu aehiors ceilmnprst aei aehiors " +
		"acefipty aceilmnpst aeioz"
	rest := table
	for ; c > 'a'; c-- {
		_, rest, _ = strings.Cut(rest, " ")
	}
	row, _, _ := strings.Cut(rest, " ")
	return row
}
