"""The builds of each reel: listing them, restoring one, and purging those that may not be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model import Span
from reelmaker.model.approval import Approval
from reelmaker.model.survey import Survey
from reelmaker.outputs.manifest import SCHEMA
from reelmaker.progress import Progress, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import Session, look_into, open_session
from reelmaker.publish import approvals as publish_approvals
from reelmaker.publish import archive, comparison, consent_check, swap
from reelmaker.publish import changes as publish_changes
from reelmaker.publish.changes import Changes
from reelmaker.redaction import stage as redaction_stage
from reelmaker.select.decisions import verdicts

DRAFT = ".draft"
UNDONE = {"drop": "dropped", "hide": "hidden", "trim": "trimmed", "strike": "cut shorter"}
QUOTED = ("came_in", "went_out", "reworded")
WORDLESS = "hidden: see [redact]"  # in place of words that are redacted now


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
    approvals: tuple[Approval, ...] = ()  # those that were not taken back


def listed(project: Project, problems: Iterable[str] = ()) -> list[Build]:
    """Every build, reel by reel, newest first. `problems`: those of one reel; none: all reels.

    Raises:
        ProjectError: nothing has been built yet, or there is no such reel.
    """
    with look_into(project) as session:
        return builds(project, session.library, problems)


def builds(project: Project, library: Library, problems: Iterable[str]) -> list[Build]:
    """The builds that `listed` lists, from an open library."""
    rows = {name: row for name, row in library.reels().items() if not name.endswith(DRAFT)}
    names = sorted({*rows, *archive.names(project.reels)})
    name = "+".join(dict.fromkeys(problems))
    if name and name not in names:
        raise ProjectError(
            f'{project.folder}: there is no reel "{name}".',
            f"There are: {', '.join(names)}." if names else "Build one first.",
        )
    builds_listed = []
    words, approvals = project.redact.words, library.approvals().all()
    for reel in [name] if name else names:
        by_number = {
            archived.number: _build(
                reel, archived.number, archived.row, False, archived.folder, archived.manifest(), words, approvals
            )
            for archived in archive.builds(project.reels, reel)
        }
        manifest = comparison.before(project.reels / reel, None).manifest
        if reel in rows and manifest:
            number = rows[reel].get("number", 1)
            by_number[number] = _build(reel, number, rows[reel], True, project.reels / reel, manifest, words, approvals)
        builds_listed += [by_number[number] for number in sorted(by_number, reverse=True)]
    return builds_listed


def _build(
    reel: str,
    number: int,
    row: Mapping[str, Any],
    current: bool,
    folder: Path,
    manifest: Mapping[str, Any],
    words: Sequence[str],
    approvals: Sequence[Approval],
) -> Build:
    """Describe one build.

    Args:
        words: the kinds of PII that are redacted now; a build made without redacting them is listed without its
            quotes.
        approvals: every sign-off; those of this build are taken.
    """
    clips = len(publish_changes.clips_of(manifest))
    duration_ms = int(manifest.get("reel", {}).get("duration_ms", 0))
    changes = {**Changes(number, "").document(), **manifest.get("changes", {})}
    if not may_quote(manifest, words):
        changes = {
            key: [_wordless(quote) for quote in entry] if key in QUOTED else entry for key, entry in changes.items()
        }
    built = str(row.get("built", ""))
    own = tuple(approval for approval in approvals if approval.of(reel, number, built))
    return Build(reel, number, built, current, clips, duration_ms, folder, changes, own)


def may_quote(manifest: Mapping[str, Any], words: Sequence[str]) -> bool:
    """Whether a build was made with everything redacted that is redacted now."""
    return set(words) <= set(manifest.get("reel", {}).get("redacted", ()))


def _wordless(quote: Mapping[str, Any]) -> dict[str, Any]:
    """An added or removed quote without its words, and without reasons that quote others."""
    return {key: value for key, value in quote.items() if key not in ("quote", "why")} | {"why": WORDLESS}


def document(project: Project, listed_builds: Iterable[Build]) -> dict[str, Any]:
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
                "reel": build.reel,
                "number": build.number,
                "built": build.built,
                "current": build.current,
                "clips": build.clips,
                "duration_ms": build.duration_ms,
                "files": build.folder.relative_to(project.folder).as_posix(),
                "changes": dict(build.changes),
                **({"approved": [_approval(build, one) for one in build.approvals]} if build.approvals else {}),
            }
            for build in listed_builds
        ],
    }


def _approval(build: Build, approval: Approval) -> dict[str, Any]:
    """A sign-off as `history --json` prints it; it rests while another build is in the reel's folder."""
    state = "holds" if build.current else "rests"
    return {"number": approval.number, "name": approval.name, "made": approval.made, "state": state}


