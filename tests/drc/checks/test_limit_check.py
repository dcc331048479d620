"""Numbers of the process within limits."""

import pytest
from pydantic import ValidationError

from maskgen.drc.checks import limit


@pytest.mark.parametrize(
    ("numbers"),
    [
        pytest.param({"value": 30, "max": 30}, id="at its most"),
        pytest.param({"value": 30, "min": 30}, id="at its least"),
        pytest.param({"value": 0.1, "above": 0}, id="one step above"),
        pytest.param({"value": 30, "min": 20, "max": 40}, id="between"),
    ],
)
def test_passes(numbers, judged):
    assert judged("limit", **numbers) == []


@pytest.mark.parametrize(
    ("numbers", "sentence", "limits"),
    [
        pytest.param({"value": 30.1, "max": 30}, "is 30.1 um, at most 30 um allowed", 30, id="one step above its most"),
        pytest.param(
            {"value": 29.9, "min": 30}, "is 29.9 um, at least 30 um wanted", 30, id="one step below its least"
        ),
        pytest.param({"value": 0, "above": 0}, "is 0 um, more than 0 um wanted", 0, id="at what it must exceed"),
        pytest.param({"value": -1, "min": 0, "unit": "deg"}, "is -1 deg, at least 0 deg wanted", 0, id="with a unit"),
        pytest.param({"value": 3, "max": 2, "unit": ""}, "is 3, at most 2 allowed", 2, id="without a unit"),
    ],
)
def test_fails(numbers, sentence, limits, judged):
    (finding,) = judged("limit", **numbers)
    assert (finding.sentence, finding.measured, finding.limit) == (sentence, numbers["value"], limits)
    assert finding.box is None


def test_a_rule_without_a_limit_is_refused():
    with pytest.raises(ValidationError, match="needs a min, a max or an above"):
        limit.Params(value=3)
