"""Every item of the checklist passes on a good set, and fails on one that is wrong in one way, whole sentences told."""

import shutil

import ezdxf
import gdstk
import pytest
from vendors.mask_sets import PLACES, F, mask_set, moved, polygon, rectangle, written

from maskgen.geometry import marks
from maskgen.vendors.accept import accept, accept_file
from maskgen.vendors.checklist import CHECKLIST
from maskgen.vendors.file import read_file
from maskgen.vendors.model import ITEMS
from maskgen.vendors.papers import read_papers
from maskgen.vendors.shelf import read_profile

CHROME, STENCIL, SHEET = "mask_chrome_std", "stencil_laser", "pcm_steel"


def verdicts(path, profile, *settings, manifest=None):
    """Return the verdicts on a file by id."""
    return {one.item.id: one for one in accept_file(path, profile, manifest=manifest, settings=settings).verdicts}


def sentences(verdict):
    return [violation.finding.sentence for violation in verdict.violations]


def test_checklist_has_every_item_once_in_order():
    assert tuple(item.id for item in CHECKLIST) == ITEMS


def test_good_set_is_accepted_and_everything_that_is_asked_is_judged(tmp_path):
    found = verdicts(written(mask_set(), tmp_path), CHROME)
    not_asked = {"V30", "V31", "V32", "V35", "V36"}
    assert {id_: one.state for id_, one in found.items()} == {
        id_: "not asked" if id_ in not_asked else "passed" for id_ in ITEMS
    }


def test_bare_file_says_what_it_needs(tmp_path):
    made = mask_set()
    path = tmp_path / "bare.gds"
    made.library.write_gds(path)
    found = verdicts(path, CHROME)
    assert {id_: one.reason for id_, one in found.items() if one.state == "not judged"} == {
        "V20": "manifest.json", "V22": "manifest.json", "V23": "manifest.json", "V24": "manifest.json",
        "V25": "manifest.json and order/order.json beside it", "V26": "manifest.json", "V27": "manifest.json",
        "V33": "manifest.json and drc.json beside it", "V34": "manifest.json",
        "V36": "manifest.json with its process windows", "V37": "manifest.json and drc.json beside it",
        "V38": "manifest.json and drc.json beside it",
    }  # fmt: skip


def as_it_is(made):
    """Leave a set good: the profile is another."""


def two_records(made):
    """A polygon of more vertices than a record holds."""
    made.options["max_points"] = 0
    made.top.add(gdstk.ellipse((8000, 8000), 500, tolerance=1e-6, layer=10))


def other_unit(made):
    made.library.unit, made.library.precision = 1e-3, 1e-9


def beyond(made):
    made.top.add(rectangle(2_000_100, 0, 2_000_200, 100))


def second_top(made):
    made.library.new_cell("OTHER").add(rectangle(0, 0, 100, 100))


def long_name(made):
    made.site.name = "S" * 33


def empty_cell(made):
    made.library.add(gdstk.Cell("NOTHING"))
    made.top.add(gdstk.Reference(made.library["NOTHING"]))


def turned(made):
    made.top.add(gdstk.Reference(made.site, (8000, 8000), rotation=0.5))


def enlarged(made):
    made.top.add(gdstk.Reference(made.site, (8000, 8000), magnification=2))


def skewed(made):
    array = gdstk.Reference(made.site, (8000, 8000), columns=2, rows=2, spacing=(1000, 1000), rotation=0.5)
    made.top.add(array)


def deep(made):
    cell = made.site
    for number in range(17):
        outer = made.library.new_cell(f"DEEP{number}")
        outer.add(gdstk.Reference(cell, (0, 0)))
        cell = outer
    made.top.add(gdstk.Reference(cell, (8000, 8000)))


def second_layer(made):
    made.top.add(rectangle(8000, 8000, 8100, 8100, layer=11))


