"""Wire bonds: which contact goes to which pad, and what the wires are like. Knows nothing of specs, layers or files."""
