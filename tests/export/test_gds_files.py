"""What is written is GDSII that any mask shop reads, read by KLayout."""

import numpy as np
import plates
import pytest
import shapely
from hypothesis import given, settings
from klayout import db

from maskgen.errors import MaskgenError
from maskgen.export import gds
from maskgen.geometry import arrays, cutting, regions
from maskgen.geometry.arrays import Array
from maskgen.layout import Pattern, Tile

DISC = shapely.Point(0, 0).buffer(100, quad_segs=8)
HOLED = regions.snap(shapely.box(-250, -250, 250, 250).difference(DISC), 0.001)


def pattern(columns=5, rows=4, region=HOLED, pitch=600.0):
    axes = [arrays.axis((np.arange(n) - (n - 1) / 2) * pitch, -pitch / 2, pitch / 2) for n in (columns, rows)]
    array = Array(axes[0], axes[1], np.ones((rows, columns), bool))
    return Pattern(array, (Tile(region, array.occupied),), shapely.box(-5000, -5000, -4000, -4900))


def written(folder, name="mask", *, layers=None, limit=4000, mirrored=False, ending="gds"):
    path = folder / f"{name}.{ending}"
    drawn = gds.drawing(name, layers or {(14, 0): pattern()}, max_vertices=limit)
    gds.write(drawn, path, mirrored=mirrored)
    return path


def read(path):
    layout = db.Layout()
    layout.read(str(path))
    return layout


def region(layout, layer=14):
    return db.Region(layout.top_cell().begin_shapes_rec(layout.layer(layer, 0))).merged()


def test_an_array_is_one_aref_and_not_many_references(tmp_path):
    layout = read(written(tmp_path))
    (instance,) = layout.top_cell().each_inst()

    axes = {(instance.na, instance.a.x, instance.a.y), (instance.nb, instance.b.x, instance.b.y)}
    assert axes == {(5, 600_000, 0), (4, 0, 600_000)}
    assert layout.dbu == 0.001
    assert len(layout.top_cells()) == 1


def test_every_vertex_count_is_within_its_limit(tmp_path):
    wavy = regions.snap(shapely.Point(0, 0).buffer(250, quad_segs=400), 0.001)
    layout = read(written(tmp_path, layers={(14, 0): pattern(region=wavy)}, limit=199))
    counts = [
        shape.polygon.num_points() for cell in layout.each_cell() for shape in cell.shapes(layout.layer(14, 0)).each()
    ]

    assert max(counts) <= 199
    assert region(layout).area() * 1e-6 == pytest.approx(20 * wavy.area + 100_000, rel=1e-9)


def test_only_polygons_without_holes_are_written(tmp_path):
    layout = read(written(tmp_path))
    shapes = [shape for cell in layout.each_cell() for shape in cell.shapes(layout.layer(14, 0)).each()]

    assert all(shape.is_polygon() or shape.is_box() for shape in shapes)
    assert all(shape.polygon.holes() == 0 for shape in shapes)
    assert region(layout).area() * 1e-6 == pytest.approx(20 * HOLED.area + 100_000, rel=1e-9)


def test_the_same_drawing_gives_the_same_bytes(tmp_path):
    first = written(tmp_path).read_bytes()

    assert written(tmp_path).read_bytes() == first


def test_mirrored_data_is_the_mirror_image(tmp_path):
    plain, turned = region(read(written(tmp_path))), region(read(written(tmp_path, mirrored=True)))

    assert (plain.transformed(db.Trans.M90) ^ turned).is_empty()
    assert not (plain ^ turned).is_empty()


def test_oasis_holds_the_same(tmp_path):
    assert (region(read(written(tmp_path))) ^ region(read(written(tmp_path, ending="oas")))).is_empty()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("qfn-64_FIRST", "qfn_64_FIRST", id="illegal characters"),
        pytest.param("a" * 32, "a" * 32, id="exactly the limit"),
    ],
)
def test_cell_names_are_legal(text, name):
    assert gds.cell_name(text) == name