def high_layer(made):
    for cell in (made.top, made.site):
        for part in cell.polygons:
            part.layer = 64
    made.manifest["masks"][0]["layer"] = 64


def heavy(made):
    made.top.polygons[0].set_gds_property(1, "x" * 130)


def path_and_text(made):
    made.top.add(gdstk.FlexPath([(8000, 8000), (9000, 8000)], 10, layer=10, simple_path=True))


def label(made):
    made.top.add(gdstk.Label("HELLO", (8000, 8000), layer=10))


def doubled(made):
    made.top.add(polygon([(8000, 8000), (8100, 8000), (8100, 8000), (8100, 8100), (8000, 8100)]))


def spike(made):
    made.top.add(polygon([(8000, 8000), (8100, 8000), (8100, 8100), (8100, 8300), (8100, 8100), (8000, 8100)]))


def flat(made):
    made.top.add(polygon([(8000, 8000), (8100, 8000), (8200, 8000)]))


def many_vertices(made):
    made.top.add(
        polygon(
            [(8000 + x, 8000 + 10 * (x % 2)) for x in range(2010)]
            + [(8000 + x, 7000 + 10 * (x % 2)) for x in range(2009, -1, -1)]
        )
    )


def bow(made):
    made.top.add(polygon([(8000, 8000), (8400, 8400), (8400, 8000), (8000, 8500)]))


def keyhole(made):
    """A hole cut open: touches itself, and is sound."""
    outer, inner = [(8000, 8000), (9000, 8000), (9000, 9000), (8000, 9000), (8000, 8000)], [
        (8300, 8300), (8300, 8600), (8600, 8600), (8600, 8300), (8300, 8300)]  # fmt: skip
    made.top.add(polygon([*outer, *inner]))


def off_grid(made):
    made.top.add(rectangle(8000.02, 8000, 8100, 8100))


def off_grid_array(made):
    made.top.add(gdstk.Reference(made.site, (8000, 8000), columns=2, rows=1, spacing=(1000.02, 1000)))


def sharp(made):
    made.top.add(polygon([(8000, 8000), (9000, 8000), (9000, 8200)]))


def tiny_edge(made):
    made.top.add(polygon([(8000, 8000), (8100, 8000), (8100, 8100), (8099.98, 8100), (8099.98, 8150), (8000, 8150)]))


def overlap(made):
    made.top.add(rectangle(8000, 8000, 8100, 8100), rectangle(8050, 8050, 8150, 8150))


def narrow(made):
    made.top.add(rectangle(7000, 8000, 7001.5, 8100))


def close(made):
    made.top.add(rectangle(8000, 8000, 8100, 8100), rectangle(8101.5, 8000, 8200, 8100))


def frame(made):
    made.top.add(rectangle(8000, 8000, 9000, 9000), rectangle(8300, 8300, 8400, 8400))


def coarse(made):
    made.top.add(gdstk.regular_polygon((8000, 8000), 40, 16, layer=10))


def lost(made):
    made.top.remove(made.title()[0])


def large(made):
    made.top.add(rectangle(-90000, 0, -89900, 100), rectangle(89900, 0, 90000, 100))


def off_centre(made):
    made.top.add(rectangle(20000, 0, 20100, 100))


def no_corners(made):
    made.top.remove(*[part for part in made.top.polygons if part.points[0][0] == 19950])


def no_mark(made):
    made.top.remove(*made.mark(PLACES[0]))


def crowded_mark(made):
    made.top.add(rectangle(-16740, -100, -16720, 100))


def no_title(made):
    made.top.remove(*made.title())


def other_cd(made):
    made.order["masks"][0]["cd"]["end"] = [560.0, 500.0]


def mirrored_f(made):
    letter = made.letter()
    made.top.remove(letter)
    made.top.add(moved(marks.letter_f(F[2]), F[0], F[1], mirrored=True))


def no_tone(made):
    del made.manifest["masks"][0]["digitized"]


