"""transcripts -> transcripts whose PII is found, and redacted if `[redact]` says so, with what the library
remembers.

The one place where words are taken out: everything after it (tagger, captions, outputs, commands) gets only the words
that may be shown, and each clip the stretches of its sound that are bleeped. What was said there is kept for the
self-check alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker import model
from reelmaker.model import Reel, Response, Sentence, Span, Transcript, Word, consent, joined, moment_ids
from reelmaker.model.survey import Said
from reelmaker.project.library import Library, key_of
from reelmaker.project.redact_settings import Redaction
from reelmaker.project.session import Session
from reelmaker.redaction import pii
from reelmaker.redaction.pii import Secret
from reelmaker.transcribe import word_alignment

if TYPE_CHECKING:
    from reelmaker.model.survey import Survey
    from reelmaker.project.config import Project

PAD_MS = (
    300  # into the neighbours' words where no pause parts them: Whisper's word times are off by less, nearly always
)
STOPS = ".,;:!?…"
LONG_MS = 1000  # a pause that is no longer is believed to be one
FAR_MS = 3000  # the most that is covered beside the words


def redact(session: Session, survey: Survey) -> Survey:
    """Find the PII of every transcript, and put marks in place of what is to be taken out."""
    project, library, new = session.project, session.library, dict[str, Any]()
    transcripts, keys, secrets = dict(survey.transcripts), dict(survey.keys), dict(survey.secrets)
    for id, transcript in survey.transcripts.items():
        words = [word for sentence in transcript.sentences for word in sentence.words]
        if not words:
            continue
        named = names_of(project.redact, survey.responses[id])
        language = transcript.language or project.language
        allowed = allowed_words(project.redact)
        key = key_of("secrets", pii.VERSION, survey.keys[id], language, named, sorted(allowed))
        known = library.result(key)
        if known is None:
            new[key] = known = [[one.kind, one.first, one.last] for one in pii.find(words, language, named, allowed)]
        found = [Secret(*one) for one in known]
        hidden = [one for one in found if one.kind in project.redact.words]
        secrets[id] = tuple(_said(transcript, words, one, one in hidden) for one in found)
        told = _marked(transcript, hidden, project.redact, named)
        if told != transcript:
            transcripts[id] = told
            keys[id] = key_of("redacted", key, project.redact.words)
    session.store(new)
    return replace(survey, transcripts=transcripts, keys=keys, secrets=secrets)


def allowed_words(settings: Redaction) -> frozenset[str]:
    """What the team says is no PII, as `pii.normal` compares it."""
    return frozenset(filter(None, map(pii.normal, settings.allow)))


def names_of(settings: Redaction, response: Response) -> tuple[str, ...]:
    """The names to look for in an answer: those of the list, and the customer's own unless it may be shown."""
    own = [response.name] if response.name and not response.show_name else []
    return (*settings.names, *own)


def _said(transcript: Transcript, words: Sequence[Word], secret: Secret, hidden: bool) -> Said:
    first, last = words[secret.first], words[secret.last]
    text = joined(words[secret.first : secret.last + 1])
    if transcript.source.startswith("captions") and not transcript.source.endswith(".json"):
        # captions do not say when each word is said: the sentences that hold it are covered
        spans = [
            s.span for s in transcript.sentences if s.span.end_ms > first.start_ms and s.span.start_ms < last.end_ms
        ]
        begin, end = min(s.start_ms for s in spans) - PAD_MS, max(s.end_ms for s in spans) + PAD_MS
    else:
        before = words[secret.first - 1].end_ms if secret.first else first.start_ms - FAR_MS
        after = words[secret.last + 1].start_ms if secret.last + 1 < len(words) else last.end_ms + FAR_MS
        begin = first.start_ms - _margin(first.start_ms - before)
        end = last.end_ms + _margin(after - last.end_ms)
    return Said(secret.kind, first.start_ms, last.end_ms, max(0, begin), end, text, hidden)


def _margin(silence_ms: int) -> int:
    """How much is covered beside the words: a pause as a whole, else a part of the neighbour.

    A long time without words may hold some that were not written down; then the pause and a part of the neighbour.
    """
    if silence_ms < word_alignment.SHORTEST_PAUSE_MS:
        return PAD_MS
    return silence_ms if silence_ms <= LONG_MS else min(silence_ms + PAD_MS, FAR_MS)


def _marked(transcript: Transcript, hidden: Sequence[Secret], settings: Redaction, named: Sequence[str]) -> Transcript:
    if not settings.words:
        return transcript
    sentences, at = list[Sentence](), 0
    lost: set[str] = set()  # English in which what was said is not found again
    for sentence in transcript.sentences:
        end = at + len(sentence.words)
        own = [
            Secret(one.kind, max(one.first, at) - at, min(one.last, end - 1) - at)
            for one in hidden
            if one.first < end and one.last >= at
        ]
        english, kinds = pii.marked_text(sentence.english, settings.words, named, allowed_words(settings))
        if sentence.english and any(one.kind not in kinds for one in own):
            lost.add(sentence.english)
        sentences.append(
            replace(
                sentence,
                words=pii.marked(sentence.words, own) if own else sentence.words,
                english=english if kinds else sentence.english,
            )
        )
        at = end
    for number, sentence in enumerate(transcript.sentences):
        if sentence.english in lost:
            sentences[number] = replace(sentences[number], english="")
    return replace(transcript, sentences=tuple(sentences))


