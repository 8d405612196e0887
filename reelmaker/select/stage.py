"""The project's settings for a fair choice, passed to the pure modules as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reelmaker.errors import NothingFound
from reelmaker.ingest import responses_csv
from reelmaker.ingest import stage as ingest_stage
from reelmaker.model import Count, Moment, Problem, Reel, Sample, consent, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.project.config import Project
from reelmaker.project.session import Session
from reelmaker.select import assemble, clip_edges, dissent, order, pick, prevalence, rejections, representativeness
from reelmaker.select.audits import stage as audits
from reelmaker.select.clips import stage as clips_stage
from reelmaker.select.decisions import strikes
from reelmaker.tag.presence import decision

DRAFT_RESOLUTION = 360
NEAREST = 3  # moments that are named if nothing is sure


def groups(project: Project, survey: Survey) -> dict[str, str] | None:
    """Response -> value of the column by which the places are allocated."""
    column = project.reel.balance
    if not column:
        return None
    groups = {
        response.id: responses_csv.column_of(response, column).strip().lower() for response in survey.responses.values()
    }
    return groups if any(groups.values()) else None


def contrary_voice(
    project: Project,
    survey: Survey,
    problem: Problem,
    moments: Sequence[Moment],
    limits: pick.Limits,
) -> list[Moment]:
    """At most one moment: a customer who says the opposite."""
    if not project.reel.dissent:
        return []
    rivals = [
        other.slug for other in project.problems.values() if other.kind == problem.kind and other.slug != problem.slug
    ]
    voice = dissent.find(problem, moments, rivals, survey.responses, limits)
    return [voice] if voice else []


@dataclass(frozen=True, slots=True)
class Choice:
    """What one problem's part of the reel shows, and what it was chosen from."""

    own: list[Moment]  # every sentence judged against the problem
    limits: pick.Limits
    clips: list[Moment]
    voices: list[Moment]  # dissenting


def choice(
    project: Project,
    survey: Survey,
    problem: Problem,
    moments: Sequence[Moment],
    room_ms: int,
    groups: dict[str, str] | None,
) -> Choice:
    """The moments of one problem that fit into `room_ms`."""
    settings = project.reel
    limits = pick.Limits(
        max(settings.clip_min_ms, room_ms),
        settings.clip_min_ms,
        settings.clip_max_ms,
        settings.clips_per_customer,
        project.threshold_of(problem),
        settings.prefer,
        strikes.pins(survey.decisions, problem.slug),
        strikes.of_problem(survey.decisions, problem.slug),
        problem.kind,
    )
    own = [moment for moment in moments if moment.problem == problem.slug]

    def beside(voices: list[Moment]) -> Choice:
        taken_ms = sum(moment.length_ms + pick.EDGE_MS for moment in voices)
        left = replace(limits, room_ms=limits.room_ms - taken_ms)
        clips = pick.pick(own, survey.responses, left, groups)
        return Choice(own, left, clips, voices if clips else [])

    with_voice = beside(contrary_voice(project, survey, problem, moments, limits))
    # what the team keeps comes before a dissenting voice
    return beside([]) if with_voice.voices and pick.left_out(own, with_voice.clips) else with_voice


def no_room(problem: Problem, choice: Choice) -> str:
    """The warning if not everything that the team keeps fits; "" if it does."""
    lost = pick.left_out(choice.own, choice.clips)
    if not lost:
        return ""
    kept = sum(moment.verdict == "keep" for moment in choice.own)
    names = ", ".join(moment_ids.name(moment) for moment in lost[:3]) + (", …" if len(lost) > 3 else "")
    return (
        f"{problem.slug}: {len(lost)} of {kept} kept moments do not fit into the reel ({names}). "
        "Increase [reel] length, or keep fewer."
    )


def said_again(problem: Problem, survey: Survey, choice: Choice, groups: Mapping[str, str] | None) -> list[str]:
    """Warnings about customers who repeat a clip in nearly the same words and are therefore not shown."""
    repeated = rejections.said_again(choice.own, survey.responses, choice.limits, choice.clips, groups)
    return [
        f"{problem.slug}: {len(others) + 1} customers say the same in nearly the same words "
        f"({', '.join(moment_ids.name(moment) for moment in [shown, *others])}); the reel shows the first, "
        "and each of them is counted."
        for shown, others in repeated
    ]


def compared(project: Project, reel: Reel, survey: Survey, moments: Sequence[Moment]) -> list[Sample]:
    """Each problem's clips compared with all who spoke of it and with all customers with speech."""
    column = project.reel.balance or "segment"
    if project.reel.audience == consent.EXTERNAL and column not in consent.TOLD:
        column = "segment"
    voices = {c.moment.problem for c in reel.clips if c.moment.dissent}
    shown_problems = {c.moment.problem for c in reel.clips}
    return [
        representativeness.compare(
            problem.slug,
            [c.moment for c in reel.clips if c.moment.problem == problem.slug and not c.moment.dissent],
            [moment for moment in moments if moment.problem == problem.slug],
            survey.responses,
            project.threshold_of(problem),
            column,
            lambda response: responses_csv.column_of(response, column).strip(),
            problem.slug in voices if project.reel.dissent else None,
        )
        for problem in reel.problems
        if problem.slug in shown_problems
    ]


@dataclass(frozen=True, slots=True)
class Plan:
    """What each problem of a reel shows, before its clips have their edges."""

    frame: assemble.Frame
    counts: Mapping[str, Count]
    choices: Mapping[str, Choice]  # by problem; without those that nobody mentioned


