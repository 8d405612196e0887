"""Access requests (GDPR, Art. 15): gathers all data held about one person from the library.

The result is a folder or a zip with README.txt, data.json (schema in access_package.json), transcript.txt and, if
requested, the originals. Nothing is transcribed, scored or rendered for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reelmaker import analysis
from reelmaker.ingest import stage as ingest_stage
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import Moment, Response, Sentence, Transcript, Upload, consent
from reelmaker.model.consent import AUDIENCES
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.privacy import held_data
from reelmaker.privacy.held_data import Held
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import Session, look_into
from reelmaker.publish import catalog
from reelmaker.redaction import stage as redaction_stage
from reelmaker.review import corrections
from reelmaker.select.decisions import stage as decisions_stage
from reelmaker.select.decisions import standing
from reelmaker.transcribe import stage as transcribe_stage
from reelmaker.transcribe.corrections import stage as corrections_stage

SCHEMA = "reelmaker-export/1"


def gather(project: Project, who: str) -> dict[str, Any]:
    """The document of data.json: all data held about the person named by `who`.

    Raises:
        UnknownPerson: nobody, or several people, match.
        ProjectError: nothing has been processed yet.
    """
    with look_into(project) as session:
        library = session.library
        person = held_data.collect(project, library, who)
        survey = _transcribed(session, person)
        moments, judged_for = _moments(session, person)
        standings = standing.standings(analysis.known(session), project)
        corrected = [
            corrections.entry(state)
            for state in corrections.states(project, survey, library.corrections().all())
            if state.correction.span.response in person.responses
        ]
        fetched = _fetched(library, person)
        answers = [_answer(project, library, person, response, survey) for response in person.responses.values()]
    thresholds = {problem.slug: project.threshold_of(problem) for problem in project.problems.values()}
    everyone = manifest.document("moments", {}, [], {}, person.responses, moments=moments, thresholds=thresholds)
    for answer in answers:
        answer["moments"] = [m for m in everyone["moments"] if m["response"] == answer["response"]]
    listed_files = {file for answer in answers for file in (entry["file"] for entry in answer["files"])}
    return {
        "schema": SCHEMA,
        "made": clock_skew.now(),
        "project": project.name,
        "asked": who,
        "respondents": sorted(
            {r.respondent for r in person.responses.values() if r.respondent}
            | {row["respondent"] for row in person.rows if row.get("respondent")}
        ),
        "rows": person.rows,
        "answers": answers,
        "other_files": [
            _file(project, file, upload) for file, upload in person.uploads.items() if file not in listed_files
        ],
        "fetched": fetched,
        "judged_for": judged_for,
        "decisions": [
            standing.entry(decision)
            | {
                "state": decision.state,
                "reason": decision.reason,
                "text": decision.text,
                "withdrawn": decision.decision.withdrawn,
            }
            for decision in standings
            if decision.decision.span.response in person.responses
        ],
        "corrections": corrected,
        "used": [used for reel in catalog.reels(project) if (used := _used(project, reel, person))],
    }


def _fetched(library: Library, person: Held) -> list[dict[str, str]]:
    """The sources of the person's videos, including pending ones."""
    ids = {row["respondent"] for row in person.rows if row.get("respondent")}
    ids |= {response.respondent for response in person.responses.values() if response.respondent}
    return [
        {
            "source": fetched.source,
            "row": fetched.row,
            "file": fetched.file,
            "state": fetched.state,
            "reason": fetched.reason,
            "when": fetched.seen,
        }
        for fetched in library.fetched().all().values()
        if fetched.respondent in ids or fetched.answer in person.responses or fetched.file in person.uploads
    ]


def _transcribed(session: Session, person: Held) -> Survey:
    """The person's answers as they are transcribed today, including those that are left out of reels."""
    quiet = dataclasses.replace(session, known_only=True)
    sources = {}
    uploads = {upload.file: upload for upload in person.uploads.values() if upload}
    for response in person.responses.values():
        metadata = uploads[response.file].facts
        assert metadata is not None
        sources[response.id] = ingest_stage.source(session.project, response, metadata)
    survey = Survey(responses=dict(person.responses), sources=sources)
    survey = corrections_stage.correct(quiet, transcribe_stage.transcribe_answers(quiet, survey))
    return redaction_stage.redact(quiet, survey)


