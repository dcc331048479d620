"""Materials that a step can work on."""

from dataclasses import replace

import pytest

from maskgen.drc.checks import material
from maskgen.technology import Material
from maskgen.technology.flow import Coat


def start_with(process, name):
    """Return the process with another base."""
    flow = [
        step.model_copy(update={"material": name}) if step.step == "start" else step for step in process.technology.flow
    ]
    return replace(process, technology=process.technology.model_copy(update={"flow": flow}))


@pytest.mark.parametrize(
    ("base", "params"),
    [
        pytest.param("steel", {"step": "fill"}, id="a base that conducts"),
        pytest.param("fluoropolymer", {"step": "fill", "conductive": False}, id="a base that must not"),
    ],
)
def test_passes(base, params, process):
    assert list(material.judge(None, start_with(process, base), material.Params(**params))) == []


@pytest.mark.parametrize(
    ("base", "params", "sentence"),
    [
        pytest.param(
            "fluoropolymer", {"step": "fill"},
            "step 'fill' needs a base that conducts; fluoropolymer is not known to", id="a base that does not conduct",
        ),
        pytest.param(
            "glass", {"step": "plate"},
            "step 'plate' needs a base that conducts; glass is not known to", id="a material that nobody described",
        ),
        pytest.param(
            "steel", {"step": "fill", "conductive": False},
            "step 'fill' needs a base that does not conduct; steel is not known to",
            id="one that conducts but must not",
        ),
    ],
)  # fmt: skip
def test_fails(base, params, sentence, process):
    (finding,) = material.judge(None, start_with(process, base), material.Params(**params))
    assert (finding.sentence, finding.box) == (sentence, None)


def test_a_flow_without_the_step_asks_for_nothing(process):
    flow = [step for step in process.technology.flow if step.step != "fill"]
    without = replace(process, technology=process.technology.model_copy(update={"flow": flow}))
    assert list(material.judge(None, start_with(without, "fluoropolymer"), material.Params(step="fill"))) == []


def place_on(process, name, *, releases):
    """Return the process with another polymer as the last thing laid before the die is placed."""
    flow = [step for step in process.technology.flow if step.step in ("start", "place")]
    coat = Coat(step="coat", material=name, thickness=10.0)
    materials = dict(process.technology.materials) | {name: Material(conductive=False, releases=releases)}
    update = {"flow": [flow[0], coat, *flow[1:]], "materials": materials}
    return replace(process, technology=process.technology.model_copy(update=update))


@pytest.mark.parametrize(
    ("releases", "expected"),
    [
        pytest.param(True, [], id="lets go"),
        pytest.param(
            False, ["step 'place' needs a surface that lets go; varnish is not known to"], id="holds",
        ),
    ],
)  # fmt: skip
def test_what_a_part_stands_on_must_let_go_of_it(releases, expected, process):
    found = material.judge(
        None, place_on(process, "varnish", releases=releases), material.Params(step="place", releases=True)
    )
    assert [finding.sentence for finding in found] == expected
