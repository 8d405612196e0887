"""The document in manifest.json and `--json` output: one versioned schema (schema.json).

A reel, or judged moments, become plain dictionaries that `json` can write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reelmaker.model import (
    DRAWN,
    UNFIT,
    Card,
    Clip,
    Count,
    Group,
    Moment,
    Part,
    Place,
    Problem,
    Reel,
    Response,
    Sample,
    Sentence,
    moment_ids,
)
from reelmaker.model.audit import Audited
from reelmaker.outputs import Finished
from reelmaker.select import headline, prevalence
from reelmaker.text import bilingual_cues, caption_cues

SCHEMA = "reelmaker/1"


def write(finished: Finished, folder: Path) -> list[Path]:
    """manifest.json."""
    target = folder / "manifest.json"
    target.write_text(text(finished.document), "utf-8", newline="\n")
    return [target]


def text(document: Mapping[str, Any]) -> str:
    """The document as JSON text, ending with a newline."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def document(
    kind: str,
    project: Mapping[str, Any],
    problems: Sequence[Problem],
    counts: Mapping[str, Count],
    responses: Mapping[str, Response],
    *,
    reel: Reel | None = None,
    moments: Sequence[Moment] = (),
    thresholds: Mapping[str, float],
    **more: Any,
) -> dict[str, Any]:
    """The complete document. `kind` is build, dry-run, find, moments, suggest, decisions or why; `more` is added
    unchanged.
    """
    reel_part = {"reel": _reel(reel)} if reel else {}
    return {
        "schema": SCHEMA,
        "kind": kind,
        "project": dict(project),
        "problems": [_problem(problem, counts.get(problem.slug), thresholds) for problem in problems],
        "items": [_item(place, responses) for place in reel.places()] if reel else [],
        "moments": _moments(moments, responses, thresholds, in_place=kind != "find"),
        **reel_part,
        **more,
    }


def suggestion(
    problem: Problem, quotes: Sequence[Moment], responses: Mapping[str, Response], toml: str
) -> dict[str, Any]:
    """A suggestion for reelmaker.toml, beyond the document's fields of every problem."""
    return {
        "slug": problem.slug,
        "describe": problem.describe,
        "phrases": list(problem.phrases),
        "quotes": [
            {
                **_who(responses[quote.span.response]),
                "start_ms": quote.span.start_ms,
                "end_ms": quote.span.end_ms,
                "text": quote.text,
                "score": quote.score,
            }
            for quote in quotes
        ],
        "toml": toml,
    }


def _reel(reel: Reel) -> dict[str, Any]:
    return {
        "folder": "",
        "duration_ms": reel.duration_ms,
        "width": reel.width,
        "height": reel.height,
        "fps": reel.fps,
        "draft": False,
        "files": [],
        **({"sample": [_sample(sample) for sample in reel.samples]} if reel.samples else {}),
    }


def _sample(sample: Sample) -> dict[str, Any]:
    dissent = {} if sample.contrary is None else {"contrary": sample.contrary}
    return {
        "problem": sample.problem,
        "column": sample.column,
        "reel": _group(sample.reel),
        "speakers": _group(sample.speakers),
        "survey": _group(sample.survey),
        "harsher": sample.harsher,
        **dissent,
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "customers": group.customers,
        "parts": [{"value": value, "customers": customers} for value, customers in group.parts],
        "score": group.score,
        "tone": group.tone,
    }


def _problem(problem: Problem, count: Count | None, thresholds: Mapping[str, float]) -> dict[str, Any]:
    return {
        "slug": problem.slug,
        "statement": problem.statement,
        "outcome": problem.outcome,
        "question": list(problem.question),
        "kind": problem.kind,
        "stage": problem.stage,
        "threshold": thresholds[problem.slug],
        "spoke": count.figure[0] if count else None,
        "of": count.figure[1] if count else None,
        **({"headline": headline.sentence(count), "basis": headline.basis(count)} if count else {}),
        **({"audit": audit(count.audited)} if count and count.audited else {}),
        **({"prevalence": _prevalence(count)} if count else {}),
    }


def audit(audited: Audited) -> dict[str, Any]:
    """What a finished audit says of a count; of the program only where it counts today whom it counted then."""
    facts = asdict(audited)
    rates = {name: facts.pop(name) for name in ("precision", "recall")}
    for name in ("open", "estimate", "same"):
        facts.pop(name)
    return facts | ({name: rate for name, rate in rates.items() if rate} if audited.same else {})


