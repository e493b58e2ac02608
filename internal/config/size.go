package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Size is a number of bytes.
type Size int64

// The units of IEC 80000-13.
const (
	KiB Size = 1 << 10
	MiB Size = 1 << 20
	GiB Size = 1 << 30
	TiB Size = 1 << 40
)

// sizePattern is the syntax of ParseSize, for JSON Schema.
const sizePattern = `^[0-9]+(\.[0-9]+)? ?(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)?$`

// unit gives the bytes of a unit: powers of 1024 with an i, as IEC 80000-13
// has them, of 1000 without, as the SI does.
func unit(name string) (Size, bool) {
	switch name {
	case "", "B":
		return 1, true
	case "KiB":
		return KiB, true
	case "MiB":
		return MiB, true
	case "GiB":
		return GiB, true
	case "TiB":
		return TiB, true
	case "kB":
		return 1e3, true
	case "MB":
		return 1e6, true
	case "GB":
		return 1e9, true
	case "TB":
		return 1e12, true
	}
	return 0, false
}

// ParseSize reads a number of bytes with a unit: 512, 64KiB, 1.5 GiB, 10MB. A
// unit that could be read in two ways, such as M, is refused.
func ParseSize(text string) (Size, error) {
	i := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if i < 0 {
		i = len(text)
	}
	number, name := text[:i], strings.TrimPrefix(text[i:], " ")
	whole, rest, dotted := strings.Cut(number, ".")
	if whole == "" || dotted && rest == "" || strings.Contains(rest, ".") {
		return 0, notASize(text)
	}
	u, ok := unit(name)
	if !ok {
		return 0, badUnit(text, number, name)
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		if n > math.MaxInt64/int64(u) {
			return 0, fmt.Errorf("%s is more bytes than can be counted", quote(text))
		}
		return Size(n) * u, nil
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f*float64(u) >= math.MaxInt64 {
		return 0, fmt.Errorf("%s is more bytes than can be counted", quote(text))
	}
	return Size(f * float64(u)), nil
}

// notASize says how a size is written.
func notASize(text string) error {
	return fmt.Errorf("%s is not a size: write it as 512, 64KiB or 1.5GiB", quote(text))
}

// badUnit says what is wrong with a unit, and what was probably meant.
func badUnit(text, number, name string) error {
	upper := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(name), "B"), "I")
	if len(upper) != 1 || !strings.Contains("KMGT", upper) {
		return notASize(text)
	}
	iec, si := upper+"iB", upper+"B"
	if si == "KB" {
		si = "kB"
	}
	ib, _ := unit(iec)
	sb, _ := unit(si)
	return fmt.Errorf("the unit of %s could be read in two ways: say %s%s (%d bytes each) or %s%s (%d bytes each)",
		quote(text), number, iec, ib, number, si, sb)
}

// String gives the size in the largest IEC unit that divides it.
func (s Size) String() string {
	for _, u := range []string{"TiB", "GiB", "MiB", "KiB"} {
		if n, _ := unit(u); s != 0 && s%n == 0 {
			return strconv.FormatInt(int64(s/n), 10) + u
		}
	}
	return strconv.FormatInt(int64(s), 10)
}
