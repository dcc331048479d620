"""Layout files read safely: checked record by record before the kernel sees them, OASIS in a child as well."""
