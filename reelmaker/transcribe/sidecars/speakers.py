"""Who speaks in captions, and which of the speakers asks: names before the words are speakers, never words. Pure.

A name is one if the file uses it as one: "Jane Doe:" or a name that comes again, but not "The problem is:".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from reelmaker.model import Response
from reelmaker.text.cleaning import folded
from reelmaker.transcribe.sidecars.markup import spoken
from reelmaker.transcribe.sidecars.phrases import Cue, Phrase

ASKERS = frozenset(
    {
        *("interviewer", "moderator", "facilitator", "researcher", "agent", "host", "question", "q", "presenter"),
        *("interviewerin", "moderatorin", "frage", "fragesteller", "intervieweur", "animateur", "entrevistador"),
        *("entrevistadora", "pregunta", "intervistatore", "intervistatrice", "domanda", "operator", "advisor"),
    }
)
TELLERS = frozenset(
    {
        *("customer", "respondent", "participant", "interviewee", "caller", "guest", "answer", "a", "client", "user"),
        *("kunde", "kundin", "teilnehmer", "teilnehmerin", "befragte", "befragter", "antwort", "cliente", "réponse"),
        *("respuesta", "risposta", "répondant", "patient", "visitor", "shopper"),
    }
)
# Words that stand before a colon without being anybody's name
NO_NAMES = frozenset(
    "note notes ps example examples result results problem problems fact conclusion summary verdict update warning also "
    "honestly basically seriously finally first second third firstly secondly again anyway well so and but because then "
    "thing point issue question plus bonus tip hint answer reason bottom today now here this that it i we they my our "
    "you he she nobody everybody fazit ergebnis problem beispiel also nun hinweis grund frage kurz ehrlich erstens "
    "zweitens résultat exemple bref conclusion donc problème resultado ejemplo problema bueno pues esempio risultato "
    "time price total score rating pros cons yes no okay ok".split()
)
PARTICLES = "de|da|di|du|del|della|la|le|el|al|bin|ben|ibn|van|von|der|den|ter|zu|y|e|dos|das|do|st"
WORD = r"[^\W\d_][\w.'’\-]{0,24}"
LABEL = re.compile(
    rf"\s*(?:[-–—•]\s*|>{{2,3}}\s*)?(?:"
    rf"[\[(](?P<bracket>[^\[\]()]{{1,40}})[\])]"
    rf"|(?P<number>(?:speaker|sprecher(?:in)?|locuteur|hablante|interlocutore|voice|person|participant|spk|s|p|speaker_)"
    rf"[ _#\-]?\d{{1,3}}|[A-Z])(?:\s*\([^()]{{0,40}}\))?"
    rf"|(?P<name>{WORD}(?: (?:{WORD}|\d{{1,3}})){{0,3}})(?:\s*\([^()]{{0,40}}\))?"
    rf")\s*(?::(?=\s|$)|：)",
    re.IGNORECASE,
)
SPEAKER_ID = re.compile(
    r"\s*[\[(]((?:speaker|spk|sprecher)[ _#\-]?\d{1,3}|interviewer|moderator)[\])]\s*", re.IGNORECASE
)
SOUND = re.compile(r"\s*(?:(?:\[[^\[\]]{1,100}\]|\([^()]{1,100}\))\s*){1,5}(?!\s*[:：])")
CHANGE = re.compile(r"\s*(?:>{2,3}|[-–—•](?=\s*[^\s\-–—•]))\s*")
QUESTION = re.compile(r"[?？؟]")
# Who asks has so many questions among the sentences, and so many more of them than who has the fewest
ASKING, MORE_ASKING = 0.4, 0.3
UNCLEAR = (
    "the captions name several speakers, but it is unclear who asks: questions and what follows them are not quoted"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A line with its speaker; `segments` as in `Line`, if its words are those of the line."""

    speaker: str
    turn: int
    text: str
    segments: tuple[tuple[int | None, str], ...]


def phrases_of(cues: Sequence[Cue], response: Response) -> list[Phrase]:
    """The cues as phrases of their speakers, without names and sounds."""
    accepted = _accepted(cues, response)
    tagged = any(line.voice for cue in cues for line in cue.lines)
    phrases: list[Phrase] = []
    speaker, turn = "", 0
    for cue in cues:
        speaker = "" if tagged else speaker  # a tag holds for its cue, a name before the words until the next
        changes = sum(bool(CHANGE.match(line.text)) for line in cue.lines)
        lines: list[_Said] = []
        for line in cue.lines:
            name, text = _named(line.text, accepted)
            name = name or folded(line.voice)
            changed = line.text.lstrip().startswith(">>") or (changes > 1 and bool(CHANGE.match(line.text)))
            if (name and name != speaker) or (changed and not name):
                turn += 1
            speaker = name or ("" if changed else speaker)
            lines.append(_Said(speaker, turn, text, line.segments if text == line.text else ()))
        phrases += _phrases(cue, lines)
    return phrases


def _phrases(cue: Cue, lines: Sequence[_Said]) -> Iterator[Phrase]:
    """A cue's lines as phrases: neighbours of one speaker together, its time shared by their letters."""
    groups = [list(group) for _, group in groupby(lines, key=lambda line: (line.speaker, line.turn))]
    texts = [spoken(" ".join(line.text for line in group)) for group in groups]
    total = sum(len(text) + 1 for text in texts if text)
    start, done = cue.start_ms, 0
    for group, text in zip(groups, texts, strict=True):
        if not text:
            continue
        done += len(text) + 1
        end = cue.start_ms + (cue.end_ms - cue.start_ms) * done // total
        yield from _by_segments(Phrase(start, end, text, group[0].speaker, group[0].turn), group)
        start = end


