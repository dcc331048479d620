"""Distance between shapes, and between two sides of one."""

import pytest
import shapely

from maskgen.geometry import shapes

HOLED = shapely.box(0, 0, 100, 100).difference(shapely.box(45, 45, 55, 55))
U = shapely.box(0, 0, 500, 500).difference(shapely.box(200, 100, 299.9, 500))


def holed(diameter):
    """Return a plate with a round hole."""
    return shapely.box(-500, -500, 500, 500).difference(shapes.circle(diameter, tolerance=0.05))


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(0, 0, 10, 10)], id="one shape"),
        pytest.param([(0, 0, 10, 10), (110, 0, 120, 10)], id="at the limit"),
        pytest.param([(0, 0, 10, 10), (70, 90, 80, 100)], id="corner to corner at the limit, 60 and 80 apart"),
        pytest.param([(0, 0, 10, 10), (10, 0, 20, 10)], id="touching along an edge: one shape"),
        pytest.param([holed(100.2)], id="a round hole at the limit"),
        pytest.param([(-250, -5, -150.1, 5), shapes.circle(100, tolerance=0.05)], id="a circle beside a box"),
    ],
)
def test_passes(layer, found):
    assert found("space", layer, min=100.0) == []


@pytest.mark.parametrize(
    ("layer", "sentence", "box"),
    [
        pytest.param([(0, 0, 10, 10), (109.9, 0, 120, 10)], "99.900 um", (10, 0, 109.9, 10), id="one step too near"),
        pytest.param([(0, 0, 10, 10), (69, 90, 80, 100)], "99.403 um", None, id="corner to corner"),
        pytest.param(
            [(0, 0, 10, 10), (70.001, 89.999, 80, 100)], "99.9998 um", None, id="a fraction of a database unit"
        ),
        pytest.param([(0, 0, 10, 10), (10, 10, 20, 20)], "0.000 um", None, id="touching at a corner"),
        pytest.param([HOLED], "10.000 um", (45, 45, 55, 55), id="a hole is one place"),
        pytest.param([holed(99)], "98.9", (-49.5, -49.5, 49.5, 49.5), id="a round hole is one place"),
        pytest.param([U], "99.900 um", None, id="a slot"),
        pytest.param(
            [shapes.circle(300, tolerance=0.05), (220, -200, 400, 200)], "70.000 um", None, id="a circle and a box"
        ),
    ],
)
def test_fails(layer, sentence, box, found):
    findings = found("space", layer, min=100.0)
    assert findings[0].sentence.startswith(sentence)
    assert findings[0].sentence.endswith(" um apart, at least 100 um wanted")
    assert len(findings) == 1
    assert box is None or findings[0].box == pytest.approx(box, abs=0.02)


@pytest.mark.parametrize(
    ("metric", "sentences"),
    [
        pytest.param("euclidian", [], id="straight: exactly 100"),
        pytest.param("square", ["80.000 um apart, at least 100 um wanted"], id="the larger of 60 and 80"),
        pytest.param("projection", [], id="not opposite"),
    ],
)
def test_corners_60_and_80_apart(metric, sentences, found):
    findings = found("space", [(0, 0, 10, 10), (70, 90, 80, 100)], min=100.0, metric=metric)
    assert [finding.sentence for finding in findings] == sentences


def test_every_pair_is_found_once(found):
    assert len(found("space", [(0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10)], min=15.0)) == 2


def test_the_edges_of_a_pair_are_in_order_whichever_shape_comes_first(found):
    here, there = (0, 0, 10, 10), (20, 0, 30, 10)
    assert found("space", [here, there], min=15.0) == found("space", [there, here], min=15.0)
