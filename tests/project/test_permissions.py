"""Who on this machine may read what the program writes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.paths import ROOT
from helpers.surveys import building, departures
from helpers.surveys.growing_survey import edit

from reelmaker import permissions
from reelmaker.errors import ProjectError
from reelmaker.project.config import open_project
from reelmaker.publish import elsewhere

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


@pytest.fixture(params=[0o022, 0o000])
def careless(request: pytest.FixtureRequest) -> Iterator[None]:
    """The mask of most systems, and none."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path, *besides: str) -> dict[str, int]:
    """The modes of what the program wrote, links left out."""
    ours = [path for name in ("cache", "reels", ".lock", "library.db", *besides) for path in [folder / name]]
    every = [path for root in ours for path in (root, *root.rglob("*")) if path.exists() and not path.is_symlink()]
    found = {path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in every}
    # fontconfig sets this one itself; the folders around it are closed
    return {name: mode for name, mode in found.items() if not name.endswith("fonts/cache")}


@pytest.mark.slow
def test_what_is_made_is_for_its_owner_and_other_settings_hold_for_what_is_there(
    folder: Path, careless: None, tmp_path: Path
) -> None:
    (folder / "uploads").chmod(0o755)
    uploads = modes(folder, "uploads", "reelmaker.toml")
    for path in (folder / "library.db", folder / "reels" / "checkout" / "quotes.csv"):
        path.chmod(0o644)  # as versions before left them
    (folder / "reels").chmod(0o755)
    edit(folder, "Abandoned baskets", "Lost baskets")
    building.build(folder)
    departures.run(folder, "export", "r1", "--out", str(folder / "export"), "--with-video")
    departures.run(folder, "export", "r1", "--out", str(folder / "export.zip"))
    made = modes(folder, "export", "export.zip")
    assert len(made) > 20 and any(name.startswith("export/originals") for name in made)
    assert {name: oct(mode) for name, mode in made.items() if mode & 0o077} == {}
    assert zipfile.is_zipfile(folder / "export.zip")
    assert uploads.items() <= modes(folder, "uploads", "reelmaker.toml").items() | made.items(), "what is theirs stays"

    toml = folder / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8") + '[privacy]\naccess = "group"\n', "utf-8")
    edit(folder, "Lost baskets", "Full baskets")
    building.build(folder)
    made = modes(folder)
    wrong = {n: oct(m) for n, m in made.items() if m & 0o007 or (m >> 3) & 0o7 != (m >> 6) & 0o7}
    assert len(made) > 20 and wrong == {}

    edit(folder, '"group"', '"owner"')
    building.build(folder)  # nothing to do but that
    assert {name: oct(mode) for name, mode in modes(folder).items() if mode & 0o077} == {}


def test_only_three_words_say_who_may_read(tmp_path: Path) -> None:
    toml = tmp_path / "reelmaker.toml"
    problem = '[problems.a]\nstatement = "a"\nquestion = "b"\n'
    toml.write_text(problem, "utf-8")
    assert open_project(tmp_path).privacy.access == permissions.OWNER
    toml.write_text(problem + '[privacy]\naccess = "system"\n', "utf-8")
    before = os.umask(0o027)
    try:
        with permissions.restricted(open_project(tmp_path).privacy.access):
            (tmp_path / "a").write_text("", "utf-8")
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
        with permissions.restricted():
            (tmp_path / "b").mkdir()
        assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o700
        (tmp_path / "c").write_text("", "utf-8")
        assert stat.S_IMODE((tmp_path / "c").stat().st_mode) == 0o640, "the mask is given back"
    finally:
        os.umask(before)
    toml.write_text(problem + '[privacy]\naccess = "everyone"\n', "utf-8")
    with pytest.raises(ProjectError, match="owner, group, system"):
        open_project(tmp_path)


def test_modes_are_corrected_without_following_links(tmp_path: Path) -> None:
    outside, root, sign = tmp_path / "outside", tmp_path / "root", tmp_path / "library.db"
    outside.write_text("", "utf-8")
    outside.chmod(0o644)
    sign.write_text("", "utf-8")
    (root / "deep").mkdir(parents=True)
    (root / "deep" / "file").write_text("", "utf-8")
    (root / "link").symlink_to(outside)
    for path in (root, root / "deep"):
        path.chmod(0o755)
    permissions.correct(sign, [root], permissions.OWNER)
    found = [stat.S_IMODE(path.stat().st_mode) for path in (outside, sign, root, root / "deep", root / "deep" / "file")]
    assert found == [0o644, 0o600, 0o700, 0o700, 0o600]
    permissions.correct(sign, [root], permissions.SYSTEM)
    permissions.correct(sign, [root], permissions.GROUP)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (root, root / "deep" / "file")] == [0o770, 0o660]


KILLED = """
import os, signal, sys
from pathlib import Path
from reelmaker.privacy import access_package
from reelmaker.project.config import open_project
access_package._originals = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
document = {"answers": [], "respondents": [], "project": "x", "made": "2026-11-01T10:00:00", "asked": "r1", "rows": [],
            "other_files": [], "fetched": [], "used": [], "decisions": [], "corrections": [], "schema": "", "judged_for": []}
access_package.write(open_project(Path(sys.argv[1])), document, Path(sys.argv[2]) / "export", [Path("x")])
"""


def test_a_killed_export_leaves_nothing_of_the_customer_after_the_next_start(tmp_path: Path) -> None:
    folder, out = tmp_path / "survey", tmp_path / "desktop"
    out.mkdir()
    (folder / "uploads").mkdir(parents=True)
    (folder / "reelmaker.toml").write_text('[problems.a]\nstatement = "a"\nquestion = "b"\n', "utf-8")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    done = subprocess.run([sys.executable, "-c", KILLED, folder, out], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert [path.name for path in out.iterdir()] == [".export.part"], "this is what a kill leaves"
    assert stat.S_IMODE((out / ".export.part").stat().st_mode) == 0o700
    project = open_project(folder)
    (out / ".other.part").mkdir()
    elsewhere.sweep(project)
    assert [path.name for path in out.iterdir()] == [".other.part"], "only what was noted goes"
    assert list(temporary.iterdir()) == []


def test_an_export_that_is_under_way_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / "reelmaker.toml").write_text('[problems.a]\nstatement = "a"\nquestion = "b"\n', "utf-8")
    project = open_project(tmp_path)
    staging = tmp_path / ".x.part"
    with elsewhere.noted(project, staging):
        staging.mkdir()
        elsewhere.sweep(project)
        assert staging.is_dir()
    note = project.cache / elsewhere.FOLDER / "1.json"
    note.write_text('{"place": "/etc", "pid": 999999999, "host": "x"}', "utf-8")
    elsewhere.sweep(project)
    assert note.is_file(), "another machine's"
    assert not list((project.cache / elsewhere.FOLDER).glob(f"{os.getpid()}*"))
