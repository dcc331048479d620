"""Materials that a step can work on."""

from dataclasses import replace

import pytest

from maskgen.drc.checks import material


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
