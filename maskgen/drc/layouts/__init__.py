"""Layouts from elsewhere: their cells written out, arrays kept short, so that rules see them as flat shapes."""
