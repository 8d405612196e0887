"""The diff model: how a new reel differs from the current one. Pure.

It compares the clips of the old manifest with those of the new reel: which quotes were added and removed, and how the
counts changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmaker.model import Clip, Span
from reelmaker.model.refresh_rule import RULE
from reelmaker.select.decisions.verdicts import belongs


@dataclass(frozen=True, slots=True)
class OldClip:
    """A clip of the old manifest."""

    problem: str
    span: Span
    file: str
    quote: str
    kept: bool  # by the team
    dissent: bool
    trimmed: bool = False  # by the team
    gone: str = ""  # why it was removed, if already known
    holes: tuple[tuple[int, int], ...] = ()  # what the team struck in it, in ms of the response


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote that was added or removed, and why. Without words, label and name if it may no longer be shown."""

    problem: str
    why: str
    quote: str = ""
    label: str = ""
    response: str = ""
    moment: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The count of one problem, before (None: there was none) and now: (spoke, of)."""

    problem: str
    statement: str
    before: tuple[int, int] | None
    now: tuple[int, int]
    was_about: bool = False  # the count before was the estimate of an audit
    about: bool = False  # that of now is


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build changed. `since`: when the build before was made (ISO 8601), "" for the first one."""

    build: int
    since: str
    came_in: tuple[Quote, ...] = ()
    went_out: tuple[Quote, ...] = ()
    reworded: tuple[Quote, ...] = ()  # longer or shorter than before
    counts: tuple[Moved, ...] = ()
    settings: tuple[str, ...] = ()  # each "length: 90 → 60"
    reordered: bool = False
    moved: tuple[Quote, ...] = ()  # by the team, of those that stayed

    @property
    def seen(self) -> bool:
        """Whether a viewer of the reel could notice."""
        moved = any((count.before, count.was_about) != (count.now, count.about) for count in self.counts)
        return bool(self.came_in or self.went_out or self.reworded or self.reordered or moved)

    def document(self) -> dict[str, Any]:
        """The changes as manifest.json contains them."""
        return {
            "build": self.build,
            "since": self.since,
            **{
                name: [_quote_entry(quote) for quote in getattr(self, name)]
                for name in ("came_in", "went_out", "reworded")
            },
            "counts": [
                {
                    "problem": count.problem,
                    "statement": count.statement,
                    "before": list(count.before) if count.before else None,
                    "now": list(count.now),
                    **({"was_about": True} if count.was_about else {}),
                    **({"about": True} if count.about else {}),
                }
                for count in self.counts
            ],
            "settings": list(self.settings),
            **({"moved": [_quote_entry(quote) for quote in self.moved]} if self.moved else {}),
            "reordered": self.reordered,
        }


def _quote_entry(quote: Quote) -> dict[str, str]:
    return {key: getattr(quote, key) for key in Quote.__slots__ if getattr(quote, key)}


def clips_of(document: Mapping[str, Any]) -> list[OldClip]:
    """The clips of a manifest, in order; unreadable ones are left out."""
    clips = []
    for item in document.get("items", ()):
        if item.get("kind") == "clip" and {
            "problem",
            "response",
            "source_start_ms",
            "source_end_ms",
        } <= set(item):
            span = Span(item["response"], item["source_start_ms"], item["source_end_ms"])
            clips.append(
                OldClip(
                    item["problem"],
                    span,
                    item.get("file", ""),
                    item.get("quote", item.get("text", "")),
                    item.get("decided") == "keep",
                    item.get("dissent", False),
                    "trimmed" in item,
                    item.get("gone", ""),
                    tuple((hole["start_ms"], hole["end_ms"]) for hole in item.get("struck", ())),
                )
            )
    return clips


def faces_of(document: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """(response, whether its faces are blurred or its picture not shown) of each clip of a manifest."""
    return [
        (item.get("response", ""), "faces" in item) for item in document.get("items", ()) if item.get("kind") == "clip"
    ]


def people_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Response -> file of every answer whose words are in a manifest."""
    changes = document.get("changes", {})
    changed_quotes = [quote for name in ("came_in", "went_out", "reworded", "moved") for quote in changes.get(name, ())]
    entries = [*document.get("items", ()), *document.get("moments", ()), *changed_quotes]
    return {entry["response"]: entry.get("file", "") for entry in reversed(entries) if entry.get("response")}


def paired(before: Sequence[OldClip], clips: Sequence[Clip]) -> dict[int, int]:
    """Number of each new clip -> number of the old clip with the same stretch and problem."""
    unpaired = list(range(len(before)))
    pairs = {}
    for number, clip in enumerate(clips):
        for candidate in unpaired:
            old_clip = before[candidate]
            if old_clip.problem == clip.moment.problem and belongs(old_clip.span, clip.span):
                pairs[number] = candidate
                unpaired.remove(candidate)
                break
    return pairs


def moved(pairs: Mapping[int, int]) -> set[int]:
    """The remaining clips that now follow a different clip than before."""
    current_order = sorted(pairs)
    old_order = sorted(pairs, key=lambda number: pairs[number])
    follows = dict(zip(old_order[1:], old_order, strict=False))
    return {
        number
        for number, predecessor in zip(current_order, [None, *current_order], strict=False)
        if follows.get(number) != predecessor
    }


def settings(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The changed settings, one short line each."""
    return tuple(
        f"{name}: {_short(before.get(name))} → {_short(now.get(name))}"
        if max(len(_short(before.get(name))), len(_short(now.get(name)))) <= 40
        else f"{name} was edited"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    )


def enough(changes: Changes, rule: str) -> bool:
    """Whether a new reel differs enough from the current one to replace it, by `[reel] refresh_when`."""
    parsed = RULE.fullmatch(rule)
    assert parsed, rule
    if parsed["many"] is None:
        return changes.seen
    changed_quotes = len(changes.came_in)
    if parsed["what"].startswith("better"):
        changed_quotes = max(changed_quotes, len(changes.went_out))
    return changed_quotes >= int(parsed["many"])


def count_words(moved: Moved) -> str:
    """`9 of 16 → 14 of 23`; only the new count if it did not change or is new."""
    new_count = f"{'about ' if moved.about else ''}{moved.now[0]} of {moved.now[1]}"
    if moved.before is None:
        return new_count
    before = f"{'about ' if moved.was_about else ''}{moved.before[0]} of {moved.before[1]}"
    return new_count if before == new_count else f"{before} → {new_count}"


def _short(value: Any) -> str:
    if value in (None, "", [], {}):
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
