"""Settings of the command line, KEY=VALUE, laid over what a file says."""

import re
from dataclasses import dataclass
from typing import Any

from maskgen.errors import dotted
from maskgen.source.tree import Key, UnreadableError, read

_PART = re.compile(r"([^.\[\]\s]+)((?:\[[0-9]{1,6}\])*)")


@dataclass(frozen=True)
class Setting:
    """One value for one key.

    Parameters
    ----------
    said
        As the user said it, with the option's name.
    """

    said: str
    key: Key
    value: Any


def setting(said: str) -> Setting:
    """Return what KEY=VALUE says; the key is dotted, with [n] for the places of a list, the value is YAML.

    Raises
    ------
    ValueError
        With the whole message, the setting first.

    Examples
    --------
    >>> setting("dies[0].rotation=90")
    Setting(said='--set dies[0].rotation=90', key=('dies', 0, 'rotation'), value=90)
    """
    place = f"--set {said}"
    name, equals, value = said.partition("=")
    parts = [_PART.fullmatch(part) for part in name.strip().split(".")]
    if not equals or None in parts:
        raise ValueError(f"{place}: expected KEY=VALUE such as array.columns=3 or dies[0].rotation=90")
    key: list[str | int] = []
    for part in filter(None, parts):
        key += [part[1], *(int(digits) for digits in re.findall(r"[0-9]+", part[2]))]
    try:
        tree = read(value)
    except UnreadableError as error:
        raise ValueError(f"{place}: {error}") from None
    if tree.mistakes:
        raise ValueError(f"{place}: {tree.mistakes[0].problem.sentence}")
    return Setting(place, tuple(key), tree.data)


def lay(setting: Setting, data: dict[str, Any]) -> list[Key]:
    """Put a value into data, with the mappings that lead to it, and return the keys of what was made.

    Raises
    ------
    ValueError
        If the key leads through something that has no keys, or beyond the end of a list.
    """
    *path, last = setting.key
    made: list[Key] = []
    holder: Any = data
    for depth, part in enumerate(path, start=1):
        key = setting.key[:depth]
        _require_place(setting, depth - 1, holder)
        child = holder.get(part) if isinstance(holder, dict) else holder[part]
        if child is None and isinstance(setting.key[depth], str):
            child = holder[part] = {}
            made.append(key)
        holder = child
    _require_place(setting, len(path), holder)
    holder[last] = setting.value
    return [*made, setting.key]


def _require_place(setting: Setting, depth: int, holder: object) -> None:
    """Refuse a part of a key that its holder cannot have."""
    part, name = setting.key[depth], dotted(setting.key[:depth])
    if isinstance(part, str):
        if not isinstance(holder, dict):
            raise ValueError(f"{setting.said}: {name} is not a mapping, it has no {part!r}")
    elif not isinstance(holder, list):
        raise ValueError(f"{setting.said}: {name} is not a list, it has no [{part}]")
    elif part >= len(holder):
        raise ValueError(f"{setting.said}: {name} has {len(holder)} entries, counted from 0, and no [{part}]")
