"""transcripts -> transcripts whose sentences say why they are not fit to quote. Pure.

Such a sentence is still judged, and its customer counts if it is surely about a problem; no reel shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reelmaker.model import Sentence, Transcript
from reelmaker.transcribe.quotability import recognition, small_talk


def marked(transcripts: Mapping[str, Transcript]) -> dict[str, Transcript]:
    """Every transcript with `unfit` of its sentences set."""
    return {response: _marked(transcript) for response, transcript in transcripts.items()}


def _marked(transcript: Transcript) -> Transcript:
    doubtful = recognition.doubtful_answer(transcript.sentences)
    sentences = tuple(replace(sentence, unfit=_why(sentence, doubtful)) for sentence in transcript.sentences)
    return transcript if sentences == transcript.sentences else replace(transcript, sentences=sentences)


def _why(sentence: Sentence, doubtful: bool) -> str:
    """Why it is not fit to quote, as a key of `UNFIT`; "" if it is, or if it never counts anyway."""
    if not sentence.scored:
        return ""
    if doubtful:
        return "unclear"
    if recognition.nonsense(sentence):
        return "nonsense"
    return small_talk.kind(sentence.text)
