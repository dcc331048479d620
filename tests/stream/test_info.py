import time

import gdstk
import numpy as np
import pytest

from maskgen.errors import LayoutError
from maskgen.stream.info import as_text, describe


def library(columns=3, rows=2):
    """Return a pad of two shapes, an array of it, and a plate around."""
    found = gdstk.Library("LIB")
    pad, top = found.new_cell("PAD"), found.new_cell("TOP")
    pad.add(gdstk.rectangle((0, 0), (60, 70), layer=1), gdstk.rectangle((10, 10), (20, 20), layer=2, datatype=3))
    top.add(gdstk.Reference(pad, (100, 200), columns=columns, rows=rows, spacing=(100, 150)))
    top.add(gdstk.rectangle((0, 0), (1000, 1000), layer=9), gdstk.Label("x", (0, 0)))
    return found


@pytest.mark.parametrize(("ending", "kind"), [("gds", "gdsii"), ("oas", "oasis")])
def test_everything_that_is_said(tmp_path, ending, kind):
    path = tmp_path / f"a.{ending}"
    {"gds": library().write_gds, "oas": library().write_oas}[ending](path)

    found = describe(path)

    cells = {cell["name"]: cell for cell in found.pop("cells")}
    assert found == {
        "path": str(path),
        "format": kind,
        "bytes": path.stat().st_size,
        "library": "LIB" if ending == "gds" else found["library"],  # OASIS has no name of its own
        "unit": "um",
        "database_unit": 0.001,
        "levels": 2,
        "tops": ["TOP"],
        "layers": [
            {"layer": 1, "datatype": 0, "shapes": 1, "flattened": 6, "bbox": [100, 200, 360, 420]},
            {"layer": 2, "datatype": 3, "shapes": 1, "flattened": 6, "bbox": [110, 210, 320, 370]},
            {"layer": 9, "datatype": 0, "shapes": 1, "flattened": 1, "bbox": [0, 0, 1000, 1000]},
        ],
    }
    assert cells["TOP"] == {
        "name": "TOP",
        "top": True,
        "bbox": [0, 0, 1000, 1000],
        "shapes": 1,
        "texts": 1,
        "layers": [{"layer": 9, "datatype": 0, "shapes": 1}],
        "references": [{"cell": "PAD", "columns": 3, "rows": 2, "times": 1}],
    }
    assert cells["PAD"]["bbox"] == [0, 0, 60, 70]


def test_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    library().write_gds("a.gds")
    size = (tmp_path / "a.gds").stat().st_size

    said = as_text(describe(tmp_path.joinpath("a.gds").relative_to(tmp_path)))

    assert said.splitlines() == [
        f"a.gds: GDSII, {size} bytes, library LIB",
        "database unit 0.001 um, 2 cells, 2 levels, top TOP",
        "layer 1/0      1 shapes, 6 flattened, 260 x 220 um from (100, 200) to (360, 420)",
        "layer 2/3      1 shapes, 6 flattened, 210 x 160 um from (110, 210) to (320, 370)",
        "layer 9/0      1 shapes, 1 flattened, 1000 x 1000 um from (0, 0) to (1000, 1000)",
        "cell PAD: 2 shapes, 0 texts, 60 x 70 um from (0, 0) to (60, 70)",
        "cell TOP: 1 shapes, 1 texts, 1000 x 1000 um from (0, 0) to (1000, 1000)",
        "  places PAD as 3 x 2",
    ]


def test_million_sites_are_not_flattened(tmp_path):
    path = tmp_path / "a.gds"
    library(1000, 1000).write_gds(path)
    started = time.perf_counter()

    found = describe(path)

    assert time.perf_counter() - started < 0.5
    assert found["layers"][0]["flattened"] == 1_000_000
    assert found["layers"][0]["bbox"] == [100, 200, 100 + 99_900 + 60, 200 + 149_850 + 70]


@pytest.mark.parametrize("reflected", [False, True])
@pytest.mark.parametrize("degrees", [0, 30, 90, 135, 180, 270])
def test_extents_are_those_of_the_flattened_cell(tmp_path, degrees, reflected):
    path = tmp_path / "a.gds"
    found = gdstk.Library()
    part, middle, top = found.new_cell("PART"), found.new_cell("MIDDLE"), found.new_cell("TOP")
    part.add(gdstk.Polygon([(0, 0), (50, 10), (20, 40)]), gdstk.FlexPath([(0, 0), (0, -30)], 4, simple_path=True))
    turned = {"rotation": np.radians(degrees), "x_reflection": reflected}
    middle.add(gdstk.Reference(part, (7, -3), magnification=2, columns=3, rows=2, spacing=(200, 150), **turned))
    top.add(gdstk.Reference(middle, (-40, 11), rotation=np.radians(30)), gdstk.Reference(middle, (500, 0)))
    found.write_gds(path)

    box = describe(path)["cells"][-1]["bbox"]

    (left, bottom), (right, upper) = next(
        cell for cell in gdstk.read_gds(path).cells if cell.name == "TOP"
    ).bounding_box()
    assert box == pytest.approx([left, bottom, right, upper], abs=2e-3)


def test_repeated_polygons_of_oasis(tmp_path):
    path = tmp_path / "a.oas"
    found = gdstk.Library()
    square, cell = gdstk.rectangle((0, 0), (1, 1)), found.new_cell("TOP")
    square.repetition = gdstk.Repetition(columns=1000, rows=1000, spacing=(5, 5))
    cell.add(square)
    found.write_oas(path)

    (layer,) = describe(path)["layers"]

    assert layer == {
        "layer": 0,
        "datatype": 0,
        "shapes": 1_000_000,
        "flattened": 1_000_000,
        "bbox": [0, 0, 4996, 4996],
    }


def test_empty_cell_has_no_extent(tmp_path):
    path = tmp_path / "a.gds"
    found = gdstk.Library()
    found.new_cell("EMPTY")
    found.write_gds(path)

    said = describe(path)

    assert (said["layers"], said["cells"][0]["bbox"]) == ([], None)
    assert as_text(said).endswith("cell EMPTY: 0 shapes, 0 texts, nothing drawn")


def test_damage_is_told_with_its_byte(tmp_path):
    path = tmp_path / "a.gds"
    library().write_gds(path)
    path.write_bytes(path.read_bytes()[:100])

    with pytest.raises(LayoutError) as caught:
        describe(path)

    assert str(caught.value).startswith(f"{path}: byte ")
