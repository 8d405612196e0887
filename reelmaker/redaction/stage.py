"""Finds the PII in transcripts and redacts it if `[redact]` says so; results are kept in the library.

This is the only place where words are removed: everything after it (tagger, captions, outputs, commands) receives only
words that may be shown, and each clip the stretches of its sound that are bleeped. The removed words are kept for the
self-check alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker import atomic, model
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
    300  # margin into the neighbouring words without a pause between; Whisper's word times are nearly always more exact
)
STOPS = ".,;:!?…"
LONG_MS = 1000  # a longer silence may contain unrecognised words
FAR_MS = 3000  # the longest margin next to the words


def redact(session: Session, survey: Survey) -> Survey:
    """Find the PII of every transcript, and replace what must be removed with marks."""
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
        stored = library.result(key)
        if stored is None:
            new[key] = stored = [
                [secret.kind, secret.first, secret.last] for secret in pii.find(words, language, named, allowed)
            ]
        secrets_found = [Secret(*secret) for secret in stored]
        hidden = [secret for secret in secrets_found if secret.kind in project.redact.words]
        secrets[id] = tuple(_located_secret(transcript, words, secret, secret in hidden) for secret in secrets_found)
        redacted = _marked(transcript, hidden, project.redact, named)
        if redacted != transcript:
            transcripts[id] = redacted
            keys[id] = key_of("redacted", key, project.redact.words)
    session.store(new)
    return replace(survey, transcripts=transcripts, keys=keys, secrets=secrets)


def allowed_words(settings: Redaction) -> frozenset[str]:
    """The texts that the team says are not PII, normalised by `pii.normal`."""
    return frozenset(filter(None, map(pii.normal, settings.allow)))


def names_of(settings: Redaction, response: Response) -> tuple[str, ...]:
    """The names to look for in an answer: those of the list, and the customer's own unless it may be shown."""
    own_name = [response.name] if response.name and not response.show_name else []
    return (*settings.names, *own_name)


def _located_secret(transcript: Transcript, words: Sequence[Word], secret: Secret, hidden: bool) -> Said:
    first, last = words[secret.first], words[secret.last]
    text = joined(words[secret.first : secret.last + 1])
    if transcript.source.startswith("captions") and not transcript.source.endswith(".json"):
        # captions have no word times: the sentences that contain it are covered
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
    """The covered time next to the words: a complete pause, else a part of the neighbouring word.

    A long silence may contain words that were not recognised; then it is the pause and a part of the neighbouring
    word.
    """
    if silence_ms < word_alignment.SHORTEST_PAUSE_MS:
        return PAD_MS
    return silence_ms if silence_ms <= LONG_MS else min(silence_ms + PAD_MS, FAR_MS)


def _marked(transcript: Transcript, hidden: Sequence[Secret], settings: Redaction, named: Sequence[str]) -> Transcript:
    if not settings.words:
        return transcript
    sentences, first_word = list[Sentence](), 0
    lost_english: set[str] = set()  # translations in which the PII was not found
    for sentence in transcript.sentences:
        next_word = first_word + len(sentence.words)
        secrets_here = [
            Secret(
                secret.kind, max(secret.first, first_word) - first_word, min(secret.last, next_word - 1) - first_word
            )
            for secret in hidden
            if secret.first < next_word and secret.last >= first_word
        ]
        english, kinds = pii.marked_text(sentence.english, settings.words, named, allowed_words(settings))
        if sentence.english and any(secret.kind not in kinds for secret in secrets_here):
            lost_english.add(sentence.english)
        sentences.append(
            replace(
                sentence,
                words=pii.marked(sentence.words, secrets_here) if secrets_here else sentence.words,
                english=english if kinds else sentence.english,
            )
        )
        first_word = next_word
    for number, sentence in enumerate(transcript.sentences):
        if sentence.english in lost_english:
            sentences[number] = replace(sentences[number], english="")
    return replace(transcript, sentences=tuple(sentences))


def bleeps(survey: Survey, span: Span) -> tuple[tuple[int, int, str], ...]:
    """The stretches of the sound inside a span that must be bleeped, with their kind; no two touch."""
    stretches: list[tuple[int, int, str]] = []
    for secret in sorted(survey.secrets.get(span.response, ()), key=lambda item: item.from_ms):
        start, end = max(span.start_ms, secret.from_ms), min(span.end_ms, secret.until_ms)
        if not secret.hidden or end <= start:
            continue
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end), stretches[-1][2])
        else:
            stretches.append((start, end, secret.kind))
    return tuple(stretches)


def inside(survey: Survey, span: Span) -> list[Said]:
    """The PII said in a stretch."""
    return [
        secret
        for secret in survey.secrets.get(span.response, ())
        if secret.start_ms < span.end_ms and secret.end_ms > span.start_ms
    ]


