"""Copies: where what was found in a short layout stands in the whole one (`contraction`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.layouts.contraction import Cut
from maskgen.drc.violation import Finding
from maskgen.geometry.arrays import Lattice

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]
Run = tuple[float, int, float]
"""Where copies begin along an axis, how many there are, and how far apart they stand [dbu]."""

_UNIT = 1e3
"""Database units in a µm."""
_DIGITS = 6
_NEAR = 1e-3
"""Part of a database unit by which places may be off each other."""


class FarReachingError(Exception):
    """Something in a short layout of which it cannot be said what it is in the whole one: look at that one flat."""


@dataclass(frozen=True)
class Placed:
    """A finding at its first place, and all its places.

    Parameters
    ----------
    columns, rows
        Runs of the finding's left and of its lower border [dbu]: it stands wherever one of both meets.
    """

    finding: Finding
    columns: tuple[Run, ...]
    rows: tuple[Run, ...]

    @property
    def count(self) -> int:
        """Return how many copies there are."""
        return sum(run[1] for run in self.columns) * sum(run[1] for run in self.rows)

    def lattices(self) -> tuple[Lattice, ...]:
        """Return where it stands, the lower left corner of its box; none if it stands alone."""
        if self.count == 1:
            return ()
        return tuple(
            Lattice(_um(x), _um(y), columns, rows, _um(dx), _um(dy))
            for y, rows, dy in self.rows
            for x, columns, dx in self.columns
        )


def spread(findings: Sequence[Finding], cuts: Sequence[tuple[int, Cut]]) -> list[Placed]:
    """Return what was found in a short layout with all its places in the whole one, alike findings as one.

    Raises
    ------
    FarReachingError
        If one of them runs through what was taken out and is no straight edge.
    """
    if not cuts or not findings:
        return [_alone(finding) for finding in findings]
    level = [_is_along(finding, axis) for finding in findings for axis in (0, 1)]
    tables = [
        _undone(_coordinates(findings, axis), np.array(level[axis::2]), [cut for at, cut in cuts if at == axis])
        for axis in (0, 1)
    ]
    found = [_placed(finding, tables[0][number], tables[1][number]) for number, finding in enumerate(findings)]
    return _united(_united(found, 0), 1)


def require_local(boxes: Integers, cuts: Sequence[tuple[int, Cut]]) -> None:
    """Raise an error if any of some boxes [dbu] runs through what was taken out, or nearly so.

    A chain of touching copies ends where its strip ends, or beyond: what counts is how much of a box lies in the strip.

    Raises
    ------
    FarReachingError
        For checks of whole shapes: in the whole layout the shape is another.
    """
    for axis, cut in cuts:
        within = np.minimum(boxes[:, axis + 2], cut.high) - np.maximum(boxes[:, axis], cut.low)
        if (within > cut.period + 2 * cut.margin).any():
            raise FarReachingError


def require_small(boxes: Integers, cuts: Sequence[tuple[int, Cut]]) -> None:
    """Raise an error if any of some boxes [dbu] in a strip is larger than anything is seen there.

    Raises
    ------
    FarReachingError
        For hulls and holes, which at one end of a shape depend on its other end.
    """
    for axis, cut in cuts:
        low, high = boxes[:, axis], boxes[:, axis + 2]
        if ((high > cut.low) & (low < cut.high) & (high - low > cut.margin / 2)).any():
            raise FarReachingError


def _alone(finding: Finding) -> Placed:
    left, bottom = finding.box[:2] if finding.box else (0.0, 0.0)
    return Placed(finding, ((left * _UNIT, 1, 0.0),), ((bottom * _UNIT, 1, 0.0),))


def _coordinates(findings: Sequence[Finding], axis: int) -> Reals:
    """Return (n, 6) where along an axis the box of each finding begins and ends, and its edges [dbu]."""
    rows = []
    for finding in findings:
        box = finding.box or (0.0, 0.0, 0.0, 0.0)
        edges = [point[axis] for edge in finding.edges[:2] for point in edge]
        rows.append([box[axis], box[axis + 2], *edges, *[np.nan] * (4 - len(edges))])
    return np.round(np.array(rows) * _UNIT, 3)


def _is_along(finding: Finding, axis: int) -> bool:
    """Tell whether a finding is of edges along an axis and of nothing else: it may be drawn out along it."""
    return bool(finding.edges) and all(a[1 - axis] == b[1 - axis] for a, b in finding.edges)


@dataclass(frozen=True)
class _Table:
    """Places along one axis: the finding of each, its coordinates, and how it repeats."""

    finding: Integers
    x: Reals
    count: Integers
    step: Reals

    def select(self, which: NDArray[np.bool_]) -> "_Table":
        return _Table(self.finding[which], self.x[which], self.count[which], self.step[which])


def _undone(x: Reals, level: NDArray[np.bool_], cuts: Sequence[Cut]) -> dict[int, list[tuple[Reals, int, float]]]:
    """Return for each finding its coordinates and runs along an axis in the whole layout."""
    size = len(x)
    table = _Table(np.arange(size), x, np.ones(size, dtype=np.int64), np.zeros(size))
    for cut in cuts:
        table = _without(table, level, cut)
    found: dict[int, list[tuple[Reals, int, float]]] = {}
    for number, row, count, step in zip(
        table.finding.tolist(), table.x, table.count.tolist(), table.step.tolist(), strict=True
    ):
        found.setdefault(number, []).append((row, count, step))
    return found


def _without(table: _Table, level: NDArray[np.bool_], cut: Cut) -> _Table:
    """Return places with one cut undone."""
    # Copies of one place that one part of a cut sees here and another there are looked at one by one.
    table = _loosened(table, cut)
    low, high = table.x[:, 0], table.x[:, 1] + (table.count - 1) * table.step
    left, right = high + cut.margin <= cut.high, low - cut.margin >= cut.low
    through = ~left & ~right
    if (through & ~_can_stretch(table, level, cut)).any():
        raise FarReachingError
    inside = left & right
    if (inside & (table.x[:, 1] - table.x[:, 0] > cut.period + 2 * cut.margin)).any():
        raise FarReachingError
    middle = (table.x[:, 0] + table.x[:, 1]) / 2
    at_home = inside & (middle >= cut.home) & (middle < cut.behind)
    moves = (right & ~left) | (inside & (middle >= cut.behind))
    x = table.x + np.where(moves, cut.gone, 0.0)[:, None]
    x[through] += np.where(table.x[through] >= cut.high, cut.gone, 0.0)
    return _repeated(replace(table, x=x), at_home, cut)


def _can_stretch(table: _Table, level: NDArray[np.bool_], cut: Cut) -> NDArray[np.bool_]:
    """Tell which places consist of edges along the axis with no end in the strip."""
    ends = np.isnan(table.x) | (table.x <= cut.low) | (table.x >= cut.high)
    return level[table.finding] & ends.all(axis=1) & (table.count == 1)


def _loosened(table: _Table, cut: Cut) -> _Table:
    """Return places with those runs written out that a cut does not see all alike."""
    middle = (table.x[:, 0] + table.x[:, 1]) / 2
    last = middle + (table.count - 1) * table.step
    reach = (table.x[:, 1] - table.x[:, 0]) / 2 + cut.margin
    marks = np.array([cut.low, cut.home, cut.behind, cut.high])
    apart = (middle[:, None] - reach[:, None] < marks) & (marks <= last[:, None] + reach[:, None])
    several = (table.count > 1) & apart.any(axis=1)
    if not several.any():
        return table
    some, rest = table.select(several), table.select(~several)
    row = np.repeat(np.arange(len(some.count)), some.count)
    rank = np.arange(len(row)) - np.repeat(np.cumsum(some.count) - some.count, some.count)
    return _joined(
        rest,
        _Table(
            some.finding[row],
            some.x[row] + (rank * some.step[row])[:, None],
            np.ones(len(row), dtype=np.int64),
            np.zeros(len(row)),
        ),
    )


def _repeated(table: _Table, at_home: NDArray[np.bool_], cut: Cut) -> _Table:
    """Return places with those at home once for each period that was taken out, and once more."""
    times = cut.times + 1
    single = at_home & (table.count == 1)
    count, step = np.where(single, times, table.count), np.where(single, cut.period, table.step)
    found = _Table(table.finding, table.x, count, step)
    runs = at_home & ~single
    if not runs.any():
        return found
    some = found.select(runs)
    row = np.repeat(np.arange(len(some.count)), some.count)
    rank = np.arange(len(row)) - np.repeat(np.cumsum(some.count) - some.count, some.count)
    copies = _Table(
        some.finding[row],
        some.x[row] + (rank * some.step[row])[:, None],
        np.full(len(row), times),
        np.full(len(row), cut.period),
    )
    return _joined(found.select(~runs), copies)


def _joined(one: _Table, other: _Table) -> _Table:
    return _Table(
        np.append(one.finding, other.finding),
        np.concatenate([one.x, other.x]),
        np.append(one.count, other.count),
        np.append(one.step, other.step),
    )


def _placed(finding: Finding, columns: list[tuple[Reals, int, float]], rows: list[tuple[Reals, int, float]]) -> Placed:
    """Return a finding at its first place, with the runs of both axes."""
    xs, ys = min(columns, key=lambda entry: entry[0][0]), min(rows, key=lambda entry: entry[0][0])
    runs = tuple(tuple(sorted((float(x[0]), count, step) for x, count, step in axis)) for axis in (columns, rows))
    if finding.box is None:
        return Placed(finding, *runs)
    x, y = (np.round(entry[0] / _UNIT, _DIGITS).tolist() for entry in (xs, ys))
    ends = list(zip(x[2:], y[2:], strict=True))
    edges = tuple((ends[2 * n], ends[2 * n + 1]) for n in range(min(2, len(finding.edges))))
    moved = replace(finding, box=(x[0], y[0], x[1], y[1]), edges=edges)
    return Placed(moved, *runs)


def _united(found: Sequence[Placed], axis: int) -> list[Placed]:
    """Return findings with those joined that are alike and continue each other's runs along an axis."""
    groups: dict[object, list[Placed]] = {}
    for placed in found:
        groups.setdefault(_likeness(placed, axis), []).append(placed)
    return [one for group in groups.values() for one in (_chained(group, axis) if len(group) > 1 else group)]


