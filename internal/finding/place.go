package finding

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// placeJSON is a Place on the wire. Strings of JSON are Unicode, paths needn't
// be: one that isn't UTF-8 is written with U+FFFD for what can't be said, and
// whole, in base64, in path_bytes.
type placeJSON struct {
	plainPlace
	PathBytes []byte `json:"path_bytes,omitempty"`
}

// plainPlace is a Place without its methods.
type plainPlace Place

// MarshalJSON adds path_bytes where the path isn't UTF-8.
func (p Place) MarshalJSON() ([]byte, error) {
	w := placeJSON{plainPlace: plainPlace(p)}
	if !utf8.ValidString(p.Path) {
		w.PathBytes = []byte(p.Path)
	}
	return json.Marshal(w)
}

// UnmarshalJSON takes the path from path_bytes where there is one.
func (p *Place) UnmarshalJSON(data []byte) error {
	var w placeJSON
	if err := json.Unmarshal(data, &w); err != nil {
		return fmt.Errorf("reading a place: %w", err)
	}
	*p = Place(w.plainPlace)
	if len(w.PathBytes) > 0 {
		p.Path = string(w.PathBytes)
	}
	return nil
}
