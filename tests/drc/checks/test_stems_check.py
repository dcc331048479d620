"""Stems under leads: one in each bulge, and the larger one at the fixed end."""

import pytest
import shapely

from maskgen.drc.checks import stems as module
from maskgen.expressions import Layer

TIP, FIXED = shapely.Point(0, 0).buffer(22.5), shapely.Point(500, 0).buffer(40)
LEAD = shapely.union_all([TIP, FIXED, shapely.box(0, -10, 500, 10)])


def stems(undercut):
    return list(shapely.get_parts(LEAD.buffer(-undercut)))


@pytest.fixture
def sentences(scene_of):
    def find(pieces, tip=TIP, fixed=FIXED):
        scene = scene_of(LEAD=[LEAD], STEM=pieces, TIP=[tip], FIXED=[fixed])
        names = {"lead": "LEAD", "stem": "STEM", "tip": "TIP", "fixed": "FIXED"}
        params = module.Params.model_construct(**{key: Layer(name) for key, name in names.items()})
        return [finding.sentence for finding in module.check(scene, params)]

    return find


@pytest.mark.parametrize("undercut", [10.5, 16, 22])
def test_passes_between_neck_freed_and_tip_lost(undercut, sentences):
    assert sentences(stems(undercut)) == []


@pytest.mark.parametrize(
    ("undercut", "expected"),
    [
        pytest.param(8, "its neck is not freed: one stem reaches from tip to fixed end", id="too little"),
        pytest.param(23, "has 1 stems, 0 at the tip and 1 at the fixed end", id="too much"),
        pytest.param(41, "has 0 stems, 0 at the tip and 0 at the fixed end", id="far too much"),
    ],
)
def test_fails(undercut, expected, sentences):
    assert sentences(stems(undercut)) == [expected]


def test_fails_where_the_tip_holds_better(sentences):
    (found,) = sentences(stems(16), tip=FIXED, fixed=TIP)
    assert found.startswith("its tip holds by 18")
