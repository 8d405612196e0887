"""Interviews: which of an answer's sentences an interviewer says, so that only the customer is quoted.

Takes a transcript, its sound and the voice encoder; returns the transcript with the interviewer's sentences marked,
and sentences cut where the voice changes. Two things are required: voices that are clearly different, and some of them
asking most of the questions. If there are several voices and that is uncertain, no question is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reelmaker.model import Sentence, Transcript
from reelmaker.transcribe.diarization import several, turns

if TYPE_CHECKING:
    import numpy as np

VERSION = 2  # a new one judges every answer again, without transcribing it again
AUTO, FIRST, NONE = "auto", "first", "none"
WAYS = (AUTO, FIRST, NONE)  # find out; the interviewer speaks first; there is none
FEWEST = 4  # sentences; with less there is nothing to compare
ENOUGH_MS = 700  # what is shorter says too little of a voice to vote
ALIKE = 0.70  # mean likeness between the voices from which they are not apart
APART = 0.08  # how much more alike each voice must be to itself
ROUNDS = 12
ASKING, ANSWERING = 0.4, 0.3  # share of questions: of the interviewer at least, of the customer at most
OPENING = 3  # sentences that may stand at the start as the only ones of the interviewer
OPENING_SHARE = 0.4  # of the speech
KEPT = 0.6  # of the customer's speech must stay quotable; with less, the voices are too mixed up to be told apart
QUESTION = re.compile(r"[?？؟]")
ASKS = re.compile(
    r"\W*((so|and|okay|ok|right|now|well|great|please|thanks|thank you)\W+)*"
    r"(tell (me|us)|(can|could|would|will) you|walk (me|us)|talk (me|us)|describe"
    r"|(what|how|why|when|where|who|which) (did|do|does|is|are|was|were|would|should|could|can|has|have))\b",
    re.IGNORECASE,
)
UNSURE = (
    "there are several voices, and it is not sure who asks: no question is quoted, and nothing that another voice says"
    " right after one. Set interviewer in [transcribe] or in its row"
)
ONE_VOICE = "no second voice was found although an interviewer should speak first: everything is used"


@dataclass(frozen=True, slots=True)
class Vote:
    """A stretch that is compared: the start or the end of a sentence, or all of a short one."""

    sentence: Sentence
    stretch: turns.Stretch
    asks: bool

    @property
    def speech_ms(self) -> float:
        """The part of the speech that it represents."""
        span = self.sentence.span
        return span.length_ms / len(turns.ends(span.start_ms, span.end_ms))


def worth_hearing(transcript: Transcript, way: str) -> bool:
    """Whether an interviewer can be found at all. If nobody asks, there is none, and the sound need not be examined."""
    enough = len(transcript.sentences) >= FEWEST
    return enough and way != NONE and (way == FIRST or any(map(_asks, transcript.sentences)))


def tell_apart(transcript: Transcript, samples: np.ndarray, prints: turns.Prints, way: str = AUTO) -> Transcript:
    """The transcript with the interviewer's sentences marked `asked`; unchanged if there is no interviewer.

    Args:
        samples: the response's sound, float32 mono 16 kHz, from its start on.
        prints: returns the voiceprints of stretches of sound, shape (stretches, 256), unit length.
        way: one of `WAYS`.
    """
    import numpy as np

    if not worth_hearing(transcript, way):
        return transcript
    votes = [
        Vote(sentence, stretch, _asks(sentence))
        for sentence in transcript.sentences
        if sentence.span.length_ms >= ENOUGH_MS
        for stretch in turns.ends(sentence.span.start_ms, sentence.span.end_ms)
    ]
    if len(votes) < FEWEST:
        return transcript
    ear = turns.Ear(samples, prints)
    voiceprints = ear([vote.stretch for vote in votes])
    asking = np.array([vote.asks for vote in votes]) if way == AUTO else np.arange(len(votes)) == 0
    first_voice = two_voices(voiceprints, asking)
    if way == FIRST:
        if first_voice is None:
            return replace(transcript, notes=(*transcript.notes, ONE_VOICE))
        parts: tuple[list[np.ndarray], list[np.ndarray]] | None = (
            ([first_voice], [~first_voice]) if first_voice[0] else ([~first_voice], [first_voice])
        )
    else:
        groups = several.voices(voiceprints)
        parts = _by_manner(votes, groups) if len(groups) > 2 else None  # two voices would take two people for one
        interviewer = None if first_voice is None or parts else _interviewer(votes, first_voice)
        parts = parts or (_by_manner(votes, groups) if interviewer is None else ([interviewer], [~interviewer]))
    sentences = _marked(transcript, votes, voiceprints, ear, parts) if parts else None
    if sentences is None:
        return _unsure(transcript, ear, apart=first_voice is not None or parts is not None)
    if way == AUTO:
        sentences, _ = several.questions_left(sentences, ear, _asks, sure=True)
    asked_count = sum(sentence.asked for sentence in sentences)
    note = f"an interview: {asked_count} of {len(sentences)} sentences are the interviewer's or unclear, and not quoted"
    return replace(transcript, sentences=sentences, notes=(*transcript.notes, note))


def _marked(
    transcript: Transcript,
    votes: Sequence[Vote],
    voiceprints: np.ndarray,
    ear: turns.Ear,
    parts: tuple[list[np.ndarray], list[np.ndarray]],
) -> tuple[Sentence, ...] | None:
    """The sentences with those of the asking voices marked; None if too little is left to quote for that to be
    believed.
    """
    import numpy as np

    _, answering = parts
    pair = turns.Pair(*(np.stack([_centre(voiceprints[own]) for own in voice_groups]) for voice_groups in parts))
    sentences = turns.mark(transcript.sentences, ear, pair)
    own = np.any(answering, axis=0)
    spoken_ms = sum(vote.speech_ms for vote, answers in zip(votes, own, strict=True) if answers)
    quotable_ms = sum(sentence.span.length_ms for sentence in sentences if not sentence.asked)
    return sentences if quotable_ms >= KEPT * spoken_ms else None


def _unsure(transcript: Transcript, ear: turns.Ear, *, apart: bool) -> Transcript:
    """Nobody surely asks: if there are several voices, no question is quoted, nor what another voice says after one.

    Args:
        apart: two voices were found; otherwise there are several where questions are answered by another voice.
    """
    sentences, changes = several.questions_left(transcript.sentences, ear, _asks, sure=False)
    if not apart and changes < several.CHANGES:
        return transcript
    return replace(transcript, sentences=sentences, notes=(*transcript.notes, UNSURE))


def two_voices(voiceprints: np.ndarray, first: np.ndarray) -> np.ndarray | None:
    """Which voiceprints belong to the first of two voices, shape (stretches,), starting from a guess; None if there is
    only one voice.
    """
    import numpy as np

    likeness = voiceprints @ voiceprints.T
    first_voice = first.copy()
    if first_voice.all() or not first_voice.any():
        first_voice = np.arange(len(first_voice)) == 0
    for _ in range(ROUNDS):
        if first_voice.all() or not first_voice.any():
            return None
        new = _nearer(likeness, first_voice)
        if (new == first_voice).all():
            break
        first_voice = new
    if first_voice.all() or not first_voice.any():
        return None
    same = first_voice[:, None] == first_voice[None, :]
    others = same & ~np.eye(len(first_voice), dtype=bool)
    between, within = float(likeness[~same].mean()), float(likeness[others].mean())
    return first_voice if between <= ALIKE and within - between >= APART else None


def _nearer(likeness: np.ndarray, first_voice: np.ndarray) -> np.ndarray:
    """Whether each stretch is closer to the first voice than to the second; a stretch is not compared with itself."""
    import numpy as np

    means = []
    for group in (first_voice, ~first_voice):
        others = group[None, :] & ~np.eye(len(first_voice), dtype=bool)
        counts = others.sum(1)
        mean = (likeness * others).sum(1) / np.maximum(counts, 1)
        means.append(np.where(counts > 0, mean, 1.0))  # the only one of its voice stays with it
    nearer: np.ndarray = means[0] > means[1]
    return nearer


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a voice speaks: its share of questions and of the speech, in how many turns, whether only at the start."""

    questions: float
    speech: float
    turns: int
    opens: bool