def dark(made):
    made.manifest["masks"][0]["digitized"] = made.order["masks"][0]["digitized"] = "dark"


def another_scale(made):
    other = {**made.manifest["masks"][0], "name": "M2", "layer": 11, "scale": 1.001}
    made.manifest["masks"].append(other)


def same_layer(made):
    made.manifest["masks"].append({**made.manifest["masks"][0], "name": "M2"})


def other_hash(made):
    made.manifest["files"] = [
        {"path": "masks/pkg_M1.gds", "kind": "mask", "sha256": "0" * 64},
        {"path": "pkg.gds", "kind": "layout"},
    ]


def other_area(made):
    made.manifest["masks"][0]["area"] = 1.0


def open_rule(number):
    def change(made):
        made.findings["rules"][number]["violations"] = 7

    return change


def shield_window(made):
    made.manifest["windows"] = [{"name": "opening", "holds": False, "value": 900.0, "unit": "um"}]


def gap_window(made):
    made.manifest["windows"] = [{"name": "gap", "holds": False, "value": 12.0, "unit": "um"}]


def thin_web(made):
    made.site.add(rectangle(150, -50, 250, 50))


def small_aperture(made):
    made.site.polygons[0].scale(0.5)


def extents(made):
    made.manifest["masks"][0]["bbox"] = [-20000.0, -20000.0, 20000.0, 20001.0]


