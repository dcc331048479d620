"""Decks for layouts: units of numbers and formulas, includes, names and ids, and how mistakes in them are told."""

import math
from pathlib import Path

import gdstk
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from maskgen import expressions
from maskgen.cli import main
from maskgen.drc.deck import Deck, read_deck, read_layout_deck
from maskgen.errors import MaskgenError
from maskgen.expressions import Layer, Offset, parse


@pytest.fixture
def decks(tmp_path, monkeypatch):
    """Return a function: the current folder with these files."""
    monkeypatch.chdir(tmp_path)

    def write(**files):
        for name, text in files.items():
            Path(f"{name}.yaml").write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def read(decks):
    """Return a function: the deck `own`, read beside the others."""

    def made(own, **others) -> Deck:
        decks(own=own, **others)
        return read_layout_deck(Path("own.yaml"))

    return made


@pytest.fixture
def refused(read):
    """Return a function: what is said of the deck `own`, without the lines that are shown."""

    def said(own, **others):
        with pytest.raises(MaskgenError) as error:
            read(own, **others)
        return [line for line in str(error.value).splitlines() if not line.startswith("  ")]

    return said


def deck(rules, *, unit="unit: um", layers="layers: {A: 1/0, B: 2/0}", rest=""):
    return "\n".join(line for line in ("deck: own", unit, layers, rest, "rules:", f"  {rules}") if line) + "\n"


def drc(boxes, rules, **said):
    """Return what is printed of boxes [um] on layer A, and the exit status."""
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    cell = made.new_cell("TOP")
    cell.add(*(gdstk.rectangle(box[:2], box[2:], layer=1) for box in boxes))
    made.write_gds("a.gds")
    Path("own.yaml").write_text(deck(rules, **said), encoding="utf-8")
    result = CliRunner().invoke(main, ["drc", "a.gds", "--deck", "own.yaml"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, (result.stdout + result.stderr).splitlines()


APART = [(0, 0, 100, 100), (150, 0, 250, 100)]
"""Two squares of 100 um, 50 um apart."""
SPACE = "(100.000, 0.000)-(150.000, 100.000) um: R: error: 50.000 um apart, at least 60 um wanted"


@pytest.mark.parametrize(
    ("unit", "limit"),
    [
        pytest.param("um", "60", id="bare um"),
        pytest.param("um", '"60"', id="quoted um"),
        pytest.param("mm", "0.06", id="bare mm"),
        pytest.param("mm", '"0.06"', id="quoted mm"),
        pytest.param("mm", '"0.05+0.01"', id="sum in mm"),
        pytest.param("mm", '"2*max(0.03, 0.01)"', id="formula in mm"),
        pytest.param("mm", '"60 um"', id="unit of its own"),
        pytest.param("mil", '"60/25.4"', id="quotient in mil"),
        pytest.param("nm", '"6e4"', id="quoted nm"),
    ],
)
def test_limits_are_in_the_deck_s_unit(decks, unit, limit):
    decks()

    status, said = drc(APART, f"R: {{check: space, layer: A, min: {limit}}}", unit=f"unit: {unit}")

    assert (status, said[0].split(": R: ")[1]) == (1, SPACE.split(": R: ")[1])


@pytest.mark.parametrize(
    ("unit", "limit", "wanted"),
    [
        pytest.param("um", '"10100"', 10100, id="quoted um"),
        pytest.param("mm", "0.0101", 10100, id="bare mm"),
        pytest.param("mm", '"0.0101"', 10100, id="quoted mm"),
        pytest.param("mm", '"0.1*0.101"', 10100, id="product in mm"),
        pytest.param("mil", '"16"', 10322.56, id="quoted mil"),
    ],
)
def test_areas_are_in_the_square_of_the_deck_s_unit(decks, unit, limit, wanted):
    decks()

    status, said = drc(APART[:1], f"R: {{check: area, layer: A, min: {limit}}}", unit=f"unit: {unit}")

    assert status == 1
    assert said[0].endswith(f"R: error: 10000 um2, at least {wanted:.7g} um2 wanted")


@pytest.mark.parametrize(
    ("unit", "by"),
    [
        pytest.param("um", "10", id="um"),
        pytest.param("mm", "0.01", id="mm"),
        pytest.param("mm", "0.02/2", id="mm by formula"),
        pytest.param("nm", "1e4", id="nm"),
    ],
)
@pytest.mark.parametrize("is_derived", [pytest.param(False, id="rule"), pytest.param(True, id="derived")])
def test_layers_grow_by_the_deck_s_unit(decks, unit, by, is_derived):
    decks()
    layer, rest = ("NEAR", f'derived: {{NEAR: "grow(A, {by})"}}') if is_derived else (f'"grow(A, {by})"', "")

    rule = f"R: {{check: space, layer: {layer}, min: 31 um, metric: projection}}"
    status, said = drc(APART, rule, unit=f"unit: {unit}", rest=rest)

    assert (status, said[0].split(": R: ")[1]) == (1, "error: 30.000 um apart, at least 31 um wanted")


BESIDE = "stands beside numbers in um, but the unit of this file is mm: write such a formula in a file with 'unit: um'"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param('min: "gap+0.01"', f"4:31: rules.R.min: 0.01 {BESIDE}", id="term"),
        pytest.param('min: "2*gap"', f"4:31: rules.R.min: 2 {BESIDE}", id="factor or length"),
        pytest.param('min: 1, layer: "grow(A, gap - 0.01)"', f"4:51: rules.R.layer: 0.01 {BESIDE}", id="distance"),
    ],
)
def test_formulas_over_numbers_have_no_bare_ones_of_another_unit(decks, entry, message):
    layer = "" if "layer" in entry else "layer: A, "
    decks(own=f"deck: own\nunit: mm\nrules:\n  R: {{check: width, {layer}{entry}}}\n")

    with pytest.raises(MaskgenError) as error:
        read_deck("own.yaml", Path(), layers=frozenset("A"), numbers={"gap": 5.0})

    assert str(error.value).splitlines()[0] == f"own.yaml:{message}"


