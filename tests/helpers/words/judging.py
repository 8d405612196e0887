"""Sentences, judged by a tagger."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker import model_files, tag
from reelmaker.model import Moment, Problem, Sentence, Transcript, Word

PAYING = Problem(
    "paying",
    "Customers give up while paying",
    ("Why?",),
    "",
    "Trouble with paying online: refused cards, hidden fees, forms that do not work",
    ("my card was declined", "I had to type my details again"),
    ("the refund took long",),
)
PARCELS = Problem(
    "parcels",
    "Parcels do not come as promised",
    ("Why?",),
    "",
    "Late, lost or damaged deliveries",
    ("the parcel was late", "the driver left it outside"),
)
STAFF = Problem(
    "staff",
    "People make customers stay",
    ("How?",),
    "",
    "Kind and helpful staff",
    ("the staff were lovely",),
    kind="praise",
)
SAID = {
    "a" * 64: [
        "I wanted a lamp for the kitchen.",
        "The site refused my card when I tried to pay, three times in a row.",
        "Each time everything I had typed was gone again.",
        "The lamp itself is lovely.",
    ],
    "b" * 64: [
        "The parcel came ten days late and the box was crushed.",
        "The woman at the shop was wonderful, so friendly and patient.",
        "Paying was quick and easy, I loved it.",
        "We have two dogs and a garden.",
    ],
}


def transcripts(said: dict[str, list[str]] | None = None) -> list[Transcript]:
    return [
        Transcript(response, "en", "test", tuple(sentence(response, at, text) for at, text in enumerate(texts)))
        for response, texts in (said or SAID).items()
    ]


def sentence(response: str, at: int, text: str) -> Sentence:
    words = tuple(Word(word, at * 5000 + n * 200, at * 5000 + n * 200 + 150) for n, word in enumerate(text.split()))
    return Sentence(response, at, words)


def judge(
    name: str,
    said: Sequence[Transcript],
    problems: Sequence[Problem],
    known: dict[str, bytes] | None = None,
) -> list[Moment]:
    model = model_files.find("minilm", "meaning") if tag.needs_model(name) else None
    return tag.load(name)(said, problems, model, {} if known is None else known)
