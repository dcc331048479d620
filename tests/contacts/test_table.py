import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.contacts.table import read_table
from maskgen.errors import SourceError
from maskgen.geometry import regions
from maskgen.units import UM

HEADER = "name,x,y,width,height,net\n"


def read(text, tmp_path, unit=1.0):
    path = tmp_path / "pads.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, unit=unit)


def mistakes(text, tmp_path):
    """Return the messages without the path, and without the lines and carets below each."""
    with pytest.raises(SourceError) as caught:
        read(text, tmp_path)
    lines = str(caught.value).split("\n")
    return [line.removeprefix(f"{tmp_path / 'pads.csv'}:") for line in lines if line.startswith(str(tmp_path))]


def rows(found):
    return [(contact.name, *regions.box_of(contact.outline), contact.net) for contact in found.contacts]


EXPECTED = [("A", 70, 170, 130, 230, "VDD"), ("B", -35, -4, -25, 4, None)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{HEADER}A,100,200,60,60,VDD\nB,-30,0,10,8,\n", id="commas"),
        pytest.param("name;x;y;width;height;net\nA;100;200;60;60;VDD\nB;-30;0;10;8;\n", id="semicolons"),
        pytest.param("name\tx\ty\twidth\theight\tnet\nA\t100\t2e2\t60\t60.\tVDD\nB\t-30\t0\t10\t8\t\n", id="tabs"),
        pytest.param("Net , WIDTH,y,x,Name,height\nVDD, 60,200,100, A ,60\n,10,0,-30,B,8\n", id="other order"),
        pytest.param("\ufeff" + f"{HEADER}A,100,200,60,60,VDD\nB,-30,0,10,8,\n".replace("\n", "\r\n"), id="Windows"),
        pytest.param(f"# pads\n\n{HEADER}  # first\nA,100,200,60,60,VDD\n\nB,-30,0,10,8,", id="comments"),
        pytest.param(f'{HEADER}"A","100",200,60,60,"VDD"\n"B",-30,0,10,8,""\n', id="quotes"),
        pytest.param(f"{HEADER}A,100,200,60,60,VDD,,\nB,-30,0,10,8,,,\n,,,,,,,\n", id="empty fields at the end"),
        pytest.param(
            "name,x [mm],y (um),width [MIL],height,net\nA,0.1,200,2.362204724409449,60,VDD\nB,-0.03,0,0.01 mm,8 um,\n",
            id="units",
        ),
    ],
)
def test_ways_to_write_a_table(text, tmp_path):
    found = read(text, tmp_path)

    assert found.box is None
    assert [row[0] for row in rows(found)] == ["A", "B"]
    for row, expected in zip(rows(found), EXPECTED, strict=True):
        assert row[1:5] == pytest.approx(expected[1:5], abs=1e-9)
        assert row[5] == expected[5]


def test_unit_of_bare_numbers(tmp_path):
    found = read("name,x,y [um],width,height\nA,0.1,200,0.06,0.06\n", tmp_path, unit=UM["mm"])

    assert rows(found) == [("A", 70, 170, 130, 230, None)]
    assert (found.contacts[0].x, found.contacts[0].y) == (100, 200)