def test_long_names_are_told_apart():
    one, other = gds.cell_name("x" * 40 + "1"), gds.cell_name("x" * 40 + "2")

    assert len(one) == len(other) == 32
    assert one != other


def test_reading_back_refuses_what_was_not_meant(tmp_path):
    path = written(tmp_path)
    meant = gds._Meant({"mask": {(14, 0): shapely.box(0, 0, 1, 1)}, "SITE": {(14, 0): HOLED}}, {}, 4000)

    with pytest.raises(MaskgenError, match="layer 14/0 of cell mask is not what was meant"):
        gds._verify(path, meant)


def test_coordinates_near_the_end_of_the_range(tmp_path):
    far = Pattern(pattern().array, (), shapely.box(2_147_000, -2_147_000, 2_147_400, -2_146_000))
    layout = read(written(tmp_path, layers={(14, 0): far}))

    assert layout.top_cell().bbox() == db.Box(2_147_000_000, -2_147_000_000, 2_147_400_000, -2_146_000_000)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("limit", [199, 4000])
def test_cut_polygons_cover_the_same_and_have_no_holes(seed, limit):
    chance = np.random.default_rng(seed)
    centres = chance.uniform(-900, 900, (40, 2))
    holes = [shapely.Point(x, y).buffer(chance.uniform(5, 120), quad_segs=12) for x, y in centres]
    plane = regions.snap(shapely.box(-1000, -1000, 1000, 1000).difference(shapely.union_all(holes)), 0.001)
    parts = [shapely.Polygon(points) for points in cutting.simple_polygons(plane, limit=limit, step=0.001)]
    union = regions.merge(parts)

    assert all(part.is_valid and len(part.exterior.coords) - 1 <= limit for part in parts)
    assert sum(part.area for part in parts) == pytest.approx(plane.area, abs=1.0)
    assert regions.is_same(union, plane, tolerance=0.001)


def shown(shapes, ending, tmp_path_factory, limit=4000):
    """Return what KLayout reads of a region that was written, and what was meant."""
    whole = plates.alone(shapes)
    path = written(tmp_path_factory.mktemp("awkward"), layers={(14, 0): whole}, limit=limit, ending=ending)
    return region(read(path)), plates.meant(whole)


@pytest.mark.parametrize("ending", ["gds", "oas"])
@settings(max_examples=40, deadline=None)
@given(shapes=plates.rectilinear())
def test_boxes_come_back_exactly(tmp_path_factory, ending, shapes):
    found, meant = shown(shapes, ending, tmp_path_factory)
    assert (found ^ meant).is_empty()


@pytest.mark.parametrize("ending", ["gds", "oas"])
@settings(max_examples=30, deadline=None)
@given(shapes=plates.slanted())
def test_slanted_outlines_come_back_to_a_database_unit(tmp_path_factory, ending, shapes):
    found, meant = shown(shapes, ending, tmp_path_factory, limit=199)
    assert plates.differs(found, meant).is_empty()


@pytest.mark.parametrize("ending", ["gds", "oas"])
@pytest.mark.parametrize("shapes", [plates.KEYHOLE, plates.MANY], ids=["keyhole", "8192 vertices"])
@pytest.mark.parametrize("limit", [199, 4000, 8190])
def test_keyholes_and_many_vertices_come_back(tmp_path_factory, ending, shapes, limit):
    found, meant = shown(shapes, ending, tmp_path_factory, limit=limit)
    assert plates.differs(found, meant).is_empty()


@pytest.mark.parametrize("ending", ["gds", "oas"])
def test_a_square_of_10_mm_is_10_mm_in_every_reader(tmp_path_factory, ending):
    path = written(tmp_path_factory.mktemp("square"), layers={(14, 0): plates.alone(plates.SQUARE)}, ending=ending)
    layout = read(path)
    box = region(layout).bbox()
    assert (layout.dbu, box.width() * layout.dbu, box.height() * layout.dbu) == (0.001, 10_000.0, 10_000.0)
