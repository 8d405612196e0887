"""The sign-offs of a build, stated in its manifest.json and on its page.

The library says who approved which build; the files say it too, and are replaced atomically as a build's are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reelmaker.model.approval import Approval
from reelmaker.model.consent import EXTERNAL
from reelmaker.outputs import manifest, page
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.publish import archive, swap

PAGE = "index.html"


def of_build(library: Library, reel: str, row: Mapping[str, Any]) -> list[Approval]:
    """The sign-offs that hold for a build, as the library's row of the reel describes it."""
    number, built = int(row.get("number", 1)), str(row.get("built", ""))
    return [approval for approval in library.approvals().all() if approval.of(reel, number, built)]


def state(document: dict[str, Any], approvals: Sequence[Approval]) -> str:
    """Put the sign-offs into a build's manifest; gives the sentence for its page, "" for none.

    Outsiders are not told the names of colleagues.
    """
    external = document["reel"].get("audience") == EXTERNAL
    document["reel"].pop("approved", None)
    if approvals:
        document["reel"]["approved"] = entries(approvals, external)
    return sentence(approvals, external)


def entries(approvals: Sequence[Approval], external: bool = False) -> list[dict[str, str]]:
    """As manifest.json has them; without names in what outsiders get."""
    return [{"name": "" if external else approval.name, "made": approval.made} for approval in approvals]


def sentence(approvals: Sequence[Approval], external: bool = False) -> str:
    """As the page states them; "" for none. Outsiders are not told the names of colleagues."""
    days = [_day(approval.made) for approval in approvals]
    if external:
        return f"Approved on {days[-1]}." if days else ""
    named = [f"{approval.name} on {day}" for approval, day in zip(approvals, days, strict=True)]
    return f"Approved by {', '.join(named)}." if named else ""


def restate(project: Project, library: Library, reel: str) -> bool:
    """Make the files of the current build say what the library says; False where its page cannot, as it is older.

    The caller must hold the project's lock, and have seen that the files are complete.
    """
    row, folder = library.reel(reel), project.reels / reel
    if row is None:
        return True
    approvals = of_build(library, reel, row)
    texts, stated = _texts(folder, row, approvals)
    if not texts:
        return stated
    with swap.staging_folder(project.cache, reel) as staging:
        archive.link_all(folder, staging, [file for file in row["files"] if file not in texts])
        for file, text in texts.items():
            (staging / file).write_text(text, "utf-8", newline="\n")
        sizes = {**row["files"], **{file: (staging / file).stat().st_size for file in texts}}
        swap.replace(project, library, reel, staging, {**row, "files": sizes}, keep=False)
    return stated


def _texts(folder: Any, row: Mapping[str, Any], approvals: Sequence[Approval]) -> tuple[dict[str, str], bool]:
    """The files that have to change, with their new texts; and whether the page, if there is one, can say it."""
    texts = {}
    old = (folder / archive.MANIFEST).read_text("utf-8")
    document = json.loads(old)
    words = state(document, approvals)
    if (new := manifest.text(document)) != old:
        texts[archive.MANIFEST] = new
    if PAGE not in row["files"]:
        return texts, True
    old = (folder / PAGE).read_text("utf-8")
    stated = page.approved(old, words)
    if stated and stated != old:
        texts[PAGE] = stated
    return texts, bool(stated) or not approvals


def _day(made: str) -> str:
    day = datetime.fromisoformat(made)
    return f"{day.day} {day:%B %Y}"
