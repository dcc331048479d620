"""Pictures and files of sections: of every template, the same bytes each time, readable, and true."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from klayout import db
from PIL import Image

from maskgen.cli import main
from maskgen.sections import files, picture
from maskgen.sections.dimensions import dimensions
from maskgen.sections.run import section as simulated

ROOT = Path(__file__).parents[2] / "templates"
ALIKE = [ROOT / "etched-recess-mold.yaml", ROOT / "window-substrate-package.yaml"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(template):
    job, section = template
    return section, dict(files.files([section], job.spec.name, ("svg", "gds")))


def texts(svg):
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]


def boxes(svg):
    """Return the boxes of horizontal labels, by their anchor, letters 0.5 wide."""
    found = []
    for node in ET.fromstring(svg).iter(f"{SVG}text"):
        if "transform" not in node.attrib:
            x, y, size = (float(node.attrib[key]) for key in ("x", "y", "font-size"))
            found.append((x, y - 0.7 * size, x + 0.5 * size * len(node.text), y))
    return found


def test_each_stage_that_changes_the_part_has_a_picture(drawn):
    section, made = drawn
    wanted = {f"main_{stage.number:02d}_{stage.step.step}.svg" for stage in section.shown}

    assert made.keys() == wanted | {"main.svg", "main.gds"}
    assert len(wanted) >= 8


def test_pictures_name_their_materials_scales_and_exaggeration(drawn):
    section, made = drawn
    for stage in section.shown:
        words = texts(made[f"main_{stage.number:02d}_{stage.step.step}.svg"])
        assert {name.replace("_", " ") for name in stage.part.solids} <= set(words)
        assert sum(bool(re.search(r"[µm]m · heights (true|[\d.]+×)$", text)) for text in words) == 2


def test_no_label_lies_on_another(drawn):
    _, made = drawn
    for name, data in made.items():
        if name.endswith(".svg"):
            found = boxes(data)
            pairs = [(a, b) for n, a in enumerate(found) for b in found[:n]]
            assert not [p for p in pairs if _overlap(*p)], name


def _overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("template", ALIKE, indirect=True, ids=lambda path: path.stem)
def test_the_same_bytes_each_time(template):
    job, section = template
    setting = section.setting
    again = simulated(setting.process, setting.package, setting.plan, section.cut)
    formats, name = ("svg", "gds"), job.spec.name

    assert list(files.files([section], name, formats)) == list(files.files([again], name, formats))


def test_the_layout_of_a_section_measures_true(drawn, tmp_path):
    """KLayout reads each stage as a cell, each material as a layer, x and z in µm."""
    section, made = drawn
    (tmp_path / "main.gds").write_bytes(made["main.gds"])
    layout = db.Layout()
    layout.read(str(tmp_path / "main.gds"))
    stage = section.shown[-1]
    cell = layout.cell(f"{stage.number:02d}_{stage.step.step}".upper())
    areas = {}
    for index in layout.layer_indexes():
        names = [shape.text_string for shape in cell.shapes(index).each() if shape.is_text()]
        if names:
            areas[names[0]] = db.Region(cell.begin_shapes_rec(index)).area() * 1e-6

    assert areas.keys() == stage.part.solids.keys()
    for name, shape in stage.part.solids.items():
        assert areas[name] == pytest.approx(shape.area, rel=1e-3, abs=1.0)


DIMENSIONS = {
    "etched-recess-mold": {
        4: {"depth": 30.0, "undercut": 20.0},
        5: {"fill": 30.0},
        10: {"plating": 20.6, "overgrowth": 20.6},
    },
    "coated-recess-mold": {5: {"depth": 40.0, "undercut": 25.0}, 8: {"thickness": 5.0}, 11: {"plating": 20.6}},
    "embedded-mask-mold": {7: {"plating": 20.6, "overgrowth": 20.6}},
    "shield-can-mandrel": {2: {"depth": 1150.0}, 3: {"thickness": 25.0}, 5: {"plating": 50.0}},
    "window-substrate-package": {5: {"depth": 18.0, "undercut": 6.0}},
}


def test_dimensions_are_those_of_the_process(template):
    job, section = template
    windows = picture.close_up(section)
    for number, wanted in DIMENSIONS.get(job.spec.system, {}).items():
        (stage,) = [stage for stage in section.stages if stage.number == number]
        box = windows[stage.number].box
        found = {each.label: each.length for each in dimensions(stage, section.setting, box)}
        assert {key: found.get(key) for key in wanted} == pytest.approx(wanted, abs=0.05)


def test_the_command_writes_what_is_asked_for(tmp_path):
    spec = tmp_path / "spec.yaml"
    runner = CliRunner()
    runner.invoke(main, ["new", "etched-recess-mold", "-o", str(spec)], catch_exceptions=False)
    small = ["--set", "array.columns=2", "--set", "array.rows=2"]
    result = runner.invoke(main, ["section", str(spec), "-o", str(tmp_path / "out"), *small, "--format", "svg,gds"])

    assert result.exit_code == 0, result.output
    assert result.output == f"qfn16: 16 pictures and files in {tmp_path / 'out'}/\n"
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".svg", ".gds"}


def test_png_is_drawn_with_its_words(simulate):
    section = simulate({"step": "start", "material": "metal", "thickness": 300.0})
    made = dict(files.files([section], "part", ("svg", "png")))
    size = ET.fromstring(made["main.svg"])
    image = Image.open(io.BytesIO(made["main.png"])).convert("L")
    title = image.crop((0, 0, image.width // 2, 60))

    assert image.size == tuple(pytest.approx(1.5 * float(size.get(side)), abs=1) for side in ("width", "height"))
    assert title.getextrema()[0] < 80  # letters are drawn, whatever fonts the machine has


def test_an_unknown_format_is_refused(tmp_path):
    result = CliRunner().invoke(main, ["section", str(tmp_path / "x.yaml"), "--format", "bmp"])

    assert result.exit_code == 2
    assert "'bmp' is not one of svg, png, gds" in result.output
