"""Reporters: the findings of a run as text, JSON and KLayout's marker database. Pure functions of a report."""
