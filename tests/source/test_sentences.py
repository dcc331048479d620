from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationError,
    field_validator,
    model_validator,
)

from maskgen.errors import Problem, SourceError
from maskgen.source import parse_source, validate, wording
from maskgen.units import Length


class Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Etch(Group):
    step: Literal["etch"]
    depth: Length = Field(gt=0)


class Coat(Group):
    step: Literal["coat"]
    etch: StrictInt = 0


class Title(Group):
    text: str = Field(min_length=1, max_length=5, pattern="^[a-z]*$")
    height: Length = Field(10, gt=0, le=500)

    @model_validator(mode="after")
    def _not_forbidden(self):
        if self.text == "no":
            raise ValueError("a title cannot be 'no'")
        return self


def _twice(value: Any) -> Any:
    return value if isinstance(value, list) else (value, value)


class Spec(Group):
    unit: str | None = None
    count: StrictInt = Field(1, ge=1, lt=10)
    angle: StrictFloat = Field(0.0, ge=-360, le=360)
    flag: StrictBool = False
    name: str = "x"
    side: Literal["left", "right"] = "left"
    only: Literal["fit"] = "fit"
    columns: Literal["fit"] | Annotated[StrictInt, Field(ge=0)] = "fit"
    length: Literal["auto"] | Length = "auto"
    point: tuple[StrictFloat, StrictFloat] = (0.0, 0.0)
    size: Annotated[tuple[Length, Length], BeforeValidator(_twice)] = (1.0, 1.0)
    skip: list[tuple[StrictInt, StrictInt] | str] = Field([], max_length=3)
    layers: dict[Annotated[str, Field(pattern="^[A-Z]+$")], StrictInt] = {}
    flow: list[Annotated[Etch | Coat, Field(discriminator="step")]] = []
    title: Title | None = None
    titles: Title | list[Title] | None = None
    named: dict[str, Title] = {}
    list_: list[Title] = Field([], alias="list")
    odd: StrictInt = 1
    bound: StrictInt = 9

    @field_validator("bound")
    @classmethod
    def _below(cls, value, info):
        if value < info.data.get("count", 0):
            raise ValueError(f"bound of {value} is below the count of {info.data['count']}")
        return value