def test_quotes_hold_delimiters_and_quotes(tmp_path):
    assert rows(read(f'{HEADER}"A,1",0,0,2,2,"say ""hi"""\n', tmp_path)) == [("A,1", -1, -1, 1, 1, 'say "hi"')]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "", ["1:1: table: the file is empty, expected a header such as name,x,y,width,height,net"], id="empty"
        ),
        pytest.param(
            "# only\n",
            ["1:1: table: the file is empty, expected a header such as name,x,y,width,height,net"],
            id="comment alone",
        ),
        pytest.param(HEADER, ["1:1: table: no contacts stand below the header"], id="header alone"),
        pytest.param(
            "name,y,height\nA,0,1\n",
            ["1:1: x: the column is missing", "1:1: width: the column is missing"],
            id="missing columns",
        ),
        pytest.param(
            "name,x,y,widht,height\nA,0,0,1,1\n",
            ["1:1: width: the column is missing", "1:10: widht: unknown column, did you mean 'width'"],
            id="misspelt column",
        ),
        pytest.param(
            "name,x,y,width,height,colour\nA,0,0,1,1,\n",
            ["1:23: colour: unknown column, known are name, x, y, width, height, net"],
            id="unknown column",
        ),
        pytest.param(
            "name,x,y,width,height,X\nA,0,0,1,1,2\n", ["1:23: x: the column stands twice in the header"], id="twice"
        ),
        pytest.param(
            "name,x [furlong],y [mill],width,height,net [um]\nA,0,0,1,1,\n",
            [
                "1:6: x: unknown unit 'furlong', known are nm, um, µm, mm, cm, m, mil, in, inch",
                "1:18: y: unknown unit 'mill', did you mean 'mil'",
                "1:40: net: the column takes no unit, got 'um'",
            ],
            id="units",
        ),
        pytest.param(
            f"{HEADER}A,one,nan,1,inf,N\nB,1e999,,1,1,N\n",
            [
                "2:3: x: expected a number, got 'one'",
                "2:7: y: must be a finite number, got nan",
                "2:13: height: must be a finite number, got inf",
                "3:3: x: must be a finite number, got 1e999",
                "3:9: y: expected a number, got nothing",
            ],
            id="numbers",
        ),
        pytest.param(
            f"{HEADER}A,0,0,0,-5,\nB,2e6,0,1,1,\n",
            [
                "2:7: width: must be larger than 0, got 0",
                "2:9: height: must be larger than 0, got -5",
                "3:3: x: must be at most 1e+06 um, got 2e+06 um",
            ],
            id="sizes",
        ),
        pytest.param(
            "name;x;y;width;height\nA;1,5;0;1;1\n",
            ["2:3: x: expected a number, got '1,5': write 1.5"],
            id="decimal comma",
        ),
        pytest.param(
            f"{HEADER}A,0,0,1,1,\nB,9,0,1,1,\nA,19,0,1,1,\n,29,0,1,1,\n",
            ["4:1: name: 'A' is already the name of the contact on line 2", "5:1: name: a contact needs a name"],
            id="names",
        ),
        pytest.param(
            f"{HEADER}A,0,0,1,1\nB,0,0,1,1,N,7\nC,0,0",
            [
                "2:1: table: expected 6 fields, got 5",
                "3:1: table: expected 6 fields, got 7",
                "4:1: table: expected 6 fields, got 3: the file is cut off here",
            ],
            id="fields",
        ),
        pytest.param(f'{HEADER}A,0,0,1,1,"N\n', ["2:11: table: a quote is not closed on this line"], id="open quote"),
        pytest.param(
            HEADER.encode() + b"A,0,0,1,1,\xb5C\n",
            ["2:11: text: byte 0xB5 is not UTF-8, save the file as UTF-8"],
            id="Latin-1",
        ),
    ],
)
def test_mistakes(text, expected, tmp_path):
    assert mistakes(text, tmp_path) == expected


def test_line_and_caret(tmp_path):
    path = tmp_path / "pads.csv"

    with pytest.raises(SourceError) as caught:
        read(f"{HEADER}\nA,0,zero,1,1,N\n", tmp_path)
    assert str(caught.value) == (f"{path}:3:5: y: expected a number, got 'zero'\n  3 | A,0,zero,1,1,N\n    |     ^^^^")


def test_missing_file(tmp_path):
    path = tmp_path / "none.csv"

    with pytest.raises(SourceError) as caught:
        read_table(path, unit=1.0)
    assert str(caught.value) == f"{path}: cannot be read: no such file or directory"


LENGTHS = st.integers(-(10**8), 10**8).map(lambda number: number / 1000)


@given(st.lists(st.tuples(LENGTHS, LENGTHS, LENGTHS.map(abs), LENGTHS.map(abs)), min_size=1, max_size=5))
def test_contacts_lie_where_the_table_says(tmp_path_factory, places):
    places = [(x, y, width + 0.001, height + 0.001) for x, y, width, height in places]
    lines = [f"N{number},{x},{y},{width},{height}" for number, (x, y, width, height) in enumerate(places)]

    found = read("name,x,y,width,height\n" + "\n".join(lines), tmp_path_factory.getbasetemp())

    for contact, (x, y, width, height) in zip(found.contacts, places, strict=True):
        left, bottom, right, top = regions.box_of(contact.outline)
        assert (contact.x, contact.y, right - left, top - bottom) == pytest.approx((x, y, width, height), abs=1e-9)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    try:
        read(HEADER + text, tmp_path_factory.getbasetemp())
    except SourceError as error:
        refusal = str(error)
        assert refusal
