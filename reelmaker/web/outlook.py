"""The reel as a build would make it now, from what is known: its cards and clips in order, and what it has no room for.

The same steps as a dry run, without looking at the uploads. Where the sound has to be looked at for a new cut, the
library remembers the result, so that the build need not look again.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reelmaker.errors import NothingFound, UnknownMoment
from reelmaker.model import Clip, Moment, Reel, joined, moment_ids
from reelmaker.model.decision import Decision
from reelmaker.model.stretches import spoken_parts
from reelmaker.progress import Silent
from reelmaker.select import pick, rejections
from reelmaker.select import stage as select_stage
from reelmaker.select.decisions import strikes, trims, verdicts
from reelmaker.select.stage import Choice
from reelmaker.web.workspace import Known, Workspace

# Why something about the problem is not in the reel although nobody dropped or hid it, in plain words
NO_ROOM: Mapping[str, str] = {
    "room": "It does not fit into the length.",
    "later": "Others scored higher.",
    "balance": "Stronger moments filled the places of this group of customers.",
}
NOT_SHOWN: Mapping[str, str] = {
    **NO_ROOM,
    "length": "It is too short or too long for a clip of this reel.",
    "customer": "The reel already shows this customer.",
    "touches": "It touches another clip of this customer.",
    "repeats": "Another clip says nearly the same.",
    "not quotable": "These words are never quoted.",
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """A reel that is not made yet. Without one, `nothing` and `remedy` say why."""

    reel: Reel | None = None
    choice: Choice | None = None
    nothing: str = ""
    remedy: str = ""

    @property
    def clips(self) -> tuple[Clip, ...]:
        return self.reel.clips if self.reel else ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sentence about the problem that the reel has no room for. `kept`: the team wants it."""

    moment: Moment
    kept: bool
    why: str


class _Turn:
    """One reel is worked out at a time in a window."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def of(workspace: Workspace, known: Known, slug: str) -> Outlook:
    """What a build of one problem would make; worked out once for each state of the project."""
    with workspace.part(_Turn, _Turn).lock:  # the page asks for the reel and for a clip of it at once
        return known.derived(("outlook", slug), lambda: _assembled(workspace, known, slug))


def key_of(clip: Clip) -> str:
    """The name by which every command knows the clip's moment, with the whole id of the answer."""
    return moment_ids.name(clip.moment, 64)


def clip_of(outlook: Outlook, key: str) -> Clip:
    """The clip of a key; after a trim that reaches further, the one that holds its first words.

    Raises:
        UnknownMoment: the reel has no such clip any more.
    """
    named = moment_ids.read(key)
    for clip in outlook.clips:
        if key_of(clip) == key:
            return clip
    if isinstance(named, moment_ids.Named):
        for clip in outlook.clips:
            whole = clip.moment.whole or clip.moment.span
            if (
                whole.response == named.digits
                and whole.start_ms <= named.start_ms + 100
                and named.start_ms < whole.end_ms
            ):
                return clip
    raise UnknownMoment("This clip is no longer in the reel.", "Choose another one from the list.")


def text_of(moment: Moment) -> str:
    """What a clip says, with "…" where it jumps over words."""
    parts = spoken_parts(moment.words, [hole for hole in moment.holes if not hole.silent])
    return " … ".join(map(joined, parts))


def kept_without_room(outlook: Outlook) -> list[Moment]:
    """The sentences that the team keeps and that are not in the reel."""
    choice = outlook.choice
    return pick.left_out(choice.own, [*choice.clips, *choice.voices]) if choice else []


def waiting(known: Known, slug: str, outlook: Outlook) -> list[Waiting]:
    """What the reel has no room for: what the team keeps first, then by score. Takes as long as the choice itself."""
    return known.derived(("waiting", slug), lambda: _waiting(known, outlook))


def _waiting(known: Known, outlook: Outlook) -> list[Waiting]:
    choice = outlook.choice
    if choice is None:
        return []
    survey = known.survey
    groups = select_stage.groups(known.project, survey)
    shown = [*choice.clips, *choice.voices]
    kept = {_place(moment) for moment in kept_without_room(outlook)}
    reasons = rejections.why_not(choice.own, survey.responses, choice.limits, choice.clips, groups)
    told = NO_ROOM if shown else [*NO_ROOM, "length"]  # where nothing fits, everything is too long
    listed = [
        Waiting(moment, _place(moment) in kept, NOT_SHOWN.get(lost.reason, ""))
        for moment in choice.own
        if (lost := reasons.get(_place(moment))) and (_place(moment) in kept or lost.reason in told)
    ]
    return sorted(listed, key=lambda entry: (not entry.kept, -entry.moment.score, entry.moment.span))


def applying_strikes(known: Known, clip: Clip) -> tuple[Decision, ...]:
    """The strikes inside the clip's moment, in the order they were made."""
    stretch = (clip.moment.whole or clip.moment.span).union(clip.span)
    own = strikes.of_problem(known.survey.decisions, clip.moment.problem)
    return tuple(strike for strike in own if strike.shown and strike.shown.overlaps(stretch))


def applying_trim(known: Known, clip: Clip) -> Decision | None:
    """The trim that sets the clip's edges; None if there is none."""
    whole = clip.moment.whole or clip.moment.span
    own = trims.of_problem(known.survey.decisions, clip.moment.problem)
    return next((trim for trim in own if verdicts.belongs(trim.span, whole)), None)


def _assembled(workspace: Workspace, known: Known, slug: str) -> Outlook:
    problem = known.project.problem(slug)
    if not known.survey.transcripts:
        return Outlook(nothing="No answer was transcribed yet.", remedy="Build a draft first.")
    with workspace.session() as session:
        session.stores = True  # where a cut falls, so that it is looked for once
        quiet = replace(session, progress=Silent(), warnings=[])
        moments = _in_order(known)
        try:
            assembled = select_stage.assemble_reel(quiet, known.survey, moments, [problem], draft=False)
        except NothingFound as nothing:
            choices = select_stage.plan(quiet, known.survey, [problem], moments).choices
            return Outlook(None, choices.get(slug), nothing.message, nothing.remedy)
    return Outlook(assembled.reel, assembled.choices.get(slug))


def _in_order(known: Known) -> Sequence[Moment]:
    """Every moment of every problem in the order of the answers, as a build has them."""
    moments = [moment for own in known.moments.values() for moment in own]
    return sorted(moments, key=_place)


def _place(moment: Moment) -> tuple[str, int]:
    sentence = moment.sentences[0]
    return sentence.response, sentence.index