def restore(project: Project, problems: Iterable[str], number: int, report: Progress | None = None) -> Build:
    """Put an earlier build into the reel's folder, each file atomically; the current build is archived instead.

    The next build keeps it as long as it would produce what was there before; once something changes, it makes a new
    reel.

    Raises:
        ProjectError: no such build, it is damaged, or it contains an answer that may no longer be shown.
        AnotherBuild: a build is running.
    """
    with open_session(project, report or Silent()) as session:
        library = session.library
        swap.check_folders(project, project.reels)
        swap.finish(session)
        found = builds(project, library, problems)
        name = one_reel(project, found)
        archived = next((build for build in archive.builds(project.reels, name) if build.number == number), None)
        if archived is None:
            numbers = ", ".join(str(build.number) for build in found if not build.current)
            raise ProjectError(
                f"{name}: there is no build {number} to restore.",
                f"There are: {numbers}." if numbers else "No earlier builds are kept.",
            )
        survey = analysis.known(session)
        if consent_check.unusable(project, library, survey, archived.manifest()):
            raise ProjectError(
                f"{name}: build {number} shows an answer that may no longer be used, or a face that must now be blurred.",
                "It cannot be restored; the next build deletes it.",
            )
        if redaction_stage.shows(survey, archived.manifest()):
            raise ProjectError(
                f"{name}: build {number} contains what [redact] now removes.",
                "It can only be restored without that setting.",
            )
        files = archived.row["files"]
        if not swap.is_complete(archived.folder, files):
            raise ProjectError(
                f"{archived.folder}: files of this build are missing or damaged.", "Restore another build."
            )
        folder, row = project.reels / name, library.reel(name)
        current = comparison.before(folder, row).manifest
        keep_current = row is not None and swap.is_complete(folder, row["files"])
        keep_current = keep_current and not consent_check.unusable(project, library, survey, current)
        restored_at, decided_since = clock_skew.now(), _decided_since(survey, name, archived)  # its folder moves
        with swap.staging_folder(project.cache, name) as staging:
            archive.link_all(archived.folder, staging, files)
            restored_row = {**archived.row, "key": row.get("key", "") if row else "", "restored": restored_at}
            swap.replace(project, library, name, staging, restored_row, keep=keep_current, restored=number)
        publish_approvals.restate(project, library, name)
        session.warn(decided_since)
        return next(build for build in builds(project, library, [name]) if build.current)


def _decided_since(survey: Survey, name: str, kept: archive.ArchivedBuild) -> str:
    """That an earlier build shows what the team took out or corrected since; "" where it does not."""
    manifest = kept.manifest()
    obeyed = {decision.get("number") for decision in manifest.get("decisions", ())}
    told: list[str] = []
    clips = [item for item in manifest.get("items", ()) if item.get("kind") == "clip"]
    for number, clip in enumerate(clips, 1):
        span = Span(clip["response"], clip["source_start_ms"], clip["source_end_ms"])
        about = [
            decision
            for decision in survey.decisions
            if not decision.withdrawn
            and decision.problem in ("", clip["problem"])
            and verdicts.belongs(span, decision.span)
        ]
        last = {decision.kind: decision for decision in about}
        last |= {str(one.number): one for one in about if one.verdict == "strike"}  # each of them applies
        since = [UNDONE[one.verdict] for one in last.values() if one.verdict in UNDONE and one.number not in obeyed]
        shown = {correction.get("number") for correction in clip.get("corrected", ())}
        if any(
            one.outcome == "holds"
            and not one.correction.confirms
            and one.correction.number not in shown
            and one.span.overlaps(span)
            for one in survey.corrections
        ):
            since.append("corrected")
        told += [f"{name}/{number} ({' and '.join(dict.fromkeys(since))})"] if since else []
    if not told:
        return ""
    return (
        f"Build {kept.number} shows what the team changed since: {', '.join(told)}. "
        "Look at these clips before you show it, or restore the other build."
    )


def one_reel(project: Project, listed_builds: Iterable[Build]) -> str:
    """The only reel of these builds.

    Raises:
        ProjectError: there are several, or none.
    """
    names = list(dict.fromkeys(build.reel for build in listed_builds))
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
        f"{build.name} {build.number}"
        for name in archive.names(project.reels)
        for build in archive.builds(project.reels, name)
        if redaction_stage.shows(survey, build.manifest())
    ]


def purge(session: Session, survey: Survey) -> None:
    """Delete the archived builds that show a person who withdrew consent, or an answer whose file is missing."""
    project, library = session.project, session.library
    deleted = archive.purge(project.reels, lambda manifest: consent_check.unusable(project, library, survey, manifest))
    if deleted:
        names = ", ".join(f"{build.name} {build.number}" for build in deleted)
        session.progress.info(
            f"Earlier builds were deleted ({names}): they showed answers that may no longer be used, or faces that must now be blurred."
        )
