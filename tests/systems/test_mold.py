"""What a mold draws, and what its technologies make of it."""

import math
from pathlib import Path

import klayout.db as kdb
import numpy as np
import pytest
import shapely

from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.pipeline import make, prepare
from maskgen.systems import mold

TEMPLATES = Path(__file__).parents[2] / "templates"
SMALL = ("array.columns=2", "array.rows=1", "marks=none", "plate.rectangle=[30 mm, 20 mm]", "plate.cathode=null")
ONE = ("array={columns: 1, rows: 1, lane: none}",)
OVERGROWTH, UNDERCUT = 20.6, 20.0
RADIUS = 60.0

DIE = "{{name: {name}, size: [800, 800], at: {at}, contacts: {{ring: {{count: 8, pitch: 300, size: 80, inset: 60}}}}}}"
HALF = "must be at most half the shorter side, 500 um"
TWO_DIES = f"dies=[{DIE.format(name='a', at=[-600, 0])}, {DIE.format(name='b', at=[600, 0])}]"


def built(template, *settings):
    return make(prepare(TEMPLATES / f"{template}-mold.yaml", (*SMALL, *settings)))


def drawn(*settings):
    """Return the package of a spec, without what its technology makes of it."""
    job = prepare(TEMPLATES / "embedded-mask-mold.yaml", (*SMALL, *settings))
    return mold.draw(job.spec, job.process, TEMPLATES)


def around(result, layer, name):
    """Return what a layer has at a pad of the first site, in the frame of the site."""
    array = result.package.layout.array
    row, column = np.argwhere(array.occupied)[0].tolist()
    x, y = array.centre(row, column)
    flat = regions.move(result.patterns[layer].flat(), -x, -y)
    pad = next(pad.outline for pad in (*result.package.pads, *result.package.mounting_pads) if pad.name == name)
    return regions.areal(flat.intersection(shapely.box(*regions.box_of(pad)).buffer(100, join_style="mitre")))


def klayout_region(region):
    """Return a region in KLayout, 1 nm a unit."""
    found = kdb.Region()
    for polygon in regions.polygons(region):
        rings = [[kdb.Point(round(x * 1e3), round(y * 1e3)) for x, y in ring.coords] for ring in
                 (polygon.exterior, *polygon.interiors)]  # fmt: skip
        shape = kdb.Polygon(rings[0])
        for hole in rings[1:]:
            shape.insert_hole(hole)
        found.insert(shape)
    return found.merged()


def klayout_grown(region, distance):
    """Return a region grown by a circle of 64 corners: the oracle for what etching and plating do."""
    angles = 2 * math.pi * np.arange(64) / 64
    corners = [(distance * 1e3 * math.cos(angle), distance * 1e3 * math.sin(angle)) for angle in angles]
    circle = kdb.Polygon([kdb.Point(round(x), round(y)) for x, y in corners])
    return klayout_region(region).minkowski_sum(circle).merged()


def assert_same(one, other, *, within):
    """Assert that two KLayout regions differ by nothing wider than twice a distance [µm]."""
    assert (one ^ other).sized(round(-within * 1e3)).is_empty()


@pytest.fixture(scope="module")
def embedded():
    return built("embedded-mask")


@pytest.fixture(scope="module")
def etched():
    return built("etched-recess")


def test_a_rounded_pad_is_built_as_it_was_drawn(embedded):
    """Its radius is above the overgrowth, so no corner is lost: 300 x 450 less four corners of 60."""
    area = 300 * 450 - (4 - math.pi) * RADIUS**2
    assert around(embedded, "PAD_BUILT", "2").area == pytest.approx(area, rel=1e-3)
    window = around(embedded, "PAD_WIN", "2").area
    inner = (300 - 2 * OVERGROWTH) * (450 - 2 * OVERGROWTH) - (4 - math.pi) * (RADIUS - OVERGROWTH) ** 2
    assert window == pytest.approx(inner, rel=1e-3)


def test_a_sharp_pad_is_built_with_corners_as_round_as_the_overgrowth(embedded):
    lost = (4 - math.pi) * OVERGROWTH**2
    assert around(embedded, "PAD_BUILT", "1").area == pytest.approx(300 * 450 - lost, rel=1e-4)


