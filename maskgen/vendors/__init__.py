"""Vendors: what mask shops, film plotters, stencil makers and etchers ask of a file, as data, and whether it holds.

A *profile* is a YAML file of limits, each with its source. The *checklist* has items V01 to V39; `accept` judges a
written file, read from disk, item by item. What a bare file cannot tell is said, never passed over.
"""