def _manner(votes: Sequence[Vote], own: Sequence[bool]) -> _Manner:
    own_votes = [vote for vote, mine in zip(votes, own, strict=True) if mine]
    length, total_ms = (sum(vote.speech_ms for vote in group) for group in (own_votes, votes))
    starts = sum(mine and (not index or not own[index - 1]) for index, mine in enumerate(own))
    few = len({vote.sentence.index for vote in own_votes}) <= OPENING
    return _Manner(
        sum(vote.asks for vote in own_votes) / len(own_votes),
        length / total_ms,
        starts,
        own[0] and starts == 1 and few and length / total_ms <= OPENING_SHARE,
    )


def _interviewer(votes: Sequence[Vote], first_voice: np.ndarray) -> np.ndarray | None:
    """Which of the two asks, speaks less, and comes back or only opens; None if that is not clear."""
    for candidate in (first_voice, ~first_voice):
        asker, teller = _manner(votes, candidate.tolist()), _manner(votes, (~candidate).tolist())
        asks = asker.questions >= ASKING and asker.questions - teller.questions >= ANSWERING
        if asks and teller.questions <= ANSWERING and asker.speech < 0.5 and (asker.turns > 1 or asker.opens):
            return candidate
    return None


def _by_manner(votes: Sequence[Vote], voices: Sequence[np.ndarray]) -> tuple[list[np.ndarray], list[np.ndarray]] | None:
    """Those who ask and those who answer, of several voices; None if that is not clear for each of them."""
    manners = [_manner(votes, own.tolist()) for own in voices]
    asking = [own for own, manner in zip(voices, manners, strict=True) if manner.questions >= ASKING]
    answering = [own for own, manner in zip(voices, manners, strict=True) if manner.questions <= ANSWERING]
    if not asking or not answering or len(asking) + len(answering) < len(voices):
        return None
    speech = sum(manner.speech for manner in manners if manner.questions >= ASKING)
    return (asking, answering) if speech < 0.5 else None


def _asks(sentence: Sentence) -> bool:
    return bool(QUESTION.search(sentence.text) or ASKS.match(sentence.text))


def _centre(voiceprints: np.ndarray) -> np.ndarray:
    import numpy as np

    middle: np.ndarray = voiceprints.mean(0)
    return middle / max(float(np.linalg.norm(middle)), 1e-9)
