"""The page: whole by itself, every text escaped, what it counts and what it shows."""

import re
from functools import partial

import pytest
from tags import Tags

from maskgen.drc.run import Report
from maskgen.report import html
from maskgen.report.formats import RENDERERS, Heading, render

VOID = {"meta", "input", "br", "rect"}
HEADING = Heading("out/<b>a</b>.gds", "T<OP>", "0.1.0", extent=(0.0, 0.0, 70000.0, 60000.0))
Page = partial(Tags, void=VOID)


@pytest.fixture
def text(report):
    return render("html", report, HEADING)


def test_tags_are_closed_and_identities_unique(text):
    page = Page(text)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]

    assert page.stack == []
    assert len(ids) == len(set(ids))


def test_names_are_text_and_never_tags(text):
    page = Page(text)

    assert len(page.named("script")) == 1
    assert page.named("b") == [{}, {}, {}]
    assert "alert(" not in "".join(re.findall(r"<script>(.*?)</script>", text, re.DOTALL))


def test_nothing_is_fetched(text):
    loading = [
        value for _, attributes in Page(text).tags for name, value in attributes.items() if name in ("src", "href")
    ]

    assert all(value.startswith("#") for value in loading)
    assert not re.search(r"https?://|url\(|@import", text)


def test_links_lead_to_marks_and_back(text):
    page = Page(text)
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = [attributes["href"][1:] for attributes in page.named("a")]

    assert set(links) <= ids
    assert "m1" in links
    assert "f1" in links


def test_map_shows_every_copy(text):
    rectangles = Page(text).named("rect")

    assert len(rectangles) == 1 + 90 + 1


def test_summary_counts_copies(text):
    assert '<li class="error"><b>90</b> errors</li>' in text
    assert '<li class="waived"><b>1</b> waived</li>' in text


def test_of_very_many_findings_the_first_are_listed(report):
    many = Report(report.deck, report.rules, report.violations[:1] * (html.MOST_ROWS + 5))
    text = render("html", many, HEADING)

    assert text.count('<tr id="f') == html.MOST_ROWS
    assert "The first 2000 of 2005 findings" in text
    assert len(Page(text).named("rect")) < 2 * html.MOST_ROWS + 3000


def test_a_clean_report_says_so(report):
    text = render("html", Report("d", report.rules[2:], ()), HEADING)

    assert "Nothing was found." in text
    assert "<svg" not in text


@pytest.mark.parametrize("format_", RENDERERS)
def test_equal_findings_give_equal_texts(format_, report):
    assert render(format_, report, HEADING, timed=False) == render(format_, report, HEADING, timed=False)
    assert re.search(r"20\d\d-\d\d-\d\d", render(format_, report, HEADING, timed=False)) is None