def heads(text, *settings, model=Spec, context=None):
    """Return the first line of each message about a text."""
    with pytest.raises(SourceError) as caught:
        validate(parse_source(text, "a.yaml", settings), model, context=context)
    return [line for line in str(caught.value).splitlines() if line.startswith(("a.yaml:", "--set"))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("count: 0", "1:1: count: must be at least 1, got 0", id="at least"),
        pytest.param("count: 10", "1:1: count: must be below 10, got 10", id="below"),
        pytest.param("count: 1.5", "1:1: count: must be a whole number, got 1.5", id="whole"),
        pytest.param("count: true", "1:1: count: must be a whole number, got true", id="bool as count"),
        pytest.param("count:", "1:1: count: must be a whole number, got nothing", id="nothing"),
        pytest.param("count: '2'", "1:1: count: must be a whole number, got '2'", id="quoted count"),
        pytest.param("angle: true", "1:1: angle: must be a number, got true", id="bool as number"),
        pytest.param("angle: nan", "1:1: angle: must be a number, got 'nan'", id="nan as text"),
        pytest.param("angle: 361", "1:1: angle: must be at most 360, got 361", id="no unit for an angle"),
        pytest.param("angle: .nan", "1:1: angle: must be a finite number, got .nan", id="nan told once"),
        pytest.param("flag: yes", "1:1: flag: must be true or false, got 'yes'", id="yes"),
        pytest.param("flag: 1", "1:1: flag: must be true or false, got 1", id="1"),
        pytest.param("name: 5", "1:1: name: must be text, got 5; write '5'", id="number as text"),
        pytest.param("name: [5]", "1:1: name: must be text, got a list", id="list as text"),
        pytest.param(
            "side: lft",
            "1:1: side: must be one of 'left' or 'right', got 'lft', did you mean 'left'?",
            id="choice",
        ),
        pytest.param("side: 7", "1:1: side: must be one of 'left' or 'right', got 7", id="nothing near"),
        pytest.param("only: RIT", "1:1: only: must be 'fit', got 'RIT', did you mean 'fit'?", id="single choice"),
        pytest.param("hieght: 1", "1:1: hieght: unknown key", id="nothing near, and too many"),
        pytest.param("Count: 1", "1:1: Count: unknown key, did you mean 'count'?", id="near key"),
        pytest.param("lists: []", "1:1: lists: unknown key, did you mean 'list'?", id="near alias"),
        pytest.param("point: 5", "1:1: point: must be a list, got 5", id="list"),
        pytest.param("point: []", "1:1: point: must have at least 2 entries, got 0", id="empty pair"),
        pytest.param("point: [1]", "1:1: point: must have at least 2 entries, got 1", id="half a pair"),
        pytest.param("point: [1, 2, 3]", "1:1: point: must have at most 2 entries, got 3", id="more than a pair"),
        pytest.param("point: [1, x]", "1:12: point[1]: must be a number, got 'x'", id="entry of a pair"),
        pytest.param("size: x", "1:1: size: expected a length such as 250 or '0.25 mm', got 'x'", id="one for two"),
        pytest.param("layers: {pad: 1}", "1:10: layers.pad: must match ^[A-Z]+$, got 'pad'", id="name of a key"),
        pytest.param("layers: 5", "1:1: layers: must be a mapping, got 5", id="mapping"),
        pytest.param("title: []", "1:1: title: must be a mapping, got a list", id="group"),
        pytest.param("title: {}", "1:1: title.text: missing", id="missing"),
        pytest.param("title: {text: ''}", "1:9: title.text: must not be empty", id="empty text"),
        pytest.param(
            "title: {text: abcdef}",
            "1:9: title.text: must have at most 5 characters, got 'abcdef'",
            id="long text",
        ),
        pytest.param("title: {text: NO}", "1:9: title.text: must match ^[a-z]*$, got 'NO'", id="pattern"),
        pytest.param('title: {text: "no"}', "1:1: title: a title cannot be 'no'", id="validator of a group"),
        pytest.param("count: 9\nbound: 8", "2:1: bound: bound of 8 is below the count of 9", id="validator of a field"),
        pytest.param(
            "list: [{text: a, hight: 1}]", "1:18: list[0].hight: unknown key, did you mean 'height'?", id="alias"
        ),
        pytest.param(
            "named: {1: {txt: a, text: b}}", "1:13: named.1.txt: unknown key, known are text, height", id="taken"
        ),
        pytest.param("skip: [a, b, c, d]", "1:1: skip: must have at most 3 entries, got 4", id="too long"),
    ],
)
def test_sentences(text, said):
    assert heads(text) == [f"a.yaml:{said}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "title: {text: a, height: 600}", "1:18: title.height: must be at most 500 um, got 600 um", id="um"
        ),
        pytest.param("title: {text: a, height: 0}", "1:18: title.height: must be above 0, got 0", id="zero"),
        pytest.param(
            "unit: mm\ntitle: {text: a, height: 0.6}",
            "2:18: title.height: must be at most 500 um, got 600 um",
            id="unit of the file",
        ),
        pytest.param(
            "title: {text: a, height: 0.6 mm}",
            "1:18: title.height: must be at most 500 um, got '0.6 mm'",
            id="unit of its own",
        ),
        pytest.param(
            "title: {text: a, height: true}",
            "1:18: title.height: expected a length such as 250 or '0.25 mm', got true",
            id="bool as length",
        ),
    ],
)
def test_lengths_have_their_unit(text, said):
    assert heads(text, *([] if "unit:" in text else ["unit=um"])) == [f"a.yaml:{said}"]


def test_unit_of_bare_lengths_is_the_files():
    assert validate(parse_source("unit: mm\ntitle: {text: a, height: 0.25}", "a.yaml"), Spec).title.height == 250


def test_unknown_unit_is_the_only_complaint_about_lengths():
    assert heads("unit: foo\ntitle: {text: a, height: 5}") == [
        "a.yaml:1:1: unit: unknown unit 'foo', known are nm, um, µm, mm, cm, m, mil, in, inch"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "columns: fitt", "1:1: columns: must be 'fit' or a whole number, got 'fitt', did you mean 'fit'?", id="word"
        ),
        pytest.param("columns: -1", "1:1: columns: must be 'fit' or at least 0, got -1", id="number"),
        pytest.param("columns: true", "1:1: columns: must be 'fit' or a whole number, got true", id="bool"),
        pytest.param(
            "length: [1]", "1:1: length: must be 'auto' or a length such as 250 or '0.25 mm', got a list", id="length"
        ),
        pytest.param(
            "length: 5 foo",
            "1:1: length: unknown unit 'foo', known are nm, um, µm, mm, cm, m, mil, in, inch",
            id="a sentence of its own wins",
        ),
        pytest.param("skip: [5]", "1:8: skip[0]: must be a list or text, got 5; write '5'", id="neither"),
        pytest.param("skip: [[1]]", "1:8: skip[0]: must have at least 2 entries, got 1", id="short pair"),
        pytest.param("skip: [[1, x]]", "1:12: skip[0][1]: must be a whole number, got 'x'", id="deepest"),
        pytest.param("titles: {text: 5}", "1:10: titles.text: must be text, got 5; write '5'", id="one group"),
        pytest.param(
            "titles: [{text: a, hieght: 5}]",
            "1:20: titles[0].hieght: unknown key, did you mean 'height'?",
            id="list of groups",
        ),
        pytest.param("titles: 5", "1:1: titles: must be a mapping or a list, got 5", id="no group"),
    ],
)
def test_unions_tell_the_member_that_was_meant(text, said):
    assert heads(text, "unit=um") == [f"a.yaml:{said}"]


