import hashlib
import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.errors import MaskgenError, Problem
from maskgen.source import parse_source, read_source


def message(text, *settings, path="bad.yaml"):
    """Return all that is said of a text."""
    with pytest.raises(MaskgenError) as caught:
        raise parse_source(text, path, settings).error(())
    return str(caught.value)


def error(source, *problems):
    return str(source.error([Problem(key, sentence) for key, sentence in problems]))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("~", None, id="tilde"),
        pytest.param("null", None, id="null"),
        pytest.param("true", True, id="true"),
        pytest.param("False", False, id="false"),
        pytest.param("yes", "yes", id="yes is text"),
        pytest.param("on", "on", id="on is text"),
        pytest.param("12", 12, id="whole"),
        pytest.param("-7", -7, id="negative"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("0123", "0123", id="leading zero is text"),
        pytest.param("1_000", "1_000", id="underscore is text"),
        pytest.param("1.50", 1.5, id="decimal"),
        pytest.param("1e3", 1000.0, id="exponent without a point"),
        pytest.param(".5", 0.5, id="point first"),
        pytest.param("5.", 5.0, id="point last"),
        pytest.param("1:30", "1:30", id="no base 60"),
        pytest.param("2026-11-21", "2026-11-21", id="date is text"),
        pytest.param("'5'", "5", id="quoted number"),
        pytest.param('"true"', "true", id="quoted bool"),
        pytest.param("0.5 mm", "0.5 mm", id="length"),
        pytest.param("nan", "nan", id="nan is text"),
        pytest.param("[1, x]", [1, "x"], id="list"),
        pytest.param("|\n  two\n  lines\n", "two\nlines\n", id="block"),
    ],
)
def test_scalars(written, value):
    data = parse_source(f"key: {written}", "a.yaml").data

    assert data == {"key": value}
    assert type(data["key"]) is type(value)


def test_number_keys_are_text():
    assert parse_source("1: a\n-2: b\n010: c", "a.yaml").data == {"1": "a", "-2": "b", "010": "c"}


def test_merge_keeps_own_keys_and_first_of_list():
    source = parse_source("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 9}", "a.yaml")

    assert source.data["c"] == {"x": 9, "y": 2, "z": 4}
    assert error(source, (("c", "z"), "too much")) == (
        "a.yaml:2:14: c.z: too much\n  2 | b: &b {y: 3, z: 4}\n    |              ^^^^"
    )


def test_used_anchors_are_separate():
    source = parse_source("a: &a {x: 1}\nb: *a", "a.yaml", ["b.x=2"])

    assert source.data == {"a": {"x": 1}, "b": {"x": 2}}


def test_unit():
    assert parse_source("unit: mm", "a.yaml").unit == "mm"
    assert parse_source("a: 1", "a.yaml").unit is None


