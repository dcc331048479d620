"""Figures of leads: what each of them can take, when its ends move apart and when what lies under it is etched away."""

from collections.abc import Sequence
from dataclasses import dataclass

from maskgen.leads.model import Lead, LeadForm
from maskgen.leads.windows import release_windows
from maskgen.physics import domain, leads, release
from maskgen.physics.release import Window


@dataclass(frozen=True, kw_only=True)
class Move:
    """How leads are released and pulled up.

    Parameters
    ----------
    lift, shift
        How far the tips move up, and towards the fixed ends [µm].
    undercut
        Nominal undercut per edge [µm].
    tolerance
        Fraction by which the undercut may be off either way.
    peel_strength
        Of what lies under the leads [N/m].
    slack
        Fraction by which a lead is to be longer than its chord after the move.
    """

    lift: float
    undercut: float
    tolerance: float = 0.0
    shift: float = 0.0
    peel_strength: float = leads.RELEASABLE_PEEL_STRENGTH
    slack: float = 0.0


@dataclass(frozen=True)
class LeadFigures:
    """What one lead can take (`process.md` 2.1, 3.1, 3.2).

    Parameters
    ----------
    span, length
        Plan distance of the ends, and developed length [µm].
    slack
        How much longer the lead is than its chord after the move, as a fraction; negative where it must stretch.
    taut_height, smooth_height
        Heights at which it is taut, and to which it rises without kinks [µm].
    straight_strain
        Strain of a straight lead of that span whose tip moves up alone.
    neck_force, tip_force
        Forces [N] that peel the width of the neck and that of the tip bulge.
    window
        Undercuts [µm] that free the neck and leave the tip a stem.
    tip_stem, fixed_stem
        Diameters of the stems at the nominal undercut [µm].
    is_released
        Whether the undercut stays within the window when it is off by its tolerance either way.
    """

    number: int
    span: float
    length: float
    slack: float
    taut_height: float
    smooth_height: float
    straight_strain: float
    neck_force: float
    tip_force: float
    window: Window
    tip_stem: float
    fixed_stem: float
    is_released: bool


def figures(drawn: Sequence[Lead], form: LeadForm, move: Move) -> tuple[LeadFigures, ...]:
    """Return the figures of leads, in their order.

    Raises
    ------
    ValueError
        If a number is out of range, or the tips shift so far away that a lead does not reach.
    """
    domain.between("", 0.0, 1.0, tolerance=move.tolerance)
    windows = release_windows(drawn, form)
    return tuple(_figures(lead, form, move, window) for lead, window in zip(drawn, windows, strict=True))


def _figures(lead: Lead, form: LeadForm, move: Move, window: Window) -> LeadFigures:
    """Return the figures of one lead."""
    run = float(leads.run(lead.span, move.shift))
    least, most = move.undercut * (1 - move.tolerance), release.max_undercut(move.undercut, tolerance=move.tolerance)
    return LeadFigures(
        number=lead.number,
        span=lead.span,
        length=lead.length,
        slack=float(leads.slack(lead.length, leads.chord(run, move.lift))),
        taut_height=float(leads.taut_height(lead.length, run)),
        smooth_height=float(leads.smooth_height(lead.length, run)),
        straight_strain=leads.straight_strain(lead.span, move.lift),
        neck_force=leads.peel_force(move.peel_strength, form.neck),
        tip_force=leads.peel_force(move.peel_strength, form.tip),
        window=window,
        tip_stem=release.stem_diameter(form.tip, move.undercut),
        fixed_stem=release.stem_diameter(form.fixed, move.undercut),
        is_released=window.low <= least and most < window.high,
    )
