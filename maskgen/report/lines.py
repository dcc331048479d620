"""JSON with one entry of its longest list on a line: indented they are slow to write and to read."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import orjson


def rendered(data: Mapping[str, Any], key: str, entries: Iterable[Any]) -> str:
    """Return data as indented JSON, with entries one by one on lines of their own.

    Parameters
    ----------
    key
        Of the list in `data`, at any depth, which is given empty and takes the entries; the first of that name.

    Examples
    --------
    >>> print(rendered({"a": 1, "found": []}, "found", [{"x": [2, 3]}, {"x": []}]), end="")
    {
     "a": 1,
     "found": [
    {"x":[2,3]},
    {"x":[]}
     ]
    }
    """
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    # Within strings quotation marks are escaped: what is found here is a key.
    before, empty, after = text.partition(f'"{key}": []')
    lines = [orjson.dumps(entry, option=orjson.OPT_SERIALIZE_NUMPY).decode() for entry in entries]
    if not empty or not lines:
        return text
    indent = before[before.rindex("\n") + 1 :]
    lines[0] = f'{before}"{key}": [\n{lines[0]}'
    lines[-1] += f"\n{indent}]{after}"
    return ",\n".join(lines)
