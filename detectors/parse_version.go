package detectors

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// versionPattern is go-version's SemverRegexpRaw (v1.7.0), which gitleaks
// checks minVersion with. The first group has the numbers.
const versionPattern = `^v?([0-9]+(?:\.[0-9]+)*?)` +
	`(?:-[0-9]+[0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*|-[A-Za-z\-~]+[0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*)?` +
	`(?:\+[0-9A-Za-z\-~]+(?:\.[0-9A-Za-z\-~]+)*)?$`

// checkMinVersion warns of a file that wants a later gitleaks than the one
// whose behaviour Parse has.
func (p *parser) checkMinVersion(root *table, v string) error {
	if v == "" {
		return nil
	}
	followed := []int64{8, 30, 1}
	m := regexp.MustCompile(versionPattern).FindStringSubmatch(v)
	if m == nil {
		return root.errorAt(root.lineOf("minversion"), nil, "minVersion %q isn't a version; write one such as v8.30.1", v)
	}
	var numbers []int64
	for s := range strings.SplitSeq(m[1], ".") {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return root.errorAt(root.lineOf("minversion"), err, "minVersion %q isn't a version; write one such as v8.30.1", v)
		}
		numbers = append(numbers, n)
	}
	for len(numbers) > len(followed) && numbers[len(numbers)-1] == 0 {
		numbers = numbers[:len(numbers)-1]
	}
	if slices.Compare(numbers, followed) > 0 {
		p.warn(Warning{
			File: root.doc.file, Line: root.lineOf("minversion"),
			Msg: fmt.Sprintf("wants gitleaks %s or later; this program follows v8.30.1, and may not know all that the file uses", v),
		})
	}
	return nil
}
