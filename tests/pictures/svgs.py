"""What an XML reader finds in pictures."""

import math
from xml.etree import ElementTree as ET

from maskgen.pictures.paint import width_of

SVG = "{http://www.w3.org/2000/svg}"
SHIFT = {"start": 0.0, "middle": 0.5, "end": 1.0}


def texts(svg):
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]


def count(svg):
    return sum(1 for _ in ET.fromstring(svg).iter())


def boxes(svg):
    """Return text and box (left, top, right, bottom) of each line of text, turned ones by their transform."""
    found = []
    for node in ET.fromstring(svg).iter(f"{SVG}text"):
        x, y, size = (float(node.get(key)) for key in ("x", "y", "font-size"))
        long = width_of(node.text, size)
        left = x - SHIFT[node.get("text-anchor", "start")] * long
        corners = [(left, y - 0.72 * size), (left + long, y)]
        if node.get("transform"):
            angle, u, v = map(float, node.get("transform")[len("rotate(") : -1].split())
            corners = [_turned(corner, angle, u, v) for corner in corners]
        (a, b), (c, d) = corners
        found.append((node.text, (min(a, c), min(b, d), max(a, c), max(b, d))))
    return found


def _turned(corner, angle, u, v):
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = corner[0] - u, corner[1] - v
    return u + x * cos - y * sin, v + x * sin + y * cos


def overlaps(found):
    """Return the pairs of texts whose boxes share more than a hair."""
    hair = 0.05
    return [
        (one, other)
        for number, (one, a) in enumerate(found)
        for other, b in found[:number]
        if a[0] + hair < b[2] and b[0] + hair < a[2] and a[1] + hair < b[3] and b[1] + hair < a[3]
    ]
