"""What a YAML scalar without quotes means.

Scalars are read as in the core schema of YAML 1.2: null, true and false, whole and decimal numbers, hexadecimal
numbers after 0x; all else is text. So ``yes``, ``no``, ``on``, ``2026-11-21``, ``1:30`` and ``0123`` are text, and
what stands in quotes always is.
"""

import re
from math import isfinite
from typing import Any

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MOST_DIGITS = 18
FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""A character that no editor shows, or that is a line break only for some."""


def plain(text: str) -> Any:  # noqa: ANN401
    """Return what a scalar without quotes means.

    Raises
    ------
    ValueError
        If it is a number that is not finite, or too long.
    """
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"must be a finite number, got {text}")
    if _INT.fullmatch(text) or _HEX.fullmatch(text):
        if len(text.lstrip("+-")) > _MOST_DIGITS:
            raise ValueError(f"must be a number of at most {_MOST_DIGITS} digits, got {text[:_MOST_DIGITS]}…")
        return int(text, 16 if "x" in text else 10)
    if _FLOAT.fullmatch(text):
        if not isfinite(float(text)):
            raise ValueError(f"must be a finite number, got {text}")
        return float(text)
    return text


def quoted(text: str) -> str:
    """Return a text in quotes, whose escapes may stand for anything."""
    found = FORBIDDEN.search(text)
    if found is not None:
        raise ValueError(f"character U+{ord(found[0]):04X} is not allowed")
    return text


def is_name(text: str) -> bool:
    """Tell whether a plain scalar can be a key: text, or a whole number, which is taken as it is written."""
    is_fraction = _FLOAT.fullmatch(text) is not None and _INT.fullmatch(text) is None
    return not (text in _NULL or text in _BOOL or _NOT_FINITE.fullmatch(text) or is_fraction)
