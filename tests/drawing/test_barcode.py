"""Barcodes as a camera sees the plate: drawn by KLayout from the mask file, read by ZXing."""

import numpy as np
import pytest
import shapely
import zxingcpp
from klayout import db

from maskgen import pipeline, starters
from maskgen.errors import MaskgenError
from maskgen.geometry import barcode, regions

PIXEL = 25
"""[um]"""


def seen(region, x, y, size):
    """Return the picture of a square of a plate, white where glass is clear and data digitised dark."""
    count = int(size / PIXEL)
    corner = db.Point(round((x - size / 2) * 1000), round((y - size / 2) * 1000))
    covered = region.rasterize(corner, db.Vector(PIXEL * 1000, PIXEL * 1000), count, count)
    grey = np.array(covered, dtype=float) / (PIXEL * 1000) ** 2
    return np.ascontiguousarray(255 - np.flipud(grey) * 255).astype(np.uint8)


def around(x, y, size):
    half = round(size * 500)
    return db.Region(db.Box(-half, -half, half, half).moved(round(x * 1000), round(y * 1000)))


def columns(code, module):
    """Return the outermost columns of a code: its long bar stands left where it reads right."""
    left, right = code.left + module, code.right - module
    return {
        "left": db.Box(code.left, code.bottom, left, code.top),
        "right": db.Box(right, code.bottom, code.right, code.top),
    }


def filled(data, box):
    return (data & db.Region(box)).merged().area() / box.area()


def read(picture):
    return [(found.format, found.text) for found in zxingcpp.read_barcodes(picture, try_rotate=False)]


def built(folder, template, *settings):
    spec = folder / "spec.yaml"
    spec.write_text(starters.starter(template), encoding="utf-8")
    small = ["plate.rectangle=[60 mm, 60 mm]", "array.columns=1", "array.rows=1", *settings]
    result, out = pipeline.build(spec, folder / "out", settings=small, formats=("gds",), allow_violations=False)
    return result, out


def as_region(shape):
    found = db.Region()
    for part in regions.polygons(shape):
        polygon = db.Polygon([db.Point(round(x * 1000), round(y * 1000)) for x, y in part.exterior.coords[:-1]], True)
        for hole in part.interiors:
            polygon.insert_hole([db.Point(round(x * 1000), round(y * 1000)) for x, y in hole.coords[:-1]], True)
        found.insert(polygon)
    return found.merged()


@pytest.mark.parametrize("text", ["A", "123456", "qfn16 REV A FIRST_MASK", "!~ {}", "x" * barcode.LONGEST])
def test_reads_back(text):
    code = as_region(barcode.data_matrix(text, 100.0))
    size = code.bbox().width() / 1000 + 400
    assert read(seen(code, 0, 0, size)) == [(zxingcpp.BarcodeFormat.DataMatrix, text)]


@pytest.mark.parametrize("text", ["A", "qfn16 REV A FIRST_MASK", "x" * barcode.LONGEST])
def test_no_corners_kiss(text):
    """Nothing is narrower than the notch, on the code and between its parts."""
    code = as_region(barcode.data_matrix(text, 100.0))
    least = round(barcode.NOTCH * 100_000)
    assert code.space_check(least, False, db.Region.Projection).is_empty()
    assert code.width_check(least, False, db.Region.Euclidian).is_empty()
    parts = list(barcode.data_matrix(text, 100.0).geoms)
    near = shapely.STRtree(parts).query(parts, predicate="dwithin", distance=1.0)
    assert (near[0] == near[1]).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "a barcode holds 1 to 100 characters, got 0", id="empty"),
        pytest.param("x" * 101, "a barcode holds 1 to 100 characters, got 101", id="long"),
        pytest.param("5 µm", "a barcode holds printable ASCII, got 'µ'", id="micro"),
    ],
)
def test_refuses(text, message):
    with pytest.raises(ValueError, match=r".*") as caught:
        barcode.data_matrix(text, 100.0)
    assert str(caught.value) == message


def test_every_mask_says_its_name_in_its_own_data(tmp_path):
    """Also where the data is mirrored: the code is turned back, so that it reads right like the data."""
    result, out = built(tmp_path, "embedded-mask-mold", "marks.barcode.text=QFN A", "marks.barcode.module=150")
    (mark,) = [mark for mark in result.package.marking.placed if mark.kind == "barcode"]
    for done in result.masks:
        layout = db.Layout()
        layout.read(str(out / f"masks/qfn16_{done.mask.name}.gds"))
        (layer,) = layout.layer_indexes()
        data = db.Region(layout.top_cell().begin_shapes_rec(layer))
        x = -mark.x if done.mask.mirrored else mark.x
        picture = seen(data.merged(), x, mark.y, mark.size + 600)
        assert read(picture) == [(zxingcpp.BarcodeFormat.DataMatrix, f"QFN A {done.mask.name}")]
        code = (data & around(x, mark.y, mark.size)).bbox()
        bars = {side: filled(data, box) for side, box in columns(code, 150_000).items()}
        assert bars["left"] > 0.95
        assert bars["right"] < 0.6


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            ["marks.barcode.module=400"],
            "marks.barcode: 8000 um with its quiet zone do not fit into a border of 5000 um: widen plate.border, "
            "or make modules smaller",
            id="too large",
        ),
        pytest.param(["marks.barcode.text=µ"], "marks.barcode: a barcode holds printable ASCII, got 'µ'", id="letters"),
    ],
)
def test_mistakes(tmp_path, settings, message):
    with pytest.raises(MaskgenError) as caught:
        built(tmp_path, "embedded-mask-mold", *settings)
    assert message in str(caught.value)
