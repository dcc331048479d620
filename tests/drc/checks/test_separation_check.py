"""Distance between shapes of two layers."""

import pytest

from maskgen.geometry import shapes

PAD = (0, 0, 100, 100)


@pytest.mark.parametrize(
    ("layer", "other"),
    [
        pytest.param([], [PAD], id="nothing"),
        pytest.param([PAD], [], id="nothing to keep from"),
        pytest.param([PAD], [(150, 0, 200, 100)], id="at the limit"),
        pytest.param([PAD], [(130, 140, 200, 200)], id="corner to corner at the limit, 30 and 40 apart"),
        pytest.param([PAD], [(50, 20, 200, 80)], id="overlapping"),
        pytest.param([PAD], [(40, 40, 60, 60)], id="one inside the other"),
        pytest.param([PAD], [PAD], id="equal"),
        pytest.param([PAD, (110, 0, 200, 100)], [(500, 0, 600, 100)], id="two of one layer"),
    ],
)
def test_passes(layer, other, found):
    assert found("separation", layer, other, min=50.0) == []


@pytest.mark.parametrize(
    ("other", "measured", "box"),
    [
        pytest.param((149.9, 0, 200, 100), 49.9, (100, 0, 149.9, 100), id="one step too near"),
        pytest.param((129, 140, 200, 200), (29**2 + 40**2) ** 0.5, None, id="corner to corner"),
        pytest.param((100, 0, 200, 100), 0.0, None, id="touching along an edge"),
        pytest.param((100, 100, 200, 200), 0.0, None, id="touching at a corner"),
    ],
)
def test_fails(other, measured, box, found):
    (finding,) = found("separation", [PAD], [other], min=50.0)
    assert finding.measured == pytest.approx(measured, abs=1e-6)
    assert finding.sentence == f"{measured:.3f} um apart, at least 50 um wanted"
    assert box is None or finding.box == box


def test_the_first_edge_is_of_the_first_layer(found):
    (finding,) = found("separation", [(110, 0, 200, 100)], [PAD], min=50.0)
    assert finding.edges[0][0][0] == 110
    assert finding.edges[1][0][0] == 100


def test_curves_that_come_near_are_one_place(found):
    disc = shapes.circle(300, tolerance=0.05)
    (finding,) = found("separation", [disc], [(195, -500, 200, 500)], min=50.0)
    assert finding.measured == pytest.approx(45, abs=0.06)