FAILS = [
    pytest.param("V01", as_it_is, "film_10k", ["data.formats.formats=[dxf]"],
                 ["the file is gds, taken are dxf"], id="V01-format"),
    pytest.param("V01", two_records, CHROME, [],
                 ["cell 'pkg_M1' has 1 elements with several XY records, which most readers do not take"], id="V01-xy"),
    pytest.param("V02", other_unit, CHROME, [], ["the user unit is 1000 um, wanted is 1 um"], id="V02-unit"),
    pytest.param("V02", beyond, CHROME, [],
                 ["data reaches 2000200 um from the origin, at most 2000000 um are read"], id="V02-range"),
    pytest.param("V03", second_top, CHROME, [], ["2 top cells, must be 1: pkg_M1, OTHER"], id="V03"),
    pytest.param("V03", lambda made: made.manifest["masks"][0].update(cell="X"), CHROME, [],
                 ["the top cell is 'pkg_M1', the manifest says 'X'"], id="V03-name"),
    pytest.param("V04", long_name, CHROME, [],
                 [f"cell {'S' * 33!r} has a name of 33 characters, at most 32 are read"], id="V04-length"),
    pytest.param("V04", lambda made: setattr(made.site, "name", "domain"), CHROME, [],
                 ["cell 'domain' has 'main' in its name, which converters keep for themselves"], id="V04-main"),
    pytest.param("V04", lambda made: setattr(made.site, "name", "PKG_m1"), CHROME, [],
                 ["cells 'pkg_M1' and 'PKG_m1' differ by upper and lower case alone"], id="V04-case"),
    pytest.param("V04", lambda made: setattr(made.site, "name", "A-B"), CHROME, [],
                 ["cell 'A-B' has characters in its name other than A-Za-z0-9_$?"], id="V04-characters"),
    pytest.param("V05", empty_cell, CHROME, [], ["cell 'NOTHING' is empty"], id="V05"),
    pytest.param("V06", as_it_is, CHROME, ["data.bytes.count=1000"],
                 ["the file has 2362 bytes, more than 1000 need special handling: use arrays"], id="V06"),
    pytest.param("V07", turned, CHROME, [],
                 ["cell 'pkg_M1' has 1 references turned by other than multiples of 90 deg"], id="V07-turned"),
    pytest.param("V07", enlarged, CHROME, [],
                 ["cell 'pkg_M1' has 1 references with a magnification other than 1"], id="V07-enlarged"),
    pytest.param("V07", deep, CHROME, [], ["19 levels of cells, at most 16 are read"], id="V07-deep"),
    pytest.param("V07", skewed, CHROME, [],
                 ["cell 'pkg_M1' has 1 references turned by other than multiples of 90 deg",
                  "cell 'pkg_M1' has 1 arrays whose columns and rows do not run along the axes"], id="V07-skewed"),
    pytest.param("V08", second_layer, CHROME, [], ["2 layers: 10/0, 11/0; at most 1"], id="V08-two"),
    pytest.param("V08", high_layer, CHROME, [], ["layer 64 is not among 1 to 63"], id="V08-number"),
    pytest.param("V09", heavy, CHROME, [],
                 ["cell 'pkg_M1' has an element with 130 bytes of properties, at most 128"], id="V09"),
    pytest.param("V10", path_and_text, CHROME, [],
                 ["cell 'pkg_M1' has 1 elements of the kind PATH; draw outlines"], id="V10-path"),
    pytest.param("V10", label, CHROME, [],
                 ["cell 'pkg_M1' has 1 elements of the kind TEXT; draw outlines"], id="V10-text"),
    pytest.param("V11", doubled, CHROME, [],
                 ["cell 'pkg_M1' has 1 outlines with the same point twice in succession"], id="V11-doubled"),
    pytest.param("V11", spike, CHROME, [],
                 ["cell 'pkg_M1' has 1 outlines that run back on themselves"], id="V11-spike"),
    pytest.param("V11", flat, CHROME, [],
                 ["cell 'pkg_M1' has 1 outlines that run back on themselves",
                  "cell 'pkg_M1' has 1 outlines that cover no area"], id="V11-flat"),
    pytest.param("V12", many_vertices, CHROME, [],
                 ["cell 'pkg_M1' has 1 polygons of more than 4000 vertices, the largest has 4020"], id="V12"),
    pytest.param("V13", bow, CHROME, [], ["cell 'pkg_M1' has 1 outlines that cross themselves"], id="V13"),
    pytest.param("V14", off_grid, CHROME, [],
                 ["cell 'pkg_M1' has 2 of 154 vertices off the grid of 0.05 um, the worst by 0.02 um"], id="V14-shape"),
    pytest.param("V14", off_grid_array, CHROME, [],
                 ["cell 'SITE' has 4 of 4 vertices off the grid of 0.05 um, the worst by 0.02 um"], id="V14-array"),
    pytest.param("V15", sharp, CHROME, [], ["a corner of 11.310 deg, at least 30 deg wanted"], id="V15-corner"),
    pytest.param("V15", tiny_edge, CHROME, [],
                 ["cell 'pkg_M1' has 1 outlines with edges shorter than 0.05 um, the shortest is 0.02 um"],
                 id="V15-edge"),
    pytest.param("V16", overlap, CHROME, [], ["two polygons overlap, over 2500 um2"], id="V16"),
    pytest.param("V17", narrow, CHROME, [], ["1.500 um wide, at least 2 um wanted"], id="V17-width"),
    pytest.param("V17", close, CHROME, [], ["1.500 um apart, at least 2 um wanted"], id="V17-space"),
    pytest.param("V17", as_it_is, CHROME, ["shapes.opening.length=101"],
                 ["2500 um2, at least 10201 um2 wanted", "10000 um2, at least 10201 um2 wanted"], id="V17-window"),
    pytest.param("V18", frame, CHROME, [], ["a polygon that another one covers wholly, over 10000 um2"], id="V18"),
    pytest.param("V19", coarse, CHROME, [],
                 ["cell 'pkg_M1' has 1 outlines with arcs whose chords are 1.97 um off at most, 0.5 um allowed"],
                 id="V19"),
    pytest.param("V20", lost, CHROME, [], ["8e+05 um2 that must not be there"], id="V20"),
    pytest.param("V21", large, CHROME, [],
                 ["data of 180000 um x 40000 um is larger than what is written of the largest plate, 7012: "
                  "167800 um x 167800 um"], id="V21-size"),
    pytest.param("V21", off_centre, CHROME, [],
                 ["the middle of the data is 50 um from the origin, at most 1 um allowed"], id="V21-centre"),
    pytest.param("V22", extents, CHROME, [],
                 ["data is in [-20000, -20000, 20000, 20000] um, the manifest says [-20000, -20000, 20000, 20001] um"],
                 id="V22-box"),
    pytest.param("V22", no_corners, CHROME, ["present.corners.required=true"],
                 ["no square of 50 um in this corner of the data", "no square of 50 um in this corner of the data",
                  "data is in [-20000, -20000, 18250, 20000] um, the manifest says [-20000, -20000, 20000, 20000] um"],
                 id="V22-corners"),
    pytest.param("V23", no_mark, CHROME, [],
                 ["the mark alignment of 1500 um is not there as the manifest says"], id="V23-missing"),
    pytest.param("V23", crowded_mark, CHROME, [], ["something stands within 850 um around the mark alignment"],
                 id="V23-zone"),
    pytest.param("V23", as_it_is, CHROME, ["present.marks.count=5"], ["4 marks, at least 5 wanted"],
                 id="V23-few"),
    pytest.param("V24", no_title, CHROME, [], ["no title stands beside the letter F"], id="V24"),
    pytest.param("V24", as_it_is, CHROME, ["shapes.clear.length=450"],
                 ["3 letters have strokes narrower than 450 um"], id="V24-stroke"),
    pytest.param("V25", other_cd, CHROME, [], ["no line of 100 um is where the order says"], id="V25-place"),
    pytest.param("V25", as_it_is, CHROME, ["shapes.clear.length=120"],
                 ["the CD feature is 100 um, at least 120 um are held"], id="V25-size"),
    pytest.param("V26", mirrored_f, CHROME, [],
                 ["the letter F reads the wrong way: the manifest says the data is not mirrored"], id="V26-parity"),
    pytest.param("V26", no_tone, CHROME, [],
                 ["the manifest does not say 'digitized': one of clear, dark",
                  "digitized data is clear in the order, None in the manifest"], id="V26-tone"),
    pytest.param("V26", dark, STENCIL, [],
                 ["digitized data is dark: of a foil, what is drawn is cut out; order the mask inverted"],
                 id="V26-foil"),
    pytest.param("V27", another_scale, CHROME, [], ["mask M2 has scale 1.001, this one 1.0"], id="V27-scale"),
    pytest.param("V27", same_layer, CHROME, [], ["masks M1 and M2 have the same layer 10/0"], id="V27-layer"),
    pytest.param("V27", other_hash, CHROME, [],
                 ["the file is not the one of the manifest: its SHA-256 is another"], id="V27-hash"),
    pytest.param("V30", thin_web, SHEET, ["process.thickness.length=400"],
                 ["100.000 um apart, at least 200.001 um wanted"], id="V30"),
    pytest.param("V31", thin_web, SHEET, ["shapes.dark.length=30"],
                 ["100.000 um apart, at least 300 um wanted", "100.000 um wide, at least 120 um wanted",
                  "20 places of marks and title, outside all sites: have them engraved (50.000 um wide, at least "
                  "120 um wanted)",
                  "158 drawn corners without a radius, at least 150 um come out: draw them round, or let the etcher "
                  "agree"],
                 id="V31"),
    pytest.param("V32", as_it_is, SHEET, ["process.thickness.length=600"],
                 ["a half etch of 100 um is 0.167 of the thickness, 0.25 to 0.75 are held"], id="V32"),
    pytest.param("V32", as_it_is, SHEET, ["process.thickness.length=100"],
                 ["a half etch of 100 um breaks through a sheet of 100 um"], id="V32-through"),
    pytest.param("V33", open_rule(0), CHROME, [], ["rule M1.same of the package found 7 places: deposits"], id="V33"),
    pytest.param("V33", gap_window, CHROME, [], ["the process window gap does not hold: 12 um"], id="V33-window"),
    pytest.param("V34", other_area, CHROME, [], ["polygons cover 9720000 um2, the manifest says 1 um2"], id="V34"),
    pytest.param("V35", small_aperture, STENCIL, ["process.thickness.length=30"],
                 ["area ratio 0.417 in a foil of 30 um, at least 0.66 wanted",
                  "4 places of marks and title, outside all sites: have them engraved (area ratio 0.417 in a foil of "
                  "30 um, at least 0.66 wanted)"], id="V35"),
    pytest.param("V36", shield_window, CHROME, [], ["the process window opening does not hold: 900 um"], id="V36"),
    pytest.param("V37", open_rule(1), CHROME, [], ["rule M1.nets of the package found 7 places: nets"], id="V37"),
    pytest.param("V38", open_rule(2), CHROME, [], ["rule M1.wires of the package found 7 places: wires"], id="V38"),
    pytest.param("V39", as_it_is, "film_10k", ["process.drift.length=3"],
                 ["over 40000 um the plate drifts by 3.8 um at 2 K and 5 % of humidity off, 3 um allowed"], id="V39"),
]  # fmt: skip


