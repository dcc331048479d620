"""What an assembly house allows of its wires, and what the assignment of wires to pads may do."""

from dataclasses import dataclass, field


def _limit(value: float, unit: str, source: str) -> float:
    """Declare a limit with its unit and where its default comes from, for reports that list them."""
    declared: float = field(default=value, metadata={"unit": unit, "source": source})
    return declared


@dataclass(frozen=True, kw_only=True)
class AssemblyProfile:
    """Limits of one assembly house for one wire; every one of them is its to set (`process.md` 8).

    The metadata of each field say its unit and the source of its default.

    Parameters
    ----------
    name, source
        Which house, and where its numbers come from.
    wire_diameter
        Diameter D of the wire [µm].
    min_length, max_length
        Length of a wire in plan [µm].
    max_angle
        Angle between a wire in plan and the outward normal of the die edge that it leaves over [deg].
    wire_clearance
        Free space between two wires in plan [µm].
    contact_clearance
        Free space between a wire and a contact of another net [µm].
    foot_clearance
        Free space between a wire and the bond foot of another wire on another pad [µm].
    shared_run
        Length before a common pad over which wires may come together [µm].
    foot_width, foot_length, foot_margin
        Second bond across and along its wire, and its distance from the border of its pad [µm].
    foot_pitch
        Centre to centre distance of two feet on one pad [µm].
    die_edge_clearance
        Distance of a foot's centre from the die edge [µm].
    downbond_inset
        Distance of a foot's centre from the border of the mounting pad [µm].
    """

    name: str = "default"
    source: str = "default, not from your assembly house"
    wire_diameter: float = _limit(25.0, "um", "1 mil gold wire, the commonest")
    min_length: float = _limit(400.0, "um", "process.md 8: 0.4-0.5 mm, unsourced")
    max_length: float = _limit(
        5000.0, "um", "vendors.md 3.5: 4.5-5 mm typical maximum; 100 D is a stricter, unsourced habit"
    )
    max_angle: float = _limit(45.0, "deg", "process.md 8: unsourced; houses allow 45-60")
    wire_clearance: float = _limit(25.0, "um", "one wire diameter, process.md 8 T8.2; unsourced, some ask for two")
    contact_clearance: float = _limit(6.35, "um", "process.md 8: 0.25 mil, a limit of inspection")
    foot_clearance: float = _limit(6.35, "um", "process.md 8: 0.25 mil, a limit of inspection")
    shared_run: float = _limit(500.0, "um", "unsourced")
    foot_width: float = _limit(75.0, "um", "process.md 8: crescent 1.2-5 D, taken as 3 D")
    foot_length: float = _limit(50.0, "um", "process.md 8: crescent 0.5-3 D, taken as 2 D")
    foot_margin: float = _limit(25.0, "um", "vendors.md 3.5: 25-50 um inside the finger, unsourced")
    foot_pitch: float = _limit(100.0, "um", "vendors.md 7, wirebond_25um_au: 75-100 um between fingers, unsourced here")
    die_edge_clearance: float = _limit(
        250.0, "um", "unsourced; 0.5 mm of paddle is safe at most houses, vendors.md 3.5"
    )
    downbond_inset: float = _limit(100.0, "um", "unsourced")


@dataclass(frozen=True, kw_only=True)
class BondingRules:
    """What the assignment may do.

    Parameters
    ----------
    profile
        Limits that the wires should keep.
    max_per_pad
        Most wires on one pad, all of one net.
    downbond_nets
        Nets of which a contact may go to the mounting pad instead of a pad. The mounting pad joins them all.
    prefer_downbonds
        Send such contacts to the mounting pad wherever that is possible, not only where it helps.
    """

    profile: AssemblyProfile = AssemblyProfile()
    max_per_pad: int = 1
    downbond_nets: frozenset[str] = frozenset()
    prefer_downbonds: bool = False


DEFAULT_RULES = BondingRules()
"""One wire per pad, nothing to the mounting pad, limits of no house in particular."""
