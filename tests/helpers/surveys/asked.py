"""A survey of customers whose answers say plainly whether they are about the problem, heard but not built, for audits."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from helpers.surveys.small_survey import TOML, captions
from reelmaker import analysis
from reelmaker.cli.app import main
from reelmaker.model import Moment
from reelmaker.project.config import Project, open_project
from reelmaker.project.library import Library
from reelmaker.project.session import Session
from reelmaker.review import search
from reelmaker.select.decisions import stage as decisions_stage

ABOUT = ["I bought a lamp.", "My card was refused at the payment page.", "The lamp is nice."]
MISSED = ["Hello to you all.", "I could not get my money over to you.", "That is all."]
OTHER = ["I like cats.", "My cat likes boxes.", "Boxes are fine."]


def add(folder: Path, video: Path, name: str, sayings: Sequence[str]) -> None:
    """One more answer: the same picture, but another file, as a free box with the name follows it."""
    path = folder / "uploads" / f"{name}.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    box = f"{name}\n".encode()
    path.write_bytes(video.read_bytes() + struct.pack(">I4s", 8 + len(box), b"free") + box)
    path.with_suffix(".vtt").write_text(captions(list(sayings)), "utf-8")


def heard(folder: Path) -> Path:
    """The project with everything taken in, heard and judged."""
    search.moments(folder)
    return folder


def made(folder: Path, video: Path, about: int = 4, missed: int = 1, other: int = 7) -> Path:
    folder.mkdir(parents=True)
    (folder / "reelmaker.toml").write_text(TOML, "utf-8")
    for name, many, sayings in (("about", about, ABOUT), ("missed", missed, MISSED), ("other", other, OTHER)):
        for number in range(many):
            add(folder, video, f"{name}{number}", sayings)
    return heard(folder)


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to))


class Desk:
    """A project's library, open, with the survey as it is known now."""

    def __init__(self, folder: Path) -> None:
        self.project: Project = open_project(folder)
        self.problem = self.project.problems["checkout"]
        self.library: Library = Library(self.project.library)
        self.look()

    def look(self) -> None:
        self.survey = analysis.known(Session(self.project, self.library, stores=False))
        self.moments: list[Moment] = decisions_stage.judge(
            Session(self.project, self.library, stores=False), self.survey, list(self.project.problems.values())
        )

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.library.close()

    def truth(self, answers: Sequence[str]) -> bool:
        """Whether a customer with these answers is about the problem, by the name of the files."""
        return any(self.survey.responses[a].file.startswith(("about", "missed")) for a in answers)


def run(folder: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["audit", "--project", str(folder), "--problem", "checkout", *words], typed)


def told(folder: Path, *words: str, typed: str = "") -> dict[str, Any]:
    """What `--json` says."""
    done = run(folder, "--json", *words, typed=typed)
    assert done.exit_code == 0, done.output
    result: dict[str, Any] = json.loads(done.stdout)["audit"]
    return result


def truthful(folder: Path, many: int | None = None) -> str:
    """What somebody types who knows the truth, for as many customers as are waiting."""
    from reelmaker.review import audit

    with Desk(folder) as desk:
        audit.draw(desk.project, desk.library, desk.survey, desk.moments, desk.problem, many)
        waiting = audit.waiting(desk.library, desk.survey, desk.problem)
        return "".join("y\n" if desk.truth(customer.answers) else "n\n" for customer in waiting)
