"""The marker database, opened with KLayout."""

from dataclasses import replace

from klayout import db, rdb

from maskgen.report import lyrdb

CELL = "a:b'c <x>.y"


def opened(report, path):
    """Return a rendered report as KLayout reads it."""
    path.write_text(lyrdb.render(report, layout="a & b.gds", cell=CELL), encoding="utf-8")
    database = rdb.ReportDatabase("")
    database.load(str(path))
    return database


def test_categories_are_the_rules_whatever_they_are_called(report, tmp_path):
    database = opened(report, tmp_path / "a.lyrdb")
    found = {category.name(): category.num_items() for category in database.each_category()}

    assert found == {"PAD.S.1": 2, report.rules[1].rule.id: 0, "PAD.A.1": 0}
    assert database.original_file == "a & b.gds"
    assert database.top_cell_name == CELL


def test_items_have_their_boxes_and_the_waived_ones_their_tag(report, tmp_path):
    database = opened(report, tmp_path / "a.lyrdb")
    items = list(database.each_item())

    assert [str(next(item.each_value())) for item in items] == ["box: (0,1;99.5,50)", "box: (5,5;6,7)"]
    assert [item.tags_str for item in items] == ["", "waived"]
    assert [item.comment for item in items] == [
        "99.5 um apart, at least 120 um wanted; 90 places",
        "119 um apart, at least 120 um wanted; 1 place; waived: measured (Ada)",
    ]
    assert [database.cell_by_id(item.cell_id()).qname() for item in items] == [CELL, CELL]


def test_two_edges_are_drawn_as_such(report, tmp_path):
    edges = (((0.0, 1.0), (0.0, 50.0)), ((99.5, 50.0), (99.5, 1.0)))
    first, *others = report.violations
    told = replace(report, violations=(replace(first, finding=replace(first.finding, edges=edges)), *others))

    database = opened(told, tmp_path / "a.lyrdb")
    items = list(database.each_item())

    assert [[str(value).partition(":")[0] for value in item.each_value()] for item in items] == [
        ["box", "edge-pair", "text"],
        ["box", "text"],
    ]
    first, second = db.DEdge(0, 1, 0, 50), db.DEdge(99.5, 50, 99.5, 1)
    assert list(items[0].each_value())[1].edge_pair() == db.DEdgePair(first, second, True)
