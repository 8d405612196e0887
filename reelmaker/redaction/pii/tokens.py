"""Words -> tokens and the digits they stand for, whether written ("07700-900") or spoken ("double oh seven"). Pure.

In: words of a transcript. Out: tokens; numbers, each with the tokens it takes; runs of numbers said one after the other.
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
REACH = 12  # tokens before a number that may tell what it is; half as many after it
PIECE = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]|_")
# A whole word that is an amount, a time, a date or a place in an order, and never part of a longer number
AMOUNT = re.compile(
    r"""[€$£¥₹]\s*\d.*|.*\d\s*[€$£¥₹%°]
    |\d{1,2}[:h.]\d{2}(?:[ap]m|uhr)?|\d{1,2}[ap]m
    |\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})|\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}
    |\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{1,2}
    |\d+(?:st|nd|rd|th|er|ème|e)|\d+/\d+""",
    re.VERBOSE | re.IGNORECASE,
)
DOTTED = re.compile(r"(?:\d{1,2}[.,:])+\d{1,2}|\d{1,3}(?:,\d{3})+")
ZERO = re.compile(r"(?=.*\d)[\doO()+./-]+")  # "O2O": digits in which a letter was heard for 0
AROUND = "\"'“”‘’«»„()[]{}<>,.;:!?…¿¡*"


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a word: letters or digits or one symbol. `word` is the word's place; `ends`: a sentence may end here."""

    text: str  # small letters, without accents only where `plain` is asked for
    raw: str
    word: int
    alone: bool = True  # the word holds nothing else
    amount: bool = False
    dotted: bool = False  # an amount by its form alone, such as "9.00": in a telephone number it may be digits
    first: bool = False  # of a sentence
    stop: str = ""  # the comma, full stop or other mark that follows

    @property
    def is_symbol(self) -> bool:
        return not self.text[0].isalnum()


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that tokens `first`..`last` stand for."""

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
    found: list[Token] = []
    begins = True
    for place, word in enumerate(words):
        bare = word.text.strip(AROUND)
        if ZERO.fullmatch(bare):
            bare = bare.replace("o", "0").replace("O", "0")
        amount = bool(AMOUNT.fullmatch(bare)) or bool(re.search(r"\d[^\W\d_]|[^\W\d_]\d", bare))
        dotted = bool(DOTTED.fullmatch(bare))
        pieces = PIECE.findall(bare) or PIECE.findall(word.text.strip())
        stop = (re.findall(r"[,.;:!?…]", word.text[word.text.rfind(bare[-1:]) + 1 :]) or [""])[0]
        for number, raw in enumerate(pieces):
            text = raw.lower().replace("’", "'")
            found.append(
                Token(
                    text,
                    raw,
                    place,
                    len(pieces) == 1,
                    amount,
                    dotted,
                    begins and not number,
                    stop if number + 1 == len(pieces) else "",
                )
            )
        begins = word.text.rstrip("\"'”’)").endswith((".", "!", "?", "…"))
    return found


def numbers(parts: Sequence[Token], words: Lexicon, loose: bool = False) -> list[Number]:
    """Every number among the tokens, amounts left out; `loose`: not those that are amounts by their form alone."""
    found, at = [], 0
    while at < len(parts):
        number = _number(parts, at, words)
        if loose and parts[at].dotted and parts[at].text.isdecimal():
            number = Number(_plain_digits(parts[at].text), at, at)
        if number:
            found.append(number)
            at = number.last + 1
        else:
            at += 1
    return found


def _number(parts: Sequence[Token], at: int, words: Lexicon) -> Number | None:
    token = parts[at]
    if token.amount:
        return None
    if token.text.isdecimal():
        return _hundreds(Number(_plain_digits(token.text), at, at), parts, words, written=True)
    if token.text in words.repeats:
        after = at + 1
        while after < len(parts) and parts[after].is_symbol:
            after += 1
        following = _one(parts, after, words) if after < len(parts) and not token.stop else None
        if following and len(following.digits) == 1:
            return Number(following.digits * words.repeats[token.text], at, following.last)
        return None
    said = _one(parts, at, words)
    return _hundreds(said, parts, words) if said else None


def _one(parts: Sequence[Token], at: int, words: Lexicon) -> Number | None:
    """A number as it is said, the longest first; hyphens within count for nothing, a comma ends it."""
    if parts[at].text.isdecimal() and not parts[at].amount:
        return Number(_plain_digits(parts[at].text), at, at)
    best = None
    said: list[str] = []
    for place in range(at, min(len(parts), at + 2 * words.longest)):
        token = parts[place]
        if token.text in ("-", "‑"):
            continue
        said.append(token.text)
        if len(said) > words.longest:
            break
        if tuple(said) in words.numbers:
            best = Number(words.numbers[tuple(said)], at, place)
        if token.stop:
            break
    return best


def _hundreds(number: Number, parts: Sequence[Token], words: Lexicon, written: bool = False) -> Number:
    """`eight hundred` is 800; behind written digits it is said of amounts alone."""
    after = number.last + 1
    if after < len(parts) and parts[after].text in words.hundreds and not parts[number.last].stop:
        if written or len(number.digits) > 2:
            return Number(number.digits, number.first, after)
        return Number(number.digits + words.hundreds[parts[after].text], number.first, after)
    return number


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(symbol)) for symbol in text)


def runs(parts: Sequence[Token], words: Lexicon, said: Sequence[Word], loose: bool = False) -> list[Run]:
    """Numbers with nothing but fillers, symbols and short pauses between them."""
    found: list[Run] = []
    last: Number | None = None
    for number in numbers(parts, words, loose):
        if last is None or not _goes_on(parts, last, number, words, said):
            found.append(Run(plus=_plus(parts, number.first, words)))
        found[-1].numbers.append(number)
        last = number
    return found


def _goes_on(parts: Sequence[Token], last: Number, number: Number, words: Lexicon, said: Sequence[Word]) -> bool:
    pause = said[parts[number.first].word].start_ms - said[parts[last.last].word].end_ms
    if pause > LONGEST_PAUSE_MS:
        return False
    between = parts[last.last + 1 : number.first]
    spoken = [token for token in between if not token.is_symbol]
    if any(token.text not in FILLERS for token in spoken) or len(spoken) > MOST_FILLERS:
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
    """Which of the sets has the word that is nearest before the tokens, or else near after them; "" for none.

    A `vague` word ("number") says it only where none of the other sets' words stands close before it ("order number").
    """

    def of(token: Token) -> str:
        return next((name for name, known in sets.items() if token.text in known), "")

    for at in range(first - 1, max(-1, first - REACH - 1), -1):
        if not (found := of(parts[at])):
            continue
        if parts[at].text in vague:
            closer = filter(None, (of(token) for token in reversed(parts[max(0, at - 3) : at])))
            return next(closer, found)
        return found
    return next(filter(None, map(of, parts[last + 1 : last + REACH // 2])), "")


def steps(values: Sequence[int]) -> Iterator[int]:
    """How far each number is from the one before."""
    return (after - before for before, after in pairwise(values))
