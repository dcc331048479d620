"""The order: what a vendor gets beside the mask files, and what they do with it.

One record per mask (`model`), compiled from a result (`compile`), written as JSON, as XML, as a sheet of paper, with
the lists that saw, stencil and drill want, and packed with the masks (`write`).
"""

from maskgen.order.compile import artworks, compile_order
from maskgen.order.model import Order, schema
from maskgen.order.write import write

__all__ = ["Order", "artworks", "compile_order", "schema", "write"]
