"""Damaged layout files for `maskgen info`, `drc` and `diff`: every one is read right or refused in a sentence.

    .venv/bin/python tests/stream/fuzz.py 20000 [--first N] [--jobs J] [--keep FOLDER] [--oasis]

Mutants are made of whole files by number: the same number is the same mutant everywhere. One in twenty is OASIS, or
all of them on request. Workers call what is behind each command within limits of memory and time. A worker that dies,
a mutant that takes too long, any exception but a `MaskgenError`, a sentence that does not begin with the path, damage
that `info` tells without its byte or that another command tells otherwise count as failures; they are listed with
their numbers, and kept in a folder on request. The suite runs a slice of them (`test_fuzz.py`); 20,000 take about half
an hour of one processor.
"""

import argparse
import json
import os
import random
import re
import resource
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import gdstk
import klayout.db as kdb
from test_scan_mutants import MUTATIONS as GDS_MUTATIONS
from test_scan_mutants import arrays, nested, shapes

from maskgen.diff import compare
from maskgen.drc.deck import Deck
from maskgen.drc.layouts.check import check_layout, deck_for_layouts
from maskgen.errors import MaskgenError
from maskgen.report import text
from maskgen.stream.info import as_text, describe

SEED = 20261121
MEMORY = 3 << 30
"""Bytes of addresses that a worker may take, libraries included."""
PATIENCE = 60.0
"""Seconds of a processor that one mutant may take, commands together: the machine may have more to do."""
MOST_WAITS = 10
"""How many times as long it may wait, for whatever else."""
EVERY = 20
"""Each so many mutants one is of an OASIS file: a child reads them first, which takes longer."""
END = 256
"""Bytes of the last record of an OASIS file."""

DECK = """deck: fuzz
unit: um
layers: {A: 1/0, B: 2/3, C: 3/0, D: 37/0, E: 0/0}
derived: {ALL: A | B | C | D | E}
rules:
  W: {check: width, layer: A, min: 1}
  S: {check: space, layer: D, min: 50}
  X: {check: separation, layer: A, other: C, min: 1}
  N: {check: enclosure, inner: B, outer: D, min: 1}
  R: {check: area, layer: ALL, min: 2}
  G: {check: grid, layer: E, grid: 0.005}
  V: {check: vertices, layer: B, max: 5}
"""

Mutation = Callable[[bytes, random.Random], bytes]


def repeated() -> gdstk.Library:
    """Return a library with repetitions of every kind, which only OASIS has on shapes."""
    library = gdstk.Library("REPEATED")
    pad, top = library.new_cell("PAD"), library.new_cell("TOP")
    square = gdstk.rectangle((0, 0), (10, 10), layer=1)
    square.repetition = gdstk.Repetition(columns=5, rows=4, spacing=(20, 20))
    other = gdstk.rectangle((0, 0), (3, 9), layer=3)
    other.repetition = gdstk.Repetition(offsets=[(5, 5), (20, 40), (33, 60)])
    pad.add(square, other, gdstk.regular_polygon((50, 50), 5, 6, layer=2, datatype=3))
    slanted = gdstk.Reference(pad, (0, 0), rotation=0.3)
    slanted.repetition = gdstk.Repetition(columns=3, rows=2, v1=(200, 10), v2=(-10, 200))
    top.add(slanted, gdstk.Reference(pad, (900, 0), columns=4, rows=3, spacing=(150, 150)))
    top.add(gdstk.Label("PAD", (5, 5)))
    return library


def slanted() -> gdstk.Library:
    """Return a library of what OASIS has records of its own for: trapezoids, triangles and circles."""
    library = gdstk.Library("SLANTED")
    cell = library.new_cell("SLANTED")
    cell.add(*(gdstk.Polygon([(x, 0), (x + 30, 0), (x + 30 - x / 9, 10), (x + 10, 10)], layer=1) for x in (0, 50, 90)))
    cell.add(gdstk.Polygon([(0, 20), (10, 20), (0, 30)], layer=2), gdstk.Polygon([(0, 40), (9, 40), (9, 60), (0, 50)]))
    cell.add(gdstk.ellipse((80, 80), 10, layer=3, tolerance=0.001), gdstk.rectangle((20, 20), (30, 30), layer=3))
    cell.add(gdstk.Label("A TEXT", (1, 2), layer=3), gdstk.Label("A TEXT", (3, 4), layer=3))
    cell.polygons[0].set_property("NAME", [1.5, b"bytes", 3, -4])
    return library


