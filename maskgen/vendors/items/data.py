"""Items V01 to V09: the file, its cells and its layers."""

import re
from collections import Counter
from collections.abc import Iterator
from math import isclose
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.violation import Finding
from maskgen.stream import hierarchy
from maskgen.vendors.item import Found, Item
from maskgen.vendors.model import LengthLimit
from maskgen.vendors.submission import Mild, NotJudgedError, Submission

Array = NDArray[Any]

_CONTEXT = "$$$CONTEXT_INFO$$$"
_SINGLES = 100
"""Single references of one cell in another from which an array is worth it."""
_SMALL = 1_000_000
"""Bytes below which nobody asks for arrays."""


def whole(submission: Submission) -> Iterator[Found]:
    """Yield what is wrong with the file as such; one that cannot be read at all is an error of the program."""
    file, taken = submission.file, submission.profile.data.formats.formats
    if file.format not in taken:
        yield Finding(f"the file is {file.format}, taken are {', '.join(taken)}")
    for cell, odd in file.odd.items():
        for sentence, count in odd.items():
            if "several XY" in sentence or "not in the file" in sentence:
                yield Finding(f"cell {cell!r} has {count} {sentence}")


def units(submission: Submission) -> Iterator[Found]:
    """Yield units that are not the vendor's, and coordinates beyond their range."""
    file, data = submission.file, submission.profile.data
    yield from _unit("database unit", file.database_unit, submission, data.database_unit)
    yield from _unit("user unit", file.user_unit, submission, data.user_unit)
    if file.format == "dxf" and file.user_unit is None:
        yield Mild(Finding("the drawing does not say its unit; it was read as um: state it in the order"))
    if not submission.keys:
        return
    farthest, most = max(map(abs, submission.box)), submission.profile.value(data.reach)
    if farthest > most:
        sentence = f"data reaches {farthest:.10g} um from the origin, at most {most:.10g} um are read"
        yield Finding(sentence, submission.box, farthest, most)


def _unit(what: str, found: float | None, submission: Submission, limit: LengthLimit) -> Iterator[Found]:
    wanted = submission.profile.value(limit)
    is_drawing = submission.file.format == "dxf"
    if found is not None and not isclose(found, wanted, rel_tol=1e-9):
        sentence = f"the {'drawing unit' if is_drawing else what} is {found:.10g} um, wanted is {wanted:g} um"
        # A drawing that says its unit can be read right, whatever it is.
        yield Mild(Finding(sentence)) if is_drawing else Finding(sentence)


def top_cell(submission: Submission) -> Iterator[Found]:
    """Yield top cells too many, none, or one of another name than the manifest says."""
    names = [submission.cells.cells[number].name for number in submission.tops]
    if len(names) != 1:
        shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        yield Finding(f"{len(names)} top cells, must be 1" + (f": {shown}" if names else ""))
        return
    mask = submission.papers.mask if submission.papers else None
    if mask is not None and submission.file.format != "dxf" and mask.get("cell") != names[0]:
        yield Finding(f"the top cell is {names[0]!r}, the manifest says {mask.get('cell')!r}")


def cell_names(submission: Submission) -> Iterator[Found]:
    """Yield names that readers cut, refuse or confuse."""
    data = submission.profile.data
    legal = re.compile(f"[{data.name_characters.characters}]*")
    seen: dict[str, str] = {}
    for name in _names(submission):
        if len(name) > data.name_length.count:
            yield Finding(
                f"cell {name!r} has a name of {len(name)} characters, at most {data.name_length.count} are read"
            )
        if not legal.fullmatch(name):
            yield Finding(f"cell {name!r} has characters in its name other than {data.name_characters.characters}")
        for word in data.names_without.words:
            if word.casefold() in name.casefold():
                yield Finding(f"cell {name!r} has {word!r} in its name, which converters keep for themselves")
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield Finding(f"cells {other!r} and {name!r} differ by upper and lower case alone")


