import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.contacts.aif import read_aif
from maskgen.errors import SourceError
from maskgen.geometry import regions

GOOD = """\
; a die
[DATABASE]
TYPE=AIF
VERSION=2.0
UNITS=UM

[DIE]
NAME=DEMO
WIDTH=1000
HEIGHT=800
[PADS]
dp50=SQUARE 50
BALL=BLOB 1 2 3

[RINGS]
anything at all = here [or] there

[NETLIST]
; net  pad  padstack x y  ball
VDD    1    dp50  -400 0
-\t2\tdp50\t0\t-300\tA5
VSS    -    -     -    -   A6 BALL 10 20
IO_7   12   dp50  400  300  B1 BALL 10 20  F1 FINGER 900 300 0   ; last
"""


def read(text, tmp_path):
    path = tmp_path / "die.aif"
    path.write_text(text, encoding="utf-8")
    return read_aif(path)


def mistakes(text, tmp_path):
    """Return the messages without the path, and without the lines and carets below each."""
    with pytest.raises(SourceError) as caught:
        read(text, tmp_path)
    lines = str(caught.value).split("\n")
    return [line.removeprefix(f"{tmp_path / 'die.aif'}:") for line in lines if line.startswith(str(tmp_path))]


def rows(found):
    return [(contact.name, contact.net, *regions.box_of(contact.outline)) for contact in found.contacts]


def test_die_file(tmp_path):
    found = read(GOOD, tmp_path)

    assert found.box == (-500, -400, 500, 400)
    assert rows(found) == [
        ("1", "VDD", -425, -25, -375, 25),
        ("2", None, -25, -325, 25, -275),
        ("12", "IO_7", 375, 275, 425, 325),
    ]


@pytest.mark.parametrize(("unit", "factor"), [("UM", 1.0), ("mm", 1e3), ("cm", 1e4), ("Inch", 25400.0), ("mil", 25.4)])
def test_units(unit, factor, tmp_path):
    text = f"[DATABASE]\nUNITS={unit}\n[DIE]\nWIDTH=4\nHEIGHT=2\n[PADS]\nP=SQ 1\n[NETLIST]\nA 1 P 1 0.5\n"

    found = read(text, tmp_path)

    assert found.box == pytest.approx((-2 * factor, -factor, 2 * factor, factor))
    assert rows(found)[0][2:] == pytest.approx((0.5 * factor, 0, 1.5 * factor, factor))


@pytest.mark.parametrize("centre", ["CENTER=500 400", "center = 500, 400"])
def test_centre(centre, tmp_path):
    text = GOOD.replace("NAME=DEMO", centre).replace("-400 0\n", "100 400\n").replace("\t0\t-300", "\t500\t100")

    found = read(text, tmp_path)

    assert found.box == (0, 0, 1000, 800)
    assert (found.contacts[0].x, found.contacts[0].y) == (100, 400)


@pytest.mark.parametrize(
    ("shape", "box", "area"),
    [
        pytest.param("SQUARE 50", (50, 50), 2500, id="square"),
        pytest.param("SQ 50", (50, 50), 2500, id="sq"),
        pytest.param("RECT 40 60", (40, 60), 2400, id="rect"),
        pytest.param("rectangle 40, 60", (40, 60), 2400, id="rectangle"),
        pytest.param("CIRCLE 50", (50, 50), 1963.5, id="circle"),
        pytest.param("ROUND 50", (50, 50), 1963.5, id="round"),
        pytest.param("OBLONG 40 60", (40, 60), 40 * 20 + 1256.6, id="oblong"),
        pytest.param("OBROUND 60 40", (60, 40), 40 * 20 + 1256.6, id="obround"),
        pytest.param("POLY -20,-20 20,-20 0,20", (40, 40), 800, id="poly"),
    ],
)
def test_shapes(shape, box, area, tmp_path):
    outline = read(GOOD.replace("SQUARE 50", shape), tmp_path).contacts[1].outline

    left, bottom, right, top = regions.box_of(outline)
    assert (right - left, top - bottom) == pytest.approx(box)
    assert outline.area == pytest.approx(area, rel=5e-3)