@pytest.mark.parametrize("formula", ["gap + gap", "max(0, gap - other)", "gap"])
def test_formulas_of_names_are_the_same_in_every_unit(decks, formula):
    def found(unit):
        decks(own=deck(f'R: {{check: width, layer: A, min: "{formula}"}}', unit=f"unit: {unit}", layers=""))
        numbers = {"gap": 5.0, "other": 2.0}
        return read_deck("own.yaml", Path(), layers=frozenset("A"), numbers=numbers).rules[0].params.min

    assert found("mm") == found("um") > 0


@given(st.decimals("0.001", "1000", places=3), st.sampled_from(["nm", "um", "mm", "cm", "mil", "in"]))
def test_a_quoted_number_is_the_bare_one(value, unit):
    grown = parse(f"grow(A, {value})", layers={"A"}, numbers={}, unit=unit)
    micrometres = expressions.number(str(value), {}, unit=unit)

    assert grown == Offset(Layer("A"), micrometres)
    assert micrometres == pytest.approx(
        float(value) * {"nm": 1e-3, "um": 1, "mm": 1e3, "cm": 1e4, "mil": 25.4, "in": 25400}[unit]
    )


WITHOUT = "has no unit: write 'unit: um' at the top of the file"


@pytest.mark.parametrize(
    ("rules", "rest", "said"),
    [
        pytest.param(
            "R: {check: space, layer: A, min: 60}\n  S: {check: width, layer: A, min: 6}",
            "",
            [f"own.yaml:4:31: rules.R.min: 60 {WITHOUT}, or the unit beside the number"],
            id="numbers are told once",
        ),
        pytest.param(
            'R: {check: space, layer: A, min: "60"}', "", [f"own.yaml:4:31: rules.R.min: 60 {WITHOUT}"], id="quoted"
        ),
        pytest.param(
            "R: {check: area, layer: A, min: 60}", "", [f"own.yaml:4:30: rules.R.min: 60 {WITHOUT}"], id="area"
        ),
        pytest.param(
            'R: {check: space, layer: "grow(A, 5)", min: 60 um}',
            "",
            [f"own.yaml:4:37: rules.R.layer: 5 {WITHOUT}"],
            id="distance",
        ),
        pytest.param(
            "R: {check: vertices, layer: A, max: 60}",
            'derived: {NEAR: "shrink(A, 0.5)"}',
            [f"own.yaml:3:28: derived.NEAR: 0.5 {WITHOUT}"],
            id="derived",
        ),
        pytest.param(
            "R: {check: space, layer: A, min: 60}",
            "waive: [{rule: R, box: [1, 2, 3, 4], reason: r, who: ann}]",
            [f"own.yaml:3:19: waive[0].box: 1 {WITHOUT}, or the unit beside the number"],
            id="waiver",
        ),
    ],
)
def test_numbers_need_a_unit(refused, rules, rest, said):
    assert refused(deck(rules, unit="", rest=rest)) == said


