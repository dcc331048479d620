"""Captions: what a step does, in a few words with its numbers."""

from typing import Any

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
    "place": "place on",
    "mount": "mount with",
}


def caption(stage: Stage, setting: Setting) -> str:
    """Return what a stage's step does: material, mask and numbers."""
    step = stage.step
    if step.step == "place" and step.material in stage.before.aside:
        words = f"place on {step.material}"
    else:
        words = " ".join(word for word in (_verb(step), _what(step, setting)) if word)
    mask = getattr(step, "mask", None)
    through = f", {mask}" if mask else ""
    sizes = [f"{label} {_number(value)} µm" for label, value in _sizes(step, setting)]
    return f"{words}{through}" + (f": {', '.join(sizes)}" if sizes else "")


def _verb(step: Any) -> str:  # noqa: ANN401 - steps of every kind
    verb = _VERBS.get(step.step, step.step)
    return "place with" if step.step == "place" and step.material else verb


def _what(step: Any, setting: Setting) -> str:  # noqa: ANN401
    """Return the materials of a step."""
    if hasattr(step, "stack"):
        layers = [(name.split("_")[0], setting.value(formula)) for name, formula in step.stack.items()]
        return ", ".join(f"{name} {_number(value)} µm" for name, value in layers if value > 0)
    names = list(getattr(step, "into", [])) or [step.material]
    return ", ".join(name.replace("_", " ") for name in names if name)


def _sizes(step: Any, setting: Setting) -> list[tuple[str, float]]:  # noqa: ANN401
    """Return the numbers of a step that are not zero."""
    wanted = {"thickness": "thickness", "depth": "depth", "undercut": "undercut", "overgrowth": "overgrowth"}
    found = [(label, setting.value(getattr(step, name))) for name, label in wanted.items() if hasattr(step, name)]
    return [(label, value) for label, value in found if value]


def _number(value: float) -> str:
    return f"{round(value, 2):g}"
