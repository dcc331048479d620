"""Mask file and order alone say what the part becomes: followed here with KLayout, compared with the layout as built.

`part_of` and `followed` are a reader of orders of their own: they know KLayout and `order.json`, not maskgen.
"""

import json
import math

import pytest
import yaml
from klayout import db

from maskgen import pipeline, starters
from maskgen.technology.shelf import SHELF

DBU = 0.001
TOLERANCE = 0.2
"""Half the width [um] of a difference that counts: two steps of the grid and the chord errors of two arcs."""
SMALL = ("array.columns=2", "array.rows=1", "array.skip=[[0, 0]]")
"""One site right of the middle, so that a mirrored plate is another plate."""
WAFER = "etch-resistant-spot-terminals"
FEWER = {
    "carrier-frame-resilient-pads": (
        "die.contacts.ring={count: 16, pitch: 1200, size: 100, inset: 75}", "balls.grid.columns=4", "balls.grid.rows=4",
        "resilient_pads.ring.count=16", "resilient_pads.ring.pitch=2200",
    ),
    "peelable-lead-sheet": (
        "die.contacts.ring={count: 16, pitch: 1000, size: 90, inset: 60}", "pads.ring.count=16", "pads.ring.pitch=1200",
        "sheet.terminals.grid={columns: 5, rows: 5, pitch: 2400, size: 400, shape: circle, empty_centre: [3, 3]}",
    ),
}  # fmt: skip
"""Leads are many alike: fewer of them are followed."""


def units(value):
    return round(value / DBU)


def box(values):
    return db.Region(db.Box(*(units(value) for value in values)))


def field_of(order):
    found = db.Region()
    for outline, *holes in order["field"]:
        polygon = db.Polygon([db.Point(units(x), units(y)) for x, y in outline], True)
        for hole in holes:
            polygon.insert_hole([db.Point(units(x), units(y)) for x, y in hole], True)
        found.insert(polygon)
    return found.merged()


def read(path, layer, datatype):
    layout = db.Layout()
    layout.read(str(path))
    assert layout.dbu == DBU
    (top,) = layout.top_cells()
    return db.Region(top.begin_shapes_rec(layout.layer(layer, datatype))).merged()


def part_of(folder, order, name):
    """Return what the step through a mask opens on the part, and what it leaves, from plate tone and resist."""
    (entry,) = [mask for mask in order["masks"] if mask["name"] == name]
    (file,) = [file["path"] for file in entry["files"] if file["path"].endswith(".gds")]
    data = read(folder / file, entry["layer"], entry["datatype"])
    back = db.ICplxTrans(1 / entry["scale"], 0, False, 0, 0)
    data = data.transformed(back)
    if entry["reading"]["mirrored"]:
        data = data.transformed(db.Trans(db.Trans.M90))
    field = field_of(order)
    glass = data & field if entry["digitized"] == "clear" else field - data
    left = glass if entry["resist"] == "negative" else field - glass
    meant = (data & field) if entry["drawn"] == "remaining" else field - data
    assert (left ^ meant).is_empty(), f"{name}: tone and resist leave something else than the order says is drawn"
    return {"opening": field - left, "remaining": left}


def sized(region, distance):
    """Return a region with its edges moved, convex corners round: a Minkowski sum with a disc."""
    if distance < 0:
        frame = db.Region(region.bbox().enlarged(units(-2 * distance), units(-2 * distance)))
        return frame - sized(frame - region, -distance)
    corners = max(16, math.ceil(math.pi / math.acos(1 - TOLERANCE / distance)))
    # As far beyond the round front in its corners as behind it between them.
    radius = distance / DBU / math.cos(math.pi / corners) ** 0.5
    disc = [2 * math.pi * (n + 0.5) / corners for n in range(corners)]
    return region.minkowski_sum(
        db.Polygon([db.Point(round(radius * math.cos(a)), round(radius * math.sin(a))) for a in disc])
    ).merged()


def followed(node, folder, order):
    """Return what a tree of an order comes to."""
    match node:
        case {"mask": name, "part": part}:
            return part_of(folder, order, name)[part]
        case {"field": True}:
            return field_of(order)
        case {"size": distance, "of": of}:
            return sized(followed(of, folder, order), distance)
        case {"or": both}:
            return (followed(both[0], folder, order) + followed(both[1], folder, order)).merged()
        case {"and": both}:
            return followed(both[0], folder, order) & followed(both[1], folder, order)
        case {"without": both}:
            return followed(both[0], folder, order) - followed(both[1], folder, order)
    raise AssertionError(f"no mask says what {node} is")


