"""Scenes of whole layouts: what becomes of drawn shapes when they are merged."""

import numpy as np
import pytest
import shapely

from maskgen.drc.kernel import compiled
from maskgen.drc.scene import FlatScene, Scene
from maskgen.errors import MaskgenError
from maskgen.expressions import Layer, parse
from maskgen.geometry.polygons import from_boxes
from maskgen.layout import View


def boxes(count):
    """Return pairs of squares that overlap."""
    low = np.stack([np.arange(count) * 100, np.zeros(count, dtype=np.int64)], axis=1)
    return from_boxes(np.vstack([np.hstack([low, low + 40]), np.hstack([low + 30, low + 60])]))


def area(polygons):
    return int(polygons.doubled_ring_areas.sum()) // 2


@pytest.fixture(params=[0, 1 << 62], ids=["compiled", "NumPy"], autouse=True)
def path(request, monkeypatch):
    monkeypatch.setattr(compiled, "LARGE", request.param)


MERGED = 50 * (40 * 40 + 30 * 30 - 10 * 10)


@pytest.mark.parametrize(("keeps", "drawn"), [(True, 50 * (1600 + 900)), (False, MERGED)])
def test_shapes_are_kept_if_that_is_asked_for(keeps, drawn):
    scene = FlatScene({"A": boxes(50)}, keeps_shapes=keeps)

    assert area(scene.merged(Layer("A"))) == MERGED
    assert area(scene.shapes["A"]) == drawn


def test_names_of_one_layer_do_not_spoil_each_other():
    drawn = boxes(50)
    scene = FlatScene({"A": drawn, "B": drawn}, keeps_shapes=False)

    assert [area(scene.merged(Layer(name))) for name in "AB"] == [MERGED, MERGED]


def test_derived_layers_see_the_same():
    scenes = [FlatScene({"A": boxes(50), "B": boxes(20)}, keeps_shapes=keeps) for keeps in (True, False)]
    expression = parse("A - B", layers={"A", "B"}, numbers={})
    for scene in scenes:
        scene.merged(Layer("A"))

    found = [area(scene.merged(expression)) for scene in scenes]

    assert found == [MERGED * 30 // 50] * 2


def test_layers_without_shapes():
    scene = FlatScene({}, keeps_shapes=False)

    assert len(scene.merged(Layer("A"))) == 0
    assert scene.shapes == {}


TOO_FAR = "what it looks at reaches 2000000.5 um from the origin, at most 2 m can be looked at"
TOO_WIDE = "shapes spread over 2200000 um x 2100000 um, at most 4.6 m2 can be looked at"


def one_site(box):
    return Scene(View({"A": shapely.box(*box)}, shapely.box(*box), where=None))


def whole_layout(box):
    return FlatScene({"A": from_boxes(np.rint(np.array([box]) * 1e3).astype(np.int64))})


@pytest.mark.parametrize("scene_of", [one_site, whole_layout])
@pytest.mark.parametrize(
    ("box", "wanted", "sentence"),
    [
        pytest.param((0, 0, 2000000.5, 1), "A | A", TOO_FAR, id="far"),
        pytest.param((0, -2000000.5, 1, 2), "A | A", TOO_FAR, id="far below"),
        pytest.param((-1.1e6, 0, 1.1e6, 1.1e6), "A | A", None, id="wide"),
        pytest.param((-1.1e6, -1.05e6, 1.1e6, 1.05e6), "A | A", TOO_WIDE, id="too wide"),
        pytest.param((-1.1e6, -1.05e6, 1.1e6, 1.05e6), "A", TOO_WIDE, id="too wide as drawn"),
    ],
)
def test_areas_fit_their_integers(scene_of, box, wanted, sentence):
    expression = parse(wanted, layers={"A"}, numbers={})
    if sentence is None:
        width, height = box[2] - box[0], box[3] - box[1]
        assert area(scene_of(box).merged(expression)) == round(width * height * 1e6)
        return
    with pytest.raises(MaskgenError) as error:
        scene_of(box).merged(expression)
    assert str(error.value) == sentence
