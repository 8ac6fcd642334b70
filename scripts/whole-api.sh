#!/bin/sh
# Makes a service of every package of an API, builds, vets and tests each, and
# prints how many methods there are: scripts/whole-api.sh FOLDER-OF-PROTOS [WORK]
# Where GNU time is installed (apt: time), making them is measured, and must not
# take more memory than it may.
set -eu
limit=500 # MB
protos=$(cd "$1" && pwd)
work=${2:-$(mktemp -d)}
mkdir -p "$work"
work=$(cd "$work" && pwd)
spacegen=$work/spacegen
cd "$(dirname "$0")/.."
go build -o "$spacegen" ./cmd/spacegen
rm -rf "$work/platform"
cd "$work"
failed=0
set -- "$spacegen" new platform --module example.com/platform --proto "$protos" --servers grpc,rest --all --yes
measure=
for program in gtime /usr/bin/time; do
	if "$program" --version 2>&1 | grep -q GNU; then
		measure=$program
		break
	fi
done
if [ -n "$measure" ]; then
	"$measure" -o measured -f '%e %M' "$@"
	read -r seconds kilobytes <measured
	echo "$seconds s, $((kilobytes / 1024)) MB"
	if [ "$kilobytes" -gt $((limit * 1024)) ]; then
		echo "FAIL  more than $limit MB"
		failed=1
	fi
else
	"$@"
	echo "not measured: GNU time is not installed"
fi
for dir in platform/*/; do
	if (cd "$dir" && test -z "$(gofmt -l .)" && go build ./... && go vet ./... && go mod tidy -diff && go test ./... >test.log 2>&1); then
		echo "ok    $dir"
	else
		echo "FAIL  $dir"
		grep -v '^ok\|no test files' "$dir/test.log" | head -20 || true
		failed=$((failed + 1))
	fi
done
echo "$failed failed"
test "$failed" -eq 0
