"""DXF files, read by KLayout and by ezdxf."""

import subprocess
import sys
import tempfile
from pathlib import Path

import ezdxf
import plates
import pytest
from hypothesis import given, settings
from klayout import db

from maskgen.errors import MaskgenError
from maskgen.export import dxf
from maskgen.geometry import regions

VERSIONS = [pytest.param("R2000", id="R2000"), pytest.param("R12", id="R12")]

KLAYOUT_ENDS = 1e6
"""Coordinate [µm] beyond which KLayout's reader of DXF gives up at 1 nm; its readers of GDSII and OASIS do not."""


def written(folder, shapes, *, version="R2000", **changes):
    path = Path(folder) / "mask.dxf"
    dxf.write(plates.plate(shapes, **changes), path, version=version)
    return path


def polylines(path):
    """Return what ezdxf finds in the model space of a file without blocks."""
    return plates.from_shapely(dxf._points(line).tolist() for line in ezdxf.readfile(path).modelspace())


@pytest.mark.parametrize("version", VERSIONS)
def test_klayout_reads_what_was_meant(tmp_path, version):
    shapes = plates.pattern()

    assert (plates.region(written(tmp_path, shapes, version=version)) ^ plates.meant(shapes)).is_empty()


@pytest.mark.parametrize("version", VERSIONS)
def test_an_array_is_one_insert_with_columns_and_rows(tmp_path, version):
    path = written(tmp_path, plates.pattern(), version=version)
    (insert,) = ezdxf.readfile(path).modelspace().query("INSERT")
    read = plates.layout(path)
    (instance,) = read.top_cell().each_inst()

    assert (insert.dxf.column_count, insert.dxf.row_count) == (5, 4)
    assert (insert.dxf.column_spacing, insert.dxf.row_spacing) == (600.0, 600.0)
    assert tuple(insert.dxf.insert)[:2] == (-1200.0, -900.0)
    assert (insert.dxf.xscale, insert.dxf.yscale, insert.dxf.rotation) == (1.0, 1.0, 0.0)
    assert (instance.na, instance.nb) == (5, 4)


@pytest.mark.parametrize(
    ("version", "kind"), [pytest.param("R2000", "LWPOLYLINE", id="R2000"), pytest.param("R12", "POLYLINE", id="R12")]
)
def test_only_closed_polylines_without_width_stand_on_the_masks_layer(tmp_path, version, kind):
    document = ezdxf.readfile(written(tmp_path, plates.pattern(), version=version))
    drawn = [entity for block in document.blocks for entity in block] + list(document.modelspace())

    assert {entity.dxftype() for entity in drawn} == {kind, "INSERT"}
    assert {entity.dxf.layer for entity in drawn} == {"L14D0"}
    assert not {block.name for block in document.blocks} & {"L14D0"}
    assert all(entity.is_closed for entity in drawn if entity.dxftype() == kind)
    assert "HATCH" not in {entity.dxftype() for entity in document.entitydb.values()}
    assert all(
        entity.has_width is False if kind == "LWPOLYLINE" else entity.dxf.default_start_width == 0
        for entity in drawn
        if entity.dxftype() == kind
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_a_square_of_10_mm_is_10_mm_in_every_reader(tmp_path, version):
    path = written(tmp_path, plates.alone(plates.SQUARE), version=version)
    (square,) = ezdxf.readfile(path).modelspace()
    corners = {tuple(point) for point in dxf._points(square).tolist()}

    assert corners == {(-3000, -1000), (7000, -1000), (7000, 9000), (-3000, 9000)}
    assert plates.region(path).bbox() == db.Box(-3_000_000, -1_000_000, 7_000_000, 9_000_000)


def test_the_unit_is_stated_where_the_version_has_a_place_for_it_and_in_words(tmp_path):
    new = written(tmp_path, plates.pattern())
    assert ezdxf.units.conversion_factor(ezdxf.readfile(new).header["$INSUNITS"], ezdxf.units.MM) == 1e-3

    old = written(tmp_path, plates.pattern(), version="R12", scale=1.0005, mirrored=True)
    assert old.read_text().splitlines()[:4] == [
        "999",
        "qfn_FIRST_MASK: layer L14D0, drawing unit 1 um",
        "999",
        "digitized data clear, polygons are openings, top side, mirrored left to right, scale 1.0005",
    ]


def test_the_extents_are_those_of_the_data(tmp_path):
    header = ezdxf.readfile(written(tmp_path, plates.pattern())).header

    assert (header["$EXTMIN"][:2], header["$EXTMAX"][:2]) == ((-5000.0, -5000.0), (1450.0, 1140.0))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_mask_gives_the_same_bytes_in_another_process(tmp_path, version):
    first = written(tmp_path, plates.pattern(), version=version).read_bytes()
    again = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_dxf_files as t, plates;"
        "t.written(sys.argv[2], plates.pattern(), version=sys.argv[3])"
    )
    subprocess.run([sys.executable, "-c", again, str(Path(__file__).parent), str(tmp_path), version], check=True)

    assert (tmp_path / "mask.dxf").read_bytes() == first
    assert not ezdxf.options.write_fixed_meta_data_for_testing