ALSO = {
    "V01-xy": {"V12", "V14"}, "V03": {"V20"}, "V07-turned": {"V14"}, "V07-enlarged": {"V34"}, "V07-skewed": {"V14"},
    "V02-unit": {"V14", "V16", "V18", "V21", "V22", "V23", "V24", "V25", "V26", "V34", "V39"},
    "V02-range": {"V21", "V22", "V39"}, "V08-two": {"V20", "V34"}, "V12": {"V15", "V17"}, "V13": {"V17"},
    "V15-corner": {"V17"}, "V15-edge": {"V14"}, "V19": {"V14"}, "V20": {"V24"}, "V21-size": {"V22"},
    "V21-centre": {"V22"}, "V22-corners": {"V21"}, "V24-stroke": {"V17", "V25"}, "V25-size": {"V17"}, "V31": {"V30"},
    "V32": {"V30"},
}  # fmt: skip
"""What one mistake breaks besides: data in another unit is wrong everywhere, a sharp tip is narrow as well."""
ALWAYS = {CHROME: set(), STENCIL: {"V17", "V35"}, SHEET: {"V31"}, "film_10k": {"V14"}}
"""Warnings of the good set: its marks are too fine for foils, its corners have no radius, its raster is metric."""


@pytest.mark.parametrize(("id_", "change", "profile", "settings", "told"), FAILS)
def test_item_fails_alone(request, tmp_path, id_, change, profile, settings, told):
    made = mask_set()
    change(made)
    path = written(made, tmp_path, meant=None if id_ == "V20" else made)
    everything = verdicts(path, profile, *settings)
    found = everything[id_]
    others = {other for other, one in everything.items() if one.state in ("failed", "warned")} - {id_}
    assert others - ALWAYS[profile] == ALSO.get(request.node.callspec.id, set())
    weight = found.item.severity
    assert found.state == ("failed" if weight == "error" else "warned"), found
    assert sorted(set(sentences(found))) == sorted(set(told))


