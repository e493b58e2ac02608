package cli

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rekey.example/rekey/internal/atomicfile"
	"rekey.example/rekey/internal/finding"
)

// fingerprintKey is the key of this user's fingerprints: the configured file's,
// else one that is made once and kept in the state folder.
func (a *app) fingerprintKey() (finding.Key, error) {
	if name := a.cfg.FingerprintKeyFile; name != "" {
		key, err := readKey(a.path(name))
		if err != nil {
			return key, usageError(err, "the file holds 64 hexadecimal digits; `openssl rand -hex 32` makes them")
		}
		return key, nil
	}
	dir := lookup(a.environ, "XDG_STATE_HOME")
	if home := lookup(a.environ, "HOME"); dir == "" && home != "" {
		dir = filepath.Join(home, ".local", "state")
	}
	if dir == "" {
		return newKey() // nowhere to keep it: names hold for this run
	}
	name := filepath.Join(dir, "rekey", "fingerprint.key")
	key, err := readKey(name)
	if err == nil {
		return key, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return key, usageError(err, "mend the file, or remove it to get a new key")
	}
	if key, err = newKey(); err != nil {
		return key, err
	}
	if err := writeKey(name, key); err != nil {
		a.say.warn(fmt.Sprintf("fingerprints hold for this run only: %v", err),
			"make the folder writable, or give --fingerprint-key-file")
	}
	return key, nil
}

func newKey() (key finding.Key, err error) {
	_, err = rand.Read(key[:])
	return key, err
}

// readKey reads a key of 64 hexadecimal digits. No error quotes them.
func readKey(name string) (key finding.Key, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return key, fmt.Errorf("reading the fingerprint key: %w", err)
	}
	digits := strings.TrimSpace(string(text))
	if len(digits) != hex.EncodedLen(len(key)) {
		return key, fmt.Errorf("the fingerprint key %s has %d characters, not %d", name, len(digits), hex.EncodedLen(len(key)))
	}
	if _, err := hex.Decode(key[:], []byte(digits)); err != nil {
		return key, fmt.Errorf("the fingerprint key %s isn't hexadecimal", name)
	}
	return key, nil
}

func writeKey(name string, key finding.Key) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return atomicfile.WriteFile(name, []byte(hex.EncodeToString(key[:])+"\n"), 0o600)
}
