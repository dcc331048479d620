"""What a mandrel for shield cans draws, and what its technologies make of it."""

import math
from pathlib import Path

import klayout.db as kdb
import numpy as np
import pytest
import shapely

from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.physics import etching, lining
from maskgen.pipeline import make, prepare

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "templates" / "shield-can-mandrel.yaml"
LARGE = ("package.size=[12 mm, 10 mm]",)
SMALL = ("array={columns: 2, rows: 1}", "marks=none", "plate={rectangle: [40 mm, 20 mm], border: 2 mm}", *LARGE)
ETCHED = ("technology=shield-can-etched", "package.height=300", "process={}")

CLEARANCE, METAL, HEIGHT, DEPTH, OVERGROWTH = 100.0, 50.0, 1100.0, 1150.0, 25.0
SLOPE = math.tan(math.radians(5))
RIM = CLEARANCE + METAL + SLOPE * HEIGHT
"""From the package to the rim of its recess: 246.2 um."""
LOST = math.sqrt(2) - 1


def built(*settings, path=TEMPLATE):
    return make(prepare(path, (*SMALL, *settings)))


def at_site(result, layer):
    """Return what a layer has in the first site's cell, in the frame of the site."""
    array = result.package.layout.array
    row, column = np.argwhere(array.occupied)[0].tolist()
    x, y = array.centre(row, column)
    flat = regions.move(result.patterns[layer].flat(), -x, -y)
    return regions.areal(flat.intersection(shapely.box(*array.cell(row, column))))


def size(region):
    left, bottom, right, top = regions.box_of(region)
    return right - left, top - bottom


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
    """Return a region grown by a circle of 128 corners."""
    angles = 2 * math.pi * np.arange(128) / 128
    corners = [(distance * 1e3 * math.cos(angle), distance * 1e3 * math.sin(angle)) for angle in angles]
    circle = kdb.Polygon([kdb.Point(round(x), round(y)) for x, y in corners])
    return klayout_region(region).minkowski_sum(circle).merged()


@pytest.fixture(scope="module")
def machined():
    return built()


@pytest.fixture(scope="module")
def etched():
    return built(*ETCHED)


@pytest.mark.parametrize(
    ("layer", "beyond"),
    [
        pytest.param("PACKAGE", 0.0, id="package"),
        pytest.param("CAVITY", RIM, id="recess wanted"),
        pytest.param("RECESS", RIM, id="mask: no undercut"),
        pytest.param("RECESS_BUILT", RIM, id="rim"),
        pytest.param("RECESS_LEVEL", CLEARANCE + METAL, id="where the package is deepest"),
        pytest.param("RECESS_FLOOR", RIM - SLOPE * DEPTH, id="floor"),
        pytest.param("INNER", CLEARANCE, id="after lining"),
    ],
)
def test_a_machined_recess_leans_by_its_draft(layer, beyond, machined):
    assert size(at_site(machined, layer)) == pytest.approx((12000 + 2 * beyond, 10000 + 2 * beyond), abs=0.11)


def test_an_etched_recess_follows_the_elliptic_front(etched):
    undercut = etching.undercut(200, 300, 320)
    flank = float(etching.flank(300, undercut=undercut, depth=320))
    level = CLEARANCE + METAL

    assert etched.job.process.numbers["inset"] == pytest.approx(undercut - flank, rel=1e-12)
    for layer, beyond in {
        "INNER": level - METAL,
        "RECESS_LEVEL": level,
        "RECESS_BUILT": level + undercut - flank,
        "RECESS": level - flank,
        "RECESS_FLOOR": level - flank,
    }.items():
        assert size(at_site(etched, layer)) == pytest.approx((12000 + 2 * beyond, 10000 + 2 * beyond), abs=0.11), layer


