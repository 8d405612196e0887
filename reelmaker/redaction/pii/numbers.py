"""Card numbers, telephone numbers and bank accounts among runs of digits. Pure.

Prices, years, times, counting, and numbers that the words before them call an order, an invoice and the like are
ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reelmaker.model import Word
from reelmaker.redaction.pii.number_words import CARD, OTHER, PHONE, SECURITY, VAGUE, Lexicon
from reelmaker.redaction.pii.tokens import Number, Run, Token, nearby, numbers, runs, steps

Stretch = tuple[str, int, int]  # kind, first token, last token
CARD_DIGITS = range(14, 20)
CARD_SAID = range(12, 25)  # possible lengths if the words before mention a card, since digits may be misheard
PHONE_SAID = range(6, 16)
SURE_DIGITS = 9  # fewest digits of a number that looks like amounts
OTHER_DIGITS, BETWEEN = (
    3,
    4,
)  # digits that belong to a number nearby: at least so many, and at most so many tokens away
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


def find(parts: Sequence[Token], words: Lexicon, timed_words: Sequence[Word], language: str) -> list[Stretch]:
    """Every card, telephone and account number, in order."""
    accounts = list(ibans(parts, words))
    account_tokens = {index for _, first, last in accounts for index in range(first, last + 1)}
    stretches: list[Stretch] = [*accounts, *_security(parts, words)]
    strict = runs(parts, words, timed_words)
    for run in strict:
        about = nearby(parts, run.first, run.last, SETS, VAGUE)
        if account_tokens.isdisjoint(range(run.first, run.last + 1)) and (kind := _kind(run, about, language)):
            stretches.append((kind, *_with_others(run, strict)))
    if any(token.dotted for token in parts):
        # "7.7.00. 9.00. 11.9": only if the words before it are unambiguous
        for run in runs(parts, words, timed_words, loose=True):
            about = nearby(parts, run.first, run.last, SETS, VAGUE)
            is_certain = len(run.digits) >= SURE_DIGITS and (run.plus or about in ("phone", "card"))
            if is_certain and account_tokens.isdisjoint(range(run.first, run.last + 1)):
                stretches.append(("card" if about == "card" else "phone", run.first, run.last))
    return sorted(stretches, key=lambda stretch: stretch[1])


def _with_others(run: Run, all_runs: Sequence[Run]) -> tuple[int, int]:
    """The run extended by digits close to it: words recognised in the middle of a number are misheard digits."""
    first, last = run.first - run.plus, run.last
    neighbours = [
        neighbour for neighbour in all_runs if len(neighbour.digits) >= OTHER_DIGITS and not _years(neighbour.numbers)
    ]
    for neighbour in reversed(neighbours):
        if 0 < first - neighbour.last <= BETWEEN:
            first = neighbour.first
    for neighbour in neighbours:
        if 0 < neighbour.first - last <= BETWEEN:
            last = neighbour.last
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
        return "card"  # grouped as on a card, with a misheard digit
    if about == "phone" and len(digits) in PHONE_SAID:
        return "phone"
    return "phone" if about != "other" and _like_a_phone(digits, language) else ""


def _windows(spoken_numbers: Sequence[Number]) -> Iterator[str]:
    """The digits of every sequence of numbers that is as long as a card's."""
    for first in range(len(spoken_numbers)):
        digits = ""
        for number in spoken_numbers[first:]:
            digits += number.digits
            if len(digits) in CARD_DIGITS:
                yield digits


def _is_card(digits: str) -> bool:
    lengths = {"34": 15, "37": 15, "36": 14, "30": 14, "38": 14}
    expected_length = lengths.get(digits[:2], 16)
    known_prefix = digits[:2] in lengths or digits[0] in "456" or "22" <= digits[:2] <= "27" or digits[:2] == "35"
    return known_prefix and (len(digits) == expected_length or len(digits) == 19) and luhn(digits)


def luhn(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _like_a_phone(digits: str, language: str) -> bool:
    """Whether the form alone makes it a complete telephone number: with its 0 or 00, or ten digits of North America."""
    if digits.startswith("00"):
        return len(digits) in range(11, 17)
    if digits.startswith("0"):
        return len(digits) in range(10, 14)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) == 10:
        return digits[0] not in "01" and digits[3] not in "01"
    return language == "es" and len(digits) == 9 and digits[0] in "6789"


def _counting(spoken_numbers: Sequence[Number]) -> bool:
    """Whether the numbers count up or down by the same step throughout."""
    values = [int(number.digits) for number in spoken_numbers]
    differences = list(steps(values))
    if len(differences) < 3:
        return len(spoken_numbers) == 1 and spoken_numbers[0].digits in "0123456789012345"
    return differences[0] != 0 and len(set(differences)) == 1


def _years(spoken_numbers: Sequence[Number]) -> bool:
    return all(len(number.digits) == 4 and "1900" <= number.digits <= "2099" for number in spoken_numbers)


def _security(parts: Sequence[Token], words: Lexicon) -> Iterator[Stretch]:
    """The three or four digits spoken right after "security code" or "CVV"."""
    spoken_numbers = numbers(parts, words)
    for position in range(len(parts)):
        for name in SECURITY:
            if tuple(token.text for token in parts[position : position + len(name)]) != name:
                continue
            following = [n for n in spoken_numbers if position + len(name) <= n.first <= position + len(name) + 6]
            digits = ""
            for number in following:
                digits += number.digits
                if len(digits) >= 3:
                    break
            if len(digits) in (3, 4):
                yield "card", following[0].first, number.last


def ibans(parts: Sequence[Token], words: Lexicon) -> Iterator[Stretch]:
    """Account numbers with correct check digits (ISO 13616), written or spelled."""
    numbers_at = {number.first: number for number in numbers(parts, words)}
    position = 0
    while position < len(parts):
        end = _iban(parts, position, numbers_at)
        if end is None:
            position += 1
        else:
            yield "iban", position, end
            position = end + 1


def _iban(parts: Sequence[Token], first: int, numbers_at: dict[int, Number]) -> int | None:
    country = parts[first].text
    if len(country) > 2 or not country.isalpha():
        return None
    text, position = "", first
    while position < len(parts) and len(text) < 34:
        token = parts[position]
        if token.is_symbol:
            position += 1
            continue
        if position in numbers_at and (len(token.text) > 1 or token.text.isdecimal()):
            text, position = text + numbers_at[position].digits, numbers_at[position].last + 1
        elif token.text.isalnum() and token.text.isascii() and (len(token.text) <= 4 or token.amount):
            text, position = text + token.text.upper(), position + 1
        else:
            return None
        if len(text) >= 2 and text[:2] not in IBAN:
            return None
        if len(text) >= 4 and not text[2:4].isdecimal():
            return None
        if len(text) >= 2 and len(text) == IBAN[text[:2]] and _checked(text):
            return position - 1
        if len(text) >= 2 and len(text) > IBAN[text[:2]]:
            return None
    return None


def _checked(text: str) -> bool:
    if not text.isascii():
        return False
    rearranged = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1
