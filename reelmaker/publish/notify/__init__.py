"""The message to the recipients in `[notify]` when a reel changed: counts and local paths, quotes only if enabled."""

from __future__ import annotations

from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.model import Reel
from reelmaker.model.moment_ids import clock
from reelmaker.progress import Progress
from reelmaker.project.config import FILE, Project
from reelmaker.publish import changes as publish_changes
from reelmaker.publish.changes import Changes

SCHEMA = "reelmaker-notice/1"


def check(project: Project) -> None:
    """Check the settings before any work.

    Raises:
        ProjectError: there are no recipients.
    """
    if not project.notify.anybody:
        raise ProjectError(
            f"{project.folder / FILE}: [notify] has no recipients.", "Set webhook, email_to or command in [notify]."
        )


def tell(project: Project, reel: Reel, changes: Changes, report: Progress) -> None:
    """Send the message if something changed; an unreachable recipient is a warning, never an error."""
    if changes.since and not (changes.seen or changes.settings):
        return
    from reelmaker.publish.notify import delivery

    for line in delivery.send(project.notify, message(project, reel, changes), project.folder):
        report.warn(line)


def message(project: Project, reel: Reel, changes: Changes) -> dict[str, Any]:
    """The message: plain values for JSON, with a subject and a text for people."""
    assert reel.folder is not None
    paths = {"folder": str(reel.folder), "video": str(reel.folder / "reel.mp4")}
    for key, name in (("page", "index.html"), ("changes", "changes.md")):
        if (reel.folder / name).is_file():
            paths[key] = str(reel.folder / name)
    counts = changes.document()["counts"]
    quotes: dict[str, Any] = {}
    if project.notify.quotes:
        quotes = {name: changes.document()[name] for name in ("came_in", "went_out")}
        for quote in (*quotes["came_in"], *quotes["went_out"]):
            quote.pop("response", None)
    is_first = not changes.since
    subject = f"{project.name}: the reel “{reel.folder.name}” {'is ready' if is_first else 'changed'}"
    return {
        "schema": SCHEMA,
        "survey": project.name,
        "reel": reel.folder.name,
        "build": changes.build,
        "first": is_first,
        "counts": counts,
        "quotes": len(reel.clips),
        "duration_ms": reel.duration_ms,
        "in": len(changes.came_in),
        "out": len(changes.went_out),
        "paths": paths,
        "subject": subject,
        "text": "\n".join([f"{subject}.", *_lines(reel, changes), *_words(quotes), *_places(paths)]),
        **({"told": quotes} if quotes else {}),
    }


def _lines(reel: Reel, changes: Changes) -> list[str]:
    lines = [
        f"{changed.statement}: {publish_changes.count_words(changed)} customers spoke of this."
        for changed in changes.counts
    ]
    summary = f"{len(reel.clips)} quotes in {clock(reel.duration_ms)}"
    if not changes.since:
        return [*lines, f"{summary}."]
    changed = f"{len(changes.came_in)} added, {len(changes.went_out)} removed"
    settings = "; settings changed" if changes.settings else ""
    return [*lines, f"{summary}: {changed}{settings}."]


def _words(quotes: dict[str, Any]) -> list[str]:
    return [
        f"{sign} “{quote['quote']}” ({quote['label']}): {quote['why']}"
        for name, sign in (("came_in", "+"), ("went_out", "−"))
        for quote in quotes.get(name, ())
        if quote.get("quote")
    ]


def _places(paths: dict[str, str]) -> list[str]:
    names = {"video": "Reel", "page": "Page", "changes": "What changed"}
    return [f"{name}: {paths[key]}" for key, name in names.items() if key in paths]
