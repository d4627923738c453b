# Assumes python3 (3.11 or 3.12) with venv, and the package indexes; nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
CLIP ?= examples/sample.mp4

.PHONY: demo test test-full check bench docs sample clean

demo: $(VENV)/.base ## set everything up and analyse a clip (CLIP=your.mp4)
	$(BIN)/emer analyze $(CLIP)

test: $(VENV)/.dev ## set everything up and run the tests
	$(BIN)/python -m pytest

test-full: $(VENV)/.full ## the same with torch and all engines (5 GB more); ONLY="tests/full" for a part
	$(BIN)/python -m pytest $(ONLY)

check: $(VENV)/.dev ## lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.base ## measure speed and memory on a quiet machine, e.g. BENCH="--quick"
	$(BIN)/emer bench --out docs/benchmarks $(BENCH)

docs: $(VENV)/.dev ## build the documentation as a site in site/
	$(BIN)/python -m mkdocs build --strict

sample: $(VENV)/.sample ## rebuild examples/sample.mp4
	$(BIN)/python examples/make_sample.py

clean: ## forget the environment and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 12) else f"emer needs Python 3.11 or 3.12, this is {v[0]}.{v[1]}. Run: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	# dependency groups need a recent pip
	$(PIP) install --upgrade 'pip>=25.1'

$(VENV)/.base: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -c constraints.txt -e . --group dev
	touch $(VENV)/.base $@

$(VENV)/.full: pyproject.toml constraints.txt | $(VENV)/bin/python
	# "===": of torch the index's own build, the one that its torchaudio was made for
	$(PIP) install -c constraints.txt -e '.[full,landmarker,ocr]' --group dev --group tiny "torch===$$(sed -n 's/^torch==//p' constraints.txt)"
	touch $(VENV)/.base $(VENV)/.dev $@

$(VENV)/.sample: $(VENV)/.base
	$(PIP) install -c constraints.txt --group sample
	touch $@