def changed(*pairs):
    text = GOOD
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            changed(("[NETLIST]\n", "")).replace("[RINGS]\nanything at all = here [or] there\n", ""),
            ["17:1: NETLIST: the header [NETLIST] is missing above this line"],
            id="no header of the netlist",
        ),
        pytest.param(
            changed(("[PADS]\n", "")),
            ["11:1: PADS: the header [PADS] is missing above this line"],
            id="no header of the padstacks",
        ),
        pytest.param(
            changed(("[DIE]\n", "")),
            ["8:1: DIE: the header [DIE] is missing above this line"],
            id="no header of the die",
        ),
        pytest.param(
            changed(("[DATABASE]\n", "")),
            ["2:1: DATABASE: the header [DATABASE] is missing above this line"],
            id="no header of the database",
        ),
        pytest.param(
            changed(("[NETLIST]", "[NETLST]")),
            ["18:1: NETLIST: the section is missing, did you mean [NETLIST] by [NETLST]"],
            id="misspelt header",
        ),
        pytest.param(
            "[DATABASE]\nUNITS=UM\n[DIE]\nWIDTH=1\nHEIGHT=1\n[PADS]\nP=SQ 1\n",
            ["1:1: NETLIST: the section [NETLIST] is missing"],
            id="no netlist",
        ),
        pytest.param(changed(("[RINGS]", "[pads]")), ["15:1: PADS: the section already begins on line 11"], id="twice"),
        pytest.param(
            changed(("1    dp50", "1    DP50")),
            ["20:13: padstack: 'DP50' is not in [PADS], did you mean 'dp50': upper and lower case differ"],
            id="case of a padstack",
        ),
        pytest.param(
            changed(("1    dp50", "1    dp60")),
            ["20:13: padstack: 'dp60' is not in [PADS], did you mean 'dp50'"],
            id="unknown padstack",
        ),
        pytest.param(
            changed(("VDD    1 ", "VDD IO   1 ")),
            ["20:1: net: a net name takes no spaces: write 'VDD_IO' for 'VDD IO'"],
            id="space in a net",
        ),
        pytest.param(
            changed(("IO_7   12 ", "clock skew 5  12 ")),
            ["23:1: net: a net name takes no spaces: write 'clock_skew_5' for 'clock skew 5'"],
            id="spaces and a number in a net",
        ),
        pytest.param(
            changed(("IO_7   12 ", "IO 7   12 ")),
            ["23:1: net: a net name takes no spaces: write 'IO_7' for 'IO 7'"],
            id="number after a space in a net",
        ),
        pytest.param(
            changed(("VDD    1 ", "VDD1 ")),
            ["20:1: net: net name and pad number run together in 'VDD1': leave a space between them"],
            id="net runs into number",
        ),
        pytest.param(
            changed(("VDD    1 ", "VDD    A1 ")),
            ["20:8: pad number: must be a whole number, got 'A1'"],
            id="pad number with a letter",
        ),
        pytest.param(
            changed(("IO_7   12", "IO_7   01")), ["23:8: pad number: 1 is already on line 20"], id="pad number twice"
        ),
        pytest.param(
            changed(("-400 0\n", "-400\n")),
            ["20:1: NETLIST: expected at least 5 columns (net, pad number, padstack, x, y), got 4"],
            id="no y",
        ),
        pytest.param(
            changed(("-400 0\n", "-400.5-300.5 0\n")),
            ["20:19: x: two numbers run together in '-400.5-300.5'"],
            id="numbers run together",
        ),
        pytest.param(
            changed(("-400 0\n", "- nan\n")),
            ["20:19: x: expected a number, got '-'", "20:21: y: must be a finite number, got nan"],
            id="places",
        ),
        pytest.param(
            changed(("UM\n", "MICRON\n")),
            ["5:7: UNITS: unknown unit 'MICRON', known are um, mm, cm, inch, mil"],
            id="unit",
        ),
        pytest.param(
            changed(("UNITS=", "UNIT=")), ["2:1: UNITS: the unit is missing, is it meant by 'UNIT'"], id="no unit"
        ),
        pytest.param(changed(("TYPE=AIF", "TYPE=DXF")), ["3:6: TYPE: must be AIF, got DXF"], id="type"),
        pytest.param(
            changed(("WIDTH=1000", "WIDHT=1000"), ("=800", "=-800")),
            [
                "7:1: WIDTH: the die's width is missing, is it meant by 'WIDHT'",
                "10:8: HEIGHT: must be larger than 0, got -800",
            ],
            id="size of the die",
        ),
        pytest.param(
            changed(("NAME=DEMO\nWIDTH=1000\nHEIGHT=800\n", "")),
            ["7:1: WIDTH: the die's width is missing", "7:1: HEIGHT: the die's height is missing"],
            id="empty section",
        ),
        pytest.param(
            changed(("NAME=DEMO", "CENTER=5")), ["8:8: CENTER: expected x and y, got '5'"], id="centre without y"
        ),
        pytest.param(
            changed(("NAME=DEMO", "DEMO"), ("HEIGHT=800", "HEIGHT=800\nHEIGHT=9")),
            ["8:1: DIE: expected a line such as KEY=value", "11:1: DIE: HEIGHT is already given on line 10"],
            id="lines of the die",
        ),
        pytest.param(
            changed(("SQUARE 50", "SQUARE 50 60")), ["12:6: PADS: SQUARE takes 1 size, got 2 numbers"], id="sizes"
        ),
        pytest.param(
            changed(("SQUARE 50", "RECT 50")), ["12:6: PADS: RECT takes width and height, got 1 numbers"], id="one size"
        ),
        pytest.param(
            changed(("SQUARE 50", "SQARE 50")), ["12:6: PADS: unknown shape 'SQARE', did you mean 'SQUARE'"], id="shape"
        ),
        pytest.param(
            changed(("SQUARE 50", "CIRCLE 0")), ["12:13: PADS: must be larger than 0, got 0"], id="no diameter"
        ),
        pytest.param(
            changed(("SQUARE 50", "POLY 0 0 5 5 0")),
            ["12:6: PADS: a polygon takes pairs of x and y, got 5 numbers"],
            id="half a corner",
        ),
        pytest.param(
            changed(("SQUARE 50", "POLY 0 0 5 5")),
            ["12:6: PADS: a polygon needs at least 3 different corners, got 2"],
            id="two corners",
        ),
        pytest.param(
            changed(("-400 0\n", "100 100\n"), ("\t0\t-300", "\t500\t700"), ("400  300", "900 400")),
            [
                "7:1: CENTER: the pads lie within (0, 0) to (1000, 800), counted from the die's lower left corner, "
                "but its middle is taken as (0, 0): write CENTER=500 400 in [DIE]"
            ],
            id="counted from the corner",
        ),
        pytest.param(
            changed(("-400 0\n", "-490 0\n"), ("\t0\t-300", "\t0\t-399")),
            [
                "20:1: NETLIST: pad 1 and 1 more reach over the border of the die, (-500, -400) to (500, 400): "
                "its middle is taken as (0, 0) unless [DIE] says CENTER=x y"
            ],
            id="outside",
        ),
        pytest.param(
            changed(("NAME=DEMO", "CENTER=1 0"), ("-400 0\n", "-490 0\n")),
            ["20:1: NETLIST: pad 1 reaches over the border of the die, (-499, -400) to (501, 400)"],
            id="outside although the centre is given",
        ),
        pytest.param(
            "[DATABASE]\nUNITS=UM\n[DIE]\nWIDTH=1\nHEIGHT=1\n[PADS]\n[NETLIST]\nA - - - - B1\n",
            ["7:1: NETLIST: no line has a pad number, so the die has no contacts"],
            id="no pads",
        ),
        pytest.param(
            "WORD\n" + GOOD, ["1:1: AIF: expected a header such as [DATABASE] above this line"], id="no section"
        ),
        pytest.param("", ["1:1: AIF: the file is empty"], id="empty"),
        pytest.param(
            "(AIF\n (Version 3.0)\n)\n",
            ["1:1: AIF: this is AIF III, in brackets: only AIF 2, in sections, can be read"],
            id="AIF III",
        ),
    ],
)
def test_mistakes(text, expected, tmp_path):
    assert mistakes(text, tmp_path) == expected


def test_all_mistakes_at_once(tmp_path):
    text = changed(("UM\n", "MM2\n"), ("1    dp50", "1    DP50"), ("IO_7   12", "IO_7   1x"))

    assert [message.split(":")[0] for message in mistakes(text, tmp_path)] == ["5", "20", "23"]


def test_carets_stand_below_tabs(tmp_path):
    with pytest.raises(SourceError) as caught:
        read(changed(("\t0\t-300", "\tx\t-300")), tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'die.aif'}:21:10: x: expected a number, got 'x'\n"
        "  21 | -\t2\tdp50\tx\t-300\tA5\n"
        "     |  \t \t    \t^"
    )


@given(st.text(alphabet="[]=;ADIEPSNTLV dp50-.1(\n\t", max_size=80), st.sampled_from(GOOD.split("\n")))
def test_any_text_is_read_or_refused(tmp_path_factory, text, after):
    try:
        read(GOOD.replace(after, after + text, 1), tmp_path_factory.getbasetemp())
    except SourceError as error:
        refusal = str(error)
        assert refusal