def bleeps(survey: Survey, span: Span) -> tuple[tuple[int, int, str], ...]:
    """The stretches of the sound inside a span that are not to be heard, and of what kind; none touches another."""
    found: list[tuple[int, int, str]] = []
    for one in sorted(survey.secrets.get(span.response, ()), key=lambda said: said.from_ms):
        start, end = max(span.start_ms, one.from_ms), min(span.end_ms, one.until_ms)
        if not one.hidden or end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end), found[-1][2])
        else:
            found.append((start, end, one.kind))
    return tuple(found)


def inside(survey: Survey, span: Span) -> list[Said]:
    """The secrets that are said in a stretch."""
    return [
        one
        for one in survey.secrets.get(span.response, ())
        if one.start_ms < span.end_ms and one.end_ms > span.start_ms
    ]


def told(survey: Survey) -> list[tuple[str, str, bool]]:
    """Every secret that was found: its kind, the name of the moment it is in, whether it is taken out. Never the words."""
    return [
        (one.kind, moment_ids.of(_sentence(survey.transcripts[id], one).span), one.hidden)
        for id in sorted(survey.secrets)
        for one in survey.secrets[id]
    ]


def _sentence(transcript: Transcript, one: Said) -> Sentence:
    """The sentence in which it begins."""
    return next(s for s in reversed(transcript.sentences) if s.span.start_ms <= one.start_ms)


def warning(project: Project, survey: Survey, reel: Reel) -> str:
    """For outsiders: that the reel's files say what nothing takes out; "" where they do not."""
    if project.reel.audience != consent.EXTERNAL:
        return ""
    open = [
        (one.kind, moment_ids.name(clip.moment))
        for clip in reel.clips
        for one in inside(survey, clip.span)
        if not one.hidden
    ]
    if not open:
        return ""
    kinds = [kind for kind in model.KINDS if kind in {kind for kind, _ in open}]
    names = list(dict.fromkeys(name for _, name in open))
    more = ", …" if len(names) > 3 else ""
    listed = ", ".join(f'"{kind}"' for kind in kinds)
    return (
        f"THIS REEL IS FOR OUTSIDERS AND CONTAINS {_some(kinds).upper()} ({', '.join(names[:3])}{more}). "
        f"Set words = [{listed}] under [redact], or `reelmaker hide` them."
    )


def _some(kinds: Sequence[str]) -> str:
    words = {
        "email": "e-mail addresses",
        "phone": "phone numbers",
        "card": "card numbers",
        "iban": "bank accounts",
        "names": "names",
    }
    return " and ".join(filter(None, [", ".join(words[k] for k in kinds[:-1]), words[kinds[-1]]]))


def kept_warning(kept: Sequence[str]) -> str:
    """That earlier builds still say what is taken out now."""
    return (
        f"Kept builds contain what [redact] now removes: {', '.join(kept)}. "
        "Delete them in reels/.history, or set keep_builds = 0 under [reel]."
    )


def fingerprint(settings: Redaction) -> str:
    """Changes with the settings and tells nothing of the names in them; "" where nothing is taken out."""
    if not settings.words:
        return ""
    said = json.dumps([settings.words, settings.names, sorted(allowed_words(settings))])
    return hashlib.sha256(f"redact {said}".encode()).hexdigest()


def shows(survey: Survey, manifest: Mapping[str, Any]) -> bool:
    """Whether a reel that was made before says what is taken out now: in its sound, or in its words."""
    for entry in manifest.get("moments", ()):
        span = Span(str(entry.get("response", "")), entry.get("start_ms", 0), entry.get("end_ms", 0))
        if any(one.hidden and _words(one) in str(entry.get("text", "")) for one in inside(survey, span)):
            return True
    changes = manifest.get("changes", {})
    for quote in (quote for name in ("came_in", "went_out", "reworded") for quote in changes.get(name, ())):
        for one in survey.secrets.get(str(quote.get("response", "")), ()):
            if one.hidden and one.kind != "names" and _words(one) in str(quote.get("quote", "")):
                return True
    return any(
        _audible(
            survey,
            item["response"],
            item["source_start_ms"],
            item["source_end_ms"],
            [(part["start_ms"], part["end_ms"]) for part in item.get("redacted", ())],
        )
        for item in manifest.get("items", ())
        if item.get("kind") == "clip" and {"response", "source_start_ms", "source_end_ms"} <= set(item)
    )


def _words(one: Said) -> str:
    return one.text.strip(STOPS)


def _audible(survey: Survey, response: str, start_ms: int, end_ms: int, covered: Sequence[tuple[int, int]]) -> bool:
    """Whether what is taken out now can be heard in a stretch of an answer of which that much is bleeped."""
    return any(
        one.hidden
        and one.start_ms < end_ms
        and one.end_ms > start_ms
        and not any(a <= max(one.start_ms, start_ms) and b >= min(one.end_ms, end_ms) for a, b in covered)
        for one in survey.secrets.get(response, ())
    )


def as_told(survey: Survey, span: Span, quote: str, sentences: Sequence[str]) -> str:
    """A quote of an earlier reel as it may be told now: the sentences of today where something is taken out of it."""
    return " ".join(sentences) if any(one.hidden for one in inside(survey, span)) else quote


def sweep(library: Library, survey: Survey, pieces: Path, keep: set[str]) -> int:
    """Delete the rendered pieces in which what is taken out now can still be heard; gives back how many.

    A piece of which nobody knows what it shows goes as well: it is rendered again when it is needed.
    """
    gone = 0
    for path in pieces.glob("*.mov"):
        if path.stem in keep:
            continue
        known = library.result(key_of("piece", path.stem))
        if known is not None:
            response, start, end, covered = known
            if not _audible(survey, response, start, end, [(a, b) for a, b, _ in covered]):
                continue
        path.unlink(missing_ok=True)
        path.with_suffix(".damaged").unlink(missing_ok=True)
        gone += 1
    return gone