@pytest.mark.parametrize(
    ("rule", "rest"),
    [
        pytest.param("R: {check: space, layer: A, min: 60 um}", "", id="length"),
        pytest.param("R: {check: vertices, layer: A, max: 60}", "", id="count"),
        pytest.param(
            "R: {check: inside, inner: A, outer: B}",
            "waive: [{rule: R, box: [1 um, 2 um, 3 um, 4 mm], reason: r, who: ann}]",
            id="box",
        ),
    ],
)
def test_decks_without_bare_lengths_need_no_unit(read, rule, rest):
    assert [rule.id for rule in read(deck(rule, unit="", rest=rest)).rules] == ["R"]


IA = deck("a: {check: space, layer: A, min: 60}").replace("own", "ia")
IB = deck("a: {check: width, layer: A, min: 10}").replace("own", "ib")
RULE = "c: {check: width, layer: A, min: 1}"
BOTH = "include: [ia.yaml, ib.yaml]"


@pytest.mark.parametrize(
    ("own", "others", "said"),
    [
        pytest.param(
            deck(RULE, rest=BOTH),
            {"ia": IA, "ib": IB},
            [
                "own.yaml:4:20: include[1]: rule 'a' of ib.yaml:5 is a rule of ia.yaml:5 too: "
                "give one of them another id"
            ],
            id="two included rules",
        ),
        pytest.param(
            deck("a: {check: width, layer: A, min: 1}", rest="include: [ia.yaml]"),
            {"ia": IA},
            ["own.yaml:6:3: rules.a: is a rule of ia.yaml:5 too: give one of them another id"],
            id="a rule of its own",
        ),
        pytest.param(
            deck(RULE, rest='include: [ia.yaml]\nderived: {D: "A & B"}'),
            {"ia": deck("a: {check: width, layer: D, min: 1}", rest='derived: {D: "A | B"}')},
            ["own.yaml:5:11: derived.D: means something else in ia.yaml:4: give one of them another name"],
            id="a derived layer of its own",
        ),
        pytest.param(
            deck(RULE, rest=BOTH),
            {
                "ia": deck("a: {check: width, layer: D, min: 1}", rest='derived: {D: "A | B"}'),
                "ib": deck("b: {check: width, layer: D, min: 1}", rest='derived: {D: "A - B"}'),
            },
            [
                "own.yaml:4:20: include[1]: layer 'D' of ib.yaml:4 means something else in ia.yaml:4: "
                "give one of them another name"
            ],
            id="two derived layers",
        ),
        pytest.param(
            deck(RULE, rest="include: [ia.yaml]"),
            {"ia": deck("a: {check: width, layer: A, min: 1}", layers="layers: {B: 2/0, A: 1/7}")},
            [
                "own.yaml:4:11: include[0]: layer 'A' of ia.yaml:3 means something else in own.yaml:3: "
                "give one of them another name"
            ],
            id="layers",
        ),
        pytest.param(
            deck(RULE, rest="include: [ia.yaml]"),
            {"ia": deck("a: {check: width, layer: A, min: 1}", layers="layers: {C: 3/0}", rest="derived: {A: C}")},
            [
                "own.yaml:4:11: include[0]: layer 'A' of ia.yaml:4 means something else in own.yaml:3: "
                "give one of them another name"
            ],
            id="a derived layer and a drawn one",
        ),
        pytest.param(
            deck(RULE, rest="include: [ia.yaml]\nderived: {C: A | B}"),
            {"ia": deck("a: {check: width, layer: C, min: 1}", layers="layers: {C: 3/0}")},
            ["own.yaml:5:11: derived.C: means something else in ia.yaml:3: give one of them another name"],
            id="a drawn layer and a derived one",
        ),
        pytest.param(
            deck(RULE, rest="derived: {A: B}"),
            {},
            ["own.yaml:4:11: derived.A: is the name of a layer too"],
            id="both in one deck",
        ),
    ],
)
def test_nothing_is_said_twice(refused, own, others, said):
    assert refused(own, **others) == said