def test_byte_order_mark_is_accepted(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: .nan\r\n")
    source = read_source(path)

    assert source.data["a"] == 1
    assert str(source.error(())) == (f"{path}:2:1: b: must be a finite number, got .nan\n  2 | b: .nan\n    | ^^^^^^^")
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_digest_is_of_the_file_without_settings():
    assert parse_source("a: 1", "a.yaml", ["a=2"]).sha256 == hashlib.sha256(b"a: 1").hexdigest()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "bad.yaml: the file is empty", id="empty"),
        pytest.param("# only a comment\n", "bad.yaml: the file is empty", id="comment"),
        pytest.param("---\n", "bad.yaml: the file is empty", id="null document"),
        pytest.param(
            "- a", "bad.yaml:1:1: must be a mapping, KEY: VALUE, got a list\n  1 | - a\n    | ^", id="list at the top"
        ),
        pytest.param(
            "a: 1\n\nb: 2\na: 3",
            "bad.yaml:4:1: a: duplicate key, first on line 1\n  4 | a: 3\n    | ^^^^",
            id="duplicate key",
        ),
        pytest.param(
            "x: {1: a, '1': b}",
            "bad.yaml:1:11: x.1: duplicate key, first on line 1\n  1 | x: {1: a, '1': b}\n    |           ^^^^^^",
            id="duplicate number",
        ),
        pytest.param(
            "a:\n  b: -.inf",
            "bad.yaml:2:3: a.b: must be a finite number, got -.inf\n  2 |   b: -.inf\n    |   ^^^^^^^^",
            id="infinity",
        ),
        pytest.param(
            "a: [1, 1e999]",
            "bad.yaml:1:8: a[1]: must be a finite number, got 1e999\n  1 | a: [1, 1e999]\n    |        ^^^^^",
            id="infinite after all",
        ),
        pytest.param(
            "a: 1234567890123456789",
            "bad.yaml:1:1: a: must be a number of at most 18 digits, got 123456789012345678…\n"
            "  1 | a: 1234567890123456789\n    | ^^^^^^^^^^^^^^^^^^^^^^",
            id="too many digits",
        ),
        pytest.param(
            "a:\n  1.5: x",
            "bad.yaml:2:3: a: a key must be text, got 1.5; write it in quotes\n  2 |   1.5: x\n    |   ^^^",
            id="decimal key",
        ),
        pytest.param(
            "a:\n  ?\n  : x",
            "bad.yaml:2:4: a: a key must be text, got nothing; write it in quotes\n  2 |   ?\n    |    ^",
            id="empty key",
        ),
        pytest.param(
            "[a]: x",
            "bad.yaml:1:1: a key must be text, not a list or a mapping\n  1 | [a]: x\n    | ^^^",
            id="list as key",
        ),
        pytest.param(
            "a: !!python/object:os.system x",
            "bad.yaml:1:1: a: tags such as !!python/object:os.system are not read\n"
            "  1 | a: !!python/object:os.system x\n    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            id="python tag",
        ),
        pytest.param(
            "!foo a: 1",
            "bad.yaml:1:1: tags such as !foo are not read\n  1 | !foo a: 1\n    | ^^^^^^",
            id="tag of a key",
        ),
        pytest.param(
            "a: {<<: 5}",
            "bad.yaml:1:1: a: << takes a mapping, or a list of mappings\n  1 | a: {<<: 5}\n    | ^^^^^^^^^^",
            id="merge of a number",
        ),
        pytest.param(
            'a: "\\ud800"',
            'bad.yaml:1:1: a: character U+D800 is not allowed\n  1 | a: "\\ud800"\n    | ^^^^^^^^^^^',
            id="half a character",
        ),
        pytest.param(
            "unit: mmm",
            "bad.yaml:1:1: unit: unknown unit 'mmm', known are nm, um, µm, mm, cm, m, mil, in, inch, "
            "did you mean 'mm'?\n  1 | unit: mmm\n    | ^^^^^^^^^",
            id="unit",
        ),
    ],
)
def test_mistakes(text, said):
    assert message(text) == said


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        pytest.param("a: b: c", "1:5", "':' cannot stand here: begin a new line, or write the text in quotes", id=":"),
        pytest.param(
            "a: 1\n  b: 2", "2:4", "':' cannot stand here: begin a new line, or write the text in quotes", id="in"
        ),
        pytest.param("a: 1\nbcd\ne: 2", "2:1", "':' is missing after a key", id="no colon"),
        pytest.param("a:\n\tb: 1", "2:1", "a tab cannot stand here, use spaces", id="tab"),
        pytest.param("a: @x", "1:4", "text that begins with this character needs quotes", id="at sign"),
        pytest.param("a: [1\n", "1:4", "a list in [ ] lacks a comma or its end", id="open list"),
        pytest.param(
            "a: [1\nb: 2", "2:2", "a list in [ ] lacks a comma or its end; it begins on line 1", id="open list 2"
        ),
        pytest.param("a: {b: 1", "1:4", "a mapping in { } lacks a comma or its end", id="open mapping"),
        pytest.param("a: 'x\nb: 2", "1:4", "quoted text is not closed", id="open quote"),
        pytest.param("a: 'x' y", "1:8", "text that does not belong here; write all of it in quotes", id="after quote"),
        pytest.param("a:\n    b: 1\n  c: 2", "3:3", "does not line up with the lines above", id="dedent"),
        pytest.param('a: "\\q"', "1:6", "no such escape in quoted text; a backslash is written \\\\", id="escape"),
        pytest.param('a: "\\UFFFFFFFF"', "1:7", "no such character or number", id="beyond unicode"),
        pytest.param("a: *x", "1:4", "no anchor has this name", id="alias"),
        pytest.param("a: &x 1\nb: &x 2", "2:4", "an anchor with this name stands above", id="anchor"),
        pytest.param("a: 1\n---\nb: 1", "2:1", "a second document begins here, a file is one", id="documents"),
        pytest.param("%YAML 9.0\n---\na: 1", "1:1", "directives are not read", id="directive"),
        pytest.param("a: \x07", "1:4", "character U+0007 is not allowed", id="bell"),
        pytest.param("a: 1\nb: \u2028", "2:4", "character U+2028 is not allowed", id="line separator"),
        pytest.param("a: &a [*a]", "1:4", "an anchor contains itself", id="loop"),
        pytest.param("a: &a {<<: *a}", "1:4", "an anchor contains itself", id="merged loop"),
    ],
)
def test_text_that_is_not_yaml(text, place, sentence):
    said = message(text).splitlines()

    assert said[0] == f"bad.yaml:{place}: {sentence}"
    assert len(said) == 3
    assert said[2].index("^") - said[1].index("|") - 2 == int(place.split(":")[1]) - 1


