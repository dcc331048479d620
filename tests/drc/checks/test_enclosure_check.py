"""Margins around shapes that lie inside others."""

import pytest
import shapely

PAD = (0, 0, 100, 100)
L = shapely.box(0, 0, 100, 100).difference(shapely.box(60, 60, 100, 100))


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        pytest.param([], [PAD], id="nothing"),
        pytest.param([(20, 20, 80, 80)], [PAD], id="at the limit"),
        pytest.param([(20, 20, 80, 80)], [], id="inside nothing"),
        pytest.param([(200, 0, 300, 100)], [PAD], id="outside"),
        pytest.param([(-20, 20, 80, 80)], [PAD], id="sticking out"),
        pytest.param([(20, 20, 80, 80)], [(0, 0, 50, 100), (50, 0, 100, 100)], id="across the seam of two that touch"),
        pytest.param([(20, 20, 48, 44)], [L], id="12 and 16 from a corner that reaches in"),
    ],
)
def test_passes(inner, outer, found):
    assert found("enclosure", inner, outer, min=20.0) == []


@pytest.mark.parametrize(
    ("inner", "outer", "measured", "box"),
    [
        pytest.param((19.9, 20, 80, 80), PAD, 19.9, (0, 18.005, 19.9, 81.995), id="one step too near"),
        pytest.param((0, 20, 80, 80), PAD, 0.0, (0, 0, 0, 100), id="along the edge"),
        pytest.param((20, 20, 49, 44), L, (11**2 + 16**2) ** 0.5, None, id="near a corner that reaches in"),
        pytest.param((15, 15, 25, 25), (0, 0, 40, 40), 15.0, (0, 0, 40, 40), id="on all sides is one place"),
    ],
)
def test_fails(inner, outer, measured, box, found):
    (finding,) = found("enclosure", [inner], [outer], min=20.0)
    assert finding.measured == pytest.approx(measured, abs=1e-6)
    assert finding.sentence == f"enclosed by {measured:.3f} um, at least 20 um wanted"
    assert box is None or finding.box == pytest.approx(box, abs=0.01)