@pytest.mark.parametrize("draft", [0.0, 0.5, 3.0, 5.0, 10.0, 20.0])
def test_the_slope_is_the_tangent_of_the_draft(draft):
    numbers = prepare(TEMPLATE, (f"process.draft={draft}",)).process.numbers

    assert numbers["slope"] == pytest.approx(math.tan(math.radians(draft)), rel=3e-6, abs=1e-12)


def test_a_recess_that_is_not_deeper_than_the_package_is_measured_at_its_floor():
    numbers = prepare(TEMPLATE, ("process.headroom=-100",)).process.numbers

    assert numbers["inset"] == numbers["run"]


@pytest.mark.parametrize("distance", [pytest.param(RIM, id="RECESS_BUILT"), pytest.param(CLEARANCE, id="INNER")])
def test_klayout_grows_the_package_to_the_same_recess(distance, machined, request):
    layer = request.node.callspec.id
    found, expected = klayout_region(at_site(machined, layer)), klayout_grown(at_site(machined, "PACKAGE"), distance)

    assert (found ^ expected).sized(-150).is_empty()
    assert found.area() == pytest.approx(expected.area(), rel=2e-5)


def test_the_lining_narrows_the_recess_by_its_thickness(machined):
    level, inner = at_site(machined, "RECESS_LEVEL"), at_site(machined, "INNER")
    narrowest = machined.package.measures["narrowest"]

    assert regions.is_same(lining.remaining(level, METAL), inner, tolerance=0.01)
    assert regions.is_same(lining.recess_around(inner, METAL), level, tolerance=0.2)
    assert not lining.is_closed(narrowest, METAL)
    assert lining.remaining_depth(DEPTH, METAL) == machined.job.process.numbers["recess_depth"]


def test_corners_are_round_so_that_the_gap_is_the_same_all_around(machined):
    package, inner = at_site(machined, "PACKAGE"), at_site(machined, "INNER")
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(inner, 50)))

    assert shapely.distance(points, package) == pytest.approx(CLEARANCE, abs=0.25)


def test_the_insulator_covers_openings_and_border_and_metal_grows_over_it(machined):
    block, metal = machined.patterns["PLATE_BLOCK"].flat(), machined.patterns["METAL"].flat()
    field, sheet = (machined.patterns[name].flat() for name in ("FIELD", "SHEET"))
    spot = at_site(machined, "PLATE_BLOCK")

    assert size(spot) == pytest.approx((800 + 2 * OVERGROWTH, 800 + 2 * OVERGROWTH), abs=0.11)
    width, height = (side - 2 * OVERGROWTH for side in size(sheet))
    assert field.area - block.area == pytest.approx(width * height - 2 * math.pi * (400 + OVERGROWTH) ** 2, rel=1e-5)
    assert metal.area == pytest.approx(sheet.area - 2 * math.pi * 400**2, rel=1e-5)
    assert (
        (klayout_region(metal) ^ klayout_grown(regions.areal(field.difference(block)), OVERGROWTH))
        .sized(-400)
        .is_empty()
    )


def test_cans_and_lanes_part_the_sheet(machined):
    can, flange, lining = (at_site(machined, name) for name in ("CAN_BUILT", "FLANGE", "LINING"))
    recess, cell = at_site(machined, "RECESS_BUILT"), machined.package.layout.array.cell(0, 0)

    assert size(can) == pytest.approx((cell[2] - cell[0] - 200, cell[3] - cell[1] - 200))
    assert flange.area + lining.area == pytest.approx(can.area, rel=1e-9)
    assert flange.area == pytest.approx(math.prod(size(can)) - recess.area, rel=1e-6)
    assert regions.areal(can.intersection(at_site(machined, "SEVER"))).is_empty


@pytest.mark.parametrize(
    ("name", "drawn", "digitized", "kind"),
    [
        pytest.param("RECESS", "opening", "clear", "mask", id="RECESS"),
        pytest.param("PLATE_BLOCK", "remaining", "clear", "mask", id="PLATE_BLOCK"),
        pytest.param("SEVER", "opening", "clear", "tooling", id="SEVER"),
    ],
)
def test_masks(name, drawn, digitized, kind, machined, etched):
    mask = next(entry.mask for entry in machined.masks if entry.mask.name == name)
    layer = machined.job.process.technology.layers[name]

    assert (mask.drawn, mask.digitized, mask.side, mask.mirrored) == (drawn, digitized, "top", False)
    assert layer.kind == kind
    assert [entry.mask.name for entry in etched.masks] == [entry.mask.name for entry in machined.masks]


