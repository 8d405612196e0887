"""changes.md: what this build changed in the reel, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reelmaker.outputs import Finished
from reelmaker.outputs.escaping import markdown, plain


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write changes.md from the changes in the document; without any it says that this is the first build."""
    target = folder / "changes.md"
    target.write_text(as_markdown(finished.document), "utf-8", newline="\n")
    return [target]


def as_markdown(document: Mapping[str, Any]) -> str:
    """The complete text as Markdown; customers' words are never read as markup."""
    changes = document.get("changes", {})
    titles = {problem["slug"]: problem["statement"] for problem in document["problems"]}
    lines = [f"# What changed: {markdown(' / '.join(titles.values()))}", ""]
    if not changes.get("since"):
        clips = sum(item["kind"] == "clip" for item in document["items"])
        lines += [f"This is the first build: there is nothing to compare it with. {_quotes(clips)}.", ""]
    else:
        since = plain(changes["since"][:16].replace("T", " "))
        lines += [f"Build {changes['build']}, compared with the build of {since}.", ""]
    lines += [f"- {markdown(count['statement'])}: {_count(count)}" for count in changes.get("counts", ())]
    if changes.get("counts"):
        lines.append("")
    if changes.get("since"):
        several = len(titles) > 1
        for name, heading in (
            ("came_in", "Added"),
            ("went_out", "Removed"),
            ("reworded", "Shown differently"),
            ("moved", "Moved"),
        ):
            if changes.get(name):
                lines += [f"## {heading}: {_quotes(len(changes[name]))}", ""]
                lines += [_line(quote, titles if several else {}) for quote in changes[name]]
                lines.append("")
        if changes["settings"]:
            lines += ["## Settings that changed", ""]
            lines += [f"- {markdown(setting)}" for setting in changes["settings"]] + [""]
        same = not (changes["came_in"] or changes["went_out"] or changes["reworded"])
        if changes["reordered"]:
            which = "The quotes are the same, but" if same else "The remaining quotes are"
            lines += [f"{which} in another order.", ""]
        elif same:
            lines += ["The quotes are the same.", ""]
    return "\n".join(lines)


def _line(quote: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    words = f"“{markdown(quote['quote'])}” — {markdown(quote['label'])}" if quote.get("quote") else "A quote"
    topic = f" ({markdown(titles[quote['problem']])})" if quote["problem"] in titles else ""
    return f"- {words}{topic}: {markdown(quote['why'])}."


def _count(count: Mapping[str, Any]) -> str:
    count_now = f"{'about ' if count.get('about') else ''}{count['now'][0]} of {count['now'][1]}"
    if not count["before"]:
        return f"{count_now} customers spoke of this."
    count_before = f"{'about ' if count.get('was_about') else ''}{count['before'][0]} of {count['before'][1]}"
    return (
        f"{count_before} → {count_now} customers spoke of this."
        if count_before != count_now
        else f"{count_now} customers, as before."
    )


def _quotes(number: int) -> str:
    return f"{number} quote{'' if number == 1 else 's'}"
