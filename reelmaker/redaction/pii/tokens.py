"""Splits words into tokens and finds the digits they mean, written ("07700-900") or spoken ("double oh seven"). Pure.

A number knows the tokens it takes; runs are numbers said one after the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reelmaker.model import Word
from reelmaker.redaction.pii.number_words import FILLERS, Lexicon

MOST_FILLERS = 2  # between two parts of one number
LONGEST_PAUSE_MS = 5000  # within one number
REACH = 12  # tokens before a number that may tell its kind; half as many after it
PIECE = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]|_")
# A complete word that is an amount, a time, a date or an ordinal, and never part of a longer number
AMOUNT = re.compile(
    r"""[€$£¥₹]\s*\d.*|.*\d\s*[€$£¥₹%°]
    |\d{1,2}[:h.]\d{2}(?:[ap]m|uhr)?|\d{1,2}[ap]m
    |\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})|\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}
    |\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{1,2}
    |\d+(?:st|nd|rd|th|er|ème|e)|\d+/\d+""",
    re.VERBOSE | re.IGNORECASE,
)
DOTTED = re.compile(r"(?:\d{1,2}[.,:])+\d{1,2}|\d{1,3}(?:,\d{3})+")
ZERO = re.compile(r"(?=.*\d)[\doO()+./-]+")  # "O2O": digits with a letter recognised instead of 0
AROUND = "\"'“”‘’«»„()[]{}<>,.;:!?…¿¡*"


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a word: letters or digits or one symbol. `word` is the word's index."""

    text: str  # lower-case letters, with accents
    raw: str
    word: int
    alone: bool = True  # the word contains nothing else
    amount: bool = False
    dotted: bool = False  # looks like an amount, such as "9.00", but may be digits of a telephone number
    first: bool = False  # of a sentence
    stop: str = ""  # the comma, full stop or other mark that follows

    @property
    def is_symbol(self) -> bool:
        return not self.text[0].isalnum()


@dataclass(frozen=True, slots=True)
class Number:
    """The digits that tokens `first`..`last` mean."""

    digits: str
    first: int
    last: int


@dataclass(slots=True)
class Run:
    """Numbers said one after the other. `plus`: it begins with a plus."""

    numbers: list[Number] = field(default_factory=list)
    plus: bool = False

    @property
    def digits(self) -> str:
        return "".join(number.digits for number in self.numbers)

    @property
    def first(self) -> int:
        return self.numbers[0].first

    @property
    def last(self) -> int:
        return self.numbers[-1].last


def tokens(words: Sequence[Word]) -> list[Token]:
    """The parts of every word, in order."""
    all_tokens: list[Token] = []
    at_sentence_start = True
    for index, word in enumerate(words):
        bare = word.text.strip(AROUND)
        if ZERO.fullmatch(bare):
            bare = bare.replace("o", "0").replace("O", "0")
        amount = bool(AMOUNT.fullmatch(bare)) or bool(re.search(r"\d[^\W\d_]|[^\W\d_]\d", bare))
        dotted = bool(DOTTED.fullmatch(bare))
        pieces = PIECE.findall(bare) or PIECE.findall(word.text.strip())
        stop = (re.findall(r"[,.;:!?…]", word.text[word.text.rfind(bare[-1:]) + 1 :]) or [""])[0]
        for number, raw in enumerate(pieces):
            text = raw.lower().replace("’", "'")
            all_tokens.append(
                Token(
                    text,
                    raw,
                    index,
                    len(pieces) == 1,
                    amount,
                    dotted,
                    at_sentence_start and not number,
                    stop if number + 1 == len(pieces) else "",
                )
            )
        at_sentence_start = word.text.rstrip("\"'”’)").endswith((".", "!", "?", "…"))
    return all_tokens


def numbers(parts: Sequence[Token], words: Lexicon, loose: bool = False) -> list[Number]:
    """Every number among the tokens, without amounts; `loose`: including those that only look like amounts."""
    result, position = [], 0
    while position < len(parts):
        number = _number(parts, position, words)
        if loose and parts[position].dotted and parts[position].text.isdecimal():
            number = Number(_plain_digits(parts[position].text), position, position)
        if number:
            result.append(number)
            position = number.last + 1
        else:
            position += 1
    return result


