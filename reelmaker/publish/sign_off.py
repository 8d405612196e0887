"""Signs off the current build of a reel, and takes a sign-off back.

In: the reel and a person's name. Out: a row of the library, stated in the build's manifest.json and on its page. It
belongs to that build: when the reel is built anew, it rests.
"""

from __future__ import annotations

from collections.abc import Iterable

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model.approval import Approval
from reelmaker.progress import Progress, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.session import Session, open_session
from reelmaker.publish import approvals, archive, consent_check, history, swap
from reelmaker.redaction import stage as redaction_stage
from reelmaker.text.cleaning import clean_line

LONGEST_NAME = 100  # characters


def approve(project: Project, problems: Iterable[str], name: str, report: Progress | None = None) -> Approval:
    """Record that this person approves the current build of a reel; once for each name.

    Raises:
        ProjectError: no name, no such reel, files are missing, or it shows what may no longer be shown.
        AnotherBuild: a build is running.
    """
    person = clean_line(name)
    if not person or len(person) > LONGEST_NAME:
        raise ProjectError(
            f"A sign-off needs a name of 1 to {LONGEST_NAME} characters.", "Write who approves this build."
        )
    with open_session(project, report or Silent()) as session:
        reel = _ready(session, problems)
        row = session.library.reel(reel) or {}
        holding = approvals.of_build(session.library, reel, row)
        approval = next((one for one in holding if one.name == person), None)
        if approval is None:
            new = Approval(0, reel, int(row.get("number", 1)), str(row.get("built", "")), person, clock_skew.now())
            approval = session.library.approvals().store(new)
        _state(session, reel)
        return approval


def withdraw(project: Project, number: int, report: Progress | None = None) -> Approval:
    """Take a sign-off back; its row stays.

    Raises:
        ProjectError: there is no such sign-off, or it was taken back already.
        AnotherBuild: a build is running.
    """
    with open_session(project, report or Silent()) as session:
        rows = session.library.approvals()
        approval = next((one for one in rows.all() if one.number == number), None)
        if approval is None or approval.withdrawn:
            raise ProjectError(
                f"There is no sign-off {number} to take back.", "`reelmaker history` lists them with their numbers."
            )
        swap.finish(session)
        rows.withdraw(number, clock_skew.now())
        row = session.library.reel(approval.reel)
        if row and swap.is_complete(project.reels / approval.reel, row["files"]):
            _state(session, approval.reel)
        return approval


def _ready(session: Session, problems: Iterable[str]) -> str:
    """The reel whose current build can be approved."""
    project, library = session.project, session.library
    swap.check_folders(project, project.reels)
    swap.finish(session)
    reel = history.one_reel(project, history.builds(project, library, problems))
    row, document = library.reel(reel), archive.document(project.reels / reel)
    if row is None or document is None or not swap.is_complete(project.reels / reel, row["files"]):
        raise ProjectError(f"{reel}: files of its current build are missing.", "Build it again, and watch it.")
    survey = analysis.known(session)
    if consent_check.unusable(project, library, survey, document):
        raise ProjectError(
            f"{reel}: it shows an answer that may no longer be used, or a face that must now be blurred.",
            "Build it again, and watch it.",
        )
    if redaction_stage.shows(survey, document):
        raise ProjectError(f"{reel}: it contains what [redact] now removes.", "Build it again, and watch it.")
    return reel


def _state(session: Session, reel: str) -> None:
    if not approvals.restate(session.project, session.library, reel):
        session.warn(f"{reel}: its page is of an older version and cannot state the sign-off; the manifest does.")