def _prevalence(count: Count) -> dict[str, Any]:
    return {
        **_share(count.spoke, count.of),
        **({"maybe": count.maybe} if count.maybe else {}),
        "by_segment": [_part(part) for part in count.by_segment],
        "by_month": [_part(part) for part in count.by_month],
        "left_out": {**dict.fromkeys(prevalence.REASONS, 0), **dict(count.left_out)},
    }


def _part(part: Part) -> dict[str, Any]:
    return {"value": part.value, **_share(part.spoke, part.of)}


def _share(spoke: int, total: int) -> dict[str, Any]:
    low, high = prevalence.interval(spoke, total)
    share = round(spoke / total, 4) if total else None
    return {"spoke": spoke, "of": total, "share": share, "low": round(low, 4), "high": round(high, 4)}


def _item(place: Place, responses: Mapping[str, Response]) -> dict[str, Any]:
    times = {"start_ms": place.start_ms, "end_ms": place.end_ms}
    item = place.item
    if isinstance(item, Card):
        fields = {name: words for name, words in item.fields if name not in DRAWN}
        return {"kind": "card", "card": item.kind, "problem": item.problem, **times, "fields": fields}
    return {"kind": "clip", "problem": item.moment.problem, **times, **_clip(item, responses)}


def _clip(clip: Clip, responses: Mapping[str, Response]) -> dict[str, Any]:
    moment = clip.moment
    return {
        **_who(responses[clip.span.response]),
        "moment": moment_ids.name(moment),
        "source_start_ms": clip.span.start_ms,
        "source_end_ms": clip.span.end_ms,
        "text": moment.text,
        "quote": caption_cues.quote(moment),
        **_english(bilingual_cues.english(moment)),
        "words": [
            {
                "text": w.text,
                "start_ms": w.start_ms,
                "end_ms": w.end_ms,
                "confidence": w.confidence,
            }
            for w in moment.words
        ],
        **_redacted(clip),
        **({"corrected": [asdict(one) for one in clip.corrected]} if clip.corrected else {}),
        "score": moment.score,
        "tone": moment.tone,
        "intensity": moment.intensity,
        "dissent": moment.dissent,
        **({"decided": moment.verdict} if moment.verdict else {}),
        **({"trimmed": {"start_ms": moment.whole.start_ms, "end_ms": moment.whole.end_ms}} if moment.whole else {}),
        **({"struck": [{"start_ms": h.start_ms, "end_ms": h.end_ms} for h in clip.holes]} if clip.holes else {}),
        **({"placed": clip.placed} if clip.placed else {}),
        "why": list(moment.why),
    }


def _redacted(clip: Clip) -> dict[str, Any]:
    """The bleeped parts, as times in the source."""
    bleeps = [{"kind": kind, "start_ms": start, "end_ms": end} for start, end, kind in clip.bleeps]
    return {"redacted": bleeps} if bleeps else {}


def _english(text: str) -> dict[str, str]:
    return {"english": text} if text else {}


def _who(response: Response) -> dict[str, Any]:
    """The speaker, as far as it may be shown."""
    return {
        "response": response.id,
        "file": response.file,
        "respondent": response.respondent,
        "label": response.label,
    }


def _moments(
    moments: Iterable[Moment],
    responses: Mapping[str, Response],
    thresholds: Mapping[str, float],
    *,
    in_place: bool,
) -> list[dict[str, Any]]:
    """One entry per sentence with its score for each problem: sorted by place, or in the given order."""
    entries: dict[tuple[str, int], dict[str, Any]] = {}
    for moment in moments:
        sentence: Sentence = moment.sentences[0]
        entry = entries.setdefault(
            (sentence.response, sentence.index),
            {
                **_who(responses[sentence.response]),
                "moment": moment_ids.name(moment),
                "start_ms": sentence.span.start_ms,
                "end_ms": sentence.span.end_ms,
                "text": sentence.text,
                **_english(sentence.english),
                "confidence": sentence.confidence,
                "unreliable": sentence.unreliable,
                "asked": sentence.asked,
                **({"unfit": UNFIT[sentence.unfit]} if sentence.unfit else {}),
                "tone": moment.tone,
                "intensity": moment.intensity,
                "scores": {},
                "above_threshold": [],
                "why": {},
            },
        )
        entry["scores"][moment.problem] = moment.score
        entry["why"][moment.problem] = list(moment.why)
        if moment.verdict:
            entry.setdefault("decided", {})[moment.problem] = moment.verdict
        if moment.speaks(thresholds[moment.problem]):
            entry["above_threshold"].append(moment.problem)
    if not in_place:
        return list(entries.values())
    return [entries[key] for key in sorted(entries, key=lambda key: (responses[key[0]].file, key[1]))]
