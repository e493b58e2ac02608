package report

import (
	"cmp"
	"strings"
	"time"

	"rekey.example/rekey/internal/finding"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifTime   = "2006-01-02T15:04:05.000Z"
)

// newSARIFLocation says where p is. snippet is the secret as far as it may be
// shown.
func newSARIFLocation(p *finding.Place, snippet string) sarifLocation {
	var l sarifLocation
	switch p.Kind {
	case finding.KindCommitMessage, finding.KindTagMessage, finding.KindAuthor:
		name := strings.ReplaceAll(p.Kind, "_", " ")
		l.Logical = []sarifLogical{{
			Kind: name, Name: visible(cmp.Or(p.Commit, p.Path, name)),
			FullyQualifiedName: strings.TrimSpace(name + " " + visible(cmp.Or(p.Commit, p.Path))),
		}}
	default:
		region, context := sarifRegion(p, snippet)
		l.Physical = &sarifPhysical{Artifact: sarifArtifact{fileURI(cmp.Or(p.Path, p.Kind))}, Region: region, Context: context}
	}
	l.Properties = sarifLocationProperties{
		Kind: p.Kind, Commit: p.Commit, Author: p.Author, Email: p.Email, Encodings: p.Encodings,
	}
	if p.Date != nil {
		l.Properties.Date = p.Date.UTC().Format(time.RFC3339)
	}
	if p.StartLine > 0 {
		l.Properties.StartByteColumn, l.Properties.EndByteColumn = p.StartColumn, p.EndColumn
	}
	return l
}

// sarifRegion gives p's region, and its line as the region's context. Columns
// are in UTF-16 code units: those that the scan counted; else those in bytes,
// if the line is known from its start and is ASCII, where they are the same; else
// none, which means whole lines. Those in bytes stand in the location's properties
// in any case.
func sarifRegion(p *finding.Place, snippet string) (region, context *sarifSpan) {
	if p.StartLine < 1 {
		return nil, nil
	}
	region = &sarifSpan{
		StartLine: p.StartLine, EndLine: max(p.EndLine, p.StartLine), Snippet: &sarifMessage{snippet},
	}
	switch {
	case p.UTF16.Start > 0 && p.UTF16.End > 0:
		region.StartColumn, region.EndColumn = p.UTF16.Start, p.UTF16.End
	case p.StartColumn > 0 && p.EndColumn > 0 && p.Line != "" && p.LineColumn == p.StartColumn-1 && isASCII(p.Line):
		region.StartColumn, region.EndColumn = p.StartColumn, p.EndColumn
	}
	if p.Line != "" && region.EndLine == region.StartLine {
		context = &sarifSpan{StartLine: p.StartLine, EndLine: p.StartLine, Snippet: &sarifMessage{p.Line}}
	}
	return region, context
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// fileURI writes a path as a URI reference (RFC 3986): relative to where the
// scan began, or with the scheme file if path is absolute. Every byte that isn't
// unreserved, "/" or "!" is percent-encoded.
func fileURI(path string) string {
	const plain = "-._~/!"
	const upperHex = "0123456789ABCDEF"
	var b strings.Builder
	if strings.HasPrefix(path, "/") {
		b.WriteString("file://")
	}
	for i := range len(path) {
		c := path[i]
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', strings.IndexByte(plain, c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

// What follows are the objects of SARIF 2.1.0 that are written, under the
// names of its section 3.

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string              `json:"id"`
	ShortDescription     sarifMessage        `json:"shortDescription"`
	FullDescription      sarifMessage        `json:"fullDescription"`
	Help                 *sarifMessage       `json:"help,omitempty"`
	HelpURI              string              `json:"helpUri,omitempty"`
	DefaultConfiguration sarifConfiguration  `json:"defaultConfiguration"`
	Properties           sarifRuleProperties `json:"properties"`
}

type sarifConfiguration struct {
	Level string  `json:"level"`
	Rank  float64 `json:"rank"`
}

type sarifRuleProperties struct {
	SecuritySeverity string   `json:"security-severity"`
	Tags             []string `json:"tags"`
}

// sarifMessage is a message, a multiformatMessageString or an artifactContent.
type sarifMessage struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID              string                `json:"ruleId"`
	RuleIndex           *int                  `json:"ruleIndex,omitempty"`
	Level               string                `json:"level"`
	Rank                float64               `json:"rank"`
	Message             sarifMessage          `json:"message"`
	Locations           []sarifLocation       `json:"locations"`
	RelatedLocations    []sarifLocation       `json:"relatedLocations,omitempty"`
	OccurrenceCount     int                   `json:"occurrenceCount"`
	PartialFingerprints map[string]string     `json:"partialFingerprints"`
	Properties          sarifResultProperties `json:"properties"`
}

type sarifResultProperties struct {
	Fingerprint string           `json:"fingerprint"`
	Preview     string           `json:"secretPreview"`
	Structure   string           `json:"structure"`
	Entropy     float64          `json:"entropy"`
	Severity    finding.Severity `json:"severity"`
	Tags        []string         `json:"tags,omitempty"`
}

type sarifLocation struct {
	ID         int                     `json:"id,omitempty"`
	Physical   *sarifPhysical          `json:"physicalLocation,omitempty"`
	Logical    []sarifLogical          `json:"logicalLocations,omitempty"`
	Message    *sarifMessage           `json:"message,omitempty"`
	Properties sarifLocationProperties `json:"properties,omitzero"`
}

type sarifLocationProperties struct {
	Kind            string   `json:"kind,omitempty"`
	StartByteColumn int      `json:"startByteColumn,omitempty"`
	EndByteColumn   int      `json:"endByteColumn,omitempty"`
	Encodings       []string `json:"encodings,omitempty"`
	Commit          string   `json:"commit,omitempty"`
	Author          string   `json:"author,omitempty"`
	Email           string   `json:"email,omitempty"`
	Date            string   `json:"date,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifSpan    `json:"region,omitempty"`
	Context  *sarifSpan    `json:"contextRegion,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifSpan struct {
	StartLine   int           `json:"startLine"`
	StartColumn int           `json:"startColumn,omitempty"`
	EndLine     int           `json:"endLine"`
	EndColumn   int           `json:"endColumn,omitempty"`
	Snippet     *sarifMessage `json:"snippet,omitempty"`
}

type sarifLogical struct {
	Name               string `json:"name"`
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type sarifInvocation struct {
	ExecutionSuccessful bool                      `json:"executionSuccessful"`
	StartTimeUTC        string                    `json:"startTimeUtc"`
	EndTimeUTC          string                    `json:"endTimeUtc"`
	Notifications       []sarifNotification       `json:"toolExecutionNotifications"`
	Properties          sarifInvocationProperties `json:"properties"`
}

type sarifInvocationProperties struct {
	Files       int64          `json:"files"`
	Bytes       int64          `json:"bytes"`
	Interrupted bool           `json:"interrupted,omitempty"`
	Rules       string         `json:"rules,omitempty"`
	Suppressed  map[string]int `json:"suppressed,omitempty"`
}

type sarifNotification struct {
	Level      string          `json:"level"`
	Message    sarifMessage    `json:"message"`
	Descriptor sarifReference  `json:"descriptor"`
	Locations  []sarifLocation `json:"locations,omitempty"`
}

type sarifReference struct {
	ID string `json:"id"`
}
