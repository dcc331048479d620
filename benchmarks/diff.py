"""Differences of two layouts: `maskgen diff` against KLayout's exclusive or.

    .venv/bin/python benchmarks/diff.py [--repeat N] [--jobs abcdef]

Every job is two GDSII files. Engines run in turn, each in a process of its own, and read the same files: maskgen,
KLayout flat, KLayout hierarchical with 2 threads (its flat booleans know one). Times are those of whole processes,
minima over the repeats, with the peak of memory beside them. The ratio is the faster of KLayout's two to ours.

a  490,000 rectangles, 100 of them changed       d  49,000 circles of 120 vertices, 100 of them moved by 1 nm
b  1,000,000 sites, a pad changed in their cell  e  200,000 overlapping rectangles, one of them removed
c  1,000,000 sites, a pad added on the plate     f  200,000 overlapping rectangles, all of them moved by 1 nm

`maskgen diff` tells every place with its box, area and thickness, and on the standard output; KLayout counts polygons
and adds up their area. What is found is the number of places, copies counted: of KLayout's hierarchical polygons some
are in parts. Areas that differ by more than a ten thousandth are told.
"""

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from drc import circles, overlapping, panel, run_process, squares

CHANGED = 100
SIDE = 1000
ENGINES = ("flat", "deep")


def flat(path, outlines):
    """Write outlines [µm] to a file."""
    import gdstk

    library = gdstk.Library(unit=1e-6, precision=1e-9)
    library.new_cell("TOP").add(*(gdstk.Polygon(points, layer=1) for points in outlines))
    library.write_gds(path)


def changed_rectangles(one, other):
    """Make some rectangles 1 µm wider."""
    import numpy as np

    rng = np.random.default_rng(0)
    outlines = squares(rng)[1]
    flat(one, outlines)
    outlines[rng.choice(len(outlines), CHANGED, replace=False), 1:3, 0] += 1
    flat(other, outlines)


def changed_cell(one, other):
    """Make a pad of a cell 1 µm wider."""
    import gdstk

    panel(SIDE, one, is_tight=False)
    library = gdstk.read_gds(one)
    (cell,) = (cell for cell in library.cells if cell.name == "UNIT")
    pad = cell.polygons[0]
    points = pad.points
    points[points[:, 0] > points[:, 0].mean(), 0] += 1
    cell.remove(pad)
    cell.add(gdstk.Polygon(points, layer=1))
    library.write_gds(other)


def added_pad(one, other):
    """Put a pad on the plate, beside the first site."""
    import gdstk

    panel(SIDE, one, is_tight=False)
    library = gdstk.read_gds(one)
    (top,) = library.top_level()
    (left, bottom), _ = top.bounding_box()
    top.add(gdstk.rectangle((left - 100, bottom), (left - 50, bottom + 50), layer=1))
    library.write_gds(other)


def moved_circles(one, other):
    """Move some circles by 1 nm."""
    import numpy as np

    rng = np.random.default_rng(0)
    outlines = circles(rng)[1]
    flat(one, outlines)
    outlines[rng.choice(len(outlines), CHANGED, replace=False)] += 0.001
    flat(other, outlines)


def removed_rectangle(one, other):
    """Take one rectangle out of the middle."""
    import numpy as np

    outlines = overlapping(np.random.default_rng(0))[1]
    flat(one, outlines)
    flat(other, np.delete(outlines, len(outlines) // 2, axis=0))


def moved_rectangles(one, other):
    """Move all rectangles by 1 nm."""
    import numpy as np

    outlines = overlapping(np.random.default_rng(0))[1]
    flat(one, outlines)
    flat(other, outlines + 0.001)


JOBS = {
    "a": changed_rectangles,
    "b": changed_cell,
    "c": added_pad,
    "d": moved_circles,
    "e": removed_rectangle,
    "f": moved_rectangles,
}


def klayout(engine, one, other):
    """Compare two files in this process and print polygons and area [dbu²] as JSON."""
    import klayout.db as db

    store = db.DeepShapeStore()
    store.threads = 2
    layouts, regions = [], []
    for path in (one, other):
        layouts.append(db.Layout())
        layouts[-1].read(path)
        places = layouts[-1].top_cell().begin_shapes_rec(layouts[-1].layer(1, 0))
        regions.append(db.Region(places, store) if engine == "deep" else db.Region(places))
    found = regions[0] ^ regions[1]
    print(json.dumps({"count": found.count(), "area": found.area()}))


def ours(out):
    """Return what `maskgen diff` has told: places, and their area [dbu²], of those that stand once."""
    places = int(re.search(r"differ, in (\d+) place", out)[1])
    return {"count": places, "area": sum(float(area) for area in re.findall(r"um, (\S+) um2", out)) * 1e6}


def fastest(words, read, repeat):
    """Return seconds, peak memory and what was found of the fastest of several runs."""
    seconds, peak, out = min(run_process(words) for _ in range(repeat))
    return seconds, peak, read(out)


def job(name, repeat, folder):
    """Print one line for a job and return the ratio."""
    paths = folder / f"{name}1.gds", folder / f"{name}2.gds"
    subprocess.run([sys.executable, __file__, "--draw", name, *paths], check=True)
    runs = [fastest([Path(sys.executable).parent / "maskgen", "diff", *paths], ours, repeat)]
    runs += [fastest([sys.executable, __file__, "--klayout", engine, *paths], json.loads, repeat) for engine in ENGINES]
    ratio = min(run[0] for run in runs[1:]) / runs[0][0]
    cells = [f"{seconds:>8.2f} s {peak:>6.0f} MB {found['count']:>8}" for seconds, peak, found in runs]
    areas = [found["area"] for _, _, found in runs[:2]]
    note = "" if name == "b" or math.isclose(*areas, rel_tol=1e-4) else f"  areas {areas[0]:g}, {areas[1]:g}"
    print(f"{name}  {''.join(cells)} {ratio:>7.1f} x{note}", flush=True)
    return ratio


def main():
    """Run what is asked for."""
    if sys.argv[1:2] == ["--draw"]:
        JOBS[sys.argv[2]](*sys.argv[3:])
        return
    if sys.argv[1:2] == ["--klayout"]:
        klayout(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", default="".join(JOBS))
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    heads = [f"{name:>10} {'memory':>9} {'found':>8}" for name in ("maskgen", "flat", "deep x2")]
    print(f"{'':<3}{''.join(heads)} {'ratio':>8}")
    with tempfile.TemporaryDirectory() as name:
        ratios = [job(letter, options.repeat, Path(name)) for letter in JOBS if letter in options.jobs]
    print(f"\ngeometric mean {math.exp(sum(map(math.log, ratios)) / len(ratios)):.1f} x, least {min(ratios):.1f} x")


if __name__ == "__main__":
    main()