def test_every_item_is_seen_failing():
    assert {param.values[0] for param in FAILS} == set(ITEMS)


def test_hole_cut_open_is_no_crossing(tmp_path):
    made = mask_set()
    keyhole(made)
    found = verdicts(written(made, tmp_path), CHROME)
    assert (found["V13"].state, found["V11"].state) == ("passed", "passed")


def test_repeated_finding_is_told_once_with_its_count(tmp_path):
    made = mask_set()
    made.site.add(rectangle(60, -50, 61.5, 50))
    found = verdicts(written(made, tmp_path), CHROME)["V17"]
    assert [(one.finding.sentence, one.count) for one in found.violations] == [
        ("1.500 um wide, at least 2 um wanted", 100)
    ]


def test_mirrored_mask_is_judged_as_mirrored(tmp_path):
    made = mask_set()
    for part in [*made.top.polygons, *made.site.polygons]:
        part.mirror((0, 1))
    for key, value in (("mirrored", True), ("side", "bottom")):
        made.manifest["masks"][0][key] = value
    made.order["masks"][0]["reading"]["mirrored"] = True
    found = verdicts(written(made, tmp_path), CHROME)
    assert {id_ for id_, one in found.items() if one.state not in ("passed", "not asked")} == set()


def test_marks_of_a_stencil_are_left_to_engraving(tmp_path):
    path = written(mask_set(), tmp_path)
    found = verdicts(path, STENCIL, "process.thickness.length=30")
    assert found["V35"].state == "warned"
    # Four corner squares of 50 um: 50 / (4 x 30) = 0.417.
    assert sentences(found["V35"]) == [
        "4 places of marks and title, outside all sites: have them engraved "
        "(area ratio 0.417 in a foil of 30 um, at least 0.66 wanted)"
    ]


