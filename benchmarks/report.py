"""What report and cross-sections add to a build, and that a million sites cost the report no more than a hundred.

    .venv/bin/python benchmarks/report.py [--repeat N]

Each build runs in a process of its own; the seconds are those that the named stages take in it, start-up and drawing
of the package left out. Times are minima over the repeats.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"
STAGES = {"sections_of": "sections", "_written_sections": "pictures", "_solids": "part in 3-D", "page.render": "page"}
"""Functions of `maskgen.output` that are timed, and what is said of them."""
JOBS = {
    "caravel-qfn64": ("caravel-qfn64/caravel-qfn64.yaml", []),
    "shield-can-plate": ("shield-can-plate/shield-can-plate.yaml", []),
    "spots-wafer-200mm": ("spots-wafer-200mm/spots-wafer-200mm.yaml", []),
    **{
        f"panel {side * side}": (
            "chip-scale-panel/chip-scale-panel.yaml",
            [f"array.columns={side}", f"array.rows={side}"],
        )
        for side in (10, 1000)
    },
}


def timed(stages):
    """Return a table that fills with the seconds of each stage while `maskgen.output` runs."""
    from maskgen import output

    found = dict.fromkeys(stages, 0.0)
    for name in stages:
        *path, last = name.split(".")
        owner = getattr(output, path[0]) if path else output
        setattr(owner, last, _clocked(getattr(owner, last), found, name))
    return found


def _clocked(function, found, name):
    def run(*args, **kwargs):
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            found[name] += time.perf_counter() - start

    return run


def child(spec, settings, folder):
    """Build a spec, and print the seconds of each stage, of the whole, and the size of the page."""
    from maskgen import pipeline

    seconds = timed(STAGES)
    start = time.perf_counter()
    result, target = pipeline.build(
        Path(spec), Path(folder), settings=settings, formats=("gds",), allow_violations=True
    )
    whole = time.perf_counter() - start
    size = (target / "report.html").stat().st_size
    print(json.dumps([*seconds.values(), whole, size, result.package.layout.array.sites]))


def best(spec, settings, repeat):
    """Return the least seconds of each stage."""
    found = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            command = [
                sys.executable,
                __file__,
                "--child",
                json.dumps([str(EXAMPLES / spec), settings, f"{folder}/out"]),
            ]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
            found.append(json.loads(done.stdout))
    return [min(column) for column in zip(*found, strict=True)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(*json.loads(options.child))
        return
    heads = "".join(f"{name:>13}" for name in (*STAGES.values(), "together", "build", "report.html"))
    print(f"{'':20}{'sites':>9}{heads}")
    for name, (spec, settings) in JOBS.items():
        *stages, whole, size, sites = best(spec, settings, options.repeat)
        cells = "".join(f"{seconds:11.2f} s" for seconds in (*stages, sum(stages), whole))
        print(f"{name:20}{sites:9}{cells}{size / 1e6:10.2f} MB", flush=True)


if __name__ == "__main__":
    main()
