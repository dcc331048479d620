"""Release: the worked examples of `process.md` 2, erosion of drawn leads, and laws of the windows."""

import math
import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from maskgen.geometry import regions
from maskgen.physics import erosion, release

LENGTHS = st.floats(1.0, 1e3)
TOLERANCES = st.floats(0.0, 0.5)
FINE = 1e-4
"""Chord error [µm] of the erosions whose areas are compared."""

LEAD = shapely.union_all(
    [Point(0, 0).buffer(22.5, quad_segs=512), box(0, -10, 500, 10), Point(500, 0).buffer(40, quad_segs=512)]
)
"""The lead of T2.4: tip bulge 45, width 20, fixed bulge 80."""

BULGE = shapely.union_all([Point(0, 0).buffer(50, quad_segs=2048), box(0, -20, 400, 20)])
"""The bulge of T2.3 with its lead."""


def elbow(turn, width):
    """Return a lead with one mitred bend of an angle, as long as it takes for the bend to decide."""
    angle = math.radians(turn)
    line = shapely.LineString([(-30 * width, 0), (0, 0), (30 * width * math.cos(angle), 30 * width * math.sin(angle))])
    return line.buffer(width / 2, cap_style="flat", join_style="mitre", mitre_limit=50)


def spokes(width, *angles):
    """Return leads that leave one point at some angles."""
    ends = [(100 * math.cos(math.radians(angle)), 100 * math.sin(math.radians(angle))) for angle in angles]
    return shapely.union_all([shapely.LineString([(0, 0), end]).buffer(width / 2, cap_style="flat") for end in ends])


def sheet(hole, pitch):
    """Return a sheet with four holes by four."""
    centres = [(x * pitch, y * pitch) for x in range(4) for y in range(4)]
    holes = [shapely.affinity.translate(hole, x, y) for x, y in centres]
    return box(0, 0, 3 * pitch, 3 * pitch).difference(shapely.union_all(holes))


NOMINAL = release.nominal_undercut(25, margin=3, tolerance=0.15)
MOST = release.max_undercut(NOMINAL, tolerance=0.15)
TIMES = release.time_window(release.undercut_window(25, 57, margin=3, stem=15), 1.5)

