import math
from collections import Counter
from pathlib import Path

import gdstk
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maskgen.contacts.layout import read_die_layout
from maskgen.errors import LayoutError

CARAVEL = Path(__file__).parents[2] / "examples" / "caravel-qfn64" / "caravel_gf180_pads.gds"


def read(path, **options):
    options = {"cell": None, "pad_layer": (1, 0), "label_layer": None, "outline_layer": None} | options
    return read_die_layout(path, **options)


def refused(path, **options):
    with pytest.raises(LayoutError) as caught:
        read(path, **options)
    return str(caught.value).replace(f"{path}: ", "")


def pad(x, y, size=10, layer=1):
    return gdstk.rectangle((x - size / 2, y - size / 2), (x + size / 2, y + size / 2), layer=layer)


@pytest.fixture
def die(tmp_path):
    """Return a function that writes a die of some elements."""

    def write(*elements, unit=1e-6):
        library = gdstk.Library(unit=unit, precision=1e-9)
        library.new_cell("DIE").add(*elements)
        library.write_gds(tmp_path / "die.gds")
        return tmp_path / "die.gds"

    return write


def test_caravel():
    found = read(CARAVEL, pad_layer=(37, 0), label_layer=(81, 10), outline_layer=(0, 0))

    assert found.box == (0, 0, 3880, 5070)
    assert len(found.contacts) == len({contact.name for contact in found.contacts}) == 63
    assert {shapely.bounds(c.outline).tolist()[2] - shapely.bounds(c.outline).tolist()[0] for c in found.contacts} == {
        60
    }
    assert {c.outline.area for c in found.contacts} == {3600}
    nets = Counter(contact.net for contact in found.contacts)
    assert (nets["vdd"], nets["vss"], len(nets)) == (9, 9, 47)
    names = [contact.name for contact in found.contacts]
    assert names[:4] == ["mprj_io[24]", "vdd_1", "vdd_2", "vss_1"]
    assert names[-1] == "mprj_io[23]"
    assert [name for name in names if name.startswith("vdd")] == [f"vdd_{number}" for number in range(1, 10)]
    first = found.contacts[0]
    assert (first.net, first.x, first.y) == ("mprj_io[24]", 32, 4562.5)


def test_order_is_that_of_package_pins(die):
    places = [(0, 80), (0, 20), (30, 0), (70, 0), (100, 30), (100, 60), (70, 100), (20, 100)]
    path = die(*(pad(x, y) for x, y in reversed(places)))

    found = read(path)

    assert [(contact.x, contact.y) for contact in found.contacts] == places
    assert [contact.name for contact in found.contacts] == [f"P{number}" for number in range(1, 9)]
    assert found.box is None


@pytest.mark.parametrize(
    ("nets", "names"),
    [
        pytest.param(["A", "B", "C"], ["A", "B", "C"], id="unique"),
        pytest.param(["A", "B", "A"], ["A_1", "B", "A_2"], id="repeated"),
        pytest.param(["A", "A_1", "A"], ["A_2", "A_1", "A_3"], id="numbered name is taken"),
        pytest.param(["A", None, "B"], ["A", "P2", "B"], id="without net"),
        pytest.param(["P2", None, "P2_1"], ["P2", "P2_2", "P2_1"], id="place is taken"),
    ],
)
def test_names(nets, names, die):
    pads = [pad(100 * number, 0) for number in range(3)]
    labels = [gdstk.Label(net, (100 * number, 0), layer=2, texttype=3) for number, net in enumerate(nets) if net]
    path = die(*pads, *labels, gdstk.rectangle((-100, -10), (900, 999), layer=9))

    found = read(path, label_layer=(2, 3), outline_layer=(9, 0))

    assert [contact.net for contact in found.contacts] == nets
    assert [contact.name for contact in found.contacts] == names


def test_touching_shapes_are_one_pad(die):
    path = die(pad(0, 0), pad(10, 0), gdstk.FlexPath([(0, 0), (0, 30)], 10, simple_path=True, layer=1), pad(50, 0))

    assert [contact.outline.area for contact in read(path).contacts] == [450, 100]


def test_several_equal_labels(die):
    labels = [gdstk.Label("VDD", (x, 0), layer=2) for x in (-5, 0, 3)]
    path = die(pad(0, 0), *labels)

    assert [contact.net for contact in read(path, label_layer=(2, 0)).contacts] == ["VDD"]


def test_hierarchy_and_units(tmp_path):
    library = gdstk.Library(unit=1e-3, precision=1e-9)
    spot, row, other, top = (library.new_cell(name) for name in ("SPOT", "ROW", "OTHER", "TOP"))
    spot.add(gdstk.rectangle((-0.03, -0.03), (0.03, 0.03), layer=1))
    row.add(gdstk.Reference(spot, (0.1, 0), columns=3, rows=1, spacing=(0.2, 0)))
    other.add(gdstk.rectangle((0, 0), (9, 9), layer=5))
    top.add(gdstk.Reference(row, (0, 0)), gdstk.Reference(row, (1, 0), rotation=math.pi / 2), gdstk.Reference(other))
    top.add(gdstk.Label("A", (0.1, 0), layer=2))
    library.write_gds(tmp_path / "die.gds")

    found = read(tmp_path / "die.gds", label_layer=(2, 0))

    assert sorted((contact.x, contact.y) for contact in found.contacts) == [
        (100, 0),
        (300, 0),
        (500, 0),
        (1000, 100),
        (1000, 300),
        (1000, 500),
    ]
    assert {contact.outline.area for contact in found.contacts} == {3600}
    assert [contact.name for contact in found.contacts if contact.net] == ["A"]
    assert len(read(tmp_path / "die.gds", cell="ROW").contacts) == 3