def is_followable(node):
    """Tell whether a tree needs nothing but masks."""
    if isinstance(node, dict):
        return not node.keys() & {"design", "hull", "holes"} and all(map(is_followable, node.values()))
    return all(map(is_followable, node)) if isinstance(node, list) else True


def differences(folder, order):
    """Return each set of layers that follows from masks alone, with what is different from the part as built [um2]."""
    found = {}
    for entry in [entry for mask in order["masks"] for entry in mask["becomes"]]:
        names = "+".join(layer["name"] for layer in entry["layers"])
        if names in found or not is_followable(entry["tree"]):
            continue
        made = followed(entry["tree"], folder, order)
        built = db.Region()
        for layer in entry["layers"]:
            built += read(folder / f"{order['name']}.gds", layer["layer"], layer["datatype"])
        within = box(order["sites"]) & field_of(order)
        found[names] = ((made ^ built.merged()) & within).sized(-units(TOLERANCE)).area() * DBU**2
        assert not (built & within).is_empty(), f"{names}: nothing was built"
    return found


def built(folder, text, *settings):
    spec = folder / "spec.yaml"
    spec.write_text(text, encoding="utf-8")
    out = folder / "out"
    if WAFER not in text:
        settings = ("plate.rectangle=[70 mm, 70 mm]", *settings)
    pipeline.build(spec, out, settings=[*SMALL, *settings], formats=("gds",), allow_violations=False)
    return out, json.loads((out / "order/order.json").read_text(encoding="utf-8"))


PROVEN = {
    "carrier-frame-resilient-pads": {
        "LEAD_BUILT", "STEM", "LAND_BUILT", "HOLE_BUILT", "BALL_BUILT", "APERTURE_BUILT", "FRAME_BUILT", "PAD_BUILT",
        "BEAD_BUILT",
    },
    "etch-resistant-spot-terminals": {"VIA_BUILT", "LEAD_BUILT", "STEM", "TERM", "TERM_NECK", "TERM_BASE"},
    "exposed-die-back": {"PAD_BUILT"},
    "peelable-lead-sheet": {
        "PAD_BUILT", "OPENING_BUILT", "SUB2_BUILT", "SUB1_BUILT", "DIE_ADH_BUILT", "VIA_BUILT", "LEAD_BUILT", "STEM",
        "TERM",
    },
    "shield-can-mandrel": {"RECESS_BUILT", "RECESS_LEVEL", "RECESS_FLOOR", "RIDGE", "INNER"},
    "embedded-mask-mold": {"PAD_BUILT+MP_BUILT"},
    "etched-recess-mold": {"SECOND_MASK+RECESS", "PAD_BUILT+MP_BUILT"},
    "coated-recess-mold": {"SECOND_MASK", "BOND_RECESS", "MOUNT_RECESS", "PAD_BUILT", "MP_BUILT"},
    "window-substrate-package": {"PAD_BUILT", "OPENING_BUILT", "SUB1_BUILT", "SUB2_BUILT", "DIE_ADH_BUILT"},
}  # fmt: skip
"""Layers as built that follow from masks and order alone; the others need a drawn layer, which no vendor gets."""


@pytest.fixture(scope="module")
def ordered(tmp_path_factory):
    """Return, for the name of a template, its output folder and its order, each built once."""
    found = {}

    def of(name):
        if name not in found:
            found[name] = built(tmp_path_factory.mktemp(name), starters.starter(name), *FEWER.get(name, ()))
        return found[name]

    return of


@pytest.fixture
def etched(ordered):
    return ordered("etched-recess-mold")


@pytest.mark.parametrize("name", PROVEN)
def test_masks_and_order_give_the_part(ordered, name):
    found = differences(*ordered(name))
    assert found.keys() == PROVEN[name]
    assert not any(found.values()), found


@pytest.mark.parametrize("name", PROVEN)
def test_every_mask_opens_on_the_part_what_the_layout_has(ordered, name):
    """Tone, resist, mirror and scale of every mask, those included that nothing is built of."""
    folder, order = ordered(name)
    for entry in order["masks"]:
        assert not any(misplaced(folder, order, entry)), entry["name"]


def misplaced(folder, order, entry):
    """Return how much [um2] of a mask's site is on the part but not in the layout, and the other way round."""
    meant = read(folder / f"{order['name']}.gds", entry["layer"], entry["datatype"])
    meant = meant.transformed(db.ICplxTrans(1 / entry["scale"], 0, False, 0, 0))
    within = box(order["sites"]) & field_of(order)
    made = part_of(folder, order, entry["name"])[entry["drawn"]]
    return [(one & within).sized(-units(TOLERANCE)).area() * DBU**2 for one in (made - meant, meant - made)]


