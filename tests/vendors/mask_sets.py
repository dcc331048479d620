"""A small set of masks as a build would leave it, made with gdstk alone, and everything that can be wrong with it."""

import hashlib
import json
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import gdstk

from maskgen.geometry import marks

LAYER, DATATYPE = 10, 0
PLACES = [(-17500.0, 0.0), (17500.0, 0.0), (0.0, -17500.0), (0.0, 17500.0)]
F = (-9400.0, 17500.0, 2000.0)


def rectangle(left, bottom, right, top, layer=LAYER, datatype=DATATYPE):
    """Return a rectangle of the mask."""
    return gdstk.rectangle((left, bottom), (right, top), layer=layer, datatype=datatype)


def polygon(points, layer=LAYER, datatype=DATATYPE):
    """Return a polygon of the mask."""
    return gdstk.Polygon(points, layer=layer, datatype=datatype)


def moved(shape, x, y, mirrored=False):
    """Return a shapely polygon as one of gdstk."""
    way = -1 if mirrored else 1
    return polygon([(way * a + x, b + y) for a, b in list(shape.exterior.coords)[:-1]])


@dataclass
class MaskSet:
    """One mask, the layout it comes from, and its papers, before they are written."""

    library: gdstk.Library
    top: gdstk.Cell
    site: gdstk.Cell
    manifest: dict
    order: dict
    findings: dict
    options: dict = field(default_factory=dict)
    after: list = field(default_factory=list)
    """What is done to the written file."""

    def mark(self, place):
        """Return the shapes of the alignment mark at one of `PLACES`."""
        x, y = place
        return [
            p
            for p in self.top.polygons
            if abs(p.points[:, 0].mean() - x) < 1000 and abs(p.points[:, 1].mean() - y) < 1000
        ]

    def letter(self):
        """Return the letter F."""
        return next(p for p in self.top.polygons if len(p.points) == 10)

    def title(self):
        """Return the letters of the title."""
        return [p for p in self.top.polygons if len(p.points) == 4 and p.points[0][1] == 16500.0]


def mask_set():
    """Return a set that every vendor of coarse chrome takes."""
    library = gdstk.Library("pkg_M1", unit=1e-6, precision=1e-9)
    top, site = library.new_cell("pkg_M1"), library.new_cell("SITE")
    site.add(rectangle(-50, -50, 50, 50))
    top.add(gdstk.Reference(site, (-4500, -4500), columns=10, rows=10, spacing=(1000, 1000)))
    for x in (-20000, 19950):
        for y in (-20000, 19950):
            top.add(rectangle(x, y, x + 50, y + 50))
    for x, y in PLACES:
        top.add(*(moved(part, x, y) for part in marks.alignment(1500.0).geoms))
    top.add(moved(marks.letter_f(F[2]), F[0], F[1]))
    for x in (-8000.0, -7000.0, -6000.0):
        top.add(rectangle(x, 16500.0, x + 400, 18500.0))
    placed = [{"kind": "alignment", "x": x, "y": y, "size": 1500.0} for x, y in PLACES]
    placed.append({"kind": "F", "x": F[0], "y": F[1], "size": F[2]})
    mask = {
        "name": "M1", "layer": LAYER, "datatype": DATATYPE, "cell": "pkg_M1", "side": "top", "drawn": "opening",
        "digitized": "clear", "mirrored": False, "scale": 1.0, "bbox": [-20000.0, -20000.0, 20000.0, 20000.0],
    }  # fmt: skip
    manifest = {"name": "pkg", "masks": [mask], "marks": placed, "numbers": {"recess_depth": 100.0}, "windows": []}
    cd = {"is_of": "digitized data", "start": [450.0, 500.0], "end": [550.0, 500.0], "size": 100.0}
    order = {
        "sites": [-5000.0, -5000.0, 5000.0, 5000.0],
        "masks": [{"name": "M1", "cd": cd, "digitized": "clear", "reading": {"mirrored": False}}],
    }
    rules = [
        {"id": "M1.same", "check": "same", "severity": "error", "violations": 0, "waived": 0, "why": "deposits"},
        {"id": "M1.nets", "check": "nets", "severity": "error", "violations": 0, "waived": 0, "why": "nets"},
        {"id": "M1.wires", "check": "wires", "severity": "error", "violations": 0, "waived": 0, "why": "wires"},
    ]
    return MaskSet(library, top, site, manifest, order, {"rules": rules})


def _written(library, path, max_points):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # gdstk warns of long records and properties
        library.write_gds(path, max_points=max_points)


def written(made, folder, meant=None):
    """Write a set as a build does, and return the path of its mask.

    Parameters
    ----------
    meant
        The set that the layout is of; a good one by default.
    """
    (folder / "masks").mkdir()
    (folder / "order").mkdir()
    path = folder / "masks" / "pkg_M1.gds"
    _written(made.library, path, made.options.get("max_points", 8190))
    for change in made.after:
        path.write_bytes(change(path.read_bytes()))
    layout = meant or mask_set()
    layout.top.name = layout.library.name = "pkg"
    _written(layout.library, folder / "pkg.gds", 8190)
    mask = made.manifest["masks"][0]
    mask.setdefault("area", sum(part.area() for part in made.top.get_polygons()))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    made.manifest.setdefault(
        "files", [{"path": "masks/pkg_M1.gds", "kind": "mask", "sha256": digest}, {"path": "pkg.gds", "kind": "layout"}]
    )
    for name, data in (("manifest.json", made.manifest), ("order/order.json", made.order), ("drc.json", made.findings)):
        (folder / name).write_text(json.dumps(data), encoding="utf-8")
    return Path(path)
