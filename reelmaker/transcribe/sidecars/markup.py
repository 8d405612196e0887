"""Markup of captions -> plain words: tags, entities, override codes, and what is written but not said. Pure.

Every pattern takes linear time on any text: a bracket that never closes costs no more than one that does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from reelmaker.model import Word
from reelmaker.text.cleaning import clean
from reelmaker.transcribe.sidecars.phrases import Line
from reelmaker.transcribe.sidecars.times import CLOCK, milliseconds

BREAK = re.compile(r"<br\s{0,9}/?>|\\[Nnh]", re.IGNORECASE)
VOICE = re.compile(r"<v(?:\.[^\s<>]{0,80})?[ \t]([^<>]{1,200})>", re.IGNORECASE)
MARKED = re.compile(r"<(u|b|font\b[^<>]{0,200}|c\.[^<>]{0,200})>([^<>]{1,100})</", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}|\{[yYcCfFsS]:[^{}]{0,80}\}")
STAMP = re.compile(rf"<({CLOCK})>")
SPACES = re.compile(r"[\s\u00a0\u3000]+")
# What captions for the deaf describe: brackets always, round ones where they hold no speech, music between its notes
BRACKETS = re.compile(r"\[[^\[\]]{0,300}\]|【[^【】]{0,300}】|〔[^〔〕]{0,300}〕|（[^（）]{0,300}）|\*[^*\n]{1,40}\*")
ROUND = re.compile(r"\(([^()]{0,300})\)")
MUSIC = re.compile(r"[♪♫♩♬][^♪♫♩♬]*[♪♫♩♬]?")
SOUNDS = re.compile(
    r"\b(?:music|laugh\w*|chuckl\w*|sigh\w*|applau\w*|clap\w*|cough\w*|sneez\w*|sniff\w*|sob\w*|cry(?:ing)?|cries|gasp\w*"
    r"|groan\w*|inaudible|unintelligible|indistinct|crosstalk|pause[sd]?|silence|noise|beep\w*|bleep\w*|whisper\w*"
    r"|clears? throat|throat|breath\w*|exhales?|inhales?|mumbl\w*|foreign|speaking|phone|ring\w*|door|background|static"
    r"|lacht|lachen|seufzt|musik|gelächter|unverständlich|pause|räuspert|rires?|rit|soupir\w*|musique|applaudissements"
    r"|risas?|ríe|música|suspira|aplausos|inaudible|risate|ride|musica|sospira|lacht|zucht|muziek|onverstaanbaar)\b",
    re.IGNORECASE,
)
LONE_DASH = re.compile(r" [-–—]{1,3}$")
OPENERS = re.compile(r"^[\s\-–—•>]+(?=\S)|^[\s\-–—•>]+$")


def line_of(raw: str) -> Line:
    """A raw line of a caption, without its markup."""
    text = BREAK.sub(" ", raw)
    voices = VOICE.findall(text)
    segments: list[tuple[int | None, str]] = []
    start: int | None = None
    place = 0
    for stamp in STAMP.finditer(text):
        segments.append((start, plain(text[place : stamp.start()])))
        start, place = milliseconds(stamp[1]), stamp.end()
    segments.append((start, plain(text[place:])))
    joined = SPACES.sub(" ", "".join(part for _, part in segments)).strip()
    timed = tuple(segments) if len(segments) > 1 else ()
    return Line(joined, plain(voices[0]).strip() if voices else "", timed)


def plain(text: str) -> str:
    """Text without tags and override codes; entities become letters, also those that were encoded twice."""
    bare = html.unescape(TAG.sub("", text))
    if "&" in bare and ";" in bare:
        bare = html.unescape(bare)
    return clean(bare)


def marked(raw: str) -> str:
    """The word that a caption highlights, "" for none."""
    match = MARKED.search(raw)
    return plain(match[2]).strip() if match else ""


def spoken(text: str) -> str:
    """The text without what was not said: sounds, music, speakers' dashes."""
    text = MUSIC.sub(" ", BRACKETS.sub(" ", text))
    text = ROUND.sub(lambda match: " " if _describes(match, text) else match[0], text)
    return LONE_DASH.sub("", SPACES.sub(" ", OPENERS.sub("", text)).strip())


def _describes(match: re.Match[str], text: str) -> bool:
    """Whether round brackets contain a sound: they are alone, at an end, or name one."""
    inside = match[1].strip()
    alone = not text[: match.start()].strip() and not text[match.end() :].strip(" .!?…")
    return not inside or alone or bool(SOUNDS.search(inside))


def spoken_words(words: Sequence[Word]) -> list[Word]:
    """Timed words without those that were not said: from a bracket or a note to its end, if that is near."""
    said_words: list[Word] = []
    number = 0
    while number < len(words):
        text = words[number].text
        closing = PAIRS.get(text[:1], "")
        last = _closed_at(words, number, closing) if closing else -1
        inside = " ".join(word.text for word in words[number : last + 1])
        if last >= number and (closing != ")" or SOUNDS.search(inside)):
            number = last + 1
            continue
        if not OPENERS.fullmatch(text):
            said_words.append(words[number])
        number += 1
    return said_words


def _closed_at(words: Sequence[Word], number: int, closing: str) -> int:
    """The index of the word that closes a bracket; -1 if it does not close soon."""
    for place in range(number, min(number + MOST_DESCRIBED, len(words))):
        text = words[place].text[1:] if place == number else words[place].text
        if closing in text:
            return place
    return number if closing == "♪" else -1


PAIRS = {"[": "]", "(": ")", "♪": "♪", "【": "】", "（": "）"}
MOST_DESCRIBED = 12  # words between two brackets