OPTIONS = {
    "plain": {},
    "packed": {"compression_level": 6, "validation": "crc32"},
    "found": {"detect_trapezoids": True, "circle_tolerance": 0.01, "validation": "checksum32"},
}
"""How the layout kernel writes OASIS."""

OTHER_OPTIONS = {
    "strict": {"oasis_strict_mode": True, "oasis_write_cblocks": False, "oasis_compression_level": 10},
    "blocks": {"oasis_strict_mode": False, "oasis_write_cblocks": True, "oasis_compression_level": 2},
}
"""How KLayout writes OASIS: tables of names at the end of the file or before, records packed, repetitions found."""


def written_otherwise(source: Path, options: dict[str, object], path: Path) -> None:
    """Write a layout file as OASIS by another program than the one that wrote it first."""
    layout = kdb.Layout()
    layout.read(str(source))
    chosen = kdb.SaveLayoutOptions()
    chosen.format = "OASIS"
    for name, value in options.items():
        setattr(chosen, name, value)
    layout.write(str(path), chosen)


def seeds(folder: Path) -> list[Path]:
    """Write whole files to a folder, GDSII first."""
    paths = []
    for make in (shapes, arrays, nested):
        paths.append(folder / f"{make.__name__}.gds")
        make().write_gds(paths[-1])
    for make in (shapes, arrays, nested, repeated, slanted):
        for name, options in OPTIONS.items():
            paths.append(folder / f"{make.__name__}_{name}.oas")
            make().write_oas(paths[-1], **{"compression_level": 0} | options)
        first = folder / f"{make.__name__}_plain.oas"
        for name, options in OTHER_OPTIONS.items():
            paths.append(folder / f"{make.__name__}_{name}.oas")
            written_otherwise(first, options, paths[-1])
    return paths


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flip_bytes(data: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 3, 10))):
        damaged[rng.randrange(13, len(damaged) - END)] = rng.randrange(256)
    return bytes(damaged)


def enlarge(data: bytes, rng: random.Random) -> bytes:
    """Put a large number where some byte is."""
    at = rng.randrange(13, len(data) - END)
    number = rng.choice((b"\xff" * 3 + b"\x7f", b"\xff" * 8 + b"\x7f", b"\x80" * 9 + b"\x01", b"\x80\x80\x80\x80\x04"))
    return data[:at] + number + data[at + 1 :]