def test_oasis(tmp_path):
    library = gdstk.Library()
    library.new_cell("DIE").add(pad(0, 0), gdstk.Label("A", (0, 0), layer=2))
    library.write_oas(tmp_path / "die.oas")

    assert [contact.net for contact in read(tmp_path / "die.oas", label_layer=(2, 0)).contacts] == ["A"]


@pytest.mark.parametrize(
    ("elements", "options", "message"),
    [
        pytest.param(
            [pad(0, 0), pad(9, 50, layer=7)],
            {"pad_layer": (37, 0)},
            "no pads are drawn on layer 37/0 of cell 'DIE': shapes are on 1/0, 7/0",
            id="no pads",
        ),
        pytest.param(
            [pad(0, 0)],
            {"outline_layer": (0, 0)},
            "no outline is drawn on layer 0/0 of cell 'DIE': shapes are on 1/0",
            id="no outline",
        ),
        pytest.param(
            [pad(0, 0), gdstk.Label("A", (0, 0), layer=4)],
            {"label_layer": (2, 0)},
            "no labels stand on layer 2/0 of cell 'DIE': labels are on 4/0",
            id="labels elsewhere",
        ),
        pytest.param(
            [pad(0, 0)],
            {"label_layer": (2, 0)},
            "no labels stand on layer 2/0 of cell 'DIE': it has no labels",
            id="no labels",
        ),
        pytest.param(
            [pad(0, 0), gdstk.Label("B", (1, 0), layer=2), gdstk.Label("A", (0, 1), layer=2)],
            {"label_layer": (2, 0)},
            "the pad at (0, 0) um has labels that differ: 'A', 'B'",
            id="two nets",
        ),
        pytest.param(
            [pad(0, 0), *(gdstk.Label(f"N{x}", (x, 1.5), layer=2) for x in range(5, 17))],
            {"label_layer": (2, 0)},
            "labels lie in no pad: 'N6' at (6, 1.5) um, 'N7' at (7, 1.5) um, 'N8' at (8, 1.5) um, 'N9' at (9, 1.5) um, "
            "'N10' at (10, 1.5) um, 'N11' at (11, 1.5) um, 'N12' at (12, 1.5) um, 'N13' at (13, 1.5) um, "
            "'N14' at (14, 1.5) um, 'N15' at (15, 1.5) um and 1 more",
            id="labels beside",
        ),
        pytest.param(
            [pad(0, 0)],
            {"cell": "DYE"},
            "no cell is called 'DYE', did you mean 'DIE'; the cells are DIE",
            id="unknown cell",
        ),
    ],
)
def test_mistakes(elements, options, message, die):
    assert refused(die(*elements), **options) == message


def test_two_top_cells(tmp_path):
    library = gdstk.Library()
    for name in ("ONE", "TWO"):
        library.new_cell(name).add(pad(0, 0))
    library.write_gds(tmp_path / "die.gds")

    message = refused(tmp_path / "die.gds")

    assert message == "the file has 2 top cells, say which is the die: ONE, TWO"
    assert len(read(tmp_path / "die.gds", cell="TWO").contacts) == 1


def test_no_cells(tmp_path):
    gdstk.Library().write_gds(tmp_path / "die.gds")

    assert refused(tmp_path / "die.gds") == "the file has no cells"


def test_too_many_copies(tmp_path):
    library = gdstk.Library()
    spot, row, top = (library.new_cell(name) for name in ("SPOT", "ROW", "TOP"))
    spot.add(pad(0, 0))
    row.add(gdstk.Reference(spot, columns=1000, rows=1, spacing=(20, 0)))
    top.add(gdstk.Reference(row, columns=1, rows=1000, spacing=(0, 20)))
    library.write_gds(tmp_path / "die.gds")

    assert (
        refused(tmp_path / "die.gds")
        == "cell 'TOP' places 1001000 copies of cells with pads or labels, at most 1000000 can be read"
    )


def test_damaged_file(tmp_path):
    (tmp_path / "die.gds").write_bytes(b"")

    assert refused(tmp_path / "die.gds") == "byte 0: the file is empty"


@given(st.permutations(range(12)))
def test_order_does_not_depend_on_the_file(tmp_path_factory, order):
    places = [(x, y) for x in (0, 40, 80) for y in (0, 30, 60, 90)]
    path = tmp_path_factory.getbasetemp() / "shuffled.gds"
    library = gdstk.Library()
    library.new_cell("DIE").add(*(pad(*places[number]) for number in order))
    library.write_gds(path)

    assert [(contact.x, contact.y) for contact in read(path).contacts][:6] == [
        (0, 90),
        (0, 60),
        (0, 30),
        (0, 0),
        (40, 0),
        (40, 30),
    ]
