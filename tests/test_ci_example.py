"""The script of examples/ci, run on a repository with two commits."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from maskgen.starters import starter

SCRIPT = Path(__file__).parents[1] / "examples" / "ci" / "masks.sh"
SMALL = (
    ("rectangle: [100 mm, 100 mm]", "rectangle: [40 mm, 40 mm]"),
    ("columns: fit, rows: fit", "columns: 1, rows: 1"),
)
WIDER = "size: [300, 450], shape: rounded", "size: [310, 450], shape: rounded"


def replaced(text, *changes):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
def repository(tmp_path):
    """Return a folder under git with one spec, committed, and a function that runs a command there."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "maskgen").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m maskgen.cli "$@"\n')
    (tmp_path / "maskgen").chmod(0o755)
    root = str(SCRIPT.parents[2])
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": root,
        "MASKGEN": str(tmp_path / "maskgen"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }

    def run(*command):
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    (tmp_path / "specs" / "a.yaml").write_text(replaced(starter("etched-recess-mold"), *SMALL))
    for command in (("init", "-q", "-b", "main"), ("add", "specs"), ("commit", "-qm", "one")):
        assert run("git", *command).returncode == 0
    return tmp_path, run


def test_a_changed_pad_is_told(repository):
    folder, run = repository
    spec = folder / "specs" / "a.yaml"
    spec.write_text(replaced(spec.read_text(), WIDER))
    run("git", "commit", "-qam", "two")
    found = run(SCRIPT, "diff", "main~1")
    told = dict(re.findall(r"new/masks/qfn16_(\w+)\.gds: (.*)", found.stdout))

    assert (found.returncode, found.stderr) == (1, "")
    assert told["FIRST_MASK"].startswith("1 of 1 layers differ, in ")
    assert told["SEVER"] == "equal, 1 layer"
    assert {path.stem for path in (folder / "reports").iterdir()} == {f"a_qfn16_{name}" for name in told}
    assert run("git", "worktree", "list").stdout.count("\n") == 1


def test_rules_are_checked(repository):
    folder, run = repository
    clean = run(SCRIPT, "check")
    spec = folder / "specs" / "a.yaml"
    spec.write_text(replaced(spec.read_text(), ("recess_depth: 30", "recess_depth: 10")))
    broken = run(SCRIPT, "check", "specs/a.yaml")

    assert clean.returncode == 0
    assert (folder / "reports" / "a.junit.xml").exists()
    assert broken.returncode == 1
    assert '"uri": "specs/a.yaml"' in (folder / "reports" / "a.sarif").read_text()


def test_what_cannot_be_done_is_2(repository):
    folder, run = repository
    (folder / "specs" / "a.yaml").write_text("system: nothing\n")

    assert run(SCRIPT, "diff", "main").returncode == 2
    assert run(SCRIPT, "check").returncode == 2
    assert run(SCRIPT, "diff", "no-such-commit").returncode == 2
    assert run(SCRIPT).returncode == 2
