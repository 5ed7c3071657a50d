# Two commands for a fresh machine: `make run` (the main job on the bundled samples) and `make test` (the quick tests).
# Both make their own virtual environment in .venv from requirements.lock first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Bytecode is kept even where the environment says otherwise: tests start a hundred processes that would compile it again.
QUIET := DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=

.DEFAULT_GOAL := help
.PHONY: help run test test-slow test-all lint quality bench bench-peers bench-large bench-ray lock clean

help:  ## say what each command does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Copydesk needs Python 3.11 or later; name one: make PYTHON=python3.12")'
	@echo "Setting up $(VENV) (about a minute, once) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(QUIET) $(BIN)/pip install --quiet --require-hashes --no-deps -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@$(QUIET) $(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: $(VENV)/.installed  ## clean and load the bundled samples, then say where to look
	@$(QUIET) $(BIN)/copydesk run samples
	@echo; echo "(copydesk is $(BIN)/copydesk in this folder)"

# One worker process per core, and each file's tests in one of them: fixtures of a module are made once. Files are taken
# in their order, which has the long ones (flows) first and ends with short ones.
PYTEST := $(QUIET) $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
SLOW := slow or server or browser or ray

test: $(VENV)/.installed  ## run the quick tests
	@$(PYTEST) -m "not ($(SLOW))" $(PYTEST_ARGS)

$(VENV)/.ray: requirements-ray.lock $(VENV)/.installed
	@echo "Adding Ray to $(VENV) (half a minute, once) ..."
	@$(QUIET) $(BIN)/pip install --quiet --require-hashes --no-deps -r requirements-ray.lock
	@touch $@

test-slow: $(VENV)/.ray  ## run the other tests: kills, a day of faults, Prefect servers, browser, Ray
	@$(PYTEST) -m "$(SLOW)" $(PYTEST_ARGS)

test-all: test test-slow  ## run all tests

lint: $(VENV)/.installed  ## ruff, mypy --strict and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

quality: $(VENV)/.installed  ## measure quality on gold data in ../shared, where it is there
	@$(QUIET) $(BIN)/python -m bench.quality

bench: $(VENV)/.installed  ## measure speed and memory against floors and peers in the same run
	@$(QUIET) $(BIN)/python -m bench.speed

bench-large: $(VENV)/.installed  ## measure the steps of a run, maintenance and reports on 200,000 stored articles
	@$(QUIET) $(BIN)/python -m bench.large

bench-ray: $(VENV)/.ray  ## measure the steps of a parcel, and one Ray node of one core against two
	@$(QUIET) $(BIN)/python -m bench.parcel_steps
	@$(QUIET) $(BIN)/python -m bench.cluster

bench-peers:  ## make the separate environment with the peers that `make bench` compares with
	$(PYTHON) -m venv --clear .venv-peers
	$(QUIET) .venv-peers/bin/pip install --quiet -r bench/peers.txt

lock:  ## write both locks anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
	  --no-emit-index-url --no-header --output-file requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev --extra ray \
	  --constraints requirements.lock --no-emit-index-url --no-header --output-file requirements-ray.lock pyproject.toml

clean:  ## remove what the commands made, but no warehouse
	rm -rf $(VENV) .venv-peers .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
