# Every way of working on Nesie, one command each. The targets do their own set-up (.ci/setup.sh) the first time
# and find it done afterwards; ARGS is handed to the program, as in `make test ARGS="tests/ledger -k posting"`.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: run test test-all check format lint types layers bench docs lock help clean ready-to-run ready-to-test

ARGS ?=
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# The suite runs on the embedded PostgreSQL (or the server you name) and on Debian's PostgreSQL 15; pages and walks on the first.
SERVERS := --database "$${NESIE_DATABASE_URL:-embedded}" --database debian
PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" PIP_CONFIG_FILE=/dev/null $(BIN)/pip-compile --quiet --no-config \
	--generate-hashes --strip-extras --allow-unsafe --no-emit-options \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

export PYTHON

run: ready-to-run  ## build a calibrated programme, lend, report, verify and serve it (ARGS="--loans 500 --no-serve")
	@$(BIN)/nesie demo $(ARGS)

test: ready-to-test  ## the suite, on both PostgreSQL servers (ARGS: anything pytest takes)
	@$(PYTEST) -n 2 -m "not slow" $(SERVERS) $(ARGS)

test-all: ready-to-test  ## all of it on both servers, and the proofs that take minutes
	@$(PYTEST) -n 2 $(SERVERS) --all-on-each --hypothesis-profile=whole $(ARGS)

check: lint types layers test  ## everything that must hold before a change is merged

format: ready-to-test  ## put the source into its one form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: ready-to-test  ## form and habits, by ruff
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: ready-to-test  ## types, by mypy in its strict mode
	@$(BIN)/mypy

layers: ready-to-test  ## the arrows between packages, tidiness, and documentation that is complete
	@$(PYTEST) tests/architecture

bench: ready-to-test  ## measure against peers and floors, in the same run
	@$(BIN)/python -m bench $(ARGS)

docs: ready-to-test  ## write the derived pages of docs/ anew from the source
	@$(BIN)/python -m docs.generate

lock: ready-to-test  ## settle the newest versions of all packages again (ARGS="--upgrade")
	@$(PIP_COMPILE) --all-build-deps --output-file requirements.lock $(ARGS) pyproject.toml
	@$(PIP_COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock $(ARGS) pyproject.toml

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

clean:  ## remove what these commands made; the data folder stays
	@rm -rf .venv build dist out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

ready-to-run:
	@.ci/setup.sh run

ready-to-test:
	@.ci/setup.sh test
