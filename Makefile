# Every command that a developer or CI runs. `make demo` and `make test` are the two to know.

CARGO   ?= cargo
TOOLS   := $(CURDIR)/target/tools
BIN_DIR := $(CURDIR)/target/debug
export PATH := $(TOOLS)/bin:$(TOOLS)/python/bin:$(TOOLS)/node_modules/.bin:$(PATH)

# Versions of the tools that are not part of the Rust toolchain.
NEXTEST_VERSION := 0.9.143
DENY_VERSION    := 0.20.2
TYPOS_VERSION   := 1.52.0
BUF_VERSION     := 1.75.0

# What the contract may not break: the main branch as it was before this work, if the clone knows it.
BUF_AGAINST ?= $(shell git rev-parse --verify --quiet origin/main || git rev-parse --verify --quiet HEAD~1 || git rev-parse HEAD)

.PHONY: demo test check bench eval ablation lint build format help

help: ## What there is.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: ## A node with a filled register on loopback, and what to try.
	$(CARGO) build --quiet --bin maatwerkregister --bin mwr
	$(BIN_DIR)/maatwerkregister demo

# Together with the tests: what only tests need switches on features of shared crates, and apart each would be built twice.
build: ## The binaries, for trying and for the end-to-end tests, and the tests.
	$(CARGO) build --workspace --bins --tests

format: ## Bring the code into the form that `make check` asks for.
	$(CARGO) fmt --all
	buf format -w proto

check: tools-check ## Form, spelling, dependencies and the contract: what needs no build.
	$(CARGO) fmt --all --check
	typos
	cargo-deny --workspace check --hide-inclusion-graph bans licenses sources
	buf lint proto
	buf format --diff --exit-code proto
	@if git cat-file -e $(BUF_AGAINST):proto/buf.yaml 2>/dev/null; \
	  then echo "buf breaking proto --against $(BUF_AGAINST)"; buf breaking proto --against '.git#ref=$(BUF_AGAINST),subdir=proto'; \
	  else echo "no earlier contract to compare with"; fi
	docs/check-links

lint: ## Clippy and the documentation, with warnings as errors.
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps --quiet

test: tools-test lint build ## Everything, with what it needs installed first.
	tests/eval/run $(BIN_DIR)
	tests/browser/run $(BIN_DIR)
	MWR_BIN_DIR=$(BIN_DIR) $(CARGO) nextest run --workspace
	$(CARGO) test --workspace --doc

eval: build ## Search quality on the project's own labelled queries, compared with the table that was kept.
	tests/eval/run $(BIN_DIR)

ablation: build ## What each layer of search gives, and how soon suggestions come.
	$(CARGO) build -p index --example eval
	tests/eval/ablation $(BIN_DIR)

bench: ## Benchmarks, with ratios. Takes a while, and wants an idle machine.
	$(CARGO) bench --workspace
	$(CARGO) run --release -p index --example eval -- speed 100000
	$(CARGO) build --release --bins
	target/release/mwr-load
	target/release/mwr-load federation
	target/release/mwr-load simulate

.PHONY: tools-check tools-test
tools-check:
	@deploy/tools check '$(TOOLS)' '$(DENY_VERSION)' '$(TYPOS_VERSION)' '$(BUF_VERSION)'

tools-test:
	@deploy/tools test '$(TOOLS)' '$(NEXTEST_VERSION)'
