"""The part in three dimensions: closed surfaces, right volumes, what glTF asks, the same heights as in the sections."""

import io
import json
import struct
from pathlib import Path

import numpy as np
import pytest
import shapely
import trimesh

from maskgen import expressions
from maskgen.geometry import regions
from maskgen.pipeline import make, prepare
from maskgen.sections.plan import cuts, site_plan
from maskgen.sections.run import section
from maskgen.solid import glb, stl
from maskgen.solid.mesh import meshes, prism
from maskgen.solid.run import finished

TEMPLATES = Path(__file__).parents[2] / "templates"
SMALL = {
    "embedded-mask-mold": ["plate.rectangle=[40 mm, 40 mm]", "array={columns: 2, rows: 2}"],
    "etched-recess-mold": ["plate.rectangle=[40 mm, 40 mm]", "array={columns: 2, rows: 2}"],
    "window-substrate-package": ["array={columns: 1, rows: 1}"],
    "shield-can-mandrel": ["array={columns: 1, rows: 1}"],
}
"""Templates, and settings that leave few sites of them."""
TOLERANCE = 2.0
"""How far [µm] a slab may end beside the section's edge: two chords' errors."""


@pytest.fixture(scope="module", params=SMALL)
def built(request):
    """Return the result of a template, the plan of its site and its body."""
    result = make(prepare(TEMPLATES / f"{request.param}.yaml", SMALL[request.param]))
    plan = site_plan(result.patterns, result.masks, result.package.layout.array)
    return result, plan, finished(result.job.process, result.package, plan)


def loaded(result, body):
    data = glb.write(meshes(body), result.job.process, "part")
    return data, trimesh.load(io.BytesIO(data), file_type="glb")


def test_every_material_is_closed_and_has_the_volume_of_its_slabs(built):
    result, _, body = built
    _, scene = loaded(result, body)
    volumes = dict.fromkeys(body.materials, 0.0)
    for slab in body.slabs():
        volumes[slab.material] += slab.volume

    assert {*volumes} | {thread.material for thread in body.threads} == set(scene.geometry)
    for name, mesh in scene.geometry.items():
        assert mesh.is_watertight, name
        assert mesh.is_winding_consistent, name
        if name in volumes:
            assert mesh.volume * 1e18 == pytest.approx(volumes[name], rel=1e-4), name


def test_a_slab_is_its_area_times_its_thickness(built):
    _, _, body = built
    for slab in body.slabs():
        solid = prism(slab).to_mesh64()
        mesh = trimesh.Trimesh(np.asarray(solid.vert_properties)[:, :3], np.asarray(solid.tri_verts))

        assert mesh.is_watertight
        assert mesh.volume == pytest.approx(slab.region.area * (slab.high - slab.low), rel=1e-6)


def test_no_material_is_in_another(built):
    _, _, body = built
    for layer in body.layers:
        apart = sum(region.area for region in layer.solids.values())

        assert regions.merge(layer.solids.values()).area == pytest.approx(apart, rel=1e-6)


def test_tops_along_the_cut_are_those_of_the_section(built):
    """Away from edges, where a flank may be round in the section and upright here, every surface is at the same z."""
    result, plan, body = built
    (cut,) = cuts({}, result.package, plan)
    last = section(result.job.process, result.package, plan, cut).stages[-1].part
    threads = {thread.material for thread in body.threads}
    places = [x for x in np.linspace(*cut.span, 102)[1:-1].tolist() if _is_level(last, x)]
    # Wires stand in what is moulded, and are cut out of it in the section alone.
    wires = [last.solids[name] for name in threads & set(last.solids)]
    clear = [x for x in places if not any(_crossed(region, x) for region in wires)]
    compared = 0
    for name in set(last.solids) - threads:
        for x in clear:
            own = _spans(body, cut, x, name)
            if own is not None:
                assert own == pytest.approx(_crossed(last.solids[name], x), abs=0.01), (name, x)
                compared += len(own)
    assert compared > 80


def test_edges_along_the_cut_are_those_of_the_section(built):
    result, plan, body = built
    (cut,) = cuts({}, result.package, plan)
    last = section(result.job.process, result.package, plan, cut).stages[-1].part
    numbers, flow = result.job.process.numbers, result.job.process.technology.flow
    # What was etched stands on a wider foot in the section, and upright here.
    flank = max((expressions.number(step.undercut, numbers) for step in flow if step.step == "etch"), default=0.0)
    for name in set(last.solids) - {thread.material for thread in body.threads}:
        own = regions.merge(layer.solids[name] for layer in body.layers if name in layer.solids)
        found, wanted = cut.spans(own), _shadow(last.solids[name], cut)

        assert found.shape == wanted.shape, name
        assert np.abs(found - wanted).max() < TOLERANCE + flank, name


