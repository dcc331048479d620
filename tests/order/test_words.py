"""Words and labels of an order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen import expressions
from maskgen.order import labels, words
from maskgen.order.paper import Frame, Style
from maskgen.technology import Mask

NUMBERS = {"u": 20.0, "none": 0.0}
LAYERS = {"FIELD", "PAD", "MP", "FIRST"}


def parsed(text):
    return expressions.parse(text, layers=LAYERS, numbers=NUMBERS)


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        pytest.param("PAD", "PAD", id="layer"),
        pytest.param("shrink(PAD, u)", "PAD shrunk by 20 um per edge", id="shrunk"),
        pytest.param("FIELD - grow(MP, u)", "FIELD without (MP grown by 20 um per edge)", id="without"),
        pytest.param("shrink(PAD | MP, u)", "(PAD together with MP) shrunk by 20 um per edge", id="together"),
        pytest.param("PAD & MP ^ FIELD", "either (PAD where it is also MP) or FIELD", id="either"),
        pytest.param("holes(hull(PAD))", "the holes of (the hull of PAD)", id="shapes"),
        pytest.param("grow(PAD, none)", "PAD", id="nothing"),
    ],
)
def test_recipes_in_words(recipe, said):
    assert words.in_words(parsed(recipe)) == said


@pytest.mark.parametrize(
    ("formula", "bias"),
    [
        pytest.param("grow(FIRST, u)", 20.0, id="grown"),
        pytest.param("grow(grow(FIRST, u), 5)", 25.0, id="twice"),
        pytest.param("shrink(FIELD - grow(FIRST, u), 1)", -21.0, id="what is left shrinks as the mask's openings grow"),
        pytest.param("PAD & shrink(FIRST, u)", -20.0, id="right"),
        pytest.param("grow(PAD, u)", None, id="no mask"),
    ],
)
def test_bias(formula, bias):
    assert words.bias(parsed(formula), "FIRST") == bias


def test_tree_is_plain_data():
    mask = Mask("FIRST", "PAD", expressions.Layer("PAD"), "opening", "clear", "top", False, 1.0)
    found = words.tree(expressions.Snapped(parsed("FIELD - grow(FIRST, u) & grow(PAD, none)"), 0.1), {"FIRST": mask})
    grown = {"size": 20.0, "of": {"mask": "FIRST", "part": "opening"}}
    assert found == {"and": [{"without": [{"field": True}, grown]}, {"design": "PAD"}]}


@given(st.lists(st.floats(-50, 250), max_size=30).map(sorted), st.floats(1, 20))
def test_labels_keep_apart_and_in_order(wanted, step):
    found = labels.spread(wanted, 0.0, 200.0, step)
    room = min(step, 200.0 / max(1, len(wanted) - 1))
    assert len(found) == len(wanted)
    assert all(-1e-6 <= value <= 200 + 1e-6 for value in found)
    assert all(after - before >= room - 1e-6 for before, after in pairwise(found))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), max_size=16))
def test_no_label_lies_on_another(points):
    frame = Frame(50.0, 50.0, 1.5, (0.0, 0.0, 100.0, 100.0))
    places = [(str(number), frame.at(*point)) for number, point in enumerate(points)]
    spots = [label.spot for label in labels.around(places, frame)]
    assert len(spots) == len(points)
    for number, (x, y) in enumerate(spots):
        assert not (50 < x < 200 and 50 < y < 200)
        assert all(max(abs(x - a), abs(y - b)) > 6 for a, b in spots[:number])


@given(st.text("abc ()_-", max_size=200), st.floats(30, 300))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    style = Style(8)
    lines = list(style.wrapped(text, width))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(style.width(line) <= width for line in lines)
