"""What the writers of vendor formats are given."""

import re

import numpy as np
import plates
import pytest
import shapely

from maskgen.errors import MaskgenError
from maskgen.export import artwork
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice


def test_the_box_is_around_every_copy_and_the_rest():
    assert plates.plate(plates.pattern()).box == (-5000, -5000, 1450, 1140)
    assert plates.plate(plates.pattern(), mirrored=True).box == (-1450, -5000, 5000, 1140)
    assert plates.plate(plates.alone(regions.EMPTY)).box is None


def test_places_are_those_of_the_array():
    shapes = plates.pattern(3, 2)
    (block,) = plates.plate(shapes).blocks

    assert block.count == 6
    assert np.array_equal(artwork.places(block), shapes.array.centres(shapes.array.occupied))


def test_a_mirrored_lattice_begins_at_its_other_end():
    where = np.array([[True, True, False]])
    (block,) = plates.plate(plates.pattern(3, 1, where=where), mirrored=True).blocks

    assert block.lattices == (Lattice(0.0, 0.0, 2, 1, 600.0, 0.0),)


def test_vertices_count_every_copy():
    assert artwork.vertices(plates.plate(plates.pattern(2, 3, site=plates.STRIP))) == 5 * 7


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, "digitized data clear, polygons are openings, top side, not mirrored, scale 1", id="as it is"),
        pytest.param(
            {"digitized": "dark", "drawn": "remaining", "side": "bottom", "mirrored": True, "scale": 1.0012},
            "digitized data dark, polygons are what remains, bottom side, mirrored left to right, scale 1.0012",
            id="everything else",
        ),
    ],
)
def test_statements_say_tone_side_parity_and_scale(changes, said):
    assert artwork.statement(plates.plate(plates.pattern(), **changes)) == said


def test_a_region_as_the_data_has_it_is_enlarged_and_mirrored():
    seen = artwork.seen_by(plates.mask(scale=1.5, mirrored=True), shapely.box(10, 20, 30, 40))

    assert seen.bounds == (-45, 30, -15, 60)


def test_what_32_bits_cannot_hold_is_refused():
    far = plates.alone(shapely.box(0, 0, 2_147_483.648, 1))

    said = "qfn_FIRST_MASK: reaches 2147483.648 um from the origin, and mask data of 32 bits ends at 2147483.647 um"
    with pytest.raises(MaskgenError, match=f"^{re.escape(said)}$"):
        plates.plate(far)
