"""Padstacks of an AIF file: the outlines of die pads by name."""

from shapely import Polygon

from maskgen.contacts.listing import Listing, Piece, meant
from maskgen.contacts.sections import SHAPES, Entry, Section, entries, words
from maskgen.geometry import regions, shapes


class Padstacks:
    """The outlines of [PADS], made when a die pad first asks for them: others may have shapes of their own."""

    def __init__(self, listing: Listing, section: Section, unit: float) -> None:
        self.listing = listing
        self.unit = unit
        self.entries = entries(listing, section, "PADS")
        self.outlines: dict[str, Polygon | None] = {}
        self.is_there = section.is_there
        self.lower = {name.lower() for name in self.entries}

    def has(self, name: str) -> bool:
        """Tell whether there is a padstack of a name, in whatever case."""
        return name.lower() in self.lower

    def outline(self, name: Piece) -> Polygon | None:
        """Return the outline of a padstack around the origin [µm], None if it or its name has a mistake."""
        if name.text not in self.entries:
            if self.is_there:
                case = ": upper and lower case differ" if self.has(name.text) else ""
                hint = meant(name.text, self.entries) if self.entries else ", which is empty"
                self.listing.complain(name, "padstack", f"{name.text!r} is not in [PADS]{hint}{case}")
            return None
        if name.text not in self.outlines:
            self.outlines[name.text] = self._drawn(self.entries[name.text])
        return self.outlines[name.text]

    def _drawn(self, entry: Entry) -> Polygon | None:
        """Return the outline that an entry describes."""
        kind, *numbers = words(entry.value) or [entry.value]
        count = SHAPES.get(kind.text.upper())
        if count is None:
            self.listing.complain(kind, "PADS", f"unknown shape {kind.text!r}{meant(kind.text, SHAPES)}")
            return None
        sizes = [self.listing.length(size, "PADS", self.unit, is_size=count > 0) for size in numbers]
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes):
            return None
        return self._polygon(entry, known) if count == 0 else self._shape(entry, kind.text.upper(), known)

    def _shape(self, entry: Entry, kind: str, sizes: list[float]) -> Polygon | None:
        """Return a shape that its sizes describe."""
        if len(sizes) != SHAPES[kind]:
            wanted = "1 size" if SHAPES[kind] == 1 else "width and height"
            self.listing.complain(entry.value, "PADS", f"{kind} takes {wanted}, got {len(sizes)} numbers")
            return None
        width, height = sizes[0], sizes[-1]
        if kind in ("CIRCLE", "ROUND"):
            return shapes.circle(width, tolerance=regions.ARC_TOLERANCE)
        if kind in ("OBLONG", "OBROUND"):
            return shapes.obround(width, height, tolerance=regions.ARC_TOLERANCE)
        return shapes.rectangle(width, height)

    def _polygon(self, entry: Entry, numbers: list[float]) -> Polygon | None:
        """Return the polygon through corners given as x and y in turn."""
        if len(numbers) % 2:
            self.listing.complain(entry.value, "PADS", f"a polygon takes pairs of x and y, got {len(numbers)} numbers")
            return None
        try:
            return shapes.polygon(list(zip(numbers[::2], numbers[1::2], strict=True)))
        except ValueError as error:
            self.listing.complain(entry.value, "PADS", str(error))
            return None
