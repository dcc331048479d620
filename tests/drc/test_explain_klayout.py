"""What the handbook says of KLayout, and of what is measured: said in every entry that it concerns, and true."""

import klayout.db as kdb
import pytest
import shapely

from maskgen.drc.deck import check_module
from maskgen.drc.explain import explain_name
from maskgen.drc.scene import Scene
from maskgen.expressions import Layer
from maskgen.layout import View

CALLS = {
    "space": "space",
    "width": "width",
    "notch": "notch",
    "separation": "separation",
    "enclosure": "enclosed",
    "overlap": "overlap",
}
"""Checks of pairs of edges, and what KLayout calls them."""
LIMIT = 100.0
FAR = shapely.box(-2000, -2000, 2000, 2000)


def disc(diameter, x=0.0):
    """Return a circle of many chords."""
    return shapely.Point(x, 0).buffer(diameter / 2, quad_segs=32)


def ring(diameter):
    """Return a plate with a round hole."""
    return shapely.box(-900, -900, 900, 900).difference(disc(diameter))


ROUND = {
    "space": (shapely.union(disc(300), disc(300, x=390)),),
    "width": (disc(95),),
    "notch": (ring(95),),
    "separation": (disc(300), disc(300, x=390)),
    "enclosure": (disc(100), disc(280)),
    "overlap": (disc(300), disc(300, x=210)),
}
"""What is too near by a few um, and round."""


def found(check, *layers, **options):
    """Return what a check finds."""
    drawn = dict(zip("AB", layers, strict=False))
    names = {"enclosure": ("inner", "outer")}.get(check, ("layer", "other"))
    areas = {name: Layer(layer) for name, layer in zip(names, drawn, strict=False)}
    module = check_module(check)
    params = module.Params.model_construct(**areas, min=LIMIT, **options)
    return list(module.check(Scene(View(drawn, FAR, where=None)), params))


def of_klayout(check, *layers):
    """Return the pairs that KLayout finds."""
    regions = []
    for layer in layers:
        regions.append(kdb.Region())
        for part in shapely.get_parts(layer):
            polygon = kdb.DPolygon([kdb.DPoint(*point) for point in part.exterior.coords])
            for hole in part.interiors:
                polygon.insert_hole([kdb.DPoint(*point) for point in hole.coords])
            regions[-1].insert(polygon.to_itype(0.001))
    return list(getattr(regions[0], f"{CALLS[check]}_check")(*regions[1:], round(1000 * LIMIT)).each())


@pytest.mark.parametrize("check", CALLS)
def test_entries_say_what_one_finding_is_and_how_klayout_counts(check):
    said = " ".join(explain_name(check).split())

    assert "One place is one finding: pairs of edges" in said
    assert "within a square of four limits are told once, with the smallest distance;" in said
    assert "what hangs together farther is told about every limit, where it is narrowest." in said
    assert f"KLayout's `{CALLS[check]}` tells each pair" in said
    assert "some pairs in several pieces where shapes overlapped before they were merged" in said
    assert "Measured is" in said or "What is measured" in said


@pytest.mark.parametrize("check", ["space", "width", "notch"])
def test_entries_say_that_only_edges_that_face_each_other_count(check):
    said = " ".join(explain_name(check).split())

    assert "as wide as its diameter" in said
    assert "`facing: false`" in said
    assert "of up to 1.4 limits is too narrow" in said


@pytest.mark.parametrize("check", ["separation", "enclosure", "overlap"])
def test_entries_of_two_layers_say_that_edges_count_as_in_klayout(check):
    said = " ".join(explain_name(check).split())

    assert "Edges count as in KLayout: any two less than 90 degrees from opposite." in said


@pytest.mark.parametrize("check", CALLS)
def test_one_round_place_is_one_finding_and_many_pairs_in_klayout(check):
    assert len(found(check, *ROUND[check])) == 1
    assert len(of_klayout(check, *ROUND[check])) > 4


def test_what_hangs_together_over_more_than_four_limits_is_told_about_every_limit():
    assert len(found("enclosure", disc(300), disc(390))) == 1
    assert 6 <= len(found("enclosure", disc(300), disc(410))) <= 24


@pytest.mark.parametrize(
    ("check", "shape"),
    [
        pytest.param("width", disc, id="disc"),
        pytest.param("notch", ring, id="hole"),
        pytest.param("space", ring, id="hole, as space"),
    ],
)
def test_round_shapes_are_as_wide_as_they_are_and_to_klayout_not(check, shape):
    assert not found(check, shape(1.01 * LIMIT))
    assert found(check, shape(1.01 * LIMIT), facing=False)
    assert of_klayout(check, shape(1.01 * LIMIT))
    assert of_klayout(check, shape(1.38 * LIMIT))
    assert not of_klayout(check, shape(1.46 * LIMIT))


def test_entries_of_rules_say_what_their_names_mean():
    said = explain_name("M2.overhang")

    assert said.endswith(
        "\n\nIn this rule:\n"
        "  undercut: Undercut per edge under the resist [um], 20 um measured at a depth of 30 um, at recess_depth"
        " (process.md 1.1, EF 1.5: FeCl3 on stainless; default)\n"
        "  max_overhang: Longest resist edge that does not break off [um], 1.5*resist (engineering practice; default)"
    )
    assert "  BARE: FIELD - SECOND_MASK\n" in explain_name("M2.islands")
