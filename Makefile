# Every command that a developer or CI runs. `make demo` and `make test` are the two to know.

CARGO   ?= cargo
TOOLS   := $(CURDIR)/target/tools
BIN_DIR := $(CURDIR)/target/debug
export PATH := $(TOOLS)/bin:$(TOOLS)/python/bin:$(TOOLS)/node_modules/.bin:$(PATH)

# Versions of the tools that are not part of the Rust toolchain.
NEXTEST_VERSION := 0.9.143
DENY_VERSION    := 0.20.2
MACHETE_VERSION := 0.9.2
TYPOS_VERSION   := 1.52.0
BUF_VERSION     := 1.75.0
FUZZ_VERSION    := 0.13.2

# The contract that may not break: that of the main branch, if the clone has one.
BUF_AGAINST ?= $(shell git rev-parse --verify --quiet origin/main || git rev-parse --verify --quiet HEAD~1 || git rev-parse HEAD)

.PHONY: demo test check bench fuzz eval ablation train fit lint build format help

help: ## The targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: ## A node with a filled register on loopback, and suggestions of what to try.
	@echo 'Building the node and its command line. The first time this takes some minutes.'
	$(CARGO) build --bin maatwerkregister --bin mwr
	$(BIN_DIR)/maatwerkregister demo

build: ## The binaries, for trying and for the end-to-end tests, and the tests themselves.
	$(CARGO) build --workspace --bins --tests

format: ## Formats the code as `make check` requires.
	$(CARGO) fmt --all
	buf format -w proto

check: tools-check ## Formatting, spelling, dependencies and the contract. Needs no build.
	$(CARGO) fmt --all --check
	typos
	cargo-deny --workspace check --hide-inclusion-graph bans licenses sources
	cargo-machete
	CARGO=$(CARGO) deploy/check-features
	buf lint proto
	buf format --diff --exit-code proto
	@if git cat-file -e $(BUF_AGAINST):proto/buf.yaml 2>/dev/null; \
	  then echo "buf breaking proto --against $(BUF_AGAINST)"; buf breaking proto --against '.git#ref=$(BUF_AGAINST),subdir=proto'; \
	  else echo "no earlier contract to compare with"; fi
	docs/check-links
	docs/check-named-tests
	docs/check-structure

lint: ## Clippy and the documentation, with warnings as errors.
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps --quiet

test: tools-test build ## Everything, with what it needs installed first.
	@MAKE='$(MAKE)' CARGO='$(CARGO)' tests/run '$(BIN_DIR)'

eval: build ## Search quality on the project's own labelled queries, compared with the kept table.
	tests/eval/run $(BIN_DIR)

train: ## Learns the model of what questions are about from index/training, and measures it on questions that it has not learned.
	$(CARGO) run --release -p index --example train -- model index/model/schemes.model index/training/questions.jsonl index/training/nothing.jsonl
	$(CARGO) run --release -p index --example train -- folds index/training/questions.jsonl index/training/nothing.jsonl

fit: ## Fits the weights of search in index/weights.toml to labelled questions, and says what that gains on others. Takes ten minutes.
	$(CARGO) run --release -p index --example train -- weights index/weights.toml server/demo tests/eval/queries.tsv \
		index/training/questions.jsonl index/training/nothing.jsonl

ablation: build ## The contribution of each layer of search, and how soon suggestions come.
	$(CARGO) build -p index --example eval
	tests/eval/ablation $(BIN_DIR)

bench: ## Benchmarks, with ratios. Takes a while and needs an idle machine.
	$(CARGO) bench --workspace
	$(CARGO) run --release -p index --example eval -- speed 100000
	$(CARGO) build --release --bins
	target/release/mwr-load
	target/release/mwr-load federation
	target/release/mwr-load simulate

# Seconds for each target of `make fuzz`.
FUZZ_SECONDS ?= 600

fuzz: ## Gives every reader of foreign bytes to libFuzzer, for FUZZ_SECONDS seconds each.
	@deploy/tools fuzz '$(TOOLS)' '$(FUZZ_VERSION)'
	CARGO='$(CARGO)' tests/fuzz/run $(FUZZ_SECONDS)

.PHONY: tools-check tools-test
tools-check:
	@deploy/tools check '$(TOOLS)' '$(DENY_VERSION)' '$(MACHETE_VERSION)' '$(TYPOS_VERSION)' '$(BUF_VERSION)'

tools-test:
	@deploy/tools test '$(TOOLS)' '$(NEXTEST_VERSION)'
