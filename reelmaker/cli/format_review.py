"""Decisions and explanations as text. Pure: gives strings, prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reelmaker.cli.console import shown
from reelmaker.model.decision import ENDS, Decision
from reelmaker.model.moment_ids import clock
from reelmaker.publish.history import Build
from reelmaker.review.lookup import ResolvedMoment
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
    "first": "first",
    "last": "last",
    "yes": "is about ",
    "no": "not about ",
    "unsure": "unsure about ",  # of an audit
}
LEAST = 0.05  # what moved a score by less is not told


def made(decision: Decision, meant: ResolvedMoment) -> str:
    """What was just decided, in one line."""
    where = decision.problem or "every problem"
    if decision.verdict in ENDS:
        return shown(
            f'{decision.number}  {decision.verdict} in {where}, position {decision.rank + 1}: {meant.name} "{meant.text}"'
        )
    return shown(f'{decision.number}  {DONE[decision.verdict]} for {where}: {meant.name} "{meant.text}"')


def trimmed(decision: Decision, meant: ResolvedMoment, words: str) -> str:
    """What a clip was just trimmed to, in one line."""
    assert decision.shown is not None
    to = f"{clock(decision.shown.start_ms)}-{clock(decision.shown.end_ms)}"
    where = decision.problem or "every problem"
    return shown(f'{decision.number}  trimmed for {where}: {meant.name} shows {to} "{words}"')


def decisions(standings: Sequence[Standing]) -> str:
    """Two lines a decision: number, verdict, problem, moment, how it stands; words, note, when."""
    lines = []
    for standing in standings:
        decision = standing.decision
        state = "" if standing.state == HOLDS else f"  [{standing.state}: {standing.reason}]"
        where = decision.problem or "every problem"
        lines.append(shown(f"{decision.number:>3}  {DONE[decision.verdict]:<8}{where}  {standing.name}{state}"))
        note = f"  note: {decision.note}" if decision.note else ""
        if decision.verdict in ENDS:
            note = f"  position {decision.rank + 1} in the reel{note}"
        if decision.shown:
            to = f"{clock(decision.shown.start_ms)}-{clock(decision.shown.end_ms)}"
            note = f"  shows {to}{', exactly' if decision.exact else ''}{note}"
        words = f'"{standing.text}"' if standing.text else "(not in the current transcript)"
        lines.append(shown(f"     {words}{note}  ({decision.made[:16].replace('T', ' ')})"))
    return "\n".join(lines) or "No decisions yet."


def builds(found: Sequence[Build]) -> str:
    """A line a build, the newest of each reel first; `*` lies in the reel's folder."""
    lines = []
    for build in found:
        changes = build.changes
        moved = ", ".join(_moved(count) for count in changes["counts"])
        turned = f"{len(changes['came_in'])} in, {len(changes['went_out'])} out" if changes["since"] else ""
        settings = "settings" if changes["settings"] else ""
        what = "; ".join(filter(None, (turned or "first build", settings)))
        mark = "*" if build.current else " "
        when = build.built[:16].replace("T", " ")
        size = f"{build.clips} clips, {clock(build.duration_ms)}"
        lines.append(shown(f"{mark} {build.reel} {build.number:>3}  {when}  {size}  {moved}  {what}"))
    return "\n".join(lines) or "Nothing has been built yet."


def _moved(count: Mapping[str, Any]) -> str:
    """`checkout 9 of 16 → 14 of 23`."""
    now, before = count["now"], count["before"]
    was = f"{before[0]} of {before[1]} → " if before and before != now else ""
    return f"{count['problem']} {was}{now[0]} of {now[1]}"


