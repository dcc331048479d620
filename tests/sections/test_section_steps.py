"""Steps on small parts: the worked examples of process.md that have a section."""

from typing import get_args

import numpy as np
import pytest
import shapely

from maskgen.geometry import regions
from maskgen.sections.part import shadow, spans_at
from maskgen.sections.steps import ACTS
from maskgen.technology import Step

START = {"step": "start", "material": "metal", "thickness": 300.0}
RESIST = {"step": "coat", "material": "resist", "thickness": 20.0}
OPEN = {"step": "pattern", "material": "resist", "mask": "M"}


def last(section):
    return section.stages[-1].part


def spans(part, material, z):
    return spans_at(part.solids[material], z).round(3).tolist()


def test_an_etch_under_resist_is_a_quarter_ellipse(simulate):
    """T1.3: slot 40, undercut 25, depth 50: area 3963.495, half width 40 at a depth of 30."""
    etch = {"step": "etch", "into": ["metal"], "depth": 50.0, "undercut": 25.0}
    section = simulate(START, RESIST, OPEN, etch, masks={"M": [(-20, 20)]})
    gone = section.stages[2].part.solids["metal"].area - last(section).solids["metal"].area

    assert gone == pytest.approx(3963.495, rel=1e-3)
    (_, left), (right, _) = spans(last(section), "metal", -30.0)
    assert (left, right) == pytest.approx((-40, 40), abs=0.05)


def test_two_half_etches_through_resist_are_one_whole(simulate):
    """T9.1, with the resist as a material."""
    half, whole = ({"step": "etch", "into": ["metal"], "depth": d, "undercut": d} for d in (50.0, 100.0))
    twice = simulate(START, RESIST, OPEN, half, half, masks={"M": [(-50, 50)]})
    once = simulate(START, RESIST, OPEN, whole, masks={"M": [(-50, 50)]})

    assert regions.is_same(last(twice).solids["metal"], last(once).solids["metal"], tolerance=0.1)
    assert spans(last(twice), "metal", -0.01)[0][1] == pytest.approx(-150, abs=0.01)


def test_a_closed_stop_protects_what_is_below(simulate):
    """T9.3: 10 of metal on 1 of stop on metal, an etch of 15 into metal."""
    stop = {"step": "deposit", "material": "stop", "thickness": 1.0}
    more = {"step": "deposit", "material": "metal", "thickness": 10.0}
    etch = {"step": "etch", "into": ["metal"], "depth": 15.0, "undercut": 15.0}
    part = last(simulate(START, stop, more, RESIST, OPEN, etch, masks={"M": [(-50, 50)]}))

    assert spans(part, "metal", -0.01) == [[-530.0, 530.0]]
    assert spans(part, "metal", 1.5)[0][1] < -50


@pytest.mark.parametrize(
    ("over", "diameters"),
    [
        pytest.param(1.0, [(0, 100), (60, 140), (80, 180), (100, 300)], id="T1.14 just through"),
        pytest.param(1.1, [(0, 80.0), (60, 115.61), (80, 149.0), (100, 208.35)], id="T1.15 over by a tenth"),
    ],
)
def test_a_post_around_a_spot(over, diameters, simulate):
    """A sheet of 100 on a dielectric, a spot of 300, isotropic."""
    flow = [
        {"step": "start", "material": "stop", "thickness": 50.0},
        {"step": "laminate", "material": "sheet", "thickness": 100.0},
        RESIST,
        OPEN,
        {"step": "etch", "into": ["sheet"], "depth": 100.0 * over, "undercut": 100.0 * over},
    ]
    part = last(simulate(*flow, masks={"M": [(-150, 150)]}, drawn="remaining"))

    foot = shadow(part.solids["sheet"]).tolist()
    for depth, diameter in diameters:
        ((left, right),) = spans(part, "sheet", min(100 - depth, 99.999)) if depth < 100 else foot
        assert right - left == pytest.approx(diameter, abs=0.1)


def test_a_tower_has_its_neck_where_the_front_is_centred(simulate):
    """T1.18: sheet 100, spot 300, undercut 80, neck at 30, over by a tenth: 151.676, 140.000, 156.125, 222.540."""
    flow = [
        {"step": "start", "material": "stop", "thickness": 50.0},
        {"step": "laminate", "material": "sheet", "thickness": 100.0},
        RESIST,
        OPEN,
        {"step": "etch", "into": ["sheet"], "depth": 110.0, "undercut": "neck_undercut"},
    ]
    numbers = {"neck_undercut": 80.0, "neck_depth": 30.0}
    part = last(simulate(*flow, masks={"M": [(-150, 150)]}, drawn="remaining", numbers=numbers))
    measured = [np.ptp(spans(part, "sheet", 100 - depth)) for depth in (0.01, 30, 65, 99.99)]

    assert measured == pytest.approx([151.676, 140.000, 156.125, 222.540], abs=0.15)


