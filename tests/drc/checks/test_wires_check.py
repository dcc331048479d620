"""Wires within the rules of the assembly house."""

import pytest

DIE = (-1000, -1000, 0, 1000)
"""Its right edge is x = 0; contacts stand at x = -50."""

ALL = ["min_length", "max_length", "max_angle", "crossing", "wire_clearance", "contact_clearance", "foot_clearance"]
ALL += ["die_edge_clearance", "landing", "connected"]


def package(*wires, pads=None, mounting_pads=None, **rules):
    """Return a die whose wires run from (x, y) to (x, y), each to a pad around its end or to the mounting pad."""
    contacts = {f"{n}": (x - 1, y - 1, x + 1, y + 1) for n, ((x, y), _, *_) in enumerate(wires, 1)}
    made = {f"P{n}": (x - 150, y - 80, x + 150, y + 80) for n, (_, (x, y), *pad) in enumerate(wires, 1) if not pad}
    return {
        "dies": {"die": (DIE, contacts, 0)},
        "pads": made | (pads or {}),
        "mounting_pads": mounting_pads or {},
        "wires": [(f"die.{n}", pad[0] if pad else f"P{n}", end) for n, (_, end, *pad) in enumerate(wires, 1)],
        **rules,
    }


STRAIGHT = ((-50, 0), (950, 0))


@pytest.mark.parametrize(
    "package",
    [
        pytest.param({}, id="nothing"),
        pytest.param(package(STRAIGHT), id="one good wire"),
        pytest.param(package(STRAIGHT, max_length=1000.0), id="as long as allowed"),
        pytest.param(package(STRAIGHT, min_length=1000.0), id="as short as allowed"),
        pytest.param(package(((-50, 0), (950, 1000))), id="as steep as allowed"),
        pytest.param(package(STRAIGHT, ((-50, 500), (950, 500))), id="two side by side"),
        pytest.param(package(((-50, 0), (200, 0)), min_length=200.0), id="a pad nearer than a down-bond may be"),
        pytest.param(
            package(((-50, 0), (250, 0), "MP"), min_length=200.0, mounting_pads={"MP": (-1100, -1100, 400, 1100)}),
            id="a down-bond as near as allowed",
        ),
    ],
)
def test_passes(package, package_of, judged):
    assert judged("wires", package_of(**package), what=ALL) == []


@pytest.mark.parametrize(
    ("package", "what", "sentence", "measured", "limit"),
    [
        pytest.param(
            package(STRAIGHT, max_length=999.9), "max_length",
            "wire 1 from 1 to P1 is 1000.0 um long, at most 999.9 um allowed", 1000.0, 999.9, id="one step too long",
        ),
        pytest.param(
            package(STRAIGHT, min_length=1000.1), "min_length",
            "wire 1 from 1 to P1 is 1000.0 um long, at least 1000.1 um wanted", 1000.0, 1000.1, id="one step too short",
        ),
        pytest.param(
            package(((-50, 0), (950, 1000)), max_angle=44.0), "max_angle",
            "wire 1 from 1 to P1 leaves the die at 45.0 deg, at most 44 deg allowed", 45.0, 44.0, id="too steep",
        ),
        pytest.param(
            package(((-50, 0), (950, 400)), ((-50, 400), (950, 0))), "crossing",
            "wire 1 from 1 to P1 crosses wire 2", -25.0, 0.0, id="two that cross",
        ),
        pytest.param(
            package(STRAIGHT, ((-50, 49), (950, 300))), "wire_clearance",
            "wire 1 from 1 to P1 is 24.0 um from wire 2, at least 25 um wanted", 24.0, 25.0, id="two too near",
        ),
        pytest.param(
            package(STRAIGHT, ((-20, 18), (950, 500))), "contact_clearance",
            "wire 1 from 1 to P1 is 4.5 um from contact 2, at least 6.35 um wanted", 4.5, 6.35, id="over a contact",
        ),
        pytest.param(
            package(((-50, 0), (1950, 0)), ((-50, 200), (950, 55))), "foot_clearance",
            "wire 1 from 1 to P1 is 5.0 um from the foot of wire 2, at least 6.35 um wanted", 5.0, 6.35,
            id="past a foot",
        ),
        pytest.param(
            package(((-50, 0), (249.9, 0), "MP"), mounting_pads={"MP": (-1100, -1100, 400, 1100)}),
            "die_edge_clearance",
            "wire 1 from 1 to MP lands 249.9 um from the die, at least 250 um wanted", 249.9, 250.0,
            id="a down-bond too near",
        ),
        pytest.param(
            package(((-50, 0), (950, 0), "X"), pads={"X": (900, -50, 1000, 50)}), "landing",
            "pad X has room for 0 bond feet, 1 wires land on it", 0.0, 1.0, id="too small a pad",
        ),
        pytest.param(
            package(((-50, 0), (950, 0), "X"), ((-50, 90), (950, 90), "X"), pads={"X": (850, -90, 1100, 90)},
                    foot_pitch=200.0),
            "landing", "pad X has room for 1 bond feet, 2 wires land on it", 1.0, 2.0, id="no room for two",
        ),
        pytest.param(
            package(STRAIGHT) | {"unconnected": [("die.1", "why not")]}, "connected",
            "contact die.1 has no wire: why not", None, None, id="a contact without a wire",
        ),
    ],
)  # fmt: skip
def test_fails(package, what, sentence, measured, limit, package_of, judged):
    (finding,) = judged("wires", package_of(**package), what=[what])
    assert finding.sentence == sentence
    assert (finding.measured, finding.limit) == (pytest.approx(measured) if measured is not None else None, limit)
    assert finding.box is not None


def test_only_what_is_asked_for_is_judged(package_of, judged):
    bad = package(((-50, 0), (950, 400)), ((-50, 400), (950, 0)), max_length=100.0)
    assert judged("wires", package_of(**bad), what=["landing"]) == []
