"""Layers as built against the section of the flow that makes them."""

from pathlib import Path

import pytest

from maskgen.drc.checks import section
from maskgen.drc.sites import site_scene
from maskgen.errors import MaskgenError
from maskgen.layout import look
from maskgen.pipeline import prepare
from maskgen.systems import family
from maskgen.technology import resolve

TEMPLATES = Path(__file__).parents[3] / "templates"
SMALL = ["array.columns=2", "array.rows=2"]

RULES = {
    "recess": (
        "etched-recess-mold",
        {"layer": "RECESS", "material": ["steel"], "absent": True, "level": 0, "tolerance": 0.1},
    ),
    "fill": ("etched-recess-mold", {"layer": "SECOND_MASK", "material": ["fluoropolymer"], "tolerance": 0.1}),
    "pad": ("etched-recess-mold", {"layer": "PAD_BUILT | MP_BUILT", "material": ["gold", "nickel"], "tolerance": 0.1}),
    "embedded": ("embedded-mask-mold", {"layer": "PAD_BUILT | MP_BUILT", "material": ["nickel"], "tolerance": 0.5}),
    "can": (
        "shield-can-mandrel",
        {
            "layer": "RECESS_FLOOR",
            "material": ["steel"],
            "absent": True,
            "level": "0.01-recess_depth",
            "tolerance": 0.1,
        },
    ),
    "window": (
        "window-substrate-package",
        {"layer": "PAD_BUILT", "material": ["copper"], "level": "copper_thickness", "tolerance": 0.1},
    ),
}


def judged(name, params, *, makes=None):
    """Return what the check finds in a template, some layers of whose flow are made by other expressions."""
    job = prepare(TEMPLATES / f"{name}.yaml", SMALL)
    system, process = family(job.spec.system), job.process
    if makes:
        flow = [
            step.model_copy(
                update={"makes": step.makes | {key: makes[key] for key in step.makes.keys() & makes.keys()}}
            )
            for step in process.technology.flow
        ]
        process = resolve(
            process.technology.model_copy(update={"flow": flow}),
            job.spec.process,
            drawn=system.DRAWN,
            given=system.given(job.spec),
            measures=system.MEASURES,
        )
    package = system.draw(job.spec, process, TEMPLATES)
    array, views = look(package.layout, dict(process.recipes))
    scene = site_scene(views, array)
    context = {"unit": "um", "layers": frozenset(scene.view.layers), "numbers": process.numbers}
    return list(section.judge(package, process, section.Params.model_validate(params, context=context), scene))


@pytest.mark.parametrize(("name", "params"), RULES.values(), ids=RULES)
def test_passes(name, params):
    assert judged(name, params) == []


@pytest.mark.parametrize(
    ("rule", "makes", "gap"),
    [
        pytest.param("recess", {"RECESS": "grow(FIRST_MASK, undercut - 1)"}, 1.0, id="recess grown by less"),
        pytest.param("recess", {"RECESS": "grow(FIRST_MASK, 2*undercut)"}, 20.0, id="recess grown twice"),
        pytest.param("fill", {"SECOND_MASK": "FIRST_MASK"}, 20.0, id="undercut forgotten"),
        pytest.param(
            "pad",
            {"PAD_BUILT": "(FIELD - SECOND_MASK) & PAD", "MP_BUILT": "(FIELD - SECOND_MASK) & MP"},
            20.6,
            id="overgrowth forgotten",
        ),
        pytest.param(
            "can", {"RECESS_FLOOR": "grow(shrink(RECESS, cutter_radius), cutter_radius)"}, 100.61, id="draft forgotten"
        ),
        pytest.param("window", {"PAD_BUILT": "grow(SUB2_PAD, undercut)"}, 12.0, id="wrong sign"),
    ],
)
def test_fails(rule, makes, gap):
    name, params = RULES[rule]
    found = judged(name, params, makes=makes)
    gaps = [finding.measured for finding in found if finding.measured is not None]

    assert gaps
    assert gaps == pytest.approx([gap] * len(gaps), abs=0.1)
    assert all(finding.limit == params["tolerance"] for finding in found)


def test_a_finding_says_who_is_where():
    name, params = RULES["recess"]
    first, *_ = judged(name, params, makes={"RECESS": "grow(FIRST_MASK, undercut - 1)"})

    assert first.sentence == (
        "the layer ends here, the section after the step 'etch' 1.000 um away, at most 0.1 um allowed"
    )
    assert first.box == pytest.approx((-1880.9, 324.5, -1879.9, 325.5))


def test_an_edge_that_only_the_section_has_is_found():
    name, params = RULES["recess"]
    found = judged(name, params, makes={"RECESS": "grow(FIRST_MASK, undercut) - BODY"})

    assert "the section after the step 'etch' begins here, the layer nowhere near" in {each.sentence for each in found}


def test_a_layer_that_no_step_makes_is_refused():
    name, params = RULES["pad"]
    with pytest.raises(MaskgenError, match=r"^check section: no step makes PAD: name as-built layers$"):
        judged(name, params | {"layer": "PAD"})


def test_nothing_is_found_where_the_layer_is_empty():
    name, params = RULES["recess"]
    assert judged(name, replace_layer(params, "RECESS - RECESS")) == []


def replace_layer(params, layer):
    return {**params, "layer": layer}
