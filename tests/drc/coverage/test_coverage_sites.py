"""Covered shares on plates of sites: those of the flat layers, measured by KLayout, on panels, wafers and in gaps."""

from pathlib import Path

import numpy as np
import pytest
from klayout import db

from maskgen.drc import sites
from maskgen.drc.deck import read_deck
from maskgen.drc.rules import margin_of
from maskgen.drc.run import run
from maskgen.geometry import regions
from maskgen.layout import collect, look
from maskgen.pipeline import prepare
from maskgen.systems import family

ROOT = Path(__file__).parents[3]
PANEL = ROOT / "examples" / "chip-scale-panel" / "chip-scale-panel.yaml"
MOLD = ROOT / "templates" / "etched-recess-mold.yaml"
DECK = """
deck: coverage
unit: um
rules:
  D.1: {{check: density, layer: "{layer}", within: FIELD, max: 0, window: [{width}, {height}], step: [{dx}, {dy}]}}
"""


def subject_of(spec, settings, deck):
    """Return what the rules of a deck look at, and the flat regions of all layers."""
    job = prepare(spec, settings)
    system, recipes = family(job.spec.system), dict(job.process.recipes)
    rules = read_deck(str(deck), deck.parent, layers=system.DRAWN | recipes.keys(), numbers=job.process.numbers)
    package = system.draw(job.spec, job.process, spec.parent)
    array, views = look(package.layout, recipes, margin=margin_of(rules))
    flat = {"FIELD": package.layout.pattern("FIELD").flat()}
    flat |= {name: pattern.flat() for name, pattern in collect(array, views, ["PAD_BUILT", "RECESS"]).items()}
    return sites.subject(rules, package, job.process, array=array, views=views), flat


def oracle(region):
    """Return a region as KLayout holds it."""
    found = db.Region()
    for part in regions.polygons(region):
        hull, *holes = ([db.DPoint(*point) for point in ring.coords] for ring in (part.exterior, *part.interiors))
        polygon = db.DPolygon(hull)
        for hole in holes:
            polygon.insert_hole(hole)
        found.insert(polygon.to_itype(0.001))
    return found.merged()


@pytest.mark.parametrize(
    ("spec", "settings"),
    [
        pytest.param(PANEL, ["plate.rectangle=[9 mm, 8 mm]"], id="panel"),
        pytest.param(MOLD, ["array.columns=4", "array.rows=3"], id="few sites on a plate"),
        pytest.param(
            MOLD,
            [
                "plate={wafer: {diameter: 50 mm}}",
                "array.columns=fit",
                "array.rows=fit",
                "array.stagger=2000",
                "marks=none",
            ],
            id="wafer",
        ),
    ],
)
@pytest.mark.parametrize(
    ("layer", "width", "height", "dx", "dy"),
    [
        pytest.param("PAD_BUILT", 1200, 1800, 1200, 900, id="sites in a window"),
        pytest.param("FIELD - PAD_BUILT", 1111, 777, 500, 777, id="windows out of step"),
    ],
)
def test_shares_are_those_of_the_flat_plate(tmp_path, spec, settings, layer, width, height, dx, dy):
    deck = tmp_path / "deck.drc.yaml"
    deck.write_text(DECK.format(layer=layer, width=width, height=height, dx=dx, dy=dy))
    subject, flat = subject_of(spec, settings, deck)
    shares = {}
    for violation in run(subject.deck, subject).violations:
        corners = [violation.finding.box[:2]] if not violation.lattices else []
        for a in violation.lattices:
            corners += [(a.x + c * a.dx, a.y + r * a.dy) for r in range(a.rows) for c in range(a.columns)]
        assert len(corners) == violation.count
        shares |= {(round(x, 3), round(y, 3)): violation.finding.measured for x, y in corners}
    field, pads = oracle(flat["FIELD"]), oracle(flat["PAD_BUILT"])
    covered = (pads if layer == "PAD_BUILT" else field - pads) & field

    assert len(shares) > 20
    left, bottom = (field.bbox().left / 1000, field.bbox().bottom / 1000)
    places = np.array(list(shares))
    assert places.min(axis=0).tolist() >= [left, bottom]
    assert not ((places - [left, bottom]) % [dx, dy]).round(6).any()
    for (x, y), share in shares.items():
        window = db.Box(round(1000 * x), round(1000 * y), round(1000 * (x + width)), round(1000 * (y + height)))
        assert share == pytest.approx((covered & db.Region(window)).area() / window.area(), abs=2e-5)
    told = sum(share * width * height for share in shares.values())
    if (dx, dy) == (width, height):
        assert told == pytest.approx(covered.area() * 1e-6, rel=1e-5)
