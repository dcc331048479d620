"""Compiles the inner loops when maskgen is installed; where there is no compiler, NumPy and Python do their work."""

import os
import tempfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from Cython.Build import cythonize
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

COMPILED = "maskgen/**/compiled"
DIRECTIVES = {"language_level": 3, "boundscheck": False, "wraparound": False, "cdivision": True}
# Products and sums contracted to one operation would be rounded otherwise than NumPy's.
FLAGS = ["/O2"] if os.name == "nt" else ["-O2", "-g0", "-ffp-contract=off"]


class Kernel(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the extension modules beside their sources, from where the wheel takes them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's signature
        """Compile, and say what the wheel holds."""
        if self.target_name == "wheel":
            built = compiled(Path(self.root))
            build_data["artifacts"] += built
            build_data["pure_python"], build_data["infer_tag"] = not built, bool(built)


def compiled(root: Path) -> list[str]:
    """Compile the kernel and return the extension modules that there are then, relative to the root."""
    here = Path.cwd()
    os.chdir(root)
    try:
        if not is_fresh():
            for module in modules():
                module.unlink()
            with tempfile.TemporaryDirectory() as folder:
                build(folder)
        return [module.as_posix() for module in modules()]
    finally:
        os.chdir(here)


def modules() -> list[Path]:
    """Return the extension modules that there are for this Python."""
    return sorted(Path().glob(f"{COMPILED}/*{EXTENSION_SUFFIXES[0]}"))


def sources() -> list[Path]:
    """Return what is compiled."""
    return sorted(Path().glob(f"{COMPILED}/*.pyx"))


def is_fresh() -> bool:
    """Tell whether every source has a module that is newer than all of them: an editable install asks twice."""
    written = max(path.stat().st_mtime for path in (Path("hatch_build.py"), *Path().glob(f"{COMPILED}/*.p[xy][dx]")))
    built = [module.stat().st_mtime for module in modules()]
    return len(built) == len(sources()) and min(built) > written


def build(folder: str) -> None:
    """Run the compilers; what fails is told and left out."""
    extensions = [
        Extension(".".join(path.with_suffix("").parts), [str(path)], language="c++", extra_compile_args=FLAGS)
        for path in sources()
    ]
    distribution = Distribution(
        {"ext_modules": cythonize(extensions, build_dir=folder, compiler_directives=DIRECTIVES, quiet=True)}
    )
    command = build_ext(distribution)
    command.inplace, command.parallel, command.build_temp = True, os.cpu_count(), folder
    command.ensure_finalized()
    for module in command.extensions:
        module.optional = True
    command.run()
