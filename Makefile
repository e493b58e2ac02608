# Plain `make` lists the targets. Each works from a fresh clone.

GO ?= go
# How long `make fuzz` spends on each fuzz target, and how often `make bench`
# runs each benchmark.
FUZZTIME ?= 30s
COUNT ?= 1

tool := $(GO) tool -modfile=internal/tools/go.mod

.DEFAULT_GOAL := help
.PHONY: help build needs test race lint docs bench bench-smoke cross fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

build: ## build bin/rekey, static and stripped
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/rekey ./cmd/rekey

needs: ## install what the tests need and this machine lacks
	@bash internal/testbed/install.sh

test: needs ## run every test
	$(GO) test ./...

race: needs ## run the tests under the race detector, the long ones in short
	CGO_ENABLED=1 $(GO) test -race -short ./...

lint: ## go vet, staticcheck, gofumpt and the rules of the house
	$(GO) vet ./...
	$(tool) staticcheck ./...
	@unformatted=$$($(tool) gofumpt -l .) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "gofumpt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) test -count=1 -run 'TestHouse|TestRulesBite' ./internal

docs: ## rewrite the parts of the manual that are made from the code, and show it
	$(GO) test -count=1 -run TestManual ./internal/cli -update
	$(GO) doc ./cmd/rekey

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem -count=$(COUNT) ./...

bench-smoke: ## run every benchmark once, to see that it runs
	$(GO) test -short -run '^$$' -bench . -benchtime 1x ./...

cross: ## build for the other systems, without a C compiler
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 $(GO) build ./...
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build ./...
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 $(GO) build ./...

fuzz: ## fuzz each target for FUZZTIME
	@$(GO) list ./... | while read -r pkg; do \
		targets=$$($(GO) test -list '^Fuzz' "$$pkg" | grep '^Fuzz' || true); \
		for target in $$targets; do \
			echo "$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$pkg" || exit 1; \
		done; \
	done

clean: ## remove what was built
	rm -rf bin
