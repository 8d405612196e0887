"""Publishes a reel: renders its pieces and writes the files in its folder, remembered by key.

New files are made in a staging folder and moved into place, so that the old ones stay complete until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reelmaker import __version__, media, outputs, parallel
from reelmaker.checksums import checksum
from reelmaker.model import Clip, Cue, Facts, Moment, Reel, Work, consent
from reelmaker.model.consent import EXTERNAL
from reelmaker.model.request import BuildRequest
from reelmaker.model.survey import Survey
from reelmaker.outputs import Finished, captions, followups
from reelmaker.progress import Progress
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import key_of
from reelmaker.project.session import Session
from reelmaker.publish import approvals, archive, catalog, consent_check, document, history, swap
from reelmaker.publish import comparison as publish_comparison
from reelmaker.publish import notify as publish_notify
from reelmaker.publish.changes import Changes, enough
from reelmaker.publish.comparison import Comparison
from reelmaker.publish.quality_check import check
from reelmaker.redaction import anonymise
from reelmaker.redaction import stage as redaction_stage
from reelmaker.render import cards, clip_pictures, face_blur, piece_files, pieces
from reelmaker.select import stage as select_stage
from reelmaker.select.stage import Assembled
from reelmaker.transcribe.speech_model import speech_model

VERSION = 3


@dataclass(frozen=True, slots=True)
class Published:
    """A reel as it was published, and what changed since the last build (None: nothing was made)."""

    reel: Reel
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """What was done: pieces rendered, reels joined (0 or 1), what changed, why the current reel is kept."""

    rendered: int = 0
    joined: int = 0
    changes: Changes | None = None
    held: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A reel to be made: its pieces, captions and outputs, and a key of everything that determines its files."""

    reel: Reel
    folder: Path
    template: cards.Template
    look: pieces.Look
    covers: pieces.Covers
    bare: frozenset[pieces.Stretches]  # clips whose picture is not shown, because nothing moves in it
    jobs: list[pieces.Job]
    cues: tuple[Cue, ...]
    outputs: tuple[str, ...]
    key: str


def check_request(project: Project, request: BuildRequest) -> None:
    """Refuse a request that cannot be published, before any work.

    Raises:
        ProjectError: an output has a wrong name, or `notify` is set and [notify] has no recipients.
        TemplateError: the card design is missing or broken.
    """
    if request.notify:
        publish_notify.check(project)
    outputs.chosen(project.outputs)
    cards.find(project.reel.template, [project.templates])


def make_ready(session: Session, request: BuildRequest) -> None:
    """Finish an interrupted move of an earlier build, and make sure that the folder holds no reel for another
    audience. A dry run moves nothing, but refuses what the build would.
    """
    if request.date_is_right:
        clock_skew.set_right(session.library, consent.today())
    folder, audience = _folder(session.project, request), session.project.reel.audience
    swap.check_folders(session.project, folder)
    if not request.dry_run:
        swap.finish(session)
    other_files = catalog.keep_apart(folder, audience, session.library.reel(folder.name))
    if other_files:
        ellipsis = ", …" if len(other_files) > 3 else ""
        session.progress.warn(
            f"{folder} contains files that do not belong to the {audience} reel: {', '.join(other_files[:3])}{ellipsis}"
        )


def drop_unusable(session: Session, survey: Survey, request: BuildRequest) -> None:
    """Delete the archived builds that show an answer which may no longer be used."""
    if not request.dry_run:
        history.purge(session, survey)


def publish(
    session: Session,
    survey: Survey,
    assembled: Assembled,
    moments: Sequence[Moment],
    request: BuildRequest,
    *,
    told_since: int = 0,
) -> Published:
    """Make the document of a reel and, except for a dry run, its files, unless they are already there.

    Args:
        told_since: how many warnings were reported before the reel was chosen; they may name files, so an external
            reel does not repeat them.
    """
    project = session.project
    external = project.reel.audience == consent.EXTERNAL
    visible_survey = anonymise.masked(survey) if external else survey
    samples = select_stage.compared(project, assembled.reel, visible_survey, moments)
    document.warn(session, survey, visible_survey, assembled.reel, samples, moments)
    reel = replace(
        assembled.reel,
        failures=tuple(survey.failures),
        warnings=tuple(session.warnings[told_since if external else 0 :]),
        samples=tuple(samples),
    )
    content = document.document(project, "dry-run" if request.dry_run else "build", reel, visible_survey, moments)
    result = _Made()
    if not request.dry_run:
        reel = replace(reel, folder=_folder(project, request))
        comparison = Comparison(project, visible_survey, reel, moments, assembled.choices, content.get("decisions", []))
        result = _make(session, visible_survey, comparison, content, request)
        if unredacted := history.unredacted(project, survey):
            session.progress.warn(redaction_stage.kept_warning(unredacted))
    work = Work(survey.taken_in, survey.transcribed, result.rendered, result.joined, result.held, session.seconds)
    return Published(replace(reel, work=work, document=content), result.changes)