EXAMPLES = [
    pytest.param(lambda: NOMINAL, "18.235", id="T2.1 nominal undercut"),
    pytest.param(lambda: MOST, "20.971", id="T2.1 most undercut"),
    pytest.param(lambda: release.min_bulge(15, MOST), "56.941", id="T2.1 tip bulge"),
    pytest.param(lambda: release.min_bulge(60, MOST), "101.941", id="T2.1 fixed bulge"),
    pytest.param(lambda: TIMES.low, "10.333", id="T2.2 free"),
    pytest.param(lambda: TIMES.high, "14.000", id="T2.2 last"),
    pytest.param(lambda: TIMES.ratio, "1.3548", id="T2.2 ratio"),
    pytest.param(lambda: release.spur(100, 40, 25), "30.8258", id="T2.3 spur"),
    pytest.param(lambda: release.stems(BULGE, 25, tolerance=1e-5)[0].bounds[2], "30.8258", id="T2.3 spur, eroded"),
    pytest.param(lambda: release.stems(BULGE, 25, tolerance=1e-5)[0].area, "2000.42", id="T2.3 area"),
    pytest.param(lambda: math.pi / 4 * release.stem_diameter(100, 25) ** 2, "1963.50", id="T2.3 disc"),
    *(
        pytest.param(lambda undercut=undercut: len(release.stems(LEAD, undercut)), count, id=f"T2.4 pieces {undercut}")
        for undercut, count in ((8, "1"), (10.1, "2"), (22, "2"), (22.6, "1"), (40.1, "0"))
    ),
    pytest.param(
        lambda: max(stem.area for stem in release.stems(LEAD, 16, tolerance=FINE)), "1818.2", id="T2.4 fixed stem"
    ),
    pytest.param(
        lambda: min(stem.area for stem in release.stems(LEAD, 16, tolerance=FINE)), "135.0", id="T2.4 tip stem"
    ),
    pytest.param(lambda: 10 * release.mitred_bend(90), "5.858", id="T2.5 bend"),
    pytest.param(lambda: erosion.inscribed_radius(elbow(90, 10), tolerance=1e-6), "5.858", id="T2.5 bend, drawn"),
    pytest.param(lambda: 10 * release.JUNCTIONS["tee"], "6.250", id="T2.5 T"),
    pytest.param(
        lambda: erosion.inscribed_radius(spokes(10, 0, 180, 270), tolerance=1e-6), "6.250", id="T2.5 T, drawn"
    ),
    pytest.param(lambda: 10 * release.JUNCTIONS["crossing"], "7.071", id="T2.5 crossing"),
    pytest.param(
        lambda: erosion.inscribed_radius(spokes(10, 0, 90, 180, 270), tolerance=1e-6),
        "7.071",
        id="T2.5 crossing, drawn",
    ),
    pytest.param(lambda: release.square_holes_undercut(5, 30), "17.678", id="T2.6 square"),
    pytest.param(
        lambda: erosion.inscribed_radius(sheet(box(-2.5, -2.5, 2.5, 2.5), 30), tolerance=1e-4),
        "17.678",
        id="T2.6 square, drawn",
    ),
    pytest.param(lambda: release.round_holes_undercut(5, 30), "18.713", id="T2.6 round"),
    pytest.param(
        lambda: erosion.inscribed_radius(sheet(Point(0, 0).buffer(2.5, quad_segs=512), 30), tolerance=1e-4),
        "18.713",
        id="T2.6 round, drawn",
    ),
    pytest.param(lambda: release.mitred_bend(0), "0.5000", id="2.2 straight"),
    pytest.param(lambda: release.mitred_bend(45), "0.5198", id="2.2 bend of 45 deg"),
    pytest.param(lambda: release.mitred_bend(90), "0.5858", id="2.2 bend of 90 deg"),
    pytest.param(lambda: release.mitred_bend(135), "0.7232", id="2.2 bend of 135 deg"),
    pytest.param(lambda: release.JUNCTIONS["straight"], "0.5000", id="2.2 run"),
    pytest.param(lambda: release.JUNCTIONS["wye"], "0.5774", id="2.2 Y"),
    pytest.param(
        lambda: erosion.inscribed_radius(spokes(10, 90, 210, 330), tolerance=1e-6), "5.774", id="2.2 Y, drawn"
    ),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


@given(width=LENGTHS, margin=LENGTHS, stem=LENGTHS, tolerance=TOLERANCES)
def test_a_bulge_of_the_least_size_gives_a_window_that_just_allows_the_tolerance(width, margin, stem, tolerance):
    nominal = release.nominal_undercut(width, margin=margin, tolerance=tolerance)
    most = release.max_undercut(nominal, tolerance=tolerance)
    bulge = release.min_bulge(stem, most)
    window = release.undercut_window(width, bulge * (1 + 1e-9), margin=margin, stem=stem)

    assert (window.low, window.high) == pytest.approx((nominal * (1 - tolerance), most))
    assert window.is_open
    assert window.allows(tolerance)
    assert window.low <= window.centre <= window.high
    assert not release.undercut_window(width, 0.99 * bulge, margin=margin, stem=stem).allows(tolerance)


def test_bulges_no_wider_than_the_lead_leave_no_window():
    assert not release.undercut_window(25, 30, margin=3, stem=15).is_open


@given(width=LENGTHS, bulge=LENGTHS, scale=st.floats(0.01, 100), rate=st.floats(0.1, 10))
def test_windows_scale_with_lengths_and_turn_with_rates(width, bulge, scale, rate):
    window = release.undercut_window(width, bulge, margin=1, stem=2)
    larger = release.undercut_window(scale * width, scale * bulge, margin=scale, stem=2 * scale)
    times = release.time_window(window, rate)

    assert (larger.low, larger.high) == pytest.approx((scale * window.low, scale * window.high))
    assert (times.low * rate, times.high * rate) == pytest.approx((window.low, window.high))


@given(undercut=st.floats(0.0, 45.0), more=st.floats(0.101, 5.0))
def test_stems_shrink_into_each_other(undercut, more):
    before = regions.merge(release.stems(LEAD, undercut))
    after = regions.merge(release.stems(LEAD, undercut + more))

    assert after.area < before.area or before.is_empty
    assert after.difference(before.buffer(1e-6)).is_empty


@given(width=st.floats(2.0, 30.0), share=st.floats(0.05, 0.95), bulge=st.floats(1.5, 5.0))
def test_spurs_are_those_of_eroded_bulges(width, share, bulge):
    undercut = width / 2 + share * (bulge - 1) * width / 2
    drawn = shapely.union_all(
        [Point(0, 0).buffer(bulge * width / 2, quad_segs=256), box(0, -width / 2, 20 * width, width / 2)]
    )
    stem = release.stems(drawn, undercut, tolerance=1e-3)

    assert release.spur(bulge * width, width, undercut) == pytest.approx(stem[0].bounds[2], abs=0.05 * width)
    assert release.spur(bulge * width, width, undercut) >= bulge * width / 2 - undercut


@given(turn=st.floats(0.0, 150.0), width=LENGTHS)
def test_bends_are_freed_by_the_circle_that_fits_them(turn, width):
    radius = erosion.inscribed_radius(elbow(turn, width), tolerance=1e-4 * width)

    assert radius == pytest.approx(width * release.mitred_bend(turn), rel=2e-4)


@pytest.mark.parametrize(
    ("undercut", "expected"),
    [
        pytest.param(9.9, False, id="neck held"),
        pytest.param(10.1, True, id="neck freed"),
        pytest.param(22.4, True, id="tip just held"),
        pytest.param(22.6, False, id="tip lost"),
    ],
)
def test_leads_are_released_between_their_neck_and_their_tip(undercut, expected):
    assert release.is_released(LEAD, [(0, 0), (500, 0)], undercut) is expected


def test_a_neck_is_freed_with_its_bend_not_with_its_runs():
    bend = box(-10, -10, 10, 10)
    lead = shapely.union_all(
        [elbow(90, 10), Point(-300, 0).buffer(40, quad_segs=128), Point(0, 300).buffer(40, quad_segs=128)]
    )
    anchors = [(-300, 0), (0, 300)]

    assert not release.is_freed(lead, bend, 5.5)
    assert not release.is_released(lead, anchors, 5.5)
    assert release.is_freed(lead, bend, 5.9)
    assert release.is_released(lead, anchors, 5.9)


def test_an_anchor_beside_the_lead_holds_nothing():
    assert not release.is_released(LEAD, [(0, 0), (500, 200)], 16)


def test_a_lost_lead_has_no_stems():
    assert release.stems(LEAD, 50).shape == (0,)
    assert release.is_freed(LEAD, box(0, -10, 500, 10), 50)


@given(undercut=LENGTHS, share=st.floats(0.0, 1.0))
def test_stems_flare_towards_the_bottom(undercut, share):
    bottom = release.bottom_undercut(undercut, share * undercut)

    assert bottom <= undercut
    assert math.hypot(bottom, share * undercut) == pytest.approx(undercut)


def test_peel_asymmetry_is_the_ratio_of_stem_areas():
    assert release.peel_asymmetry(80, 45, 16) == pytest.approx((48 / 13) ** 2)
    assert release.peel_asymmetry(60, 60, 16) == 1


@given(side=LENGTHS, share=st.floats(0.01, 0.99))
def test_round_holes_need_more_than_square_ones_and_none_needs_the_whole_diagonal(side, share):
    square, disc = release.square_holes_undercut(share * side, side), release.round_holes_undercut(share * side, side)

    assert 0 < square < disc < side / math.sqrt(2)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(lambda: release.stems(LEAD, -1), "undercut must be at least 0 um, got -1 um", id="negative"),
        pytest.param(
            lambda: release.nominal_undercut(10, margin=1, tolerance=1), "tolerance must be below 1, got 1", id="sure"
        ),
        pytest.param(lambda: release.spur(100, 40, 19), "undercut must be from 20 um to 50 um, got 19 um", id="held"),
        pytest.param(
            lambda: release.square_holes_undercut(30, 30),
            "holes of 30 um leave no metal at a pitch of 30 um",
            id="holes",
        ),
        pytest.param(
            lambda: release.peel_asymmetry(80, 45, 23),
            "a bulge of 45 um keeps no stem at an undercut of 23 um",
            id="tip",
        ),
        pytest.param(
            lambda: release.bottom_undercut(10, 20), "undercut must be at least 20 um, got 10 um", id="not through"
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
