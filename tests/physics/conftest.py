"""What the tests of the formulas share: comparing a number with the digits that a worked example prints."""

import pytest


@pytest.fixture
def printed():
    """Return a function: the text of a value, with as many decimals as another text has."""
    return lambda value, text: f"{value:.{len(text.partition('.')[2])}f}"
