"""Layout files read safely: GDSII checked record by record before the kernel sees it, OASIS tried out in a child."""
