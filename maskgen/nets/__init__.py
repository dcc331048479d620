"""Nets as drawn: what the polygons connect, and whether that is what the spec asked for."""

from maskgen.nets.compare import differences
from maskgen.nets.extract import Net, Probe, extract

__all__ = ["Net", "Probe", "differences", "extract"]