def leave_out(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(13, len(data) - END)
    return data[:at] + data[at + rng.choice((1, 2, 5, 30)) :]


def duplicate(data: bytes, rng: random.Random) -> bytes:
    at, size = rng.randrange(13, len(data) - END), rng.choice((1, 2, 5, 30, 100))
    return data[: at + size] + data[at:]


def damage_end(data: bytes, rng: random.Random) -> bytes:
    at = len(data) - rng.randrange(1, END + 20)
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


OASIS_MUTATIONS: tuple[Mutation, ...] = (cut, flip_bytes, enlarge, leave_out, duplicate, damage_end)


def mended(data: bytes) -> bytes:
    """Return an OASIS file with the checksum that its bytes have, so that more than the checksum is looked at."""
    if len(data) < END or data[-5] != 1:
        return data
    return data[:-4] + struct.pack("<I", zlib.crc32(data[:-4]))


def mutant(number: int, sources: Sequence[Path], *, every: int = EVERY) -> tuple[str, bytes, Path]:
    """Return name and bytes of a mutant, and the file of which it is made; each so many one is OASIS."""
    rng = random.Random(SEED + number)
    is_oasis = number % every == every - 1
    source = rng.choice([path for path in sources if (path.suffix == ".oas") == is_oasis])
    mutation = rng.choice(OASIS_MUTATIONS if is_oasis else GDS_MUTATIONS)
    data = mutation(source.read_bytes(), rng)
    data = mended(data) if is_oasis and rng.random() < 0.8 else data
    return f"{number}_{source.stem}_{mutation.__name__}{source.suffix}", data, source


def outcome(path: Path, whole: Path, command: str, deck: Deck) -> str:
    """Return what a command says of a file: ``read``, ``refused`` and why, or what is wrong with how it took it."""
    calls = {
        "info": lambda: json.dumps(found := describe(path)) + as_text(found),
        "drc": lambda: text.render(check_layout(path, deck).report),
        "diff": lambda: compare(whole, path, tolerance=0.0, cell=None).summary,
    }
    try:
        calls[command]()
    except MaskgenError as error:
        said = str(error)
        return f"refused {said}" if said.startswith(f"{path}: ") and "\n" not in said else f"says {said}"
    except Exception:  # whatever it is, it is what is looked for
        return f"raises {traceback.format_exc(limit=-3)}"
    return "read"


COMMANDS = ("info", "drc", "diff")


def outcomes(path: Path, whole: Path, deck: Deck) -> dict[str, str]:
    """Return for each command ``read``, ``refused``, or what is wrong with how it took a file."""
    said = {command: outcome(path, whole, command, deck) for command in COMMANDS}
    damage = said["info"]
    if not damage.startswith("refused "):
        return {command: "refused" if answer.startswith("refused ") else answer for command, answer in said.items()}
    has_byte = re.fullmatch(rf"refused {re.escape(str(path))}: byte \d+: .+", damage)
    return {
        command: ("refused" if has_byte else f"tells no byte: {answer}") if answer == damage else f"differs: {answer}"
        for command, answer in said.items()
    }


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def work() -> None:
    """Say of every path on standard input what the commands make of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    deck = deck_for_layouts(sys.argv[2])
    say("ready")
    for line in sys.stdin:
        path, whole = map(Path, line.rstrip("\n").split("\t"))
        say(json.dumps(outcomes(path, whole, deck)))


def seconds_of(process: int) -> float:
    """Return the seconds of a processor that a process and its children that have ended took, 0 if it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class Worker:
    """A process that looks at mutants, started anew when one has killed it."""

    def __init__(self, deck: Path) -> None:
        self.deck = deck
        self.process = self._started()

    def ask(self, path: Path, whole: Path) -> dict[str, str]:
        """Return what each command makes of a file."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{path}\t{whole}\n")
        self.process.stdin.flush()
        spent, waits = seconds_of(self.process.pid), 0
        while not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            waits += 1
            if waits == MOST_WAITS or seconds_of(self.process.pid) - spent > PATIENCE:
                return self._again("takes too long")
        line = self.process.stdout.readline()
        return json.loads(line) if line else self._again("kills the process")

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()

    def _again(self, what: str) -> dict[str, str]:
        self.close()
        code, self.process = self.process.returncode, self._started()
        return {"some command": f"{what}, exit {code}"}

    def _started(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, __file__, "--work", str(self.deck)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("a worker does not start")
        return process


@dataclass(frozen=True)
class Failure:
    """A mutant that was not taken as it should be."""

    name: str
    command: str
    outcome: str


def look(numbers: Sequence[int], folder: Path, keep: Path | None, every: int) -> Iterator[tuple[str, str, str]]:
    """Yield name of each mutant, command and outcome."""
    sources = sorted(path for path in (folder / "whole").iterdir() if path.suffix in (".gds", ".oas"))
    worker = Worker(folder / "whole" / "fuzz.drc.yaml")
    try:
        for done, number in enumerate(numbers):
            if done and done % 500 == 0:
                sys.stderr.write(f"{done} of {len(numbers)} done\n")
            name, data, whole = mutant(number, sources, every=every)
            path = folder / name
            path.write_bytes(data)
            found = worker.ask(path, whole)
            for command, said in found.items():
                yield name, command, said
                if said not in ("read", "refused"):
                    sys.stderr.write(f"{name}: {command} {said}\n")
            if keep and any(said not in ("read", "refused") for said in found.values()):
                shutil.copy(path, keep)
            path.unlink()
    finally:
        worker.close()


def run(
    numbers: Sequence[int], folder: Path, *, jobs: int = 2, keep: Path | None = None, every: int = EVERY
) -> tuple[Counter[str], list[Failure]]:
    """Return how many mutants each command read and refused, and the failures."""
    (folder / "whole").mkdir()
    seeds(folder / "whole")
    (folder / "whole" / "fuzz.drc.yaml").write_text(DECK)
    counts: Counter[str] = Counter()
    failures = []
    with ThreadPoolExecutor(jobs) as pool:
        for part in pool.map(lambda first: list(look(numbers[first::jobs], folder, keep, every)), range(jobs)):
            for name, command, said in part:
                is_right = said in ("read", "refused")
                counts[f"{command} {said if is_right else 'failed'}"] += 1
                failures += [] if is_right else [Failure(name, command, said)]
    return counts, failures


def main() -> None:
    """Look at as many mutants as asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--oasis", action="store_true", help="every mutant is OASIS")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        numbers = range(options.first, options.first + options.count)
        every = 1 if options.oasis else EVERY
        counts, failures = run(numbers, Path(name), jobs=options.jobs, keep=options.keep, every=every)
    for failure in failures:
        say(f"{failure.name}: {failure.command} {failure.outcome}")
    say(", ".join(f"{what} {count}" for what, count in sorted(counts.items())))
    sys.exit(bool(failures))


if __name__ == "__main__":
    work() if sys.argv[1:2] == ["--work"] else main()
