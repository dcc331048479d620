.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(BIN)/maskgen: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

install: $(BIN)/maskgen  ## make .venv with maskgen and its tools

demo: $(BIN)/maskgen  ## build the real example and say where to look
	$(BIN)/maskgen build examples/caravel-qfn64/caravel-qfn64.yaml -o out/caravel-qfn64

test: $(BIN)/maskgen  ## run all tests
	$(BIN)/python -m pytest -q -n 2

check: $(BIN)/maskgen  ## lint, types, import contracts and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2

fix: $(BIN)/maskgen  ## mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(BIN)/maskgen  ## measure against KLayout in the same run
	$(BIN)/python benchmarks/arrays.py

.PHONY: help install demo test check fix bench
