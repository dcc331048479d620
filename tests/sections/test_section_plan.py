"""Plans and cuts: which site, which line, and where it crosses what."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from maskgen.errors import Problem, ProblemsError, SourceError
from maskgen.geometry import regions
from maskgen.output import sections_of
from maskgen.pipeline import make, prepare
from maskgen.sections.plan import Cut, cuts, joined, site_plan
from maskgen.spec.sections import CutLine

TEMPLATE = Path(__file__).parents[2] / "templates" / "etched-recess-mold.yaml"
SMALL = ["array.columns=2", "array.rows=2"]


def _spec(folder, more=""):
    spec = folder / "spec.yaml"
    spec.write_text(TEMPLATE.read_text(encoding="utf-8") + more, encoding="utf-8")
    return spec


def _planned(*settings):
    result = make(prepare(TEMPLATE, [*SMALL, *settings]))
    return result.package, site_plan(result.patterns, result.masks, result.package.layout.array)


@pytest.fixture(scope="module")
def planned():
    return _planned()


def test_a_cut_crosses_a_region_in_spans():
    cut = Cut("c", (-10.0, 0.0), (10.0, 0.0))
    region = regions.merge([shapely.box(-8, -1, -4, 1), shapely.box(-4, -1, -2, 1), shapely.box(5, -1, 20, 1)])

    assert cut.spans(region).tolist() == [[-8, -2], [5, 10]]
    assert cut.spans(regions.EMPTY).shape == (0, 2)


OFFSET = Cut("c", (-10.0, 0.0), (10.0, 3.0), ((-4.0, 5.0), (6.0, 3.0)))
"""A cut in three pieces, at y = 0, 5 and 3."""


def test_an_offset_cut_shows_what_each_of_its_pieces_crosses():
    region = regions.merge([shapely.box(-8, -1, 0, 1), shapely.box(-2, 4, 2, 6), shapely.box(7, 2, 9, 4)])

    assert OFFSET.pieces == (((-10, 0), (-4, 0)), ((-4, 5), (6, 5)), ((6, 3), (10, 3)))
    assert OFFSET.spans(region).tolist() == [[-8, -4], [-2, 2], [7, 9]]
    assert [OFFSET.place(x) for x in (-5.0, 0.0, 8.0)] == [(-5, 0), (0, 5), (8, 3)]
    assert OFFSET.beside((1.0, 6.0)) == pytest.approx(1.0)
    assert [OFFSET.is_clear(x, 1.0) for x in (-5.5, -4.5, 6.5, 8.0)] == [True, False, False, True]


@pytest.mark.parametrize(
    "stem", ["carrier-frame-resilient-pads", "etch-resistant-spot-terminals", "peelable-lead-sheet"]
)
def test_the_default_cut_goes_through_both_ends_of_leads(stem):
    path = TEMPLATE.with_name(f"{stem}.yaml")
    result = make(prepare(path, [*SMALL, *(["marks=none"] if "spot" not in stem else [])]))
    (cut,) = cuts({}, result.package, site_plan(result.patterns, result.masks, result.package.layout.array))
    met = [
        placed.lead.number
        for placed in result.package.leads
        if all(abs(cut.beside(tuple(end))) < 1e-6 for end in (placed.lead.path[0], placed.lead.path[-1]))
    ]

    assert len(met) >= 2


def test_a_slanted_cut_measures_along_itself_from_the_foot_of_the_centre():
    cut = Cut("c", (0.0, -10.0), (20.0, 10.0))

    assert cut.span == pytest.approx((-np.sqrt(50), np.sqrt(450)))
    assert cut.place(0.0) == pytest.approx((5, -5))
    assert cut.beside((0.0, 0.0)) == pytest.approx(np.sqrt(50))


def test_spans_that_touch_are_one():
    assert joined(np.array([[3.0, 4.0], [0.0, 1.0], [1.0, 2.0]])).tolist() == [[0, 2], [3, 4]]


def test_the_default_cut_goes_through_die_and_pads(planned):
    package, plan = planned
    (cut,) = cuts({}, package, plan)

    assert (cut.name, cut.start, cut.end) == ("main", (-2150.0, 325.0), (2150.0, 325.0))
    assert all(len(cut.spans(plan.layers[name])) for name in ("PAD", "DIE", "MP", "FIRST_MASK", "RECESS"))


def test_the_plan_is_the_mask_as_it_is_written(planned):
    """An inverted mask digitises the islands: it opens the same."""
    plans = [planned[1], _planned("masks.FIRST_MASK.invert=true")[1]]

    assert [plan.drawn["FIRST_MASK"] for plan in plans] == ["opening", "remaining"]
    assert regions.is_same(plans[0].opened("FIRST_MASK"), plans[1].opened("FIRST_MASK"), tolerance=0.11)


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        pytest.param({"from": (-500, 100), "to": (500, 100)}, ((-500, 100), (500, 100)), id="points"),
        pytest.param({"from": (-9000, 0), "to": (0, 0)}, ((-2150, 0), (0, 0)), id="no longer than the site"),
        pytest.param({"through": [1, 12]}, ((-2150, 975), (2150, 975)), id="pads"),
        pytest.param({"through": [1, 4]}, ((-1675, 2150), (-1675, -2150)), id="pads above each other"),
        pytest.param({"through": ["MP", 2]}, ((2150, -417.164), (-2150, 417.164)), id="mounting pad"),
    ],
)
def test_cuts_of_a_spec(line, ends, planned):
    (cut,) = cuts({"mine": CutLine.model_validate(line)}, *planned)

    assert cut.name == "mine"
    assert cut.start + cut.end == pytest.approx(ends[0] + ends[1], abs=1e-3)


@pytest.mark.parametrize(
    ("line", "key", "sentence"),
    [
        pytest.param({"through": [1, 99]}, ("through", 1), "no pad is called '99', did you mean '9'", id="no such pad"),
        pytest.param(
            {"through": [1, 1]}, ("through",), "goes through one point only: name two pads apart", id="one pad"
        ),
        pytest.param(
            {"from": (9000, 0), "to": (9000, 9)},
            (),
            "misses the site, which is the box (-2150, -2150, 2150, 2150) um",
            id="beside the site",
        ),
    ],
)
def test_cuts_that_do_not_fit(line, key, sentence, planned):
    with pytest.raises(ProblemsError) as caught:
        cuts({"mine": CutLine.model_validate(line)}, *planned)

    assert caught.value.problems == (Problem(("sections", "mine", *key), sentence),)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param("{from: [0, 0]}", "sections.mine: needs both 'from' and 'to'", id="no end"),
        pytest.param("{}", "sections.mine: needs either 'from' and 'to', or 'through'", id="nothing"),
        pytest.param("{from: [1, 1], to: [1, 1]}", "sections.mine: begins where it ends", id="point"),
        pytest.param("{through: [1]}", "sections.mine.through: ", id="one pad"),
        pytest.param("{through: [1, 3], at: 4}", "sections.mine.at: unknown key", id="unknown key"),
    ],
)
def test_cuts_that_make_no_sense(line, sentence, tmp_path):
    with pytest.raises(SourceError) as caught:
        prepare(_spec(tmp_path, f"sections: {{mine: {line}}}\n"))

    assert sentence in str(caught.value)


def test_a_cut_that_does_not_fit_is_told_at_its_line(tmp_path):
    result = make(prepare(_spec(tmp_path, "sections: {mine: {through: [1, 99]}}\n"), SMALL))
    with pytest.raises(SourceError, match=r"spec.yaml:\d+:\d+: sections.mine.through\[1\]: no pad is called '99'"):
        sections_of(result)