@pytest.mark.parametrize(
    ("width", "undercut", "stem"),
    [
        pytest.param(45, 22, (1.0, 28.0), id="T2.4 a tip of 45 keeps a stem at 22"),
        pytest.param(45, 22.6, None, id="T2.4 and loses its top at 22.6"),
    ],
)
def test_a_stem_is_flared_downwards(width, undercut, stem, simulate):
    """Process.md 2.1: w - 2U at the lead, w - 2 sqrt(U^2 - h^2) at the bottom of a layer of h; here h = 14 and 9.99."""
    height = np.sqrt(undercut**2 - ((width - 28.0) / 2) ** 2)
    flow = [
        {"step": "start", "material": "stop", "thickness": 50.0},
        {"step": "laminate", "material": "metal", "thickness": float(height)},
        {"step": "laminate", "material": "resist", "thickness": 5.0},
        OPEN,
        {"step": "etch", "into": ["metal"], "depth": undercut, "undercut": undercut},
    ]
    part = last(simulate(*flow, masks={"M": [(-width / 2, width / 2)]}, drawn="remaining"))
    top = spans(part, "metal", float(height) - 0.005)

    assert [round(right - left, 1) for left, right in top] == (
        [] if stem is None else [pytest.approx(stem[0], abs=0.1)]
    )
    ((left, right),) = spans(part, "metal", 0.005)
    assert right - left == pytest.approx(28.0, abs=0.15)


PLATE = {"step": "plate", "stack": {"lead": 20.0}, "overgrowth": 10.0}


def test_a_cap_grows_over_its_mask_as_far_as_above_it(simulate):
    """T4.5: opening 60, mask 10, 10 above it: width 80, cap 757.080 over a prism of 60 x 10."""
    film = {"step": "coat", "material": "mask", "thickness": 10.0}
    pattern = {"step": "pattern", "material": "mask", "mask": "M"}
    part = last(simulate(START, film, pattern, PLATE, masks={"M": [(-30, 30)]}))

    assert shadow(part.solids["lead"]).tolist() == [pytest.approx([-40, 40], abs=1e-3)]
    assert part.solids["lead"].area == pytest.approx(600 + 757.080, rel=1e-3)


@pytest.mark.parametrize(("ratio", "grown"), [(1.0, 20.0), (0.5, 10.0)])
def test_a_cap_on_a_flush_mask_grows_by_its_ratio(ratio, grown, simulate):
    film = {"step": "coat", "material": "mask", "thickness": 25.0}
    pattern = {"step": "pattern", "material": "mask", "mask": "M"}
    numbers = {"mask_height": 0.0, "growth_ratio": ratio}
    part = last(simulate(START, film, pattern, PLATE, masks={"M": [(-30, 30)]}, numbers=numbers))

    assert spans(part, "metal", -1.0) == [[-30.0, 30.0]]
    assert shadow(part.solids["lead"]).tolist() == [pytest.approx([-30 - grown, 30 + grown], abs=1e-3)]


def test_a_fill_reaches_under_the_resist_and_is_flush(simulate):
    etch = {"step": "etch", "into": ["metal"], "depth": 30.0, "undercut": 20.0}
    fill = {"step": "fill", "material": "mask", "thickness": 30.0}
    strip = {"step": "strip", "material": "resist"}
    part = last(simulate(START, RESIST, OPEN, etch, fill, strip, masks={"M": [(-50, 50)]}))

    assert spans(part, "mask", -0.01)[0] == pytest.approx([-70, 70], abs=0.02)
    assert part.heights[1] == pytest.approx(0.0, abs=1e-4)


def test_a_machined_recess_leans_by_its_draft(simulate):
    mill = {"step": "mill", "material": "metal", "mask": "M", "depth": 100.0, "draft": 10.0}
    part = last(simulate(START, mill, masks={"M": [(-100, 100)]}))
    run = 100 * np.tan(np.radians(10))

    assert spans(part, "metal", -0.001)[0][1] == pytest.approx(-100, abs=0.01)
    assert spans(part, "metal", -99.99)[0][1] == pytest.approx(-100 + run, abs=0.01)


def test_a_coat_covers_walls_and_a_laminate_spans_them(simulate):
    mill = {"step": "mill", "material": "metal", "mask": "M", "depth": 50.0}
    coated, spanned = (
        last(simulate(START, mill, {"step": kind, "material": "stop", "thickness": 5.0}, masks={"M": [(-100, 100)]}))
        for kind in ("coat", "laminate")
    )

    assert spans(coated, "stop", -25.0) == [[-100.0, -95.0], [95.0, 100.0]]
    assert spans(coated, "stop", -47.0) == [[-100.0, 100.0]]
    assert spanned.solids["stop"].area == pytest.approx(5 * 1060)


