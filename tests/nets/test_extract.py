"""Nets of shapes that touch."""

import pytest
import shapely

from maskgen.geometry import regions
from maskgen.nets import Net, extract
from maskgen.nets.extract import Probe

CONNECT = [("CONTACT", "BALL"), ("BALL", "WIRE"), ("WIRE", "FOOT"), ("FOOT", "PAD"), ("FOOT", "MP"), ("PAD", "MP")]


def contact(x, y):
    return shapely.box(x - 4, y - 4, x + 4, y + 4)


def drawn(*wires, pads=(), mounting_pads=()):
    """Return the layers of wires between two points each, and of boxes."""
    lines = [shapely.LineString(wire) for wire in wires]
    return {
        "CONTACT": regions.merge(contact(*wire[0]) for wire in wires),
        "BALL": regions.merge(shapely.Point(wire[0]).buffer(3) for wire in wires),
        "WIRE": regions.merge(line.buffer(1, cap_style="flat") for line in lines),
        "FOOT": regions.merge(shapely.Point(wire[1]).buffer(3) for wire in wires),
        "PAD": regions.merge(shapely.box(*pad) for pad in pads),
        "MP": regions.merge(shapely.box(*pad) for pad in mounting_pads),
    }


def contacts(**places):
    return [Probe("contact", name, "CONTACT", contact(*place)) for name, place in places.items()]


def boxes(layer, **places):
    return [Probe(layer.lower(), name, layer, shapely.box(*box)) for name, box in places.items()]


A, B = (0, 0), (0, 100)
P, Q = (90, -20, 130, 20), (90, 80, 130, 120)
TO_P, TO_Q = (A, (100, 0)), (B, (100, 100))


@pytest.mark.parametrize(
    ("layers", "probes", "names", "expected"),
    [
        pytest.param({}, [], {}, [], id="nothing"),
        pytest.param(
            drawn(TO_P, TO_Q, pads=[P, Q]),
            [*contacts(a=A, b=B), *boxes("PAD", P=P, Q=Q)],
            {"a": "GND", "b": "VDD"},
            [
                Net("GND", (("contact", "a"), ("pad", "P"))),
                Net("VDD", (("contact", "b"), ("pad", "Q"))),
            ],
            id="two wires",
        ),
        pytest.param(
            drawn(TO_P, (B, (100, 10)), pads=[P]),
            [*contacts(a=A, b=B), *boxes("PAD", P=P)],
            {"a": "GND", "b": "GND"},
            [Net("GND", (("contact", "a"), ("contact", "b"), ("pad", "P")))],
            id="two contacts on a pad",
        ),
        pytest.param(
            drawn(TO_P, TO_Q, pads=[P, Q, (100, 0, 110, 100)]),
            [*contacts(a=A, b=B), *boxes("PAD", P=P, Q=Q)],
            {"a": "GND", "b": "VDD"},
            [Net("GND+VDD", (("contact", "a"), ("contact", "b"), ("pad", "P"), ("pad", "Q")))],
            id="a short",
        ),
        pytest.param(
            drawn((A, (80, 0)), pads=[P]),
            [*contacts(a=A), *boxes("PAD", P=P)],
            {"a": "GND"},
            [Net("(P)", (("pad", "P"),)), Net("GND", (("contact", "a"),))],
            id="an open: the foot ends before its pad",
        ),
        pytest.param(
            drawn((A, (60, 0)), mounting_pads=[(-20, -20, 70, 120)]),
            [*contacts(a=A), *boxes("MP", MP=(-20, -20, 70, 120))],
            {"a": "GND"},
            [Net("GND", (("contact", "a"), ("mp", "MP")))],
            id="a down-bond",
        ),
        pytest.param(
            drawn(TO_P, pads=[P], mounting_pads=[(-20, -20, 90, 120)]),
            [*contacts(a=A), *boxes("PAD", P=P), *boxes("MP", MP=(-20, -20, 90, 120))],
            {},
            [Net("(a)", (("contact", "a"), ("pad", "P"), ("mp", "MP")))],
            id="pads of two layers that share a border",
        ),
        pytest.param(
            drawn(TO_P, pads=[P], mounting_pads=[(-20, 20, 90, 120)]),
            [*contacts(a=A), *boxes("PAD", P=P), *boxes("MP", MP=(-20, 20, 90, 120))],
            {},
            [Net("(MP)", (("mp", "MP"),)), Net("(a)", (("contact", "a"), ("pad", "P")))],
            id="pads of two layers that meet at a corner",
        ),
        pytest.param(
            drawn(),
            [*contacts(a=A), *boxes("PAD", P=P)],
            {},
            [Net("(P)", (("pad", "P"),)), Net("(a)", (("contact", "a"),))],
            id="terminals of which nothing is drawn stand alone",
        ),
        pytest.param(
            drawn(TO_P, pads=[P, Q]),
            contacts(a=A),
            {},
            [Net("(a)", (("contact", "a"),))],
            id="metal without a terminal is left out",
        ),
    ],
)
def test_extract(layers, probes, names, expected):
    assert extract(layers, CONNECT, probes, names) == expected


def test_layers_that_do_not_conduct_to_each_other_stay_apart():
    layers = {"PAD": shapely.box(*P), "OXIDE": shapely.box(*P)}
    probes = [*boxes("PAD", p=P), *boxes("OXIDE", q=P)]
    assert [net.name for net in extract(layers, [], probes, {})] == ["(p)", "(q)"]


def test_a_pad_cut_in_two_belongs_to_both_nets():
    layers = drawn((A, (100, 0)), (B, (100, 100)), pads=[(90, -20, 130, 40), (90, 60, 130, 120)])
    nets = extract(layers, CONNECT, [*contacts(a=A, b=B), *boxes("PAD", P=(90, -20, 130, 120))], {})
    assert [net.members for net in nets] == [
        (("contact", "a"), ("pad", "P")),
        (("contact", "b"), ("pad", "P")),
    ]


def test_a_thousand_shapes_in_a_chain_are_one_net():
    layers = {"PAD": regions.merge(shapely.box(3 * n, 0, 3 * n + 2, 1) for n in range(500))}
    layers["MP"] = regions.merge(shapely.box(3 * n + 1.5, 0, 3 * n + 3.5, 1) for n in range(500))
    probes = [*boxes("PAD", first=(0, 0, 1, 1), last=(1497, 0, 1498, 1))]
    assert extract(layers, CONNECT, probes, {}) == [Net("(first)", (("pad", "first"), ("pad", "last")))]