class Circle(Group):
    diameter: Length
    edge: Length


class Box(Group):
    width: Length
    height: Length
    depth: Length


class Plates(Group):
    plate: Circle | Box


def test_member_with_the_fewest_failures_was_meant():
    assert heads("plate: {diameter: 5 um}", model=Plates) == ["a.yaml:1:1: plate.edge: missing"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "flow: [{step: ecth}]",
            ["1:9: flow[0].step: must be one of 'etch', 'coat', got 'ecth', did you mean 'etch'?"],
            id="wrong tag",
        ),
        pytest.param("flow: [{depth: 5 um}]", ["1:8: flow[0].step: missing"], id="no tag"),
        pytest.param("flow: [5]", ["1:8: flow[0]: must be a mapping, got 5"], id="no mapping"),
        pytest.param(
            "flow:\n- step: etch\n  depht: 5\n",
            ["2:3: flow[0].depth: missing", "3:3: flow[0].depht: unknown key, did you mean 'depth'?"],
            id="the tag is no key",
        ),
        pytest.param(
            "flow: [{step: coat, etch: x, detph: 1}]",
            [
                "1:21: flow[0].etch: must be a whole number, got 'x'",
                "1:30: flow[0].detph: unknown key, known are step, etch",
            ],
            id="a key called like a tag",
        ),
    ],
)
def test_tagged_unions(text, said):
    assert heads(text) == [f"a.yaml:{line}" for line in said]


def test_everything_at_once():
    text = "flag: 1\ncount: .nan\ncount: 2\nangle: 400\nbounds: 1\ntitle: {text: '', height: -1 um}\nunit: furlong\n"

    assert heads(text, "odd=x") == [
        "a.yaml:1:1: flag: must be true or false, got 1",
        "a.yaml:2:1: count: must be a finite number, got .nan",
        "a.yaml:3:1: count: duplicate key, first on line 2",
        "a.yaml:4:1: angle: must be at most 360, got 400",
        "a.yaml:5:1: bounds: unknown key, did you mean 'bound'?",
        "a.yaml:6:9: title.text: must not be empty",
        "a.yaml:6:19: title.height: must be above 0, got '-1 um'",
        "a.yaml:7:1: unit: unknown unit 'furlong', known are nm, um, µm, mm, cm, m, mil, in, inch",
        "--set odd=x: odd: must be a whole number, got 'x'",
    ]


def test_mistakes_of_reading_are_told_of_a_valid_model_too():
    assert heads("count: 2\ncount: 3") == ["a.yaml:2:1: count: duplicate key, first on line 1"]


def test_missing_at_the_top_points_at_the_first_line():
    assert heads("# plates\nplates: 1", model=Plates) == [
        "a.yaml:1:1: plate: missing",
        "a.yaml:2:1: plates: unknown key, did you mean 'plate'?",
    ]


def test_lists_are_taken_for_tuples_and_whole_numbers_for_decimal_ones():
    spec = validate(parse_source("point: [1, 2.5]\nangle: 90\nskip: [[1, 2], '3-4']", "a.yaml"), Spec)

    assert (spec.point, spec.angle, spec.skip) == ((1.0, 2.5), 90.0, [(1, 2), "3-4"])


class Looks(BaseModel):
    layer: str

    @field_validator("layer")
    @classmethod
    def _known(cls, value, info):
        if value not in info.context["layers"]:
            raise ValueError(f"no layer {value} in {info.context['unit']}")
        return value


def test_context_reaches_validators():
    assert heads("unit: mm\nlayer: PAD", model=Looks, context={"layers": ["RDL"]}) == [
        "a.yaml:2:1: layer: no layer PAD in mm"
    ]


class Dated(BaseModel):
    count: Annotated[StrictInt, Field(multiple_of=4)] = 4
    link: complex = 0j


def test_kinds_without_a_sentence_of_their_own_keep_to_the_form():
    assert heads("link: {}\ncount: 6", model=Dated) == [
        "a.yaml:1:1: link: must be a valid python complex object, a number, or a valid complex string following the "
        "rules at https://docs.python.org/3/library/functions.html#complex, got a mapping",
        "a.yaml:2:1: count: must be a multiple of 4, got 6",
    ]


def test_long_values_are_cut():
    assert heads(f"side: {'x' * 99}") == [f"a.yaml:1:1: side: must be one of 'left' or 'right', got '{'x' * 59}…"]


def test_wording_of_plain_data():
    with pytest.raises(ValidationError) as caught:
        Title.model_validate({"txt": 1})

    assert wording(caught.value, {"txt": 1}) == [Problem(("text",), "missing"), Problem(("txt",), "unknown key")]
    assert wording(caught.value, {"txt": 1}, Title)[1] == Problem(("txt",), "unknown key, did you mean 'text'?")
