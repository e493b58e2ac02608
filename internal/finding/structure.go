package finding

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Structure says what secret is made of: its kind where its form shows it, its
// length in characters and their classes. Of a value that isn't MachineMade it
// gives a range of lengths only, since the rest would help whoever guesses. No
// part of the secret itself is in it.
//
//	PEM RSA private key, 27 lines
//	JSON Web Token, 312 characters
//	UUID
//	40 characters: lower-case letters, digits
//	8 to 15 characters
func Structure(secret []byte) string {
	if label, ok := pemLabel(secret); ok {
		kind := strings.Replace(label, "PRIVATE KEY", "private key", 1)
		return fmt.Sprintf("PEM %s, %s", kind, count(lineCount(secret), "line"))
	}
	if !utf8.Valid(secret) {
		return fmt.Sprintf("%s, not text", count(len(secret), "byte"))
	}
	n := utf8.RuneCount(secret)
	switch {
	case !MachineMade(secret):
		return lengthRange(n)
	case isUUID(secret):
		return "UUID"
	case isJWT(secret):
		return fmt.Sprintf("JSON Web Token, %s", count(n, "character"))
	case bytes.Contains(secret, []byte("://")):
		return fmt.Sprintf("URL, %s", count(n, "character"))
	}
	size := count(n, "character")
	if lines := lineCount(secret); lines > 1 {
		size = fmt.Sprintf("%s, %s", count(lines, "line"), size)
	}
	return size + ": " + strings.Join(classes(secret), ", ")
}

// count writes n with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// lengthRange is as much as is said of the length of a password.
func lengthRange(n int) string {
	switch {
	case n < 8:
		return "fewer than 8 characters"
	case n < 16:
		return "8 to 15 characters"
	case n < 32:
		return "16 to 31 characters"
	default:
		return "32 characters or more"
	}
}

// lineCount counts lines, also those of a value in one line of JSON or of a
// shell, where \n stands for a newline.
func lineCount(s []byte) int {
	s = bytes.TrimSpace(s)
	if n := bytes.Count(s, []byte("\n")); n > 0 {
		return n + 1
	}
	return 1 + bytes.Count(bytes.TrimSuffix(s, []byte(`\n`)), []byte(`\n`))
}

// classes names the kinds of character in s, in a fixed order.
func classes(s []byte) []string {
	const hexDigits = "0123456789abcdefABCDEF"
	if strings.Trim(string(s), hexDigits) == "" {
		return []string{"hexadecimal digits"}
	}
	var lower, upper, digit, sign, space, other bool
	for _, c := range s {
		switch {
		case isLower(c):
			lower = true
		case isUpper(c):
			upper = true
		case isDigit(c):
			digit = true
		case isGraph(c):
			sign = true
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			space = true
		default:
			other = true
		}
	}
	var out []string
	for _, class := range []struct {
		name string
		is   bool
	}{
		{"letters", lower && upper},
		{"lower-case letters", lower && !upper},
		{"upper-case letters", upper && !lower},
		{"digits", digit},
		{"signs", sign},
		{"spaces", space},
		{"other characters", other},
	} {
		if class.is {
			out = append(out, class.name)
		}
	}
	return out
}

// isUUID knows RFC 9562's text form.
func isUUID(s []byte) bool {
	if len(s) != 36 {
		return false
	}
	for _, i := range []int{8, 13, 18, 23} {
		if s[i] != '-' {
			return false
		}
	}
	return len(ungrouped(s)) == 32
}

// isJWT knows the compact form of RFC 7519: three parts in base64url, of which
// the first two are JSON objects.
func isJWT(s []byte) bool {
	parts := bytes.Split(s, []byte("."))
	return len(parts) == 3 && bytes.HasPrefix(parts[0], []byte("eyJ")) && bytes.HasPrefix(parts[1], []byte("eyJ"))
}
