#!/usr/bin/env bash
# Runs tests again and again to find those that fail now and then:
#   scripts/stress.sh [PACKAGE…]
# A package is one as `go test` takes it, of this repository (./generator/merge) or
# of a golden one (core:./queue). Without any: all of both.
# COUNT=50   how often, in each mode
# MODES='busy single race'   with all processors busy; on one; with the race detector
# RUN=       the tests alone that match
# LOGS=bin/stress   where what failed is kept
# Prints a table of what failed, and how often. The exit status is 1 if anything did.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
: "${COUNT:=50}" "${MODES:=busy single race}" "${RUN:=}" "${LOGS:=bin/stress}" "${TIMEOUT:=60m}"
mkdir -p "$LOGS"
LOGS=$(cd "$LOGS" && pwd)
table=$LOGS/failed
: >"$table"

for mode in $MODES; do
	case $mode in
	busy | single | race) ;;
	*) echo "stress: no mode is called $mode; choose of busy, single, race" >&2; exit 2 ;;
	esac
done
[[ $COUNT =~ ^[1-9][0-9]*$ ]] || { echo "stress: COUNT=$COUNT is no number of runs" >&2; exit 2; }

burners=()
rest() {
	[ ${#burners[@]} -eq 0 ] || kill "${burners[@]}" 2>/dev/null
	burners=()
}
trap rest EXIT
trap 'exit 130' INT TERM

# burn keeps every processor busy, twice over.
burn() {
	for _ in $(seq $(($(nproc) * 2))); do
		sh -c 'while :; do :; done' &
		burners+=($!)
	done
}

# all lists what is tested: FOLDER PACKAGE.
all() {
	go list ./... | sed 's|^|. |'
	for repository in testdata/golden/*/go.mod; do
		repository=$(dirname "$repository")
		(cd "$repository" && go list ./...) | sed "s|^|$repository |"
	done
}

# given lists what the arguments name, likewise.
given() {
	local folder
	for argument in "$@"; do
		folder=.
		case $argument in
		*:*) folder=testdata/golden/${argument%%:*} ;;
		esac
		[ -f "$folder/go.mod" ] || { echo "stress: $folder is no Go module" >&2; return 1; }
		(cd "$folder" && go list "${argument#*:}") | sed "s|^|$folder |" || return 1
	done
}

# stress tests a package in a mode.
stress() {
	local mode=$1 folder=$2 package=$3 log cgo=0 flags=()
	log=$LOGS/$mode-$(basename "$(cd "$folder" && pwd)")-${package//\//_}.log
	case $mode in
	single) flags+=(-cpu 1) ;;
	race) cgo=1 flags+=(-race) ;;
	esac
	if (cd "$folder" && CGO_ENABLED=$cgo go test -count "$COUNT" -timeout "$TIMEOUT" -run "$RUN" "${flags[@]}" -json "$package") >"$log" 2>&1; then
		rm -f "$log"
		return
	fi
	# One line a test that failed, or the package where none is named.
	local failed
	failed=$(sed -n 's/.*"Action":"fail".*"Test":"\([^"]*\)".*/\1/p' "$log" | sort | uniq -c | awk '{ print $2 "\t" $1 }')
	[ -n "$failed" ] || failed=$(printf '(the package)\t1')
	while IFS=$'\t' read -r test times; do
		printf '%s\t%s\t%s\t%s\t%s\n' "$mode" "$package" "$test" "$times" "$log" >>"$table"
	done <<<"$failed"
}

if [ $# -gt 0 ]; then
	targets=$(given "$@") || exit 2
else
	targets=$(all) || exit 2
fi
for mode in $MODES; do
	[ "$mode" != busy ] || burn
	while read -r folder package; do
		echo "$mode: $package" >&2
		if [ "$mode" = single ] && command -v taskset >/dev/null; then
			(taskset -pc 0 "$BASHPID" >/dev/null && stress "$mode" "$folder" "$package")
		else
			stress "$mode" "$folder" "$package"
		fi
	done <<<"$targets"
	rest
done

if [ -s "$table" ]; then
	{ printf 'MODE\tPACKAGE\tTEST\tFAILED\tLOG\n'; cat "$table"; } | column -t -s "$(printf '\t')"
	exit 1
fi
echo "Nothing failed: $(wc -l <<<"$targets") packages, $COUNT times, with ${MODES// /, }."
