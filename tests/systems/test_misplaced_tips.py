"""A lead whose tip is drawn beside what it is to meet: the rules see it, and see nothing up to their tolerance."""

from dataclasses import replace

import pytest
from breaking import report_of
from test_carrier_rules import SMALL as CARRIER
from test_peelable_rules import SMALL as SHEET
from test_spots_rules import SMALL as SPOTS

from maskgen.geometry import regions
from maskgen.systems import carrier, peelable, spots

TIPS = ("LEAD_SHAPE", "LEAD_TIP", "LEAD_FIXED", "VIA_HOLE", "TERM_TARGET", "HOLE_SHAPE")
"""All that is drawn with a lead: a lead as a whole stands beside its contact."""


@pytest.mark.parametrize(
    ("system", "template", "settings", "rule", "allowed"),
    [
        pytest.param(spots, "etch-resistant-spot-terminals", SPOTS, "T.tip-contact", 14.720, id="T1"),
        pytest.param(carrier, "carrier-frame-resilient-pads", CARRIER, "R.align", 20.0, id="R1"),
        pytest.param(peelable, "peelable-lead-sheet", SHEET, "W2.tip-on-pad", 24.809, id="W2"),
    ],
)
def test_leads_that_are_drawn_beside_their_contacts_are_found(system, template, settings, rule, allowed, monkeypatch):
    """Allowed is the overlay less the run-out in T1, the overlay in R1, the margin less both of them in W2."""
    draw = system.draw

    def found(shift):
        def drawn(*arguments):
            package = draw(*arguments)
            site = package.layout.site
            moved = {name: regions.move(site[name], shift, 0.0) for name in TIPS if name in site}
            return replace(package, layout=replace(package.layout, site={**site, **moved}))

        monkeypatch.setattr(system, "draw", drawn)
        return {violation.rule for violation in report_of(template, *settings).violations}

    assert rule not in found(allowed - 0.2)
    assert rule in found(allowed + 0.2)