def test_leads_that_look_up_at_the_chip_are_not_mirrored(ordered):
    """The first surface of a carrier's sheet faces frame and chip; its second one and the frame's bottom look down."""
    folder, order = ordered("carrier-frame-resilient-pads")
    (lead,) = [entry for entry in order["masks"] if entry["name"] == "LEAD"]
    turned = {**lead, "reading": {**lead["reading"], "mirrored": True}}
    mirrored = {entry["name"] for entry in order["masks"] if entry["reading"]["mirrored"]}

    assert mirrored == {"FEATURE2", "HOLE", "PAD_STENCIL", "BEAD", "BALL"}
    assert not any(misplaced(folder, {**order, "masks": [lead]}, lead))
    assert all(area > 1000 for area in misplaced(folder, {**order, "masks": [turned]}, turned))


def test_every_template_is_proven():
    assert sorted(PROVEN) == starters.names()


def changed(order, name, change):
    """Return an order with one mask's entry changed."""
    copy = json.loads(json.dumps(order))
    (entry,) = [mask for mask in copy["masks"] if mask["name"] == name]
    change(entry)
    return copy


def flip_tone(entry):
    entry["digitized"] = "clear" if entry["digitized"] == "dark" else "dark"


def flip_meaning(entry):
    flip_tone(entry)
    entry["drawn"] = "remaining" if entry["drawn"] == "opening" else "opening"


@pytest.mark.parametrize(
    "change",
    [pytest.param(flip_tone, id="tone"), pytest.param(lambda entry: entry.update(resist="positive"), id="resist")],
)
def test_wrong_tone_contradicts_what_is_drawn(etched, change):
    folder, order = etched
    with pytest.raises(AssertionError, match="FIRST_MASK: tone and resist leave something else"):
        differences(folder, changed(order, "FIRST_MASK", change))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(flip_meaning, id="tone and meaning"),
        pytest.param(lambda entry: entry["reading"].update(mirrored=True), id="mirror"),
        pytest.param(lambda entry: entry.update(scale=1.001), id="scale"),
        pytest.param(lambda entry: entry.update(layer=63), id="layer"),
    ],
)
def test_wrong_order_gives_another_part(etched, change):
    folder, order = etched
    found = differences(folder, changed(order, "FIRST_MASK", change))
    assert all(area > 1000 for area in found.values()), found


@pytest.mark.parametrize("error", [-1.0, 1.0])
def test_wrong_bias_gives_another_part(etched, error):
    folder, order = etched

    def change(entry):
        for becomes in entry["becomes"]:
            becomes["tree"]["size"] += error

    assert all(area > 1000 for area in differences(folder, changed(order, "FIRST_MASK", change)).values())


def test_bias_is_told_in_words_and_number(etched):
    (first,) = [mask for mask in etched[1]["masks"] if mask["name"] == "FIRST_MASK"]
    assert [(entry["bias"], entry["words"]) for entry in first["becomes"]] == [
        (20.0, "SECOND_MASK and RECESS: what FIRST_MASK opens grown by 20 um per edge"),
        (
            0.6,
            "PAD_BUILT and MP_BUILT: (FIELD without (what FIRST_MASK opens grown by 20 um per edge)) grown by 20.6 um "
            "per edge, over PAD and MP",
        ),
    ]


def test_mirrored_scaled_and_inverted_data_gives_the_same_part(tmp_path):
    technology = yaml.safe_load((SHELF / "etched-recess.yaml").read_text(encoding="utf-8"))
    (step,) = [step for step in technology["flow"] if step.get("mask") == "FIRST_MASK"]
    step |= {"mirrored": True, "scale": 1.0005}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(technology, sort_keys=False), encoding="utf-8")
    own = "\ntechnology: own.yaml\nmasks: {FIRST_MASK: {invert: true}}\n"
    folder, order = built(tmp_path, starters.starter("etched-recess-mold") + own)
    first = order["masks"][0]
    assert (first["name"], first["drawn"], first["digitized"]) == ("FIRST_MASK", "remaining", "clear")
    assert (first["reading"]["mirrored"], first["scale"]) == (True, 1.0005)
    assert differences(folder, order).keys() == PROVEN["etched-recess-mold"]
    assert not any(differences(folder, order).values())
    for change in (lambda entry: entry["reading"].update(mirrored=False), lambda entry: entry.update(scale=1.0)):
        assert all(area > 1000 for area in differences(folder, changed(order, "FIRST_MASK", change)).values())
