"""Results as text: cue sheets, tables, states. Pure: gives strings, prints nothing."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reelmaker.cli.console import shown
from reelmaker.cli.format_review import SECRETS
from reelmaker.model import DRAWN, Card, Clip, Reel
from reelmaker.model.consent import WHY
from reelmaker.model.moment_ids import clock, name
from reelmaker.outputs import manifest
from reelmaker.outputs.escaping import audience
from reelmaker.outputs.quotes import harmless
from reelmaker.project import toml_writer
from reelmaker.redaction.stage import kept_warning
from reelmaker.review.search import Searched
from reelmaker.review.suggest import Suggested
from reelmaker.select import prevalence, representativeness
from reelmaker.status import State
from reelmaker.text import bilingual_cues, caption_cues

if TYPE_CHECKING:
    from reelmaker.sources.fetch import Fetched, Missed

DECIDED = {"keep": "kept by the team", "drop": "dropped by the team", "hide": "hidden by the team"}


def json_text(document: Mapping[str, Any]) -> str:
    return manifest.text(document).rstrip("\n")


def build_json(reel: Reel) -> str:
    """The manifest's document, and what this run did."""
    return json_text({**reel.document, "work": dataclasses.asdict(reel.work)})


def cue_sheet(reel: Reel) -> str:
    """Each item of the reel: time, who, quote, score, why."""
    lines = []
    for place in reel.places():
        item = place.item
        time = f"{clock(place.start_ms)}-{clock(place.end_ms)}"
        if isinstance(item, Card):
            words = " / ".join(text for name, text in item.fields if name not in (*DRAWN, "brand", "claim", "split"))
            lines.append(f"{time}  [{item.kind}] {shown(words)}")
        elif isinstance(item, Clip):
            lines.append(f"{time}  {shown(item.label)}  score {item.moment.score:.2f}  {name(item.moment)}")
            lines.append(f'{"":>15}"{shown(caption_cues.quote(item.moment))}"')
            if translated := bilingual_cues.english(item.moment):
                lines.append(f'{"":>15}in English: "{shown(translated)}"')
            lines.append(f"{'':>15}{shown('; '.join(item.moment.why))}")
    return "\n".join(lines)


def summary(reel: Reel) -> list[str]:
    """What a person wants to know when a build is done."""
    lines = [prevalence.line(problem.slug, reel.counts[problem.slug]) for problem in reel.problems]
    lines += [shown(line) for part in reel.samples for line in representativeness.lines(part)]
    lines.append(audience(reel.document))
    work, length = reel.work, f"{clock(reel.duration_ms)} with {_many(len(reel.clips), 'clip')}"
    if not reel.folder:
        return [*lines, f"{length}; nothing was rendered."]
    if work.held:
        return [*lines, shown(work.held)]
    if not work.joined:
        return [*lines, "Nothing new: the reel is unchanged."]
    did = f"{_many(work.transcribed, 'response')} transcribed, {_many(work.rendered, 'piece')} rendered"
    return [*lines, f"{length}; {did}."]


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def found(result: Searched) -> str:
    """One block a moment: score, who, when, what."""
    lines = []
    for entry in result.document["moments"]:
        (score,) = entry["scores"].values()
        where = f"{clock(entry['start_ms'])}-{clock(entry['end_ms'])}"
        lines.append(shown(f"{score:.2f}  {entry['moment']}  {entry['label']}  {entry['file']}  {where}"))
        lines.append(shown(f'      "{entry["text"]}"'))
    return "\n".join(lines) or "Nobody speaks in these uploads."


def suggested(result: Suggested) -> str:
    """Sections to paste into reelmaker.toml, each under its count and quotes as comments."""
    blocks = []
    told = {entry["slug"]: entry for entry in result.document["suggestions"]}
    for suggestion in result.suggestions:
        problem = suggestion.problem
        quotes = [
            f'#   "{entry["text"]}"  ({entry["label"]}, {entry["file"]}, {clock(entry["start_ms"])})'
            for entry in told[problem.slug]["quotes"]
        ]
        lines = [f"# {prevalence.line(problem.slug, result.counts[problem.slug])}", *quotes]
        blocks.append("\n".join(shown(line) for line in lines) + "\n" + toml_writer.section(problem))
    return "\n".join(blocks).rstrip("\n") or "# No topic stands out beyond the problems in reelmaker.toml."


def moments_table(result: Searched) -> str:
    """One line a sentence, its scores, and the reasons of the highest; * counts, + kept, - dropped, ~ hidden."""
    slugs = [problem["slug"] for problem in result.document["problems"]]
    lines = [f"{'moment':<16}{'  '.join(f'{slug[:9]:>9}' for slug in slugs)}  sentence"]
    file = ""
    for entry in result.document["moments"]:
        if entry["file"] != file:
            file = entry["file"]
            lines.append(shown(f"-- {file}  {entry['label']}"))
        scores = "  ".join(_marked(entry, slug) for slug in slugs)
        lines.append(f"{entry['moment']:<16}{scores}  {shown(entry['text'])}")
        if entry["above_threshold"]:
            best = max(entry["above_threshold"], key=lambda slug: entry["scores"][slug])
            lines.append(f"{'':>16}{shown(best + ': ' + '; '.join(entry['why'][best]))}")
    return "\n".join(lines)


