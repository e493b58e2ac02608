package backtrack_test

import (
	"strings"

	"pgregory.net/rapid"
)

// drawPattern draws a pattern of up to depth levels.
func drawPattern(t *rapid.T, depth int) string {
	flags := rapid.SampledFrom([]string{"", "", "(?i)", "(?s)", "(?m)", "(?im)", "(?U)", "(?is)"}).Draw(t, "flags")
	if rapid.IntRange(0, 3).Draw(t, "led") == 0 {
		return flags + drawClass(t) + rapid.SampledFrom([]string{"*?", "{0,3}?", "??", "{0,9}", "{1,3}?", "{0,5}?[a-z]{0,2}?"}).Draw(t, "lead") + drawExpr(t, depth)
	}
	return flags + drawExpr(t, depth)
}

func drawExpr(t *rapid.T, depth int) string {
	kinds := 12
	if depth == 0 {
		kinds = 5
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return drawClass(t)
	case 1:
		return drawClass(t) + drawQuantifier(t)
	case 2:
		return rapid.SampledFrom([]string{"a", "b", "ab", "key", "s", "k", "é", "ſ", "\u212a", `\x{fffd}`, `\x{d800}`, "sK", "a-", " ", `\n`, "日本"}).Draw(t, "literal")
	case 3:
		return rapid.SampledFrom([]string{"", `\b`, `\B`, "^", "$", `\A`, `\z`, "(?:)", "(?i:k)", "(?i:s)b", "()"}).Draw(t, "empty")
	case 4:
		return rapid.SampledFrom([]string{"a", "b", "(?i:A)", `[^\x00-\x{10FFFF}]`}).Draw(t, "rune") + drawQuantifier(t)
	case 5, 6:
		return drawExpr(t, depth-1) + drawExpr(t, depth-1)
	case 7:
		return drawExpr(t, depth-1) + drawExpr(t, depth-1) + drawExpr(t, depth-1)
	case 8:
		n := rapid.IntRange(2, 4).Draw(t, "branches")
		branches := make([]string, n)
		for i := range branches {
			branches[i] = drawExpr(t, depth-1)
		}
		return "(?:" + strings.Join(branches, "|") + ")"
	case 9:
		return "(" + drawExpr(t, depth-1) + ")"
	case 10:
		return "(" + drawExpr(t, depth-1) + "|" + drawExpr(t, depth-1) + ")" + drawQuantifier(t)
	default:
		return rapid.SampledFrom([]string{"(?:", "(?i:", "(?P<n>", "(?-i:"}).Draw(t, "group") + drawExpr(t, depth-1) + ")" + drawQuantifier(t)
	}
}

func drawClass(t *rapid.T) string {
	return rapid.SampledFrom([]string{
		".", "[ab]", "[a-c]", `\w`, `[\w.-]`, `\s`, `[^a]`, `[^\n-]`, "[k]", "[^sk]", "(?i:[k-s])", "[é-ÿ]", "[aé]",
		"(?s:.)", `[\x{fffd}a]`, `\PL`, `\pL`, "[a日]", `[\x{1f600}-\x{1f64f}b]`, "b", "[[:alnum:]=]", `[日-\x{10ffff}]`,
	}).Draw(t, "class")
}

func drawQuantifier(t *rapid.T) string {
	return rapid.SampledFrom([]string{
		"", "?", "*", "+", "??", "*?", "+?", "{2}", "{0,2}", "{1,3}", "{2,}", "{0,}", "{1,2}?", "{2,4}?", "{3,}?", "{0}", "{1}", "{0,7}", "{3,5}",
	}).Draw(t, "quantifier")
}

// drawText draws a text that has what the patterns are about.
func drawText(t *rapid.T) []byte {
	pieces := rapid.SliceOfN(rapid.SampledFrom([]string{
		"a", "a", "a", "b", "b", "c", "A", "B", "key", "KEY", "k", "s", "S", "ſ", "\u212a", "é", "日", "日本", "😀", "-", " ", "\n", "\r\n", "=", "_", "0",
		"\xff", "\x80", "\xe2\x82", "\xe2", "\xf0\x9f\x98", "\xed\xa0\x80", "\ufffd", "aaaa", "abab",
	}), 0, 14).Draw(t, "pieces")
	return []byte(strings.Join(pieces, ""))
}