def told(survey: Survey) -> list[tuple[str, str, bool]]:
    """All PII that was found: its kind, the name of its moment, whether it is removed. Never the words."""
    return [
        (secret.kind, moment_ids.of(_sentence(survey.transcripts[id], secret).span), secret.hidden)
        for id in sorted(survey.secrets)
        for secret in survey.secrets[id]
    ]


def _sentence(transcript: Transcript, secret: Said) -> Sentence:
    """The sentence in which the PII begins."""
    return next(s for s in reversed(transcript.sentences) if s.span.start_ms <= secret.start_ms)


def warning(project: Project, survey: Survey, reel: Reel) -> str:
    """For external reels: a warning about PII in the reel that is not removed; "" if there is none."""
    if project.reel.audience != consent.EXTERNAL:
        return ""
    not_removed = [
        (secret.kind, moment_ids.name(clip.moment))
        for clip in reel.clips
        for secret in inside(survey, clip.span)
        if not secret.hidden
    ]
    if not not_removed:
        return ""
    kinds = [kind for kind in model.KINDS if kind in {kind for kind, _ in not_removed}]
    names = list(dict.fromkeys(name for _, name in not_removed))
    ellipsis = ", …" if len(names) > 3 else ""
    quoted_kinds = ", ".join(f'"{kind}"' for kind in kinds)
    return (
        f"THIS REEL IS FOR OUTSIDERS AND CONTAINS {_some(kinds).upper()} ({', '.join(names[:3])}{ellipsis}). "
        f"Set words = [{quoted_kinds}] under [redact], or `reelmaker hide` them."
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


def kept_warning(kept_builds: Sequence[str]) -> str:
    """A warning that earlier builds still contain what is removed now."""
    return (
        f"Kept builds contain what [redact] now removes: {', '.join(kept_builds)}. "
        "Delete them in reels/.history, or set keep_builds = 0 under [reel]."
    )


def fingerprint(settings: Redaction) -> str:
    """Changes with the settings but reveals nothing about the names in them; "" if nothing is removed."""
    if not settings.words:
        return ""
    settings_json = json.dumps([settings.words, settings.names, sorted(allowed_words(settings))])
    return hashlib.sha256(f"redact {settings_json}".encode()).hexdigest()


def shows(survey: Survey, manifest: Mapping[str, Any]) -> bool:
    """Whether an earlier reel contains what is removed now, in its sound or in its words."""
    for entry in manifest.get("moments", ()):
        span = Span(str(entry.get("response", "")), entry.get("start_ms", 0), entry.get("end_ms", 0))
        if any(secret.hidden and _words(secret) in str(entry.get("text", "")) for secret in inside(survey, span)):
            return True
    changes = manifest.get("changes", {})
    for quote in (quote for name in ("came_in", "went_out", "reworded") for quote in changes.get(name, ())):
        for secret in survey.secrets.get(str(quote.get("response", "")), ()):
            if secret.hidden and secret.kind != "names" and _words(secret) in str(quote.get("quote", "")):
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


def _words(secret: Said) -> str:
    return secret.text.strip(STOPS)


def _audible(survey: Survey, response: str, start_ms: int, end_ms: int, bleeped: Sequence[tuple[int, int]]) -> bool:
    """Whether PII that is removed now can be heard in a stretch of an answer, given its bleeps."""
    return any(
        secret.hidden
        and secret.start_ms < end_ms
        and secret.end_ms > start_ms
        and not any(a <= max(secret.start_ms, start_ms) and b >= min(secret.end_ms, end_ms) for a, b in bleeped)
        for secret in survey.secrets.get(response, ())
    )


def as_told(survey: Survey, span: Span, quote: str, sentences: Sequence[str]) -> str:
    """A quote of an earlier reel as it may be shown now: today's sentences if something in it must be removed."""
    return " ".join(sentences) if any(secret.hidden for secret in inside(survey, span)) else quote


def sweep(library: Library, survey: Survey, pieces: Path, keep: set[str]) -> int:
    """Delete the rendered pieces in which PII that is removed now can still be heard; returns how many.

    A piece whose content is unknown is deleted, too; it is rendered again when needed.
    """
    deleted = 0
    for path in pieces.glob("*.mov"):
        if path.stem in keep:
            continue
        content = library.result(key_of("piece", path.stem))
        if content is not None:
            response, start, end, bleeped = content
            if not _audible(survey, response, start, end, [(a, b) for a, b, _ in bleeped]):
                continue
        for suffix in (".mov", ".damaged", ".sha256"):
            atomic.remove(path.with_suffix(suffix))
        deleted += 1
    return deleted
