"""Domains: the whole sentence for what is out of range, the first bad value of an array, and what passes."""

import math
import re

import numpy as np
import pytest

from maskgen.physics import domain


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(lambda: domain.positive("um", depth=0), "depth must be above 0 um, got 0 um", id="zero"),
        pytest.param(lambda: domain.positive("", ratio=-1.5), "ratio must be above 0, got -1.5", id="no unit"),
        pytest.param(lambda: domain.positive("um", a=1, b=math.inf), "b must be above 0 um, got inf um", id="infinite"),
        pytest.param(lambda: domain.positive("um", z=[1, -2, -3]), "z must be above 0 um, got -2 um", id="array"),
        pytest.param(
            lambda: domain.not_negative("um", mask_height=-1),
            "mask height must be at least 0 um, got -1 um",
            id="words",
        ),
        pytest.param(lambda: domain.at_least("", 1, k=0.5), "k must be at least 1, got 0.5", id="at least"),
        pytest.param(lambda: domain.at_least("", 1, k=math.nan), "k must be at least 1, got nan", id="nan"),
        pytest.param(lambda: domain.between("um", 0, 9, a=10), "a must be from 0 um to 9 um, got 10 um", id="between"),
        pytest.param(lambda: domain.finite("C", rise=-math.inf), "rise must be finite, got -inf C", id="finite"),
    ],
)
def test_values_out_of_range_are_named_with_limit_and_unit(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()


def test_limits_and_empty_arrays_are_in_range():
    domain.not_negative("um", a=0, b=np.zeros((2, 3)))
    domain.at_least("um", 5, a=5)
    domain.between("um", 1, 2, a=[1, 2])
    domain.positive("um", a=[])
