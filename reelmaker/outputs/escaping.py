"""Makes customers' words safe for other formats (no control characters, no markup); also a reel's audience in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# Characters that change the writing direction of what follows, and those not allowed in XML
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN = {"Cc", "Cs", "Co", "Cn"}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&!^=@])")


def plain(text: str) -> str:
    """The text on one line, without control characters, lone surrogates and unassigned characters."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    allowed = (s for s in spaced if s == " " or (s not in _TURNING and unicodedata.category(s) not in _HIDDEN))
    return " ".join("".join(allowed).split())


def markdown(text: str) -> str:
    """The text on one line, as Markdown that shows exactly these characters: no emphasis, link, list, heading or tag."""
    marked = _MARKUP.sub(r"\\\1", plain(text))
    marked = re.sub(r":(?=//)|(?<=\bwww)\.", r"\\\g<0>", marked, flags=re.IGNORECASE)  # no address becomes a link
    return re.sub(r"^(\d*)([-+.)])", r"\1\\\2", marked)  # no line begins a list


# The audience of a reel, in a sentence
FOR = {
    "internal": "For internal use only: it may contain answers that must not be shown outside the company.",
    "external": "For external use: everybody in it agreed to be shown outside the company; names appear only where allowed.",
}


def audience(document: Mapping[str, Any]) -> str:
    """The audience of the reel in a sentence; "" if its document does not say."""
    return FOR.get(str(document.get("reel", {}).get("audience", "")), "")
