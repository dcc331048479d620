"""The report of a build: one page with everything, which opens from a mail attachment."""
