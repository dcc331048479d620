"""Which edges of a polygon really face each other."""
