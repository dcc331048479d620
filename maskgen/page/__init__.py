"""The report of a build: one page with everything, which opens from a mail attachment.

`document` puts the page together; what the viewer shows is data of `layout`, packed by `shapes`; the other modules are
its parts, each a function from a result to HTML. What a browser runs lies beside them: ``viewer.js``, ``page.js``.
"""

from maskgen.page.document import NAME, render

__all__ = ["NAME", "render"]
