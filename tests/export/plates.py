"""Masks for the tests of the writers, and what KLayout finds in files."""

import math

import numpy as np
import shapely
from hypothesis import strategies as st
from klayout import db

from maskgen import expressions
from maskgen.export.artwork import artwork
from maskgen.geometry import arrays, regions
from maskgen.geometry.arrays import Array
from maskgen.layout import Pattern, Tile
from maskgen.masks import FinishedMask
from maskgen.technology import Mask

DISC = shapely.Point(0, 0).buffer(100, quad_segs=8)
HOLED = regions.snap(shapely.box(-250, -250, 250, 240).difference(DISC).union(shapely.Point(5, 0).buffer(30)), 0.001)
STRIP = shapely.box(-5000, -5000, -4000, -4900)
SQUARE = shapely.box(-3000, -1000, 7000, 9000)
"""10 mm."""

PROJECT = """<?xml version="1.0" encoding="utf-8"?>
<pcb-project><free-layer-mapping>true</free-layer-mapping>
<layout-layers><layout-layer>14/0</layout-layer></layout-layers>
<free-files><free-file><filename>mask.gbr</filename><layout-layers><index>0</index></layout-layers></free-file></free-files>
<dbu>0.001</dbu><cell-name>MASK</cell-name></pcb-project>
"""
"""How KLayout is told to read a Gerber file."""


def mask(**changes):
    known = {"name": "FIRST_MASK", "recipe": "PLATE", "drawn": "opening", "digitized": "clear", "side": "top"}
    known |= {"expression": expressions.parse("PLATE", layers={"PLATE"}, numbers={}), "mirrored": False, "scale": 1.0}
    return Mask(**(known | changes))


def pattern(columns=5, rows=4, *, site=HOLED, pitch=600.0, rest=STRIP, where=None):
    axes = [arrays.axis((np.arange(n) - (n - 1) / 2) * pitch, -pitch / 2, pitch / 2) for n in (columns, rows)]
    array = Array(axes[0], axes[1], np.ones((rows, columns), bool))
    return Pattern(array, (Tile(site, array.occupied if where is None else where),), rest)


def alone(region):
    """Return a pattern without an array."""
    sites = pattern(1, 1)
    return Pattern(sites.array, (), region)


def plate(shapes, *, limit=4000, name="qfn_FIRST_MASK", **changes):
    return artwork(FinishedMask(mask(**changes), shapes), name, (14, 0), max_vertices=limit)


def meant(shapes):
    """Return what a pattern covers as a KLayout region."""
    found = db.Region()
    for part in regions.polygons(shapes.flat()):
        polygon = db.Polygon(_points(part.exterior), True)
        for hole in part.interiors:
            polygon.insert_hole(_points(hole), True)
        found.insert(polygon)
    return found.merged()


def _points(ring):
    return [db.Point(round(x * 1000), round(y * 1000)) for x, y in ring.coords[:-1]]


def layout(path):
    found = db.Layout()
    found.read(str(path))
    return found


def region(path, layer=14):
    found = layout(path)
    return db.Region(found.top_cell().begin_shapes_rec(found.layer(layer, 0))).merged()


def from_shapely(parts):
    """Return polygons without holes, in µm, as a KLayout region."""
    found = db.Region()
    for points in parts:
        found.insert(db.Polygon([db.Point(round(x * 1000), round(y * 1000)) for x, y in points], True))
    return found.merged()


def differs(one, other):
    """Return what exactly one of two regions covers and is wider than two database units."""
    return (one ^ other).sized(-1)


def on_grid(value):
    return round(value, 3)


@st.composite
def rectilinear(draw):
    """Boxes put together and cut out, on the grid of 1 nm, anywhere on a plate: slivers, frames, touching corners."""
    x, y = draw(st.sampled_from([(0, 0), (2_000_000, -2_000_000), (-1_999_999, 1_999_999), (123.457, -0.001)]))
    covered = shapely.box(0, 0, 1000, 1000)
    for _ in range(draw(st.integers(0, 8))):
        left, bottom = (draw(st.integers(-400_000, 1_400_000)) / 1000 for _ in range(2))
        width, height = (draw(st.sampled_from([0.001, 0.002, 1.0, 37.5, 400.0, 1900.0])) for _ in range(2))
        box = shapely.box(left, bottom, on_grid(left + width), on_grid(bottom + height))
        covered = covered.union(box) if draw(st.booleans()) else covered.difference(box)
    if draw(st.booleans()):  # a chessboard: corners that touch
        covered = covered.union(shapely.box(-100, -100, 0, 0)).difference(shapely.box(0, 0, 50, 50))
    for ring in range(draw(st.integers(0, 3))):  # holes in holes
        frame = shapely.box(400 + 50 * ring, 400 + 50 * ring, 900 - 50 * ring, 900 - 50 * ring)
        covered = covered.difference(frame).union(frame.buffer(-20, join_style="mitre"))
    moved = shapely.transform(regions.areal(covered), lambda points: np.round(points + np.array([x, y]), 3))
    return regions.areal(shapely.make_valid(moved))


@st.composite
def slanted(draw):
    """Stars, rings and combs with edges at any angle, snapped to 1 nm, some with very many vertices or keyholes."""
    count = draw(st.sampled_from([3, 5, 8, 33, 200, 2100]))
    wobble = draw(st.floats(0, 0.8))
    phase = draw(st.floats(0, 6))
    angles = [2 * math.pi * n / count for n in range(count)]
    radii = [500 * (1 - wobble * (0.5 + 0.5 * math.sin(phase + 7 * angle))) for angle in angles]
    outer = [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]
    shape = shapely.make_valid(shapely.Polygon(outer))
    for hole in range(draw(st.integers(0, 4))):
        x, y, radius = draw(st.floats(-300, 300)), draw(st.floats(-300, 300)), draw(st.floats(0.5, 90))
        circle = shapely.Point(x, y).buffer(radius, quad_segs=draw(st.integers(1, 16)))
        shape = shape.difference(circle).union(shapely.Point(x, y).buffer(radius / 3, quad_segs=2) if hole % 2 else DOT)
    return regions.snap(regions.areal(shape), 0.001)


DOT = shapely.box(600, 0, 600.002, 0.5)
_KEYHOLED = "0 0, 900 0, 900 900, 450 900, 450 600, 300 600, 300 300, 600 300, 600 600, 450 600, 450 900, 0 900, 0 0"
KEYHOLE = regions.areal(shapely.make_valid(shapely.from_wkt(f"POLYGON (({_KEYHOLED}))")))
"""A hole reached by a cut that runs there and back."""
MANY = regions.snap(shapely.Point(0, 0).buffer(5000, quad_segs=2048), 0.001)
"""8192 vertices on a circle."""
