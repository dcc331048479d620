"""Pieces one to one."""

import pytest
import shapely

PAD, OTHER = (0, 0, 100, 100), (200, 0, 300, 100)
IN_PAD, IN_OTHER = (10, 10, 90, 90), (210, 10, 290, 90)
RING = shapely.box(0, 0, 100, 100).difference(shapely.box(30, 30, 70, 70))


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([IN_PAD], [PAD], id="one in one"),
        pytest.param([IN_PAD, IN_OTHER], [PAD, OTHER], id="two in two"),
        pytest.param([PAD], [PAD], id="equal"),
        pytest.param([(90, 10, 120, 90)], [PAD], id="one that sticks out still belongs"),
        pytest.param([PAD, (100, 100, 200, 200)], [PAD, (100, 100, 200, 200)], id="at one corner"),
    ],
)
def test_passes(inner, outer, found):
    assert found("matched", inner, outer) == []


@pytest.mark.parametrize(
    ("inner", "outer", "sentences"),
    [
        pytest.param([], [PAD], ["holds 0"], id="none in it"),
        pytest.param([(0, 0, 40, 100), (60, 0, 100, 100)], [PAD], ["holds 2"], id="cut in two"),
        pytest.param([(10, 10, 290, 90)], [PAD, OTHER], ["lies in 2"], id="across two"),
        pytest.param([IN_OTHER], [PAD], ["holds 0", "lies in 0"], id="beside it"),
        pytest.param([(100, 0, 190, 100)], [PAD], ["holds 0", "lies in 0"], id="touching it from outside"),
        pytest.param([(40, 40, 60, 60)], [RING], ["holds 0", "lies in 0"], id="in its hole"),
        pytest.param([IN_PAD], [], ["lies in 0"], id="nothing to lie in"),
    ],
)
def test_fails(inner, outer, sentences, found):
    findings = found("matched", inner, outer)
    assert [f.sentence for f in findings] == [f"{text} pieces of the other layer, not one" for text in sentences]
    assert [f.measured for f in findings] == [float(text[-1]) for text in sentences]
