"""Peelable leads: what they look like, how they run from terminals to contacts, and what they can take."""