def test_mirrored_data_is_the_mirror_image(tmp_path):
    plain = plates.region(written(tmp_path, plates.pattern()))
    turned = plates.region(written(tmp_path, plates.pattern(), mirrored=True))

    assert (plain.transformed(db.Trans.M90) ^ turned).is_empty()
    assert not (plain ^ turned).is_empty()


@pytest.mark.parametrize("limit", [199, 4000])
def test_every_polyline_is_within_the_limit_of_vertices(tmp_path, limit):
    path = written(tmp_path, plates.alone(plates.MANY), limit=limit)
    counts = [len(polyline) for polyline in ezdxf.readfile(path).modelspace()]

    assert max(counts) <= limit
    assert plates.differs(plates.region(path), plates.meant(plates.alone(plates.MANY))).is_empty()


@settings(max_examples=25, deadline=None)
@given(plates.rectilinear())
def test_boxes_come_back_exactly(region):
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, plates.alone(region))
        found = [polylines(path)]
        if region.bounds[2] < KLAYOUT_ENDS and region.bounds[0] > -KLAYOUT_ENDS:
            found.append(plates.region(path))
    assert all((read ^ plates.meant(plates.alone(region))).is_empty() for read in found)


@settings(max_examples=15, deadline=None)
@given(plates.slanted())
def test_slanted_outlines_come_back_to_a_database_unit(region):
    with tempfile.TemporaryDirectory() as folder:
        found = plates.region(written(folder, plates.alone(region), version="R12", limit=199))
    assert plates.differs(found, plates.meant(plates.alone(region))).is_empty()


def test_a_keyhole_comes_back(tmp_path):
    found = plates.region(written(tmp_path, plates.alone(plates.KEYHOLE)))

    assert found.area() == (900_000**2 - 300_000**2)


def test_an_empty_mask_is_an_empty_drawing(tmp_path):
    assert len(ezdxf.readfile(written(tmp_path, plates.alone(regions.EMPTY))).modelspace()) == 0


@pytest.mark.parametrize(
    ("other", "said"),
    [
        pytest.param(
            plates.pattern(rest=plates.DISC),
            "model space is not what was meant after reading back",
            id="rest",
        ),
        pytest.param(
            plates.pattern(site=plates.DISC), "block SITE is not what was meant after reading back", id="block"
        ),
        pytest.param(
            plates.pattern(5, 5, rest=plates.STRIP), "block SITE stands 20 times after reading back", id="places"
        ),
    ],
)
def test_reading_back_refuses_what_was_not_meant(tmp_path, other, said):
    path = written(tmp_path, plates.pattern())

    with pytest.raises(MaskgenError, match=f"^mask.dxf: {said}$"):
        dxf._verify(path, ezdxf.readfile(path), plates.plate(other))
