"""Outlines: neck, fillets and bulges in one polygon."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.leads.model import LeadForm
from maskgen.leads.outline import outline
from maskgen.leads.paths import bent, s_shape, straight
from maskgen.physics import erosion, release

FORM = LeadForm(neck=20, tip=45, fixed=80, fillet=20, gap=20)
SHARP = LeadForm(neck=20, tip=45, fixed=80, fillet=0, gap=20)
PATHS = [
    pytest.param(straight((0, 0), (500, 0)), id="straight"),
    pytest.param(straight((10, 20), (-300, 170)), id="slanted"),
    pytest.param(s_shape((0, 0), (500, 300), length=700), id="s"),
    pytest.param(bent(np.array([[0, 0], [200, 0], [200, 300], [500, 310.0]]), 60.0), id="bent"),
    pytest.param(bent(np.array([[0, 0], [100, 0], [0, 300.0]]), 30.0), id="hairpin"),
]


@pytest.mark.parametrize(("undercut", "pieces"), [(8, 1), (10.1, 2), (16, 2), (22, 2), (22.6, 1), (40.1, 0)])
@pytest.mark.parametrize("form", [pytest.param(FORM, id="fillets"), pytest.param(SHARP, id="sharp")])
def test_a_lead_is_released_as_worked_out_by_hand(form, undercut, pieces):
    """T2.4 of process.md: one piece while the neck holds, two when it is free, one without the tip, none at last."""
    assert len(release.stems(outline(straight((0, 0), (500, 0)), form), undercut)) == pieces


def test_stems_have_the_areas_worked_out_by_hand():
    stems = release.stems(outline(straight((0, 0), (500, 0)), SHARP, tolerance=0.001), 16.0, tolerance=0.001)
    assert sorted(stem.area for stem in stems) == pytest.approx([135.0, 1818.2], abs=0.1)


@pytest.mark.parametrize("path", PATHS)
def test_an_outline_is_one_ring_of_few_points(path):
    found = outline(path, FORM)
    assert found.is_valid
    assert found.geom_type == "Polygon"
    assert not found.interiors
    assert found.exterior.is_ccw
    assert len(found.exterior.coords) < 320


@pytest.mark.parametrize("path", PATHS)
def test_the_neck_is_as_wide_as_asked_for(path):
    found = outline(path, FORM)
    line = shapely.LineString(path)
    for share in np.linspace(90, line.length - 60, 40):
        here, there = (np.array(line.interpolate(share + step).coords[0]) for step in (-0.01, 0.01))
        aside = np.array([here[1] - there[1], there[0] - here[0]]) / math.dist(here, there)
        middle = (here + there) / 2
        cut = shapely.LineString([middle - 14 * aside, middle + 14 * aside]).intersection(found)
        assert cut.length == pytest.approx(20, abs=0.2)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_but_neck_bulges_and_fillets_is_covered(path):
    bare = shapely.union_all(
        [
            shapely.LineString(path).buffer(10, quad_segs=64, cap_style="flat", join_style="mitre"),
            shapely.Point(path[0]).buffer(40, quad_segs=256),
            shapely.Point(path[-1]).buffer(22.5, quad_segs=256),
        ]
    )
    sharp, round_ = outline(path, SHARP), outline(path, FORM)
    assert sharp.symmetric_difference(bare).buffer(-0.06).is_empty
    assert bare.difference(round_).buffer(-0.06).is_empty
    fillets = round_.difference(bare).buffer(-0.06)
    assert len(shapely.get_parts(fillets)) == 4


@pytest.mark.parametrize("path", PATHS)
def test_concave_corners_are_as_round_as_the_fillet(path):
    """A disc of the fillet's radius rolls along the whole outline from outside: closing changes nothing."""
    found = outline(path, FORM)
    closed = found.buffer(19.5, quad_segs=64).buffer(-19.5, quad_segs=64)
    near = shapely.union_all([shapely.Point(path[0]).buffer(65), shapely.Point(path[-1]).buffer(45)])
    assert closed.difference(found).intersection(near).buffer(-0.1).is_empty


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        pytest.param(
            straight((0, 0), (50, 0)), "a lead of 50 um span has no room for its bulges and fillets", id="touching"
        ),
        pytest.param(
            straight((0, 0), (80, 0)),
            "a lead of 80 um span bends too tightly for its neck, bulges and fillets",
            id="fillets meet",
        ),
        pytest.param(
            np.array([[0, 0], [200, 0], [205, 3], [200, 6], [0, 130.0]]),
            "a lead of 130 um span bends too tightly for its neck, bulges and fillets",
            id="hairpin",
        ),
    ],
)
def test_leads_without_room_are_refused(path, sentence):
    with pytest.raises(ValueError, match=r".") as caught:
        outline(path, FORM)
    assert str(caught.value) == sentence


def test_points_that_repeat_do_not_matter():
    path = bent(np.array([[0, 0], [200, 0], [200, 300], [500, 310.0]]), 60.0)
    assert outline(np.repeat(path, 2, axis=0), FORM).equals(outline(path, FORM))


@settings(max_examples=60, deadline=None)
@given(st.floats(-3.1, 3.1), st.floats(150, 3000), st.floats(0, 0.4))
def test_every_s_is_released_between_half_its_neck_and_half_its_tip(angle, span, slack):
    end = (span * math.cos(angle), span * math.sin(angle))
    found = outline(s_shape((0, 0), end, length=span * (1 + slack)), FORM)
    assert found.is_valid
    assert release.is_released(found, [(0, 0), end], 16.0)
    assert len(erosion.remains(found, 9.9)) == 1