def test_the_recess_of_an_etched_mold_leaves_the_windows_free(etched):
    recess, field = etched.patterns["RECESS"].flat(), etched.patterns["FIELD"].flat()
    windows = etched.patterns["PAD_WIN"].area + etched.patterns["MP_WIN"].area
    assert regions.areal(recess.intersection(field)).area == pytest.approx(field.area - windows, rel=1e-4)


@pytest.mark.parametrize("name", ["1", "2", "MP"])
def test_an_island_of_resist_is_the_pad_grown_by_what_undercut_exceeds_overgrowth(name, etched):
    """island = P + (U - OG) per edge (catalogue M2)."""
    window = shapely.box(*regions.box_of(next(
        pad.outline for pad in (*etched.package.pads, *etched.package.mounting_pads) if pad.name == name
    ))).buffer(100, join_style="mitre")  # fmt: skip
    island = regions.areal(window.difference(around(etched, "FIRST_MASK", name)))
    left, bottom, right, top = regions.box_of(window)
    expected = (left + 100, bottom + 100, right - 100, top - 100)
    by = UNDERCUT - OVERGROWTH
    assert regions.box_of(island) == pytest.approx(
        (expected[0] - by, expected[1] - by, expected[2] + by, expected[3] + by), abs=0.11
    )


@pytest.mark.parametrize("name", ["1", "2", "MP"])
def test_islands_and_built_pads_agree_with_klayout(name, etched):
    kind = "MP" if name == "MP" else "PAD"
    window = around(etched, f"{kind}_WIN", name)
    cut = shapely.box(*regions.box_of(window)).buffer(100, join_style="mitre")
    island = regions.areal(cut.difference(around(etched, "FIRST_MASK", name)).buffer(0))
    largest = max(regions.polygons(island), key=shapely.area)
    assert_same(klayout_region(largest), klayout_grown(window, UNDERCUT), within=0.15)
    plated = klayout_grown(window, OVERGROWTH)
    assert_same(klayout_region(around(etched, f"{kind}_BUILT", name)), plated, within=0.3)


@pytest.mark.parametrize(
    ("settings", "area"),
    [
        pytest.param("{size: [2000, 1000]}", 2e6, id="sharp"),
        pytest.param("{size: [2000, 1000], chamfer: 300}", 2e6 - 300**2 / 2, id="chamfered at pin 1"),
        pytest.param("{size: [2000, 1000], radius: 200}", 2e6 - (4 - math.pi) * 200**2, id="rounded"),
        pytest.param("{margin: 100}", 1800.0**2, id="a margin around the die"),
    ],
)
def test_mounting_pad(settings, area):
    (pad,) = drawn(f"mounting_pad={settings}").mounting_pads
    assert (pad.name, pad.outline.area) == ("MP", pytest.approx(area, rel=2e-4))


def test_the_chamfer_is_at_the_upper_left(etched):
    corners = shapely.points([(-1099, 1099), (1099, 1099), (1099, -1099), (-1099, -1099)])
    assert shapely.intersects(etched.package.mounting_pads[0].outline, corners).tolist() == [False, True, True, True]


@pytest.mark.parametrize(
    ("settings", "key", "sentence"),
    [
        pytest.param(("mounting_pad={size: [2000, 1000], radius: 501}",), "radius", HALF, id="radius"),
        pytest.param(("mounting_pad={size: [2000, 1000], chamfer: 501}",), "chamfer", HALF, id="chamfer"),
        pytest.param(("pads.ring.pitch=300",), "pads", "pads 1 and 2 touch or overlap", id="pads that touch"),
    ],
)  # fmt: skip
def test_mistakes(settings, key, sentence):
    with pytest.raises(MaskgenError, match=sentence) as caught:
        drawn(*settings)
    assert key in str(caught.value)


def places(package, name="die"):
    die = next(die for die in package.dies if die.name == name)
    return {contact.name: tuple(np.round(contact.centre, 6)) for contact in die.contacts}


def test_a_die_that_looks_down_is_mirrored():
    up, down = places(drawn()), places(drawn("die.face=down"))
    assert down == {name: (-x, y) for name, (x, y) in up.items()}


@pytest.mark.parametrize(
    ("angle", "turned"), [(90, lambda x, y: (-y, x)), (180, lambda x, y: (-x, -y)), (-90, lambda x, y: (y, -x))]
)
def test_a_die_is_turned_counter_clockwise(angle, turned):
    assert places(drawn(f"die.rotation={angle}")) == {name: turned(x, y) for name, (x, y) in places(drawn()).items()}


