"""Text put into XML and HTML: escaped, and without what no document may hold."""

import html
import re

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids even as references (W3C REC-xml, 2.2)."""
_SPECIAL = re.compile(rf"[&<>\"']|{_ILLEGAL.pattern}")
"""Whatever does not stand as it is: most texts have none of it."""


def escaped(text: str) -> str:
    r"""Return a text as it stands between tags, or between quotation marks in one.

    Examples
    --------
    >>> escaped("a<b & 'c'"), escaped(chr(0) + "d")
    ('a&lt;b &amp; &#x27;c&#x27;', '\ufffdd')
    """
    if _SPECIAL.search(text) is None:
        return text
    return html.escape(_ILLEGAL.sub("\ufffd", text), quote=True)
