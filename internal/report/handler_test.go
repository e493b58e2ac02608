package report_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"rekey.example/rekey/internal/report"
)

func TestNewNamesTheFormats(t *testing.T) {
	_, err := report.New("xml", &bytes.Buffer{}, report.Options{})
	if err == nil || !strings.Contains(err.Error(), `"xml"`) || !strings.Contains(err.Error(), strings.Join(formatNames(), ", ")) {
		t.Errorf("the error is %v", err)
	}
}

func TestStreamOrder(t *testing.T) {
	begin := report.Message{Start: start()}
	end := report.Message{End: &report.End{Complete: true}}
	note := report.Message{Note: &report.Note{Code: "n", Text: "t"}}
	for _, c := range []struct {
		name     string
		messages []report.Message
	}{
		{"nothing said", []report.Message{begin, {}}},
		{"two things at once", []report.Message{begin, {Note: note.Note, End: end.End}}},
		{"no start", []report.Message{note}},
		{"an end alone", []report.Message{end}},
		{"two starts", []report.Message{begin, begin}},
		{"after the end", []report.Message{begin, end, note}},
		{"two ends", []report.Message{begin, end, end}},
	} {
		for _, format := range formatNames() {
			h, err := report.New(format, &bytes.Buffer{}, report.Options{})
			if err != nil {
				t.Fatal(err)
			}
			last := len(c.messages) - 1
			for i, m := range c.messages {
				if err := h.Handle(m); (err != nil) != (i == last) {
					t.Errorf("%s, %s, message %d: error %v", c.name, format, i, err)
				}
			}
		}
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestWriteErrors: a report that could not be written is not passed over.
func TestWriteErrors(t *testing.T) {
	for _, format := range formatNames() {
		h, err := report.New(format, full{}, report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var first error
		for _, m := range sample() {
			if err := h.Handle(m); err != nil && first == nil {
				first = err
			}
		}
		if !errors.Is(first, errFull) {
			t.Errorf("%s: error %v", format, first)
		}
	}
}

// TestSameBytes: a format depends on nothing but its messages.
func TestSameBytes(t *testing.T) {
	for _, format := range formatNames() {
		want := render(t, format, report.Options{}, sample())
		for range 20 {
			if got := render(t, format, report.Options{}, sample()); !bytes.Equal(got, want) {
				t.Fatalf("%s: two runs differ:\n%s\n%s", format, want, got)
			}
		}
	}
}

// TestJSONLIsFlushed: a line is there as soon as its message is handled.
func TestJSONLIsFlushed(t *testing.T) {
	var out bytes.Buffer
	h, err := report.New("jsonl", &out, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for i, m := range sample() {
		if err := h.Handle(m); err != nil {
			t.Fatal(err)
		}
		if m.Reveal == nil {
			lines++
		}
		if got := bytes.Count(out.Bytes(), []byte("\n")); got != lines {
			t.Fatalf("after message %d: %d lines, want %d", i, got, lines)
		}
	}
}
