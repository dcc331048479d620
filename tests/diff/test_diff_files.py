"""Two files: what counts as a difference, how it is told, how the command ends."""

import json
import time

import gdstk
import pytest
from click.testing import CliRunner

from maskgen.cli import main
from maskgen.diff import compare
from maskgen.report.formats import RENDERERS


def written(path, *shapes, name="TOP", precision=1e-9, references=()):
    """Write a file with one top cell and return its path."""
    library = gdstk.Library("L", unit=1e-6, precision=precision)
    top = library.new_cell(name)
    top.add(*shapes)
    for cell, options in references:
        if cell.name not in {other.name for other in library.cells}:
            library.add(cell)
        top.add(gdstk.Reference(cell, **options))
    (library.write_oas if path.suffix == ".oas" else library.write_gds)(path)
    return path


def box(left, bottom, right, top, layer=10):
    return gdstk.rectangle((left, bottom), (right, top), layer=layer)


def plate(path, *, count=1000, width=30.0, lost=0):
    """Write a plate of sites, each with two pads, the second of a width; the last column may lack some sites."""
    site = gdstk.Cell("SITE").add(box(0, 0, 30, 60), box(50, 0, 50 + width, 60), box(5, 5, 25, 20, layer=11))
    full = {"origin": (0, 0), "columns": count - bool(lost), "rows": count, "spacing": (700, 900)}
    last = {"origin": ((count - 1) * 700, 0), "columns": 1, "rows": count - lost, "spacing": (700, 900)}
    return written(path, box(-100, -100, 0, 10), references=[(site, full), (site, last)] if lost else [(site, full)])


def sentences(comparison):
    return [(violation.rule, violation.finding.sentence, violation.count) for violation in comparison.report.violations]