def bomb(step):
    """Return a few lines that mean very much."""
    lines = ["a0: &a0 {x: 1}"]
    return "\n".join(lines + [f"a{n}: &a{n} {step.format(', '.join([f'*a{n - 1}'] * 10))}" for n in range(1, 12)])


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        pytest.param(bomb("[{}]"), "5:1", "more than 20000 keys and values, aliases included", id="billion laughs"),
        pytest.param(bomb("{{<<: [{}]}}"), "5:1", "more than 20000 keys and values, aliases included", id="merged"),
        pytest.param(
            "a: [" + "1," * 30_000 + "]", "1:39999", "more than 20000 keys and values, aliases included", id="list"
        ),
        pytest.param("[" * 100_000, "1:52", "nested more than 50 deep", id="brackets"),
        pytest.param("- " * 100_000, "1:103", "nested more than 50 deep", id="dashes"),
        pytest.param(
            "\n".join(["a0: &a0 [1]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60))]),
            "50:1",
            "nested more than 50 deep",
            id="aliases",
        ),
    ],
)
def test_excess_is_one_error(text, place, sentence):
    said = message(text).splitlines()

    assert said[0] == f"bad.yaml:{place}: {sentence}"
    assert len(said) == 3


def test_deepest_allowed():
    assert parse_source("a: " + "[" * 49 + "1" + "]" * 49, "a.yaml").data["a"]
    assert message("a: " + "[" * 50 + "1" + "]" * 50).startswith("bad.yaml:1:54: nested more than 50 deep\n")


def test_all_mistakes_by_place():
    text = "a: .nan\nb:\n  c: 1\n  c: 2\nunit: furlong\n~: 3\n"
    heads = [line for line in message(text).splitlines() if line.startswith("bad.yaml")]

    assert heads == [
        "bad.yaml:1:1: a: must be a finite number, got .nan",
        "bad.yaml:4:3: b.c: duplicate key, first on line 3",
        "bad.yaml:5:1: unit: unknown unit 'furlong', known are nm, um, µm, mm, cm, m, mil, in, inch",
        "bad.yaml:6:1: a key must be text, got ~; write it in quotes",
    ]


SPEC = """\
# a spec
bumps:
  columns: 0
  pitch:
    x: 1   # comment
    y: 2
  rows: [1, 22,
    3]
pads:
  - name: A1
    net: VDD
  - {name: A2}
"""


@pytest.mark.parametrize(
    ("key", "place", "line", "caret"),
    [
        pytest.param(("bumps", "columns"), "3:3", "  columns: 0", "  ^^^^^^^^^^", id="key and value"),
        pytest.param(("bumps", "pitch"), "4:3", "  pitch:", "  ^^^^^", id="value below"),
        pytest.param(("bumps", "pitch", "x"), "5:5", "    x: 1   # comment", "    ^^^^", id="comment"),
        pytest.param(("bumps", "rows"), "7:3", "  rows: [1, 22,", "  ^^^^", id="value on several lines"),
        pytest.param(("bumps", "rows", 1), "7:13", "  rows: [1, 22,", "            ^^", id="entry"),
        pytest.param(("pads", 0), "10:5", "  - name: A1", "    ^^^^^^^^", id="entry on several lines"),
        pytest.param(("pads", 1, "name"), "12:6", "  - {name: A2}", "     ^^^^^^^^", id="in braces"),
        pytest.param(("bumps", "pitch", "z", "w"), "4:3", "  pitch:", "  ^^^^^", id="nearest above"),
        pytest.param(("bumps", "rows", 9), "7:3", "  rows: [1, 22,", "  ^^^^", id="beyond the list"),
        pytest.param(("die",), "1:1", "# a spec", "^", id="not there"),
    ],
)
def test_caret(key, place, line, caret):
    number = place.split(":")[0]
    margin = " " * len(number)
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)[1:]

    assert error(parse_source(SPEC, "s.yaml"), (key, "is wrong")) == (
        f"s.yaml:{place}: {name}: is wrong\n  {number} | {line}\n  {margin} | {caret}"
    )


def test_problem_of_the_whole_file_has_no_key():
    assert error(parse_source("a: 1", "s.yaml"), ((), "needs a die")) == "s.yaml:1:1: needs a die\n  1 | a: 1\n    | ^"


