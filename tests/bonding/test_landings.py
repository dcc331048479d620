"""Where feet stand on a pad."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.bonding import landings
from maskgen.bonding.rules import AssemblyProfile
from maskgen.bonding.wires import Wire
from maskgen.errors import MaskgenError

PROFILE = AssemblyProfile(foot_width=75.0, foot_length=50.0, foot_margin=25.0, foot_pitch=100.0)
LEAD = shapely.box(0, 0, 250, 400)
"""Two feet of 75 µm wide, four long."""


@pytest.mark.parametrize(
    ("toward", "count", "expected"),
    [
        pytest.param((0, 1), 1, [(125, 337.5)], id="one, towards the top"),
        pytest.param((0, -9), 1, [(125, 62.5)], id="one, towards the bottom"),
        pytest.param((1, 0), 1, [(187.5, 200)], id="one, towards the right"),
        pytest.param((0, 1), 2, [(75, 337.5), (175, 337.5)], id="two side by side"),
        pytest.param((-1, 0), 3, [(62.5, 100), (62.5, 200), (62.5, 300)], id="three along a long side"),
    ],
)
def test_landings_on_a_lead(toward, count, expected):
    found = landings.landings(LEAD, toward, count, profile=PROFILE)

    assert found.tolist() == [pytest.approx(point, abs=1e-4) for point in expected]


def test_two_rows_stand_behind_each_other():
    found = landings.landings(LEAD, (0, 1), 4, profile=PROFILE)

    assert found[:2, 1] == pytest.approx([337.5, 337.5])
    assert (found[2:, 1] <= 237.5).all()


def test_narrow_pad_takes_its_feet_one_behind_the_other():
    found = landings.landings(shapely.box(0, 0, 150, 400), (0, 1), 2, profile=PROFILE)

    assert found.tolist() == [pytest.approx((87.5, 337.5), abs=1e-4), pytest.approx((62.5, 237.5), abs=5)]


def test_round_pad_takes_one_foot_on_its_axis_and_two_farther_back():
    pad = shapely.Point(0, 0).buffer(150, quad_segs=32)

    assert landings.landings(pad, (1, 0), 1, profile=PROFILE)[0] == pytest.approx((87.5, 0), abs=0.1)
    assert (landings.landings(pad, (1, 0), 2, profile=PROFILE)[:, 0] < 75).all()


@pytest.mark.parametrize(
    ("pad", "room"),
    [
        pytest.param(shapely.box(0, 0, 124, 400), 0, id="too narrow for one"),
        pytest.param(shapely.box(0, 0, 126, 126), 1, id="just one"),
        pytest.param(LEAD, 6, id="a lead"),
        pytest.param(shapely.box(0, 0, 2000, 2000), 9, id="more than asked for"),
    ],
)
def test_room(pad, room):
    assert landings.room(pad, (0, 1), profile=PROFILE, most=9) == room


def test_pad_without_room_is_refused():
    with pytest.raises(MaskgenError) as caught:
        landings.landings(shapely.box(0, 0, 150, 200), (0, 1), 3, profile=PROFILE)

    assert str(caught.value) == (
        "a pad of 150 x 200 um has no room for 3 bond feet of 75 um at a pitch of 100 um, 25 um from its border"
    )


def test_wires_on_one_pad_land_side_by_side_without_crossing():
    wires = [Wire(0, 0, (300.0, 900.0), (125.0, 337.5)), Wire(1, 0, (200.0, 900.0), (125.0, 337.5))]

    moved = landings.landed(wires, [LEAD], np.array([[0.0, 1.0]]), profile=PROFILE)

    assert [wire.end for wire in moved] == [pytest.approx((175, 337.5)), pytest.approx((75, 337.5))]


def test_wires_alone_on_a_pad_and_down_bonds_keep_their_ends():
    wires = [Wire(0, 0, (300.0, 900.0), (125.0, 337.5)), Wire(1, None, (0.0, 0.0), (0.0, 400.0))]

    assert landings.landed(wires, [LEAD], np.array([[0.0, 1.0]]), profile=PROFILE) == wires


@settings(deadline=None, max_examples=40)
@given(
    width=st.floats(130, 900),
    height=st.floats(130, 900),
    angle=st.floats(0, 360),
    count=st.integers(1, 6),
)
def test_feet_stand_on_the_pad_and_apart(width, height, angle, count):
    pad = shapely.box(0, 0, width, height)
    toward = (np.cos(np.radians(angle)), np.sin(np.radians(angle)))
    if landings.room(pad, toward, profile=PROFILE, most=count) < count:
        return

    found = landings.landings(pad, toward, count, profile=PROFILE)

    points = shapely.points(found)
    apart = shapely.distance(points[:, None], points[None, :])[~np.eye(count, dtype=bool)]
    assert shapely.dwithin(pad.buffer(-62.5), points, 1e-3).all()
    assert (apart > 100 - 1e-3).all()