def test_measures():
    """The pitch is the recess, two flanges of 200, a kerf of 200 and two tolerances of 50, on an even um."""
    measures = built("can.openings=[{size: [300, 400]}]").package.measures
    pitch = 2 * math.ceil((12000 + 2 * RIM + 400) / 2) + 300

    assert measures["gap"] == pytest.approx(CLEARANCE, abs=0.25)
    assert measures["narrowest"] == pytest.approx(10000 + 2 * (RIM - SLOPE * DEPTH), abs=0.3)
    assert measures["longest_opening"] == 500.0
    assert measures["ridge"] == pytest.approx(min(pitch - 12000, 10894 + 300 - 10000) - 2 * RIM, abs=0.3)


def test_windows(machined):
    windows = {window.name: window for window in machined.windows}

    assert list(windows) == ["depth", "gap", "ridge", "closure", "draft", "opening", "seam"]
    assert all(window.holds for window in windows.values())
    assert (windows["depth"].low, windows["depth"].high) == pytest.approx((0.85 * HEIGHT, 1.15 * HEIGHT))
    assert windows["ridge"].low == 200 + 2 * (50 + 150)
    assert windows["opening"].high == pytest.approx(299792.458 / 5.8 / 20)


@pytest.mark.parametrize(
    ("settings", "gap"),
    [
        pytest.param(
            ("process.cutter_radius=600",),
            CLEARANCE - LOST * (600 - (200 + RIM - SLOPE * DEPTH)),
            id="the cutter does not reach the corners",
        ),
        pytest.param(("process.cutter_radius=7000",), -5000.0, id="the cutter does not fit in at all"),
        pytest.param(
            (*ETCHED, "process.undercut={per_edge: 3000, depth: 320}"),
            CLEARANCE - LOST * (3000 * math.sqrt(1 - (300 / 320) ** 2) - (200 + CLEARANCE + METAL)),
            id="the undercut eats corners",
        ),
    ],
)
def test_a_package_that_does_not_go_in_has_a_negative_gap(settings, gap):
    """A corner of one radius in one of a larger radius has the difference times sqrt(2) - 1 less room."""
    result = built(*settings)

    assert result.package.measures["gap"] == pytest.approx(gap, abs=0.3)
    assert "S1.fit" in {violation.rule for violation in result.report.violations}


@pytest.mark.parametrize(
    ("package", "area"),
    [
        pytest.param("{size: [6 mm, 5 mm], height: 900}", 30e6, id="rectangle"),
        pytest.param("{shape: rounded, size: [6 mm, 5 mm], radius: 500, height: 900}",
                     30e6 - (4 - math.pi) * 500**2, id="rounded"),
        pytest.param("{shape: polygon, height: 900, points: [[-3000, -3000], [3000, -3000], [3000, 0], [0, 0],"
                     " [0, 3000], [-3000, 3000]]}", 27e6, id="an L"),
        pytest.param("{shape: circle, size: 5000, height: 900, at: [700, -300]}", math.pi * 2500**2,
                     id="beside the middle"),
    ],
)  # fmt: skip
def test_packages_of_any_shape_get_a_can(package, area):
    result = built(f"package={package}", "can={}")

    assert at_site(result, "PACKAGE").area == pytest.approx(area, rel=1e-3)
    assert result.report.violations == ()
    assert result.nets[0].members == (("can", "can"), ("flange", "can.flange"))


TWO = """packages=[
  {name: a, size: [4 mm, 6 mm], height: 900, at: [-3 mm, 0]}, {name: b, size: 5000, height: 950, at: [3 mm, 0]}]"""


