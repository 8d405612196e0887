"""The arrows of the walk with what the library remembers of each: work whose key is known is not done again.

Only these functions, `cutting.py`, `walk.py` and `deciding.py` read or write the library; the rooms they call give and take plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker import (
    audience,
    blurring,
    clocks,
    context,
    decided,
    executor,
    forgotten,
    hushing,
    ingest,
    intensity,
    interviews,
    languages,
    media,
    tag,
    transcribe,
    weights,
)
from reelmaker.decision import Decision
from reelmaker.errors import ModelError, ProjectError, ReelmakerError
from reelmaker.library import Library, key_of
from reelmaker.listener import Listener
from reelmaker.model import Facts, Failure, Moment, Problem, Response, Transcript, Upload
from reelmaker.project import Project
from reelmaker.render import Source
from reelmaker.report import Report, Silent
from reelmaker.secrets import Said

if TYPE_CHECKING:
    import numpy as np


PIECE_MS = 600_000  # of sound that count as one more piece of work while it is transcribed


@dataclass(slots=True)
class Survey:
    """What is known of the uploads so far; grows along the walk."""

    responses: dict[str, Response] = field(default_factory=dict)  # those that may be used, by id
    sources: dict[str, Source] = field(default_factory=dict)
    transcripts: dict[str, Transcript] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # response -> key of its transcript
    left_out: dict[str, tuple[str, str]] = field(default_factory=dict)  # response -> (customer, why)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    taken_in: int = 0
    transcribed: int = 0
    listener: Listener | None = None
    blurs: dict[str, str] = field(default_factory=dict)  # response -> its column; of those left out as well
    decisions: list[Decision] = field(default_factory=list)  # the team's, as they may be told in this reel
    damaged: dict[str, int] = field(default_factory=dict)  # places of a response's sound not decoded
    secrets: dict[str, tuple[Said, ...]] = field(
        default_factory=dict
    )  # response -> what nobody else should hear


def take_in(project: Project, library: Library, report: Report) -> Survey:
    """uploads -> responses. Files that are as they were are not read again."""
    found, passed = ingest.files(project.uploads)
    known = library.uploads()
    uploads = {upload.file: upload for upload in passed}
    new: list[Path] = []
    sieve, gone = forgotten.sieve(library), dict[str, str]()
    for path, facts in found:
        file = path.relative_to(project.uploads).as_posix()
        if file in project.growing:
            continue
        if mark := sieve.stamped(file, facts):
            gone[file] = mark
            continue
        upload = known.get(file)
        if upload and (upload.size, upload.mtime_ns) == (facts.st_size, facts.st_mtime_ns):
            uploads[upload.file] = upload
        else:
            new.append(path)
    if new:
        report.step("Taking in", len(new))
        for path, looked in executor.do(
            lambda path: ingest.look(project.uploads, path), new, stop=media.stop_all
        ):
            if isinstance(looked, Exception):
                name = path.relative_to(project.uploads).as_posix()
                looked = Upload(name, 0, 0, trouble=str(looked))
            uploads[looked.file] = looked
            report.advance()
        media.rest()
    uploads, table, gone = sieve.left(uploads, ingest.read_table(project.uploads), gone)
    library.store_uploads(uploads)
    survey = Survey(taken_in=len(new))
    responses, survey.warnings = ingest.responses(list(uploads.values()), table)
    _use(project, library, survey, responses, uploads)
    survey.left_out |= forgotten.as_left_out(gone)
    survey.warnings += forgotten.warnings(gone)
    survey.failures = [
        Failure(upload.file, "ingest", upload.trouble)
        for _, upload in sorted(uploads.items())
        if upload.trouble
    ]
    if not uploads and not gone:
        raise ProjectError(
            f"{project.uploads}: there are no videos here.", "Put the customers' videos into it."
        )
    return survey


def known(project: Project, library: Library) -> Survey:
    """What the library holds, without looking at the uploads or doing any work."""
    survey = Survey()
    table = ingest.read_table(project.uploads)
    uploads, table, _ = forgotten.sieve(library).left(library.uploads(), table)
    responses, survey.warnings = ingest.responses(list(uploads.values()), table)
    _use(project, library, survey, responses, uploads)
    hear(project, library, survey, Silent(), only_known=True)
    return survey


def _use(
    project: Project, library: Library, survey: Survey, responses: Sequence[Response],
    uploads: Mapping[str, Upload],
) -> None:  # fmt: skip
    today = audience.today()
    day = clocks.for_consents(library, today)
    refused = {r.id: why for r in responses if (why := audience.refusal(r, project.reel.audience, day))}
    if day != today and any(
        refused.get(r.id, "") != audience.refusal(r, project.reel.audience, today) for r in responses
    ):
        survey.warnings.append(clocks.behind(today, day))
    for response in ingest.select(responses, project.reel.where, survey.warnings.append, refused):
        facts = uploads[response.file].facts
        assert facts is not None
        survey.responses[response.id] = response
        survey.sources[response.id] = source(project, response, facts)
    survey.blurs = {response.id: response.blur for response in responses if response.picture}
    survey.left_out = {
        response.id: (response.person, refused.get(response.id, "filtered"))
        for response in responses
        if response.id not in survey.responses
    }


def source(project: Project, response: Response, facts: Facts) -> Source:
    """Where a response's file lies, on which side of a call its customer speaks, and whether faces are blurred."""
    side = (response.channel or project.customer_channel) if facts.channels == 2 else ""
    outside = project.reel.audience == audience.EXTERNAL
    faces = facts.picture is not None and blurring.wanted(response.blur, project.blur, outside)
    return Source(project.uploads / response.file, facts, side if side in ("left", "right") else "", faces)


