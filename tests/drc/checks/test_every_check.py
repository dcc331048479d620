"""Every check says what it finds, and comes in one of two forms."""

import inspect

import pytest
from pydantic import BaseModel

from maskgen.drc.deck import known_checks


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
    numbers = {"tolerance": 1.0} if name in ("same", "empty") else {"min": 10.0} if name in ("space", "width") else {}
    assert found(name, [], [], **numbers) == []


@pytest.mark.parametrize("name", known_checks())
def test_a_test_file_stands_for_it(name, request):
    assert (request.path.parent / f"test_{name}_check.py").is_file()