def notify(session: Session, published: Published, request: BuildRequest) -> None:
    """Notify the recipients in [notify] if requested and the reel changed."""
    if request.notify and not request.draft and published.changes:
        publish_notify.tell(session.project, published.reel, published.changes, session.progress)


def _folder(project: Project, request: BuildRequest) -> Path:
    return project.reels / catalog.name_of(request.name, project, request.draft)


def _make(
    session: Session, survey: Survey, comparison: Comparison, document: dict[str, Any], request: BuildRequest
) -> _Made:
    """Make the files of the reel, unless the existing ones are still right.

    `document` is completed with the files, the versions used, the changes and the result of the quality check.
    """
    project, library, progress = session.project, session.library, session.progress
    plan = _planned(session, survey, comparison.reel, document, request)
    row = library.reel(plan.folder.name)
    is_complete = row is not None and swap.is_complete(plan.folder, row["files"])
    if row and is_complete and row.get("key") == plan.key:
        document["made_with"] = row.get("made_with", {})
        document["check"] = row.get("check", {})
        document["changes"] = publish_comparison.recorded(plan.folder, row)
        document["reel"]["files"] = sorted(row["files"])
        approvals.state(document, approvals.of_build(library, plan.folder.name, row))
        if row.get("restored"):
            progress.info(f"This is build {row.get('number', 1)}, restored by hand; it stays until something changes.")
        return _Made()
    last = publish_comparison.before(plan.folder, row) if row else publish_comparison.erased(library, plan.folder.name)
    number = 1 + max(last.row.get("number", 1 if row else 0), archive.highest(project.reels, plan.folder.name))
    changes = comparison.changes(last, number)
    rule = project.reel.refresh_when
    if_changed = request.only_if_changed and not request.draft
    if if_changed and is_complete and not comparison.must(last, changes) and not enough(changes, rule):
        return _Made(held=comparison.held(changes, rule))
    document["changes"] = changes.document()
    rendered = _rendered(session, plan)
    with swap.staging_folder(project.cache, plan.folder.name) as staging:
        new_row = _files(session, survey, plan, document, staging, request.check and not request.draft)
        new_row["number"] = number
        archive_current = is_complete and not request.draft and project.reel.keep_builds > 0
        archive_current = archive_current and not consent_check.unusable(project, library, survey, last.manifest)
        swap.replace(project, library, plan.folder.name, staging, new_row, keep=archive_current)
        if project.redact.words:
            targets = {job.target.stem for job in plan.jobs}
            redaction_stage.sweep(library, survey, project.cache / "pieces", targets)
        progress.advance()
    return _Made(rendered, 1, changes)


def _planned(session: Session, survey: Survey, reel: Reel, document: dict[str, Any], request: BuildRequest) -> _Plan:
    """Everything that determines the files of the reel. `document` receives its folder and how faces are treated."""
    project = session.project
    assert reel.folder is not None
    document["reel"] |= {"folder": reel.folder.relative_to(project.folder).as_posix(), "draft": request.draft}
    template = cards.find(project.reel.template, [project.templates])
    look = pieces.Look(
        template,
        project.brand,
        project.reel.fill,
        project.reel.captions != "sidecar",
        request.draft,
        project.reel.caption_language,
    )
    with session.clock("faces"):
        covers = face_blur.cover(reel, survey, session.library, document, session.progress, project.compute)
    with session.clock("pictures"):
        seen = clip_pictures.look(reel, survey, session.library, session.progress)
    if told := clip_pictures.warning(reel, seen):
        document["warnings"] = [*document["warnings"], told]
        session.progress.warn(told)
    usual = template.lower_third.place
    treatments = {shown: pieces.Treatment(not one.lifeless, one.place(usual)) for shown, one in seen.items()}
    jobs = pieces.plan(reel, survey.sources, look, project.cache, covers=covers, treatments=treatments)
    cues = tuple(_cues(reel, project.reel.caption_language))
    chosen_outputs = outputs.chosen(project.outputs)
    key = key_of(
        "reel",
        VERSION,
        __version__,
        outputs.VERSION,
        chosen_outputs,
        [job.target.stem for job in jobs],
        document,
        [[cue.text, cue.english] if cue.english else cue.text for cue in cues],
        request.check and not request.draft,
        *followups.rows(reel, survey.responses),
        *([checksum(Path(project.brand.deck))] if project.brand.deck else []),
    )
    bare = frozenset(shown for shown, treatment in treatments.items() if not treatment.picture)
    return _Plan(reel, reel.folder, template, look, covers, bare, jobs, cues, chosen_outputs, key)


def _rendered(session: Session, plan: _Plan) -> int:
    """Render the pieces that are not in the cache; returns how many."""
    project = session.project
    new = [job for target, job in {job.target: job for job in plan.jobs}.items() if not piece_files.sound(target)]
    project.cache.mkdir(exist_ok=True)
    if new:
        pieces.check_space(new, project.cache)
        with session.clock("render"):
            _render(new, pieces.prepare(project.cache, project.brand, new), session.progress)
        session.store(dict(_pieces(new)))
    return len(new)


