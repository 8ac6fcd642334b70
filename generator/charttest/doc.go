// Package charttest judges what the template sets helm and ci emit by the tools
// that its users run: helm 3 and 4, kubeconform, nginx, actionlint, shellcheck,
// yamllint, promtool and make. It holds nothing but tests.
//
// Tools are looked for on the PATH and in Go's own bin folder:
//
//	go install helm.sh/helm/v3/cmd/helm@v3.22.0      # as helm3, or helm
//	go install helm.sh/helm/v4/cmd/helm@v4.3.1       # as helm4
//	go install github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
//	go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
//	apt-get install nginx shellcheck yamllint prometheus postgresql redis-server
//
// What is only rendered is rendered by the engines testdata/helm3 and helm4, which
// link the packages of the same versions of Helm: one process for hundreds of
// renderings. Tests of what the command does beside that run the command.
//
// A test whose tool is absent is skipped, or fails if SPACEGEN_REQUIRE_TOOLS is
// set. Schemas of Kubernetes are made from its own OpenAPI document, see
// package k8sschema, and kept in SPACEGEN_CACHE or the user's cache folder.
//
// The tests that run a chart's pods for real do so with testdata/golden/inventory,
// or the repository that SPACEGEN_SERVICE names, and need root for chroot.
package charttest