def test_problems_are_sorted_and_told_once():
    source = parse_source("a: 1\nb: 2", "s.yaml")
    said = error(source, (("b",), "two"), (("a",), "one"), (("b",), "two"), (("b",), "three"))

    assert said.splitlines()[::3] == ["s.yaml:1:1: a: one", "s.yaml:2:1: b: two", "s.yaml:2:1: b: three"]


def test_a_problem_known_from_reading_is_told_once():
    said = error(parse_source("a: .nan", "s.yaml"), (("a",), "must be a number, got nothing"))

    assert said == "s.yaml:1:1: a: must be a finite number, got .nan\n  1 | a: .nan\n    | ^^^^^^^"


def test_very_many_problems_are_counted():
    said = message("a:\n" + "- .nan\n" * 250).splitlines()

    assert len(said) == 301
    assert said[-1] == "bad.yaml: and 150 more"


def test_caret_under_wide_characters():
    said = error(parse_source("{日本: 1, 'e\u0301': 2, 漢: 3}", "s.yaml"), (("漢",), "x"))

    assert said == "s.yaml:1:18: 漢: x\n  1 | {日本: 1, 'e\u0301': 2, 漢: 3}\n    |                   ^^^^^"


def test_caret_after_tab_and_hidden_characters():
    said = error(parse_source("{a: '\t', 'b\u200b': 2, c: 3}", "s.yaml"), (("c",), "x"))

    assert said == "s.yaml:1:19: c: x\n  1 | {a: ' ', 'b\ufffd': 2, c: 3}\n    |                   ^^^^"


def test_long_lines_are_cut_about_the_caret():
    text = f"{{a: '{'x' * 200}', b: 1, c: '{'y' * 200}'}}"
    head, line, caret = error(parse_source(text, "s.yaml"), (("b",), "is wrong")).splitlines()

    assert head == "s.yaml:1:209: b: is wrong"
    assert line == f"  1 | …{'x' * 37}', b: 1, c: '{'y' * 50}…"
    assert line[caret.index("^") : caret.rindex("^") + 1] == "b: 1"


def test_messages_stay_on_their_line():
    assert error(parse_source('"a\\nb": 1', "s.yaml"), (("a\nb",), "got '\n\x1b'")).splitlines() == [
        r"s.yaml:1:1: a\nb: got '\n\x1b'",
        '  1 | "a\\nb": 1',
        "    | ^^^^^^^^^",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"a: 1\nb: \xff", "{}: byte 8: not UTF-8; save the file as UTF-8 text", id="not UTF-8"),
        pytest.param("a: 1".encode("utf-16"), "{}: byte 0: not UTF-8; save the file as UTF-8 text", id="UTF-16"),
        pytest.param(b"#" * 5_000_001, "{}: larger than 5 MB", id="large"),
        pytest.param(None, "{}: cannot read: No such file or directory", id="missing"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, content, said):
    path = tmp_path / "a.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MaskgenError) as caught:
        read_source(path)

    assert str(caught.value) == said.format(path)


def test_folder_and_impossible_name(tmp_path):
    with pytest.raises(MaskgenError, match=f"^{re.escape(str(tmp_path))}: cannot read: Is a directory$"):
        read_source(tmp_path)
    with pytest.raises(MaskgenError, match=r"^'a\\x00b': cannot read: embedded null byte$"):
        read_source("a\0b")


def test_path_is_shown_as_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("a: .nan")

    assert read_source("./a.yaml").path == "./a.yaml"


@pytest.mark.parametrize(
    ("setting", "data"),
    [
        pytest.param(
            "array.columns=3", {"array": {"columns": 3}, "dies": [{"rotation": 0}], "marks": None}, id="makes"
        ),
        pytest.param("dies[0].rotation=90", {"dies": [{"rotation": 90}], "marks": None}, id="place"),
        pytest.param("dies[0]=", {"dies": [None], "marks": None}, id="nothing"),
        pytest.param(
            "marks.title.text=a=b", {"dies": [{"rotation": 0}], "marks": {"title": {"text": "a=b"}}}, id="null"
        ),
        pytest.param("marks=[0.5 mm, '1']", {"dies": [{"rotation": 0}], "marks": ["0.5 mm", "1"]}, id="yaml"),
    ],
)
def test_settings(setting, data):
    assert parse_source("dies: [{rotation: 0}]\nmarks:\n", "a.yaml", [setting]).data == data


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        pytest.param("columns", "expected KEY=VALUE such as array.columns=3 or dies[0].rotation=90", id="no value"),
        pytest.param("a..b=1", "expected KEY=VALUE such as array.columns=3 or dies[0].rotation=90", id="dots"),
        pytest.param("[0]=1", "expected KEY=VALUE such as array.columns=3 or dies[0].rotation=90", id="no key"),
        pytest.param("unit.x=1", "unit is not a mapping, it has no 'x'", id="no mapping"),
        pytest.param("unit[0]=1", "unit is not a list, it has no [0]", id="no list"),
        pytest.param("dies[2].x=1", "dies has 1 entries, counted from 0, and no [2]", id="beyond the list"),
        pytest.param("a=[1", "a list in [ ] lacks a comma or its end", id="not yaml"),
        pytest.param("a=.inf", "must be a finite number, got .inf", id="infinite"),
        pytest.param("a={b: 1, b: 2}", "duplicate key, first on line 1", id="duplicate"),
    ],
)
def test_settings_that_cannot_be(setting, said):
    assert message("unit: um\ndies: [1]", setting) == f"--set {setting}: {said}"


