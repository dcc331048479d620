"""Small builds whose pages are looked at, and a browser to look with."""

from pathlib import Path

import pytest

from maskgen.order import artworks, compile_order
from maskgen.output import sections_of
from maskgen.page import render
from maskgen.pipeline import make, prepare

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "templates" / "etched-recess-mold.yaml"
PANEL = ROOT / "examples" / "chip-scale-panel" / "chip-scale-panel.yaml"


def manifest_of(result):
    """What a page reads of a manifest, as output writes it when masks are withheld."""
    return {
        "maskgen": "1.2.3",
        "status": "violations" if result.report.violations else "clean",
        "spec": {"path": "spec.yaml", "sha256": result.job.source.sha256},
        "technology": {"name": "t", "sha256": result.job.technology_source.sha256},
        "masks": [{"name": mask.mask.name, "file": None} for mask in result.masks],
        "files": [{"path": "qfn16.gds", "kind": "layout", "sha256": "ab" * 32}],
    }


@pytest.fixture(scope="session")
def clean():
    return make(prepare(TEMPLATE, ["array.columns=3", "array.rows=2"]))


@pytest.fixture(scope="session")
def panel():
    """A million sites, each with four wires that are too short."""
    return make(prepare(PANEL, ["wires.min_length=300"]))


@pytest.fixture(scope="session")
def hundred():
    return make(prepare(PANEL, ["array.columns=10", "array.rows=10", "wires.min_length=300"]))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A spec whose names would be scripts, on a plate of six sites."""
    script = "</script><script>window.hacked=1;alert(1)</script>"
    text = (
        PANEL.read_text(encoding="utf-8").replace('name: "1"', f'name: "{script}"').replace("border: 0", "border: 9 mm")
    )
    path = tmp_path_factory.mktemp("spec") / "spec.yaml"
    path.write_text(text.replace("marks: none", f'marks: {{title: {{text: "{script}"}}}}'), encoding="utf-8")
    return make(prepare(path, ["array.columns=3", "array.rows=2", "wires.min_length=300"]))


@pytest.fixture(scope="session")
def page_of(tmp_path_factory):
    """Return what writes a result's page, and gives its path."""
    known = {}

    def written(result, **more):
        if (id(result), *more) not in known:
            path = tmp_path_factory.mktemp("page") / "report.html"
            order = compile_order(result, artworks(result))
            path.write_text(render(result, sections_of(result), order, manifest_of(result), **more), encoding="utf-8")
            known[id(result), *more] = path
        return known[id(result), *more]

    return written
