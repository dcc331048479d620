"""Pictures for people: masks as they look, the site and the plate, findings drawn on, the bond diagram."""
