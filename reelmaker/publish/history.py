"""The builds of each reel: listing them, restoring one, and purging those that may not be kept.

In: a project. Out: a list of builds; a reel's folder restored from an earlier build.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model.survey import Survey
from reelmaker.outputs.manifest import SCHEMA
from reelmaker.progress import Progress, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import Session, look_into, open_session
from reelmaker.publish import archive, comparison, swap
from reelmaker.publish import changes as publish_changes
from reelmaker.publish.changes import Changes
from reelmaker.redaction import stage as redaction_stage

DRAFT = ".draft"
QUOTED = ("came_in", "went_out", "reworded")


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a reel. `current`: it is the one in the reel's folder."""

    reel: str
    number: int
    built: str  # ISO 8601
    current: bool
    clips: int
    duration_ms: int
    folder: Path
    changes: Mapping[str, Any]  # as its manifest has them


def listed(project: Project, problems: Iterable[str] = ()) -> list[Build]:
    """Every build, reel by reel, newest first. `problems`: those of one reel; none: all reels.

    Raises:
        ProjectError: nothing has been built yet, or there is no such reel.
    """
    with look_into(project) as session:
        return _listed(project, session.library, problems)


def _listed(project: Project, library: Library, problems: Iterable[str]) -> list[Build]:
    rows = {name: row for name, row in library.reels().items() if not name.endswith(DRAFT)}
    there = sorted({*rows, *archive.names(project.reels)})
    name = "+".join(dict.fromkeys(problems))
    if name and name not in there:
        raise ProjectError(
            f'{project.folder}: there is no reel "{name}".',
            f"There are: {', '.join(there)}." if there else "Build one first.",
        )
    found = []
    words = project.redact.words
    for reel in [name] if name else there:
        builds = {
            one.number: _build(reel, one.number, one.row, False, one.folder, one.manifest(), words)
            for one in archive.kept(project.reels, reel)
        }
        manifest = comparison.before(project.reels / reel, None).manifest
        if reel in rows and manifest:
            number = rows[reel].get("number", 1)
            builds[number] = _build(reel, number, rows[reel], True, project.reels / reel, manifest, words)
        found += [builds[number] for number in sorted(builds, reverse=True)]
    return found


def _build(
    reel: str,
    number: int,
    row: Mapping[str, Any],
    current: bool,
    folder: Path,
    manifest: Mapping[str, Any],
    words: Sequence[str],
) -> Build:
    """`words`: what is redacted now; a build made without that is listed without its quotes."""
    clips = len(publish_changes.clips_of(manifest))
    length = int(manifest.get("reel", {}).get("duration_ms", 0))
    changes = manifest.get("changes") or Changes(number, "").document()
    if not set(words) <= set(manifest.get("reel", {}).get("redacted", ())):
        changes = {key: [_wordless(one) for one in told] if key in QUOTED else told for key, told in changes.items()}
    return Build(reel, number, str(row.get("built", "")), current, clips, length, folder, changes)


def _wordless(quote: Mapping[str, Any]) -> dict[str, Any]:
    """An added or removed quote without its words, and without reasons that quote others."""
    return {key: value for key, value in quote.items() if key not in ("quote", "why")} | {"why": "hidden: see [redact]"}


def document(project: Project, builds: Iterable[Build]) -> dict[str, Any]:
    """The builds as `history --json` prints them."""
    return {
        "schema": SCHEMA,
        "kind": "history",
        "project": {"name": project.name, "language": project.language or "auto"},
        "problems": [],
        "items": [],
        "moments": [],
        "builds": [
            {
                "reel": one.reel,
                "number": one.number,
                "built": one.built,
                "current": one.current,
                "clips": one.clips,
                "duration_ms": one.duration_ms,
                "files": one.folder.relative_to(project.folder).as_posix(),
                "changes": dict(one.changes),
            }
            for one in builds
        ],
    }


def restore(project: Project, problems: Iterable[str], number: int, report: Progress | None = None) -> Build:
    """Put an earlier build into the reel's folder, each file atomically; the current build is archived instead.

    The next build leaves it alone as long as it would produce what was there before; once something changes, it makes
    the reel anew.

    Raises:
        ProjectError: no such build, it is damaged, or it contains an answer that may no longer be shown.
        AnotherBuild: a build is running.
    """
    with open_session(project, report or Silent()) as session:
        library = session.library
        swap.finish(session)
        builds = _listed(project, library, problems)
        name = _one_reel(project, builds)
        kept = next((one for one in archive.kept(project.reels, name) if one.number == number), None)
        if kept is None:
            numbers = ", ".join(str(one.number) for one in builds if not one.current)
            raise ProjectError(
                f"{name}: there is no build {number} to restore.",
                f"There are: {numbers}." if numbers else "No earlier builds are kept.",
            )
        survey = analysis.known(session)
        if comparison.unusable(project, library, survey, kept.manifest()):
            raise ProjectError(
                f"{name}: build {number} shows an answer that may no longer be used, or a face that must now be blurred.",
                "It cannot be restored; the next build deletes it.",
            )
        if redaction_stage.shows(survey, kept.manifest()):
            raise ProjectError(
                f"{name}: build {number} contains what [redact] now removes.",
                "It can only be restored without that setting.",
            )
        files = kept.row["files"]
        if not swap.is_whole(kept.folder, files):
            raise ProjectError(f"{kept.folder}: files of this build are missing or damaged.", "Restore another build.")
        folder, row = project.reels / name, library.reel(name)
        lies = comparison.before(folder, row).manifest
        keep = row is not None and swap.is_whole(folder, row["files"])
        keep = keep and not comparison.unusable(project, library, survey, lies)
        when = clock_skew.now()
        with swap.aside(project.cache, name) as aside:
            for file in files:
                (aside / file).parent.mkdir(parents=True, exist_ok=True)
                archive.link(kept.folder / file, aside / file)
            back = {**kept.row, "key": row["key"] if row else "", "restored": when}
            swap.replace(project, library, name, aside, back, keep=keep, back=number)
        return next(one for one in _listed(project, library, [name]) if one.current)


def _one_reel(project: Project, builds: Iterable[Build]) -> str:
    names = list(dict.fromkeys(build.reel for build in builds))
    if len(names) != 1:
        raise ProjectError(
            f"{project.folder}: which reel?",
            f"Name it with --problem: {', '.join(names)}." if names else "Build one first.",
        )
    return names[0]


def unredacted(project: Project, survey: Survey) -> list[str]:
    """The archived builds that contain what `[redact]` now removes."""
    if not project.redact.words:
        return []
    return [
        f"{one.name} {one.number}"
        for name in archive.names(project.reels)
        for one in archive.kept(project.reels, name)
        if redaction_stage.shows(survey, one.manifest())
    ]


def purge(session: Session, survey: Survey) -> None:
    """Take away the kept builds that show somebody who withdrew, or whose file is no longer among the uploads."""
    project, library = session.project, session.library
    gone = archive.purge(project.reels, lambda manifest: comparison.unusable(project, library, survey, manifest))
    if gone:
        names = ", ".join(f"{one.name} {one.number}" for one in gone)
        session.progress.info(
            f"Earlier builds were deleted ({names}): they showed answers that may no longer be used, or faces that must now be blurred."
        )
