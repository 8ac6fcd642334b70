# Everything that is done here more than once. `make` lists the targets.

GO       ?= go
BIN      := bin/spacegen
SHOT     ?= bin/console.png
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: build
build: ## build bin/spacegen
	$(GO) build -trimpath -o $(BIN) ./cmd/spacegen

.PHONY: demo
demo: build ## make a service, run it, call it, clean up
	@sh scripts/demo.sh $(CURDIR)/$(BIN)

.PHONY: platform-demo
platform-demo: build ## make a whole platform, run it, use its console in a browser (SHOT=FILE keeps a screenshot)
	@scripts/platform-demo.sh $(CURDIR)/$(BIN) $(SHOT)

# Tests whose names begin with TestE2E take minutes, and use what has to be installed.
LONG     := ^TestE2E
PACKAGES := ./...
TESTSUM  := gotest.tools/gotestsum@v1.13.0
test short e2e e2e-python: export GOFLAGS := -trimpath -ldflags=-s $(GOFLAGS)# a third of the time that linking takes is for debuggers
test short e2e e2e-python: export CGO_ENABLED := 0
test short e2e e2e-python: export GOGC ?= 400# compilers, linkers and Helm are done before they need to tidy up
test short e2e e2e-python: export TMPDIR := $(shell scripts/memory-folder.sh)

.PHONY: test
test: ## run the tests, those of the golden repositories included, but for the long ones (make e2e)
	$(GO) test -timeout 60m -skip '$(LONG)' $(PACKAGES)

.PHONY: goldens
goldens: ## of make test, all but the tests of charts
	@$(MAKE) --no-print-directory test PACKAGES="$$($(GO) list ./... | grep -v /charttest | tr '\n' ' ')"

.PHONY: charts
charts: ## of make test, the tests of charts, which use Helm and other programs if they are there
	@$(MAKE) --no-print-directory test PACKAGES=./generator/charttest/...

.PHONY: short
short: ## run the tests that need no other repository built
	$(GO) test -short -timeout 10m -skip '$(LONG)' $(PACKAGES)

.PHONY: e2e
e2e: ## run the long tests: browsers, pods, clusters, a year, a kill at every write; say what was skipped, and why
	$(GO) run $(TESTSUM) --format standard-quiet -- -timeout 60m -run '$(LONG)' $(PACKAGES)

.PHONY: e2e-python
e2e-python: ## of the tests, those that have a client in Python (Debian: python3-grpcio, python3-cryptography)
	$(GO) test ./generator -count 1 -timeout 20m -run 'TestE2EPython|TestTokensByPython' -v

.PHONY: stress
stress: ## run all tests fifty times, with all processors busy, on one, with -race (COUNT, MODES, RUN, PACKAGES limit it)
	scripts/stress.sh $(PACKAGES)

.PHONY: workflows
workflows: ## run the steps of the emitted workflows on the Go that they install (lint, race and chart take minutes)
	SPACEGEN_WORKFLOWS=1 $(GO) test ./generator -count 1 -timeout 60m -run TestE2EWorkflowSteps -v

.PHONY: console
console: ## check, lint and test the app of a frontend where it stands (needs Node.js)
	cd templates/frontend/app && npm ci --no-audit --no-fund && npm run check && npm run lint && npm test

.PHONY: console-e2e
console-e2e: build ## make a frontend, and drive it in Chromium against a service that is made for it
	@rm -rf bin/console && $(BIN) new console --kind frontend --yes --skip-git --dir bin/console
	$(MAKE) -C bin/console e2e SPACEGEN=$(CURDIR)/$(BIN)

.PHONY: lint
lint: ## vet and golangci-lint, of this repository and of each golden one
	$(GO) vet ./...
	GOBIN=$(CURDIR)/bin $(GO) install $(GOLANGCI)
	bin/golangci-lint run ./...
	@for mod in testdata/golden/*/go.mod; do \
		echo "lint $$(dirname $$mod)"; \
		(cd $$(dirname $$mod) && $(CURDIR)/bin/golangci-lint run ./...) || exit 1; \
	done

.PHONY: golden
golden: ## make the golden repositories anew
	$(GO) test ./generator -run 'TestGolden$$' -update

.PHONY: modules
modules: ## find out anew which modules emitted files need
	$(GO) test ./generator/render -run 'TestModules|TestLinked' -update

.PHONY: e2e-k8s
e2e-k8s: build ## a supervisor against a real Kubernetes API (the first time builds one)
	scripts/e2e-k8s.sh $(CURDIR)/$(BIN)

.PHONY: bench
bench: ## rendering, writing, and a call through an emitted service
	$(GO) test -run '^$$' -bench . ./generator/...
	cd testdata/golden/inventory && $(GO) test -run '^$$' -bench BenchmarkGet ./internal/app

.PHONY: bench-peers
bench-peers: ## an emitted service beside other servers that do the same, on a PostgreSQL (TEST_DATABASE_URL; ARGS=--help)
	@scripts/bench-peers.sh $(ARGS)

.PHONY: clean
clean: ## remove what was built
	rm -rf bin dist
