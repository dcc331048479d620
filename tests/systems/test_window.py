"""What a package on a window substrate draws, and what its technology makes of it."""

import json
from pathlib import Path

import klayout.db as kdb
import numpy as np
import pytest
import shapely

from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.pipeline import build, make, prepare

TEMPLATE = Path(__file__).parents[2] / "templates" / "window-substrate-package.yaml"
SMALL = (
    *("array.columns=2", "array.rows=1", "plate={rectangle: [40 mm, 30 mm], border: 2 mm}", "marks=none"),
    "die={size: 2000, thickness: 400, contacts: {ring: {count: 16, pitch: 280, size: 90, inset: 60}}}",
    *("first_substrate.size=[9 mm, 8 mm]", "second_substrate.size=[7 mm, 6 mm]", "pads.ring.count=16"),
    "pads.ring.inset=800",
)
DICE = """dies=[
  {name: a, size: 1500, thickness: 400, at: [-1500, 0], contacts: {list: [{name: x, at: [-600, 0], size: 90}]}},
  {name: b, size: 1200, thickness: 380, at: [1500, 0], contacts: {list: [{name: x, at: [500, 0], size: 90}]}},
]"""
PADS = "pads={list: [{name: p, at: [-3000, 0], size: [400, 180]}, {name: q, at: [3000, 0], size: [400, 180]}]}"
MULTI = ("die=null", DICE, PADS)
KERF = 200.0


def built(*settings):
    return make(prepare(TEMPLATE, (*SMALL, *settings)))


def found(result):
    """Return the first sentence of each rule that found anything."""
    return {violation.rule: violation.finding.sentence for violation in reversed(result.report.violations)}


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


@pytest.fixture(scope="module")
def package():
    return built()


@pytest.fixture(scope="module")
def multi():
    return built(*MULTI)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return build(
        TEMPLATE, tmp_path_factory.mktemp("window") / "out", settings=SMALL, formats=("gds",), allow_violations=False
    )


def test_nets_go_from_contact_to_pad_by_one_wire(package):
    wires = {frozenset({f"die.{bond.contact}", bond.pad}) for bond in package.package.bonds}

    assert {frozenset(name for _, name in net.members) for net in package.nets} == wires
    assert len(wires) == 16
    assert package.report.violations == ()


@pytest.mark.parametrize(
    ("layer", "box"),
    [
        pytest.param("SUB1_OUT", (4500 + KERF / 2, 4000 + KERF / 2), id="path of the saw"),
        pytest.param("SUB2_OUT", (3500 + KERF / 2, 3000 + KERF / 2), id="path of the router"),
        pytest.param("SUB1_BUILT", (4500, 4000), id="first substrate"),
        pytest.param("SUB2_BUILT", (3500, 3000), id="second substrate"),
        pytest.param("DIE_ADH", (1000 - 150, 1000 - 150), id="adhesive as dispensed"),
        pytest.param("DIE_ADH_BUILT", (1000, 1000), id="adhesive pressed"),
        pytest.param("SUB2_ADH", (3500, 3000), id="adhesive between the substrates"),
    ],
)
def test_what_is_cut_and_laid_on(layer, box, package):
    assert regions.box_of(at_site(package, layer)) == pytest.approx((-box[0], -box[1], *box), abs=0.15)


def test_the_adhesive_keeps_off_the_opening_and_spreads_to_50_um_of_it(package):
    opening = at_site(package, "OPENING_BUILT")

    assert at_site(package, "SUB2_ADH").distance(opening) == pytest.approx(150, abs=0.2)
    assert at_site(package, "ADH_BUILT").distance(opening) == pytest.approx(50, abs=0.3)


def test_pads_are_etched_to_what_was_drawn(package):
    mask, pads = (regions.polygons(at_site(package, name)) for name in ("SUB2_PAD", "PAD_BUILT"))

    assert len(mask) == len(pads) == 16
    assert {tuple(np.round(sorted(size(p)), 1)) for p in mask} == {(192.0, 712.0)}
    assert {tuple(np.round(sorted(size(p)), 1)) for p in pads} == {(180.0, 700.0)}


def test_each_die_has_an_opening_and_wires_of_its_own(multi):
    openings = sorted(regions.polygons(at_site(multi, "OPENING_BUILT")), key=lambda piece: piece.bounds)

    assert [regions.box_of(die.outline) for die in multi.package.dies] == [
        (-2250, -750, -750, 750), (900, -600, 2100, 600),
    ]  # fmt: skip
    assert [piece.covers(die.outline.buffer(199)) for piece, die in zip(openings, multi.package.dies, strict=True)] == [
        True, True,
    ]  # fmt: skip
    assert {tuple(name for _, name in net.members) for net in multi.nets} == {("a.x", "p"), ("b.x", "q")}
    assert found(multi) == {}


