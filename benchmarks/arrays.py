"""A plate costs what one site costs: build and derivation against KLayout, in one run on one machine.

    .venv/bin/python benchmarks/arrays.py [--repeat N]

Part 1 derives `plate - windows` of the chip-scale package at growing site counts, with maskgen and with KLayout's
Python module (flat, and hierarchical with 2 threads), each in a process of its own. Part 2 builds whole mask sets.
Times are minima over the repeats, memory is the peak of the process.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PITCH = 600.0
SIDES = (10, 100, 300, 1000)
KLAYOUT_LIMIT = 90_000
"""Most sites that KLayout is asked to do: beyond, its minutes and gigabytes only repeat what the smaller ones show."""
EXAMPLES = Path(__file__).parent.parent / "examples"


def windows():
    """Return the five windows of a chip-scale package as shapely polygons."""
    import shapely

    corners = [(-190, -190), (190, -190), (190, 190)]
    discs = [shapely.Point(x, y).buffer(50, quad_segs=16) for x, y in corners]
    return [*discs, shapely.box(-240, 140, -140, 240), shapely.box(-80, -80, 80, 80)]


def derive_ours(side):
    """Return seconds, area and number of shapes of `plate - windows` by maskgen."""
    import numpy as np
    import shapely

    from maskgen import expressions
    from maskgen.geometry import arrays, regions
    from maskgen.layout import Layout, derive

    centres = (np.arange(side) - (side - 1) / 2) * PITCH
    axis = arrays.axis(centres, -PITCH / 2, PITCH / 2)
    array = arrays.Array(axis, axis, np.ones((side, side), dtype=bool))
    half = side * PITCH / 2
    layout = Layout({"WIN": regions.merge(windows())}, {"PLATE": shapely.box(-half, -half, half, half)}, array)
    recipe = expressions.parse("PLATE - WIN", layers={"PLATE", "WIN"}, numbers={})
    start = time.perf_counter()
    pattern = derive(layout, {"MASK": recipe})["MASK"]
    return time.perf_counter() - start, pattern.area


def derive_klayout(side, *, deep):
    """Return seconds and area of the same by KLayout."""
    import klayout.db as db

    layout = db.Layout()
    top, site = layout.create_cell("TOP"), layout.create_cell("SITE")
    plate, win = layout.layer(1, 0), layout.layer(2, 0)
    for polygon in windows():
        points = [db.Point(round(x * 1000), round(y * 1000)) for x, y in polygon.exterior.coords[:-1]]
        site.shapes(win).insert(db.Polygon(points))
    step, half = round(PITCH * 1000), round(side * PITCH * 500)
    origin = db.Vector(-half + step // 2, -half + step // 2)
    vectors = db.Vector(step, 0), db.Vector(0, step)
    top.insert(db.CellInstArray(site.cell_index(), db.Trans(origin), *vectors, side, side))
    top.shapes(plate).insert(db.Box(-half, -half, half, half))
    start = time.perf_counter()
    if deep:
        store = db.DeepShapeStore()
        store.threads = 2
        regions = [db.Region(top.begin_shapes_rec(layer), store) for layer in (plate, win)]
    else:
        regions = [db.Region(top.begin_shapes_rec(layer)) for layer in (plate, win)]
    result = regions[0] - regions[1]
    result.count()  # evaluates what is lazy
    seconds = time.perf_counter() - start
    return seconds, result.area() * 1e-6


def build(spec, *settings):
    """Return seconds and sizes of a whole build in this process."""
    from maskgen import pipeline

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        result, target = pipeline.build(
            Path(spec), Path(folder) / "out", settings=settings, formats=("gds",), allow_violations=False
        )
        seconds = time.perf_counter() - start
        sizes = [path.stat().st_size for path in target.rglob("*.gds")]
    return seconds, (result.package.layout.array.sites, max(sizes), sum(sizes))


JOBS = {
    "ours": derive_ours,
    "flat": lambda side: derive_klayout(side, deep=False),
    "deep": lambda side: derive_klayout(side, deep=True),
}


def child(words):
    """Run one job in this process and print seconds, peak memory and result as JSON."""
    start = time.perf_counter()
    seconds, result = build(*words[1:]) if words[0] == "build" else JOBS[words[0]](int(words[1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "whole": time.perf_counter() - start, "peak": peak, "result": result}))


def measured(words, repeat):
    """Return the fastest of several runs, each in a process of its own; `process` is its time with start-up."""
    best = None
    for _ in range(repeat):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, __file__, "--child", *words], capture_output=True, text=True, check=True)
        entry = json.loads(done.stdout) | {"process": time.perf_counter() - start}
        best = entry if best is None or entry["process"] < best["process"] else best
    return best


def derivations(repeat):
    """Print part 1."""
    print(f"{'plate - windows':>16} {'maskgen':>18} {'KLayout flat':>20} {'KLayout deep x2':>20} {'ratio':>8}")
    for side in SIDES:
        ours = measured(["ours", str(side)], repeat)
        line = f"{side * side:>10} sites {ours['seconds']:>8.3f} s {ours['peak']:>4.0f} MB"
        if side * side <= KLAYOUT_LIMIT:
            others = [measured([name, str(side)], repeat) for name in ("flat", "deep")]
            line += "".join(f" {o['seconds']:>10.3f} s {o['peak']:>4.0f} MB" for o in others)
            line += f" {min(o['seconds'] for o in others) / ours['seconds']:>7.0f} x"
            for other in others:
                assert abs(other["result"] - ours["result"]) < 1e-6 * ours["result"], "the areas differ"
        print(line, flush=True)


def builds(repeat):
    """Print part 2."""
    panel = str(EXAMPLES / "chip-scale-panel" / "chip-scale-panel.yaml")
    qfn = str(EXAMPLES / "caravel-qfn64" / "caravel-qfn64.yaml")
    cases = [
        *((f"panel {n * n}", [panel, f"array.columns={n}", f"array.rows={n}"]) for n in SIDES),
        ("wafer 300 mm", [panel, "plate={wafer: {diameter: 300 mm}}"]),
        ("64 pads, 600 mm", [qfn, "plate.rectangle=[600 mm, 600 mm]"]),
    ]
    header = f"{'sites':>9} {'build':>9} {'process':>9} {'of 100':>7} {'peak':>8} {'largest file':>13}"
    print(f"\n{'whole build':>16} {header}")
    first = None
    for name, words in cases:
        entry = measured(["build", *words], repeat)
        first = first or entry
        sites, largest, _ = entry["result"]
        ratio = entry["process"] / first["process"]
        print(
            f"{name:>16} {sites:>9} {entry['seconds']:>7.2f} s {entry['process']:>7.2f} s {ratio:>6.2f}x "
            f"{entry['peak']:>5.0f} MB {largest / 1000:>10.0f} kB",
            flush=True,
        )


def main():
    """Run both parts."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    derivations(repeat)
    builds(repeat)


if __name__ == "__main__":
    main()