def _names(submission: Submission) -> list[str]:
    """Return the names of the file's cells, the drawing itself left out."""
    cells = submission.cells
    names = [cell.name for cell in cells.cells[: len(cells.cells) - cells.hidden]]
    return names[1:] if submission.file.format == "dxf" else names


def tidy(submission: Submission) -> Iterator[Found]:
    """Yield a library of an odd name, cells of tools, empty cells, and cells that nothing places."""
    file, cells = submission.file, submission.cells
    legal = submission.profile.data.name_characters.characters
    if not re.fullmatch(f"[{legal}.-]*", file.library):
        yield Finding(f"the library is called {file.library!r}, with characters other than {legal}.-")
    used = _used(submission)
    for number, cell in enumerate(cells.cells[: len(cells.cells) - cells.hidden]):
        if cell.name == _CONTEXT:
            yield Finding(f"cell {cell.name!r} belongs to a tool, no mask needs it")
        elif not cell.shapes and not len(cell.references) and not file.elements.get(cell.name):
            yield Finding(f"cell {cell.name!r} is empty")
        elif number not in used and number not in submission.tops:
            yield Finding(f"cell {cell.name!r} is placed by nothing that the top cell places")


def _used(submission: Submission) -> set[int]:
    """Return the cells below the first top cell, itself included."""
    found, ready = set[int](), submission.tops[:1]
    while ready:
        number = ready.pop()
        if number not in found:
            found.add(number)
            ready += np.unique(submission.cells.cells[number].references.cells).tolist()
    return found


def size(submission: Submission) -> Iterator[Found]:
    """Yield a file that is too large, and single references where an array would do."""
    most = submission.profile.data.bytes.count
    if submission.file.size > most:
        sentence = f"the file has {submission.file.size} bytes, more than {most} need special handling: use arrays"
        yield Finding(sentence, None, float(submission.file.size), float(most))
    if submission.file.size < _SMALL:
        return
    for cell in submission.cells.cells:
        single = cell.references.copies.prod(axis=1) == 1
        for child, count in Counter(cell.references.cells[single].tolist()).items():
            if count >= _SINGLES and child < len(submission.cells.cells) - submission.cells.hidden:
                name = submission.cells.cells[child].name
                yield Finding(f"cell {cell.name!r} places {name!r} {count} times one by one: use arrays")


def references(submission: Submission) -> Iterator[Found]:
    """Yield a hierarchy too deep or too wide, and references that are turned, enlarged or skewed."""
    data, cells = submission.profile.data, submission.cells
    children = {str(n): [str(c) for c in set(cell.references.cells.tolist())] for n, cell in enumerate(cells.cells)}
    depth = max(hierarchy.levels(children).values(), default=0) - bool(cells.hidden)
    if depth > data.depth.count:
        yield Finding(f"{depth} levels of cells, at most {data.depth.count} are read", None, depth, data.depth.count)
    total = sum(len(cell.references) for cell in cells.cells[: len(cells.cells) - cells.hidden]) - _hidden(submission)
    if total > data.references.count:
        sentence = f"{total} references, at most {data.references.count} are read"
        yield Finding(sentence, None, float(total), float(data.references.count))
    for cell in cells.cells:
        yield from _skewed(cell.name, cell.references.turns, cell.references.steps, cell.references.copies)
    for name, count in submission.file.absolute.items():
        yield Finding(f"cell {name!r} has {count} references with an absolute angle or magnification")
    for name, odd in submission.file.odd.items():
        for sentence, count in odd.items():
            if "scaled by different" in sentence:
                yield Finding(f"cell {name!r} has {count} {sentence}")


def _hidden(submission: Submission) -> int:
    """Return how many references are shapes that repeat."""
    first = len(submission.cells.cells) - submission.cells.hidden
    return sum(int((cell.references.cells >= first).sum()) for cell in submission.cells.cells)


