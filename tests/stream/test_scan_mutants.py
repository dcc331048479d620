"""Damaged GDSII files: what `scan` lets through, the kernel reads without an error."""

import random
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import gdstk
import pytest

from maskgen.errors import LayoutError
from maskgen.stream.scan import scan

MUTANTS = 2000
SEED = 20260901

# The child says which file it is about to read, so that its crash names the mutant.
CHILD = """
import sys, warnings, gdstk
warnings.simplefilter("ignore")
for path in sys.stdin:
    print(path.strip(), flush=True)
    library = gdstk.read_gds(path.strip())
    for cell in library.cells:
        cell.bounding_box()
        cell.get_polygons(apply_repetitions=False, depth=0)
        [label.text for label in cell.labels]
        [reference.cell for reference in cell.references]
        cell.copy("COPY", deep_copy=True)
    library.write_gds(sys.argv[1])
print("done")
"""


def shapes() -> gdstk.Library:
    library = gdstk.Library("SHAPES")
    cell = library.new_cell("SHAPES")
    cell.add(gdstk.rectangle((0, 0), (10, 4), layer=1))
    cell.add(gdstk.regular_polygon((0, 0), 5, 6, layer=2, datatype=3))
    cell.add(gdstk.FlexPath([(0, 0), (5, 0), (5, 5)], 1, ends="extended", simple_path=True, layer=3))
    cell.add(gdstk.FlexPath([(0, 9), (5, 9)], 1, ends=(1, 2), simple_path=True, layer=3))
    cell.add(gdstk.Label("VDD", (1, 1), layer=4, texttype=5, rotation=1, magnification=2, x_reflection=True))
    cell.polygons[0].set_gds_property(1, "a property")
    return library


def arrays() -> gdstk.Library:
    library = gdstk.Library("ARRAYS")
    pad, row, top = (library.new_cell(name) for name in ("PAD", "ROW", "TOP"))
    pad.add(gdstk.rectangle((0, 0), (60, 60), layer=37))
    row.add(gdstk.Reference(pad, (0, 0), columns=7, rows=1, spacing=(100, 100)))
    top.add(gdstk.Reference(row, (0, 0), rotation=1.5707963267948966, columns=2, rows=3, spacing=(900, 400)))
    top.add(gdstk.Reference(pad, (5, 5), magnification=2, x_reflection=True))
    top.add(gdstk.Label("PAD", (5, 5)))
    return library


def nested() -> gdstk.Library:
    library = gdstk.Library("NESTED", unit=1e-3, precision=1e-9)
    below = library.new_cell("LEVEL0")
    below.add(gdstk.rectangle((0, 0), (1, 1)))
    for level in range(1, 12):
        cell = library.new_cell(f"LEVEL{level}")
        cell.add(gdstk.Reference(below, (level, 0)), gdstk.Reference(below, (0, level)))
        cell.add(gdstk.rectangle((0, 0), (level, 1)))
        below = cell
    return library


def headers(data: bytes) -> list[tuple[int, int]]:
    """Return offset and length of each record."""
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from(">H", data, at)
        found.append((at, length))
        at += length
    return found


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flip_bytes(data: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 3, 10))):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    return bytes(damaged)


def change_length(data: bytes, rng: random.Random) -> bytes:
    at, _ = rng.choice(headers(data))
    length = rng.choice((0, 1, 2, 3, 4, 5, 6, 0x7FFF, 0xFFFF, rng.randrange(65536), rng.randrange(0, 64, 2)))
    return data[:at] + struct.pack(">H", length) + data[at + 2 :]


def resize(data: bytes, rng: random.Random) -> bytes:
    """Change a record's length together with its payload."""
    at, length = rng.choice(headers(data))
    size = rng.choice((0, 1, 2, 4, 8, 12, 16, 24, 40, 65528, 65530))
    payload = (data[at + 4 : at + length] * 65530 + bytes(65530))[:size]
    return data[:at] + struct.pack(">H", size + 4) + data[at + 2 : at + 4] + payload + data[at + length :]


def change_kind(data: bytes, rng: random.Random) -> bytes:
    at, _ = rng.choice(headers(data))
    kind = rng.choice((rng.randrange(0x3C), rng.randrange(256)))
    other = data[rng.choice(headers(data))[0] :][2:4]
    return data[: at + 2] + rng.choice((bytes([kind, data[at + 3]]), other)) + data[at + 4 :]


def zero_payload(data: bytes, rng: random.Random) -> bytes:
    at, length = rng.choice(headers(data))
    return data[: at + 4] + bytes(length - 4) + data[at + length :]


def fill_payload(data: bytes, rng: random.Random) -> bytes:
    at, length = rng.choice(headers(data))
    return data[: at + 4] + rng.choice((b"\xff", b"\x7f", b"\x80", b"A")) * (length - 4) + data[at + length :]


def duplicate(data: bytes, rng: random.Random) -> bytes:
    at, length = rng.choice(headers(data))
    return data[: at + length] + data[at:]


def leave_out(data: bytes, rng: random.Random) -> bytes:
    at, length = rng.choice(headers(data))
    return data[:at] + data[at + length :]


def exchange(data: bytes, rng: random.Random) -> bytes:
    found = headers(data)
    number = rng.randrange(len(found) - 1)
    (at, _), (middle, length) = found[number], found[number + 1]
    end = middle + length
    return data[:at] + data[middle:end] + data[at:middle] + data[end:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut,
    flip_bytes,
    change_length,
    resize,
    change_kind,
    zero_payload,
    fill_payload,
    duplicate,
    leave_out,
    exchange,
)


def accepted(sources: list[Path], folder: Path, count: int) -> Iterator[Path]:
    """Yield the mutants, written to a folder, that pass the scan; their names say how to make them again."""
    data = [(path.stem, path.read_bytes()) for path in sources]
    for number in range(count):
        rng = random.Random(SEED + number)
        (name, whole), mutation = data[number % len(data)], rng.choice(MUTATIONS)
        path = folder / f"{number}_{name}_{mutation.__name__}.gds"
        path.write_bytes(mutation(whole, rng))
        try:
            scan(path)
        except LayoutError:
            path.unlink()
        else:
            yield path


def survive(paths: list[Path], folder: Path) -> str:
    """Return what a child says that reads files: their names, and at last 'done'."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder / "written.out")],
        input="\n".join(map(str, paths)),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = child.stdout.split()
    return said[-1] if child.returncode == 0 else f"{child.returncode} at {said[-1]}: {child.stderr[-2000:]}"


def seeds(folder: Path) -> list[Path]:
    paths = []
    for make in (shapes, arrays, nested):
        path = folder / f"{make.__name__}.gds"
        make().write_gds(path)
        paths.append(path)
    return paths


@pytest.mark.parametrize("make", [shapes, arrays, nested])
def test_whole_files_pass(make, tmp_path):
    path = tmp_path / "whole.gds"
    make().write_gds(path)

    assert list(scan(path).cells) == [cell.name for cell in gdstk.read_gds(path).cells]


def test_what_passes_is_read(tmp_path):
    passed = list(accepted(seeds(tmp_path), tmp_path, MUTANTS))

    assert len(passed) > MUTANTS / 20
    assert survive(passed, tmp_path) == "done"
