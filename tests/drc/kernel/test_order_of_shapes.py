"""What is found does not depend on the order in which shapes are drawn."""

import numpy as np
import pytest

from maskgen.drc.kernel import distance, facing
from maskgen.drc.kernel.merge import merged
from maskgen.geometry.polygons import from_rings, offsets


def outline(rng):
    """Return a bracket or a quadrilateral on a coarse grid, so that much is equally far apart."""
    x, y = (rng.integers(0, 80, 2) * 500).tolist()
    width, height = (rng.integers(8, 40, 2) * 500).tolist()
    if rng.random() < 0.5:
        return [tuple((np.array([x, y]) + rng.integers(-20, 20, 2) * 500).tolist()) for _ in range(4)]
    return [
        (x, y),
        (x + width, y),
        (x + width, y + 2000),
        (x + 2000, y + 2000),
        (x + 2000, y + height),
        (x, y + height),
    ]


def shapes(outlines):
    return from_rings(
        np.concatenate([np.array(each) for each in outlines]), offsets(np.array([len(e) for e in outlines]))
    )


def pairs(outlines, check):
    found = getattr(distance, check)(merged(shapes(outlines)), 15_000, facing=True)
    edges = found.edges.reshape(-1, 2, 4).tolist()
    return {(*sorted(map(tuple, pair)), round(gap, 6)) for pair, gap in zip(edges, found.distance.tolist(), strict=True)}


def differing(check):
    """Return the seeds for which two orders of the same shapes give other pairs."""
    found = []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        outlines = [outline(rng) for _ in range(60)]
        if pairs(outlines, check) != pairs([outlines[n] for n in rng.permutation(len(outlines))], check):
            found.append(seed)
    return found


@pytest.mark.parametrize("check", ["space", "notch", "width"])
def test_order_of_shapes_changes_nothing(path, check):
    assert not differing(check)


def test_of_equally_short_lines_one_must_be_chosen(path, monkeypatch):
    monkeypatch.setattr(facing, "_is_before", lambda line, _: np.zeros(line.shape[1], dtype=bool))

    assert differing("space")
