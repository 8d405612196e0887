"""E-mail addresses, written or read out: "jane.doe@example.com", "jane dot doe at example dot com". Pure.

A web address ("at amazon dot com") is not an e-mail address: the words around it, the form of the name, or a mail
provider's domain must indicate one.
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
# Words before a name that are not part of it
BEFORE = gathered(
    "is it's its it to from with by my on email e-mail mail address called under that's that so use used write contact and "
    "have be was in as are them or reply put typed signed up me i you your the reach send went said wrote had has they kept "
    "keep saying via log login name user username account ist an unter meine lautet adresse schreiben sie c'est mon est à "
    "écrivez es mi correo al entered here's here then now yes well like just got also"
)
WEB = ("www", "http", "https")
MOST_LOOSE = 4  # most unconnected words before the "at"
AROUND = 10


def find(parts: Sequence[Token], words: Lexicon) -> Iterator[tuple[str, int, int]]:
    """Every address; stretches may overlap."""
    number_tokens = {position for number in numbers(parts, words) for position in range(number.first, number.last + 1)}
    for position in range(len(parts)):
        width = _at_sign_width(parts, position, words)
        glued = not width and _glued(parts[position])
        if glued:
            end = (
                _domain(parts, position, words, loose=True)
                if parts[position].text.rpartition("at")[2] in PROVIDERS
                else None
            )
            yield "email", _chain(parts, position, words, number_tokens), position if end is None else end
            continue
        if not width or not position:
            continue
        about = _about(parts, position)
        sure = parts[position].text == "@"
        end = _domain(parts, position + width, words, loose=about or sure)
        if end is None:
            continue
        begin, joined = _local(
            parts, position - 1, words, number_tokens, about or sure or _provider(parts, position + width)
        )
        if begin is None:
            continue
        if sure or about or joined or _provider(parts, position + width):
            yield "email", begin, end
    yield from _dotted(parts)
    for position in range(1, len(parts)):  # "carlos gmail.com": the "at" was not recognised
        if parts[position].text in SURE and _about(parts, position) and not _at_sign_width(parts, position - 1, words):
            end = _domain(parts, position, words, loose=False)
            begin, _ = _local(parts, position - 1, words, number_tokens, True)
            if end is not None and begin is not None and parts[position - 1].text not in BEFORE:
                yield "email", begin, end


def _dotted(parts: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """`jane.doe.example.com` near a mention of e-mail: the "at" was recognised as a dot."""
    start = 0
    while start < len(parts):
        end = start
        while end + 1 < len(parts) and parts[end + 1].word == parts[start].word:
            end += 1
        texts = [token.text for token in parts[start : end + 1]]
        if texts.count(".") >= 2 and texts[-1] in TLDS and texts[0] not in WEB and _about(parts, start, end):
            yield "email", start, end
        start = end + 1


def _at_sign_width(parts: Sequence[Token], position: int, words: Lexicon) -> int:
    """How many tokens mean "@" here; 0 for none."""
    if parts[position].text == "@" or words.symbols.get((parts[position].text,)) == "@":
        return 1
    # jane.at.example.com, and misheard forms of "at" before a mail provider's domain
    if (
        parts[position].text in ("add", "ad", "hat", "et")
        and position + 1 < len(parts)
        and parts[position + 1].text in SURE
    ):
        return 1
    return 0


def _glued(token: Token) -> bool:
    """Whether the token is like `janeatgmail`, spoken without a pause."""
    return bool(re.fullmatch(rf"[^\W_]{{2,}}at(?:{'|'.join(SURE)})", token.text))


def _about(parts: Sequence[Token], position: int, end: int | None = None) -> bool:
    after = (position if end is None else end) + 1
    neighbours = [*parts[max(0, position - AROUND - 6) : position], *parts[after : after + AROUND]]
    return any(token.text in MAIL or token.text.startswith("e-mail") for token in neighbours) or any(
        neighbours[n].text == "e" and neighbours[n + 2].text == "mail" for n in range(len(neighbours) - 2)
    )


def _provider(parts: Sequence[Token], position: int) -> bool:
    """Whether the domain that begins here is a mail provider's; also "g mail" and "bt internet"."""
    text = "".join(token.text for token in parts[position : position + 2])
    return position < len(parts) and (parts[position].text in PROVIDERS or text in PROVIDERS)


