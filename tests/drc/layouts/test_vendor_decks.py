"""Vendors' profiles as decks by name: each runs on a layout, and each of its rules is accounted for."""

import gdstk
import pytest
from click.testing import CliRunner

from maskgen.cli import main
from maskgen.drc.layouts.check import check_layout
from maskgen.vendors.rules import vendor_deck
from maskgen.vendors.shelf import shipped


@pytest.fixture
def sliver(tmp_path):
    library = gdstk.Library()
    library.new_cell("TOP").add(gdstk.rectangle((0, 0), (1000, 0.1)), gdstk.rectangle((0, 5000), (900, 6000)))
    path = tmp_path / "sliver.gds"
    library.write_gds(path)
    return path


@pytest.mark.parametrize("profile", sorted(shipped()))
def test_every_rule_of_a_profile_is_accounted_for(profile, sliver):
    deck = vendor_deck(profile, sliver)
    assert deck is not None

    report = check_layout(sliver, deck).report

    assert [run.rule.id for run in report.rules] == [rule.id for rule in deck.rules]
    assert {run.status for run in report.rules} == {"run"}
    assert all(
        run.violations == sum(v.count for v in report.violations if v.rule == run.rule.id) for run in report.rules
    )
    assert any(run.rule.check == "width" and run.violations for run in report.rules)


def test_a_profile_is_a_deck_by_its_name(sliver):
    ran = CliRunner().invoke(main, ["drc", str(sliver), "--deck", "mask_chrome_std"])

    assert ran.exit_code == 1
    assert "0.100 um wide, at least 2 um wanted" in ran.output
