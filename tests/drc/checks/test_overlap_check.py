"""How far shapes of two layers overlap."""

import pytest

PAD = (0, 0, 100, 100)


@pytest.mark.parametrize(
    ("layer", "other"),
    [
        pytest.param([], [PAD], id="nothing"),
        pytest.param([PAD], [(90, 0, 200, 100)], id="at the limit"),
        pytest.param([PAD], [(100.1, 0, 200, 100)], id="apart"),
        pytest.param([PAD], [(20, 20, 80, 80)], id="one inside the other"),
        pytest.param([PAD], [PAD], id="equal"),
    ],
)
def test_passes(layer, other, found):
    assert found("overlap", layer, other, min=10.0) == []


@pytest.mark.parametrize(
    ("other", "measured", "box"),
    [
        pytest.param((90.1, 0, 200, 100), 9.9, (90.1, 0, 100, 100), id="one step too little"),
        pytest.param((100, 0, 200, 100), 0.0, (100, 0, 100, 100), id="touching"),
        pytest.param((95, 96, 200, 200), 4.0, None, id="at the corners is one place"),
    ],
)
def test_fails(other, measured, box, found):
    (finding,) = found("overlap", [PAD], [other], min=10.0)
    assert finding.measured == pytest.approx(measured, abs=1e-6)
    assert finding.sentence == f"overlapping by {measured:.3f} um, at least 10 um wanted"
    assert box is None or finding.box == pytest.approx(box, abs=1e-6)
