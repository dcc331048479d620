"""Plating: what each step covers, and how long its metals take as far as Faraday's law says (process.md 4.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maskgen import expressions
from maskgen.page.tables import table
from maskgen.physics import plating
from maskgen.physics.plating import Metal
from maskgen.result import Result
from maskgen.technology.flow import Plate

_IONS = {
    "copper": "Cu(II)",
    "nickel": "Ni(II)",
    "gold": "Au(I)",
    "palladium": "Pd(II)",
    "silver": "Ag(I)",
    "tin": "Sn(II)",
}
"""Ion of the usual bath of each metal."""

CUSTOMARY: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"copper": (1.0, 3.0), "nickel": (1.0, 5.0), "gold": (0.1, 0.5), "palladium": (0.3, 1.0)}
)
"""[A/dm²] From and to, as shops are used to it (process.md 4.1); no source promises it."""


@dataclass(frozen=True)
class PlatedLayer:
    """A layer that a plating step makes.

    Parameters
    ----------
    step
        Number of the step in the flow, from 1.
    area
        On the whole plate [µm²].
    """

    step: int
    name: str
    doc: str
    area: float

    @property
    def square_decimetres(self) -> float:
        """Return the area [dm²]: the current [A] that each A/dm² calls for."""
        return self.area / plating.SQUARE_DECIMETRE


@dataclass(frozen=True)
class Deposit:
    """A metal of a plating step: its thickness [µm], and what its bath is made of, if that is known."""

    step: int
    metal: str
    thickness: float
    ion: str | None

    @property
    def bath(self) -> Metal | None:
        """Return the metal as its bath deposits it."""
        return plating.METALS[self.ion] if self.ion else None

    @property
    def dose(self) -> float | None:
        """Return the charge for each area [A min/dm²] at full efficiency: the time [min] at 1 A/dm²."""
        return plating.plating_time(self.bath, self.thickness, 1.0) if self.bath else None

    @property
    def times(self) -> tuple[float, float] | None:
        """Return the shortest and the longest time [min] at customary current densities, at full efficiency."""
        if self.bath is None or self.metal not in CUSTOMARY:
            return None
        low, high = CUSTOMARY[self.metal]
        shortest, longest = (plating.plating_time(self.bath, self.thickness, density) for density in (high, low))
        return shortest, longest


def plated_layers(result: Result) -> tuple[PlatedLayer, ...]:
    """Return every layer that a plating step makes, in the order of the flow."""
    layers = result.job.process.technology.layers
    return tuple(
        PlatedLayer(number, name, layers[name].doc, result.patterns[name].area)
        for number, step in _steps(result)
        for name in step.makes
        if name in result.patterns
    )


def deposits(result: Result) -> tuple[Deposit, ...]:
    """Return every metal that is plated, in the order of the flow and from the base up."""
    numbers = result.job.process.numbers
    return tuple(
        Deposit(number, name.split("_")[0], expressions.number(formula, numbers), _IONS.get(name.split("_")[0]))
        for number, step in _steps(result)
        for name, formula in step.stack.items()
        if expressions.number(formula, numbers) > 0
    )


def plating_html(result: Result) -> str:
    """Return both as tables, and what they rest on; nothing where nothing is plated."""
    layers, metals = plated_layers(result), deposits(result)
    if not metals:
        return ""
    sites = max(result.package.layout.array.sites, 1)
    areas = table(
        ["Layer", "Step", "What it is", "Area of one site (mm²)", "Area of the plate (cm²)", "Current at 1 A/dm² (A)"],
        [
            [one.name, str(one.step), one.doc, f"{one.area / sites / 1e6:.4g}", f"{one.area / 1e8:.5g}",
             f"{one.square_decimetres:.4g}"]
            for one in layers
        ],
        caption="Plated areas, in plan and with overgrowth",
        numeric=(1, 3, 4, 5),
    )  # fmt: skip
    times = table(
        ["Metal", "Step", "Thickness (µm)", "Bath", "Rate at 1 A/dm² (µm/min)", "Charge (A min/dm²)",
         "Customary density (A/dm²)", "Time at that (min)"],
        [_deposit_row(metal) for metal in metals],
        caption="Deposits from the base up, and their times",
        numeric=(1, 2, 4, 5, 7),
    )  # fmt: skip
    return (
        (areas if layers else "")
        + times
        + '<p class="note">By Faraday’s law at full cathode efficiency and even current. '
        "The charge is the time in minutes at 1 A/dm²; twice the density takes half the time. The technology names no "
        "current densities: the customary ones are a range to begin with, not a promise. Side walls, thieves and "
        "clips carry current besides the areas in plan. Small or lonely openings plate faster, by a fifth or so.</p>\n"
    )


def _deposit_row(metal: Deposit) -> list[str]:
    density, times = CUSTOMARY.get(metal.metal), metal.times
    return [
        metal.metal,
        str(metal.step),
        f"{metal.thickness:g}",
        metal.ion or "not known",
        f"{metal.bath.rate_constant:.4g}" if metal.bath else "",
        f"{metal.dose:.4g}" if metal.dose is not None else "",
        f"{density[0]:g} to {density[1]:g}" if density else "",
        f"{times[0]:.3g} to {times[1]:.3g}" if times else "",
    ]


def _steps(result: Result) -> Iterator[tuple[int, Plate]]:
    """Yield the plating steps with their numbers, from 1."""
    for number, step in enumerate(result.job.process.technology.flow, start=1):
        if isinstance(step, Plate):
            yield number, step
