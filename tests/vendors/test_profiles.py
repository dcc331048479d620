"""Profiles: every shipped one is whole and sourced; mistakes in a user's own are told at their line."""

import pytest
from vendors.mask_sets import mask_set, rectangle

from maskgen.drc.layouts.check import check_layout
from maskgen.errors import MaskgenError, SourceError
from maskgen.source import read_source
from maskgen.vendors.rules import vendor_deck
from maskgen.vendors.shelf import SHELF, read_profile, shipped

NAMES = [
    "film_10k", "film_20k", "mask_chrome_large", "mask_chrome_std", "mask_emulsion_glass", "pcm_copper", "pcm_steel",
    "stencil_electroform", "stencil_etched", "stencil_laser",
]  # fmt: skip


def test_shelf_has_every_profile():
    assert shipped() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_shipped_profile_is_called_as_its_file_and_says_where_every_limit_comes_from(name):
    profile = read_profile(name)
    assert profile.profile == name
    data = read_source(SHELF / f"{name}.yaml").data
    limits = [entry for group in ("data", "shapes", "present", "process") for entry in data[group].values()]
    assert all(entry["source"] and entry["status"] in ("confirmed", "assumed", "default") for entry in limits)
    assert all(plate["write"] and plate["source"] for plate in data["plates"])


@pytest.mark.parametrize("name", NAMES)
def test_plates_are_larger_than_what_is_written_of_them(name):
    for plate in read_profile(name).plates:
        assert plate.write[0] < plate.size[0]
        assert plate.write[1] < plate.size[1]


# vendors.md 7, by hand: clear and dark of masks and films; openings and webs of foils by their thickness.
@pytest.mark.parametrize(
    ("name", "settings", "clear", "dark"),
    [
        ("mask_chrome_std", [], 2.0, 2.0),
        ("mask_chrome_large", [], 10.0, 10.0),
        ("mask_emulsion_glass", [], 10.0, 10.0),
        ("film_20k", [], 16.0, 16.0),
        ("film_10k", [], 40.0, 40.0),
        ("stencil_laser", [], 60.0, 120.0),
        ("stencil_laser", ["process.thickness.length=80"], 50.0, 80.0),
        ("stencil_electroform", [], 25.0, 100.0),
        ("stencil_etched", ["process.thickness.length=100"], 120.0, 100.0),
    ],
)
def test_limits_follow_the_thickness(name, settings, clear, dark):
    profile = read_profile(name, settings=settings)
    assert (profile.value(profile.shapes.clear), profile.value(profile.shapes.dark)) == (clear, dark)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("film_20", f"no vendor profile is called 'film_20', did you mean 'film_20k'; known: {', '.join(NAMES)}"),
        ("own.yaml", "no such file: own.yaml"),
    ],
)
def test_unknown_profile_is_refused(tmp_path, name, message):
    with pytest.raises(MaskgenError) as caught:
        read_profile(name, tmp_path)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("{count: 16,", "{count: 16, limit: 3,", "data.depth.limit: unknown key", id="unknown"),
        pytest.param("status: assumed}\n  depth", "status: sure}\n  depth",
                     "data.vertices.status: must be one of", id="status"),
        pytest.param("V14: warning", "V99: warning",
                     "severity.V99 is no item of the checklist, which has V01 to V39", id="severity"),
        pytest.param("length: 40, source", "per_thickness: 2.0, source",
                     "shapes.clear is a multiple of process.thickness, which has no length", id="thickness"),
    ],
)  # fmt: skip
def test_mistake_in_an_own_profile_is_told_at_its_line(tmp_path, old, new, message):
    text = (SHELF / "film_10k.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "own.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_profile("own.yaml", tmp_path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'own.yaml'}:")


def test_deck_of_a_profile_has_its_numbers(tmp_path):
    made = mask_set()
    made.top.add(rectangle(7000, 8000, 7001.5, 8100), rectangle(7003, 8000, 7100, 8100))
    path = tmp_path / "mask.gds"
    made.library.write_gds(path)
    deck = vendor_deck("mask_chrome_std", path)
    found = check_layout(path, deck)
    assert [(v.rule, v.finding.measured, v.finding.limit) for v in found.report.violations] == [
        ("V17.width", 1.5, 2.0),
        ("V17.space", 1.5, 2.0),
    ]
    assert (
        deck.rules[0].why
        == "a narrower clear line closes: 10 mm head of nanoFAB, University of Alberta (vendors.md 1.10) (confirmed)"
    )


def test_deck_of_a_profile_has_rules_for_every_layer(tmp_path):
    made = mask_set()
    made.top.add(rectangle(7000, 8000, 7001.5, 8100, layer=11, datatype=2))
    path = tmp_path / "masks.gds"
    made.library.write_gds(path)
    deck = vendor_deck("mask_chrome_std", path)
    assert dict(deck.layers) == {"L10D0": (10, 0), "L11D2": (11, 2)}
    assert [v.rule for v in check_layout(path, deck).report.violations] == ["V17.width.L11D2"]


def test_other_names_are_no_vendor_decks(tmp_path):
    assert vendor_deck("embedded-mask", tmp_path / "none.gds") is None
