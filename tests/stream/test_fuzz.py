"""Damaged files, command by command: a slice of what `fuzz.py` looks at, and the cases that have names."""

import gzip
from collections.abc import Callable
from pathlib import Path

import fuzz
import gdstk
import pytest

from maskgen.diff import compare
from maskgen.diff.places import MOST_PLACES
from maskgen.errors import MaskgenError
from maskgen.stream.info import describe

SLICE = 120


def test_no_mutant_is_taken_wrongly(tmp_path):
    counts, failures = fuzz.run(range(SLICE), tmp_path)

    assert failures == []
    assert counts.total() == SLICE * len(fuzz.COMMANDS)
    assert counts["diff read"] > SLICE / 20


def test_a_mutant_is_told_by_its_number(tmp_path):
    sources = fuzz.seeds(tmp_path)

    assert fuzz.mutant(19, sources) == fuzz.mutant(19, sources)
    assert fuzz.mutant(19, sources)[2].suffix == ".oas"


def test_mutants_can_all_be_oasis(tmp_path):
    sources = fuzz.seeds(tmp_path)

    assert {fuzz.mutant(number, sources, every=1)[2].suffix for number in range(30)} == {".oas"}


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        pytest.param(("read", "read", "read"), (), id="read"),
        pytest.param(("read", "read", "refused a.gds: too many"), (), id="too many"),
        pytest.param(("refused a.gds: byte 7: bad",) * 3, (), id="told with its byte"),
        pytest.param(("refused a.gds: bad",) * 3, ("info", "drc", "diff"), id="told without its byte"),
        pytest.param(("refused a.gds: byte 7: bad", "read", "refused a.gds: byte 7: bad"), ("drc",), id="told by some"),
        pytest.param(("read", "raises KeyError", "read"), ("drc",), id="exception"),
    ],
)
def test_damage_must_be_told_with_its_byte(answers, wrong, monkeypatch):
    said = dict(zip(fuzz.COMMANDS, answers, strict=True))
    monkeypatch.setattr(fuzz, "outcome", lambda *asked: said[asked[2]])

    found = fuzz.outcomes(Path("a.gds"), Path("b.gds"), None)

    assert tuple(command for command, answer in found.items() if answer not in ("read", "refused")) == wrong


def test_a_dead_worker_is_told(tmp_path, monkeypatch):
    deck = tmp_path / "fuzz.drc.yaml"
    deck.write_text(fuzz.DECK)
    worker = fuzz.Worker(deck)
    worker.process.kill()
    worker.process.wait()
    monkeypatch.setattr(worker.process.stdin, "flush", lambda: None)

    assert worker.ask(tmp_path / "any.gds", tmp_path / "any.gds") == {"some command": "kills the process, exit -9"}
    worker.close()


def square(path: Path) -> None:
    library = gdstk.Library()
    library.new_cell("TOP").add(gdstk.rectangle((0, 0), (1, 1), layer=1))
    library.write_gds(path)


def array_of_a_billion() -> gdstk.Library:
    library = gdstk.Library()
    pad, top = library.new_cell("PAD"), library.new_cell("TOP")
    pad.add(gdstk.rectangle((0, 0), (1, 1), layer=1))
    top.add(gdstk.Reference(pad, columns=32_000, rows=32_000, spacing=(2, 2)))
    return library


def deep() -> gdstk.Library:
    library = gdstk.Library()
    below = library.new_cell("LEVEL0")
    for level in range(1, 10_000):
        cell = library.new_cell(f"LEVEL{level}")
        cell.add(gdstk.Reference(below))
        below = cell
    return library


def loop() -> gdstk.Library:
    library = gdstk.Library()
    one, other = library.new_cell("ONE"), library.new_cell("OTHER")
    one.add(gdstk.Reference(other))
    other.add(gdstk.Reference(one))
    return library


def missing() -> gdstk.Library:
    library = gdstk.Library()
    library.new_cell("TOP").add(gdstk.Reference("NOWHERE"))
    return library


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(deep, "cell 'LEVEL9999' has 10000 levels of cells, at most 500 can be read", id="deep"),
        pytest.param(loop, "cells place each other in a loop: ONE -> OTHER -> ONE", id="loop"),
        pytest.param(missing, "cell 'NOWHERE' is placed but not in the file", id="missing cell"),
    ],
)
def test_hierarchies_that_cannot_be(make: Callable[[], gdstk.Library], said: str, tmp_path):
    path = tmp_path / "layout.gds"
    make().write_gds(path)

    with pytest.raises(MaskgenError) as caught:
        describe(path)

    assert str(caught.value).startswith(f"{path}: byte ")
    assert str(caught.value).endswith(f": {said}")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"layers:\n" * 9, "not a GDSII file, it seems to be text", id="text"),
        pytest.param(
            gzip.compress(b"x"), "not a GDSII file, it seems to be a gzip archive, unpack it first", id="gzip"
        ),
    ],
)
def test_files_that_are_no_layouts(data: bytes, said: str, tmp_path):
    path, whole = tmp_path / "layout.gds", tmp_path / "whole.gds"
    path.write_bytes(data)
    square(whole)

    with pytest.raises(MaskgenError) as caught:
        compare(whole, path)

    assert str(caught.value) == f"{path}: byte 0: {said}"


def test_a_billion_copies_are_counted_but_not_compared_one_by_one(tmp_path):
    path, whole = tmp_path / "array.gds", tmp_path / "whole.gds"
    array_of_a_billion().write_gds(path)
    square(whole)

    assert describe(path)["layers"][0]["flattened"] == 32_000**2
    with pytest.raises(MaskgenError) as caught:
        compare(whole, path)
    assert str(caught.value) == (
        f"{path}: a cell that differs stands {32_000**2} times, at most {MOST_PLACES} can be compared"
    )


def test_repeated_shapes_are_compared_without_being_written_out(tmp_path):
    library = gdstk.Library()
    shape = gdstk.rectangle((0, 0), (1, 1), layer=1)
    shape.repetition = gdstk.Repetition(columns=40_000, rows=40_000, spacing=(2, 2))
    library.new_cell("TOP").add(shape)
    path = tmp_path / "repeated.oas"
    library.write_oas(path)

    assert compare(path, path).is_equal