def _files(
    session: Session, survey: Survey, plan: _Plan, document: dict[str, Any], staging: Path, listen: bool
) -> dict[str, Any]:
    """Join, check and write everything into `staging`; returns the library's row, without its number."""
    project, progress = session.project, session.progress
    progress.step("Joining", 1)
    document["made_with"] = {
        "reelmaker": __version__,
        "ffmpeg": media.ffmpeg_version(),
        "model": Path(project.model).name,
        "tagger": project.tagger,
        "template": project.reel.template,
    }
    covers = {shown: (survey.sources[shown[0].response].facts, areas) for shown, areas in plan.covers.items()}
    covers |= {shown: (survey.sources[shown[0].response].unseen().facts, ()) for shown in plan.bare}
    finished = Finished(
        plan.reel,
        staging / outputs.VIDEO,
        survey.responses,
        plan.cues,
        document,
        project.brand,
        plan.template,
        project.language,
        _originals(project, survey),
        tuple(job.target for job in plan.jobs),
        plan.look.burn,
        covers,
    )
    with session.clock("join"):
        _join(plan.jobs, finished, project, staging)
    progress.advance()
    progress.step("Checking", 1)
    with session.clock("check"):
        document["check"] = check(
            plan.jobs,
            finished.video,
            plan.reel,
            plan.cues,
            survey.transcripts,
            session.library,
            speech_model(session),
            survey.secrets,
            listen=listen,
        )
        if warning := _unchecked_bleeps(plan.reel, listen):
            progress.warn(warning)
    with session.clock("write"):
        files = [finished.video, *outputs.write_all(finished, staging, plan.outputs)]
    sizes = {outputs.relative(path, staging): path.stat().st_size for path in files}
    document["reel"]["files"] = sorted(sizes)
    return {
        "key": plan.key,
        "files": sizes,
        "built": clock_skew.now(),
        "made_with": document["made_with"],
        "check": document["check"],
        "problems": [problem.slug for problem in plan.reel.problems],
        "settings": publish_comparison.settings_of(project, plan.reel.problems),
        "seen": publish_comparison.seen_marks(survey),
        "audience": project.reel.audience,
        "answers": catalog.answers(document),
    }


def _pieces(jobs: Sequence[pieces.Job]) -> Iterator[tuple[str, Any]]:
    """The source of each piece, so that a later build can decide whether it may stay in the cache."""
    for job in jobs:
        item = job.place.item
        span = (
            ["", 0, 0, []]
            if not isinstance(item, Clip)
            else [
                item.span.response,
                item.span.start_ms,
                item.span.end_ms,
                item.bleeps,
            ]
        )
        yield key_of("piece", job.target.stem), span


def _unchecked_bleeps(reel: Reel, listen: bool) -> str:
    """A warning that nobody checked whether the bleeps cover everything they should; "" if they were checked."""
    bleeps = sum(len(clip.heard_bleeps) for clip in reel.clips)
    if listen or not bleeps:
        return ""
    return f"{bleeps} bleeps were not checked by re-transcribing: listen to the clips before you show the reel, or build without --no-check."


def _originals(project: Project, survey: Survey) -> dict[str, tuple[Path, Facts]]:
    """Each answer's file and metadata; empty for an external reel, because paths may contain names.

    The pictures of answers whose faces must be blurred are left out: see `Finished.covers`.
    """
    if project.reel.audience == EXTERNAL:
        return {}
    return {
        id: (source.path, source.unseen().facts if source.faces else source.facts)
        for id, source in survey.sources.items()
    }


def _render(jobs: Sequence[pieces.Job], environment: Mapping[str, str], report: Progress) -> None:
    report.step("Rendering", len(jobs))
    longest_first = sorted(jobs, key=lambda job: -job.place.frames)
    for _, result in parallel.do(lambda job: pieces.make(job, environment), longest_first, stop=media.stop_all):
        if isinstance(result, Exception):
            raise result
        report.advance()


def _join(jobs: Sequence[pieces.Job], finished: Finished, project: Project, staging: Path) -> None:
    soft = None
    if finished.cues:
        soft = staging / "soft.vtt"
        soft.write_text(captions.soft(finished.cues), "utf-8", newline="\n")
    pieces.join(
        jobs,
        finished.video,
        soft,
        captions.chapters(finished.reel),
        " / ".join(problem.statement for problem in finished.reel.problems),
        "en" if project.reel.caption_language == "english" else project.language,
    )


def _cues(reel: Reel, language: str) -> Iterator[Cue]:
    """The captions of every clip, timed in the reel."""
    for place in reel.places():
        if isinstance(place.item, Clip):
            for cue in pieces.clip_cues(place.item, (reel.width, reel.height), language):
                end = min(place.start_ms + cue.end_ms, place.end_ms)
                yield Cue(place.start_ms + cue.start_ms, end, cue.text, cue.english)
