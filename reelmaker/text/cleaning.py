"""Text from strangers, cleaned once where it enters: tables, captions, transcripts, settings. Pure.

In: any text. Out: the same without what no reader can see and some programs obey: control characters, lone
surrogates, overrides of the writing direction, invisible tags.
"""

from __future__ import annotations

import re
import unicodedata

# Removed: C0 and C1 controls but tab and line ends, surrogates, bidirectional overrides and isolates, noncharacters,
# the byte order mark inside a text, soft hyphens, invisible tags
HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\ud800-\udfff\u202a-\u202e\u2066-\u2069\u206a-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\U0001fffe\U0001ffff]"
)
BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Characters without width that make two equal words look different
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)


def clean(text: str) -> str:
    """The text without hidden characters; every kind of line end is a line feed."""
    return HIDDEN.sub("", BREAKS.sub("\n", text))


def clean_line(text: str, longest: int = 0) -> str:
    """The text without hidden characters on one line, cut off with "…" if it is longer than `longest` (0: any length)."""
    line = " ".join(clean(text).split())
    return f"{line[: longest - 1].rstrip()}…" if longest and len(line) > longest else line


def visible(text: str) -> str:
    """The text as it looks: compatible forms of letters alike, nothing invisible, single spaces."""
    return " ".join(UNSEEN.sub("", unicodedata.normalize("NFKC", clean(text))).split())


def folded(text: str) -> str:
    """The text for comparisons: `visible`, and case folded."""
    return visible(text).casefold()