def why(document: Mapping[str, Any]) -> str:
    """For each problem its score and what it is made of, decisions, the reel; then the sentences around it."""
    explained = document["explained"]
    lines = [f"{explained['moment']}  {document['moments'][0]['label']}  {document['moments'][0]['file']}"]
    for explanation in explained["problems"]:
        lines += ["", *_problem(explanation, len(document["moments"]) > 1)]
        lines += [_decision(one) for one in document["decisions"] if one["problem"] in ("", explanation["problem"])]
        lines.append(f"  reel: {_reel(explanation)}")
    for one in explained.get("secrets", ()):
        what = SECRETS[one["kind"]] + (f" ({one['count']})" if one["count"] > 1 else "")
        done = "removed from reels" if one["redacted"] else "can be heard in reels: see [redact]"
        lines.append(f"  {what}: {done}")
    lines.append("")
    for sentence in explained["around"]:
        mark = ">" if sentence["it"] else " "
        asked = " (interviewer)" if sentence["asked"] else ""
        times = f"{clock(sentence['start_ms'])}-{clock(sentence['end_ms'])}"
        lines.append(f"{mark} {times}  {sentence['text']}{asked}")
    return "\n".join(lines)


def _problem(explanation: Mapping[str, Any], several: bool) -> list[str]:
    verdict = "is about it" if explanation["score"] >= explanation["threshold"] else "is not about it"
    at = f", of {explanation['moment']}" if several else ""
    lines = [
        f"{explanation['problem']}: score {explanation['score']:.2f}, threshold {explanation['threshold']:.2f}: {verdict}{at}",
        f"  tone {explanation['tone']:+.2f}, intensity {explanation['intensity']:.2f}",
    ]
    if explanation["tagged"] != explanation["score"]:
        lines.append(f"  from the words alone it would be {explanation['tagged']:.2f}; {explanation['why'][0]}")
    for side in ("for", "against"):
        parts = [part for part in explanation[side] if abs(part["moved"]) >= LEAST]
        lines += [f"  {side:<8}{part['moved']:+5.1f}  {part['text']}" for part in parts]
        if not parts:
            lines.append(f"  {side:<8} none")
    if abs(explanation["start"]) >= LEAST:
        lines.append(f"  {'start':<8}{explanation['start']:+5.1f}  the score every sentence starts from")
    words = {"phrase": "phrase", "description": "description", "not": "`not`"}
    lines += [
        f'  near    {near["likeness"]:5.2f}  {words[near["kind"]]}: "{near["text"]}"' for near in explanation["near"]
    ]
    return lines


def _decision(decision: Mapping[str, Any]) -> str:
    note = f": {decision['note']}" if decision["note"] else ""
    why = f": {decision['reason']}" if decision.get("reason") else ""
    return f"  decision {decision['number']}: {DONE[decision['verdict']]}{note} ({decision['state']}{why})"


def _reel(explanation: Mapping[str, Any]) -> str:
    reel = explanation["reel"]
    clip = reel.get("clip")
    it = f"{clip['moment']} (score {clip['score']:.2f})" if clip else "no clip"
    return {
        "shown": f"shown, as {it}",
        "dropped": "not shown: dropped by the team",
        "hidden": "not shown: hidden by the team",
        "asked": "not shown: the interviewer's words are never quoted",
        "unreliable": "not shown: speech recognition is not sure of these words, and such words are never quoted",
        "not quotable": "not shown: these words may not be quoted",
        "threshold": "not shown: the score is under the threshold",
        "trimmed": f"not shown: the team trimmed it away from {it}",
        "length": "not shown: too short or too long for a clip ([reel] clip_min, clip_max, length)",
        "customer": f"not shown: the reel already shows this customer with {it}",
        "touches": f"not shown: it touches {it} of the same customer",
        "repeats": f"not shown: {it} says the same in nearly the same words",
        "room": f"not shown: it does not fit into the reel; the last clip chosen is {it}",
        "balance": "not shown: stronger moments filled the quota of this customer's group ([reel] balance)",
        "later": f"not shown: others scored higher; the last clip chosen is {it}",
    }[reel["reason"]]
