"""Sentences in another language -> their English, by Whisper's own task "translate" from the sound itself.

Whisper translates whole stretches (up to 28 s, cut between sentences) much better than single sentences, so it
receives stretches. Which part of the English belongs to which sentence is then derived from the sound: for each
English word the model says which time of the sound it attended to. English that spans several sentences belongs to all
of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.errors import ModelError
from reelmaker.model import Response, Sentence, Span, Transcript, joined
from reelmaker.transcribe import word_alignment
from reelmaker.transcribe.chunking import RATE, gain_of, levelled
from reelmaker.transcribe.hallucinations import repeats

if TYPE_CHECKING:
    import numpy as np

VERSION = 1
LONGEST_MS, GAP_MS, PAD_MS = 28_000, 4000, 300  # of a stretch, of a silence inside it, around it
BEAM = 5
MOST_ASKED = 3  # stretches, for the language
MULTILINGUAL = 51_865  # so many tokens, or more, has a vocabulary with other languages in it
PARROTED = 0.7  # of a sentence's words: a "translation" that repeats so many of them is none
PREPENDED, APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
ENDS = (".", "!", "?", "…", ",", ";", ":")  # where English may be parted

Asked = tuple[Response, Transcript, "Callable[[], np.ndarray | None]"]
Said = tuple[str, int, int]  # English words, from, until (in ms)


@dataclass(frozen=True, slots=True)
class English:
    """The English of a transcript: its language, and a text for each sentence ("" if there is none)."""

    language: str
    texts: tuple[str, ...] = ()


def english_only(model: str) -> bool:
    """Whether a model's name, or the vocabulary in its folder, says that it knows no other language."""
    folder = Path(model).expanduser()
    if not folder.is_dir():
        return model.endswith(".en")
    try:
        tokens = len(json.loads((folder / "vocabulary.json").read_text("utf-8")))
    except (OSError, ValueError):
        try:
            tokens = (folder / "vocabulary.txt").read_bytes().count(b"\n")
        except OSError:
            return False  # what is no model is said when it is opened
    return 0 < tokens < MULTILINGUAL


def translate(model: Any, jobs: Sequence[Asked], workers: int) -> Iterator[tuple[Response, English | Exception]]:
    """Each response with its English, or what went wrong, in order.

    Args:
        model: a loaded `WhisperModel`.
        jobs: response, transcript and its sound (int16 or float32, mono, 16 kHz). A transcript without a
            language, as captions are, is first asked for it.
    """
    if not model.model.is_multilingual:
        problem = ModelError("The model only understands English.", "Use a multilingual one, such as base.")
        yield from ((response, problem) for response, _, _ in jobs)
        return

    def work(job: Asked) -> English | Exception:
        try:
            return _english(model, job[1], job[2]())
        except Exception as problem:  # noqa: BLE001 - belongs to this response; the caller decides
            return problem

    pool = ThreadPoolExecutor(workers, thread_name_prefix="translate")
    try:
        for (response, _, _), result in zip(jobs, pool.map(work, jobs), strict=True):
            yield response, result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # an interrupted build does not wait for the rest


def _english(model: Any, transcript: Transcript, samples: np.ndarray | None) -> English:
    if samples is None:
        return English(transcript.language)
    gain = gain_of(word_alignment.levels(samples))
    sentences = transcript.sentences
    parts = stretches([sentence.span for sentence in sentences])
    language = transcript.language or _language(model, sentences, parts, samples, gain)
    if language == "en":
        return English(language)
    texts = [""] * len(sentences)
    for part in parts:
        own = sentences[part.start : part.stop]
        if any(sentence.scored for sentence in own):
            texts[part.start : part.stop] = _of_stretch(model, own, samples, gain, language)
    return English(language, tuple(texts))


def stretches(spans: Sequence[Span]) -> list[range]:
    """Sentences that are translated together: as many as fit, without a long silence between them."""
    groups: list[range] = []
    for index, span in enumerate(spans):
        if (
            groups
            and span.end_ms - spans[groups[-1].start].start_ms <= LONGEST_MS
            and span.start_ms - spans[index - 1].end_ms <= GAP_MS
        ):
            groups[-1] = range(groups[-1].start, index + 1)
        else:
            groups.append(range(index, index + 1))
    return groups


def _of_stretch(
    model: Any, sentences: Sequence[Sentence], samples: np.ndarray, gain: float, language: str
) -> list[str]:
    """The English of each sentence; if the model repeats itself endlessly, of each half separately."""
    start, end = sentences[0].span.start_ms, sentences[-1].span.end_ms
    words: list[Said] = []
    for begin in range(start, max(end, start + 1), LONGEST_MS):
        words += _words(model, samples, gain, begin, min(end, begin + LONGEST_MS), language)
    text = " ".join(word for word, _, _ in words)
    if repeats(text):
        half = len(sentences) // 2
        if not half:
            return [""]
        return [
            english
            for part in (sentences[:half], sentences[half:])
            for english in _of_stretch(model, part, samples, gain, language)
        ]
    if parroted(text, " ".join(joined(sentence.words) for sentence in sentences)):
        return [""] * len(sentences)
    return shared_out(words, [sentence.span for sentence in sentences])


