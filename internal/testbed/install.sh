#!/usr/bin/env bash
# Installs what the tests need and this machine lacks, from Debian's packages.
#
# It says what it would install and asks first. With REKEY_TEST_INSTALL=1, which
# is how CI calls it, it doesn't ask. Without a terminal and without that
# variable it installs nothing and fails. No service that comes with a package is
# started. When nothing is missing it does nothing and needs no rights.
set -euo pipefail

# Each line: the command that must be there, the packages that bring it, and after
# two spaces what it is for.
needs() {
	cat <<'TABLE'
git git  the oracle of the tests on repositories
make make  the targets of the Makefile
gcc gcc libc6-dev  the race detector, which needs a C compiler; nothing else does
TABLE
}

# While this is there and ends with 101, Debian's packages start no service
# (invoke-rc.d(8)).
policy=${REKEY_TEST_POLICY:-/usr/sbin/policy-rc.d}

say() { printf 'testbed: %s\n' "$*" >&2; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# allowed asks, or looks for the answer in the environment.
allowed() {
	[ "${REKEY_TEST_INSTALL:-}" = 1 ] && return 0
	if [ ! -t 0 ]; then
		say "not installed: there is no terminal to ask on; set REKEY_TEST_INSTALL=1 to allow it"
		return 1
	fi
	local answer
	read -r -p 'testbed: install them now? [y/N] ' answer
	[ "$answer" = y ] || [ "$answer" = Y ]
}

hold_services() {
	if [ -e "$policy" ]; then as_root mv "$policy" "$policy.before-rekey"; fi
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
}

release_services() {
	as_root rm -f "$policy"
	if [ -e "$policy.before-rekey" ]; then as_root mv "$policy.before-rekey" "$policy"; fi
}

install() {
	trap release_services EXIT
	hold_services
	as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >&2
}

main() {
	local command rest line packages=()
	while read -r command rest; do
		command -v "$command" >/dev/null && continue
		line=${rest%%  *}
		say "$command is missing: package ${line} (${rest#*  })"
		# shellcheck disable=SC2206 # several packages may bring one command
		packages+=($line)
	done < <(needs)
	if [ ${#packages[@]} = 0 ]; then
		say "nothing to install"
		return
	fi
	if ! command -v apt-get >/dev/null; then
		say "this machine has no apt-get: install the commands above by other means, then try again"
		return 1
	fi
	allowed || return 1
	say "installing ${packages[*]}"
	install "${packages[@]}"
	say "installed ${packages[*]}"
}

main "$@"
