"""SVG as PNG: the size that was asked for, letters on machines without fonts, the same bytes each time."""

import io

import pytest
from PIL import Image

from maskgen.raster import png

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50">'
    '<rect width="100%" height="100%" fill="#ffffff"/>{}</svg>'
)
WORDS = '<text x="10" y="30" font-size="20" font-family="Helvetica, Arial, sans-serif">µm ×2</text>'


def image(svg, **sizes):
    return Image.open(io.BytesIO(png(svg, **sizes))).convert("L")


@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [
        pytest.param({}, (100, 50), id="as it is"),
        pytest.param({"zoom": 1.5}, (150, 75), id="enlarged"),
        pytest.param({"width": 300}, (300, 150), id="by its width"),
    ],
)
def test_size(sizes, wanted):
    assert image(PICTURE.format(""), **sizes).size == wanted


def test_a_picture_of_a_size_in_millimetres():
    assert image(PICTURE.format("").replace('"100" height="50"', '"25.4mm" height="12.7mm"')).size == (96, 48)


@pytest.mark.parametrize("family", ["sans-serif", "Helvetica", "Nobody's Font"])
def test_words_are_drawn(family):
    drawn = image(PICTURE.format(WORDS.replace("Helvetica, Arial, sans-serif", family)))

    assert image(PICTURE.format("")).getextrema() == (255, 255)
    assert drawn.getextrema()[0] < 60


def test_the_same_bytes_each_time():
    assert png(PICTURE.format(WORDS)) == png(PICTURE.format(WORDS))