def run(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_moved_edge(tmp_path):
    one = written(tmp_path / "a.gds", box(0, 0, 10, 20))
    other = written(tmp_path / "b.gds", box(1, 0, 12, 20), name="ANOTHER")

    assert sentences(compare(one, other)) == [
        ("LAYER 10/0", f"only in {one}: 1 x 20 um, 20 um2, 1 um thick", 1),
        ("LAYER 10/0", f"only in {other}: 2 x 20 um, 40 um2, 2 um thick", 1),
    ]


@pytest.mark.parametrize(
    ("tolerance", "found"),
    [
        pytest.param(0.004, 1, id="a step below"),
        pytest.param(0.005, 0, id="exactly the thickness"),
        pytest.param(0.006, 0, id="a step above"),
    ],
)
def test_tolerance(tmp_path, tolerance, found):
    one = written(tmp_path / "a.gds", box(0, 0, 10, 20))
    other = written(tmp_path / "b.gds", box(0, 0, 10.005, 20))

    assert len(compare(one, other, tolerance=tolerance).report.violations) == found


def test_shapes_cut_otherwise_are_equal(tmp_path):
    one = written(tmp_path / "a.gds", box(0, 0, 10, 20))
    other = written(
        tmp_path / "b.oas", box(0, 0, 10, 12), box(0, 10, 10, 20), gdstk.FlexPath([(5, 0), (5, 9)], 2, layer=10)
    )

    assert compare(one, other).is_equal


@pytest.mark.parametrize("precision", [5e-9, 1e-10, 2.5e-9])
def test_database_units_may_differ(tmp_path, precision):
    one = written(tmp_path / "a.gds", box(0, 0, 10, 20))
    same = written(tmp_path / "b.gds", box(0, 0, 10, 20), precision=precision)
    other = written(tmp_path / "c.gds", box(0, 0, 10.01, 20), precision=precision)

    assert compare(one, same).is_equal
    assert sentences(compare(one, other)) == [
        ("LAYER 10/0", f"only in {other}: 0.01 x 20 um, 0.2 um2, 0.01 um thick", 1)
    ]


def test_a_layer_of_one_file_alone_is_named(tmp_path):
    one = written(tmp_path / "a.gds", box(0, 0, 10, 20), box(0, 0, 5, 5, layer=3))
    other = written(tmp_path / "b.gds", box(0, 0, 10, 20))

    assert sentences(compare(one, other)) == [
        ("LAYER 3/0", f"layer 3/0 is not in {other}", 1),
        ("LAYER 3/0", f"only in {one}: 5 x 5 um, 25 um2, 5 um thick", 1),
    ]


def test_thickness_is_that_of_the_largest_circle(tmp_path):
    one = written(tmp_path / "a.gds")
    other = written(tmp_path / "b.gds", gdstk.Polygon([(0, 0), (30, 0), (0, 40)], layer=10))
    found = compare(one, other).report.violations[-1].finding

    # The circle in a triangle of sides 30, 40 and 50 has a radius of 10.
    assert found.measured == pytest.approx(20.0, abs=1e-3)


def test_copies_are_one_finding_on_its_lattice(tmp_path):
    paths = plate(tmp_path / "a.gds", count=30), plate(tmp_path / "b.gds", count=30, width=33.0)
    (violation,) = compare(*paths).report.violations

    assert violation.finding.box == (80.0, 0.0, 83.0, 60.0)
    assert violation.count == 900
    assert [(a.x, a.y, a.columns, a.rows, a.dx, a.dy) for a in violation.lattices] == [
        (80.0, 0.0, 30, 30, 700.0, 900.0)
    ]


def test_arrays_may_be_cut_otherwise(tmp_path):
    paths = plate(tmp_path / "a.gds", count=30), plate(tmp_path / "b.gds", count=30, width=33.0, lost=1)
    found = sentences(compare(*paths))

    assert (f"only in {paths[1]}: 3 x 60 um, 180 um2, 3 um thick", 899) in [entry[1:] for entry in found]
    assert sum(count for _, sentence, count in found if "30 x 60 um" in sentence) == 2


@pytest.mark.parametrize(
    ("changes", "places"),
    [pytest.param({}, 0, id="itself"), pytest.param({"width": 33.0}, 1_000_000, id="a changed pad")],
)
def test_a_million_sites_cost_about_what_one_does(tmp_path, changes, places):
    one, other = plate(tmp_path / "a.gds"), plate(tmp_path / "b.gds", **changes)
    started = time.process_time()
    found = compare(one, other)

    assert sum(violation.count for violation in found.report.violations) == places
    assert time.process_time() - started < 1.0


def test_command_tells_equal_files(tmp_path):
    one, other = written(tmp_path / "a.gds", box(0, 0, 1, 1)), written(tmp_path / "b.gds", box(0, 0, 1, 1))

    assert run("diff", one, other) == (0, f"{one} and {other}: equal, 1 layer\n", "")


def test_command_tells_differences_in_every_format(tmp_path):
    one, other = written(tmp_path / "a.gds", box(0, 0, 9, 9)), written(tmp_path / "b.gds", box(0, 0, 9, 8))
    reports = [argument for name in RENDERERS for argument in ("--report", f"{name}={tmp_path / name}")]
    status, said, error = run("diff", one, other, *reports)

    assert said == (
        f"(0.000, 8.000) um: LAYER 10/0: error: only in {one}: 9 x 1 um, 9 um2, 1 um thick\n"
        f"{one} and {other}: 1 of 1 layers differ, in 1 place\n"
    )
    assert (status, error) == (1, "")
    assert json.loads((tmp_path / "json").read_text())["violations"][0]["bbox"] == [0.0, 8.0, 9.0, 9.0]
    assert all((tmp_path / name).stat().st_size for name in RENDERERS)


def test_command_takes_lengths_with_units(tmp_path):
    one, other = written(tmp_path / "a.gds", box(0, 0, 9, 9)), written(tmp_path / "b.gds", box(0, 0, 9, 8.998))

    assert run("diff", one, other, "--tolerance", "1 nm")[0] == 1
    assert run("diff", one, other, "--tolerance", "2 nm")[0] == 0
    assert run("diff", one, other, "--tolerance", "0.002")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["--tolerance", "-1 um"], "'-1 um' is less than 0 um", id="negative tolerance"),
        pytest.param(["--tolerance", "soft"], "expected a length such as 250 or '0.25 mm', got 'soft'", id="no length"),
        pytest.param(["--report", "pdf=a"], "'pdf=a' is not FORMAT=FILE with", id="unknown format"),
        pytest.param(["--cell", "NONE"], "has no cell 'NONE', its top cells are TOP", id="unknown cell"),
    ],
)
def test_command_refuses(tmp_path, arguments, sentence):
    one = written(tmp_path / "a.gds", box(0, 0, 9, 9))
    status, said, error = run("diff", one, one, *arguments)

    assert sentence in error
    assert (status, said) == (2, "")


def test_command_refuses_damaged_files_with_the_place(tmp_path):
    one, broken = written(tmp_path / "a.gds", box(0, 0, 9, 9)), tmp_path / "b.gds"
    broken.write_bytes(one.read_bytes()[:-30])
    status, said, error = run("diff", one, broken, "--report", f"json={tmp_path / 'd.json'}")

    assert error.startswith(f"{broken}: byte ")
    assert (status, said) == (2, "")
    assert not (tmp_path / "d.json").exists()


def test_command_asks_which_of_several_top_cells(tmp_path):
    library = gdstk.Library("L")
    library.new_cell("A").add(box(0, 0, 1, 1))
    library.new_cell("B").add(box(0, 0, 2, 1))
    library.write_gds(tmp_path / "a.gds")

    assert (
        "has 2 top cells, A, B: say which one to compare with --cell"
        in run("diff", tmp_path / "a.gds", tmp_path / "a.gds")[2]
    )
    assert run("diff", tmp_path / "a.gds", tmp_path / "a.gds", "--cell", "B")[0] == 0
