#!/usr/bin/env bash
# A supervisor against a real Kubernetes API on loopback, with RBAC: its chart is
# installed, and its tests run with the rights that the chart gives.
#   scripts/e2e-k8s.sh SPACEGEN
# It takes etcd (Debian: etcd-server), helm, and kube-apiserver, which is built
# once (scripts/kube-apiserver.sh); KUBE_APISERVER names one that is there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
spacegen=$(realpath "$1")
apiserver=${KUBE_APISERVER:-${XDG_CACHE_HOME:-$HOME/.cache}/spacegen/kube-apiserver-1.37.2}
namespace=root-supervisor
for tool in etcd go openssl; do
	command -v "$tool" >/dev/null || { echo "$tool is not installed (etcd: apt-get install etcd-server)" >&2; exit 2; }
done
helm=$(command -v helm3 || command -v helm) || { echo "helm is not installed" >&2; exit 2; }
if [ ! -x "$apiserver" ]; then
	echo "building kube-apiserver, once: some ten minutes"
	"$here/kube-apiserver.sh" "$apiserver"
fi

work=$(mktemp -d)
pids=()
finish() {
	status=$?
	trap - EXIT
	trap '' PIPE # whoever reads may be gone; the servers are ended all the same
	if [ $status -ne 0 ] && [ -f "$work/apiserver.log" ]; then tail -n 20 "$work/apiserver.log" >&2 || true; fi
	# At once: without its etcd, an API server takes minutes to end by itself.
	for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
	rm -rf "$work"
	exit $status
}
trap finish EXIT

# A port that nobody listens at.
port() {
	while :; do
		local p=$((20000 + RANDOM % 20000))
		(exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || { echo "$p"; return; }
	done
}
# await WHAT SECONDS COMMAND…: until the command succeeds.
await() {
	local what=$1 deadline=$((SECONDS + $2))
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $deadline ] || { echo "$what did not come" >&2; return 1; }
		sleep 0.2
	done
}

clients=$(port) peers=$(port) secure=$(port)
ETCD_UNSUPPORTED_ARCH=$(go env GOARCH) etcd --data-dir "$work/etcd" \
	--listen-client-urls "http://127.0.0.1:$clients" --advertise-client-urls "http://127.0.0.1:$clients" \
	--listen-peer-urls "http://127.0.0.1:$peers" --initial-advertise-peer-urls "http://127.0.0.1:$peers" \
	--initial-cluster "default=http://127.0.0.1:$peers" >"$work/etcd.log" 2>&1 &
pids+=($!)

openssl genrsa -out "$work/account.key" 2048 2>/dev/null
token=$(openssl rand -hex 16)
echo "$token,admin,admin,system:masters" >"$work/tokens"
"$apiserver" --etcd-servers "http://127.0.0.1:$clients" \
	--bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$secure" --cert-dir "$work/certs" \
	--service-account-issuer https://kubernetes.default.svc \
	--service-account-key-file "$work/account.key" --service-account-signing-key-file "$work/account.key" \
	--token-auth-file "$work/tokens" --authorization-mode RBAC --service-cluster-ip-range 10.96.0.0/16 \
	--disable-admission-plugins ServiceAccount --endpoint-reconciler-type none >"$work/apiserver.log" 2>&1 &
pids+=($!)

cat >"$work/kubeconfig" <<YAML
apiVersion: v1
kind: Config
current-context: it
contexts: [{name: it, context: {cluster: it, user: admin}}]
clusters: [{name: it, cluster: {server: "https://127.0.0.1:$secure", certificate-authority: $work/certs/apiserver.crt}}]
users: [{name: admin, user: {token: $token}}]
YAML
ask() {
	curl -sf --cacert "$work/certs/apiserver.crt" -H "Authorization: Bearer $token" "https://127.0.0.1:$secure$1"
}
await "the namespace default" 60 ask /api/v1/namespaces/default
echo "kube-apiserver answers"

"$spacegen" new supervisor --kind supervisor --yes --module example.com/supervisor --dir "$work/supervisor" >/dev/null 2>&1
cd "$work/supervisor"
"$helm" --kubeconfig "$work/kubeconfig" install supervisor deploy/helm \
	--namespace "$namespace" --create-namespace --set-string global.supervisor_namespace="$namespace"
TEST_KUBECONFIG=$work/kubeconfig go test -count=1 -v -run 'TestTheRoleIsEnoughAndNoMore|TestTheSupervisorOnACluster' ./internal/app
