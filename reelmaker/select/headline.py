"""A count in words, the same wherever it is stated: how many customers, who may be missing, who counted. Pure.

Without an audit the program counted, and the text says so. With one, its figure replaces the program's, with its
limits.
"""

from __future__ import annotations

from reelmaker.model import Count
from reelmaker.model.audit import Audited

BY_PROGRAM = "counted by the program"


def number(count: Count) -> str:
    """`9 of 28`, or `about 9 of 28` if an audit left some customers unchecked."""
    spoke, total = count.figure
    return f"{_about(count)}{spoke} of {total}"


def customers(count: Count) -> str:
    """`9 of 28 customers`."""
    return f"{number(count)} customer{'' if count.figure[1] == 1 else 's'}"


def sentence(count: Count) -> str:
    """`9 of 28 customers spoke of this; 3 more may have`. Its first letter is that of a phrase, not of a sentence."""
    return f"{number(count)} {claim(count)}"


def claim(count: Count) -> str:
    """The same sentence without its numbers, to be shown below them."""
    more = may_have(count)
    return f"customer{'' if count.figure[1] == 1 else 's'} spoke of this{f'; {more}' if more else ''}"


def may_have(count: Count) -> str:
    """The customers who are not counted but may have spoken of it: `3 more may have`; "" for none.

    An audit has already asked about such customers: its limits include them.
    """
    return f"{count.maybe} more may have" if count.maybe and not count.audited else ""


def basis(count: Count) -> str:
    """Who counted, and within which limits: `6–12, checked on 20 answers`, or that the program counted."""
    return checked(count.audited) if count.audited else BY_PROGRAM


def checked(audited: Audited) -> str:
    """What an audit is based on, after its limits."""
    answers = f"{audited.checked} answer{'' if audited.checked == 1 else 's'}"
    on = "every answer checked" if audited.checked == audited.of else f"checked on {answers}"
    if audited.new:
        came = "customer who came later was" if audited.new == 1 else "customers who came later were"
        on += f"; {audited.new} {came} not checked"
    return on if audited.exact else f"{audited.low}–{audited.high}, {on}"


def so_far(audited: Audited | None) -> str:
    """The progress of an unfinished audit: `; 5 of 20 answers checked so far`; "" if none was begun or it is finished."""
    if audited is None or audited.complete or not audited.checked:
        return ""
    return f"; {audited.checked} of {audited.checked + audited.open} answers checked so far"


def title(words: str) -> str:
    """The words with a capital at the beginning, to be shown alone."""
    return words[:1].upper() + words[1:]


def of_parts(title: str, count: Count) -> str:
    """The title of a chart of the count's parts, which only the program counted."""
    return title if count.agrees else f"{title}, {BY_PROGRAM} ({count.spoke} of {count.of})"


def _about(count: Count) -> str:
    return "about " if count.audited and not count.audited.exact else ""
