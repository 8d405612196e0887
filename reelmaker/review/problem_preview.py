"""What a changed or new problem would find, before it is saved: which moments come, which go, and the counts.

In: what is known of the survey, and the settings as they would be. Out: the difference. Nothing is written; what was
worked out for each sentence earlier is used, so that it is quick.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reelmaker.model import Count, Moment
from reelmaker.model.survey import Survey
from reelmaker.progress import Silent
from reelmaker.project.config import Project
from reelmaker.project.session import look_into
from reelmaker.select import stage as select_stage
from reelmaker.select.decisions import stage as decisions_stage


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change of a problem does.

    `come` and `go`: neighbouring sentences that would be about it and are not yet, or the other way round, surest
    first. `others`: counts of other problems that would change, by name, before and after.
    """

    before: Count | None
    after: Count
    come: tuple[tuple[Moment, ...], ...]
    go: tuple[tuple[Moment, ...], ...]
    stay: int  # sentences
    others: Mapping[str, tuple[Count, Count]]


def difference(
    changed: Project, survey: Survey, slug: str, before: Sequence[Moment], counts: Mapping[str, Count], threshold: float
) -> Difference:
    """What the problem of this name would find with changed settings.

    Args:
        changed: the settings as they would be.
        before: the moments of this problem today; none for a new one.
        counts: of every problem today.
        threshold: of this problem today.

    Raises:
        ProjectError: nothing has been transcribed yet.
        ModelError: the sentence model is missing.
    """
    problems = list(changed.problems.values())
    with look_into(changed, Silent()) as session:
        moments = decisions_stage.judge(session, survey, problems)
        counted = {problem.slug: select_stage.counted(session, survey, moments, problem) for problem in problems}
    own = [moment for moment in moments if moment.problem == slug]
    new_threshold = changed.threshold_of(changed.problems[slug])
    about = {moment.span: moment for moment in own if moment.speaks(new_threshold)}
    was_about = {moment.span: moment for moment in before if moment.speaks(threshold)}
    return Difference(
        counts.get(slug),
        counted[slug],
        _together([moment for span, moment in about.items() if span not in was_about]),
        _together([moment for span, moment in was_about.items() if span not in about]),
        len(about.keys() & was_about.keys()),
        {
            other: (counts[other], count)
            for other, count in counted.items()
            if other != slug and other in counts and counts[other].figure != count.figure
        },
    )


def _together(moments: Sequence[Moment]) -> tuple[tuple[Moment, ...], ...]:
    """Neighbouring sentences of an answer in one group; the surest group first."""
    groups: list[list[Moment]] = []
    for moment in sorted(moments, key=lambda moment: moment.span):
        sentence, last = moment.sentences[0], groups[-1][-1].sentences[0] if groups else None
        if last and (last.response, last.index + 1) == (sentence.response, sentence.index):
            groups[-1].append(moment)
        else:
            groups.append([moment])
    return tuple(sorted(map(tuple, groups), key=lambda group: -max(moment.score for moment in group)))