def test_release_takes_the_base_and_what_stays_on_it(simulate):
    base = {"step": "start", "material": "sheet", "thickness": 300.0}
    film = {"step": "coat", "material": "mask", "thickness": 10.0}
    pattern = {"step": "pattern", "material": "mask", "mask": "M"}
    mould = {"step": "mould", "material": "epoxy", "thickness": 100.0}
    part = last(simulate(base, film, pattern, PLATE, mould, {"step": "release"}, masks={"M": [(-30, 30)]}))

    assert sorted(part.solids) == ["epoxy", "lead"]
    assert part.solids["epoxy"].union(part.solids["lead"]).area == pytest.approx(1060 * 100 - 1000 * 10, abs=1)


def test_a_part_set_aside_is_put_on_the_next(simulate):
    """Two bases, the first one on the second with an adhesive between."""
    flow = [
        START,
        {"step": "rout", "material": "metal", "mask": "M"},
        {"step": "start", "material": "stop", "thickness": 50.0},
        {"step": "print", "material": "epoxy", "depth": 10.0},
        {"step": "place", "material": "metal"},
    ]
    section = simulate(*flow, masks={"M": [(-30, 30)]})

    assert section.stages[2].note == "metal set aside"
    assert regions.box_of(last(section).solids["metal"]) == pytest.approx((-530, 10, 530, 310))
    assert sorted(last(section).solids) == ["epoxy", "metal", "stop"]


@pytest.mark.parametrize(
    ("step", "note"),
    [
        pytest.param(
            {"step": "mill", "material": "metal", "depth": 5.0, "note": "Alternative to etching"},
            "alternative to steps before it: not done here",
            id="alternative",
        ),
        pytest.param(
            {"step": "compress", "thickness": 5.0}, "nothing here stands on what gives way", id="nothing soft"
        ),
        pytest.param(
            {"step": "move", "thickness": 5.0}, "nothing here was put on that could be moved", id="nothing put on"
        ),
        pytest.param(
            {"step": "ablate", "material": "epoxy", "mask": "M"}, "there is no epoxy in the part here", id="other part"
        ),
        pytest.param(
            {"step": "place", "material": "metal"},
            "no step before begins what is placed here with metal",
            id="nothing to place",
        ),
    ],
)
def test_what_is_not_done_is_said(step, note, simulate):
    section = simulate(START, step, masks={"M": [(-30, 30)]})

    assert section.stages[1].note == note
    assert not section.stages[1].changed


def test_materials_never_overlap(template):
    _, section = template
    for stage in section.stages:
        areas = sum(shape.area for shape in stage.part.solids.values())
        assert areas == pytest.approx(shapely.union_all(list(stage.part.solids.values())).area, rel=1e-6)


@pytest.mark.parametrize(
    ("tool", "left"),
    [
        pytest.param({"step": "saw", "kerf": 20.0}, [[-530.0, -30.0], [30.0, 530.0]], id="a lane is as wide as drawn"),
        pytest.param({"step": "ablate", "kerf": 20.0}, [[-530.0, -40.0], [40.0, 530.0]], id="a beam cuts beyond"),
        pytest.param({"step": "rout", "depth": 100.0}, [[-530.0, -30.0], [30.0, 530.0]], id="to a depth"),
    ],
)
def test_what_tools_leave_of_an_opening(tool, left, simulate):
    part = last(simulate(START, {**tool, "material": "metal", "mask": "M"}, masks={"M": [(-30, 30)]}))

    assert spans(part, "metal", -50.0) == left
    assert (len(spans(part, "metal", -150.0)) == 1) == ("depth" in tool)


def test_what_a_router_cuts_off_is_gone(simulate):
    rout = {"step": "rout", "material": "metal", "mask": "M", "kerf": 20.0}
    part = last(simulate(START, rout, masks={"M": [(-110, 110)]}, drawn="remaining"))

    assert spans(part, "metal", -50.0) == [[-100.0, 100.0]]


def test_steps_without_a_side_follow_the_film_that_they_lay(simulate):
    """A film that is opened on the bottom is laid there, and what is etched through it is etched from there."""
    etch = {"step": "etch", "into": ["metal"], "depth": 30.0, "undercut": 0.0}
    part = last(simulate(START, RESIST, {**OPEN, "side": "bottom"}, etch, masks={"M": [(-50, 50)]}))

    assert part.heights == pytest.approx((-320, 0))
    assert spans(part, "metal", -299.0) == [[-530.0, -50.0], [50.0, 530.0]]
    assert spans(part, "metal", -1.0) == [[-530.0, 530.0]]