def test_what_is_included_holds(read):
    waivers = "waive: [{rule: %s, reason: r, who: ann}]"
    found = read(
        deck(RULE, rest=f"include: [ia.yaml, ib.yaml]\nderived: {{D: A | B}}\n{waivers % 'c'}"),
        ia=deck("a: {check: width, layer: D, min: 1}", rest=f"derived: {{D: A|B}}\n{waivers % 'a'}"),
        ib=deck("b: {check: width, layer: C, min: 1}", unit="unit: mm", layers="layers: {A: 1, C: 3}"),
    )

    assert [(rule.id, getattr(rule.params, "min", None)) for rule in found.rules] == [("a", 1), ("b", 1000), ("c", 1)]
    assert found.layers == {"A": (1, 0), "B": (2, 0), "C": (3, 0)}
    assert set(found.derived) == {"D"}
    assert [waiver.rule for waiver in found.waive] == ["a", "c"]


def test_a_deck_that_is_included_twice_holds_once(read):
    waive = "waive: [{rule: d, reason: r, who: ann}]"
    found = read(
        deck(RULE, rest=f"{BOTH[:-1]}, ./ia.yaml]"),
        ia=deck("a: {check: width, layer: A, min: 1}", rest="include: [id.yaml]"),
        ib=deck("b: {check: width, layer: A, min: 1}", rest="include: [./id.yaml]"),
        id=deck("d: {check: width, layer: A, min: 1}", rest=waive),
    )

    assert [rule.id for rule in found.rules] == ["d", "a", "b", "c"]
    assert [waiver.rule for waiver in found.waive] == ["d"]


def test_waivers_of_an_included_deck_are_counted(decks):
    decks(ia=deck("R: {check: space, layer: A, min: 60}", rest="waive: [{rule: R, reason: r, who: ann}]"))

    status, said = drc(APART, RULE, rest="include: [ia.yaml]")

    assert (status, said[-1]) == (0, "2 rules: 0 errors, 0 warnings, 1 waived")


@pytest.mark.parametrize("includes", [pytest.param(False, id="own"), pytest.param(True, id="included")])
def test_a_technology_waives_nothing(decks, includes):
    waiving = (
        "deck: ia\nunit: um\nwaive: [{rule: R, reason: r, who: ann}]\nrules:\n  R: {check: width, layer: A, min: 1}\n"
    )
    decks(ia=waiving, own="deck: own\ninclude: [ia.yaml]\nrules: {}\n")

    with pytest.raises(MaskgenError) as error:
        read_deck("own.yaml" if includes else "ia.yaml", Path(), layers=frozenset("A"), numbers={})

    sentence = "a technology waives nothing: say in the spec what its package may do"
    assert str(error.value).splitlines()[0] == f"ia.yaml:3:1: waive: {sentence}"


