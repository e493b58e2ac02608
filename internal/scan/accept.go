package scan

import (
	"context"

	"rekey.example/rekey/internal/report"
	"rekey.example/rekey/internal/suppress"
)

// Accept scans and adds an entry to the file for each (rule, secret, path)
// that nothing covers yet. It gives how many, and whether everything was read.
func Accept(ctx context.Context, o Options, file *suppress.File, reason, owner string) (added int, complete bool, err error) {
	type key struct{ rule, fingerprint, path string }
	seen := map[key]bool{}
	o.EveryPlace = true
	o.onSecret = func(rule string, value []byte, path string) {
		k := key{rule, o.Key.Fingerprint(value), path}
		if seen[k] {
			return
		}
		seen[k] = true
		added++
		file.Entries = append(file.Entries, suppress.Entry{
			Rule: rule, Fingerprint: file.Key.Committed(value), Path: path, Reason: reason, Owner: owner,
		})
	}
	s, err := Run(ctx, o, report.Start{}, func(report.Message) error { return nil })
	return added, s.Complete, err
}