def _symbol(parts: Sequence[Token], position: int, words: Lexicon) -> tuple[str, int]:
    """The symbol that the tokens from here on mean, and how many tokens it takes; ("", 0) for none."""
    if not 0 <= position < len(parts):
        return "", 0
    if parts[position].text in "._-+‑–'" and parts[position].is_symbol:
        return parts[position].text, 1
    pair = tuple(token.text for token in parts[position : position + 2])
    if len(pair) == 2 and pair in words.symbols:
        return words.symbols[pair], 2
    symbol = words.symbols.get((parts[position].text,), "")
    return (symbol, 1) if symbol and symbol != "@" else ("", 0)


def _symbol_width_before(parts: Sequence[Token], position: int, words: Lexicon) -> int:
    """How many tokens ending at `position` mean a symbol that may be part of a name."""
    if position >= 1 and _symbol(parts, position - 1, words)[1] == 2:
        return 2
    return 1 if position >= 0 and _symbol(parts, position, words)[1] == 1 else 0


def _domain(parts: Sequence[Token], position: int, words: Lexicon, loose: bool) -> int | None:
    """The last token of the domain that begins here; None if there is none.

    `loose`: a provider's name alone is enough, and a label may consist of several words.
    """
    last_token, labels, dots, start = None, 0, 0, position
    while position < len(parts):
        token = parts[position]
        if token.is_symbol and token.text not in "-‑":
            break
        labels += 1
        max_labels = 3 if loose else 2
        if labels > max_labels or (dots and labels > 1):
            break
        if dots and token.text in TLDS:
            last_token = position
        elif dots and labels == 1 and not _symbol(parts, position + 1, words)[0]:
            break
        symbol, width = _symbol(parts, position + 1, words)
        split_domain = token.stop == "." and position + 1 < len(parts) and parts[position + 1].raw in TLDS
        if split_domain and loose:  # "example. com"
            dots, labels, position = dots + 1, 0, position + 1
            continue
        stop = token.stop and not symbol
        if symbol == ".":
            if parts[position + width].stop and parts[position + width].text != ".":
                break
            dots, labels, position = dots + 1, 0, position + 1 + width
            continue
        if stop or (dots and last_token == position):
            break
        position += 1 + (width if symbol == "-" else 0)
    if last_token is None and loose and (parts[start].text in SURE if start < len(parts) else False):
        return start
    return last_token


def _local(
    parts: Sequence[Token], position: int, words: Lexicon, number_tokens: set[int], loose: bool
) -> tuple[int | None, bool]:
    """Where the name before the "@" begins, and whether its parts are joined as in an address."""
    if parts[position].is_symbol or parts[position].stop:
        if parts[position].is_symbol and parts[position].text in ".-_" and position:
            position -= 1  # jane.at.example
        else:
            return None, False
    begin = _chain(parts, position, words, number_tokens)
    # a number alone is not a name: "at 10 at example.com"
    joined = begin < position or parts[position].amount
    steps = 0
    while loose and begin > 0 and steps < MOST_LOOSE:
        before = parts[begin - 1]
        if before.is_symbol or before.stop or before.text in BEFORE or before.text in MAIL:
            break
        begin, steps = _chain(parts, begin - 1, words, number_tokens), steps + 1
    return begin, joined


def _chain(parts: Sequence[Token], position: int, words: Lexicon, number_tokens: set[int]) -> int:
    """The first of the tokens that symbols, digits and single letters connect to the one at `position`."""
    while position > 0:
        width = _symbol_width_before(parts, position - 1, words)
        if width and position - 1 - width >= 0 and not parts[position - 1 - width].is_symbol:
            if parts[position - 1 - width].stop and not parts[position - 1].is_symbol:
                break
            position -= 1 + width
            continue
        before, current = parts[position - 1], parts[position]
        short = (len(before.text) == 1 or position - 1 in number_tokens) and (
            len(current.text) == 1 or position in number_tokens
        )
        same_word = before.word == current.word and not before.is_symbol
        if (
            before.is_symbol
            or before.stop
            or not (short or same_word or (position in number_tokens and before.text not in BEFORE))
        ):
            break
        position -= 1
    return position
