"""How many secrets are found in sentences, and how many sentences are taken that hold none.

    python bench/redaction.py                 # the sentences of bench/data/redaction/*.txt
    python bench/redaction.py --misses        # also those of the half to work on that go wrong
    python bench/redaction.py --spoken DIR    # speech to end, see `spoken.py`

The odd lines were looked at while the rules were made, the even ones were only counted.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reelmaker import model
from reelmaker.model import Word
from reelmaker.redaction import pii

HERE = Path(__file__).resolve().parent / "data" / "redaction"
NAMES = (
    "Bertrand Quibble",
    "Cleopatra Zanzibar",
    "Dorothea Wobble",
    "Siobhan Kelleher",
    "Will Mason",
    "Grace Wobble",
    "Shaun O'Malley",
    "Anne-Marie Duval",
    "José García",
)
KIND = {"name": "names"}
TITLES = {"mr", "ms", "mrs", "herr"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words, and which of them are each secret: (kind, first, last)."""

    language: str
    words: tuple[Word, ...]
    secrets: tuple[tuple[str, int, int], ...] = ()

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def read(file: Path, planted: bool) -> list[Sentence]:
    found = []
    for line in file.read_text("utf-8").splitlines():
        if not line.startswith("#") and line.strip():
            language, *rest = line.split(" ", 2 if planted else 1)
            found.append(_sentence(language, rest[-1], KIND.get(rest[0], rest[0]) if planted else ""))
    return found


def _sentence(language: str, text: str, kind: str) -> Sentence:
    words, marks, inside = [], [], 0
    for part in re.split(r"(\[\[|\]\])", text):
        if part == "[[":
            inside = len(words) + 1
        elif part == "]]":
            marks.append((kind, inside - 1, len(words) - 1))
            inside = 0
        elif words and part and not part[0].isspace() and not inside:
            first, *others = part.split(" ")
            words[-1] += first
            words += [word for word in others if word]
        else:
            words += part.split()
    timed = tuple(Word(word, 300 * at, 300 * at + 250) for at, word in enumerate(words))
    return Sentence(language, timed, tuple(marks))


def caught(sentence: Sentence, found: Sequence[pii.Secret]) -> Iterator[tuple[str, bool]]:
    """Each secret, and whether every word of it is taken (titles such as "Mr" may stay)."""
    taken = {at for one in found for at in range(one.first, one.last + 1)}
    for kind, first, last in sentence.secrets:
        needed = {at for at in range(first, last + 1) if sentence.words[at].text.strip(".,").lower() not in TITLES}
        yield kind, needed <= taken


def wrong(sentence: Sentence, found: Sequence[pii.Secret]) -> list[pii.Secret]:
    """What is taken and touches no secret."""
    return [
        one for one in found if not any(one.first <= last and one.last >= first for _, first, last in sentence.secrets)
    ]


def look(sentence: Sentence) -> list[pii.Secret]:
    return pii.find(sentence.words, sentence.language, NAMES)


def half(name: str, planted: Sequence[Sentence], plain: Sequence[Sentence], misses: bool) -> None:
    there: dict[str, int] = dict.fromkeys(model.KINDS, 0)
    got: dict[str, int] = dict.fromkeys(model.KINDS, 0)
    false: dict[str, int] = dict.fromkeys(model.KINDS, 0)
    for sentence in [*planted, *plain]:
        found = look(sentence)
        for kind, whole in caught(sentence, found):
            there[kind] += 1
            got[kind] += whole
            if misses and not whole:
                print(f"  missed  {kind:<6} {sentence.text}   {[(o.kind, o.first, o.last) for o in found]}")
        for one in wrong(sentence, found):
            false[one.kind] += 1
            if misses:
                words = " ".join(w.text for w in sentence.words[one.first : one.last + 1])
                print(f"  wrongly {one.kind:<6} {sentence.text}   <{words}>")
    print(f"{name}: {len(planted)} sentences with secrets, {len(plain)} without")
    for kind in [*model.KINDS, "all"]:
        kinds = model.KINDS if kind == "all" else (kind,)
        n, g, f = (sum(table[k] for k in kinds) for table in (there, got, false))
        print(
            f"  {kind:<6} found {g:>3} of {n:>3} ({g / max(1, n):.0%}), wrongly taken {f:>2} (precision {g / max(1, g + f):.0%})"
        )


def main() -> None:
    planted, plain = read(HERE / "planted.txt", True), read(HERE / "plain.txt", False)
    misses = "--misses" in sys.argv
    half("to work on", planted[::2], plain[::2], misses)
    half("only counted", planted[1::2], plain[1::2], "--all-misses" in sys.argv)


if __name__ == "__main__":
    main()
