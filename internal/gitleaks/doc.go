// Package gitleaks brings what belongs to gitleaks into rekey: its built-in
// rules, a user's .gitleaks.toml and .gitleaksignore, its reports as
// baselines, and which files it leaves out. It refuses to run any of gitleaks'
// code: the module is imported by tests only, which compare. Its one
// invariant: given the same rules, files and lists, what is decided here is
// what gitleaks v8.30.1 decides.
//
// The built-in rules are Go literals in builtin_gen.go, because to parse them
// takes longer than most scans of a hook. A test makes that file anew from the
// gitleaks module named in go.mod and fails when it differs, so that the rules
// can't fall behind the module:
//
//	go generate ./internal/gitleaks
package gitleaks

import "rekey.example/rekey/detectors"

//go:generate go test -run=^TestBuiltinIsGenerated$ -update .

// Version is the release of gitleaks that this package follows.
const Version = "v8.30.1"

// Quirks are all of gitleaks' defects, for verdicts that are its own.
func Quirks() detectors.Quirks {
	return detectors.Quirks{JoinedAllowlists: true, AnyPathSkips: true, WholeTextLine: true}
}

// Builtin gives gitleaks' default configuration: 222 rules and one global
// allowlist. With quirks, its verdicts are gitleaks' own, defects included.
// The result is new at each call and belongs to the caller.
func Builtin(quirks bool) *detectors.Ruleset {
	rs := builtin()
	if quirks {
		rs.Quirks = Quirks()
	}
	return rs
}
