"""Small flows, simulated along a cut through boxes of a plan."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from pydantic import TypeAdapter

from maskgen.drc.sites import site_scene
from maskgen.geometry import regions
from maskgen.geometry.arrays import Array, axis
from maskgen.layout import Layout, look
from maskgen.package import NOTHING, Package
from maskgen.pipeline import prepare
from maskgen.sections.plan import Cut, Plan, cuts, view_plan
from maskgen.sections.run import section
from maskgen.systems import family
from maskgen.technology import Step
from maskgen.technology.model import Material

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").glob("*.yaml"))
HALF = 500.0

MATERIALS = {
    "metal": Material(conductive=True),
    "sheet": Material(conductive=True, releases=True),
    "stop": Material(conductive=False),
    "resist": Material(conductive=False),
    "mask": Material(conductive=False, releases=True),
    "lead": Material(conductive=True),
    "epoxy": Material(conductive=False),
}


@pytest.fixture(scope="session")
def process():
    return prepare(TEMPLATES[[path.stem for path in TEMPLATES].index("etched-recess-mold")]).process


@pytest.fixture(scope="session")
def simulate(process):
    """Return a function: the section of a flow, its steps as in YAML, through the boxes (left, right) of masks."""

    def run(*flow, masks=None, drawn="opening", numbers=None, package=None):
        steps = [TypeAdapter(Step).validate_python(_masked(step, drawn)) for step in flow]
        technology = process.technology.model_copy(update={"flow": steps, "materials": MATERIALS})
        own = dict(numbers or {})
        flat = {
            name: regions.merge(shapely.box(left, -HALF, right, HALF) for left, right in spans)
            for name, spans in (masks or {}).items()
        }
        plan = Plan(flat, dict.fromkeys(flat, drawn), (-HALF, -HALF, HALF, HALF))
        array = Array(axis(np.zeros(1), -HALF, HALF), axis(np.zeros(1), -HALF, HALF), np.ones((1, 1), dtype=bool))
        return section(
            replace(process, technology=technology, numbers=own),
            package or Package(layout=Layout({}, {}, array), marking=NOTHING),
            plan,
            Cut("main", (-HALF, 0.0), (HALF, 0.0)),
        )

    return run


def _masked(step, drawn):
    return {**step, "recipe": "MADE", "drawn": drawn} if "mask" in step else step


@pytest.fixture(scope="session", params=TEMPLATES, ids=lambda path: path.stem)
def template(request):
    """Return the job of a template and its section."""
    job = prepare(request.param, ["array.columns=2", "array.rows=2"])
    package = family(job.spec.system).draw(job.spec, job.process, request.param.parent)
    array, views = look(package.layout, dict(job.process.recipes))
    view = site_scene(views, array).view
    plan = view_plan(view.layers, job.process, regions.box_of(view.domain))
    (cut,) = cuts({}, package, plan)
    return job, section(job.process, package, plan, cut)
