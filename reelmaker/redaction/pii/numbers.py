"""Card numbers, telephone numbers and bank accounts among runs of digits. Pure.

In: tokens. Out: stretches of tokens with what they are. Prices, years, times, counting and numbers that the words before
them call an order, an invoice and the like are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reelmaker.model import Word
from reelmaker.redaction.pii.number_words import CARD, OTHER, PHONE, SECURITY, VAGUE, Lexicon
from reelmaker.redaction.pii.tokens import Number, Run, Token, nearby, numbers, runs, steps

Stretch = tuple[str, int, int]  # kind, first token, last token
CARD_DIGITS = range(14, 20)
CARD_SAID = range(12, 25)  # digits that are a card's where the words before them say so, misheard or not
PHONE_SAID = range(6, 16)
SURE_DIGITS = 9  # of what is written like amounts
OTHER_DIGITS, BETWEEN = (
    3,
    4,
)  # digits close to a number are of it; so many tokens away at most, themselves counted
IBAN = {
    "AD": 24,
    "AT": 20,
    "BE": 16,
    "BG": 22,
    "CH": 21,
    "CY": 28,
    "CZ": 24,
    "DE": 22,
    "DK": 18,
    "EE": 20,
    "ES": 24,
    "FI": 18,
    "FR": 27,
    "GB": 22,
    "GR": 27,
    "HR": 21,
    "HU": 28,
    "IE": 22,
    "IS": 26,
    "IT": 27,
    "LI": 21,
    "LT": 20,
    "LU": 20,
    "LV": 21,
    "MC": 27,
    "MT": 31,
    "NL": 18,
    "NO": 15,
    "PL": 28,
    "PT": 25,
    "RO": 24,
    "SE": 24,
    "SI": 19,
    "SK": 24,
    "SM": 27,
}
SETS = {"phone": PHONE, "card": CARD, "other": OTHER}


def find(parts: Sequence[Token], words: Lexicon, said: Sequence[Word], language: str) -> list[Stretch]:
    """Every card, telephone and account number, in order."""
    accounts = list(ibans(parts, words))
    taken = {at for _, first, last in accounts for at in range(first, last + 1)}
    found: list[Stretch] = [*accounts, *_security(parts, words)]
    strict = runs(parts, words, said)
    for run in strict:
        about = nearby(parts, run.first, run.last, SETS, VAGUE)
        if taken.isdisjoint(range(run.first, run.last + 1)) and (kind := _kind(run, about, language)):
            found.append((kind, *_with_others(run, strict)))
    if any(token.dotted for token in parts):
        # "7.7.00. 9.00. 11.9": only where the words before it leave no doubt
        for run in runs(parts, words, said, loose=True):
            about = nearby(parts, run.first, run.last, SETS, VAGUE)
            sure = len(run.digits) >= SURE_DIGITS and (run.plus or about in ("phone", "card"))
            if sure and taken.isdisjoint(range(run.first, run.last + 1)):
                found.append(("card" if about == "card" else "phone", run.first, run.last))
    return sorted(found, key=lambda one: one[1])


def _with_others(run: Run, every: Sequence[Run]) -> tuple[int, int]:
    """The run with digits close to it, which belong to it: words heard in the middle of a number are misheard digits."""
    first, last = run.first - run.plus, run.last
    near = [other for other in every if len(other.digits) >= OTHER_DIGITS and not _years(other.numbers)]
    for other in reversed(near):
        if 0 < first - other.last <= BETWEEN:
            first = other.first
    for other in near:
        if 0 < other.first - last <= BETWEEN:
            last = other.last
    return first, last


def _kind(run: Run, about: str, language: str) -> str:
    digits = run.digits
    if _counting(run.numbers) or _years(run.numbers):
        return ""
    if run.plus and len(digits) in range(8, 18):
        return "phone"
    if about != "other" and any(_is_card(window) for window in _windows(run.numbers)):
        return "card"
    if about == "card" and len(digits) in CARD_SAID:
        return "card"
    if about != "other" and [len(n.digits) for n in run.numbers] == [4] * 4 and digits[0] in "3456":
        return "card"  # written as on a card, a digit misheard
    if about == "phone" and len(digits) in PHONE_SAID:
        return "phone"
    return "phone" if about != "other" and _like_a_phone(digits, language) else ""


def _windows(said: Sequence[Number]) -> Iterator[str]:
    """The digits of every stretch of numbers that is as long as a card's."""
    for first in range(len(said)):
        digits = ""
        for number in said[first:]:
            digits += number.digits
            if len(digits) in CARD_DIGITS:
                yield digits


