"""Results as text: cue sheets, tables, states. Pure: returns strings, prints nothing."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reelmaker.cli.console import printable
from reelmaker.cli.format_review import SECRETS
from reelmaker.model import DRAWN, UNFIT, Card, Clip, Reel
from reelmaker.model.consent import WHY
from reelmaker.model.moment_ids import clock, name
from reelmaker.outputs import manifest
from reelmaker.outputs.escaping import audience
from reelmaker.outputs.quotes import harmless
from reelmaker.project import toml_writer
from reelmaker.redaction.stage import kept_warning
from reelmaker.review import decision_sheet
from reelmaker.review.search import Searched
from reelmaker.review.suggest import Suggested
from reelmaker.select import prevalence, representativeness
from reelmaker.status import State
from reelmaker.text import bilingual_cues, caption_cues

if TYPE_CHECKING:
    from reelmaker.sources.fetch import Fetched, Missed

LISTED = 12  # moments named in a line of `status`
DECIDED = {"keep": "kept by the team", "drop": "dropped by the team", "hide": "hidden by the team"}


def json_text(document: Mapping[str, Any]) -> str:
    return manifest.text(document).rstrip("\n")


def build_json(reel: Reel) -> str:
    """The manifest's document, and the work of this run."""
    return json_text({**reel.document, "work": dataclasses.asdict(reel.work)})


def cue_sheet(reel: Reel) -> str:
    """Each item of the reel: time, speaker, quote, score, reasons."""
    lines = []
    for place in reel.places():
        item = place.item
        time = f"{clock(place.start_ms)}-{clock(place.end_ms)}"
        if isinstance(item, Card):
            words = " / ".join(text for name, text in item.fields if name not in (*DRAWN, "brand", "claim", "split"))
            lines.append(f"{time}  [{item.kind}] {printable(words)}")
        elif isinstance(item, Clip):
            lines.append(f"{time}  {printable(item.label)}  score {item.moment.score:.2f}  {name(item.moment)}")
            lines.append(f'{"":>15}"{printable(caption_cues.quote(item.moment))}"')
            if translated := bilingual_cues.english(item.moment):
                lines.append(f'{"":>15}in English: "{printable(translated)}"')
            lines.append(f"{'':>15}{printable('; '.join(item.moment.why))}")
    return "\n".join(lines)


def summary(reel: Reel) -> list[str]:
    """The lines shown at the end of a build."""
    lines = [prevalence.line(problem.slug, reel.counts[problem.slug]) for problem in reel.problems]
    lines += [printable(line) for part in reel.samples for line in representativeness.lines(part)]
    lines.append(audience(reel.document))
    work, length = reel.work, f"{clock(reel.duration_ms)} with {_many(len(reel.clips), 'clip')}"
    if not reel.folder:
        return [*lines, f"{length}; nothing was rendered."]
    if work.held:
        return [*lines, printable(work.held)]
    if not work.joined:
        return [*lines, "Nothing new: the reel is unchanged."]
    work_done = f"{_many(work.transcribed, 'response')} transcribed, {_many(work.rendered, 'piece')} rendered"
    return [*lines, f"{length}; {work_done}."]


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def search_results(result: Searched) -> str:
    """One block for each moment: score, speaker, time, words."""
    lines = []
    for entry in result.document["moments"]:
        (score,) = entry["scores"].values()
        times = f"{clock(entry['start_ms'])}-{clock(entry['end_ms'])}"
        lines.append(printable(f"{score:.2f}  {entry['moment']}  {entry['label']}  {entry['file']}  {times}"))
        lines.append(printable(f'      "{entry["text"]}"'))
    return "\n".join(lines) or "Nobody speaks in these uploads."


def suggested(result: Suggested) -> str:
    """Sections to paste into reelmaker.toml, each under its count and quotes as comments."""
    blocks = []
    entries = {entry["slug"]: entry for entry in result.document["suggestions"]}
    for suggestion in result.suggestions:
        problem = suggestion.problem
        quotes = [
            f'#   "{entry["text"]}"  ({entry["label"]}, {entry["file"]}, {clock(entry["start_ms"])})'
            for entry in entries[problem.slug]["quotes"]
        ]
        lines = [f"# {prevalence.line(problem.slug, result.counts[problem.slug])}", *quotes]
        blocks.append("\n".join(printable(line) for line in lines) + "\n" + toml_writer.section(problem))
    return "\n".join(blocks).rstrip("\n") or "# No topic stands out beyond the problems in reelmaker.toml."


def moments_table(result: Searched) -> str:
    """One line for each sentence with its scores, and the reasons for the highest; * counts, + kept, - dropped, ~
    hidden.
    """
    slugs = [problem["slug"] for problem in result.document["problems"]]
    lines = [f"{'moment':<16}{'  '.join(f'{slug[:9]:>9}' for slug in slugs)}  sentence"]
    file = ""
    for entry in result.document["moments"]:
        if entry["file"] != file:
            file = entry["file"]
            lines.append(printable(f"-- {file}  {entry['label']}"))
        scores = "  ".join(_marked(entry, slug) for slug in slugs)
        lines.append(f"{entry['moment']:<16}{scores}  {printable(entry['text'])}")
        if entry["above_threshold"]:
            best = max(entry["above_threshold"], key=lambda slug: entry["scores"][slug])
            lines.append(f"{'':>16}{printable(best + ': ' + '; '.join(entry['why'][best]))}")
    return "\n".join(lines)


