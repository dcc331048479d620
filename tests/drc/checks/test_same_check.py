"""Two layers that must be equal."""

import pytest
import shapely

BOX = (0, 0, 100, 100)
HOLED = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
FINGER = shapely.union_all([shapely.box(0, 0, 100, 100), shapely.box(100, 44, 130, 56)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param([BOX], [BOX], id="equal"),
        pytest.param([(0, 0, 105, 100)], [BOX], id="larger by the tolerance"),
        pytest.param([(0, 0, 95, 100)], [BOX], id="smaller by the tolerance"),
        pytest.param([BOX], [(0, 0, 50, 100), (50, 0, 100, 100)], id="the same in two boxes"),
        pytest.param([HOLED], [HOLED], id="the same hole"),
    ],
)
def test_passes(one, other, found):
    assert found("same", one, other, tolerance=5.0) == []


@pytest.mark.parametrize(
    ("one", "other", "sentence", "measured"),
    [
        pytest.param([(0, 0, 105.1, 100)], [BOX], "10 um2 too much", 5.1, id="one step too large"),
        pytest.param([(0, 0, 94.9, 100)], [BOX], "10 um2 missing", 5.1, id="one step too small"),
        pytest.param([BOX], [FINGER], "300 um2 missing", 30.0, id="a finger is lost"),
        pytest.param([BOX], [HOLED], "100 um2 too much", 10.0, id="a hole is closed"),
        pytest.param([HOLED], [BOX], "100 um2 missing", 10.0, id="a hole appears"),
        pytest.param([], [BOX], "1e+04 um2 missing", None, id="all is lost"),
        pytest.param([BOX], [], "1e+04 um2 too much", None, id="comes from nothing"),
    ],
)
def test_fails(one, other, sentence, measured, found):
    (finding,) = found("same", one, other, tolerance=5.0)
    assert finding.sentence == sentence
    assert finding.measured == (None if measured is None else pytest.approx(measured, abs=0.1))
    assert finding.limit == 5.0


def test_measures_the_middle_of_a_bridge_not_its_ends(found):
    (finding,) = found("same", [(0, 0, 300, 40)], [(0, 0, 100, 40), (200, 0, 300, 40)], tolerance=5.0)
    assert finding.measured == pytest.approx(50, abs=3)
