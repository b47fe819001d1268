# What people and machines call. The work is in scripts/; `make help` lists what there is.
PYTHON ?= python3
PORT ?= 8000
DATA ?= $(if $(ROUNDTABLE_DATA),$(ROUNDTABLE_DATA),./data)
BIN := .venv/bin
ARGS ?=
# Where there is room in memory, the tests' databases are there: what a disk takes for a commit is not what they are about.
TEMPORARY ?= $(shell $(PYTHON) -c "import shutil, tempfile, os; roomy = os.path.isdir('/dev/shm') and shutil.disk_usage('/dev/shm').free > 4e9; print('/dev/shm' if roomy else tempfile.gettempdir())")
# One more than there are processors, for some test always waits for something. Two more cost what they bring: processes
# that take turns find nothing of theirs in the processor's caches.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(min(4, os.cpu_count() + 1))")

# Compiled once and not at each start, wherever the environment says otherwise.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup dev run test check bench format messages locks screenshots clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: python ## install and build everything that serving needs
	@$(PYTHON) scripts/setup.py

dev: python ## the same, with what tests and checks need
	@$(PYTHON) scripts/setup.py --dev

run: setup ## serve on PORT (8000), data in DATA (./data); an empty database gets the sample meeting
	@ROUNDTABLE_DATA="$(DATA)" ROUNDTABLE_LOG_FORMAT="$${ROUNDTABLE_LOG_FORMAT:-text}" \
	  exec $(BIN)/roundtable serve --sample --port $(PORT)

test: dev ## all tests, in real browsers and against real databases; ARGS="-k words" picks, "-n 0" is one by one
	@$(BIN)/python scripts/browser.py --install >/dev/null
	@TMPDIR="$(TEMPORARY)" $(BIN)/pytest -n $(WORKERS) $(ARGS)

check: dev ## formatting, lint, types, layers, templates, translations, locks
	@$(BIN)/python scripts/check.py

bench: dev ## the figures of bench/README.md
	@$(BIN)/python -m bench $(ARGS)

format: dev ## put Python into the one format, with safe fixes
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

messages: dev ## bring the translation catalogs up to date with the sources
	@$(BIN)/python scripts/messages.py

locks: dev ## make the lock files anew from pyproject.toml and package.json
	@$(BIN)/python scripts/locks.py

screenshots: dev ## take the pictures of README.md anew
	@$(BIN)/python scripts/browser.py --install >/dev/null
	@$(BIN)/python -m scripts.screenshots

clean: ## remove what was installed and built; data stays
	@rm -rf .venv node_modules web/dist .compiled-templates .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# scripts/setup.py finds a newer Python by itself, but must itself be read by this one.
.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 7))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed, as python3 (or: make PYTHON=/path/to/python3.11 ...)."; \
	  echo "  Debian, Ubuntu: apt install python3 python3-venv    macOS: brew install python"; exit 1; }
