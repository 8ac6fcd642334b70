#!/usr/bin/env bash
# platform-demo.sh SPACEGEN SCREENSHOT: makes a platform of identity, inventory, an
# asset plugin, the plugin service, a supervisor and a console, runs it by `spacegen
# run`, and has a browser sign in, create a region and watch collections arrive
# through the plugin, which the supervisor runs, also after it was killed. Needs
# Linux (/proc), Node.js, and Chromium, which is installed if it is missing and can be.
set -euo pipefail

spacegen=$1
mkdir -p "$(dirname "$2")"
screenshot=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
scripts=$(cd "$(dirname "$0")" && pwd)
dir=$(cd "$(mktemp -d)" && pwd -P)
pid=
cleanup() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; } || true
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

step() { printf '\n== %s\n' "$*"; }
missing() {
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "$1 is missing; install it" >&2
		exit 1
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}
command -v npm >/dev/null || missing nodejs npm
command -v chromium >/dev/null || [ -n "${CHROMIUM:-}" ] || missing chromium
export CHROMIUM=${CHROMIUM:-$(command -v chromium)}

# Names of the programs that run below the platform's run folder.
run=$dir/spaceone/.spacegen/run
running() { find /proc -maxdepth 2 -name exe -lname "$run/*" -printf '%l\n' 2>/dev/null | sed 's|.*/||' | sort | tr '\n' ' ' || true; }

cd "$dir"
new() {
	step "spacegen new $*"
	"$spacegen" new "$@" --yes --skip-git >made.log 2>&1 || { cat made.log; exit 1; }
	grep '^Made' made.log
}
new identity --example identity
new inventory --example inventory
new asset --plugin asset
new supervisor --kind supervisor
new console --kind frontend
new spaceone --kind platform --scan .

step "spacegen add service plugin --example plugin"
(cd spaceone && "$spacegen" add service plugin --example plugin) >made.log 2>&1 || { cat made.log; exit 1; }
sed -nE "s|^(Made .*) in $dir/|\\1 in |p; /^[0-9]+ written/p" made.log

step "make app (the console's pages)"
make -s -C console app >made.log 2>&1 || { cat made.log; exit 1; }
tail -n 1 made.log

step "spacegen run"
(cd spaceone && exec "$spacegen" run) >run.log 2>&1 &
pid=$!
tries=0
until grep -q 'are up' run.log; do
	tries=$((tries + 1))
	if [ $tries -gt 1200 ] || ! kill -0 "$pid" 2>/dev/null; then
		cat run.log
		exit 1
	fi
	sleep 0.5
done
sed -n '/| member /,/Ctrl-C/p' run.log | sed 's/password .* (/password … (/'

step "a person at the console"
page() { awk -v name="$1" '$1 == "spacegen" && $3 == name && $7 ~ /^http:/ { print $7 }' run.log; }
console=$(page console)
inventory=$(page inventory)
(cd console/app && node "$scripts/platform-demo.mjs" "$console" "${inventory%/docs}" "$run" "$screenshot") ||
	{ tail -n 40 run.log; exit 1; }
echo "The screenshot is $screenshot."

step "Ctrl-C"
echo "These run: $(running)"
kill -INT "$pid"
wait "$pid"
pid=
left=$(running)
[ -z "$left" ] || { echo "These run still: $left"; exit 1; }
echo "All members have ended: no process of theirs is left."