def test_sheets_that_grow_apart_have_scales_of_their_own(tmp_path):
    made = mask_set()
    other = {**made.manifest["masks"][0], "name": "M2", "layer": 11, "scale": 1.001, "scaled_by": "sheet_scale"}
    made.manifest["masks"].append(other)
    found = verdicts(written(made, tmp_path), CHROME)["V27"]
    assert (found.state, sentences(found)) == (
        "warned",
        ["mask M2 has scale 1.001, this one 1.0, by sheet_scale: they fit each other only at the temperature that this "
         "is for"],
    )  # fmt: skip


def test_mark_on_the_grid_of_the_masks_is_the_mark(tmp_path):
    """Scaled marks are put on the grid: half of it beyond their box is theirs, more is not."""
    made = mask_set()
    x, y = PLACES[0]
    made.top.add(rectangle(x - 750.04, y + 300, x - 750, y + 750))
    path = written(made, tmp_path)
    assert verdicts(path, CHROME)["V23"].state == "failed"
    for entry in tmp_path.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    made.manifest["numbers"]["grid"] = 0.1
    assert verdicts(written(made, tmp_path), CHROME)["V23"].state == "passed"


def test_item_is_left_out_where_a_profile_says_so(tmp_path):
    found = verdicts(written(mask_set(), tmp_path), CHROME, "severity={V17: off, V12: warning}")
    assert found["V17"].line == "V17 width, space and windows: not asked: the profile leaves it out"
    assert found["V12"].item.severity == "warning"


@pytest.mark.parametrize("ending", ["oas", "dxf"])
def test_other_formats_are_judged_by_the_same_items(tmp_path, ending):
    made = mask_set()
    overlap(made)
    narrow(made)
    path = tmp_path / f"pkg_M1.{ending}"
    if ending == "oas":
        made.library.write_oas(path)
    else:
        draw(made, path)
    found = verdicts(path, CHROME)
    assert {id_ for id_, one in found.items() if one.state == "failed"} == {"V16", "V17"}
    assert sentences(found["V16"]) == ["two polygons overlap, over 2500 um2"]


def draw(made, path):
    """Write a set as a drawing, with ezdxf alone."""
    document = ezdxf.new("R2000")
    document.units = 13
    block = document.blocks.new("SITE")
    for cell, space in ((made.site, block), (made.top, document.modelspace())):
        for part in cell.polygons:
            space.add_lwpolyline(part.points.tolist(), close=True, dxfattribs={"layer": "L10D0"})
    document.modelspace().add_blockref(
        "SITE", (-4500, -4500),
        dxfattribs={"layer": "L10D0", "column_count": 10, "row_count": 10, "column_spacing": 1000, "row_spacing": 1000},
    )  # fmt: skip
    document.saveas(path)


