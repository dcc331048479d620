"""Captions: what a step does, in a few words with its numbers."""

from typing import Any

from maskgen.sections.assembly import SEMICONDUCTORS
from maskgen.sections.run import Stage
from maskgen.sections.setting import Setting

_VERBS = {
    "start": "begin with",
    "coat": "coat with",
    "laminate": "laminate",
    "deposit": "deposit",
    "pattern": "pattern",
    "strip": "strip",
    "fill": "fill with",
    "mould": "mould in",
    "bond": "bond",
    "mount": "mount with",
    "move": "move apart",
}


def caption(stage: Stage, setting: Setting) -> str:
    """Return what a stage's step does: material, mask and numbers."""
    step = stage.step
    done = f"{_VERBS.get(step.step, step.step)} {_what(step, setting)}".strip()
    words = _placed(stage, setting) if step.step == "place" else done
    mask = getattr(step, "mask", None)
    through = f", {mask}" if mask else ""
    sizes = [f"{label} {_number(value)} µm" for label, value in _sizes(step, setting)]
    return f"{words}{through}" + (f": {', '.join(sizes)}" if sizes else "")


def _placed(stage: Stage, setting: Setting) -> str:
    """Return what is put on what."""
    material, before = str(getattr(stage.step, "material", "")), stage.before
    name = material.replace("_", " ")
    if material in before.aside:
        return f"place {name} on {before.base}"
    if material == before.base and before.aside:
        return f"place {name} on {list(before.aside)[-1]}"
    is_whole = material in SEMICONDUCTORS or material.upper() in setting.plan.layers
    return f"place {name}" if is_whole else f"place die with {name}"


def _what(step: Any, setting: Setting) -> str:  # noqa: ANN401
    """Return the materials of a step."""
    if hasattr(step, "stack"):
        layers = [(name.split("_")[0], setting.value(formula)) for name, formula in step.stack.items()]
        return ", ".join(f"{name} {_number(value)} µm" for name, value in layers if value > 0)
    names = [] if step.step == "move" else list(getattr(step, "into", [])) or [step.material]
    return ", ".join(name.replace("_", " ") for name in names if name)


def _sizes(step: Any, setting: Setting) -> list[tuple[str, float]]:  # noqa: ANN401
    """Return the numbers of a step that are not zero."""
    by = "by" if step.step in ("move", "compress") else "thickness"
    wanted = {"thickness": by, "depth": "depth", "undercut": "undercut", "overgrowth": "overgrowth"}
    found = [(label, setting.value(getattr(step, name))) for name, label in wanted.items() if hasattr(step, name)]
    return [(label, value) for label, value in found if value]


def _number(value: float) -> str:
    return f"{round(value, 2):g}"