def test_a_derived_layer_is_none_of_the_technology(decks):
    decks(own=deck("R: {check: width, layer: A, min: 1}", layers="derived: {A: B}"))

    with pytest.raises(MaskgenError) as error:
        read_deck("own.yaml", Path(), layers=frozenset("AB"), numbers={})

    assert str(error.value).splitlines()[0] == "own.yaml:3:11: derived.A: is the name of a layer too"


def test_what_an_alias_says_has_the_place_of_the_alias(refused):
    rules = "R: &r {check: width, layer: A, min: 1}\n  <<: {S: *r, T: *r}\n  U: *r"
    said = refused(deck("S: {check: width, layer: A, min: 1}", rest="include: [ia.yaml]"), ia=deck(rules))

    assert said == ["own.yaml:6:3: rules.S: is a rule of ia.yaml:6 too: give one of them another id"]


NAMES = "use letters, digits and _, such as"


@pytest.mark.parametrize(
    ("written", "shown", "better"),
    [
        pytest.param("M1.PIN", "M1.PIN", "M1_PIN", id="dot"),
        pytest.param('"my layer"', "my layer", "my_layer", id="blank"),
        pytest.param("M1-PIN", "M1-PIN", "M1_PIN", id="minus"),
        pytest.param("1abc", "1abc", "L1abc", id="digit first"),
        pytest.param("17", "17", "L17", id="number"),
        pytest.param("and", "and", "AND", id="word of the grammar"),
        pytest.param('"True"', "True", "TRUE", id="constant"),
        pytest.param('"+"', "+", "L", id="sign"),
        pytest.param("\ufb01n", "\ufb01n", "n", id="letter that is read as others"),
    ],
)
@pytest.mark.parametrize("kind", ["layers", "derived"])
def test_layers_need_names_that_rules_can_use(refused, kind, written, shown, better):
    said = {
        "layers": {"layers": f"layers: {{A: 1/0, {written}: 2/0}}"},
        "derived": {"rest": f"derived: {{A2: A, {written}: A}}"},
    }[kind]
    line, column = {"layers": (3, 18), "derived": (4, 18)}[kind]

    assert refused(deck(RULE, **said)) == [
        f"own.yaml:{line}:{column}: {kind}.{shown}: no rule can name a layer {shown!r}: {NAMES} {better}"
    ]


@pytest.mark.parametrize("name", ["M1", "_", "m1_pin", "match", "grow", "\u00e9tain"])
def test_names_that_rules_can_use(read, name):
    found = read(
        deck(f'R: {{check: width, layer: "grow({name}, 1) & {name}", min: 1}}', layers=f"layers: {{{name}: 1}}")
    )

    assert found.layers == {name: (1, 0)}
    assert expressions.layers_of(found.rules[0].params.layer) == {name}


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        pytest.param('""', "rules.: the id of a rule must not be empty", id="empty"),
        pytest.param('" a"', "rules. a: the id of a rule must not begin or end with a blank", id="blank first"),
        pytest.param('"a "', "rules.a : the id of a rule must not begin or end with a blank", id="blank last"),
        pytest.param(
            '"a\\n\\tb"', "rules.a\\n\\tb: the id of a rule must not hold U+000A, which is not seen", id="line break"
        ),
        pytest.param(
            '"a\u00a0b"', "rules.a\\xa0b: the id of a rule must not hold U+00A0, which is not seen", id="hard blank"
        ),
        pytest.param("a" * 201, f"rules.{'a' * 201}: the id of a rule must have at most 200 characters", id="long"),
    ],
)
def test_ids_fit_on_a_line(refused, id_, said):
    assert refused(deck(f"{id_}: {{check: width, layer: A, min: 1}}")) == [f"own.yaml:5:3: {said}"]


@pytest.mark.parametrize("id_", ["a", "PAD.S.1", "gold on nickel", "Maß 1"])
def test_ids_may_have_blanks_within(read, id_):
    assert read(deck(f"{id_}: {{check: width, layer: A, min: 1}}")).rules[0].id == id_


NO_RULE = "rules: hold no rule: a deck needs one at least, its own or of a deck that it includes"


