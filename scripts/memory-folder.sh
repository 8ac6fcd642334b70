#!/bin/sh
# Prints the folder in which tests should make theirs: one in memory, if there is one
# that is large enough and that programs can be run in, since they make hundreds of
# repositories; otherwise that of the system.
set -eu
system=${TMPDIR:-/tmp}
memory=/dev/shm
free=$(df -Pk "$memory" 2>/dev/null | awk 'NR == 2 { print $4 }') || free=
if [ "${free:-0}" -gt 4000000 ]; then
	probe=$(mktemp "$memory/spacegen-XXXXXX" 2>/dev/null) || probe=
	if [ -n "$probe" ]; then
		trap 'rm -f "$probe"' EXIT
		printf '#!/bin/sh\n' >"$probe"
		if chmod 700 "$probe" && "$probe" 2>/dev/null; then
			system=$memory
		fi
	fi
fi
echo "$system"
