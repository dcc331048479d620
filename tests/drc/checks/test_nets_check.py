"""Nets as drawn against nets as wanted."""

import pytest
import shapely

from maskgen.drc.checks import nets
from maskgen.geometry import regions

CONTACTS = {"1": ((-450, -40, -370, 40), "GND"), "2": ((370, -40, 450, 40), "VDD")}
DIES = {"die": ((-500, -500, 500, 500), CONTACTS, 0)}
PADS = {"1": (-1500, -100, -1200, 100), "2": (1200, -100, 1500, 100)}
MP = {"MP": (-900, -900, 900, 900)}
WIRES = [("die.1", "1"), ("die.2", "2")]


@pytest.fixture
def sentences(package_of, scene_of, process):
    """Return a function: what is found where layers are drawn as a package has them, or as given."""

    def find(wires=WIRES, **drawn):
        package = package_of(dies=DIES, pads=PADS, mounting_pads=MP, wires=wires)
        layers = {
            "CONTACT": [contact.outline for die in package.dies for contact in die.contacts],
            "BOND_DIE": [shapely.Point(bond.start).buffer(30) for bond in package.bonds],
            "WIRE": [shapely.LineString([bond.start, bond.end]).buffer(12.5) for bond in package.bonds],
            "BOND_PAD": [shapely.Point(bond.end).buffer(37.5) for bond in package.bonds],
            "PAD_BUILT": [pad.outline for pad in package.pads],
            "MP_BUILT": [pad.outline for pad in package.mounting_pads],
        }
        scene = scene_of(**(layers | drawn))
        findings = list(nets.judge(package, process, nets.Params(), scene))
        assert all(finding.box is not None for finding in findings)
        return [finding.sentence for finding in findings]

    return find


def test_passes_as_the_package_was_drawn(sentences):
    assert sentences() == []


def test_passes_for_a_down_bond(sentences):
    assert sentences(wires=[("die.1", "1"), ("die.2", "MP", (700.0, 0.0))]) == []


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        pytest.param({"BOND_PAD": []},
                     ["1, die.1 should be joined and are not", "2, die.2 should be joined and are not"],
                     id="no feet"),
        pytest.param({"PAD_BUILT": [PADS["1"]]}, ["2, die.2 should be joined and are not"], id="a pad that vanished"),
        pytest.param({"PAD_BUILT": [PADS["1"], (1400, -100, 1500, 100)]}, ["2, die.2 should be joined and are not"],
                     id="a pad that does not reach its foot"),
        pytest.param({"PAD_BUILT": [*PADS.values(), (-1300, 80, 1300, 100)], "MP_BUILT": []},
                     ["die.1, die.2, 1, 2 are joined and should not be", "nets GND, VDD are shorted"],
                     id="two pads grown together"),
        pytest.param({"MP_BUILT": [(-900, -900, 1200, 900)]}, ["die.2, 2, MP are joined and should not be"],
                     id="a pad that touches the mounting pad"),
        pytest.param({"MP_BUILT": [(-900, -900, 1199.9, 900)]}, [], id="one step apart"),
    ],
)  # fmt: skip
def test_fails(drawn, expected, sentences):
    assert sentences(**drawn) == expected


def test_a_probe_stands_for_every_terminal(package_of):
    found = package_of(dies=DIES, pads=PADS, mounting_pads=MP).probes
    assert [(probe.kind, probe.name, probe.layer) for probe in found] == [
        ("contact", "die.1", "CONTACT"),
        ("contact", "die.2", "CONTACT"),
        ("pad", "1", "PAD_BUILT"),
        ("pad", "2", "PAD_BUILT"),
        ("mounting pad", "MP", "MP_BUILT"),
    ]
    assert regions.box_of(found[2].outline) == PADS["1"]
