"""Plane geometry in µm: outlines, regions, arrays, lettering. Knows nothing of layers, specs or masks."""
