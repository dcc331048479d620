"""Draw the pictures of the README again: ``make pictures`` builds two specs and keeps what they show."""

import shutil
import tempfile
from pathlib import Path

from maskgen import pipeline
from maskgen.raster import png

ROOT = Path(__file__).parents[1]
PICTURES = Path(__file__).parent / "pictures"
WIDTH = 1400
"""Pixels across a picture as PNG."""
LARGEST = 300_000
"""Bytes above which a picture is not kept as SVG."""


def main() -> None:
    """Draw site, plate, bond diagram, one mask and the sections of a package with wires and of one with leads."""
    PICTURES.mkdir(exist_ok=True)
    _draw(ROOT / "examples" / "caravel-qfn64" / "caravel-qfn64.yaml", mask="FIRST_MASK")
    _draw(ROOT / "templates" / "etch-resistant-spot-terminals.yaml", mask="LEAD")


def _draw(spec: Path, *, mask: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        result, made = pipeline.build(spec, Path(folder) / "out", settings=(), formats=("svg",), allow_violations=False)
        name = result.job.spec.name
        for path in (f"{name}.svg", f"{name}_plate.svg", f"{name}_bonds.svg", f"masks/{name}_{mask}.svg"):
            _keep(made / path, Path(path).stem)
        _keep(made / "sections" / "main.svg", f"{name}_section")


def _keep(picture: Path, stem: str) -> None:
    """Keep a picture as it is, or as PNG where it is large."""
    if picture.stat().st_size <= LARGEST:
        shutil.copyfile(picture, PICTURES / f"{stem}.svg")
    else:
        (PICTURES / f"{stem}.png").write_bytes(png(picture.read_text(encoding="utf-8"), width=WIDTH))


if __name__ == "__main__":
    main()
