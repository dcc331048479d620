"""Write: the order's folder beside the masks."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from maskgen.export.artwork import Artwork
from maskgen.order import parcel, sheet, xml
from maskgen.order.assembly import lists
from maskgen.order.compile import with_files
from maskgen.order.model import DataFile, Order
from maskgen.result import Result

FOLDER = "order"


def write(
    result: Result, order: Order, arts: Mapping[str, Artwork], *, folder: Path, masks: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Write the order of a result, and return path and kind of each file.

    Parameters
    ----------
    order, arts
        Of all masks of the result (`compile`); the order without the files that are named here.
    folder
        That of the whole build; the order gets a folder in it.
    masks
        Paths of the files of each mask, by its name, below the build's folder; written already.
    """
    (folder / FOLDER).mkdir()
    order = with_files(order, {name: _files(folder, paths) for name, paths in masks.items()})
    texts = {
        "order.json": json.dumps(order.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n",
        "order.xml": xml.render(order),
        **dict(lists(result, arts)),
    }
    for name, text in texts.items():
        (folder / FOLDER / name).write_text(text, encoding="utf-8")
    kinds = {f"{FOLDER}/{name}": "assembly list" if name.endswith(".csv") else "order" for name in texts}
    for mask in order.masks:
        path = f"{FOLDER}/{order.name}_{mask.name}.pdf"
        sheet.write(order, mask, arts[mask.name], folder / path)
        kinds[path] = "order sheet"
    packed = f"{FOLDER}/{order.name}-order.zip"
    parcel.write(folder / packed, folder, [*kinds, *(path for paths in masks.values() for path in paths)])
    return kinds | {packed: "order parcel"}


def _files(folder: Path, paths: Sequence[str]) -> list[DataFile]:
    return [DataFile(path=path, sha256=hashlib.sha256((folder / path).read_bytes()).hexdigest()) for path in paths]
