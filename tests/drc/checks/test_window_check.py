"""Numbers against their process windows."""

from dataclasses import replace

import pytest

from maskgen.drc.checks import window
from maskgen.errors import MaskgenError
from maskgen.package import NOTHING, Package
from maskgen.technology import WindowEntry

ENTRY = WindowEntry(value="release", low="freed", high="lost", unit="um", doc="", source="")
MEASURES = {"freed": 12.0, "lost": 20.0}


@pytest.fixture
def sentences(process):
    """Return a function: what is found for an undercut in a window."""

    def find(release, *, margin=0.0, entry=ENTRY, name="undercut"):
        technology = process.technology.model_copy(update={"windows": {"undercut": entry}})
        package = Package(layout=None, marking=NOTHING, measures=MEASURES | {"release": release})
        params = window.Params(window=name, margin=margin)
        return [f.sentence for f in window.judge(package, replace(process, technology=technology), params)]

    return find


@pytest.mark.parametrize(
    ("release", "margin"),
    [(15.0, 0.0), (12.001, 0.0), (19.999, 0.0), (13.0, 1.0), (19.0, 1.0)],
)
def test_passes_between_the_limits(release, margin, sentences):
    assert sentences(release, margin=margin) == []


@pytest.mark.parametrize(
    ("release", "margin", "expected"),
    [
        pytest.param(12.0, 0.0, "undercut is 12 um, more than 12 um wanted", id="at the low limit"),
        pytest.param(20.0, 0.0, "undercut is 20 um, less than 20 um wanted", id="at the high limit"),
        pytest.param(12.9, 1.0, "undercut is 12.9 um, more than 13 um wanted", id="too near the low limit"),
        pytest.param(19.1, 1.0, "undercut is 19.1 um, less than 19 um wanted", id="too near the high limit"),
    ],
)
def test_fails(release, margin, expected, sentences):
    assert sentences(release, margin=margin) == [expected]


def test_a_window_may_be_open_on_one_side(sentences):
    assert sentences(1e6, entry=ENTRY.model_copy(update={"high": None})) == []


def test_a_window_that_does_not_exist_stops_the_run(sentences):
    with pytest.raises(MaskgenError, match="technology etched-recess has no process window 'lift': undercut"):
        sentences(15.0, name="lift")
