"""Every check says what it finds, and comes in one of two forms."""

import inspect

import pytest
from pydantic import BaseModel

from maskgen.drc.deck import known_checks

NUMBERS = {"tolerance": 1.0, "min": 0.5, "max": 8, "grid": 0.1, "window": (10.0, 10.0), "within": None}


@pytest.mark.parametrize("name", known_checks())
def test_a_check_is_explained_with_a_case_that_passes_and_one_that_fails(name):
    text = inspect.getdoc(known_checks()[name])
    assert text.index("\nPasses: ") < text.index("\nFails: ")
    assert f"{{check: {name}" in text


@pytest.mark.parametrize("name", known_checks())
def test_a_check_looks_at_a_scene_or_at_a_package(name):
    module = known_checks()[name]
    assert issubclass(module.Params, BaseModel)
    ways = [way for way in ("check", "judge") if hasattr(module, way)]
    assert len(ways) == 1
    first, *_ = inspect.signature(getattr(module, ways[0])).parameters
    assert first == {"check": "scene", "judge": "package"}[ways[0]]


@pytest.mark.parametrize("name", [name for name, module in known_checks().items() if hasattr(module, "check")])
def test_nothing_is_found_on_empty_layers(name, found):
    wanted = known_checks()[name].Params.model_fields
    numbers = {field: value for field, value in NUMBERS.items() if field in wanted}
    assert found(name, [], [], **numbers) == []


@pytest.mark.parametrize("name", known_checks())
def test_a_test_file_stands_for_it(name, request):
    assert (request.path.parent / f"test_{name}_check.py").is_file()
