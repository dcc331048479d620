"""Systems: families of packages. A module has ``TEMPLATES``, a ``Spec`` and ``draw``; it is found by its file name.

``TEMPLATES`` maps the name that a spec's ``system:`` gives to what the family needs to know of that variant: its title,
catalogue ids and technology. A new variant is a line there, a template and a technology.
"""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from maskgen.errors import Problem, ProblemsError
from maskgen.package import Package
from maskgen.spec.package import PackageSpec
from maskgen.technology import Process


@dataclass(frozen=True)
class Template:
    """One variant of a family."""

    title: str
    ids: tuple[str, ...]
    technology: str


class System(Protocol):
    """What a module of this folder provides."""

    TEMPLATES: Mapping[str, Template]
    DRAWN: frozenset[str]
    """Layers that `draw` may draw; recipes start from these."""
    MEASURES: frozenset[str]
    """Numbers that only `draw` knows, for process windows; `Package.measures` has all of them."""
    Spec: type[PackageSpec]

    def given(self, spec: Any) -> dict[str, float]:  # noqa: ANN401 - each system has its own Spec
        """Return the numbers that the spec itself says, for formulas."""
        ...

    def draw(self, spec: Any, process: Process, beside: Path) -> Package:  # noqa: ANN401
        """Return the package of a spec, drawn for a process."""
        ...


@cache
def families() -> dict[str, ModuleType]:
    """Return each family's module by the names of its templates."""
    found: dict[str, ModuleType] = {}
    for entry in sorted(pkgutil.iter_modules(__path__), key=lambda entry: entry.name):
        module = import_module(f"{__name__}.{entry.name}")
        found |= dict.fromkeys(getattr(module, "TEMPLATES", {}), module)
    return found


def template(name: str) -> Template:
    """Return a template by name."""
    found: Template = family(name).TEMPLATES[name]
    return found


def family(name: str) -> ModuleType:
    """Return the module that draws a system.

    Raises
    ------
    ProblemsError
        With the nearest name, if there is none.
    """
    if name not in families():
        near = get_close_matches(name, families(), n=1)
        hint = f", did you mean {near[0]!r}" if near else f", known: {', '.join(sorted(families()))}"
        raise ProblemsError([Problem(("system",), f"unknown system {name!r}{hint}")])
    return families()[name]