@dataclass(frozen=True, slots=True)
class Assembled:
    """A reel before rendering, and what it was chosen from."""

    reel: Reel
    choices: Mapping[str, Choice]


def counted(session: Session, survey: Survey, moments: Sequence[Moment], problem: Problem) -> Count:
    """How many customers spoke of a problem: as the program counts, and as a finished audit has it.

    Args:
        moments: judged for this problem; those of others are ignored.
    """
    own = [moment for moment in moments if moment.problem == problem.slug]
    threshold = session.project.threshold_of(problem)
    transcripts = list(survey.transcripts.values())
    count = prevalence.count(own, transcripts, survey.responses, threshold, ingest_stage.left_out(survey))
    audited = audits.audited(session.library, survey, own, problem, threshold)
    return replace(count, audited=audited if audited and audited.complete else None)


def plan(
    session: Session, survey: Survey, problems: Sequence[Problem], moments: Sequence[Moment], draft: bool = False
) -> Plan:
    """moments -> what each problem shows, fitting the reel's length; and the counts behind the intro."""
    project, settings = session.project, session.project.reel
    width, height = settings.pixels(DRAFT_RESOLUTION if draft else None)
    frame = assemble.Frame(settings.template, project.brand.name, width, height, settings.fps, settings.evidence)
    counts = {problem.slug: counted(session, survey, moments, problem) for problem in problems}
    for problem in problems:
        session.warn(decision.thin(problem))
        session.warn(audits.outdated(session.library, problem))
    mentioned = [problem for problem in problems if counts[problem.slug].spoke]
    room_ms = settings.length_ms - assemble.cards_ms(mentioned, counts, frame, dates(survey)) if mentioned else 0
    shares = groups(project, survey)
    if settings.balance and shares is None:
        session.warn(f'No response has a column "{settings.balance}"; [reel] balance has no effect.')
    choices = {
        problem.slug: choice(project, survey, problem, moments, room_ms // len(mentioned), shares)
        for problem in mentioned
    }
    for problem in mentioned:
        for warning in (
            no_room(problem, choices[problem.slug]),
            *said_again(problem, survey, choices[problem.slug], shares),
        ):
            session.warn(warning)
    return Plan(frame, counts, choices)


def assemble_reel(
    session: Session, survey: Survey, moments: Sequence[Moment], problems: Sequence[Problem], draft: bool
) -> Assembled:
    """moments -> clips of each problem, with their edges, between their cards.

    Raises:
        NothingFound: there is no clip to show.
    """
    planned = plan(session, survey, problems, moments, draft)
    chosen = [m for shown in planned.choices.values() for m in (*shown.clips, *shown.voices)]
    cut = clip_edges.cut(session, survey, chosen)
    clips = {}
    for problem in (problem for problem in problems if problem.slug in planned.choices):
        own = order.ordered([clip for clip in cut if clip.moment.problem == problem.slug], survey.decisions)
        clips[problem.slug] = clips_stage.opened(session, survey, problem, own)
    reel = assemble.arrange(problems, clips, planned.counts, planned.frame, dates(survey))
    if not reel.clips:
        raise _nothing(problems, planned.counts, moments, session.project)
    return Assembled(reel, planned.choices)


def dates(survey: Survey) -> str:
    """When the answers were given, in words; "" if no answer has a date."""
    return assemble.period([response.date for response in survey.responses.values()])


def _nothing(
    problems: Sequence[Problem], counts: Mapping[str, Count], moments: Sequence[Moment], project: Project
) -> NothingFound:
    total = max((count.of for count in counts.values()), default=0)
    names = ", ".join(f'"{problem.slug}"' for problem in problems)
    if not total and project.reel.audience == consent.EXTERNAL:
        return NothingFound(
            "No answer with speech may be shown outside the company.",
            'Write "external" into the column consent of uploads/responses.csv for customers who agreed to that.',
        )
    if any(count.spoke for count in counts.values()):
        return NothingFound(
            f"What customers said about {names} cannot be shown: the team hides it, or it is too short or too long.",
            "`reelmaker moments` and `reelmaker why` show the reason; see also [reel] clip_min, clip_max and length.",
        )
    slugs = {problem.slug for problem in problems}
    dropped = sum(moment.problem in slugs and moment.verdict == "drop" for moment in moments)
    if dropped:
        return NothingFound(
            f"Nothing is left about {names}: the team dropped {dropped} {'moment' if dropped == 1 else 'moments'}.",
            "`reelmaker decisions` lists them, and `reelmaker decisions --undo N` takes one back.",
        )
    may = sum(count.maybe for count in counts.values())
    surely = f"surely about {names}; {may} may have spoken of it" if may else f"about {names}"
    return NothingFound(f"Nothing that {total} customers said is {surely}.", _nearest(problems, moments))


def _nearest(problems: Sequence[Problem], moments: Sequence[Moment]) -> str:
    """What to do if nothing is surely about a problem: the moments to look at first, by their ids."""
    slugs = {problem.slug for problem in problems}
    own = [m for m in moments if m.problem in slugs and m.sentences[0].quotable and m.verdict != "drop"]
    nearest = sorted(own, key=lambda moment: (-moment.score, moment.span))[:NEAREST]
    names = ", ".join(dict.fromkeys(moment_ids.name(moment) for moment in nearest))
    look = (
        f"The nearest are {names}: see `reelmaker why`, and `reelmaker keep` those that are about it. " if names else ""
    )
    thin = " ".join(filter(None, map(decision.thin, problems)))
    return f"{look}{thin or 'Or add to the problem, as phrases, words that customers use.'}"
