"""What a form of leads must be."""

import numpy as np
import pytest
import shapely

from maskgen.leads.model import Lead, LeadForm

FORM = {"neck": 20.0, "tip": 45.0, "fixed": 80.0, "fillet": 20.0, "gap": 20.0}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"neck": 0.0}, "neck must be above 0 um, got 0 um", id="no neck"),
        pytest.param({"tip": 20.0}, "a tip of 20 um must be wider than the neck, 20 um", id="tip as the neck"),
        pytest.param(
            {"fixed": 40.0}, "a fixed end of 40 um must be no narrower than the tip, 45 um", id="fixed end below tip"
        ),
        pytest.param({"fillet": -1.0}, "fillet must be at least 0 um, got -1 um", id="negative fillet"),
        pytest.param({"gap": float("nan")}, "gap must be above 0 um, got nan um", id="no gap"),
        pytest.param({"corner": 5.0}, "corner must be at least 10 um, got 5 um", id="sharp corner"),
        pytest.param({"slack": -0.1}, "slack must be at least 0, got -0.1", id="negative slack"),
    ],
)
def test_nonsense_is_refused(changed, sentence):
    with pytest.raises(ValueError, match=r".") as caught:
        LeadForm(**FORM | changed)
    assert str(caught.value) == sentence


def test_equal_bulges_are_a_form():
    assert LeadForm(**FORM | {"tip": 80.0}).pitch == 40.0


def test_span_is_straight_and_length_follows_the_path():
    lead = Lead(1, "C1", "F1", np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 40.0]]), shapely.Polygon())
    assert (lead.span, lead.length) == (50.0, 70.0)
