# Everything sets itself up: a machine with Python >= 3.11 and make is enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# What builds the page, what runs, what develops: each is installed when a target needs it.
TOOLS  := $(VENV)/.tools
RUNS   := $(VENV)/.runs
STAMP  := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
# Of what is measured against: apart, for it wants other versions and Tane never imports it.
PEERS       := .venv-bench
PEERS_STAMP := $(PEERS)/.installed
WEB    := tane/web/page
PAGE   := $(WEB)/dist/built-from.txt

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1
# npm builds the page while pip installs what runs.
MAKEFLAGS += -j2

.PHONY: help setup demo test test-fast check generated format lock bench chaos faults accept clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) $(PAGE)  ## make .venv with the command tane, the page and what developing needs, pinned and hash-checked
	@$(BIN)/python $(WEB)/build.py --check

$(TOOLS): requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Tane needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what builds the page into $(VENV) ..." >&2
	@$(BIN)/python deploy/install.py requirements-build.lock
	@touch $(TOOLS)

$(RUNS): requirements.lock pyproject.toml | $(TOOLS)
	@echo "Installing Tane into $(VENV), about 580 MB ..." >&2
	@TANE_WITHOUT_PAGE=1 $(BIN)/python deploy/install.py requirements.lock --editable
	@touch $(RUNS)

$(STAMP): requirements-dev.lock | $(RUNS)
	@echo "Installing what developing needs into $(VENV), about 700 MB ..." >&2
	@$(BIN)/python deploy/install.py requirements-dev.lock
	@touch $(STAMP)

# Only what changed the page builds it anew; an untouched checkout needs no network after setup.
$(PAGE): $(wildcard $(WEB)/src/*) $(WEB)/package-lock.json $(WEB)/build.py | $(TOOLS)
	@$(BIN)/python $(WEB)/build.py
	@touch $(PAGE)

demo: $(RUNS) $(PAGE)  ## run the whole main job on the dialogues that ship with Tane
	@$(BIN)/tane demo $(ARGS)

# Or each process of the tests would compile the same loops at the same time.
$(COMPILED): clustering/communities.py layout/descent.py tane/vectors/compilation.py | $(STAMP)
	@$(BIN)/python -m tests.compile_ahead
	@touch $(COMPILED)

test: $(STAMP) $(PAGE) $(COMPILED)  ## run all tests, in four processes: they wait for others almost half of the time
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

# What needs no database, no server and no browser.
FAST := tests/clustering tests/layout tests/tane/vectors tests/tane/language tests/tane/decoding tests/tane/llm tests/tane/settings
test-fast: $(STAMP)  ## run the tests of the pure rooms
	@$(BIN)/python -m pytest -n 2 $(FAST) $(ARGS)

check: $(STAMP) $(PAGE)  ## lint, formatting and strict types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m tane.web.typescript --check
	@$(BIN)/python $(WEB)/build.py --check

generated: $(STAMP)  ## write the page's sources that follow from Python: types of answers, words of the domain
	@$(BIN)/python -m tane.web.typescript

format: $(STAMP)  ## let ruff format everything
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

$(PEERS_STAMP): bench/peers.lock | $(STAMP)
	@test -x $(PEERS)/bin/python || $(BIN)/python -m venv $(PEERS)
	@echo "Installing what is measured against into $(PEERS) ..." >&2
	@$(PEERS)/bin/python -m pip install --quiet --no-deps --require-hashes -r bench/peers.lock
	@touch $(PEERS_STAMP)

bench: $(STAMP) $(PEERS_STAMP)  ## measure side by side, hours in all; one row: make bench ARGS=saturation
	@$(BIN)/python -m bench $(or $(ARGS),all)

chaos: $(STAMP)  ## kill, cut off, freeze and fill everything; writes docs/reliability.md; less: make chaos ARGS='--scale 0.1'
	@$(BIN)/python -m chaos.scenarios $(ARGS)

faults: $(STAMP)  ## a fault in every call of database, models, children and files, in turn, hours in all; less: make faults ARGS='--every 10'
	@$(BIN)/python -m chaos faults $(ARGS)

accept: $(STAMP)  ## what depends on the speed of the machine, on one that has nothing else to do
	@$(BIN)/python -m pytest -n 0 tests/accept.py $(ARGS)

# The lock files name versions and hashes only, no address to download from.
lock: $(STAMP)  ## pin the newest versions that pyproject.toml allows
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --group build -o requirements-build.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --group dev pyproject.toml -o requirements-dev.lock
	@echo 'bertopic>=0.17,<0.18' | $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --no-deps - -o bench/peers.lock >/dev/null
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate bench/peers.in >> bench/peers.lock

clean:  ## remove what setup, tests and checks leave
	@rm -rf $(VENV) $(PEERS) $(WEB)/dist $(WEB)/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