def _skewed(name: str, turns: Array, steps: Array, copies: Array) -> Iterator[Found]:
    """Yield references of one cell by what is wrong with them."""
    enlarged = int((np.abs(np.abs(turns) - 1) > 1e-9).sum())
    if enlarged:
        yield Finding(f"cell {name!r} has {enlarged} references with a magnification other than 1")
    angles = np.degrees(np.angle(turns)) / 90
    turned = int((np.abs(angles - np.round(angles)) > 1e-7).sum())
    if turned:
        yield Finding(f"cell {name!r} has {turned} references turned by other than multiples of 90 deg")
    across, along = steps[:, 0], steps[:, 1]
    both = (copies > 1).all(axis=1)
    slanted = [(np.abs(step) > 1e-6).all(axis=1) & (copies[:, way] > 1) for way, step in enumerate((across, along))]
    skewed = both & (np.abs((across * along).sum(axis=1)) > 1e-6)
    wrong = int((slanted[0] | slanted[1] | skewed).sum())
    if wrong:
        yield Finding(f"cell {name!r} has {wrong} arrays whose columns and rows do not run along the axes")


def layers(submission: Submission) -> Iterator[Found]:
    """Yield layers too many, undeclared, or of numbers that are not read."""
    data, names = submission.profile.data, submission.file.layers
    shown = ", ".join(names.get(key, f"{key[0]}/{key[1]}") for key in names)
    if len(names) > data.layers.count:
        yield Finding(f"{len(names)} layers: {shown}; at most {data.layers.count}", None, len(names), data.layers.count)
    mask = submission.papers.mask if submission.papers else None
    if mask is not None and (meant := (mask["layer"], mask["datatype"])) not in names:
        yield Finding(
            f"layer {meant[0]}/{meant[1]}, which the manifest names, has nothing; drawn is {shown or 'nothing'}"
        )
    for key, name in names.items():
        is_named = submission.file.format == "dxf" and name != "0"
        yield from () if is_named else _number(key, submission)


def _number(key: tuple[int, int], submission: Submission) -> Iterator[Found]:
    data = submission.profile.data
    (low, high), (least, most) = data.layer_numbers.range, data.datatypes.range
    if key[0] == 0 and low > 0:
        yield Mild(Finding("layer 0 has data, which shops that work with drawings do not take"))
    elif not low <= key[0] <= high:
        yield Finding(f"layer {key[0]} is not among {low:g} to {high:g}")
    if not least <= key[1] <= most:
        yield Finding(f"datatype {key[1]} of layer {key[0]} is not among {least:g} to {most:g}")


def properties(submission: Submission) -> Iterator[Found]:
    """Yield cells with elements that carry too many bytes of properties."""
    most = submission.profile.data.property_bytes.count
    if submission.file.format != "gds":
        raise NotJudgedError("a GDSII file; other formats have no such limit")
    for name, count in submission.file.properties.items():
        if count > most:
            yield Finding(
                f"cell {name!r} has an element with {count} bytes of properties, at most {most}", None, count, most
            )


DATA = (
    Item("V01", "file is whole, in a format that is taken", "what a reader trips over comes back", "error", whole),
    Item("V02", "units and range", "a file read in another unit is a plate of another size", "error", units),
    Item("V03", "one top cell", "with several the shop must guess which one is meant", "error", top_cell),
    Item("V04", "cell names", "readers cut, refuse or confuse names beyond their rules", "error", cell_names),
    Item("V05", "no leftovers", "cells that nothing needs hide those that are needed", "warning", tidy),
    Item("V06", "size", "large files need special handling, arrays make them small", "warning", size),
    Item("V07", "hierarchy and references", "converters stop at a depth and refuse odd turns", "error", references),
    Item("V08", "layers", "a shape on a layer that nobody named is on no mask", "error", layers),
    Item("V09", "properties", "more than the format allows breaks readers", "warning", properties),
)  # fmt: skip