def _shadow(region, cut):
    boxes = np.array(sorted((box[0], box[2]) for box in map(regions.box_of, regions.polygons(region))))
    joined = [boxes[0].tolist()]
    for low, high in boxes[1:].tolist():
        if low <= joined[-1][1] + TOLERANCE:
            joined[-1][1] = max(joined[-1][1], high)
        else:
            joined.append([low, high])
    return np.clip(np.array(joined), *cut.span)


def _spans(body, cut, x, name):
    """Return between which heights a material is at a place of the cut; None next to one of its edges."""
    place = shapely.Point(cut.place(x))
    found = []
    for layer in body.layers:
        region = layer.solids.get(name, regions.EMPTY)
        if region.boundary.distance(place) < TOLERANCE:
            return None
        if region.contains(place):
            joins = found and abs(found[-1] - layer.low) < 1e-6
            found = [*found[:-1], layer.high] if joins else [*found, layer.low, layer.high]
    return found


def _crossed(region, x):
    low, high = regions.box_of(region)[1::2]
    line = shapely.LineString([(x, low - 1), (x, high + 1)]).intersection(region)
    parts = [part for part in np.atleast_1d(shapely.get_parts(line)) if part.geom_type == "LineString" and part.length]
    return sorted(value for part in parts for value in part.bounds[1::2])


def _is_level(part, x):
    """Tell whether every material is at the same heights a little to both sides of a place."""
    for region in part.solids.values():
        here, left, right = (_crossed(region, x + way) for way in (0.0, -TOLERANCE, TOLERANCE))
        if not (len(here) == len(left) == len(right)) or not np.allclose(left, right, atol=1e-3):
            return False
    return True


def test_the_file_is_as_gltf_asks(built):
    result, _, body = built
    data, scene = loaded(result, body)
    magic, version, length = struct.unpack("<4sII", data[:12])
    size, kind = struct.unpack("<II", data[12:20])
    tree = json.loads(data[20 : 20 + size])

    assert (magic, version, length) == (b"glTF", 2, len(data))
    assert (kind, size % 4, data[20 + size + 4 : 20 + size + 8]) == (0x4E4F534A, 0, b"BIN\0")
    assert [node["name"] for node in tree["nodes"]][1:] == [mesh["name"] for mesh in tree["meshes"]]
    assert len(data) < 1_000_000
    low = body.heights[0]
    wide = regions.box_around(regions.box_of(layer.solid) for layer in body.layers)
    assert scene.bounds[:, 1].min() * 1e6 == pytest.approx(low, abs=0.1)
    assert scene.extents[0] * 1e6 == pytest.approx(wide[2] - wide[0], abs=0.1)
    assert all(view["byteOffset"] % 4 == 0 for view in tree["bufferViews"])


def test_colours_are_those_of_the_technology(built):
    result, _, body = built
    _, scene = loaded(result, body)
    for name, entry in result.job.process.technology.materials.items():
        if name in scene.geometry:
            linear = np.asarray(scene.geometry[name].visual.material.baseColorFactor[:3], dtype=float)
            linear = linear / 255 if linear.max() > 1 else linear
            shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)

            assert np.abs(shown * 255 - np.array([int(entry.colour[k : k + 2], 16) for k in (1, 3, 5)])).max() < 10


def test_stl_has_all_surfaces_in_millimetres(built):
    _, _, body = built
    parts = meshes(body)
    mesh = trimesh.load(io.BytesIO(stl.write(parts)), file_type="stl")

    assert len(mesh.faces) == sum(len(part.triangles) for part in parts)
    volumes = [trimesh.Trimesh(part.points, part.triangles, process=False).volume for part in parts]
    assert mesh.volume == pytest.approx(sum(volumes) * 1e-9, rel=1e-3)


def test_equal_parts_are_equal_bytes(built):
    result, plan, body = built

    again = glb.render(result.job.process, result.package, plan, "part")
    assert again == glb.write(meshes(body), result.job.process, "part")


def test_no_part_is_a_file_still():
    process = prepare(TEMPLATES / "embedded-mask-mold.yaml").process
    data = glb.write([], process, "nothing")

    assert json.loads(data[20:])["nodes"] == [{"name": "nothing"}]