def _likeness(placed: Placed, axis: int) -> object:
    """Return what is equal for findings that differ by nothing but their place along an axis."""
    finding, along = placed.finding, placed.rows if axis == 0 else placed.columns
    if finding.box is None:
        return placed
    origin = finding.box[0], finding.box[1]
    size = round(finding.box[2] - origin[0], 3), round(finding.box[3] - origin[1], 3)
    edges = tuple((round(x - origin[0], 3), round(y - origin[1], 3)) for edge in finding.edges for x, y in edge)
    measured = None if finding.measured is None else round(finding.measured, 5)
    return size, edges, measured, along


def _chained(group: list[Placed], axis: int) -> list[Placed]:
    """Return like findings, the runs of each made longer by the others that continue them."""
    runs = [one.rows if axis else one.columns for one in group]
    if any(len(run) > 1 for run in runs):
        return group
    at = {round(run[0][0]): number for number, run in enumerate(runs)}
    taken: set[int] = set()
    found = []
    for number in sorted(range(len(group)), key=lambda number: (-runs[number][0][1], runs[number][0][0])):
        if number in taken:
            continue
        taken.add(number)
        first, whole = _prolonged(number, [run[0] for run in runs], at, taken)
        one = group[first]
        found.append(replace(one, rows=(whole,)) if axis else replace(one, columns=(whole,)))
    return found


def _prolonged(number: int, runs: Sequence[Run], at: dict[int, int], taken: set[int]) -> tuple[int, Run]:
    """Return a run with all that continues it, and the number of the one that stands first; they are then taken."""
    first, (x, count, step) = number, runs[number]
    while step and (after := at.get(round(x + count * step))) is not None and _goes_on(after, step, runs, taken):
        taken.add(after)
        count += runs[after][1]
    while step and (before := at.get(round(x - step))) is not None and _goes_on(before, step, runs, taken):
        if runs[before][1] > 1:
            break
        taken.add(before)
        first, x, count = before, runs[before][0], count + 1
    return first, (x, count, step)


def _goes_on(number: int, step: float, runs: Sequence[Run], taken: set[int]) -> bool:
    """Tell whether a run is still free and has a step, if it has one."""
    return number not in taken and runs[number][2] in (0.0, step)


def _um(length: float) -> float:
    return round(length / _UNIT, _DIGITS)
