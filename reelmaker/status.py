"""Status: new, changed and failed uploads and why, and how old each reel is. Changes nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from reelmaker import analysis
from reelmaker.ingest import responses_csv, suppression
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import UNFIT, Count, Failure, Response, Upload, consent, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.privacy import retention
from reelmaker.project.config import Project
from reelmaker.project.library_fetches import FAILED, HERE, Remembered
from reelmaker.project.session import Session, known_library
from reelmaker.publish import archive, consent_check, history, swap
from reelmaker.redaction import stage as redaction_stage
from reelmaker.select.audits import stage as audits
from reelmaker.sources import settings as source_settings
from reelmaker.tag.presence import decision


@dataclass(frozen=True, slots=True)
class ReelState:
    """A finished reel: when it was built (ISO 8601), for which audience, and how many uploads are newer."""

    name: str
    built: str
    newer: int
    complete: bool
    audience: str
    refused: int  # answers in it that may no longer be shown (or not with their face), or are missing
    unredacted: bool = False  # it contains what is redacted now


@dataclass(frozen=True, slots=True)
class State:
    """What a project holds."""

    responses: int
    heard: int  # responses in which a customer speaks
    silent: tuple[str, ...]  # files transcribed without a word
    waiting: tuple[str, ...]  # files not transcribed yet
    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    failures: tuple[Failure, ...]
    notes: tuple[tuple[str, str], ...]  # (file, note about it)
    warnings: tuple[str, ...]
    reels: tuple[ReelState, ...]
    forgotten: int = 0  # files in uploads/ on the suppression list
    audience: str = consent.INTERNAL  # of the settings; it decides which responses count above
    consents: tuple[tuple[str, int], ...] = ()  # (audience or reason, number of responses)
    left_out: tuple[tuple[str, str], ...] = ()  # (file, why) of those that are not used
    secrets: tuple[tuple[str, str, bool], ...] = ()  # (kind, moment, whether it is removed from reels); never the words
    kept_unredacted: tuple[str, ...] = ()  # archived builds that contain what is redacted now
    sources: tuple[tuple[str, int, int], ...] = ()  # (name, downloaded videos, failed ones)
    counts: Mapping[str, Count] = field(
        default_factory=dict
    )  # by problem; empty where something changed since it was counted
    audits: tuple[tuple[str, int, int], ...] = ()  # unfinished ones: (problem, customers checked, and to be checked)
    unfit: tuple[tuple[str, str], ...] = ()  # (moment, why) of what is not fit to quote; never the words


def look(project: Project, known: tuple[Survey, Mapping[str, Count]] | None = None) -> State:
    """The state of a project; changes nothing.

    Args:
        known: the answers and counts, where they were just read.
    """
    files, refused_uploads = ingest_uploads.files(project.uploads)
    present = {path.relative_to(project.uploads).as_posix(): facts for path, facts in files}
    if not project.library.exists():
        failures = tuple(Failure(upload.file, "ingest", upload.trouble) for upload in refused_uploads)
        thin = tuple(filter(None, map(decision.thin, project.problems.values())))
        return State(0, 0, (), (), tuple(sorted(present)), (), (), failures, (), thin, ())
    names = [source.name for source in source_settings.of(project)]
    with known_library(project) as library:
        sieve = suppression.sieve(library)
        forgotten = [file for file, facts in present.items() if sieve.stamped(file, facts)]
        present = {file: facts for file, facts in present.items() if file not in forgotten}
        processed = library.uploads()
        session = Session(project, library, stores=False)
        survey = known[0] if known else analysis.known(session)
        for problem in project.problems.values():
            session.warn(decision.thin(problem))
            session.warn(audits.outdated(library, problem))
        counts = known[1] if known else analysis.known_counts(session, survey)
        unfinished = tuple(_unfinished(session, survey))
        retention_warnings = retention.due(project, library, retention.today()).warnings
        everyone, _ = ingest_uploads.responses(
            list(processed.values()), responses_csv.read_table(project.uploads, project.dates)
        )
        fetched_videos = [video for video in library.fetched().all().values() if video.source in names]
        reels = [_reel(project, name, body, everyone, survey) for name, body in library.reels().items()]
    file_of = {response.id: response.file for response in everyone}
    stored = {name: upload for name, upload in processed.items() if upload.size or upload.mtime_ns}
    failed = [Failure(u.file, "ingest", u.trouble) for u in processed.values() if u.trouble and u.file in present]
    failed += [Failure(u.file, "ingest", u.trouble) for u in refused_uploads]
    return State(
        responses=len(survey.responses),
        heard=sum(transcript.heard for transcript in survey.transcripts.values()),
        silent=tuple(survey.responses[r].file for r, t in survey.transcripts.items() if not t.sentences),
        waiting=tuple(
            response.file
            for response in survey.responses.values()
            if response.id not in survey.transcripts and response.file not in {f.file for f in survey.failures}
        ),
        new=tuple(sorted(present.keys() - stored.keys())),
        changed=tuple(sorted(_changed(present, stored))),
        gone=tuple(sorted(stored.keys() - present.keys())),
        failures=tuple(dict.fromkeys([*failed, *survey.failures, *_failed_links(fetched_videos)])),
        notes=tuple((r.file, note) for r in survey.responses.values() for note in r.notes)
        + tuple((survey.responses[r].file, note) for r, t in survey.transcripts.items() for note in t.notes),
        warnings=(*session.warnings, *retention_warnings, *_interrupted(project)),
        reels=tuple(reels),
        forgotten=len(forgotten),
        audience=project.reel.audience,
        consents=tuple(sorted(Counter(map(_consent, everyone)).items())),
        left_out=tuple(sorted((file_of[id], consent.WHY[why]) for id, (_, why) in survey.left_out.items())),
        secrets=tuple(redaction_stage.told(survey)),
        kept_unredacted=tuple(history.unredacted(project, survey)),
        sources=tuple(_downloads(names, fetched_videos)),
        counts=counts,
        audits=unfinished,
        unfit=tuple(_unfit(survey)),
    )


def _interrupted(project: Project) -> Iterator[str]:
    """A warning for each reel whose build was cut off while its files were being put in place."""
    for name in swap.unfinished(project):
        yield f"{name}: a build was interrupted while its files were being put in place; the next build finishes this."


def _failed_links(videos: Sequence[Remembered]) -> Iterator[Failure]:
    """Each video that could not be downloaded."""
    for video in videos:
        if video.state == FAILED:
            reason = f"{video.reason}; attempts: {video.tries}, next after {_time(video.again)}"
            yield Failure(f"{video.source}, row {video.row}", "fetch", reason)


def _downloads(names: Sequence[str], videos: Sequence[Remembered]) -> Iterator[tuple[str, int, int]]:
    """Each source with its downloaded videos and its failed ones."""
    for name in names:
        states = Counter(video.state for video in videos if video.source == name)
        yield name, states[HERE], states[FAILED]


def _changed(present: Mapping[str, os.stat_result], stored: Mapping[str, Upload]) -> Iterator[str]:
    """Files that are not as they were when they were last probed."""
    for name in present.keys() & stored.keys():
        if (present[name].st_size, present[name].st_mtime_ns) != (stored[name].size, stored[name].mtime_ns):
            yield name


def _unfinished(session: Session, survey: Survey) -> Iterator[tuple[str, int, int]]:
    for problem in session.project.problems.values():
        sample = audits.sample_of(session.library, survey, problem)
        wanted = [sample.answer(member.person)[1] for member in sample.members if member.wanted] if sample else []
        if not all(wanted):
            yield problem.slug, sum(map(bool, wanted)), len(wanted)


def _unfit(survey: Survey) -> Iterator[tuple[str, str]]:
    """What is not fit to quote, in the order of the files; an answer that was hardly recognised is one entry."""
    for response in sorted(survey.transcripts, key=lambda response: survey.responses[response].file):
        sentences = [s for s in survey.transcripts[response].sentences if s.unfit]
        if sentences and sentences[0].unfit == "unclear":
            yield moment_ids.of(sentences[0].span.union(sentences[-1].span), len(sentences) > 1), "unclear"
            continue
        for sentence in sentences:
            yield moment_ids.of(sentence.span), sentence.unfit


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def document(project: Project, state: State) -> dict[str, Any]:
    """The document of `status --json`."""
    facts = {"name": project.name, "language": project.language or "auto"}
    content = asdict(state) | {
        "notes": [{"file": file, "note": note} for file, note in state.notes],
        "consents": dict(state.consents),
        "left_out": [{"file": file, "why": why} for file, why in state.left_out],
        "secrets": [
            {"kind": kind, "moment": moment, "taken_out": is_hidden} for kind, moment, is_hidden in state.secrets
        ],
        "unfit": [{"moment": moment, "why": UNFIT[why]} for moment, why in state.unfit],
        "sources": [
            {"source": name, "came": downloaded, "missed": failed} for name, downloaded, failed in state.sources
        ],
    }
    content["audits"] = [{"problem": slug, "checked": done, "to_check": many} for slug, done, many in state.audits]
    separate = {"failures": content.pop("failures"), "warnings": list(content.pop("warnings"))}
    content.pop("counts")
    problems = list(project.problems.values())
    thresholds = {problem.slug: project.threshold_of(problem) for problem in problems}
    return manifest.document(
        "status", facts, problems, state.counts, {}, thresholds=thresholds, state=content, **separate
    )


def _consent(response: Response) -> str:
    """The widest audience that may see it, or why nobody may."""
    today = consent.today()
    for audience in (consent.EXTERNAL, consent.INTERNAL):
        if not (reason := consent.refusal(response, audience, today)):
            return audience
    return consent.WHY[reason]


def _reel(
    project: Project,
    name: str,
    body: dict[str, object],
    everyone: Sequence[Response],
    survey: Survey,
) -> ReelState:
    built = str(body.get("built", ""))
    built_at = datetime.fromisoformat(built).timestamp() if built else 0.0
    uploads = [path for path, _ in ingest_uploads.files(project.uploads)[0]]
    files = body["files"]
    answers = body.get("answers", [])
    assert isinstance(files, dict) and isinstance(answers, list)
    audience, today = str(body.get("audience", consent.INTERNAL)), consent.today()
    blurs = {response.id: response.blur for response in everyone if response.picture}
    manifest = archive.document(project.reels / name) or {}
    allowed = {response.id for response in everyone if not consent.refusal(response, audience, today)}
    return ReelState(
        name,
        built,
        sum(path.stat().st_mtime > built_at for path in uploads),
        all((project.reels / name / file).is_file() for file in files),
        audience,
        len(set(answers) - allowed | consent_check.unblurred(project, blurs, manifest)),
        redaction_stage.shows(survey, manifest),
    )