def test_every_kind_of_step_is_known():
    kinds = {kind for model in get_args(get_args(Step)[0]) for kind in get_args(model.model_fields["step"].annotation)}

    assert kinds == ACTS.keys()


FRAME = [
    {"step": "start", "material": "stop", "thickness": 50.0},
    {"step": "start", "material": "metal", "thickness": 300.0},
    {"step": "rout", "material": "metal", "mask": "APERTURE"},
    {"step": "print", "material": "epoxy", "mask": "FEET", "side": "bottom", "depth": 100.0},
    {"step": "place", "material": "metal"},
]
"""A frame of 300 on feet of 100, on a sheet."""
FRAMED = {"APERTURE": [(-100, 100)], "FEET": [(-300, -200), (200, 300)]}


def test_a_frame_is_pressed_down_and_let_go(simulate):
    """Feet of 100 pressed by 40, then let go by 30: the frame stands at 60, and at 90."""
    press = {"step": "compress", "material": "epoxy", "thickness": 40.0}
    let_go = {"step": "move", "material": "epoxy", "thickness": 30.0}
    section = simulate(*FRAME, press, let_go, masks=FRAMED)
    heights = [stage.part.solids["metal"].bounds[1::2] for stage in section.stages[-3:]]

    assert heights == [pytest.approx(each) for each in ((100, 400), (60, 360), (90, 390))]
    assert [round(stage.part.solids["epoxy"].area) for stage in section.stages[-3:]] == [20_000, 12_000, 18_000]
    assert section.stages[-1].part.solids["stop"].bounds[3] == pytest.approx(0.0)


def test_what_is_injected_stays_between_what_was_moved_apart(simulate):
    """The frame lifted off by 50: a gap of 150 under it, the aperture up to its top, nothing over the frame."""
    lift, inject = {"step": "move", "thickness": 50.0}, {"step": "mould", "material": "lead"}
    part = last(simulate(*FRAME, lift, inject, masks=FRAMED))

    assert part.solids["lead"].bounds[1::2] == pytest.approx((0.0, 450.0))
    assert spans(part, "lead", 300.0) == [[-100.0, 100.0]]
    assert spans(part, "lead", 25.0) == [[-530.0, 530.0]]


def test_a_part_is_set_down_where_it_touches_first(simulate):
    """A plate of 10 with a window of 200 goes over a block of 200 that is 30 wide."""
    flow = [
        {"step": "start", "material": "stop", "thickness": 50.0},
        {"step": "print", "material": "lead", "mask": "BLOCK", "depth": 200.0},
        {"step": "start", "material": "metal", "thickness": 10.0},
        {"step": "rout", "material": "metal", "mask": "WINDOW"},
        {"step": "place", "material": "metal"},
    ]
    part = last(simulate(*flow, masks={"BLOCK": [(-15, 15)], "WINDOW": [(-100, 100)]}))

    assert part.solids["metal"].bounds[1::2] == pytest.approx((0.0, 10.0), abs=1e-3)


def test_what_is_dispensed_flows_under_what_hangs_over(simulate):
    """An etch of 20 under a film: 10 of a liquid on the film and in the opening, and all below the film's edge."""
    etch = {"step": "etch", "into": ["metal"], "depth": 20.0, "undercut": 20.0}
    pour = {"step": "dispense", "material": "epoxy", "mask": "POUR", "depth": 10.0}
    part = last(simulate(START, RESIST, OPEN, etch, pour, masks={"M": [(-50, 50)], "POUR": [(-80, 80)]}))

    below = float(np.sqrt(20**2 - 5**2))
    assert spans(part, "epoxy", -5.0) == [
        [pytest.approx(-50 - below, abs=0.02), -50.0],
        [50.0, pytest.approx(50 + below, abs=0.02)],
    ]
    assert spans(part, "epoxy", -10.1) != spans(part, "epoxy", -9.9)


def test_leads_stand_up_when_parts_are_moved_apart(template):
    """Between its bulges a lead goes from the sheet to what its tip is bonded to: as far up or down as was lifted."""
    job, section = template
    moves = [stage for stage in section.stages if stage.step.step == "move"]
    assert len(moves) == len({"carrier", "peelable", "spots"} & {job.spec.name.rstrip("0123456789")})
    for stage in moves:
        before, after = (regions.box_of(part.solids["gold"]) for part in (stage.before, stage.part))
        lift = section.setting.number("lift")

        assert (after[3] - after[1]) - (before[3] - before[1]) == pytest.approx(lift, abs=0.5)
        assert stage.note == "leads projected on the cut"
