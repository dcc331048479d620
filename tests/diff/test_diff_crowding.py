"""Shapes over each other: what is many is fast, what is too much is refused in one sentence."""

import time

import gdstk
import numpy as np
import pytest

from maskgen.diff import compare, crowding, run
from maskgen.errors import MaskgenError


def written(path, outlines):
    library = gdstk.Library("L", unit=1e-6, precision=1e-9)
    library.new_cell("TOP").add(*(gdstk.Polygon(points, layer=1) for points in outlines))
    library.write_gds(path)
    return path


def turned(outlines, angle):
    turn = np.exp(1j * np.radians(angle))
    moved = (outlines @ np.array([1, 1j])) * turn
    return np.stack([moved.real, moved.imag], axis=-1)


def boxes(corners):
    x0, y0, x1, y1 = np.asarray(corners, dtype=float).T
    return np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 4, 2)


def stack(count):
    """Return boxes of which each covers nearly all of the others."""
    low = np.random.default_rng(0).integers(0, 10_000, (count, 2)) / 1000
    return boxes(np.hstack([low, low + 50]))


def bars(count):
    """Return as many bars upright as level, each of which crosses all of the others."""
    at, end = np.arange(count), np.full(count, 2.0 * count)
    level = np.column_stack([0 * at - 1, 2 * at, end, 2 * at + 1])
    return boxes(np.concatenate([level, level[:, (1, 0, 3, 2)]]))


@pytest.mark.parametrize(("count", "angle"), [(20_000, 0), (3_000, 30)], ids=["along the axes", "turned"])
def test_a_stack_of_shapes_is_one(count, angle, tmp_path):
    one = written(tmp_path / "a.gds", turned(stack(count), angle))
    other = written(tmp_path / "b.gds", turned(boxes([(-10, -10, 80, 80), (100, 0, 110, 10)]), angle))
    started = time.process_time()
    found = compare(one, other)

    assert found.summary == "1 of 1 layers differ, in 2 places"
    assert time.process_time() - started < 8.0


@pytest.mark.parametrize("angle", [0, 30], ids=["along the axes", "turned"])
def test_a_grid_of_bars_is_one_piece(angle, tmp_path):
    one = written(tmp_path / "a.gds", turned(bars(60), angle))
    other = written(tmp_path / "b.gds", turned(boxes([(-1, -1, 120, 120)]), angle))

    # Between 60 bars there are 59 gaps; the plate has one more before the first and one behind the last.
    assert compare(one, other).summary == f"1 of 1 layers differ, in {61 * 61} places"


def test_outlines_that_cross_too_often_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(crowding, "MOST_COVERED", 1000)
    one = written(tmp_path / "a.gds", turned(bars(100), 30))
    other = written(tmp_path / "b.gds", turned(boxes([(500, 500, 520, 520)]), 30))

    with pytest.raises(MaskgenError) as caught:
        compare(one, other)
    # Both long sides of each bar cross those of each other bar.
    assert str(caught.value).startswith(f"{other}: outlines cross each other about ")
    assert str(caught.value).endswith(" times, at most 1000 can be looked at")


def test_too_many_differences_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "MOST_FOUND", 8)
    one = written(tmp_path / "a.gds", boxes([(10 * n, 0, 10 * n + 5, 5) for n in range(9)]))
    other = written(tmp_path / "b.gds", boxes([(500, 500, 520, 520)]))

    with pytest.raises(MaskgenError) as caught:
        compare(one, other)
    assert str(caught.value) == f"{other}: layer 1/0 differs in 10 places, at most 8 can be told"


def test_repeated_shapes_are_compared_where_they_repeat(tmp_path):
    paths = []
    for name, columns in (("a", 40_000), ("b", 39_999)):
        library = gdstk.Library()
        shape = gdstk.rectangle((0, 0), (1, 1), layer=1)
        shape.repetition = gdstk.Repetition(columns=columns, rows=40_000, spacing=(2, 2))
        library.new_cell("TOP").add(shape)
        paths.append(tmp_path / f"{name}.oas")
        library.write_oas(paths[-1])

    assert compare(paths[0], paths[0]).is_equal
    with pytest.raises(MaskgenError) as caught:
        compare(*paths)
    assert str(caught.value) == (
        f"{paths[1]}: a cell that differs stands {40_000 * 40_000 + 39_999 * 40_000} times, at most 5000000 can be"
        " compared"
    )


def test_repeated_shapes_are_those_that_are_written_out(tmp_path):
    library = gdstk.Library()
    shape = gdstk.rectangle((0, 0), (1, 1), layer=1)
    shape.repetition = gdstk.Repetition(columns=30, rows=20, spacing=(2, 2))
    other = gdstk.rectangle((0, 100), (1, 101), layer=2)
    other.repetition = gdstk.Repetition(offsets=[(3, 4), (9, 1)])
    library.new_cell("TOP").add(shape, other)
    library.write_oas(tmp_path / "a.oas")
    library.write_gds(tmp_path / "b.gds")

    assert compare(tmp_path / "a.oas", tmp_path / "b.gds").is_equal


def test_polygons_that_cross_themselves_are_many(tmp_path):
    bow = np.array([(0, 0), (3, 3), (3, 0), (0, 3)], dtype=float)
    at = np.stack(np.meshgrid(np.arange(40) * 10.0, np.arange(40) * 10.0), axis=-1).reshape(-1, 1, 2)
    one = written(tmp_path / "a.gds", bow + at)
    other = written(tmp_path / "b.gds", boxes([(-10, -10, -5, -5)]))
    started = time.process_time()
    found = compare(one, other)

    assert found.summary == f"1 of 1 layers differ, in {40 * 40 * 2 + 1} places"
    assert time.process_time() - started < 5.0
