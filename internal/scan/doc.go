// Package scan puts a source of texts and the detection engine together: many
// workers, one order. It turns matches into findings, and is where secrets are
// left behind: what it sends on names a secret by fingerprint and preview, and
// only a Reveal, when asked for, carries the secret itself.
//
// It refuses to pass over anything in silence: each object that the source
// gives is scanned, or named with the reason why not. Its one invariant: the
// messages of a scan are the same, in the same order, for any number of
// workers and any size of the pieces in which texts are read.
package scan
