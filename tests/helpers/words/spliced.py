"""Spliced interviews, listened to."""

from __future__ import annotations

from helpers.surveys import interviews
from reelmaker.model import Sentence, Transcript
from reelmaker.transcribe.sidecars import spread


def transcript_of(recording: interviews.Recording) -> Transcript:
    """What a transcriber without a fault would say."""
    return Transcript(
        recording.name,
        "en",
        "whisper base",
        tuple(
            Sentence(recording.name, index, tuple(spread(s.text, s.start_ms, s.end_ms)))
            for index, s in enumerate(recording.spoken)
        ),
    )


made = interviews.made


def asked(transcript: Transcript) -> list[bool]:
    return [sentence.asked for sentence in transcript.sentences]