def _is_card(digits: str) -> bool:
    lengths = {"34": 15, "37": 15, "36": 14, "30": 14, "38": 14}
    known = lengths.get(digits[:2], 16)
    begins = digits[:2] in lengths or digits[0] in "456" or "22" <= digits[:2] <= "27" or digits[:2] == "35"
    return begins and (len(digits) == known or len(digits) == 19) and luhn(digits)


def luhn(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _like_a_phone(digits: str, language: str) -> bool:
    """What is a whole telephone number by its form alone: with its 0 or 00, or ten digits of North America."""
    if digits.startswith("00"):
        return len(digits) in range(11, 17)
    if digits.startswith("0"):
        return len(digits) in range(10, 14)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) == 10:
        return digits[0] not in "01" and digits[3] not in "01"
    return language == "es" and len(digits) == 9 and digits[0] in "6789"


def _counting(said: Sequence[Number]) -> bool:
    """One, two, three …: up or down by the same step all the way."""
    values = [int(number.digits) for number in said]
    moves = list(steps(values))
    if len(moves) < 3:
        return len(said) == 1 and said[0].digits in "0123456789012345"
    return moves[0] != 0 and len(set(moves)) == 1


def _years(said: Sequence[Number]) -> bool:
    return all(len(number.digits) == 4 and "1900" <= number.digits <= "2099" for number in said)


def _security(parts: Sequence[Token], words: Lexicon) -> Iterator[Stretch]:
    """The three or four digits that are said right after "security code" or "CVV"."""
    said = numbers(parts, words)
    for at in range(len(parts)):
        for name in SECURITY:
            if tuple(token.text for token in parts[at : at + len(name)]) != name:
                continue
            near = [n for n in said if at + len(name) <= n.first <= at + len(name) + 6]
            digits = ""
            for number in near:
                digits += number.digits
                if len(digits) >= 3:
                    break
            if len(digits) in (3, 4):
                yield "card", near[0].first, number.last


def ibans(parts: Sequence[Token], words: Lexicon) -> Iterator[Stretch]:
    """Account numbers whose check digits are right (ISO 13616), written or read out letter by letter."""
    said = {number.first: number for number in numbers(parts, words)}
    at = 0
    while at < len(parts):
        end = _iban(parts, at, said)
        if end is None:
            at += 1
        else:
            yield "iban", at, end
            at = end + 1


def _iban(parts: Sequence[Token], first: int, said: dict[int, Number]) -> int | None:
    head = parts[first].text
    if len(head) > 2 or not head.isalpha():
        return None
    text, at = "", first
    while at < len(parts) and len(text) < 34:
        token = parts[at]
        if token.is_symbol:
            at += 1
            continue
        if at in said and (len(token.text) > 1 or token.text.isdecimal()):
            text, at = text + said[at].digits, said[at].last + 1
        elif token.text.isalnum() and token.text.isascii() and (len(token.text) <= 4 or token.amount):
            text, at = text + token.text.upper(), at + 1
        else:
            return None
        if len(text) >= 2 and text[:2] not in IBAN:
            return None
        if len(text) >= 4 and not text[2:4].isdecimal():
            return None
        if len(text) >= 2 and len(text) == IBAN[text[:2]] and _checked(text):
            return at - 1
        if len(text) >= 2 and len(text) > IBAN[text[:2]]:
            return None
    return None


def _checked(text: str) -> bool:
    if not text.isascii():
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
