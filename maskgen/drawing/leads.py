"""Leads of a package: drawn from its terminals to the contacts of its dies, with what they can take."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from maskgen.errors import MaskgenError, Problem, ProblemsError
from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region
from maskgen.leads.figures import LeadFigures, Move, figures
from maskgen.leads.model import Lead, LeadForm, Routed, Target
from maskgen.leads.routing import route
from maskgen.leads.slack import slackened
from maskgen.package import PlacedDie, PlacedLead
from maskgen.spec.leads import LeadNets, Leads
from maskgen.spec.terminals import Terminal

LAYERS = ("LEAD_SHAPE", "LEAD_TIP", "LEAD_FIXED")
"""Layers that leads are drawn on: all of a lead, and its bulges."""

MEASURES = frozenset(
    [
        *("neck_freed", "tip_lost", "stem_ratio", "smooth_height"),
        *("taut_height", "peel_force", "longest_lead", "least_slack"),
    ]
)
"""What only the drawn leads know, the worst of all leads each; lengths in µm, forces in mN, slack as a share."""

_RESERVE = 1.05
"""Lift that leads are drawn for, per lift wanted: what thicknesses and temperature may add."""

_DIGITS = 6
"""Digits of a height [µm] that are more than rounding."""

_MILLINEWTON = 1e3
_PERCENT = 100.0


@dataclass(frozen=True)
class End:
    """Where the tip of a lead lands: its name among the probes, its own name, its place [µm], its net."""

    probe: str
    name: str
    place: tuple[float, float]
    net: str | None


@dataclass(frozen=True, eq=False)
class DrawnLeads:
    """The leads of one site.

    Parameters
    ----------
    joined
        Contact and terminal of each lead, by the names of their probes.
    unrouted
        Contacts without a lead: name and reason.
    """

    layers: dict[str, Region]
    leads: tuple[PlacedLead, ...]
    joined: tuple[frozenset[str], ...]
    unrouted: tuple[tuple[str, str], ...]
    measures: dict[str, float]


def given(spec: Leads) -> dict[str, float]:
    """Return the numbers that a spec says of its leads, for formulas [µm]."""
    return {"lead_neck": spec.neck, "lead_tip": spec.tip, "lead_fixed": spec.fixed, "lead_gap": spec.gap}


def move_of(numbers: Mapping[str, float], undercut: str) -> Move:
    """Return how leads are released and pulled up, from the numbers of a technology.

    Parameters
    ----------
    undercut
        Name of the number that says how far they are undercut; its tolerance is called after it.
    """
    return Move(
        lift=max(0.0, numbers["lift"]),
        shift=numbers["shift"],
        undercut=numbers[undercut],
        tolerance=numbers[f"{undercut}_tolerance"],
        peel_strength=numbers["peel_strength"],
        slack=numbers["min_slack"],
    )


def contact_ends(dies: Iterable[PlacedDie]) -> list[End]:
    """Return the contacts of dies as ends of leads."""
    return [
        End(f"{die.name}.{contact.name}", contact.name, middle(contact), contact.net)
        for die in dies
        for contact in die.contacts
    ]


def middle(terminal: Terminal) -> tuple[float, float]:
    """Return the middle (x, y) [µm] of a terminal or contact: of a triangle its centroid, where its via stands."""
    centroid = terminal.outline.centroid
    return float(centroid.x), float(centroid.y)


def discs(places: Iterable[tuple[float, float]], diameter: float) -> Region:
    """Return discs of a diameter [µm] about places."""
    disc = shapes.circle(diameter, tolerance=regions.ARC_TOLERANCE)
    return regions.merge(regions.move(disc, *place) for place in places)


def vias(leads: Iterable[PlacedLead], diameter: float) -> Region:
    """Return vias of a diameter [µm] where leads are fixed: a terminal that no lead goes to needs none."""
    return discs([_end(placed.lead, 0) for placed in leads], diameter)


def draw_leads(
    ends: Sequence[End],
    terminals: Sequence[Terminal],
    *,
    spec: Leads,
    nets: LeadNets,
    move: Move,
    obstacles: Sequence[Region] = (),
) -> DrawnLeads:
    """Return the leads of a package.

    Parameters
    ----------
    ends
        Where their tips land.
    terminals
        Over which their fixed ends stand.
    move
        How they are released and pulled up.
    obstacles
        What leads must keep their gap from: windows in their sheet, and what stands on it.

    Raises
    ------
    ProblemsError
        If the spec's table names contacts or terminals that do not exist.
    """
    tips = [Target(end.probe, *end.place) for end in ends]
    fixed = [Target(terminal.name, *middle(terminal)) for terminal in terminals]
    pairs = _pairs(ends, terminals, nets)
    try:
        form = _form(spec, move)
        found = route(fixed, tips, form, pairs=pairs, obstacles=obstacles)
        routed = Routed(slackened(found.leads, form, obstacles), found.unrouted)
        placed = _placed(routed.leads, form, move, ends)
    except (MaskgenError, ValueError) as error:
        raise ProblemsError([Problem(("leads",), str(error))]) from None
    return DrawnLeads(
        layers={
            "LEAD_SHAPE": regions.merge(lead.outline for lead in routed.leads),
            "LEAD_TIP": discs([_end(lead, -1) for lead in routed.leads], spec.tip),
            "LEAD_FIXED": discs([_end(lead, 0) for lead in routed.leads], spec.fixed),
        },
        leads=placed,
        joined=tuple(frozenset({lead.contact, lead.terminal}) for lead in routed.leads),
        unrouted=tuple((entry.contact, entry.sentence) for entry in routed.unrouted),
        measures=_measures([lead.figures for lead in placed]),
    )


def _form(spec: Leads, move: Move) -> LeadForm:
    """Return the form of leads that a spec asks for, with the lift and slack that they need."""
    wanted = {key: getattr(spec, key) for key in ("neck", "tip", "fixed", "fillet", "gap", "style", "corner")}
    return LeadForm(**wanted, lift=_RESERVE * move.lift, shift=move.shift, slack=move.slack)


def _placed(leads: Sequence[Lead], form: LeadForm, move: Move, ends: Sequence[End]) -> tuple[PlacedLead, ...]:
    nets = {end.probe: end.net or end.probe for end in ends}
    found = figures(leads, form, move)
    return tuple(PlacedLead(lead, nets[lead.contact], entry) for lead, entry in zip(leads, found, strict=True))


def _end(lead: Lead, index: int) -> tuple[float, float]:
    x, y = lead.path[index].tolist()
    return x, y


def _measures(found: Sequence[LeadFigures]) -> dict[str, float]:
    """Return the worst figure of all leads; a package without leads has no worst one, and nothing to fear."""
    if not found:
        endless = ("tip_lost", "smooth_height", "stem_ratio", "least_slack")
        return dict.fromkeys(MEASURES, 0.0) | dict.fromkeys(endless, 1e6)
    tips = [max(entry.tip_stem, 1e-3) for entry in found]
    return {
        "neck_freed": max(entry.window.low for entry in found),
        "tip_lost": min(entry.window.high for entry in found),
        "stem_ratio": min((entry.fixed_stem / tip) ** 2 for entry, tip in zip(found, tips, strict=True)),
        "smooth_height": round(min(entry.smooth_height for entry in found), _DIGITS),
        "taut_height": min(entry.taut_height for entry in found),
        "peel_force": max(entry.tip_force for entry in found) * _MILLINEWTON,
        "longest_lead": max(entry.length for entry in found),
        "least_slack": min(entry.slack for entry in found) * _PERCENT,
    }


def _pairs(ends: Sequence[End], terminals: Sequence[Terminal], nets: LeadNets) -> dict[str, str] | None:
    """Return the terminal of each contact that the spec names, None where the program chooses."""
    if nets.assign == "auto" and not nets.connect:
        return None
    probes = _by_name(ends)
    _require_known(probes, terminals, nets.connect)
    pairs = {probes[name][0]: terminal for name, terminal in nets.connect.items()}
    if nets.assign == "names":
        by_net = {terminal.net or terminal.name: terminal.name for terminal in terminals}
        for end in ends:
            terminal = by_net.get(end.net or end.name)
            if terminal is not None:
                pairs.setdefault(end.probe, terminal)
    return pairs


def _by_name(ends: Sequence[End]) -> dict[str, list[str]]:
    """Return the probes that a name stands for: the contact's full name, or its own."""
    found: dict[str, list[str]] = {}
    for end in ends:
        for name in {end.probe, end.name}:
            found.setdefault(name, []).append(end.probe)
    return found


def _require_known(
    probes: Mapping[str, Sequence[str]], terminals: Sequence[Terminal], connect: Mapping[str, str]
) -> None:
    """Refuse names in the spec's table that nothing has, or several contacts, and terminals named twice."""
    names = {terminal.name for terminal in terminals}
    users = Counter(connect.values())
    problems = []
    for contact, terminal in connect.items():
        key = ("nets", "connect", contact)
        if contact not in probes:
            problems.append(Problem(key, "no contact is called so"))
        elif len(probes[contact]) > 1:
            problems.append(Problem(key, f"{len(probes[contact])} contacts are called so, write DIE.{contact}"))
        if terminal not in names:
            problems.append(Problem(key, f"no terminal is called {terminal!r}"))
        elif users[terminal] > 1:
            problems.append(Problem(key, f"{users[terminal]} contacts go to {terminal}: a terminal has one lead"))
    if problems:
        raise ProblemsError(problems)
