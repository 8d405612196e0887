"""E-mail addresses, written or read out: "jane.doe@example.com", "jane dot doe at example dot com". Pure.

In: tokens. Out: stretches of tokens. A web address ("at amazon dot com") is none: something must speak for an e-mail
address, be it the words around it, how the name is put together, or a domain that is known for mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reelmaker.redaction.pii.number_words import MAIL, Lexicon, gathered
from reelmaker.redaction.pii.tokens import Token, numbers

TLDS = gathered(
    "com org net co uk de fr es ie eu io me shop info biz us ca au nl it ch at be edu gov app dev ai online store cloud tv "
    "in nz pl se no dk pt fi cz gr email mail ru jp br mx za"
)
PROVIDERS = gathered(
    "gmail googlemail hotmail yahoo outlook icloud aol gmx protonmail proton fastmail btinternet ymail zoho web.de t-online "
    "live msn comcast verizon virginmedia sky talktalk orange wanadoo free laposte freenet posteo mailbox"
)
SURE = gathered("gmail googlemail hotmail yahoo outlook icloud aol gmx protonmail fastmail btinternet ymail")
# Before a name that is no part of it
BEFORE = gathered(
    "is it's its it to from with by my on email e-mail mail address called under that's that so use used write contact and "
    "have be was in as are them or reply put typed signed up me i you your the reach send went said wrote had has they kept "
    "keep saying via log login name user username account ist an unter meine lautet adresse schreiben sie c'est mon est à "
    "écrivez es mi correo al entered here's here then now yes well like just got also"
)
WEB = ("www", "http", "https")
MOST_LOOSE = 4  # words before the "at" that nothing joins
AROUND = 10


def find(parts: Sequence[Token], words: Lexicon) -> Iterator[tuple[str, int, int]]:
    """Every address; stretches may overlap."""
    said = {at for number in numbers(parts, words) for at in range(number.first, number.last + 1)}
    for at in range(len(parts)):
        width = _at(parts, at, words)
        glued = not width and _glued(parts[at])
        if glued:
            end = _domain(parts, at, words, loose=True) if parts[at].text.rpartition("at")[2] in PROVIDERS else None
            yield "email", _chain(parts, at, words, said), at if end is None else end
            continue
        if not width or not at:
            continue
        about = _about(parts, at)
        sure = parts[at].text == "@"
        end = _domain(parts, at + width, words, loose=about or sure)
        if end is None:
            continue
        begin, joined = _local(parts, at - 1, words, said, about or sure or _provider(parts, at + width))
        if begin is None:
            continue
        if sure or about or joined or _provider(parts, at + width):
            yield "email", begin, end
    yield from _dotted(parts)
    for at in range(1, len(parts)):  # "carlos gmail.com": the "at" was not heard
        if parts[at].text in SURE and _about(parts, at) and not _at(parts, at - 1, words):
            end = _domain(parts, at, words, loose=False)
            begin, _ = _local(parts, at - 1, words, said, True)
            if end is not None and begin is not None and parts[at - 1].text not in BEFORE:
                yield "email", begin, end


def _dotted(parts: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """`jane.doe.example.com`, where e-mail is spoken of: the "at" was taken for a dot."""
    at = 0
    while at < len(parts):
        end = at
        while end + 1 < len(parts) and parts[end + 1].word == parts[at].word:
            end += 1
        texts = [token.text for token in parts[at : end + 1]]
        if texts.count(".") >= 2 and texts[-1] in TLDS and texts[0] not in WEB and _about(parts, at, end):
            yield "email", at, end
        at = end + 1


def _at(parts: Sequence[Token], at: int, words: Lexicon) -> int:
    """How many tokens say "@" here."""
    if parts[at].text == "@" or words.symbols.get((parts[at].text,)) == "@":
        return 1
    # jane.at.example.com, and what is heard for "at" where the domain is one for mail
    if parts[at].text in ("add", "ad", "hat", "et") and at + 1 < len(parts) and parts[at + 1].text in SURE:
        return 1
    return 0


def _glued(token: Token) -> bool:
    """`janeatgmail`: said in one breath."""
    return bool(re.fullmatch(rf"[^\W_]{{2,}}at(?:{'|'.join(SURE)})", token.text))


def _about(parts: Sequence[Token], at: int, end: int | None = None) -> bool:
    after = (at if end is None else end) + 1
    near = [*parts[max(0, at - AROUND - 6) : at], *parts[after : after + AROUND]]
    return any(token.text in MAIL or token.text.startswith("e-mail") for token in near) or any(
        near[n].text == "e" and near[n + 2].text == "mail" for n in range(len(near) - 2)
    )


def _provider(parts: Sequence[Token], at: int) -> bool:
    """Whether the domain that begins here is known for mail; "g mail" is, and "bt internet"."""
    text = "".join(token.text for token in parts[at : at + 2])
    return at < len(parts) and (parts[at].text in PROVIDERS or text in PROVIDERS)


def _symbol(parts: Sequence[Token], at: int, words: Lexicon) -> tuple[str, int]:
    """The symbol that tokens from here on say, and how many they are; ("", 0) for none."""
    if not 0 <= at < len(parts):
        return "", 0
    if parts[at].text in "._-+‑–'" and parts[at].is_symbol:
        return parts[at].text, 1
    pair = tuple(token.text for token in parts[at : at + 2])
    if len(pair) == 2 and pair in words.symbols:
        return words.symbols[pair], 2
    symbol = words.symbols.get((parts[at].text,), "")
    return (symbol, 1) if symbol and symbol != "@" else ("", 0)


def _sign_before(parts: Sequence[Token], at: int, words: Lexicon) -> int:
    """How many tokens that end at `at` say a symbol that can stand in a name."""
    if at >= 1 and _symbol(parts, at - 1, words)[1] == 2:
        return 2
    return 1 if at >= 0 and _symbol(parts, at, words)[1] == 1 else 0


def _domain(parts: Sequence[Token], at: int, words: Lexicon, loose: bool) -> int | None:
    """The last token of the domain that begins here; None where none does.

    `loose`: a provider's name alone will do, and a label may be several words.
    """
    last, labels, dots, begun = None, 0, 0, at
    while at < len(parts):
        token = parts[at]
        if token.is_symbol and token.text not in "-‑":
            break
        labels += 1
        most = 3 if loose else 2
        if labels > most or (dots and labels > 1):
            break
        if dots and token.text in TLDS:
            last = at
        elif dots and labels == 1 and not _symbol(parts, at + 1, words)[0]:
            break
        symbol, width = _symbol(parts, at + 1, words)
        torn = token.stop == "." and at + 1 < len(parts) and parts[at + 1].raw in TLDS
        if torn and loose:  # "example. com"
            dots, labels, at = dots + 1, 0, at + 1
            continue
        stop = token.stop and not symbol
        if symbol == ".":
            if parts[at + width].stop and parts[at + width].text != ".":
                break
            dots, labels, at = dots + 1, 0, at + 1 + width
            continue
        if stop or (dots and last == at):
            break
        at += 1 + (width if symbol == "-" else 0)
    if last is None and loose and (parts[begun].text in SURE if begun < len(parts) else False):
        return begun
    return last


def _local(parts: Sequence[Token], at: int, words: Lexicon, said: set[int], loose: bool) -> tuple[int | None, bool]:
    """Where the name before the "@" begins, and whether its parts are joined as only a name's are."""
    if parts[at].is_symbol or parts[at].stop:
        if parts[at].is_symbol and parts[at].text in ".-_" and at:
            at -= 1  # jane.at.example
        else:
            return None, False
    begin = _chain(parts, at, words, said)
    # one number alone is no name: "at 10 at example.com"
    joined = begin < at or parts[at].amount
    steps = 0
    while loose and begin > 0 and steps < MOST_LOOSE:
        before = parts[begin - 1]
        if before.is_symbol or before.stop or before.text in BEFORE or before.text in MAIL:
            break
        begin, steps = _chain(parts, begin - 1, words, said), steps + 1
    return begin, joined


def _chain(parts: Sequence[Token], at: int, words: Lexicon, said: set[int]) -> int:
    """The first of the tokens that symbols, digits and single letters join to the one at `at`."""
    while at > 0:
        width = _sign_before(parts, at - 1, words)
        if width and at - 1 - width >= 0 and not parts[at - 1 - width].is_symbol:
            if parts[at - 1 - width].stop and not parts[at - 1].is_symbol:
                break
            at -= 1 + width
            continue
        before, here = parts[at - 1], parts[at]
        small = (len(before.text) == 1 or at - 1 in said) and (len(here.text) == 1 or at in said)
        same = before.word == here.word and not before.is_symbol
        if before.is_symbol or before.stop or not (small or same or (at in said and before.text not in BEFORE)):
            break
        at -= 1
    return at
