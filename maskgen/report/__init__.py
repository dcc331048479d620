"""Reporters: the findings of a run, a module per format. Pure functions of a report and of what it is about."""
