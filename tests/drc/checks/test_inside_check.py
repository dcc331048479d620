"""Shapes held by others."""

import pytest
import shapely

PAD = (0, 0, 100, 100)
HOLED = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        pytest.param([], [PAD], id="nothing"),
        pytest.param([(10, 10, 90, 90)], [PAD], id="well inside"),
        pytest.param([PAD], [PAD], id="equal"),
        pytest.param([PAD], [(0, 0, 50, 100), (50, 0, 100, 100)], id="held by two that touch"),
        pytest.param([HOLED], [HOLED], id="around a hole"),
    ],
)
def test_passes(inner, outer, found):
    assert found("inside", inner, outer) == []


@pytest.mark.parametrize(
    ("inner", "outer", "areas"),
    [
        pytest.param([(0, 0, 100.1, 100)], [PAD], [10.0], id="one step beyond"),
        pytest.param([(100, 0, 110, 10)], [PAD], [100.0], id="beside it, touching"),
        pytest.param([(100, 100, 110, 110)], [PAD], [100.0], id="touching at a corner"),
        pytest.param([(10, 10, 90, 90)], [HOLED], [400.0], id="over a hole"),
        pytest.param([PAD], [], [10000.0], id="held by nothing"),
        pytest.param([(-10, 0, 110, 100)], [PAD], [1000.0, 1000.0], id="on both sides"),
    ],
)
def test_fails(inner, outer, areas, found):
    assert [f.measured for f in found("inside", inner, outer)] == pytest.approx(areas, rel=1e-4)


def test_says_how_much_and_where(found):
    (finding,) = found("inside", [(0, 0, 110, 100)], [PAD])
    assert finding.sentence == "1000 um2 stick out"
    assert finding.box == pytest.approx((100, 0, 110, 100), abs=1e-5)
