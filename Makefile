# Needs only Python 3.11+ and make.  Everything is installed into .venv, from hash-pinned files.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test lint figures check bench mutants catalogue lock clean

demo: $(VENV)/.demo
	$(BIN)/cachelife run album-pipeline --out out/album-pipeline
	$(BIN)/cachelife figures album-pipeline --only same-notice-two-facts --format png --jobs 2 \
	  --out out/album-pipeline
	$(BIN)/cachelife live --out out/live

test: $(VENV)/.dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.dev
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .
	$(BIN)/python -m mypy

figures: $(VENV)/.dev
	$(BIN)/python -m tests.tools.gallery

check: $(VENV)/.demo
	$(BIN)/cachelife check scenarios

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# Changes the permission and file models piece by piece and runs their tests on each change.
mutants: $(VENV)/.dev
	$(PIP) --require-hashes -r requirements/mutation.txt
	$(BIN)/python -m mutmut run
	$(BIN)/python -m mutmut results

catalogue: $(VENV)/.dev
	$(BIN)/python -m tests.tools.catalogue

$(VENV)/bin/python $(VENV)/Scripts/python:
	$(PYTHON) -m venv $(VENV)

# The package is installed editable: the marker only says that what it needs is there.
$(VENV)/.demo: requirements/demo.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/demo.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.demo
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

# Needs uv; writes no address of any index.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --extra live --extra video \
	  pyproject.toml requirements/build.in -o requirements/demo.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --group dev \
	  -c requirements/demo.txt -o requirements/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --group mutation \
	  -c requirements/demo.txt -c requirements/dev.txt -o requirements/mutation.txt

clean:
	rm -rf $(VENV) out dist build
