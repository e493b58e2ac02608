// Package testbed brings what the tests need onto a machine: install.sh
// installs the programs that are missing, from Debian's packages, after saying
// so and asking.
//
// It refuses to start a system's service, and to install anything without a yes
// from a person or REKEY_TEST_INSTALL=1. Its one invariant: no test is left out
// because something is missing; it is installed, or `make test` fails.
package testbed
