"""The items of the checklist, by what they look at."""