def test_two_packages_of_a_site_get_a_can_each():
    result = built("package=null", TWO)
    left, right = sorted(regions.polygons(at_site(result, "CAN_BUILT")), key=lambda can: can.centroid.x)

    assert result.report.violations == ()
    assert [net.members[0] for net in result.nets] == [("can", "a"), ("can", "b")]
    assert regions.box_of(right)[0] - regions.box_of(left)[2] == pytest.approx(200)
    assert len(left.interiors) == len(right.interiors) == 1
    assert [result.job.process.numbers[name] for name in ("package_height", "lowest_package")] == [950, 900]


PANEL = (
    "marks=none", "process.sheet_margin=500", *LARGE,
    "plate={rectangle: [120 mm, 100 mm], border: 6 mm, cathode: {side: bottom, width: 2 mm}}",
)  # fmt: skip
ON_A_WAFER = sum(
    math.hypot(abs(2 * column - 6) * 6597 + 6597, abs(2 * row - 7) * 5597 + 5597) <= 47000
    for column in range(7)
    for row in range(8)
)
"""Cells of 13.194 x 11.194 mm, 7 x 8 about the middle, within 3 mm of the edge of 100 mm."""


@pytest.mark.parametrize(
    ("settings", "sites"),
    [
        pytest.param(("array={columns: 1, rows: 1, lane: none}",), 1, id="one site"),
        pytest.param(("array={columns: 3, rows: 3, stagger: 6000}",), 9, id="staggered"),
        pytest.param(("array={columns: 4, rows: 4, skip: ['1-2, 1-2']}",), 12, id="skipped in the middle"),
        pytest.param(("array={columns: 2, rows: 2, skip: [[0, 0], [1, 1]]}",), 2, id="a diagonal"),
        pytest.param(
            ("plate={strip: {size: [120 mm, 40 mm], blocks: 2, gap: 10 mm}}", "array={}"), 12, id="two blocks"
        ),
        pytest.param(("plate={rectangle: [131.94 mm, 11.194 mm], border: 0}", "array={}"), 10, id="without a border"),
        pytest.param(("plate={wafer: {diameter: 100 mm}}", "array={}"), ON_A_WAFER, id="wafer"),
    ],
)
def test_plates(settings, sites):
    result = make(prepare(TEMPLATE, (*PANEL, *settings)))

    assert (result.package.layout.array.sites, result.report.violations) == (sites, ())


def test_the_sheet_covers_what_lies_between_sites():
    result = make(
        prepare(TEMPLATE, (*PANEL, "plate.cathode=null", "array={columns: 3, rows: 3, skip: [[1, 1], [1, 0]]}"))
    )
    sheet = result.package.layout.plate["SHEET"]

    assert size(sheet) == (3 * 13194 + 1000, 3 * 11194 + 1000)
    assert sheet.area == math.prod(size(sheet))


def test_a_million_cans_are_a_few_tiles():
    plate = "plate={rectangle: [3.4 m, 3.4 m], border: 5 mm}"
    small = ("package={size: [2 mm, 2 mm], height: 500}", "can={}", "marks=none")
    result = make(prepare(TEMPLATE, (plate, "array={columns: 1000, rows: 1000}", *small)))
    cans = result.patterns["CAN_BUILT"]

    assert result.report.violations == ()
    assert sum(len(cans.array.lattices(tile.where)) for tile in cans.tiles) <= 9
    assert cans.area == pytest.approx(1e6 * (result.package.layout.array.columns.pitch - 200) ** 2, rel=1e-6)


def test_the_example_is_clean():
    result = make(prepare(ROOT / "examples" / "shield-can-plate" / "shield-can-plate.yaml"))

    assert result.report.violations == ()
    assert result.package.layout.array.sites == 36


