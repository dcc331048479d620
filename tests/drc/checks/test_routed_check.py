"""Contacts without leads."""

import shapely

from maskgen.nets import Probe
from maskgen.package import NOTHING, Package


def package(*unrouted):
    probe = Probe("contact", "die.1", "CONTACT", shapely.box(0, 0, 80, 80))
    return Package(layout=None, marking=NOTHING, probes=(probe,), unrouted=unrouted)


def test_passes_where_every_contact_has_its_lead(judged):
    assert judged("routed", package()) == []


def test_fails_with_the_reason_and_the_place(judged):
    (finding,) = judged("routed", package(("die.1", "12 leads where 8 have room")))
    assert (finding.sentence, finding.box) == ("die.1 has no lead: 12 leads where 8 have room", (0, 0, 80, 80))