def test_a_deck_needs_a_rule(refused):
    empty = "deck: own\nunit: um\nlayers: {A: 1/0}\nrules: {}\n"

    assert refused(empty) == [f"own.yaml:4:1: {NO_RULE}"]
    assert refused(empty.replace("rules", "include: [ia.yaml]\nrules"), ia=empty) == [f"own.yaml:5:1: {NO_RULE}"]


def test_a_deck_may_have_the_rules_of_another(read):
    layers = "deck: layers\nlayers: {A: 1/0}\nrules: {}\n"
    rules = deck("R: {check: width, layer: A, min: 1}", layers="")

    found = read("deck: own\ninclude: [ia.yaml]\nlayers: {A: 1/0}\nrules: {}\n", ia=rules, ib=layers)

    assert [rule.id for rule in found.rules] == ["R"]


@pytest.mark.parametrize("by", [pytest.param(1e3, id="1 mm"), pytest.param(1e6, id="1 m")])
def test_large_derived_layers_are_measured(decks, by):
    decks()

    status, said = drc([(0, 0, 100, 50)], f'R: {{check: area, layer: "grow(A, {by})", max: 5}}')

    assert status == 1
    area = float(said[0].split("error: ")[1].split()[0])
    assert area == pytest.approx(100 * 50 + 2 * (100 + 50) * by + math.pi * by**2, rel=1e-4)


@pytest.mark.parametrize(
    ("boxes", "layer", "said"),
    [
        pytest.param(
            [(0, 0, 100, 50)],
            '"grow(A, 2e6)"',
            "own.yaml:5:28: rules.R.layer: grow by 2e+06 um: the distance must be at most 1e+06 um",
            id="farther than a rule may ask",
        ),
        pytest.param(
            [(0, 0, 100, 50)],
            '"grow(grow(A, 1e6), 999950)"',
            "a.gds: R: what it looks at reaches 2000049.957 um from the origin, at most 2 m can be looked at",
            id="farther than 2 m",
        ),
        pytest.param(
            [(0, 0, 100, 50)],
            '"grow(grow(A, 6e5), 6e5)"',
            "a.gds: R: shapes spread over 2400100 um x 2400050 um, at most 4.6 m2 can be looked at",
            id="derived areas beyond 64 bits",
        ),
        pytest.param(
            [(-1.9e6, -1.9e6, 1.9e6, 1.9e6)],
            "A",
            "a.gds: R: shapes spread over 3800000 um x 3800000 um, at most 4.6 m2 can be looked at",
            id="drawn areas beyond 64 bits",
        ),
    ],
)
def test_what_is_too_large_is_refused(decks, boxes, layer, said):
    decks()

    status, lines = drc(boxes, f"R: {{check: area, layer: {layer}, max: 5}}")

    assert (status, lines[0]) == (2, said)


def test_long_shapes_are_measured(decks):
    decks()

    _, said = drc([(-2e6, 0, 2e6, 1e6)], "R: {check: area, layer: A, max: 5}")

    assert said[0].endswith("R: error: 4e+12 um2, at most 5 um2 allowed")


@pytest.mark.parametrize(
    ("box", "waived"),
    [
        pytest.param("[100, 0, 150, 100]", 1, id="its box"),
        pytest.param("[99, -1, 151, 101]", 1, id="around it"),
        pytest.param("[110, 10, 140, 90]", 0, id="within it"),
        pytest.param("[150, 100, 200, 200]", 0, id="touching it"),
        pytest.param("[100, 0, 149, 100]", 0, id="short of it"),
    ],
)
def test_a_box_waives_what_lies_in_it_whole(decks, box, waived):
    decks()
    waive = f"waive: [{{rule: R, box: {box}, reason: r, who: ann}}]"

    status, said = drc(APART, "R: {check: space, layer: A, min: 60}", rest=waive)

    stale = f"warning: waiver of R in {box} um by ann matches nothing: a box waives only what lies in it whole"
    assert (status, stale in said) == (1 - waived, not waived)
    assert f"1 rules: {1 - waived} errors, 0 warnings, {waived} waived" in said
