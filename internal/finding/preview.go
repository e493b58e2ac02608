package finding

import (
	"bytes"
	"strings"
)

// Masked stands for a secret wherever text is shown. Its length says nothing
// of the secret's.
const Masked = "********"

// The most that Preview shows of a secret besides a public prefix: so many
// characters of its head and tail, and no more than one in previewShare of all.
const (
	previewHead  = 4
	previewTail  = 2
	previewShare = 4
	previewLeast = 16 // a shorter secret shows nothing
)

// Preview shows enough of secret to recognise it by, and no more, in printable
// ASCII (plus "…" after a PEM header):
//
//   - a PEM block shows its BEGIN line;
//   - a value that isn't MachineMade, is shorter than 16 characters, or holds
//     spaces, control characters or a URL shows nothing: Masked;
//   - any other shows Masked between its head and tail. The head is the prefix
//     that the issuer puts before every such token, as ghp_, if there is one,
//     since that is public; else up to 4 characters. The tail is up to 2. Head
//     and tail without a public prefix are never more than a quarter of the
//     rest.
func Preview(secret []byte) string {
	if label, ok := pemLabel(secret); ok {
		return "-----BEGIN " + label + "----- …"
	}
	prefix := publicPrefix(secret)
	rest := secret[len(prefix):]
	for _, c := range secret {
		if !isGraph(c) {
			return Masked
		}
	}
	if len(rest) < previewLeast || bytes.Contains(secret, []byte("://")) || !MachineMade(secret) {
		return Masked
	}
	allowed := len(rest) / previewShare
	tail := min(previewTail, allowed)
	head := min(previewHead, allowed-tail)
	if len(prefix) > 0 {
		head = 0
	}
	return string(prefix) + string(rest[:head]) + Masked + string(rest[len(rest)-tail:])
}

// MaskMatch gives match with each occurrence of secret replaced by "REDACTED",
// as gitleaks' --redact does. An empty secret, that of a rule that looks at
// paths only, masks nothing.
func MaskMatch(match, secret []byte) string {
	if len(secret) == 0 {
		return string(match)
	}
	return string(bytes.ReplaceAll(match, secret, []byte("REDACTED")))
}

// pemLabel gives the label of the PEM block that s begins with, such as "RSA
// PRIVATE KEY".
func pemLabel(s []byte) (string, bool) {
	const longest = 64
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(s, " \t\r\n"), []byte("-----BEGIN "))
	if !ok {
		return "", false
	}
	label, _, ok := bytes.Cut(rest[:min(len(rest), longest)], []byte("-----"))
	if !ok || strings.Trim(string(label), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") != "" {
		return "", false
	}
	return string(label), true
}

// publicPrefix gives the part of s that is the same in all tokens of its kind,
// as their issuers document it, or nothing.
func publicPrefix(s []byte) []byte {
	const table = "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- glrt- glptt- glagent- glsoat- " +
		"AKIA ASIA ABIA ACCA AIza ya29. GOCSPX- " +
		"xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xapp- " +
		"sk_live_ sk_test_ rk_live_ rk_test_ whsec_ sk-ant-api03- sk-ant-admin01- sk-proj- sk-svcacct- " +
		"npm_ pypi- dckr_pat_ rubygems_ hvs. hvb. SG. glsa_ glc_ " +
		"shpat_ shpca_ shppa_ shpss_ dop_v1_ doo_v1_ dor_v1_ lin_api_ PMAK- pul- dp.pt. " +
		"sq0atp- sq0csp- hf_ gsk_ r8_ nvapi- figd_ ntn_ sntrys_ sntryu_ sbp_ xkeysib- " +
		"ATATT3 ATCTT3 NRAK- NRJS- dapi CLOJARS_ AGE-SECRET-KEY-1 SWMTKN-1-"
	longest := 0
	for p := range strings.SplitSeq(table, " ") {
		if len(p) > longest && bytes.HasPrefix(s, []byte(p)) {
			longest = len(p)
		}
	}
	return s[:longest]
}