def moments_csv(result: Searched) -> str:
    """One row for each sentence and problem: score, decision, why; and an empty column for new decisions.

    With a byte order mark, as quotes.csv, so that spreadsheet programs read it as UTF-8.
    """
    output = io.StringIO()
    output.write("\ufeff")
    rows = csv.writer(output)
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
            decision_sheet.DECIDE,
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
                "",
                f"{entry['tone']:+.2f}",
                "; ".join(entry["why"][slug]),
                entry["moment"],
            )
            rows.writerow([harmless(cell) for cell in cells])
    return output.getvalue()


def exported(document: Mapping[str, Any]) -> str:
    """Counts of the contents of an access package: no name and no words of the person."""
    answers = document["answers"]
    sentences = sum(len(a["transcript"]["sentences"]) for a in answers if a["transcript"])
    clips = sum(len(reel["clips"]) for reel in document["used"])
    return (
        f"Answers: {len(answers)}, sentences: {sentences}, rows of responses.csv: {len(document['rows'])}, "
        f"decisions: {len(document['decisions'])}, finished reels: {len(document['used'])} (with {clips} of these clips)."
    )


def state(project_state: State) -> str:
    """The state of a project, one fact per line."""
    lines = [
        f"{project_state.responses} responses, {project_state.heard} with speech, {len(project_state.waiting)} not transcribed yet",
        *(f"new       {file}" for file in project_state.new),
        *(f"changed   {file}" for file in project_state.changed),
        *(f"missing   {file}" for file in project_state.gone),
        *(f"waiting   {file}" for file in project_state.waiting),
        *(f"no speech {file}" for file in project_state.silent),
        *(f"failed    {failure.file}: {failure.reason}" for failure in project_state.failures),
        *([f"forgotten {project_state.forgotten} files, no longer used"] if project_state.forgotten else []),
        *(f"note      {file}: {note}" for file, note in project_state.notes),
        *(f"warning   {warning}" for warning in project_state.warnings),
        *(f"left out  {file}: {why}" for file, why in project_state.left_out if why != WHY["filtered"]),
    ]
    lines += _unfit(project_state)
    lines += _secrets(project_state)
    if project_state.consents:
        consent_counts = ", ".join(
            f"{number} {audience_or_reason}" for audience_or_reason, number in project_state.consents
        )
        lines.insert(1, f"for {project_state.audience} use; consents: {consent_counts}")
    lines += [f"count     {prevalence.line(slug, count)}" for slug, count in project_state.counts.items()]
    if project_state.heard and not project_state.counts:
        lines.append("count     not known: something changed since the last build")
    lines += [
        f"audit     {slug}: {checked} of {to_check} customers checked"
        for slug, checked, to_check in project_state.audits
    ]
    for source, downloaded, failed in project_state.sources:
        lines.append(f"source    {source}: {downloaded} downloaded" + (f", {failed} failed" if failed else ""))
    for reel in project_state.reels:
        age_note = f", {reel.newer} uploads are newer" if reel.newer else ""
        missing_note = "" if reel.complete else ", files are missing: rebuild it"
        refused_note = (
            f", {reel.refused} of its answers may no longer be shown: rebuild or delete it" if reel.refused else ""
        )
        redaction_note = (
            ", it still contains what [redact] now removes: rebuild or delete it" if reel.unredacted else ""
        )
        lines.append(
            f"reel      {reel.name}, built {reel.built}, {reel.audience}{age_note}{missing_note}{refused_note}{redaction_note}"
        )
    return "\n".join(printable(line) for line in lines)


def _unfit(project_state: State) -> list[str]:
    """What is not fit to quote: why, how many, where; never the words."""
    lines = []
    for reason, label in UNFIT.items():
        moments = [moment for moment, other_reason in project_state.unfit if other_reason == reason]
        if moments:
            more = f", … ({len(moments) - LISTED} more with --json)" if len(moments) > LISTED else ""
            lines.append(f"not quoted {label}: {len(moments)} at {', '.join(moments[:LISTED])}{more}")
    return lines


def _secrets(project_state: State) -> list[str]:
    """PII in what customers say: kinds, how many, where; never the words."""
    lines = []
    for kind, label in SECRETS.items():
        for hidden in (False, True):
            moments = [
                moment
                for other_kind, moment, is_hidden in project_state.secrets
                if (other_kind, is_hidden) == (kind, hidden)
            ]
            if moments:
                ellipsis = ", …" if len(moments) > 5 else ""
                treatment = "removed from reels" if hidden else "NOT removed from reels, see [redact]"
                lines.append(f"private   {label}: {len(moments)} at {', '.join(moments[:5])}{ellipsis}; {treatment}")
    if project_state.kept_unredacted:
        lines.append(f"private   {kept_warning(project_state.kept_unredacted)}")
    return lines


def _marked(entry: Mapping[str, Any], slug: str) -> str:
    count_mark = "*" if slug in entry["above_threshold"] else " "
    mark = {"keep": "+", "drop": "-", "hide": "~"}.get(entry.get("decided", {}).get(slug), count_mark)
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


def later(failed_link: Missed) -> str:
    """When the link will be retried."""
    return f"retry after {datetime.fromtimestamp(failed_link.again):%Y-%m-%d %H:%M}, or now with --retry"
