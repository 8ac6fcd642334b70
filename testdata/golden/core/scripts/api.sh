#!/bin/sh
# Compares the exported API with that of a release:
#   scripts/api.sh MODULE RELEASE APIDIFF…
# Fails, and lists them, if there are incompatible changes that api-changes.txt
# does not name.
set -eu
module=$1 release=$2
shift 2
if [ -z "$release" ]; then
	echo "api: there is no release yet to compare with"
	exit 0
fi
work=$(mktemp -d)
trap 'git worktree remove --force "$work/old" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
git worktree add --quiet --detach "$work/old" "$release"
(cd "$work/old" && "$@" -m -w "$work/old.api" "$module")
"$@" -m -w "$work/new.api" "$module"
"$@" -m -incompatible "$work/old.api" "$work/new.api" >"$work/changes"
sed '/^#/d; /^[[:space:]]*$/d' api-changes.txt >"$work/accepted"
if grep -Fxv -f "$work/accepted" "$work/changes" >"$work/refused"; then
	cat "$work/refused"
	echo "api: these changes break those who use $release. Take them back, or write the lines into api-changes.txt" >&2
	exit 1
fi
echo "api: nothing breaks those who use $release, beyond what api-changes.txt accepts"
