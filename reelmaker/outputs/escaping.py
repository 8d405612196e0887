"""Customers' words -> text that is safe in other formats: no control signs, no markup; and whom a reel is for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# Signs that would turn the order of what stands after them, and those that no XML file may hold
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN = {"Cc", "Cs", "Co", "Cn"}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&!^=@])")


def plain(text: str) -> str:
    """The text on one line, without control signs, lone surrogates and what is no letter at all."""
    spaced = "".join(" " if sign.isspace() else sign for sign in text)
    kept = (s for s in spaced if s == " " or (s not in _TURNING and unicodedata.category(s) not in _HIDDEN))
    return " ".join("".join(kept).split())


def markdown(text: str) -> str:
    """The text on one line, as Markdown that shows exactly these signs: no emphasis, link, list, heading or tag."""
    marked = _MARKUP.sub(r"\\\1", plain(text))
    marked = re.sub(r":(?=//)|(?<=\bwww)\.", r"\\\g<0>", marked, flags=re.IGNORECASE)  # no address is made a link
    return re.sub(r"^(\d*)([-+.)])", r"\1\\\2", marked)  # no line begins a list


# For whom a reel is, in a sentence
FOR = {
    "internal": "For internal use, inside the company: it may hold answers that are not for outsiders.",
    "external": "For outside use: everybody in it agreed to be shown outside the company; names only where they may be shown.",
}


def audience(document: Mapping[str, Any]) -> str:
    """For whom the reel is; "" where its document does not say."""
    return FOR.get(str(document.get("reel", {}).get("audience", "")), "")
