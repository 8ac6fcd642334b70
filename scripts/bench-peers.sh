#!/bin/sh
# Compares an emitted service with servers that do the same by other means, side by side:
#   scripts/bench-peers.sh [FLAG…]
# Flags are those of bench/peers (--help lists them): --servers, --also NAME=CORE, --rounds, …
# It needs a PostgreSQL where it may make a database: TEST_DATABASE_URL, or --database URL.
# Prints tables, and leaves the rounds in bin/peers.txt for benchstat:
#   go run golang.org/x/perf/cmd/benchstat@latest -col /server bin/peers.txt
# On a machine that others use, run it with `nice -n -15`: PostgreSQL's processes get the same.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$repository/bin"
(cd "$repository/bench/peers" && CGO_ENABLED=0 go build -mod=mod -trimpath -o "$repository/bin/peers" .)
exec "$repository/bin/peers" --repository "$repository" --out "$repository/bin/peers.txt" "$@"