def moments_csv(result: Searched) -> str:
    """One row a sentence and problem: score, decision, why."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(
        (
            "file",
            "speaker",
            "respondent",
            "start",
            "end",
            "text",
            "problem",
            "score",
            "decision",
            "tone",
            "why",
            "moment",
        )
    )
    for entry in result.document["moments"]:
        for slug, score in entry["scores"].items():
            decision = "is about it" if slug in entry["above_threshold"] else "no"
            decision = DECIDED.get(entry.get("decided", {}).get(slug), decision)
            cells = (
                entry["file"],
                entry["label"],
                entry["respondent"],
                clock(entry["start_ms"]),
                clock(entry["end_ms"]),
                entry["text"],
                slug,
                f"{score:.4f}",
                decision,
                f"{entry['tone']:+.2f}",
                "; ".join(entry["why"][slug]),
                entry["moment"],
            )
            rows.writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def exported(document: Mapping[str, Any]) -> str:
    """Counts of what an access package holds: no name and no words of the person."""
    answers = document["answers"]
    said = sum(len(a["transcript"]["sentences"]) for a in answers if a["transcript"])
    clips = sum(len(reel["clips"]) for reel in document["used"])
    return (
        f"Answers: {len(answers)}, sentences: {said}, rows of responses.csv: {len(document['rows'])}, "
        f"decisions: {len(document['decisions'])}, finished reels: {len(document['used'])} (with {clips} of these clips)."
    )


def state(there: State) -> str:
    """The state of a project, one fact per line."""
    lines = [
        f"{there.responses} responses, {there.heard} with speech, {len(there.waiting)} not transcribed yet",
        *(f"new       {file}" for file in there.new),
        *(f"changed   {file}" for file in there.changed),
        *(f"missing   {file}" for file in there.gone),
        *(f"waiting   {file}" for file in there.waiting),
        *(f"no speech {file}" for file in there.silent),
        *(f"failed    {failure.file}: {failure.reason}" for failure in there.failures),
        *([f"forgotten {there.forgotten} files, no longer used"] if there.forgotten else []),
        *(f"note      {file}: {note}" for file, note in there.notes),
        *(f"warning   {warning}" for warning in there.warnings),
        *(f"left out  {file}: {why}" for file, why in there.left_out if why != WHY["filtered"]),
    ]
    lines += _secrets(there)
    if there.consents:
        counted = ", ".join(f"{many} {what}" for what, many in there.consents)
        lines.insert(1, f"for {there.audience} use; consents: {counted}")
    lines += [f"count     {prevalence.line(slug, count)}" for slug, count in there.counts.items()]
    if there.heard and not there.counts:
        lines.append("count     not known: something changed since the last build")
    lines += [f"audit     {slug}: {done} of {many} customers checked" for slug, done, many in there.audits]
    for source, came, missed in there.sources:
        lines.append(f"source    {source}: {came} downloaded" + (f", {missed} failed" if missed else ""))
    for reel in there.reels:
        age = f", {reel.newer} uploads are newer" if reel.newer else ""
        broken = "" if reel.complete else ", files are missing: rebuild it"
        refused = (
            f", {reel.refused} of its answers may no longer be shown: rebuild or delete it" if reel.refused else ""
        )
        says = ", it still contains what [redact] now removes: rebuild or delete it" if reel.unredacted else ""
        lines.append(f"reel      {reel.name}, built {reel.built}, {reel.audience}{age}{broken}{refused}{says}")
    return "\n".join(shown(line) for line in lines)


def _secrets(there: State) -> list[str]:
    """PII that customers say: kinds, how many, where; never the words."""
    lines = []
    for kind, what in SECRETS.items():
        for hidden in (False, True):
            where = [moment for other, moment, out in there.secrets if (other, out) == (kind, hidden)]
            if where:
                more = ", …" if len(where) > 5 else ""
                done = "removed from reels" if hidden else "NOT removed from reels, see [redact]"
                lines.append(f"private   {what}: {len(where)} at {', '.join(where[:5])}{more}; {done}")
    if there.kept_unredacted:
        lines.append(f"private   {kept_warning(there.kept_unredacted)}")
    return lines


def _marked(entry: Mapping[str, Any], slug: str) -> str:
    counted = "*" if slug in entry["above_threshold"] else " "
    mark = {"keep": "+", "drop": "-", "hide": "~"}.get(entry.get("decided", {}).get(slug), counted)
    return f"{entry['scores'][slug]:>8.2f}{mark}"


def fetch_summary(fetched: Fetched) -> list[str]:
    """One line per source: counts only, so that it can go into a log."""
    lines = []
    for outcome in fetched.outcomes:
        parts = [
            f"{len(outcome.came)} to fetch" if fetched.dry_run else f"{len(outcome.came)} downloaded",
            f"{outcome.known} already present",
            f"{len(outcome.missed) + len(outcome.waiting)} failed" if outcome.missed or outcome.waiting else "",
            f"{outcome.narrowed} consents reduced" if outcome.narrowed else "",
            f"{outcome.refused} without consent, not fetched" if outcome.refused else "",
            f"{outcome.forgotten} on the suppression list, skipped" if outcome.forgotten else "",
        ]
        counts = "could not be read" if outcome.trouble else ", ".join(filter(None, parts))
        lines.append(f"{outcome.source}: {counts}")
    return lines


def later(missed: Missed) -> str:
    """When it will be tried again."""
    return f"retry after {datetime.fromtimestamp(missed.again):%Y-%m-%d %H:%M}, or now with --retry"
