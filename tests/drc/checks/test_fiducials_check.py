"""Marks for machine vision: enough of them, and none on a site."""

from dataclasses import replace

import pytest

from maskgen.geometry import regions
from maskgen.package import Mark, Marking


@pytest.fixture
def sentences(judged, package_of):
    """Return a function: what is found for marks around one site of 4 x 4 mm."""

    def find(*places, least=3, kind="circle"):
        marks = tuple(Mark(kind, x, y, 1000.0) for x, y in places)
        package = replace(package_of(), marking=Marking(regions.EMPTY, {}, regions.EMPTY, marks))
        return [finding.sentence for finding in judged("fiducials", package, min=least)]

    return find


def test_passes_with_three_beside_the_site(sentences):
    assert sentences((3000, 0), (-3000, 0), (0, 2500)) == []


def test_fails_with_too_few(sentences):
    assert sentences((3000, 0), (-3000, 0)) == ["2 fiducials, at least 3 wanted"]


def test_other_marks_do_not_count(sentences):
    assert sentences((3000, 0), (-3000, 0), (0, 2500), kind="corner") == ["0 fiducials, at least 3 wanted"]


def test_fails_on_a_site(sentences):
    assert sentences((3000, 0), (-3000, 0), (0, 2499)) == ["stands on a site"]
