"""From a short package spec to a verified, fabrication-ready mask set."""

__version__ = "0.2.0"
