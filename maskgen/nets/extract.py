"""Extraction: shapes of conducting layers that touch are one net, named after the contacts and pads it holds.

Nothing of the spec's netlist is used: only the polygons, the pairs of layers that conduct where they touch, and the
names of the terminals that the shapes cover.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region

_TOUCH = 1e-3
"""Length [µm] of a common border, or around an overlap, that counts as contact: less is a point or rounding."""


@dataclass(frozen=True)
class Probe:
    """A terminal by which nets are known: kind (contact, pad ...), name, the layer it lies on, and its outline."""

    kind: str
    name: str
    layer: str
    outline: Region


@dataclass(frozen=True)
class Net:
    """One connected piece of metal: its name, and its terminals as (kind, name)."""

    name: str
    members: tuple[tuple[str, str], ...]


def extract(
    layers: Mapping[str, Region], connect: Iterable[tuple[str, str]], probes: Sequence[Probe], names: Mapping[str, str]
) -> list[Net]:
    """Return the nets of one site, those without a terminal left out.

    Parameters
    ----------
    layers
        Region of each conducting layer.
    connect
        Pairs of layers whose shapes conduct where they overlap.
    probes
        Terminals to look for.
    names
        Net names by terminal name, used to call a net something; a net with several is called by all of them, joined
        with ``+``, which is a short.
    """
    connect = list(connect)
    used = sorted({name for pair in connect for name in pair} | {probe.layer for probe in probes})
    shapes = [regions.polygons(layers.get(name, regions.EMPTY)) for name in used]
    first = dict(zip(used, np.cumsum([0, *map(len, shapes)])[:-1].tolist(), strict=True))
    parents = np.arange(sum(map(len, shapes)))
    for one, other in connect:
        for a, b in _touching(shapes[used.index(one)], shapes[used.index(other)]):
            _join(parents, first[one] + a, first[other] + b)
    members: dict[int, list[Probe]] = {}
    for probe in probes:
        found = _touching(np.array([probe.outline], dtype=object), shapes[used.index(probe.layer)])
        roots = {_root(parents, first[probe.layer] + b) for _, b in found}
        for root in sorted(roots) or [-1 - len(members)]:
            members.setdefault(root, []).append(probe)
    return sorted((_named(group, names) for group in members.values()), key=lambda net: net.name)


def _named(group: Sequence[Probe], names: Mapping[str, str]) -> Net:
    called = sorted({names[probe.name] for probe in group if probe.name in names})
    members = tuple((probe.kind, probe.name) for probe in group)
    return Net("+".join(called) or f"({group[0].name})", members)


def _touching(one: NDArray[np.object_], other: NDArray[np.object_]) -> list[tuple[int, int]]:
    """Return the pairs of polygons that overlap, or share more of a border than a point."""
    if not len(one) or not len(other):
        return []
    first, second = shapely.STRtree(other).query(one, predicate="intersects")
    common = shapely.length(shapely.intersection(one[first], other[second]))
    return [(int(a), int(b)) for a, b, length in zip(first, second, common, strict=True) if length > _TOUCH]


def _root(parents: NDArray[np.intp], item: int) -> int:
    while parents[item] != item:
        parents[item] = parents[parents[item]]
        item = int(parents[item])
    return item


def _join(parents: NDArray[np.intp], one: int, other: int) -> None:
    parents[_root(parents, other)] = _root(parents, one)