def test_coplanarity_is_judged_for_the_thickest_and_the_thinnest_die(multi):
    """Both bond lines are 30 um, so the step is the die's thickness less 400 um."""
    numbers = multi.job.process.numbers

    assert (numbers["step"], numbers["highest_step"]) == (-20, 0)
    assert found(built(*MULTI, "second_substrate.thickness=421")) == {
        "W.coplanar.lowest": "is -41 um, at least -40 um wanted"
    }
    assert found(built(*MULTI, "second_substrate.thickness=359")) == {
        "W.coplanar": "coplanarity is 41 um, less than 40 um wanted"
    }


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        pytest.param(6.8, 14, None, id="alumina and BT"),
        pytest.param(6.5, 18, "expansion is 11.5 ppm/K, less than 10 ppm/K wanted", id="alumina and FR-4 at its worst"),
        pytest.param(4.5, 18, "expansion is 13.5 ppm/K, less than 10 ppm/K wanted", id="AlN and FR-4"),
        pytest.param(4.5, 16, "expansion is 11.5 ppm/K, less than 10 ppm/K wanted", id="AlN and FR-4 in the middle"),
        pytest.param(4.5, 13, None, id="AlN and BT at its best"),
        pytest.param(18, 4.5, "expansion is 13.5 ppm/K, less than 10 ppm/K wanted", id="the other way round"),
    ],
)
def test_substrates_of_unlike_expansion_are_warned_of(first, second, sentence):
    result = built(f"process.cte_first={first}", f"process.cte_second={second}")
    violations = [entry for entry in result.report.violations if entry.rule == "W.cte"]

    assert [entry.finding.sentence for entry in violations] == ([sentence] if sentence else [])
    assert {entry.severity for entry in violations} <= {"warning"}


def test_the_run_out_of_the_substrates_is_told():
    """7.2 ppm/K, 150 K, half the diagonal of 7 mm by 6 mm."""
    assert built().job.process.numbers["run_out"] == pytest.approx(7.2e-6 * 150 * np.hypot(7000, 6000) / 2)


def test_windows_are_in_the_manifest_and_masks_are_read_by_klayout(written):
    result, folder = written
    manifest = json.loads((folder / "manifest.json").read_text())
    layout = kdb.Layout()
    entry = next(mask for mask in manifest["masks"] if mask["name"] == "SUB2_PAD")
    layout.read(str(folder / entry["file"]))
    shapes = kdb.Region(layout.top_cell().begin_shapes_rec(layout.layer(entry["layer"], entry["datatype"]))).merged()

    assert [window["name"] for window in manifest["windows"]] == ["coplanarity", "expansion", "run-out"]
    assert [window["value"] for window in manifest["windows"][:2]] == [0, 7.2]
    assert all(window["holds"] for window in manifest["windows"])
    assert shapes.count() == 32
    assert shapes.area() / 1e6 == pytest.approx(result.patterns["SUB2_PAD"].flat().area, rel=1e-9)
    assert [mask["name"] for mask in manifest["masks"]] == [
        "SUB2_PAD", "SUB2_OPEN", "SUB2_OUT", "SUB1_OUT", "SUB2_ADH", "DIE_ADH",
    ]  # fmt: skip
    assert not any(mask["mirrored"] or mask["scale"] != 1 for mask in manifest["masks"])


def test_many_sites_are_as_many_shapes_and_few_views():
    result = built("array.columns=20", "array.rows=20", "plate={rectangle: [250 mm, 250 mm], border: 2 mm}")

    assert int(result.package.layout.array.occupied.sum()) == 400
    assert all(len(entry.pattern.tiles) == 1 for entry in result.masks)
    assert found(result) == {}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            ("first_substrate=null",), "--set first_substrate=null: first_substrate: must be a mapping, got nothing",
            id="no first substrate",
        ),
        pytest.param(
            ("die.on=a",), "--set die.on=a: die.on: a die in a window stands on the first substrate: "
            "'on' is not for this system", id="one die on another",
        ),
        pytest.param(
            ("second_substrate.thickness=.nan",), "--set second_substrate.thickness=.nan: must be a finite number, "
            "got .nan", id="thickness is no number",
        ),
        pytest.param(
            ("process.clearance=-1",), "--set process.clearance=-1: process.clearance: must be at least 0, got -1",
            id="clearance",
        ),
        pytest.param(
            ("pads.ring.inset=-100",), "--set pads.ring.inset=-100: pads.ring.inset: must be at least 0, got -100",
            id="pads beside the substrate",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_at_its_place(settings, message):
    with pytest.raises(MaskgenError) as caught:
        built(*settings)
    assert str(caught.value) == message


def test_of_stacked_dies_each_is_told():
    stack = DICE.replace("name: b,", "name: b, on: a,").replace("name: a,", "name: a, on: b,")
    with pytest.raises(MaskgenError) as caught:
        built("die=null", stack, PADS)
    sentence = "a die in a window stands on the first substrate: 'on' is not for this system"
    assert f"dies[0].on: {sentence}" in str(caught.value)
    assert f"dies[1].on: {sentence}" in str(caught.value)
