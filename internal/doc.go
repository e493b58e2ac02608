// Package internal is the map of rekey's packages. It holds no code; its test
// holds the others to the rules that the map is drawn by.
//
// # The data's way
//
//	source ──Chunk──► detectors ──Match──► scan ──Message──► report
//	                     ▲                   │
//	      prefilter, decode, lazydfa      finding
//	      gitleaks (rules, ignores)
//
// A source turns folders, archives and streams into chunks of bytes. The engine
// in detectors turns chunks into matches. scan turns matches into findings, in
// which the secret is left behind, and sends them as messages to one handler of
// report, which writes them. cli wires this together; cmd/rekey exits.
//
// # Public packages
//
//   - detectors: Rule, Engine, Match: bytes in, matches out. Pure: no files, no
//     clock, no network. detectors/rules holds rekey's own rules as data, and
//     detectors/detectorstest what every rule must pass.
//   - rotation: the replacement of a credential, so far the type of a secret.
//     Pure: it reaches the world through its interfaces.
//
// # What finds
//
//   - prefilter: literals to candidate positions, in one pass over the bytes.
//   - backtrack: the regexps of rules, matched on short windows.
//   - lazydfa: the regexps of rules as automata, built as they are needed.
//   - decode: encoded text as derived chunks whose offsets lead back.
//   - gitleaks: gitleaks' rules, configurations, ignores and reports as ours. It
//     alone knows gitleaks.
//   - source: what was asked for, as chunks; every object is read, left out by a
//     policy with a name, or an error.
//   - suppress: what is known and shall not be reported: ignores and baselines.
//   - scan: source and engine together: bounded memory, stable order,
//     suppressions, and findings in place of matches.
//
// # What tells
//
//   - finding: Finding, Place, Fingerprint, Severity. It can't hold a secret.
//   - report: the messages of a scan, and one handler for each format.
//   - secret: the types that carry a secret and can't be printed.
//
// # What serves
//
//   - cli: the verbs, one file each; exit codes; words for people.
//   - config: rekey.yaml, the environment and flags, with the origin of each value.
//   - atomicfile: a file is the old one or the new one, never a part.
//   - progress: the progress line of a terminal.
//   - testbed: what tests need on a machine, and how it gets there.
//   - tools: a module of its own that pins what `make lint` runs.
//
// # Rules
//
// The rules of import and the other rules of the house are in arch_test.go, each
// with its reason.
package internal
