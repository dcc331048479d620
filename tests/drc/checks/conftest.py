"""Scenes and packages made of a few boxes (left, bottom, right, top) [µm]."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from maskgen.bonding.rules import AssemblyProfile
from maskgen.drc.deck import known_checks
from maskgen.drc.params import Area
from maskgen.drc.scene import Scene
from maskgen.expressions import Expression, Layer
from maskgen.geometry import regions
from maskgen.geometry.arrays import Array, axis
from maskgen.layout import Layout, View
from maskgen.package import NOTHING, Bond, Package, PlacedDie, contact_probes, joined_by, probes
from maskgen.pipeline import prepare
from maskgen.spec.terminals import Terminal

AREAS = (Expression, Area | None)
"""Types of parameters that name a layer."""
TEMPLATE = Path(__file__).parents[3] / "templates" / "etched-recess-mold.yaml"


def _region(shapes):
    return regions.merge(shapely.box(*shape) if isinstance(shape, tuple) else shape for shape in shapes)


@pytest.fixture(scope="session")
def scene_of():
    """Return a function: the view of a plate on which layers cover boxes or regions."""

    def scene(**layers):
        drawn = {name: _region(shapes) for name, shapes in layers.items()}
        return Scene(View(drawn, shapely.box(-1000, -1000, 1000, 1000), where=None))

    return scene


@pytest.fixture(scope="session")
def found(scene_of):
    """Return a function: what a check finds where its layers A and B cover boxes."""

    def find(check, *layers, **numbers):
        module = known_checks()[check]
        areas = (name for name, field in module.Params.model_fields.items() if field.annotation in AREAS)
        fields = [name for name in areas if name not in numbers][: len(layers)]
        named = dict(zip(fields, map(Layer, "AB"), strict=False))
        scene = scene_of(**dict(zip("AB", layers, strict=False)))
        return list(module.check(scene, module.Params.model_construct(**named, **numbers)))

    return find


@pytest.fixture(scope="session")
def process():
    return prepare(TEMPLATE).process


@pytest.fixture(scope="session")
def judged(process):
    """Return a function: what a check finds in a package."""

    def judge(check, package=None, **params):
        module = known_checks()[check]
        return list(module.judge(package, process, module.Params(**params)))

    return judge


def _terminals(boxes):
    """Return terminals of boxes, or of (box, net)."""
    pairs = {name: entry if len(entry) == 2 else (entry, None) for name, entry in boxes.items()}
    return tuple(Terminal(name, shapely.box(*box), net) for name, (box, net) in pairs.items())


@pytest.fixture(scope="session")
def package_of():
    """Return a function: a package of boxes; dies as {name: (box, contacts, level)}, wires as (contact, pad)."""

    def package(*, dies=None, pads=None, mounting_pads=None, wires=(), unconnected=(), body=2000, **rules):
        placed = tuple(
            PlacedDie(name, shapely.box(*box), _terminals(contacts), 200.0, level)
            for name, (box, contacts, level) in (dies or {}).items()
        )
        pads, mounting_pads = _terminals(pads or {}), _terminals(mounting_pads or {})
        starts = {f"{die.name}.{contact.name}": contact.centre for die in placed for contact in die.contacts}
        ends = {pad.name: pad.centre for pad in (*pads, *mounting_pads)}
        bonds = tuple(
            Bond(number, *name.split("."), name, pad, starts[name], place[0] if place else ends[pad])
            for number, (name, pad, *place) in enumerate(wires, start=1)
        )
        array = Array(axis(np.zeros(1), -body, body), axis(np.zeros(1), -body, body), np.ones((1, 1), dtype=bool))
        return Package(
            layout=Layout({"BODY": shapely.box(-body, -body, body, body)}, {}, array),
            marking=NOTHING,
            dies=placed,
            pads=pads,
            mounting_pads=mounting_pads,
            bonds=bonds,
            unconnected=tuple(unconnected),
            probes=(
                *contact_probes(placed),
                *probes("pad", "PAD_BUILT", pads),
                *probes("mounting pad", "MP_BUILT", mounting_pads),
            ),
            joined=joined_by(bonds),
            profile=AssemblyProfile(**rules),
        )

    return package
