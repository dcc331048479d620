"""Posts: the worked examples of `process.md` 1.5, volumes against summed sections, and laws of the profile."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.physics import etching, towers

LENGTHS = st.floats(1.0, 1e3)
SCALES = st.floats(0.01, 100.0)


def isotropic(overetch, *, spot=300, thickness=100):
    """Return a post of model A with an etch factor of 1."""
    return towers.etched(spot, thickness, undercut=overetch * thickness, overetch=overetch)


def spot_for(narrowest, thickness, overetch, factor):
    """Return the spot for a least diameter at an etch factor."""
    return towers.min_spot(narrowest, etching.undercut(1.0, factor, overetch * thickness))


ANISOTROPIC = towers.etched(300, 100, undercut=etching.undercut(1, 2, 110), overetch=1.1)
SHIELDED = towers.etched(300, 100, undercut=80, overetch=1.1, neck_depth=30)

EXAMPLES = [
    pytest.param(lambda: isotropic(1).diameter(0), "100", id="T1.14 z 0"),
    pytest.param(lambda: isotropic(1).diameter(60), "140", id="T1.14 z 60"),
    pytest.param(lambda: isotropic(1).diameter(80), "180", id="T1.14 z 80"),
    pytest.param(lambda: isotropic(1).diameter(100), "300", id="T1.14 z 100"),
    pytest.param(lambda: isotropic(1.1).diameter(0), "80.00", id="T1.15 z 0"),
    pytest.param(lambda: isotropic(1.1).diameter(60), "115.61", id="T1.15 z 60"),
    pytest.param(lambda: isotropic(1.1).diameter(80), "149.00", id="T1.15 z 80"),
    pytest.param(lambda: isotropic(1.1).diameter(100), "208.35", id="T1.15 z 100"),
    *(
        pytest.param(
            lambda k=k: isotropic(k, spot=10, thickness=1).base_undercut, text, id=f"T1.16 foot recession at k {k}"
        )
        for k, text in ((1.02, "0.201"), (1.05, "0.320"), (1.1, "0.458"), (1.2, "0.663"), (1.5, "1.118"))
    ),
    pytest.param(lambda: ANISOTROPIC.neck_undercut, "55.0", id="T1.17 undercut"),
    pytest.param(lambda: ANISOTROPIC.base_undercut, "22.913", id="T1.17 base"),
    pytest.param(lambda: etching.etch_factor(80, 110), "1.375", id="T1.18 etch factor"),
    pytest.param(lambda: SHIELDED.tip, "151.676", id="T1.18 tip"),
    pytest.param(lambda: SHIELDED.neck, "140.000", id="T1.18 neck"),
    pytest.param(lambda: SHIELDED.diameter(65), "156.125", id="T1.18 z 65"),
    pytest.param(lambda: SHIELDED.base, "222.540", id="T1.18 base"),
    pytest.param(lambda: SHIELDED.volume, "1993136.95", id="T1.18 volume"),
    pytest.param(lambda: spot_for(50, 125, 1.1, 1), "325", id="T1.19 tip 50, etch factor 1"),
    pytest.param(lambda: spot_for(50, 125, 1.1, 2), "187.5", id="T1.19 tip 50, etch factor 2"),
    pytest.param(lambda: spot_for(150, 250, 1, 1), "650", id="T1.19 neck 150, etch factor 1"),
    pytest.param(lambda: spot_for(150, 250, 1, 2), "400", id="T1.19 neck 150, etch factor 2"),
    pytest.param(lambda: spot_for(150, 250, 1, 3), "316.7", id="T1.19 neck 150, etch factor 3"),
    pytest.param(lambda: isotropic(1).volume, "1760775.27", id="T1.20"),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


@st.composite
def posts(draw):
    """Return a post as a shop might measure it."""
    thickness, neck_undercut = draw(LENGTHS), draw(LENGTHS)
    shares = st.floats(0.0, 1.0)
    return towers.Tower(
        spot=2 * neck_undercut + draw(LENGTHS),
        thickness=thickness,
        neck_depth=draw(st.floats(0.01, 0.99)) * thickness,
        tip_undercut=draw(shares) * neck_undercut,
        neck_undercut=neck_undercut,
        base_undercut=draw(shares) * neck_undercut,
    )


@given(post=posts())
def test_profiles_run_from_the_tip_over_the_neck_to_the_base(post):
    tip, neck, base = post.diameter([0.0, post.neck_depth, post.thickness])
    wall = post.diameter(np.linspace(0.0, post.thickness, 101))

    assert (tip, neck, base) == pytest.approx((post.tip, post.neck, post.base))
    assert (wall >= post.neck - 1e-9 * post.spot).all()
    assert (wall <= max(post.tip, post.base) + 1e-9 * post.spot).all()


@given(post=posts())
def test_volume_is_the_sum_of_sections(post):
    # Turned coordinates take the walls that meet a face level.
    turns = (np.arange(2000) + 0.5) * math.pi / 2 / 2000
    summed = 0.0
    for height, sign in ((post.neck_depth, -1), (post.thickness - post.neck_depth, 1)):
        sections = math.pi / 4 * post.diameter(post.neck_depth + sign * height * np.sin(turns)) ** 2
        summed += float((sections * height * np.cos(turns)).sum()) * math.pi / 2 / 2000

    assert post.volume == pytest.approx(summed, rel=1e-5)


@given(post=posts(), scale=SCALES)
def test_profiles_scale_as_lengths_and_volumes_as_volumes(post, scale):
    larger = towers.Tower(**{name: scale * value for name, value in vars(post).items()})

    assert larger.neck == pytest.approx(scale * post.neck, rel=1e-6)
    assert larger.volume == pytest.approx(scale**3 * post.volume)


@given(spot=LENGTHS, thickness=LENGTHS, share=st.floats(0.0, 0.49), overetch=st.floats(1.0, 3.0))
def test_model_a_is_the_flank_of_the_etch(spot, thickness, share, overetch):
    undercut = share * spot
    post = towers.etched(spot, thickness, undercut=undercut, overetch=overetch)
    heights = np.linspace(0.0, thickness, 21)

    flank = etching.flank(heights, undercut=undercut, depth=overetch * thickness)
    assert np.allclose(post.undercut(heights), flank, atol=1e-6 * spot)
    assert not post.has_neck


@given(overetch=st.floats(1.0, 2.0), share=st.floats(0.0, 1.0), level=st.floats(0.0, 1.0))
def test_model_b_is_an_ellipse_about_the_neck(overetch, share, level):
    neck_depth = share * min(100, overetch * 50)
    post = towers.etched(300, 100, undercut=80, overetch=overetch, neck_depth=neck_depth)
    semi_axis = overetch * 100 - neck_depth
    expected = 80 * math.sqrt(max(0.0, 1 - ((100 * level - neck_depth) / semi_axis) ** 2))

    assert float(post.undercut(100 * level)) == pytest.approx(expected, abs=1e-5)


def test_model_b_pins_the_tip_where_the_neck_is_deepest():
    post = towers.etched(300, 100, undercut=80, overetch=1.1, neck_depth=55)

    assert post.tip == pytest.approx(300, abs=1e-5)
    assert post.has_neck


@given(overetch=st.floats(1.0, 1.3), more=st.floats(0.001, 0.1))
def test_over_etch_only_takes_away(overetch, more):
    before, after = isotropic(overetch), isotropic(overetch + more)

    assert after.neck < before.neck
    assert after.base < before.base
    assert after.volume < before.volume


def test_without_undercut_a_post_is_its_spot():
    post = towers.etched(200, 100, undercut=0, neck_depth=20)

    assert post.volume == pytest.approx(math.pi * 100**2 * 100)
    assert post.diameter([0, 50, 100]).tolist() == [200, 200, 200]
    assert not post.has_neck


def test_gaps_between_posts_are_those_of_their_bases():
    assert SHIELDED.has_neck
    assert SHIELDED.gap(250) == pytest.approx(250 - SHIELDED.base)
    assert SHIELDED.gap(200) < 0


MEASURED = {"spot": 300.0, "thickness": 100.0, "tip_undercut": 20.0, "neck_undercut": 60.0, "base_undercut": 30.0}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(
            lambda: towers.etched(100, 100, undercut=55),
            "a spot of 100 um does not survive an undercut of 55 um per edge",
            id="lost",
        ),
        pytest.param(
            lambda: towers.etched(300, 100, undercut=80, overetch=0.9),
            "overetch must be at least 1, got 0.9",
            id="not etched through",
        ),
        pytest.param(
            lambda: towers.etched(300, 100, undercut=80, overetch=1.1, neck_depth=60),
            "neck depth must be from 0 um to 55 um, got 60 um",
            id="neck below the middle",
        ),
        pytest.param(
            lambda: towers.Tower(neck_depth=40.0, **{**MEASURED, "tip_undercut": 70.0}),
            "tip undercut must be from 0 um to 60 um, got 70 um",
            id="neck wider than the tip",
        ),
        pytest.param(
            lambda: towers.Tower(neck_depth=0.0, **MEASURED),
            "tip undercut must be from 60 um to 60 um, got 20 um",
            id="neck at the tip",
        ),
        pytest.param(
            lambda: towers.Tower(neck_depth=40.0, **MEASURED).undercut(101),
            "z must be from 0 um to 100 um, got 101 um",
            id="below the sheet",
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
