"""Images: data and pictures as they stand in a page, so that nothing in them can act on it."""

import base64
import json
import zlib

from maskgen.report.markup import escaped

_HEIGHTS = (1, 2, 5, 10)


def embedded(data: object) -> str:
    r"""Return data as JSON that may stand in a script element: no text in it can end the element or open another.

    Examples
    --------
    >>> embedded({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def picture_html(svg: str, *, words: str, on_one_page: bool = False) -> str:
    """Return a picture that stands for itself, with what it shows in words.

    Parameters
    ----------
    on_one_page
        Whether it is made to fit a sheet of paper, rather than to go on on the next.
    """
    kind = "picture whole" if on_one_page else "picture"
    data = base64.b64encode(svg.encode()).decode("ascii")
    image = f'<img src="data:image/svg+xml;base64,{data}" alt="{escaped(words)}">'
    return f'<div class="{kind}" tabindex="0" role="region" aria-label="{escaped(words)}">{image}</div>\n'


def solid_html(glb: bytes) -> str:
    """Return the view in which a part is turned, nothing without one."""
    if not glb:
        return ""
    data = base64.b64encode(zlib.compress(glb)).decode("ascii")
    heights = "".join(f'<option value="{factor}">{factor} ×</option>' for factor in _HEIGHTS)
    return (
        '<div id="solid"><div class="tools"><label>Heights <select>'
        f"{heights}</select></label></div>\n"
        '<div class="stage"><canvas tabindex="0" role="application" aria-label="The part of one site" '
        'aria-describedby="solid-keys"></canvas></div>\n'
        '<div class="legend" role="group" aria-label="Materials"></div>\n<output class="status"></output>\n'
        '<p class="note" id="solid-keys">Drag to turn, wheel to zoom. Keys: arrows turn, '
        "+ and − zoom.</p></div>\n"
        f'<script type="text/plain" id="solid-data">{data}</script>\n'
    )
