"""The compiled twin of what is done once per record of a file; where there was no compiler, Python does it."""