def _encoded(model: Any, samples: np.ndarray, gain: float, start_ms: int, end_ms: int) -> tuple[Any, int]:
    """The sound of a stretch as the model sees it, and how many frames of 10 ms it has."""
    from faster_whisper.transcribe import pad_or_trim

    part = samples[max(0, start_ms - PAD_MS) * RATE // 1000 : (end_ms + PAD_MS) * RATE // 1000]
    features = model.feature_extractor(levelled(part, gain))[..., :-1]
    return model.encode(pad_or_trim(features)[None]), len(part) * 100 // RATE


def _language(
    model: Any, sentences: Sequence[Sentence], parts: Sequence[range], samples: np.ndarray, gain: float
) -> str:
    votes: dict[str, float] = {}
    for part in parts[:MOST_ASKED]:
        first, last = sentences[part.start].span, sentences[part.stop - 1].span
        encoded, _ = _encoded(model, samples, gain, first.start_ms, min(last.end_ms, first.start_ms + LONGEST_MS))
        for token, sure in model.model.detect_language(encoded)[0]:
            votes[token[2:-2]] = votes.get(token[2:-2], 0.0) + sure
    return max(votes, key=lambda name: votes[name]) if votes else ""


def _words(model: Any, samples: np.ndarray, gain: float, start_ms: int, end_ms: int, language: str) -> list[Said]:
    """The English words of a stretch, each with the time in the sound that the model attended to."""
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

    tokenizer = Tokenizer(model.hf_tokenizer, True, task="translate", language=language)
    encoded, frames = _encoded(model, samples, gain, start_ms, end_ms)
    [result] = model.model.generate(
        encoded,
        [model.get_prompt(tokenizer, [], without_timestamps=True)],
        beam_size=BEAM,
        max_length=model.max_length,
        suppress_blank=True,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
    )
    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    if not tokens:
        return []
    [alignment] = model.find_alignment(tokenizer, [tokens], encoded, min(model.feature_extractor.nb_max_frames, frames))
    merge_punctuations(alignment, PREPENDED, APPENDED)
    offset = max(0, start_ms - PAD_MS)
    return [
        (entry["word"].strip(), offset + round(entry["start"] * 1000), offset + round(entry["end"] * 1000))
        for entry in alignment
        if entry["word"].strip()
    ]


def parroted(english: str, original: str) -> bool:
    """Whether a "translation" only repeats the original, as with models that were never trained to translate."""
    wanted, got = ({word.strip(".,;:!?¿¡").lower() for word in text.split()} for text in (original, english))
    return len(wanted) >= 4 and len(wanted & got) >= PARROTED * len(wanted)


def shared_out(words: Sequence[Said], spans: Sequence[Span]) -> list[str]:
    """The English of each sentence, from the times of its words in the sound.

    English is split at its own punctuation only, and each part goes to the sentence it overlaps most. Sentences that
    share a part, or get none, have the same text: that of all of them.
    """
    if not spans:
        return []
    edges = [(left.end_ms + right.start_ms) / 2 for left, right in pairwise(spans)]
    own: list[list[str]] = [[] for _ in spans]
    listened: list[list[float]] = []  # how long each part was listened for in each sentence
    owners: list[int] = []
    for part in _parts(words):
        times = [_inside(part, index, edges) for index in range(len(spans))]
        first = owners[-1] if owners else 0
        owner = max(range(first, len(spans)), key=lambda index: times[index])
        owners.append(owner)
        listened.append(times)
        own[owner].append(" ".join(word for word, _, _ in part))
    if not owners:
        return [""] * len(spans)
    group = list(range(len(spans)))  # the first sentence of each one's group
    for index in range(len(spans)):
        if own[index]:
            continue
        nearest = max(range(len(owners)), key=lambda number: (listened[number][index], -abs(owners[number] - index)))
        low, high = sorted((index, owners[nearest]))
        for place in range(low, high + 1):
            group[place] = min(group[low : high + 1])
    texts = {}
    for first in set(group):
        texts[first] = " ".join(text for index in range(len(spans)) if group[index] == first for text in own[index])
    return [texts[first] for first in group]


def _parts(words: Sequence[Said]) -> list[list[Said]]:
    """The words split after their punctuation."""
    parts: list[list[Said]] = []
    for number, word in enumerate(words):
        if not number or words[number - 1][0].rstrip("\"'”’)]").endswith(ENDS):
            parts.append([])
        parts[-1].append(word)
    return parts


def _inside(part: Sequence[Said], index: int, edges: Sequence[float]) -> float:
    """Milliseconds of the words that are between the edges around sentence `index`."""
    low = edges[index - 1] if index else float("-inf")
    high = edges[index] if index < len(edges) else float("inf")
    return sum(max(0.0, min(end, high) - max(start, low)) for _, start, end in part)