def test_a_die_is_mirrored_before_it_is_turned():
    both = places(drawn("die.face=down", "die.rotation=90"))
    assert both == {name: (-y, -x) for name, (x, y) in places(drawn()).items()}


def test_dies_side_by_side_have_mounting_pads_of_their_own():
    package = drawn("die=null", TWO_DIES, "mounting_pad={margin: 100}")
    assert {pad.name: pad.centre for pad in package.mounting_pads} == {"MP": (-600, 0), "MP2": (600, 0)}
    pads = {die: {bond.pad for bond in package.bonds if bond.die == die} for die in "ab"}
    assert not pads["a"] & pads["b"]
    assert package.unconnected == ()


def test_a_die_stacked_on_another_shares_its_pads():
    top = DIE.format(name="b", at=[0, 0]).replace("{name", "{on: a, name")
    bottom = DIE.format(name="a", at=[0, 0]).replace("[800, 800]", "[1600, 1600]")
    package = drawn("die=null", f"dies=[{bottom}, {top}]")
    assert [(die.name, die.level) for die in package.dies] == [("a", 0), ("b", 1)]
    assert [die for die in "ab" for bond in package.bonds if bond.die == die] == ["a"] * 8 + ["b"] * 8


@pytest.mark.parametrize(
    ("connect", "sentence"),
    [
        pytest.param("{'1': '16'}", "2 contacts are called so, write DIE.1", id="a name of two contacts"),
        pytest.param("{a.1: '11', b.2: '11'}", "dies a and b cannot share pad 11: only a stack shares pads",
                     id="shared"),
        pytest.param("{a.1: MP2}", "contact a.1 cannot go to MP2: its die does not stand there", id="not its own"),
        pytest.param("{a.1: MPX}", "no pad is called 'MPX'", id="no such mounting pad"),
    ],
)  # fmt: skip
def test_a_table_between_several_dies_that_cannot_be(connect, sentence):
    with pytest.raises(MaskgenError) as caught:
        built("embedded-mask", "die=null", TWO_DIES, "mounting_pad={margin: 100}", f"nets.connect={connect}")
    assert sentence in str(caught.value)


def test_a_table_gives_a_die_a_pad_nearer_to_another():
    package = drawn("die=null", TWO_DIES, "mounting_pad={margin: 100}", "nets.connect={a.1: '11'}")
    assert [(bond.die, bond.contact) for bond in package.bonds if bond.pad == "11"] == [("a", "1")]


def test_pin_1_is_told_apart():
    first, second, *_ = drawn().pads
    assert first.outline.equals(shapely.box(*regions.box_of(first.outline)))
    assert first.outline.area > second.outline.area
    assert first.centre[0] == second.centre[0] < 0 < second.centre[1] < first.centre[1]


def test_dual_rows():
    rows = [f"{{side: {side}, count: 4, pitch: 650, size: [200, 200], inset: {inset}, offset: {offset}}}"
            for side in ("left", "right") for inset, offset in ((100, 0), (450, 0.5))]  # fmt: skip
    found = drawn("pads=" + f"{{rows: [{', '.join(rows)}]}}").pads
    assert {round(pad.centre[0]) for pad in found} == {-1800, -1450, 1450, 1800}
    assert found[4].centre[1] == pytest.approx(found[0].centre[1] - 325)


@pytest.mark.parametrize(
    ("grid", "count"),
    [
        pytest.param("{columns: 6, rows: 6, pitch: 600, size: 200, shape: circle}", 36, id="full"),
        pytest.param("{columns: 6, rows: 6, pitch: 600, size: 200, shape: circle, empty_centre: [4, 4]}", 20,
                     id="empty centre"),
        pytest.param("{columns: 6, rows: 6, pitch: 600, size: 200, stagger: true}", 36, id="staggered"),
        pytest.param("{columns: 6, rows: 6, pitch: 600, size: 200, omit: [A1, F6]}", 34, id="corners left out"),
    ],
)  # fmt: skip
def test_grid(grid, count):
    assert len(drawn(f"pads={{grid: {grid}}}", "mounting_pad=null").pads) == count