def _number(parts: Sequence[Token], position: int, words: Lexicon) -> Number | None:
    token = parts[position]
    if token.amount:
        return None
    if token.text.isdecimal():
        return _hundreds(Number(_plain_digits(token.text), position, position), parts, words, written=True)
    if token.text in words.repeats:
        after = position + 1
        while after < len(parts) and parts[after].is_symbol:
            after += 1
        following = _spoken_number(parts, after, words) if after < len(parts) and not token.stop else None
        if following and len(following.digits) == 1:
            return Number(following.digits * words.repeats[token.text], position, following.last)
        return None
    spoken = _spoken_number(parts, position, words)
    return _hundreds(spoken, parts, words) if spoken else None


def _spoken_number(parts: Sequence[Token], start: int, words: Lexicon) -> Number | None:
    """A number in words, the longest match first; hyphens within are ignored, a comma ends it."""
    if parts[start].text.isdecimal() and not parts[start].amount:
        return Number(_plain_digits(parts[start].text), start, start)
    best = None
    spoken_words: list[str] = []
    for index in range(start, min(len(parts), start + 2 * words.longest)):
        token = parts[index]
        if token.text in ("-", "‑"):
            continue
        spoken_words.append(token.text)
        if len(spoken_words) > words.longest:
            break
        if tuple(spoken_words) in words.numbers:
            best = Number(words.numbers[tuple(spoken_words)], start, index)
        if token.stop:
            break
    return best


def _hundreds(number: Number, parts: Sequence[Token], words: Lexicon, written: bool = False) -> Number:
    """`eight hundred` is 800; after written digits it means an amount."""
    after = number.last + 1
    if after < len(parts) and parts[after].text in words.hundreds and not parts[number.last].stop:
        if written or len(number.digits) > 2:
            return Number(number.digits, number.first, after)
        return Number(number.digits + words.hundreds[parts[after].text], number.first, after)
    return number


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(symbol)) for symbol in text)


def runs(parts: Sequence[Token], words: Lexicon, timed_words: Sequence[Word], loose: bool = False) -> list[Run]:
    """Numbers with nothing but fillers, symbols and short pauses between them."""
    all_runs: list[Run] = []
    last: Number | None = None
    for number in numbers(parts, words, loose):
        if last is None or not _goes_on(parts, last, number, words, timed_words):
            all_runs.append(Run(plus=_plus(parts, number.first, words)))
        all_runs[-1].numbers.append(number)
        last = number
    return all_runs


def _goes_on(parts: Sequence[Token], last: Number, number: Number, words: Lexicon, timed_words: Sequence[Word]) -> bool:
    pause = timed_words[parts[number.first].word].start_ms - timed_words[parts[last.last].word].end_ms
    if pause > LONGEST_PAUSE_MS:
        return False
    between = parts[last.last + 1 : number.first]
    words_between = [token for token in between if not token.is_symbol]
    if any(token.text not in FILLERS for token in words_between) or len(words_between) > MOST_FILLERS:
        return False
    return not any(token.text in "+#" for token in between if token.is_symbol)


def _plus(parts: Sequence[Token], first: int, words: Lexicon) -> bool:
    if not first:
        return False
    before = parts[first - 1]
    return before.text == "+" or (words.symbols.get((before.text,)) == "+")


def nearby(
    parts: Sequence[Token],
    first: int,
    last: int,
    sets: Mapping[str, Collection[str]],
    vague: Collection[str],
) -> str:
    """The set with the word that is nearest before the tokens, or else shortly after them; "" for none.

    A `vague` word ("number") only counts if no word of another set is shortly before it ("order number").
    """

    def name_of(token: Token) -> str:
        return next((name for name, members in sets.items() if token.text in members), "")

    for position in range(first - 1, max(-1, first - REACH - 1), -1):
        if not (kind := name_of(parts[position])):
            continue
        if parts[position].text in vague:
            earlier = filter(None, (name_of(token) for token in reversed(parts[max(0, position - 3) : position])))
            return next(earlier, kind)
        return kind
    return next(filter(None, map(name_of, parts[last + 1 : last + REACH // 2])), "")


def steps(values: Sequence[int]) -> Iterator[int]:
    """The difference of each number from the one before."""
    return (after - before for before, after in pairwise(values))