def left_out(survey: Survey) -> list[tuple[str, str]]:
    """(customer, why) of those who were not listened to: not allowed, filtered, or their file failed."""
    people = {response.file: response.person for response in survey.responses.values()}
    failed = [(people.get(failure.file, failure.file), "failed") for failure in survey.failures]
    return [*survey.left_out.values(), *failed]


def hear(
    project: Project, library: Library, survey: Survey, report: Report, *, only_known: bool = False
) -> None:
    """responses -> transcripts. Each is on the disk as soon as it is done."""
    failed = library.failures()
    to_do: list[Response] = []
    for response in survey.responses.values():
        sidecar = transcribe.beside(survey.sources[response.id].path) if project.sidecars else None
        key = _transcript_key(project, response, sidecar, survey.sources[response.id].side)
        survey.keys[response.id] = key
        transcript = library.transcript(key)
        if transcript is not None:
            survey.transcripts[response.id] = transcript
        elif failed.get((response.id, "transcribe"), ("", ""))[0] == key:
            reason = failed[response.id, "transcribe"][1]
            survey.failures.append(Failure(response.file, "transcribe", reason))
        elif sidecar and not only_known:
            _keep(library, survey, response, _read(sidecar, response))
        else:
            to_do.append(response)
    if to_do and not only_known:
        _listen(project, library, survey, to_do, report)
    sound = partial(_sound, survey)
    interviews.mark(project, library, survey, report, sound, only_known=only_known)
    languages.in_english(
        project, library, survey, report, sound, partial(_listener, project, survey), only_known=only_known
    )
    hushing.mark(project, library, survey, remember=not only_known)