def test_drawing_with_open_lines_splines_and_no_unit(tmp_path):
    document = ezdxf.new("R12")
    space = document.modelspace()
    space.add_polyline2d([(0, 0), (100, 0), (100, 100)], dxfattribs={"layer": "A"})
    space.add_polyline2d(
        [(300, 0), (400, 0), (400, 100)], close=True, dxfattribs={"layer": "B", "default_start_width": 2}
    )
    space.add_line((0, 0), (5, 5))
    space.add_text("HELLO")
    path = tmp_path / "drawing.dxf"
    document.saveas(path)
    found = verdicts(path, "film_20k")
    assert sentences(found["V02"]) == ["the drawing does not say its unit; it was read as um: state it in the order"]
    assert sentences(found["V08"]) == ["2 layers: A, B; at most 1"]
    assert sentences(found["V10"]) == [
        "cell '*Model_Space' has 1 elements of the kind TEXT; draw outlines",
        "cell '*Model_Space' has 1 polylines with a width",
        "cell '*Model_Space' has 1 entities of the kind LINE, which are no areas",
    ]
    assert sentences(found["V11"]) == ["cell '*Model_Space' has 1 polylines that are not closed"]


def test_area_of_a_million_sites_is_judged_without_writing_them_out(tmp_path):
    made = mask_set()
    made.top.remove(*made.top.references)
    made.top.add(gdstk.Reference(made.site, (-14985, -14985), columns=1000, rows=1000, spacing=(30, 30)))
    made.site.polygons[0].scale(0.2)
    path = tmp_path / "pkg_M1.gds"
    made.library.write_gds(path)
    found = accept(path, read_profile(CHROME))
    assert found.is_accepted, [sentences(one) for one in found.verdicts]
    made.site.add(rectangle(12, -10, 13.5, 10))
    made.library.write_gds(path)
    narrow_ones = next(one for one in accept(path, read_profile(CHROME)).verdicts if one.item.id == "V17")
    assert sum(violation.count for violation in narrow_ones.violations) == 1_000_000


def test_plane_of_touching_sites_is_judged_without_writing_it_out(tmp_path):
    made = mask_set()
    made.top.remove(*made.top.references)
    made.site.remove(*made.site.polygons)
    frame_ = gdstk.boolean(rectangle(-15, -15, 15, 15), rectangle(-5, -5, 5, 5), "not", layer=10)
    made.site.add(*frame_)
    made.top.add(gdstk.Reference(made.site, (-14985, -14985), columns=1000, rows=1000, spacing=(30, 30)))
    path = tmp_path / "pkg_M1.gds"
    made.library.write_gds(path)
    chrome = "shapes.digitized.tone=dark"
    found = verdicts(path, CHROME, chrome)
    assert {id_: found[id_].state for id_ in ("V14", "V16", "V17", "V18")} == dict.fromkeys(
        ("V14", "V16", "V17", "V18"), "passed"
    )
    small = verdicts(path, CHROME, chrome, "shapes.opening.length=11")["V17"]
    assert {one.finding.sentence for one in small.violations} == {"a hole of 100 um2, at least 121 um2 wanted"}
    assert sum(one.count for one in small.violations) == 1_000_000


def test_papers_of_another_mask_judge_nothing(tmp_path):
    written(mask_set(), tmp_path)
    other = tmp_path / "masks" / "pkg_M9.gds"
    other.write_bytes((tmp_path / "masks" / "pkg_M1.gds").read_bytes())
    found = accept(other, read_profile(CHROME), read_papers(tmp_path / "manifest.json", other))
    assert next(one for one in found.verdicts if one.item.id == "V26").reason == "a manifest.json that names this file"


def test_file_of_each_format_says_what_it_is(tmp_path):
    path = written(mask_set(), tmp_path)
    assert (read_file(path).format, read_file(path).elements["SITE"]) == ("gds", {"BOUNDARY": 1})