def _by_segments(phrase: Phrase, lines: Sequence[_Said]) -> Iterator[Phrase]:
    """The phrase split at the times of its segments, if those fit; otherwise as one."""
    starts, texts = [phrase.start_ms], [""]
    for line in lines:
        for start, part in line.segments or ((None, line.text),):
            if start is None:
                texts[-1] = f"{texts[-1]} {part}"
            else:
                starts.append(start)
                texts.append(part)
    ends = [*starts[1:], phrase.end_ms]
    words = [spoken(text) for text in texts]
    fits = starts == sorted(starts) and ends[-1] >= starts[-1]
    if len(starts) < 2 or not fits or "".join("".join(words).split()) != "".join(phrase.text.split()):
        yield phrase
        return
    for start, end, text in zip(starts, ends, words, strict=True):
        if text:
            yield Phrase(start, end, text, phrase.speaker, phrase.turn)


def _label(text: str) -> tuple[str, str, int]:
    """The name before the words of a line, its kind, and where the words begin; ("", "", 0) for none."""
    sound = SOUND.match(text)  # "[sighs] Jane Miller: It failed."
    for begin in (0, sound.end() if sound else 0):
        if match := LABEL.match(text, begin):
            kind = str(match.lastgroup)
            return match[kind], kind, match.end()
        if match := SPEAKER_ID.match(text, begin):
            return match[1], "bracket", match.end()
    return "", "", 0


def _named(text: str, accepted: Collection[str]) -> tuple[str, str]:
    name, _, end = _label(text)
    if name and folded(name) in accepted:
        return folded(name), text[end:].strip()
    return "", text


def _accepted(cues: Sequence[Cue], response: Response) -> set[str]:
    """The names in front of lines that are speakers."""
    labels = [(number, *_label(line.text)[:2]) for number, cue in enumerate(cues) for line in cue.lines]
    labels = [(number, name, kind) for number, name, kind in labels if name]
    count = Counter(folded(name) for _, name, _ in labels)
    sure = {
        folded(name)
        for _, name, kind in labels
        if kind in ("bracket", "number")
        or _role(name) is not None
        or _is_customer(name, response)
        or _full_name(name)
        or (count[folded(name)] > 1 and _capital(name))
    }
    for number, name, _ in labels:
        if _capital(name) and (sure or number == 0):  # a dialogue, or the first thing in the file
            sure.add(folded(name))
    return sure


def _capital(name: str) -> bool:
    """Whether every word begins as names do, and none is a usual word before a colon."""
    words = [word for word in name.split() if not re.fullmatch(PARTICLES, word)]
    usual = words and words[0].casefold().strip(".") in NO_NAMES
    return bool(words) and not usual and all(word[0].upper() == word[0] for word in words)


def _full_name(name: str) -> bool:
    return len(name.split()) > 1 and _capital(name)


def _role(name: str) -> bool | None:
    """Whether a name is that of somebody who asks; None if it says nothing about it."""
    words = re.findall(r"[^\W\d_]+", folded(name))
    if set(words) & ASKERS and (len(words) == 1 or not _full_name(name) or words[0] in ASKERS):
        return True
    return False if words and words[0] in TELLERS else None


def _is_customer(name: str, response: Response) -> bool:
    """Whether a name is the customer's own, as the table or the file's name has it."""
    words = set(re.findall(r"[^\W\d_]{3,}", folded(name)))
    own = set(re.findall(r"[^\W\d_]{3,}", f"{folded(response.name)} {folded(PurePath(response.file).stem)}"))
    return bool(words & own)


def askers(phrases: Sequence[Phrase], response: Response) -> tuple[set[str], bool]:
    """The speakers who ask, and whether that is unclear although several speak."""
    names = list(dict.fromkeys(phrase.speaker for phrase in phrases if phrase.speaker))
    roles = {name: _role(name) for name in names}
    if not {"q", "a"} <= set(names):  # single letters are question and answer together, or just two speakers
        roles = {name: role if len(name) > 1 else None for name, role in roles.items()}
    asking = {name for name, role in roles.items() if role}
    others = [name for name in names if name not in asking]
    if asking or len(names) < 2:
        return asking, False
    own = [name for name in others if roles[name] is False or _is_customer(name, response)]
    if own and len(own) < len(names):
        return {name for name in names if name not in own}, False
    shares = {name: _questions(phrases, name) for name in names}
    least = min(shares.values())
    asking = {name for name in names if shares[name] >= ASKING and shares[name] - least >= MORE_ASKING}
    return asking, not asking


def _questions(phrases: Sequence[Phrase], speaker: str) -> float:
    """The share of questions among a speaker's sentences."""
    text = " ".join(phrase.text for phrase in phrases if phrase.speaker == speaker)
    sentences = [part for part in re.split(r"(?<=[.!?…。！？])\s+", text) if part.strip()]
    return sum(bool(QUESTION.search(part)) for part in sentences) / max(1, len(sentences))


def asks(text: str) -> bool:
    """Whether a sentence is a question."""
    return bool(re.search(r"[?？؟][\"'”’)\]]*$", text.strip()))