def test_a_staggered_grid_shifts_every_other_row():
    found = {
        pad.name: pad.centre
        for pad in drawn("pads={grid: {columns: 2, rows: 2, pitch: 600, size: 200, stagger: true}}").pads
    }
    assert found == {"A1": (-450, 300), "A2": (150, 300), "B1": (-150, -300), "B2": (450, -300)}


def test_down_bonds_land_on_the_mounting_pad():
    settings = ("nets.connect={'1': MP, '9': MP}", "wires.downbond_inset=50", "wires.min_length=100")
    package = drawn(*settings)
    (mounting_pad,) = package.mounting_pads
    down = [bond for bond in package.bonds if bond.pad == "MP"]
    assert [bond.contact for bond in down] == ["1", "9"]
    for bond in down:
        assert mounting_pad.outline.contains(shapely.Point(bond.end))
        assert not package.dies[0].outline.intersects(shapely.Point(bond.end))


def test_assignment_by_table_wires_what_the_table_names():
    package = drawn("nets={assign: table, connect: {'1': '2', die.5: '5'}}")
    assert {(bond.contact, bond.pad) for bond in package.bonds} == {("1", "2"), ("5", "5")}
    assert len(package.unconnected) == 14
    assert package.unconnected[0] == ("die.2", "the table does not name it")


def test_assignment_by_names_joins_what_is_called_alike():
    package = drawn("nets.assign=names")
    assert all(bond.contact == bond.pad for bond in package.bonds)
    assert len(package.bonds) == 16


@pytest.mark.parametrize(
    ("settings", "sites"),
    [
        pytest.param(SMALL, 2, id="two"),
        pytest.param((*SMALL, *ONE), 1, id="one without lanes"),
        pytest.param(("plate={strip: {size: [70 mm, 20 mm], blocks: 2, gap: 3 mm}}",), 2 * 6 * 2,
                     id="a strip of two blocks"),
        pytest.param((*SMALL, "array={columns: 3, rows: 2, skip: [[0, 0], '1-2, 1']}"), 3, id="skipped"),
    ],
)  # fmt: skip
def test_sites(settings, sites):
    result = make(prepare(TEMPLATES / "embedded-mask-mold.yaml", ("marks=none", *settings)))
    assert result.package.layout.array.sites == sites
    assert result.report.violations == ()


def test_without_lanes_nothing_is_cut():
    result = built("embedded-mask", *ONE)
    assert result.patterns["SEVER"].flat().is_empty


@pytest.mark.parametrize(
    ("orientation", "missing", "within"),
    [
        pytest.param("none", 0.0, 2e5, id="round"),
        pytest.param("notch", 1e6, 6e5, id="notch of a millimetre"),
        pytest.param("flat", 0.5 * 50e3**2 * (2 * math.asin(0.325) - math.sin(2 * math.asin(0.325))), 2e5, id="flat"),
    ],
)
def test_wafer(orientation, missing, within):
    """A flat of 32.5 mm cuts off a segment; chords of the outline take less than 0.2 mm2."""
    layout = drawn(f"plate={{wafer: {{diameter: 100 mm, orientation: {orientation}, edge: 3 mm}}}}", "array={}").layout
    outline = layout.plate["PLATE"]
    assert math.pi * 50e3**2 - outline.area == pytest.approx(missing, abs=within)
    x, y = layout.array.centres(layout.array.occupied).T
    cells = shapely.box(x - 2150, y - 2150, x + 2150, y + 2150)
    assert shapely.covers(outline.buffer(-3000 + 1), cells).all()


def test_an_inverted_mask_is_the_rest_of_the_field(etched):
    inverted = built("etched-recess", "masks={FIRST_MASK: {invert: true}}")
    plain, other = (result.patterns["FIRST_MASK"].flat() for result in (etched, inverted))
    field = etched.patterns["FIELD"].flat()
    assert regions.is_same(other, regions.areal(field.difference(plain)), tolerance=0.1)
    assert other.area + plain.area == pytest.approx(field.area, rel=1e-6)
    assert inverted.report.violations == ()


def test_a_mask_that_is_not_made_cannot_be_inverted():
    with pytest.raises(MaskgenError, match="this technology makes no such mask, only FIRST_MASK"):
        prepare(TEMPLATES / "etched-recess-mold.yaml", (*SMALL, "masks={PAD_WIN: {invert: true}}"))