def _listen(
    project: Project, library: Library, survey: Survey, to_do: Sequence[Response], report: Report
) -> None:
    """Transcribe what is not known yet."""
    left = {response.id: 1 + response.duration_ms // PIECE_MS for response in to_do}
    report.step("Transcribing", sum(left.values()))

    def moved(response: str, share: float) -> None:
        """A long answer counts for several pieces, so that the bar does not stand still for it."""
        pieces = 1 + survey.responses[response].duration_ms // PIECE_MS
        done = int(share * pieces) - (pieces - left[response])
        if done > 0:
            left[response] -= done
            report.advance(done)

    for response, result in _transcribed(project, survey, to_do, moved):
        _keep(library, survey, response, result)
        survey.transcribed += 1
        report.advance(left[response.id])
        left[response.id] = 0


def _transcribed(
    project: Project,
    survey: Survey,
    responses: Sequence[Response],
    moved: Callable[[str, float], None],
) -> Iterator[tuple[Response, Transcript | Exception]]:
    jobs = ((response, partial(_sound, survey, response)) for response in responses)
    yield from _listener(project, survey)(project.language).transcribe(jobs, moved)


def _listener(project: Project, survey: Survey) -> Listener:
    survey.listener = survey.listener or Listener(project.model)
    return survey.listener


def _sound(survey: Survey, response: Response) -> np.ndarray | None:
    source = survey.sources[response.id]
    if source.facts.sound_track < 0:
        return None
    heard = media.recording(source.path, source.facts.sound_track, side=source.side)
    if heard.broken:
        survey.damaged[response.id] = heard.broken
    return heard.samples


def _read(sidecar: Path, response: Response) -> Transcript | Exception:
    try:
        return transcribe.read_sidecar(sidecar, response)
    except ReelmakerError as problem:
        return problem


def _keep(library: Library, survey: Survey, response: Response, result: Transcript | Exception) -> None:
    key = survey.keys[response.id]
    if isinstance(result, (ModelError, MemoryError)):
        raise result  # every other response would meet the same
    if isinstance(result, Exception):
        reason = str(result) or type(result).__name__
        library.store_failure(response.id, "transcribe", key, reason)
        survey.failures.append(Failure(response.file, "transcribe", reason))
        return
    if broken := survey.damaged.get(response.id):
        note = f"damaged: {broken} places of the sound cannot be read"
        result = replace(result, notes=(*result.notes, note))
    library.store_transcript(key, result)
    survey.transcripts[response.id] = result


def _transcript_key(project: Project, response: Response, sidecar: Path | None, side: str) -> str:
    if sidecar:
        return key_of(
            "captions", transcribe.VERSION, transcribe.CAPTIONS, response.id, ingest.checksum(sidecar)
        )
    return key_of(
        "whisper",
        transcribe.VERSION,
        response.id,
        weights.identity(project.model),
        project.language,
        side,
    )


def judge(
    project: Project,
    library: Library,
    survey: Survey,
    problems: Sequence[Problem],
    report: Report,
    *,
    remember: bool = True,
    only_known: bool = False,
) -> list[Moment]:
    """transcripts -> moments: every sentence against every problem of the file, then as the team decided.

    `only_known`: nothing is judged anew; none where the library does not hold it.
    """
    thresholds = {problem.slug: project.threshold_of(problem) for problem in problems}
    tagged = partial(_tagged, project, library, survey, problems, report, remember, only_known=only_known)
    judged = tagged()
    survey.decisions = _decisions(project, library)
    rulings, labels = _ruled(project, survey.decisions, problems, judged)
    if labels and tag.learns(project.tagger):
        judged = tagged(labels) or judged
    kinds = {problem.slug: problem.kind for problem in problems}
    seen = context.in_answers(judged, kinds, thresholds, project.reel.clip_min_ms)
    return decided.obeyed(seen, labels, rulings, thresholds)


def labels(
    project: Project, library: Library, survey: Survey, problems: Sequence[Problem]
) -> dict[decided.Place, bool]:
    """What the tagger may learn from: whether a sentence speaks to a problem, as the team says."""
    judged = _tagged(project, library, survey, problems, Silent(), False)
    return _ruled(project, _decisions(project, library), problems, judged)[1]


def _decisions(project: Project, library: Library) -> list[Decision]:
    decisions = library.decisions()
    if project.reel.audience == audience.EXTERNAL:  # a note stands in the reasons, and may name anybody
        decisions = [replace(decision, note="") for decision in decisions]
    return decisions


def _ruled(
    project: Project, decisions: Sequence[Decision], problems: Sequence[Problem], judged: Sequence[Moment]
) -> tuple[dict[decided.Place, Decision], dict[decided.Place, bool]]:
    """The decision that holds for each sentence and problem of the file, and what can be learned from it."""
    known = {p.slug: project.threshold_of(p) for p in problems if project.problems.get(p.slug) == p}
    rulings = decided.rulings(decisions, judged, known)
    return rulings, decided.labels(rulings, judged)


def _tagged(
    project: Project, library: Library, survey: Survey, problems: Sequence[Problem], report: Report, remember: bool,
    taught: tag.Decided = tag.NOTHING, *, only_known: bool = False,
) -> list[Moment]:  # fmt: skip
    """What the tagger makes of every sentence and problem, with what the team's decisions taught it."""
    heard = [survey.transcripts[response] for response in sorted(survey.transcripts)]
    key = key_of(
        "tag", project.tagger, tag.VERSION, intensity.VERSION, [survey.keys[t.response] for t in heard],
        [[getattr(problem, name) for name in _TAGGED] for problem in problems],
        *([sorted([*place, speaks] for place, speaks in taught.items())] if taught else []),
    )  # fmt: skip
    known = library.result(key)
    if known is not None:
        return _moments(known, survey.transcripts)
    if only_known:
        return []
    report.step("Finding moments", 1)
    vectors = library.vectors()
    tagger = tag.load(project.tagger)
    model = weights.find("minilm", "meaning") if tag.needs_model(project.tagger) else None
    moments = [
        languages.as_said(
            replace(moment, intensity=intensity.of(moment.text, moment.tone)),
            survey.transcripts[moment.sentences[0].response],
        )
        for moment in tagger(languages.as_read(heard), problems, model, vectors, taught)
    ]
    if remember:
        vectors.flush()
        library.store_results({key: _moment_lists(moments)})
    report.advance()
    return moments


# What of a problem the tagger reads; a new question or outcome does not change a score
_TAGGED = ("slug", "statement", "describe", "phrases", "near_misses", "kind", "outcome")


def _moment_lists(moments: Sequence[Moment]) -> list[Any]:
    return [
        [m.problem, m.sentences[0].response, m.sentences[0].index, m.score, m.tone, m.why, m.intensity]
        for m in moments
    ]


def _moments(lists: Sequence[Any], transcripts: Mapping[str, Transcript]) -> list[Moment]:
    return [
        Moment(problem, (transcripts[response].sentences[index],), score, tuple(why), tone, felt)
        for problem, response, index, score, tone, why, felt in lists
    ]
