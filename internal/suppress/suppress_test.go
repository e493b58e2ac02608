package suppress

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey.example/rekey/internal/finding"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

// random is a value that no person would choose.
func random(seed byte) []byte {
	var k finding.Key
	k[0] = seed
	return []byte(k.Fingerprint([]byte{seed}))
}

func TestWrittenIsRead(t *testing.T) {
	f, err := NewFile("x")
	if err != nil {
		t.Fatal(err)
	}
	f.Entries = []Entry{
		{Rule: "r", Fingerprint: f.Key.Committed(random(1)), Path: "a/b.txt", Reason: "why"},
		{Rule: "r", Fingerprint: f.Key.Committed([]byte("hunter2")), Path: "with space/\n#\"q\".txt", Reason: "a \"reason\" # here", Owner: "o o", Expires: day("2027-01-31")},
		{Rule: "r", Fingerprint: f.Key.Committed(random(2)), Path: "#a", Reason: "é"},
		{Rule: "r", Fingerprint: f.Key.Committed(random(2)), Path: "\xff.txt", Reason: "é"},
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if !IsFile(b.Bytes()) || IsFile([]byte(" [\n")) || IsFile([]byte("{}")) {
		t.Error("IsFile takes one for the other")
	}
	got, err := Parse("x", b.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	for i := range got.Entries {
		got.Entries[i].Line = 0
	}
	if diff := cmp.Diff(f.Entries, got.Entries); diff != "" || got.Key != f.Key {
		t.Errorf("-written +read:\n%s", diff)
	}
	if !strings.HasPrefix(f.Entries[1].Fingerprint, finding.StretchedPrefix) {
		t.Error("a password's fingerprint isn't stretched")
	}
}

func TestBadLines(t *testing.T) {
	key := "key " + strings.Repeat("0a", 32) + "\n"
	fp := finding.PlainPrefix + strings.Repeat("0", 32)
	for text, want := range map[string]string{
		"allow r " + fp + " p reason=x":                      "x:1: an entry before the key",
		"key 12":                                             "x:1: the key has 64",
		"key " + strings.Repeat("zz", 32):                    "x:1: the key isn't hexadecimal",
		key + key:                                            "x:2: a second key",
		key + "allow r " + fp + " p":                         "x:2: the entry has no reason",
		key + "allow r " + fp + " p reason=\"\"":             "x:2: the entry has no reason",
		key + "allow r " + fp:                                "x:2: allow needs",
		key + "allow r sha1:12 p reason=x":                   `isn't a fingerprint`,
		key + "allow r " + fp + " p reason=x expires=soon":   "write the day as",
		key + "allow r " + fp + " p reason=x until=tomorrow": `unknown field "until"`,
		key + "allow r " + fp + " p reason=\"x":              "a quote that doesn't end",
		key + "deny all":                                     `unknown word "deny"`,
	} {
		_, err := Parse("x", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
}

func TestCover(t *testing.T) {
	f, err := NewFile("x")
	if err != nil {
		t.Fatal(err)
	}
	secret, weak := random(1), []byte("hunter2")
	f.Entries = []Entry{
		{Rule: "r", Fingerprint: f.Key.Committed(secret), Path: "a/*.txt", Reason: "why"},
		{Rule: "r", Fingerprint: f.Key.Committed(weak), Path: "**/w", Reason: "why"},
		{Rule: "old", Fingerprint: f.Key.Committed(secret), Path: "**", Reason: "why", Expires: day("2026-01-01")},
		{Rule: "never", Fingerprint: f.Key.Committed(secret), Path: "**", Reason: "why"},
	}
	s := NewSet(day("2026-06-01"), f)
	for _, tt := range []struct {
		rule, path         string
		secret             []byte
		covered            bool
		elsewhere, expired string
	}{
		{"r", "a/x.txt", secret, true, "", ""},
		{"r", "a/b/x.txt", secret, false, "a/*.txt", ""},
		{"r", "a/x.txt", random(2), false, "", ""},
		{"other", "a/x.txt", secret, false, "", ""},
		{"r", "w", weak, true, "", ""},
		{"r", "d/e/w", weak, true, "", ""},
		{"r", "d/e/w", []byte("hunter3"), false, "", ""},
		{"old", "anywhere", secret, false, "", "why"},
	} {
		a := s.Cover(tt.rule, tt.secret, tt.path)
		expired := ""
		if a.Expired != nil {
			expired = a.Expired.Reason
		}
		if a.Covered() != tt.covered || a.Elsewhere != tt.elsewhere || expired != tt.expired {
			t.Errorf("%s at %s: %+v", tt.rule, tt.path, a)
		}
	}
	var unused []string
	for _, u := range s.Unused() {
		unused = append(unused, u.Entry.Rule)
	}
	if diff := cmp.Diff([]string{"never"}, unused); diff != "" {
		t.Errorf("unused (-want +got):\n%s", diff)
	}
	if !s.Find(secret, f.Entries[0].Fingerprint) || s.Find(random(2), f.Entries[0].Fingerprint) {
		t.Error("Find takes one secret for another")
	}
}

// TestOnTheLastDay: an entry holds until the end of the day, in UTC.
func TestOnTheLastDay(t *testing.T) {
	f, err := NewFile("x")
	if err != nil {
		t.Fatal(err)
	}
	f.Entries = []Entry{{Rule: "r", Fingerprint: f.Key.Committed(random(1)), Path: "p", Reason: "why", Expires: day("2026-06-01")}}
	for at, want := range map[string]bool{"2026-06-01T23:59:59Z": true, "2026-06-02T00:00:01Z": false} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := NewSet(now, f).Cover("r", random(1), "p").Covered(); got != want {
			t.Errorf("at %s: covered %v", at, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("key " + strings.Repeat("0a", 32) + "\nallow r rk1:00 p reason=\"x\" owner=y expires=2027-01-01 # c\n")
	f.Add("allow \"a")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("x", []byte(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := file.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		again, err := Parse("x", b.Bytes())
		if err != nil {
			t.Fatalf("what was read and written can't be read: %v\n%s", err, b.String())
		}
		if len(again.Entries) != len(file.Entries) {
			t.Fatalf("%d entries became %d", len(file.Entries), len(again.Entries))
		}
	})
}
