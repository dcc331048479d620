"""Reading sense of a mask, from the side that it works on and from whether its data is mirrored.

Design is drawn as the finished part seen from above (`catalogue.md` 0.3). Data for the top as drawn, or for the
bottom mirrored, shows the worked face as one sees it: a contact plate that lies on that face, chrome on the part, shows
the same to who looks through its glass. That is right reading chrome down, which mask makers, whose reference is
chrome up, call wrong reading (`vendors.md` 1.8). Any other data shows the tool's own face: right reading chrome up.
"""

from typing import Literal

from maskgen.order.model import Reading
from maskgen.technology import Mask

Face = Literal["right reading, chrome down", "right reading, chrome up"]


def reading(mask: Mask) -> Reading:
    """Return how the finished plate reads."""
    shows_part = mask.mirrored == (mask.side == "bottom")
    letters_down = shows_part != mask.mirrored
    return Reading(
        data=_face(shows_part),
        same_as="wrong reading, chrome up" if shows_part else "wrong reading, chrome down",
        letters=_face(letters_down),
        seen=f"the part as one looks at its {mask.side}" if shows_part else "the tool as one looks at its working face",
        mirrored=mask.mirrored,
        instruction="Data is final: do not mirror, rotate, scale, invert or size it again",
    )


def _face(is_down: bool) -> Face:
    return "right reading, chrome down" if is_down else "right reading, chrome up"
