"""Flat checks on integer arrays: merging, distances, areas, grid. Knows nothing of layers, decks or files."""
