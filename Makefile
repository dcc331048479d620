.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(BIN)/maskgen: pyproject.toml hatch_build.py $(wildcard maskgen/*/compiled/*.pyx maskgen/*/*/compiled/*.p[yx][xd])
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

install: $(BIN)/maskgen  ## make .venv with maskgen and its tools

demo: $(BIN)/maskgen  ## build the real example and say where to look
	$(BIN)/maskgen build examples/caravel-qfn64/caravel-qfn64.yaml -o out/caravel-qfn64 --format gds,svg
	@echo
	@echo "Look at   out/caravel-qfn64/report.html             everything on one page, in a browser"
	@echo "          out/caravel-qfn64/caravel-qfn64.gds       everything, in KLayout with the .lyp beside it"
	@echo "          out/caravel-qfn64/masks/                  what goes to the mask maker"
	@echo "          out/caravel-qfn64/bonds.csv, nets.csv     wires and nets as drawn"
	@echo "          out/caravel-qfn64/manifest.json           the index of all of it"

test: $(BIN)/maskgen  ## run all tests
	$(BIN)/python -m pytest -q -n 2

check: $(BIN)/maskgen  ## lint, types, import contracts and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/cython-lint maskgen
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2

fix: $(BIN)/maskgen  ## mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(BIN)/maskgen  ## measure against KLayout in the same run
	$(BIN)/python benchmarks/arrays.py
	$(BIN)/python benchmarks/drc.py
	$(BIN)/python benchmarks/diff.py
	$(BIN)/python benchmarks/report.py

pictures: $(BIN)/maskgen  ## draw the README's pictures again
	$(BIN)/python docs/pictures.py

.PHONY: help install demo test check fix bench pictures
