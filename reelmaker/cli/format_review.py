"""Decisions and explanations as text. Pure: returns strings, prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reelmaker.cli.console import printable
from reelmaker.model.correction import Correction
from reelmaker.model.decision import ENDS, Decision
from reelmaker.model.moment_ids import clock
from reelmaker.publish.history import Build
from reelmaker.review import explain
from reelmaker.review.corrections import Proposal, State
from reelmaker.review.lookup import ResolvedMoment
from reelmaker.review.strikes import Proposal as Edit
from reelmaker.review.word_check import Doubt
from reelmaker.select.decisions.standing import HOLDS, Standing

SECRETS = {
    "email": "e-mail address",
    "phone": "phone number",
    "card": "card number",
    "iban": "bank account",
    "names": "name",
}
DONE = {
    "keep": "kept",
    "drop": "dropped",
    "hide": "hidden",
    "trim": "trimmed",
    "strike": "struck",
    "first": "first",
    "last": "last",
    "yes": "is about ",
    "no": "not about ",
    "unsure": "unsure about ",  # of an audit
}


def decision_line(decision: Decision, moment: ResolvedMoment) -> str:
    """A new decision, in one line."""
    scope = decision.problem or "every problem"
    if decision.verdict in ENDS:
        return printable(
            f'{decision.number}  {decision.verdict} in {scope}, position {decision.rank + 1}: {moment.name} "{moment.text}"'
        )
    return printable(f'{decision.number}  {DONE[decision.verdict]} for {scope}: {moment.name} "{moment.text}"')


def trim_line(decision: Decision, moment: ResolvedMoment, words: str) -> str:
    """What a clip was trimmed to, in one line."""
    assert decision.shown is not None
    times = f"{clock(decision.shown.start_ms)}-{clock(decision.shown.end_ms)}"
    scope = decision.problem or "every problem"
    return printable(f'{decision.number}  trimmed for {scope}: {moment.name} shows {times} "{words}"')


def struck_lines(proposal: Edit, decisions: Sequence[Decision]) -> list[str]:
    """An edit of a clip that was just recorded: a line each for what was taken back, each new decision, and the words."""
    lines = [f"{number}  taken back: no longer struck" for number in proposal.taken_back]
    for decision in decisions:
        assert decision.shown is not None
        times = f"{clock(decision.shown.start_ms)}-{clock(decision.shown.end_ms)}"
        what = "leaves out" if decision.verdict == "strike" else "shows"
        scope = decision.problem or "every problem"
        lines.append(f"{decision.number}  {DONE[decision.verdict]} for {scope}: {proposal.moment.name} {what} {times}")
    return [printable(line) for line in [*lines, f'     the clip now says "{proposal.text}"']]


def decisions(standings: Sequence[Standing]) -> str:
    """Two lines for each decision: number, verdict, problem, moment, state; words, note, time."""
    lines = []
    for standing in standings:
        decision = standing.decision
        state = "" if standing.state == HOLDS else f"  [{standing.state}: {standing.reason}]"
        scope = decision.problem or "every problem"
        lines.append(printable(f"{decision.number:>3}  {DONE[decision.verdict]:<8}{scope}  {standing.name}{state}"))
        note = f"  note: {decision.note}" if decision.note else ""
        if decision.verdict in ENDS:
            note = f"  position {decision.rank + 1} in the reel{note}"
        if decision.shown:
            times = f"{clock(decision.shown.start_ms)}-{clock(decision.shown.end_ms)}"
            note = f"  {'leaves out' if decision.verdict == 'strike' else 'shows'} {times}{', exactly' if decision.exact else ''}{note}"
        words = f'"{standing.text}"' if standing.text else "(not in the current transcript)"
        lines.append(printable(f"     {words}{note}  ({decision.made[:16].replace('T', ' ')})"))
    return "\n".join(lines) or "No decisions yet."


def proposed(proposal: Proposal) -> str:
    """A place that would be corrected, in one line."""
    correction = proposal.correction
    return printable(f'{proposal.moment}  "{correction.heard}" → "{correction.text}" in "{proposal.sentence}"')


def corrected(correction: Correction, moment: str) -> str:
    """What was just corrected, in one line."""
    if correction.confirms:
        return printable(f'{correction.number}  confirmed: {moment} "{correction.text}"')
    return printable(f'{correction.number}  corrected: {moment} "{correction.heard}" → "{correction.text}"')


def corrections(states: Sequence[State]) -> str:
    """A line a correction: number, moment, both texts, how it stands, note, when."""
    lines = []
    for state in states:
        outcome = f"  [{state.outcome}{f': {state.reason}' if state.reason else ''}]" if state.outcome != HOLDS else ""
        what = f'"{state.heard}" → "{state.text}"' if not state.correction.confirms else f'confirmed "{state.text}"'
        note = f"  note: {state.correction.note}" if state.correction.note else ""
        when = state.correction.made[:16].replace("T", " ")
        lines.append(printable(f"{state.correction.number:>3}  {state.moment}  {what}{outcome}{note}  ({when})"))
    return "\n".join(lines) or "No corrections yet."


def unsure(doubts: Sequence[Doubt]) -> str:
    """Three lines for each: confidence, clip, moment and words; the sentence; the command that corrects them."""
    lines = []
    for doubt in doubts:
        where = doubt.clip or "not quoted until checked"
        lines.append(printable(f'{doubt.confidence:.2f}  {where}  {doubt.moment}  "{doubt.words}"'))
        lines.append(printable(f'      in "{doubt.sentence}"'))
        lines.append(printable(f"      {doubt.command}"))
    if not lines:
        return "No word of a finished reel was recognised unsurely."
    return "\n".join([*lines, "With the transcribed words as the second text, `correct` confirms them."])


def builds(builds_listed: Sequence[Build]) -> str:
    """One line for each build, the newest of each reel first; `*` marks the current one."""
    lines = []
    for build in builds_listed:
        changes = build.changes
        count_changes = ", ".join(_count_change(count) for count in changes["counts"])
        clip_changes = f"{len(changes['came_in'])} in, {len(changes['went_out'])} out" if changes["since"] else ""
        settings = "settings" if changes["settings"] else ""
        summary = "; ".join(filter(None, (clip_changes or "first build", settings)))
        mark = "*" if build.current else " "
        built_at = build.built[:16].replace("T", " ")
        size = f"{build.clips} clips, {clock(build.duration_ms)}"
        lines.append(
            printable(f"{mark} {build.reel} {build.number:>3}  {built_at}  {size}  {count_changes}  {summary}")
        )
        for approval in build.approvals:
            rests = "" if build.current else ", rests: another build is shown"
            when = approval.made[:16].replace("T", " ")
            lines.append(printable(f"      approved by {approval.name} ({when}, number {approval.number}{rests})"))
    return "\n".join(lines) or "Nothing has been built yet."


def _count_change(count: Mapping[str, Any]) -> str:
    """`checkout 9 of 16 → 14 of 23`."""
    new_count, old_count = count["now"], count["before"]
    old_words = f"{old_count[0]} of {old_count[1]} → " if old_count and old_count != new_count else ""
    return f"{count['problem']} {old_words}{new_count[0]} of {new_count[1]}"


def why(document: Mapping[str, Any]) -> str:
    """For each problem its score with its parts, decisions and the reel; then the surrounding sentences."""
    explained = document["explained"]
    lines = [f"{explained['moment']}  {document['moments'][0]['label']}  {document['moments'][0]['file']}"]
    for explanation in explained["problems"]:
        lines += ["", *_problem(explanation, len(document["moments"]) > 1)]
        lines += [
            _decision(entry) for entry in document["decisions"] if entry["problem"] in ("", explanation["problem"])
        ]
        lines.append(f"  reel: {explain.reel_words(explanation)}")
    for entry in explained.get("secrets", ()):
        label = SECRETS[entry["kind"]] + (f" ({entry['count']})" if entry["count"] > 1 else "")
        treatment = "removed from reels" if entry["redacted"] else "can be heard in reels: see [redact]"
        lines.append(f"  {label}: {treatment}")
    lines.append("")
    for sentence in explained["around"]:
        mark = ">" if sentence["it"] else " "
        speaker = " (interviewer)" if sentence["asked"] else ""
        times = f"{clock(sentence['start_ms'])}-{clock(sentence['end_ms'])}"
        lines.append(f"{mark} {times}  {sentence['text']}{speaker}")
    return "\n".join(lines)


def _problem(explanation: Mapping[str, Any], several: bool) -> list[str]:
    verdict = "is about it" if explanation["score"] >= explanation["threshold"] else "is not about it"
    moment_note = f", of {explanation['moment']}" if several else ""
    lines = [
        f"{explanation['problem']}: score {explanation['score']:.2f}, threshold {explanation['threshold']:.2f}: {verdict}{moment_note}",
        f"  tone {explanation['tone']:+.2f}, intensity {explanation['intensity']:.2f}",
    ]
    if explanation["tagged"] != explanation["score"]:
        lines.append(f"  from the words alone it would be {explanation['tagged']:.2f}; {explanation['why'][0]}")
    for side in ("for", "against"):
        parts = [part for part in explanation[side] if abs(part["moved"]) >= explain.LEAST]
        lines += [f"  {side:<8}{part['moved']:+5.1f}  {part['text']}" for part in parts]
        if not parts:
            lines.append(f"  {side:<8} none")
    if abs(explanation["start"]) >= explain.LEAST:
        lines.append(f"  {'start':<8}{explanation['start']:+5.1f}  the score every sentence starts from")
    words = {"phrase": "phrase", "description": "description", "not": "`not`"}
    lines += [
        f'  near    {neighbour["likeness"]:5.2f}  {words[neighbour["kind"]]}: "{neighbour["text"]}"'
        for neighbour in explanation["near"]
    ]
    return lines


def _decision(decision: Mapping[str, Any]) -> str:
    note = f": {decision['note']}" if decision["note"] else ""
    reason = f": {decision['reason']}" if decision.get("reason") else ""
    return f"  decision {decision['number']}: {DONE[decision['verdict']]}{note} ({decision['state']}{reason})"
