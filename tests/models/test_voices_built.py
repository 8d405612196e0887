"""Interviews in a project: listened to once, said in the table, remembered, and never quoted in a reel."""

from __future__ import annotations

import io
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.surveys import interviews
from helpers.surveys.small_survey import TOML
from helpers.words.spliced import asked, made, transcript_of

from reelmaker import analysis, build, model_files
from reelmaker.checksums import checksum
from reelmaker.ingest import stage as ingest_stage
from reelmaker.model import Transcript
from reelmaker.progress import Silent
from reelmaker.project.config import Project, open_project
from reelmaker.project.library import Library
from reelmaker.project.session import Session
from reelmaker.transcribe import stage as transcribe_stage

# in a project


def write_wav(path: Path, samples: np.ndarray) -> None:
    body = io.BytesIO()
    with wave.open(body, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.getvalue())


def interviewed(folder: Path, recording: interviews.Recording) -> Project:
    """A project with one interview that has been transcribed already."""
    write_wav(folder / "uploads" / "talk.wav", recording.samples)
    (folder / "reelmaker.toml").write_text(TOML, "utf-8")
    project = open_project(folder)
    with Library(project.library) as library:
        survey = ingest_stage.take_in(Session(project, library))
        [response] = survey.responses.values()
        heard = transcript_of(recording)
        key = transcribe_stage._transcript_key(project, response, "")
        sentences = tuple(replace(s, response=response.id) for s in heard.sentences)
        library.store_transcript(key, replace(heard, response=response.id, sentences=sentences))
    return project


class Loud(Silent):
    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.steps: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def step(self, name: str, total: int) -> None:
        self.steps.append(name)


def heard_by(project: Project, report: Loud) -> tuple[Transcript, str]:
    with Library(project.library) as library:
        session = Session(project, library, report)
        survey = transcribe_stage.transcribe_answers(session, ingest_stage.take_in(session))
        [transcript] = survey.transcripts.values()
        return transcript, survey.keys[transcript.response]


@pytest.mark.slow
def test_a_project_listens_once_and_forgets_nothing(tmp_path: Path) -> None:
    recording = made("clear", 3)
    project, report = interviewed(tmp_path, recording), Loud()
    first, key = heard_by(project, report)
    assert asked(first) == [spoken.asked for spoken in recording.spoken]
    assert report.steps.count("Telling voices apart") == 1
    again, same = heard_by(project, report)
    assert (again, same) == (first, key)
    assert report.steps.count("Telling voices apart") == 1
    with Library(project.library) as library:
        [known] = analysis.known(Session(project, library)).transcripts.values()
        assert known == first
    off, other = heard_by(replace(project, interviewer="none"), report)
    assert not any(asked(off)) and other != key
    assert report.steps.count("Telling voices apart") == 1 and "Transcribing" not in report.steps


def test_the_table_may_say_it_for_one_answer(tmp_path: Path) -> None:
    project, report = interviewed(tmp_path, made("clear", 3)), Loud()
    (tmp_path / "uploads" / "responses.csv").write_text("file,interviewer\ntalk.wav,none\n", "utf-8")
    off, _ = heard_by(project, report)
    assert not any(asked(off)) and not report.warnings
    (tmp_path / "uploads" / "responses.csv").write_text("file,interviewer\ntalk.wav,maybe\n", "utf-8")
    with Library(project.library) as library:
        session = Session(project, library)
        ingest_stage.take_in(session)
        assert any("auto, first or none" in warning for warning in session.warnings)


@pytest.mark.slow
def test_without_the_model_everything_is_used_and_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, report = interviewed(tmp_path / "p", made("clear", 3)), Loud()
    monkeypatch.setenv("REELMAKER_CACHE", str(tmp_path / "cache"))
    real = model_files.located
    monkeypatch.setattr(model_files, "located", lambda part: None if part.package == "resemblyzer" else real(part))
    heard, key = heard_by(project, report)
    assert not any(asked(heard)) and not heard.notes
    [line] = report.warnings
    assert "pip install --no-deps resemblyzer==0.1.4" in line and "\n" not in line
    monkeypatch.setattr(model_files, "located", real)
    heard, later = heard_by(project, report)  # and once it is there, it is used
    assert any(asked(heard)) and later != key


@pytest.mark.slow
def test_a_reel_of_real_interviews_quotes_only_the_customers(tmp_path: Path) -> None:
    """Spliced sound, real Whisper, the real tagger: no clip shows a sentence that an interviewer says."""
    from reelmaker.review import search

    recordings = {f"talk{number}.wav": made("clear", number) for number in (0, 4, 9)}
    for name, recording in recordings.items():
        write_wav(tmp_path / "uploads" / name, recording.samples)
    (tmp_path / "reelmaker.toml").write_text(
        TOML.replace('tagger = "keywords"', "threshold = 0.0").replace("clip_min = 1", "clip_min = 2"),
        "utf-8",
    )
    found = search.moments(tmp_path, ["checkout"]).document["moments"]
    assert found
    for name, recording in recordings.items():
        of_file = [entry for entry in found if entry["file"] == name]
        for spoken in recording.spoken:
            over = [
                entry["asked"]
                for entry in of_file
                if min(entry["end_ms"], spoken.end_ms) - max(entry["start_ms"], spoken.start_ms)
                > min(spoken.end_ms - spoken.start_ms, entry["end_ms"] - entry["start_ms"]) / 2
            ]
            assert over and set(over) == {spoken.asked}, (name, spoken.text)
    reel = build(tmp_path, ["checkout"], dry_run=True)
    assert reel.counts["checkout"].of == 3 and reel.clips
    owners = {checksum(tmp_path / "uploads" / name): one for name, one in recordings.items()}
    for clip in reel.clips:
        recording = owners[clip.span.response]
        for spoken in recording.spoken:
            shared = min(clip.span.end_ms, spoken.end_ms) - max(clip.span.start_ms, spoken.start_ms)
            assert not spoken.asked or shared < 150, (recording.name, spoken.text, shared)
