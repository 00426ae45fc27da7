# make run    set everything up and start Segl
# make test   set everything up and run the tests
# make check  what must be green before a submission
# make canary   nothing of a session is left anywhere (part of make test, too)
# make torture  1,000 kills and 10,000 cut WALs; takes about half an hour
PYTHON ?= python3
# How many tests run at once; JOBS=0 runs them one after the other, for a debugger.
JOBS ?= auto
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
CATALOGUES_READY := $(VENV)/.catalogues-ready

# What says that nothing leaks: a session under strace, memory after a lock, the terminal after every ending.
CANARY := tests/e2e/test_canary.py tests/e2e/test_evidence_stays.py tests/tui/test_session.py tests/tui/test_guard.py \
	tests/tui/test_process.py tests/store/bundle/test_no_plaintext.py

.PHONY: run test fuzz check canary torture lint types imports catalogues bench lock clean

run: $(RUN_READY) $(CATALOGUES_READY)
	@$(BIN)/segl $(ARGS)

test: $(DEV_READY) $(CATALOGUES_READY)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

# Longer than in `make test`: make fuzz EXAMPLES=100000
EXAMPLES ?= 5000
fuzz: $(DEV_READY) $(CATALOGUES_READY)
	@SEGL_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest --timeout 0 tests/store/test_fuzz.py $(ARGS)

canary: $(DEV_READY) $(CATALOGUES_READY)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(CANARY) $(ARGS)

torture: $(DEV_READY) $(CATALOGUES_READY)
	@SEGL_TORTURE=1 $(BIN)/python -m pytest -n $(JOBS) -rA tests/store/test_torture.py $(ARGS)

check: lint types imports catalogues test

lint: $(DEV_READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEV_READY)
	@$(BIN)/mypy

imports: $(DEV_READY)
	@$(BIN)/lint-imports

catalogues: $(DEV_READY)
	@$(BIN)/python -m guidance.catalogue check

bench: $(DEV_READY) $(CATALOGUES_READY)
	@$(BIN)/python -m bench $(ARGS)

# Needs uv; the locks hold for every system and every Python that pyproject.toml allows.
lock:
	uv pip compile --universal --generate-hashes --no-annotate --no-header --extra build pyproject.toml -o requirements/run.lock
	uv pip compile --universal --generate-hashes --no-annotate --no-header --extra build --extra dev pyproject.toml -o requirements/dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Segl needs Python 3.11 or newer: make PYTHON=python3.11 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: on Debian and Ubuntu it is the package python3-venv"; rm -rf $(VENV); exit 1; }

$(RUN_READY): requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up Segl in $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

$(CATALOGUES_READY): $(wildcard guidance/locale/*/LC_MESSAGES/*.po) $(RUN_READY)
	@$(BIN)/python -m guidance.catalogue compile
	@touch $@

$(DEV_READY): requirements/dev.lock $(RUN_READY)
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
