package decode

import "unicode/utf8"

// The classes of bytes that the encodings are made of.
const (
	isWord    uint8 = 1 << iota // base64 of either alphabet: [A-Za-z0-9_/+-]
	isHex                       // [0-9A-Fa-f]
	isSpace                     // \s of RE2: tab, newline, form feed, return, space
	isSign                      // [0-9+/_-]: long words without one are names, not base64
	isStd                       // [+/]: standard base64 only
	isURL                       // [_-]: URL-safe base64 only
	isSpecial                   // starts a percent or unicode escape, or follows a U: [%\\+]
)

// classes and digits are constant: what a byte is, and what it is worth as a
// base64 digit of either alphabet.
var (
	classes = newClasses()
	digits  = newDigits()
)

func newClasses() (t [256]uint8) {
	add := func(set string, c uint8) {
		for i := 0; i < len(set); i++ {
			t[set[i]] |= c
		}
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c] |= isWord
		t[c-'a'+'A'] |= isWord
	}
	add("0123456789+/_-", isWord|isSign)
	add("0123456789ABCDEFabcdef", isHex)
	add("\t\n\f\r ", isSpace)
	add("+/", isStd)
	add("_-", isURL)
	add("%\\+", isSpecial)
	return t
}

func newDigits() (t [256]uint8) {
	for i := range 26 {
		t['A'+i] = uint8(i)
		t['a'+i] = uint8(26 + i)
	}
	for i := range 10 {
		t['0'+i] = uint8(52 + i)
	}
	t['+'], t['-'] = 62, 62
	t['/'], t['_'] = 63, 63
	return t
}

// printable says whether gitleaks takes a decoded byte for text: ASCII from
// tab to tilde, with the control characters between tab and space.
func printable(c byte) bool { return c-'\t' <= '~'-'\t' }

// decodes says whether the value, a match of that kind, has a decoded form.
func decodes(v []byte, k Kind) bool {
	switch k {
	case Percent:
		return percentDecodes(v)
	case Hex:
		return hexDecodes(v)
	case Base64:
		return base64Decodes(v)
	}
	return true
}

// appendDecoded appends the decoded form of a value that has one.
func appendDecoded(dst, v []byte, k Kind) []byte {
	switch k {
	case Percent:
		return appendPercent(dst, v)
	case Unicode:
		return appendUnicode(dst, v)
	case Hex:
		for i := 0; i < len(v); i += 2 {
			dst = append(dst, nibble(v[i])<<4|nibble(v[i+1]))
		}
		return dst
	}
	return appendBase64(dst, v)
}

// nibble is the value of a hex digit.
func nibble(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&0xf + 9
}

// isEscape reports whether %XX stands at v[i:].
func isEscape(v []byte, i int) bool {
	return i+2 < len(v) && v[i] == '%' && classes[v[i+1]]&classes[v[i+2]]&isHex != 0
}

// percentDecodes: one byte that isn't text spoils the whole value.
func percentDecodes(v []byte) bool {
	for i := 0; i < len(v); i++ {
		if v[i] == '%' && isEscape(v, i) {
			if !printable(nibble(v[i+1])<<4 | nibble(v[i+2])) {
				return false
			}
			i += 2
		}
	}
	return true
}

func appendPercent(dst, v []byte) []byte {
	for i := 0; i < len(v); i++ {
		if v[i] == '%' && isEscape(v, i) {
			dst = append(dst, nibble(v[i+1])<<4|nibble(v[i+2]))
			i += 2
			continue
		}
		dst = append(dst, v[i])
	}
	return dst
}

// appendUnicode takes the four digits after each u or U+; the rest of the
// value is backslashes and space. Each is a rune of its own: a surrogate
// becomes U+FFFD, also when its partner follows.
func appendUnicode(dst, v []byte) []byte {
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '+', 'u':
		case 'U':
			if v[i+1] == '+' {
				continue
			}
		default:
			continue
		}
		var r rune
		for _, c := range v[i+1 : i+5] {
			r = r<<4 | rune(nibble(c))
		}
		dst = utf8.AppendRune(dst, r)
		i += 4
	}
	return dst
}

// hexDecodes wants whole bytes, all of them text, and a decimal digit.
func hexDecodes(v []byte) bool {
	if len(v)%2 != 0 {
		return false
	}
	var seen uint8
	for i := 0; i < len(v); i += 2 {
		if !printable(nibble(v[i])<<4 | nibble(v[i+1])) {
			return false
		}
		seen |= classes[v[i]] | classes[v[i+1]]
	}
	return seen&isSign != 0
}

// quantum is the three bytes that the first four base64 digits of v stand for.
func quantum(v []byte) uint32 {
	_ = v[3]
	return uint32(digits[v[0]])<<18 | uint32(digits[v[1]])<<12 | uint32(digits[v[2]])<<6 | uint32(digits[v[3]])
}

// base64Decodes wants one alphabet and its padding, all bytes text, and a
// digit or sign. The standard alphabet may have padding where it is due and
// may not lack it, the URL-safe one has none; bits after the last byte are
// ignored, as encoding/base64 does when it isn't strict.
func base64Decodes(v []byte) bool {
	n := len(v)
	for v[n-1] == '=' {
		n--
	}
	pad, rest := len(v)-n, n%4
	if rest == 1 || pad != 0 && rest+pad != 4 {
		return false
	}
	if (quantum(v)|quantum(v[4:]))&0x808080 != 0 {
		return false // as nearly all that only looks like base64
	}
	var seen uint8
	i := 0
	for ; i+4 <= n; i += 4 {
		q := v[i : i+4 : i+4]
		x := quantum(q)
		if !printable(byte(x>>16)) || !printable(byte(x>>8)) || !printable(byte(x)) {
			return false
		}
		seen |= classes[q[0]] | classes[q[1]] | classes[q[2]] | classes[q[3]]
	}
	if rest != 0 {
		x := uint32(digits[v[i]])<<18 | uint32(digits[v[i+1]])<<12
		seen |= classes[v[i]] | classes[v[i+1]]
		if rest == 3 {
			x |= uint32(digits[v[i+2]]) << 6
			seen |= classes[v[i+2]]
		}
		if !printable(byte(x>>16)) || rest == 3 && !printable(byte(x>>8)) {
			return false
		}
	}
	if seen&isSign == 0 {
		return false
	}
	std := seen&isURL == 0 && (rest+pad)%4 == 0
	url := seen&isStd == 0 && pad == 0
	return std || url
}

func appendBase64(dst, v []byte) []byte {
	n := len(v)
	for v[n-1] == '=' {
		n--
	}
	i := 0
	for ; i+4 <= n; i += 4 {
		x := quantum(v[i:])
		dst = append(dst, byte(x>>16), byte(x>>8), byte(x))
	}
	if n-i >= 2 {
		x := uint32(digits[v[i]])<<18 | uint32(digits[v[i+1]])<<12
		dst = append(dst, byte(x>>16))
		if n-i == 3 {
			x |= uint32(digits[v[i+2]]) << 6
			dst = append(dst, byte(x>>8))
		}
	}
	return dst
}
