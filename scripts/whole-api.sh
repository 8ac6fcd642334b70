#!/bin/sh
# Makes a service of every package of an API, builds, vets and tests each, and
# prints how many methods there are: scripts/whole-api.sh FOLDER-OF-PROTOS [WORK]
set -eu
protos=$(cd "$1" && pwd)
work=${2:-$(mktemp -d)}
spacegen=$work/spacegen
mkdir -p "$work"
cd "$(dirname "$0")/.."
go build -o "$spacegen" ./cmd/spacegen
rm -rf "$work/platform"
cd "$work"
time "$spacegen" new platform --module example.com/platform --proto "$protos" --servers grpc,rest --all --yes
failed=0
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
