# Everything starts from here. Needed on a fresh machine: make, git, python3 (3.11 or newer) and its venv module.
#
#   make demo    a running mall on http://127.0.0.1:8000 (another port: make demo PORT=9000)
#   make test    every test (a part of them: make test ARGS="tests/shape -k wheel")
#
# The first call builds .venv from requirements.lock, later calls find it there.

PYTHON ?= python3
PORT   ?= 8000
ARGS   ?=
ONLY   ?=
PG     ?=
MARIADB ?=
JOBS   ?= 2

VENV  := .venv
PY    := $(VENV)/bin/python
STAMP := $(VENV)/.ready
# Two calls in one checkout must not build the same environment at once.
ALONE := $(if $(shell command -v flock),flock .,)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check style types layers shape faults bench life docs lock clean

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' $(MAKEFILE_LIST)

# Compiled once here, our modules cost the first command a third of what they cost when each command compiles them.
setup: $(STAMP)  ## build .venv from the lock
	@$(PY) -m compileall -q entitlements campaigns adapters demo_app quanyi/__init__.py quanyi/kinds.py

$(STAMP): requirements.lock pyproject.toml
	@$(ALONE) $(MAKE) --no-print-directory build-venv

# How far pip has come, in one line that is written over; nothing where nobody watches. Its errors are on another stream.
define SHOWN
BEGIN { watched = !system("test -t 1") }
watched && sub(/.*Collecting /, "") { printf "\r\033[K%3d of %d  %s", ++n, all, $$1; fflush() }
watched && /Installing collected/ { printf "\r\033[Kunpacking"; fflush() }
END { if (watched) printf "\r\033[K" }
endef
export SHOWN

.PHONY: build-venv
build-venv:
	@if [ -e $(STAMP) ] && [ ! requirements.lock -nt $(STAMP) ] && [ ! pyproject.toml -nt $(STAMP) ]; then exit 0; fi; \
	set -e; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'; \
	[ -x $(PY) ] || $(PYTHON) -m venv $(VENV); \
	all=$$(grep -c '^[^ #].*==' requirements.lock); \
	echo "installing what requirements.lock names into $(VENV): $$all packages, about a minute …"; \
	{ $(PY) -m pip install --disable-pip-version-check --progress-bar off --require-hashes -r requirements.lock \
	    || touch $(VENV)/.failed; } | awk -v all=$$all "$$SHOWN"; \
	[ ! -e $(VENV)/.failed ] || { rm $(VENV)/.failed; exit 1; }; \
	$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	touch $(STAMP)

demo: setup  ## run the demo mall
	$(VENV)/bin/quanyi demo serve --port $(PORT)

# What measures time or races runs first and alone; the rest is shared out among $(JOBS) workers.
test: setup  ## run every test
ifeq ($(strip $(ARGS)),)
	$(PY) -m pytest -m alone || [ $$? -eq 5 ]
	$(PY) -m pytest -m "not alone" -n $(JOBS)
else
	$(PY) -m pytest $(ARGS)
endif

check: style types layers shape  ## style, types, layers and shape (all of them: make -k check)

style: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: setup
	$(PY) -m mypy

layers: setup
	$(VENV)/bin/lint-imports

shape: setup
	$(PY) -m pytest -q tests/shape

faults: setup  ## plant known faults, and see that a test turns red for each
	$(PY) -m tests.faults $(if $(ONLY),--only $(ONLY))

bench: setup  ## measure against the floors (a part: make bench ONLY=claims; see tests/bench/README.md)
	$(PY) -m tests.bench $(if $(ONLY),--only $(ONLY)) $(ARGS)

life: setup  ## live months of the demo on every store, and compare (other servers: make life PG=postgresql://… MARIADB=mariadb+pymysql://…)
	$(PY) -m tests.life $(if $(PG),--postgres "$(PG)") $(if $(MARIADB),--mariadb "$(MARIADB)")

docs: setup  ## build the pages into build/docs
	$(PY) -m mkdocs build --strict --quiet

# Exact versions and hashes; no address of an index, so that every mirror serves.
lock: setup  ## renew requirements.lock from pyproject.toml
	$(VENV)/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	    --all-extras --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    --output-file requirements.lock

clean:  ## remove what the commands made
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
