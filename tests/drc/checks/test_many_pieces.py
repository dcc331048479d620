"""Checks of regions on 20 x 20 boxes of 10 um, 20 um apart, counted by hand."""

from collections import Counter

import pytest

BOXES = [(20 * column, 20 * row, 20 * column + 10, 20 * row + 10) for column in range(20) for row in range(20)]
COVER = (-5, -5, 205, 395)
"""Over ten columns and half of the next."""


@pytest.mark.parametrize(
    ("check", "layers", "sentences"),
    [
        pytest.param(
            "inside", (BOXES, [COVER]), {"50 um2 stick out": 20, "100 um2 stick out": 180}, id="half are inside"
        ),
        pytest.param("inside", (BOXES, []), {"100 um2 stick out": 400}, id="none are inside"),
        pytest.param(
            "outside",
            (BOXES, [COVER]),
            {"50 um2 of the one lie in the other": 20, "100 um2 of the one lie in the other": 200},
            id="half are outside",
        ),
        pytest.param("outside", (BOXES, []), {}, id="all are outside"),
        pytest.param("empty", (BOXES,), {"99.6 um2 that must not be there": 400}, id="shrunk by a hundredth of a um"),
        pytest.param(
            "matched", (BOXES[1:], BOXES), {"holds 0 pieces of the other layer, not one": 1}, id="one is missing"
        ),
        pytest.param(
            "matched", (BOXES, BOXES[1:]), {"lies in 0 pieces of the other layer, not one": 1}, id="one is in none"
        ),
    ],
)
def test_counts(check, layers, sentences, found):
    assert Counter(finding.sentence for finding in found(check, *layers)) == sentences


def test_places_and_points(found):
    findings = found("inside", BOXES, [COVER])

    boxes = {tuple(round(edge, 4) for edge in finding.box) for finding in findings}
    assert boxes == {(max(left, 205), bottom, right, top) for left, bottom, right, top in BOXES if right > 205}
    assert all(finding.box[0] < finding.at[0] < finding.box[2] for finding in findings)


def test_one_of_many_that_is_missing_is_measured_from_its_neighbours(found):
    """The far corners of the last box are 20 um from the boxes to its left and below."""
    (finding,) = found("same", BOXES[:-1], BOXES, tolerance=1.0)

    assert finding.sentence == "100 um2 missing"
    assert finding.measured == pytest.approx(20.0, abs=1e-3)
