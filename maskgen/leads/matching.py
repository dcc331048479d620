"""Matching of contacts to terminals at the least total cost: freely, or in order.

Free matching at the least total distance never crosses itself when leads are straight: exchanging the ends of two that
cross would make both together shorter.
"""

import numpy as np

from maskgen.leads.model import Numbers, Values

NOWHERE = -1
"""Terminal of a contact that gets none."""


def distances(starts: Values, ends: Values) -> Values:
    """Return the (n, m) distances of each of n places from each of m [µm]."""
    ways = ends[None, :] - starts[:, None]
    return np.asarray(np.hypot(ways[..., 0], ways[..., 1]))


def shortest(costs: Values) -> Numbers:
    """Return the terminal of each contact at the least total cost, as many contacts served as there are terminals.

    The Hungarian method with shortest augmenting paths and potentials (Kuhn 1955; Jonker and Volgenant 1987).

    Parameters
    ----------
    costs : (n, m) ndarray of float
        Finite.

    Returns
    -------
    (n,) ndarray of int
        Column of each row, or `NOWHERE`.
    """
    rows, columns = costs.shape
    if not rows or not columns:
        return np.full(rows, NOWHERE)
    if rows > columns:
        return _inverse(shortest(costs.T), rows)
    search = _Search(costs)
    for row in range(rows):
        search.serve(row)
    return _inverse(search.owners, rows)


class _Search:
    """Owners of the columns so far, and potentials under which no cost is below zero and owned ones are zero."""

    def __init__(self, costs: Values) -> None:
        self.costs = costs
        self.owners = np.full(costs.shape[1], NOWHERE)
        self.of_rows = np.zeros(costs.shape[0])
        self.of_columns = np.zeros(costs.shape[1])

    def serve(self, row: int) -> None:
        """Give one more row a column, moving others along the cheapest path."""
        reached = np.full(self.costs.shape[1], np.inf)
        came_from = np.full(self.costs.shape[1], NOWHERE)
        is_done = np.zeros(self.costs.shape[1], dtype=bool)
        visited, column, cost, owner = [(row, 0.0)], NOWHERE, 0.0, row
        while owner != NOWHERE:
            through = cost + self.costs[owner] - self.of_rows[owner] - self.of_columns
            is_better = (through < reached) & ~is_done
            reached[is_better], came_from[is_better] = through[is_better], column
            column = int(np.where(is_done, np.inf, reached).argmin())
            cost, owner, is_done[column] = float(reached[column]), int(self.owners[column]), True
            visited.append((owner, cost))
        for passed, at in visited[:-1]:
            self.of_rows[passed] += cost - at
        self.of_columns[is_done] -= cost - reached[is_done]
        self._pass_on(row, column, came_from)

    def _pass_on(self, row: int, column: int, came_from: Numbers) -> None:
        """Give each column of a path to the owner of the one before, and the first to the new row."""
        while came_from[column] != NOWHERE:
            self.owners[column] = self.owners[came_from[column]]
            column = int(came_from[column])
        self.owners[column] = row


def in_order(costs: Values) -> Numbers:
    """Return the terminal of each contact, both in order, at the least total cost, as many served as can be.

    Parameters
    ----------
    costs : (n, m) ndarray of float
        Of contacts and terminals in their orders.

    Returns
    -------
    (n,) ndarray of int
        Increasing columns; `NOWHERE` for contacts left over.
    """
    rows, columns = costs.shape
    if rows > columns:
        return _inverse(in_order(costs.T), rows)
    best = np.zeros((rows + 1, columns + 1))
    for row in range(rows):
        best[row + 1, : row + 1] = np.inf
        best[row + 1, row + 1 :] = np.minimum.accumulate((best[row, :-1] + costs[row])[row:])
    found, column = np.full(rows, NOWHERE), columns
    for row in range(rows - 1, -1, -1):
        column = int(np.argmax(best[row + 1, : column + 1] <= best[row + 1, column])) - 1
        found[row] = column
    return found


def _inverse(owners: Numbers, count: int) -> Numbers:
    """Return the column that each of some rows owns."""
    found = np.full(count, NOWHERE)
    found[owners[owners != NOWHERE]] = np.flatnonzero(owners != NOWHERE)
    return found
