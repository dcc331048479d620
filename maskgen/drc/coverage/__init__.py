"""Coverage: how much of each of many windows a layer covers, arrays of shapes taken once for all their copies."""