def _moments(session: Session, person: Held) -> tuple[list[Moment], str]:
    """The person's sentences as judged, and for which audience; none if the library has no judgement.

    Each answer is scored together with all others that may be used, so scores can differ by audience.
    """
    project = session.project
    problems = list(project.problems.values())
    for audience in dict.fromkeys([project.reel.audience, *AUDIENCES]):
        for_audience = dataclasses.replace(project, reel=dataclasses.replace(project.reel, audience=audience))
        quiet = dataclasses.replace(session, project=for_audience, known_only=True)
        survey = analysis.known(quiet)
        if not person.responses.keys() & survey.transcripts.keys():
            continue
        judged = decisions_stage.judge(quiet, survey, problems)
        persons_moments = [moment for moment in judged if moment.span.response in person.responses]
        if persons_moments:
            return persons_moments, audience
    return [], ""


def _answer(project: Project, library: Library, person: Held, response: Response, survey: Survey) -> dict[str, Any]:
    current = survey.transcripts.get(response.id)
    stored = library.transcripts_of(response.id)
    current_content = None if current is None else (current.source, _words(current))
    earlier = [transcript for transcript in stored if (transcript.source, _words(transcript)) != current_content]
    files = [(file, upload) for file, upload in person.uploads.items() if upload and upload.response == response.id]
    metadata = next((upload.facts for _, upload in files if upload.facts), None)
    day = consent.today()
    return {
        "response": response.id,
        "files": [_file(project, file, upload) for file, upload in files],
        "facts": asdict(metadata) if metadata else {},
        "consent": {
            "word": response.consent,
            "until": response.consent_until,
            "show_name": response.show_name,
            "internal": consent.WHY.get(consent.refusal(response, consent.INTERNAL, day), "may be used"),
            "external": consent.WHY.get(consent.refusal(response, consent.EXTERNAL, day), "may be used"),
        },
        "notes": list(response.notes),
        "transcript": _transcript(current) if current else None,
        "earlier_transcripts": [_transcript(transcript) for transcript in earlier],
        "moments": [],
    }


def _file(project: Project, file: str, upload: Upload | None) -> dict[str, Any]:
    """A file of the person with its sidecars."""
    path = project.uploads / file
    exists = path.is_file()
    uploads = ingest_uploads.files(project.uploads)[0] if project.uploads.is_dir() else []
    others = [other for other, _ in uploads if other != path]
    sidecars = sorted(
        sibling.relative_to(project.uploads).as_posix()
        for sibling in (ingest_uploads.companions(path, others) if path.is_relative_to(project.uploads) else ())
    )
    return {
        "file": file,
        "path": str(path),
        "there": exists,
        "size": path.stat().st_size if exists else upload.size if upload else 0,
        "trouble": upload.trouble if upload else "not processed yet",
        "beside": sidecars,
    }


def _transcript(transcript: Transcript) -> dict[str, Any]:
    return {
        "language": transcript.language,
        "source": transcript.source,
        "notes": list(transcript.notes),
        "sentences": [_sentence(sentence) for sentence in transcript.sentences],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "start_ms": sentence.span.start_ms,
        "end_ms": sentence.span.end_ms,
        "text": sentence.text,
        "english": sentence.english,
        "interviewer": sentence.asked,
        "unreliable": sentence.unreliable,
        "confidence": sentence.confidence,
    }


def _words(transcript: Transcript) -> Sequence[str]:
    return [sentence.text for sentence in transcript.sentences]


def _used(project: Project, reel: catalog.FinishedReel, person: Held) -> Mapping[str, Any] | None:
    """Where a finished reel shows or names the person; None if it contains nothing about them."""
    if not person.responses.keys() & set(catalog.answers(reel.document)):
        return None
    items = [item for item in reel.document["items"] if item.get("response") in person.responses]
    return {
        "reel": reel.folder.name,
        "folder": reel.folder.relative_to(project.folder).as_posix(),
        "audience": reel.audience,
        "files": list(reel.document["reel"]["files"]),
        "clips": [
            {
                name: item[name]
                for name in (
                    "response",
                    "problem",
                    "label",
                    "start_ms",
                    "end_ms",
                    "source_start_ms",
                    "source_end_ms",
                    "text",
                    "score",
                    "why",
                )
                if name in item
            }
            for item in items
        ],
        "sentences": [
            {name: m[name] for name in ("response", "start_ms", "end_ms", "text", "scores", "why") if name in m}
            for m in reel.document["moments"]
            if m.get("response") in person.responses
        ],
    }


def paths(project: Project, document: Mapping[str, Any]) -> list[Path]:
    """The existing originals of the document, with their sidecars."""
    files = [entry for answer in document["answers"] for entry in answer["files"]]
    originals: list[Path] = []
    for entry in [*files, *document["other_files"]]:
        originals += [project.uploads / name for name in (entry["file"], *entry["beside"])]
    return [path for path in dict.fromkeys(originals) if path.is_file() and not path.is_symlink()]