PINWHEEL = """packages=[
  {name: a, size: [3800, 1800], height: 900, at: [-1000, -2000]},
  {name: b, size: [1800, 3800], height: 900, at: [2000, -1000]},
  {name: c, size: [3800, 1800], height: 900, at: [1000, 2000]},
  {name: d, size: [1800, 3800], height: 900, at: [-2000, 1000]}]"""


@pytest.mark.parametrize(
    ("settings", "key", "sentence"),
    [
        pytest.param(("process.clearance=-5",), "process.clearance", "must be at least 0, got -5", id="clearance"),
        pytest.param(("package.size=[150 mm, 10 mm]",), "array.columns",
                     "2 sites of 151194 um need 302388 um, the plate has 36000 um", id="larger than the plate"),
        pytest.param(("array.pitch=12 mm",), "array.pitch",
                     "x pitch of 12000 um has no room for a body of 12894 um and a lane of 300 um", id="pitch"),
        pytest.param(("package.height=0",), "package.height", "must be above 0, got 0", id="no height"),
        pytest.param(("package.height=.nan",), "package.height=.nan", "must be a finite number, got .nan", id="NaN"),
        pytest.param(("package.size=[1, .inf]",), "package.size=[1, .inf]", "must be a finite number, got .inf",
                     id="infinite"),
        pytest.param(("package.radius=5001",), "package",
                     "radius of 5001 um must be from 0 um to half the shorter side, 5000 um", id="radius"),
        pytest.param(("package={height: 1100}",), "package", "a rectangle needs a size", id="no size"),
        pytest.param(("package={shape: polygon, points: [], height: 1}",), "package",
                     "the corners of a polygon must be pairs of finite x and y", id="no corners"),
        pytest.param(("package=null",), "", "needs either 'package' or 'packages'", id="no package"),
        pytest.param(("package=null", "packages=[]"), "", "needs either 'package' or 'packages'", id="empty list"),
        pytest.param((TWO,), "", "needs either 'package' or 'packages'", id="both"),
        pytest.param(("package=null", TWO.replace("name: b", "name: a")), "packages", "two packages are called 'a'",
                     id="names"),
        pytest.param(("package=null", TWO.replace("3 mm, 0", "2 mm, 0")), "packages",
                     "packages a and b touch or overlap", id="overlap"),
        pytest.param(("package=null", PINWHEEL), "packages",
                     "cannot be cut apart: no straight lane goes between them from border to border", id="pinwheel"),
        pytest.param(("can.openings=[{size: -1}]",), "can.openings[0].size", "must be above 0, got -1", id="opening"),
        pytest.param(("can.hole=3",), "can.hole", "unknown key", id="unknown key"),
        pytest.param(("process.headroom=-1100",), "numbers.recess_depth", "must be at least 0.001, got 0",
                     id="no depth"),
    ],
)  # fmt: skip
def test_mistakes(settings, key, sentence):
    with pytest.raises(MaskgenError) as caught:
        built(*settings)

    assert sentence in str(caught.value)
    assert f"{key}: " in str(caught.value) if key else "needs" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param(
            ("  flange:  ", "  brim:  "), "shield-can has no number 'flange', which shield cans need", id="number"
        ),
        pytest.param(("INNER", "INSIDE"), "shield-can makes no layer 'INNER', which shield cans need", id="layer"),
    ],
)
def test_a_technology_that_lacks_something(changes, sentence, tmp_path):
    technology = (ROOT / "maskgen" / "technology" / "shield-can.yaml").read_text().replace(*changes)
    (tmp_path / "mine.yaml").write_text(technology.replace("deck: shield-can", "deck: mine.drc.yaml"))
    rule = "rules: {ANY: {check: continuous, layer: METAL}}"
    (tmp_path / "mine.drc.yaml").write_text(f"deck: mine\nunit: um\n{rule}\n")
    (tmp_path / "spec.yaml").write_text(TEMPLATE.read_text())

    with pytest.raises(MaskgenError) as caught:
        built("technology=mine.yaml", path=tmp_path / "spec.yaml")

    assert sentence in str(caught.value)