def test_all_malformed_settings_at_once():
    assert message("a: 1", "b", "a.x=1", "c=2").splitlines() == [
        "--set b: expected KEY=VALUE such as array.columns=3 or dies[0].rotation=90",
        "--set a.x=1: a is not a mapping, it has no 'x'",
    ]


def test_problem_of_a_setting_names_the_setting():
    source = parse_source("a: {b: 1}\nc: 2", "a.yaml", ["a.b=7", "d.e={f: 1}", "unit=foo"])
    said = error(source, (("a", "b"), "too much"), (("d", "e", "f"), "wrong"), (("d", "x"), "missing"), (("c",), "off"))

    assert said.splitlines() == [
        "a.yaml:2:1: c: off",
        "  2 | c: 2",
        "    | ^^^^",
        "--set a.b=7: a.b: too much",
        "--set d.e={f: 1}: d.e.f: wrong",
        "--set d.e={f: 1}: d.x: missing",
        "--set unit=foo: unit: unknown unit 'foo', known are nm, um, µm, mm, cm, m, mil, in, inch",
    ]


def test_later_setting_wins():
    source = parse_source("a: 1", "a.yaml", ["b.c=2", "b={}", "b.d=3"])

    assert source.data == {"a": 1, "b": {"d": 3}}
    assert error(source, (("b", "c"), "missing")) == "--set b={}: b.c: missing"


CHARACTERS = st.characters(exclude_categories=("Cc", "Cn", "Cs", "Zl", "Zp"), exclude_characters="\ufeff")
KEYS = st.text("aé日 :#'-", min_size=1, max_size=6) | st.text(CHARACTERS, max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_json_is_read_as_it_is(data):
    assert parse_source(json.dumps(data, ensure_ascii=False), "a.json").data == data


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_spans_point_at_the_key(data):
    text = yaml.safe_dump(data, allow_unicode=True, width=1000)
    source = parse_source(text, "a.yaml")
    lines = re.split(r"\r\n|\r|\n", text)
    for key, place in source.spans.items():
        if isinstance(key[-1], str):
            line = lines[place.key.line - 1]
            written = line[place.key.column - 1 :][: place.key.length]

            assert list(parse_source(f"{written}: 0", "a.yaml").data) == [key[-1]]
            assert line[place.caret.column - 1 :].startswith(written)


PIECES = (
    "a|: |- |\n|  |[|]|{|}|, |'|\"|&a| *a|<<|? |>|#|!|%|---|\t|\\|1|.nan|~|0x1|@|é|日|\u2028|\0|\ufeff|!!str |\\U|="
)
PIECES = [*PIECES.split("|"), "|"]


def is_well_formed(message):
    """Tell whether a message is heads with a place, each with a line and a caret, or one line alone."""
    lines = message.split("\n")
    heads = [re.match(r"x\.yaml:\d+:(\d+): .", line) for line in lines[::3]]
    return len(lines) == 1 or (len(lines) % 3 == 0 and all(heads) and all("^" in line for line in lines[2::3]))


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60))
@settings(max_examples=600, deadline=None)
def test_any_text_is_read_or_refused(text):
    try:
        said = error(parse_source(text, "x.yaml"), (("a", 0, "b"), "is wrong"))
    except MaskgenError as refusal:
        said = str(refusal)

    assert is_well_formed(said)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_setting_is_taken_or_refused(words):
    try:
        said = str(parse_source("a: [{b: 1}]", "x.yaml", [words, f"a[0].b={words}"]).data)
    except MaskgenError as refusal:
        said = str(refusal)

    assert said.startswith(("{", "--set "))


@given(st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(content)
    try:
        source = read_source(path)
    except MaskgenError:
        return

    assert source.sha256 == hashlib.sha256(content).hexdigest()
