#!/usr/bin/env bash
# Builds kube-apiserver out of its Go modules, for tests against a real API:
#   scripts/kube-apiserver.sh FILE [VERSION]
# With nothing cached that takes two cores some ten minutes and 2.4 GB.
set -euo pipefail
out=$(realpath -m "$1")
version=${2:-1.37.2}
staging=v0.${version#1.}
minor=${version#1.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

go mod init example.com/kube-apiserver >/dev/null 2>&1
# k8s.io/kubernetes takes its parts from a folder of its own, where the module
# has none: they are modules of the same release.
gomod=$(go mod download -json "k8s.io/kubernetes@v$version" | awk -F'"' '$2 == "GoMod" { print $4 }')
grep -oE 'k8s\.io/[a-z0-9-]+ => \./staging' "$gomod" | awk '{ print $1 }' | sort -u | while read -r part; do
	go mod edit -replace "$part=$part@$staging"
done
go mod edit -require "k8s.io/kubernetes@v$version"
cat >tools.go <<'GO'
//go:build tools

package tools

import _ "k8s.io/kubernetes/cmd/kube-apiserver"
GO
go mod tidy >/dev/null 2>&1
mkdir -p "$(dirname "$out")"
flags=k8s.io/component-base/version
CGO_ENABLED=0 go build -trimpath -o "$out" \
	-ldflags "-s -w -X $flags.gitVersion=v$version -X $flags.gitMajor=1 -X $flags.gitMinor=${minor%%.*}" \
	k8s.io/kubernetes/cmd/kube-apiserver
