"""The shape of manifest.json, as far as anybody reads it again. A file of another shape counts as no manifest."""

from __future__ import annotations

from typing import Any

from reelmaker.shapes import (
    Misshapen,
    Shape,
    anything,
    flag,
    list_of,
    natural,
    number,
    optional,
    record,
    table_of,
    text,
    whole,
)

STRETCH = record({"start_ms": natural, "end_ms": natural})
QUOTE = table_of(text)
COUNT = record(
    {"problem": text, "statement": text, "before": optional(list_of(natural, 2)), "now": list_of(natural, 2)}
)
CHANGES = record(
    {},
    {
        "build": natural,
        "since": text,
        **dict.fromkeys(("came_in", "went_out", "reworded", "moved"), list_of(QUOTE)),
        "counts": list_of(COUNT),
        "settings": list_of(text),
        "reordered": flag,
    },
)
PERSON = dict.fromkeys(("response", "file", "respondent", "label"), text)
CLIP = record(
    {},
    {
        **PERSON,
        **dict.fromkeys(("kind", "problem", "moment", "text", "quote", "english", "decided", "gone", "faces"), text),
        **dict.fromkeys(("start_ms", "end_ms", "source_start_ms", "source_end_ms"), natural),
        **dict.fromkeys(("score", "tone", "intensity"), number),
        "dissent": flag,
        "trimmed": STRETCH,
        "redacted": list_of(STRETCH),
        "struck": list_of(STRETCH),
        "words": list_of(record({"start_ms": natural, "end_ms": natural}, {"text": text})),
        "why": list_of(text),
        "fields": table_of(anything),
    },
)
MOMENT = record(
    {},
    {
        **PERSON,
        **dict.fromkeys(("moment", "text", "english"), text),
        **dict.fromkeys(("start_ms", "end_ms"), natural),
        "scores": table_of(number),
        "above_threshold": list_of(text),
        "why": table_of(list_of(text)),
        "decided": table_of(text),
    },
)
PROBLEM = record(
    {"slug": text},
    {"statement": text, "threshold": optional(number), "spoke": optional(whole), "of": optional(whole)},
)
REEL = record(
    {},
    {
        **dict.fromkeys(("folder", "audience"), text),
        **dict.fromkeys(("duration_ms", "width", "height"), natural),
        "fps": number,
        "draft": flag,
        "files": list_of(text),
        "redacted": list_of(text),
        "approved": list_of(record({"name": text, "made": text})),
    },
)
PROJECT = record({}, {"name": text, "where": table_of(anything)})


def _item(value: Any) -> None:
    CLIP(value)
    if value.get("source_end_ms", 0) < value.get("source_start_ms", 0):
        raise Misshapen("a clip that ends before it starts")


MANIFEST: Shape = record(
    {},
    {
        "project": PROJECT,
        "problems": list_of(PROBLEM),
        "items": list_of(_item),
        "moments": list_of(MOMENT),
        "reel": REEL,
        "changes": CHANGES,
    },
)
