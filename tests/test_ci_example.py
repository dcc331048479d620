"""The script of examples/ci, run on a repository with two commits."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from maskgen.starters import starter

RECIPE = Path(__file__).parents[1] / "examples" / "ci"
SCRIPT = RECIPE / "masks.sh"
SMALL = (
    ("rectangle: [100 mm, 100 mm]", "rectangle: [40 mm, 40 mm]"),
    ("columns: fit, rows: fit", "columns: 1, rows: 1"),
)
WIDER = "size: 800", "size: 810"


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
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(SCRIPT.parents[2]),
        "MASKGEN": str(tmp_path / "maskgen"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }

    def run(*command, within=".", **changes):
        return subprocess.run(
            command, cwd=tmp_path / within, env=environment | changes, capture_output=True, text=True, check=False
        )

    (tmp_path / "specs" / "a.yaml").write_text(replaced(starter("shield-can-mandrel"), *SMALL))
    for command in (("init", "-q", "-b", "main"), ("add", "specs"), ("commit", "-qm", "one")):
        assert run("git", *command).returncode == 0
    return tmp_path, run


def test_a_changed_opening_is_told(repository):
    folder, run = repository
    spec = folder / "specs" / "a.yaml"
    spec.write_text(replaced(spec.read_text(), WIDER))
    run("git", "commit", "-qam", "two")
    found = run(SCRIPT, "diff", "main~1")
    told = dict(re.findall(r"new/a/masks/shield-can_(\w+)\.gds: (.*)", found.stdout))

    assert (found.returncode, found.stderr) == (1, "")
    assert told["PLATE_BLOCK"] == "1 of 1 layers differ, in 1 place"
    assert told["SEVER"] == "equal, 1 layer"
    assert {path.stem for path in (folder / "reports").iterdir()} == {f"a_shield-can_{name}" for name in told}
    assert run("git", "worktree", "list").stdout.count("\n") == 1
    for path in (folder / "reports").iterdir():
        text, mask = path.read_text(encoding="utf-8"), f"a/masks/{path.stem.removeprefix('a_')}.gds"
        assert f"<p>new/{mask} compared with old/{mask}, cell " in text
        assert tempfile.gettempdir() not in text
    assert tempfile.gettempdir() not in found.stdout


def test_rules_are_checked(repository):
    folder, run = repository
    clean = run(SCRIPT, "check")
    spec = folder / "specs" / "a.yaml"
    spec.write_text(replaced(starter("etched-recess-mold"), *SMALL, ("recess_depth: 30", "recess_depth: 10")))
    broken = run(SCRIPT, "check", "specs/a.yaml")

    assert clean.returncode == 0
    assert (folder / "reports" / "a.junit.xml").exists()
    assert broken.returncode == 1
    assert '"uri": "specs/a.yaml"' in (folder / "reports" / "a.sarif").read_text()


def test_a_spec_that_is_gone_is_told(repository):
    folder, run = repository
    (folder / "specs" / "a.yaml").unlink()
    expected = 1, "specs/a.yaml: gone, main has it\n", ""

    for named in ((), ("specs/a.yaml",)):
        found = run(SCRIPT, "diff", "main", *named)
        assert (found.returncode, found.stdout, found.stderr) == expected


def test_specs_may_stand_in_a_folder_of_the_repository(repository):
    folder, run = repository
    (folder / "chips").mkdir()
    assert run("git", "mv", "specs", "chips/specs").returncode == 0
    assert run("git", "commit", "-qm", "two").returncode == 0
    (folder / "chips" / "specs" / "a.yaml").unlink()
    found = run(SCRIPT, "diff", "main", within="chips")

    assert (found.returncode, found.stdout, found.stderr) == (1, "specs/a.yaml: gone, main has it\n", "")


def test_a_new_spec_is_told_once_it_is_known_to_be_sound(repository):
    folder, run = repository
    spec = folder / "specs" / "b.yaml"
    spec.write_text((folder / "specs" / "a.yaml").read_text())
    sound = run(SCRIPT, "diff", "main", "specs/b.yaml")
    spec.write_text("system: nothing\n")
    broken = run(SCRIPT, "diff", "main", "specs/b.yaml")

    assert (sound.returncode, sound.stdout, sound.stderr) == (1, "specs/b.yaml: new, not in main\n", "")
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.startswith("specs/b.yaml:1:1: system: unknown system 'nothing', known: ")
    assert broken.stderr.endswith("\nspecs/b.yaml: cannot be built\n")


def test_a_spec_that_was_broken_is_told_by_its_own_path(repository):
    folder, run = repository
    spec = folder / "specs" / "a.yaml"
    sound = spec.read_text()
    spec.write_text("system: nothing\n")
    run("git", "commit", "-qam", "two")
    spec.write_text(sound)
    found = run(SCRIPT, "diff", "main")

    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("specs/a.yaml:1:1: system: unknown system 'nothing', known: ")
    assert found.stderr.endswith("\nspecs/a.yaml: cannot be built as it is in main\n")


@pytest.mark.parametrize(
    ("arguments", "changes", "said"),
    [
        pytest.param(("check",), {"SPECS": "spec/*.yaml"}, "masks.sh: no spec is called spec/*.yaml", id="no spec"),
        pytest.param(
            ("diff", "main"),
            {"SPECS": "spec/*.yaml"},
            "masks.sh: no spec is called spec/*.yaml, neither here nor in main",
            id="no spec in either",
        ),
        pytest.param(
            ("check", "specs/b.yaml"), {}, "specs/b.yaml: cannot read: No such file or directory", id="check no such"
        ),
        pytest.param(("diff", "main", "specs/b.yaml"), {}, "specs/b.yaml: is neither here nor in main", id="no such"),
        pytest.param(
            ("diff", "main", "/a.yaml"), {}, "/a.yaml: is to be given relative to this folder", id="absolute path"
        ),
        pytest.param(("diff",), {}, "masks.sh: diff needs the commit to compare with", id="no base"),
        pytest.param(("diff", ""), {}, "masks.sh: diff needs the commit to compare with", id="empty base"),
        pytest.param(
            ("diff", "origin/main"),
            {},
            "masks.sh: there is no commit origin/main here; git fetch brings it",
            id="no such commit",
        ),
        pytest.param(
            ("check",),
            {"MASKGEN": "./gone"},
            "masks.sh: ./gone: there is no such command; "
            "pip install -r ci/requirements.txt, or set MASKGEN to its path",
            id="no program",
        ),
    ],
)
def test_what_cannot_be_done_is_2_and_said(repository, arguments, changes, said):
    _, run = repository
    found = run(SCRIPT, *arguments, **changes)

    assert (found.returncode, found.stderr) == (2, f"{said}\n")


@pytest.mark.parametrize("arguments", [(), ("checks",)])
def test_usage_is_2(repository, arguments):
    folder, run = repository
    found = run(SCRIPT, *arguments)

    assert (found.returncode, found.stdout) == (2, "")
    assert "masks.sh diff BASE [SPEC...]" in found.stderr
    assert not (folder / "reports").exists()


@pytest.mark.parametrize("end", ["exit 0", "exit 1", "exit 3", "kill -9 $$"])
@pytest.mark.parametrize("arguments", [("check",), ("diff", "main")])
def test_a_program_that_ends_before_its_reports_has_found_nothing(repository, arguments, end):
    folder, run = repository
    (folder / "maskgen").write_text(f"#!/bin/sh\n{end}\n")
    (folder / "reports").mkdir()
    (folder / "reports" / "a.sarif").write_text("of an earlier run")

    assert run(SCRIPT, *arguments, MASKGEN="./maskgen").returncode == 2
    assert not (folder / "reports" / "a.sarif").exists() or arguments[0] == "diff"


def test_the_recipe_runs_word_for_word(repository):
    folder, run = repository
    project = folder / "project"
    (project / "examples" / "ci").mkdir(parents=True)
    for path in RECIPE.iterdir():
        (project / "examples" / "ci" / path.name).write_bytes(path.read_bytes())
    (project / "examples" / "ci" / "masks.sh").chmod(0o755)
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "recipe")):
        assert run("git", *command, within="project").returncode == 0
    commit = run("git", "rev-parse", "HEAD", within="project").stdout.strip()
    block = re.search(r"```sh\n(from=.*?)```", (RECIPE / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1]
    lines = block.replace(block.splitlines()[0].split()[0], f"from={project.as_uri()}", 1)
    done = run("bash", "-euc", lines)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for name, copied in (
        ("masks.sh", "ci/masks.sh"),
        ("pre-commit-config.yaml", ".pre-commit-config.yaml"),
        ("workflow.yml", ".github/workflows/masks.yml"),
    ):
        assert (folder / copied).read_bytes() == (RECIPE / name).read_bytes()
    assert (folder / "ci" / "requirements.txt").read_text() == f"git+{project.as_uri()}@{commit}\n"
    assert run("ci/masks.sh", "diff", "main", "specs/b.yaml").returncode == 2
    assert not (folder / ".maskgen").exists()


def test_the_program_comes_from_one_place():
    said = "".join(path.read_text(encoding="utf-8") for path in RECIPE.iterdir())
    installed = re.findall(r"pip install (.*?)(?: pre-commit)?[`,;\n]", said)

    assert set(installed) == {"-r ci/requirements.txt"}
    assert len(installed) == 4
    assert "additional_dependencies" not in said
