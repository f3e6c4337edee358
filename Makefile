# Everything sets itself up: a machine with Python >= 3.11 and make is enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Of what is measured against: apart, for it wants other versions and Tane never imports it.
PEERS       := .venv-bench
PEERS_STAMP := $(PEERS)/.installed
PAGE   := tane/web/page/dist/built-from.txt

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1

.PHONY: help setup demo test check format lock bench chaos faults accept clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: $(STAMP)  ## make .venv with the command tane, pinned and hash-checked

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Tane needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Tane into $(VENV) ..." >&2
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

# Only what changed the page builds it anew; an untouched checkout needs no network after setup.
$(PAGE): $(STAMP) $(wildcard tane/web/page/src/*) tane/web/page/package-lock.json tane/web/page/build.py
	@$(BIN)/python tane/web/page/build.py
	@touch $(PAGE)

demo: $(PAGE)  ## run the whole main job on the Japanese dialogues that ship with Tane
	@$(BIN)/tane demo $(ARGS)

test: $(PAGE)  ## run all tests, in three processes: they wait for others a third of the time
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(PAGE)  ## lint, formatting and strict types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python tane/web/page/build.py --check

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
	@$(BIN)/python -m tests.chaos $(ARGS)

faults: $(STAMP)  ## spoil every call of database, models, children and files, in turn, hours in all; less: make faults ARGS='--every 10'
	@$(BIN)/python -m chaos faults $(ARGS)

accept: $(STAMP)  ## what depends on the speed of the machine, on one that has nothing else to do
	@$(BIN)/python -m pytest -n 0 tests/chaos/accept.py $(ARGS)

# The lock files name versions and hashes only, no address to download from.
lock: $(STAMP)  ## pin the newest versions that pyproject.toml allows
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --group dev pyproject.toml -o requirements-dev.lock
	@echo 'bertopic>=0.17,<0.18' | $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --no-deps - -o bench/peers.lock >/dev/null
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate bench/peers.in >> bench/peers.lock

clean:  ## remove what setup, tests and checks leave
	@rm -rf $(VENV) $(PEERS) tane/web/page/dist tane/web/page/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
