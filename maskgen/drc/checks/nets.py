"""The nets that the polygons make are not the spec's nets.

Contacts, wires, feet, pads and mounting pads as they will be made are followed from shape to shape. An open means
that a wire does not land on its pad; a short means that two pads have grown together, or that a foot touches two.
Move the wire or the pad, or correct the net table.

Passes: `{check: nets}` where every wire joins one contact to its own pad.
Fails: the same where two plated pads touch, or a wire ends beside its pad.
"""

from collections.abc import Iterator

from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions
from maskgen.nets import differences, extract
from maskgen.nets.extract import Net
from maskgen.package import Package
from maskgen.technology import Process


class Params(RuleParams):
    """A rule without numbers."""


def judge(package: Package, process: Process, params: Params, scene: Scene) -> Iterator[Finding]:  # noqa: ARG001
    """Yield opens and shorts."""
    outlines = {probe.name: probe.outline for probe in package.probes}
    for sentence, names in differences(drawn_nets(package, process, scene), package.joined, package.contact_nets):
        shape = regions.merge(outlines[name] for name in names)
        yield Finding(sentence, regions.box_of(shape))


def drawn_nets(package: Package, process: Process, scene: Scene) -> list[Net]:
    """Return the nets of one site as its polygons make them."""
    names = {name for pair in process.technology.connect for name in pair}
    return extract(
        {name: scene.view.layers[name] for name in names if name in scene.view.layers},
        process.technology.connect,
        package.probes,
        package.contact_nets,
    )
