"""Deposits that must come off."""

from dataclasses import replace

import pytest

from maskgen.drc.checks import adhesion
from maskgen.technology.flow import Coat, Plate, Start, Strip
from maskgen.technology.model import Material

MATERIALS = {
    name: Material(conductive=conducts)
    for name, conducts in {"steel": True, "copper": True, "chromium": True, "nickel": True, "resist": False}.items()
}
PAIRS = [("steel", "copper"), ("chromium", "nickel")]


def start(material="steel"):
    return Start(step="start", material=material, thickness=1000.0)


def coat(material):
    return Coat(step="deposit", material=material, thickness=5.0)


def plate(**stack):
    return Plate(step="plate", stack=stack)


@pytest.fixture
def sentences(process):
    """Return a function: what is found for a flow."""

    def find(*flow):
        update = {"flow": list(flow), "materials": MATERIALS, "non_adherent": PAIRS}
        own = replace(process, technology=process.technology.model_copy(update=update), numbers={"none": 0.0})
        return [f.sentence for f in adhesion.judge(None, own, adhesion.Params())]

    return find


@pytest.mark.parametrize(
    "flow",
    [
        pytest.param([], id="nothing"),
        pytest.param([start("copper")], id="nothing is plated"),
        pytest.param([start(), plate(copper=20.0)], id="a listed pair"),
        pytest.param([start(), coat("resist"), plate(copper=20.0)], id="metal does not grow on resist"),
        pytest.param([start("copper"), coat("chromium"), plate(nickel=5.0, copper=20.0)], id="a coat between"),
        pytest.param([start(), plate(nickel="none", copper=20.0)], id="the first metal that has a thickness"),
        pytest.param([start(), plate(copper=20.0), Strip(step="strip", material="steel"), plate(nickel=1.0)],
                     id="only the first deposit"),
    ],
)  # fmt: skip
def test_passes(flow, sentences):
    assert sentences(*flow) == []


@pytest.mark.parametrize(
    ("flow", "pair"),
    [
        pytest.param([start("copper"), plate(copper=20.0)], "copper on copper", id="the same metal"),
        pytest.param([start(), plate(nickel=5.0, copper=20.0)], "nickel on steel", id="another metal first"),
        pytest.param(
            [start(), coat("chromium"), plate(copper=20.0)], "copper on chromium", id="what lies on top counts"
        ),
        pytest.param([start("glass"), plate(copper=20.0)], "copper on glass", id="a base that nobody described"),
        pytest.param([plate(copper=20.0)], "copper on nothing", id="no base"),
    ],
)
def test_fails(flow, pair, sentences):
    assert sentences(*flow) == [f"{pair} is not known to come off"]
