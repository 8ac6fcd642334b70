#!/bin/sh
# demo.sh SPACEGEN: makes a service in a temporary folder, builds it, runs it on
# the embedded defaults, calls it by gRPC and by REST, shows a scheduled task,
# and cleans up.
set -eu

spacegen=$1
scripts=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
pid=
cleanup() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; } || true
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

step() { printf '\n== %s\n' "$*"; }

step "spacegen new inventory"
cd "$dir"
"$spacegen" new inventory --yes --skip-git --module example.com/inventory \
	--servers grpc,rest,scheduler,worker --cache local \
	--resource 'Region:name!,region_code!:unique,provider,tags:struct' \
	--scheduler 'every_second_scheduler:interval:1'

step "go build"
cd inventory
go build -o inventory ./cmd/inventory
mkdir democlient
cp "$scripts/democlient.txt" democlient/main.go
go build -o client ./democlient

step "inventory run all"
cat >config.local.yaml <<EOF
PORT: 0
REST_PORT: 0
ADMIN_PORT: 0
EOF
port() { sed -n "s/.*\"server\":\"$1\",\"address\":\"\([^\"]*\)\".*/\1/p" server.log | tail -n 1; }
SPACEONE_CONFIG_FILE=config.local.yaml ./inventory run all >server.log 2>&1 &
pid=$!
tries=0
while [ -z "$(port grpc)" ] || [ -z "$(port rest)" ]; do
	tries=$((tries + 1))
	if [ $tries -gt 100 ] || ! kill -0 "$pid" 2>/dev/null; then
		cat server.log
		exit 1
	fi
	sleep 0.1
done
echo "gRPC on $(port grpc), REST and /docs on $(port rest)"

step "create, list, get, update, stat, delete by gRPC"
./client -grpc "$(port grpc)"

step "the same by REST"
./client -rest "$(port rest)"

step "a scheduled task, run by the worker"
tries=0
until grep -m 1 'census taken' server.log; do
	tries=$((tries + 1))
	[ $tries -le 100 ] || { cat server.log; exit 1; }
	sleep 0.1
done

step "stop"
kill -TERM "$pid"
wait "$pid"
pid=
grep -c '"msg":"stopped"' server.log | sed 's/$/ parts of the service stopped cleanly/'
