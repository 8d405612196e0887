"""The walk: uploads -> responses -> transcripts -> moments -> clips -> reel -> files, top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reelmaker import (
    arrange,
    built,
    choosing,
    clocks,
    comparing,
    cutting,
    deciding,
    history,
    hushing,
    media,
    notices,
    ordered,
    outputs,
    outside,
    prevalence,
    render,
    replacing,
    sample,
    steps,
)
from reelmaker.atwork import at_work
from reelmaker.audience import AUDIENCES, EXTERNAL, TOLD, today
from reelmaker.errors import AnotherBuild, NothingFound, ProjectError
from reelmaker.library import Library
from reelmaker.model import Clip, Count, Moment, Problem, Reel, Work
from reelmaker.outputs import manifest
from reelmaker.project import Project, open_project, shape
from reelmaker.publish import Clock, Published, publish
from reelmaker.report import Report, Silent
from reelmaker.retention import settled

DRAFT_RESOLUTION = 360


def build_as_it_is(
    project: Project | str | Path,
    problems: Iterable[str] = (),
    *,
    all_problems: bool = False,
    dry_run: bool = False,
    draft: bool = False,
    check: bool = True,
    model: str | None = None,
    language: str | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
    size: str | None = None,
    only_if_changed: bool = False,
    notify: bool = False,
    audience: str | None = None,
    date_is_right: bool = False,
    report: Report | None = None,
) -> Reel:
    """Make the reel of one or more problems; only what is new is done. As `build`, it first erases what is due.

    Args:
        project: a project, or the folder of one.
        problems: the problems' short names; several make one reel with a chapter each.
        all_problems: take every problem of the file instead.
        dry_run: choose the clips, render nothing.
        draft: render small and fast, beside the real reel.
        check: hear the finished clips again and compare the words with the captions (a draft never does).
        model, language, where, size, audience: instead of what reelmaker.toml says. `model` is a name or a folder,
            `language` an ISO 639-1 code or "auto", `where` column -> values, `size` such as "9:16", `audience`
            "internal" or "external".
        only_if_changed: the old reel stays, as `[reel] refresh_when` says; `work.held` tells what would be new;
            the document is then that of the reel that was not made.
        notify: tell whom `[notify]` names, if the reel changed.
        date_is_right: the machine's date is, however far it is from that of the last build (see `clocks`).
        report: told what is going on; silent if None.

    Returns:
        The reel, with its folder (None for a dry run), failures, warnings, counts and document.

    Raises:
        ReelmakerError: every error of `reelmaker.errors`; its `exit_code` is that of the command line.
    """
    said = report or Silent()
    chosen_project = with_overrides(
        project, model=model, language=language, where=where, size=size, audience=audience
    )
    asked = ask(chosen_project, problems, all_problems)
    if notify:
        notices.check(chosen_project)
    name = "all" if all_problems else "+".join(problem.slug for problem in asked)
    folder = chosen_project.reels / built.name_of(name, chosen_project, draft)
    outputs.chosen(chosen_project.outputs)  # a name that is wrong is told before any work
    media.resume()
    limit(chosen_project)
    with at_work(chosen_project, said) as library:
        clock, external = Clock(), chosen_project.reel.audience == EXTERNAL
        if date_is_right:
            clocks.set_right(library, today())
        if not dry_run:
            replacing.finish(chosen_project, library, said)
            _alone(folder, chosen_project, library, said)
        with clock("take in"):
            survey = steps.take_in(chosen_project, library, said)
        if not dry_run:
            history.purge(chosen_project, library, survey, said)
        for warning in survey.warnings:
            said.warn(warning)
        with clock("transcribe"):
            steps.hear(chosen_project, library, survey, said)
        with clock("tag"):
            moments = steps.judge(
                chosen_project, library, survey, list(chosen_project.problems.values()), said
            )
        told_before = len(survey.warnings)
        with clock("cut"):
            frame, counts, choices, clips = choose(
                chosen_project, library, survey, asked, moments, draft, said
            )
        reel = arrange.arrange(asked, clips, counts, frame, _dates(survey))
        if not reel.clips:
            raise _nothing(asked, counts, chosen_project)
        told = outside.seen(survey, told_before) if external else survey
        samples = choosing.compared(chosen_project, reel, told, moments)
        lost = render.left_out(
            reel, chosen_project.brand, chosen_project.reel.captions != "sidecar", chosen_project.reel.caption_language
        )  # fmt: skip
        names = (
            outside.names_said(
                chosen_project, told, [*(c.moment for c in reel.clips), *_speaking(chosen_project, asked, moments)]
            ) if external else ""
        )  # fmt: skip
        open = hushing.warning(chosen_project, survey, reel)
        for warning in filter(None, [*lost, *map(sample.warning, samples), names, open]):
            told.warnings.append(warning)
            said.warn(warning)
        reel = replace(
            reel,
            failures=tuple(survey.failures),
            warnings=tuple(told.warnings),
            samples=tuple(samples),
        )
        document = _document(
            chosen_project, "dry-run" if dry_run else "build", asked, reel, told, moments,
            deciding.in_force(library, survey, [problem.slug for problem in asked]),
        )  # fmt: skip
        done = Published()
        if not dry_run:
            reel = replace(reel, folder=folder)
            document["reel"] |= {
                "folder": folder.relative_to(chosen_project.folder).as_posix(),
                "draft": draft,
            }
            comparison = comparing.Comparison(
                chosen_project, told, reel, moments, choices, document.get("decisions", [])
            )
            done = publish(
                chosen_project, library, told, comparison, document, clock, said,
                listen=check and not draft, only_if_changed=only_if_changed and not draft,
            )  # fmt: skip
            if kept := history.unredacted(chosen_project, survey):
                said.warn(hushing.kept_warning(kept))
        work = Work(
            survey.taken_in, survey.transcribed, done.rendered, done.joined, done.held, clock.seconds
        )
        reel = replace(reel, work=work, document=document)
    if notify and not draft and done.changes:
        notices.tell(chosen_project, reel, done.changes, said)
    return reel


build = settled(build_as_it_is)  # what has to be erased is erased first


def listen(
    project: Project, problems: Sequence[Problem], report: Report, *, remember: bool = True
) -> tuple[steps.Survey, list[Moment]]:
    """The first half of the walk, for `find` and `moments`: everything heard, judged.

    While another build is running, what the library holds so far is used as it is.
    """
    media.resume()
    limit(project)
    try:
        with at_work(project, report) as library:
            survey = steps.take_in(project, library, report)
            steps.hear(project, library, survey, report)
            return survey, steps.judge(project, library, survey, problems, report, remember=remember)
    except AnotherBuild as other:
        report.warn(f"{other.message} Using what is known so far.")
    with Library(project.library) as library:
        survey = steps.known(project, library)
        return survey, steps.judge(project, library, survey, problems, report, remember=False)


def limit(project: Project) -> None:
    """Put the project's limits on uploads in force."""
    bounds = project.limits
    if bounds:
        media.set_limits(
            media.Limits(
                bounds["hours"], round(bounds["megapixels"] * 1e6), round(bounds["memory_mb"] * 1e6),
                bounds["minutes"] * 60,
            )
        )  # fmt: skip


def ask(project: Project, problems: Iterable[str], all_problems: bool) -> list[Problem]:
    """The problems asked for, each once, in the order asked.

    Raises:
        ProjectError: none was asked for, or the file has none.
        UnknownProblem: one is not in the file.
    """
    slugs = list(project.problems) if all_problems else list(dict.fromkeys(problems))
    if not slugs:
        have = ", ".join(project.problems)
        raise ProjectError(
            f"{project.folder}: no problem to build a reel for.",
            f"Name one with --problem: {have}." if have else "Write one into reelmaker.toml.",
        )
    return [project.problem(slug) for slug in slugs]


def with_overrides(
    project: Project | str | Path,
    *,
    model: str | None = None,
    language: str | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
    size: str | None = None,
    audience: str | None = None,
) -> Project:
    """The project, with what the caller wants otherwise than reelmaker.toml says."""
    found = project if isinstance(project, Project) else open_project(project)
    reel = found.reel
    if where:
        reel = replace(
            reel, where={**reel.where, **{column: tuple(values) for column, values in where.items()}}
        )
    if size:
        reel = replace(reel, size=shape(size))
    if audience:
        if audience not in AUDIENCES:
            raise ProjectError(f'There is no audience "{audience}".', "It is internal or external.")
        reel = replace(reel, audience=audience)
    return replace(
        found,
        reel=reel,
        model=model or found.model,
        language=found.language if language is None else "" if language == "auto" else language,
    )


def plan(
    project: Project,
    survey: steps.Survey,
    problems: Sequence[Problem],
    moments: Sequence[Moment],
    draft: bool,
    report: Report,
) -> tuple[arrange.Frame, dict[str, Count], dict[str, choosing.Choice]]:
    """moments -> what each problem shows, fitting the reel's length; and the counts behind the intro."""
    settings = project.reel
    width, height = settings.pixels(DRAFT_RESOLUTION if draft else None)
    frame = arrange.Frame(
        settings.template, project.brand.name, width, height, settings.fps, settings.evidence
    )
    counts = {
        problem.slug: prevalence.count(
            [moment for moment in moments if moment.problem == problem.slug],
            list(survey.transcripts.values()),
            survey.responses,
            project.threshold_of(problem),
            steps.left_out(survey),
        )
        for problem in problems
    }
    told = [problem for problem in problems if counts[problem.slug].spoke]
    room_ms = settings.length_ms - arrange.cards_ms(told, counts, frame, _dates(survey)) if told else 0
    groups = choosing.groups(project, survey, report)
    choices = {
        problem.slug: choosing.choice(project, survey, problem, moments, room_ms // len(told), groups)
        for problem in told
    }
    for warning in filter(None, (choosing.no_room(problem, choices[problem.slug]) for problem in told)):
        survey.warnings.append(warning)
        report.warn(warning)
    return frame, counts, choices


def choose(
    project: Project,
    library: Library,
    survey: steps.Survey,
    problems: Sequence[Problem],
    moments: Sequence[Moment],
    draft: bool,
    report: Report,
) -> tuple[arrange.Frame, dict[str, Count], dict[str, choosing.Choice], dict[str, list[Clip]]]:
    """moments -> clips of each problem, with their edges; the counts behind the intro, and what was chosen from."""
    frame, counts, choices = plan(project, survey, problems, moments, draft, report)
    flat = cutting.cut(
        library, survey, [m for choice in choices.values() for m in (*choice.clips, *choice.voices)], report
    )
    return frame, counts, choices, {
        slug: ordered.ordered([clip for clip in flat if clip.moment.problem == slug], survey.decisions)
        for slug in choices
    }  # fmt: skip


def _document(
    project: Project,
    kind: str,
    problems: Sequence[Problem],
    reel: Reel,
    survey: steps.Survey,
    moments: Sequence[Moment],
    decisions: list[dict[str, Any]],
) -> dict[str, Any]:
    if project.reel.audience == EXTERNAL:
        decisions = [{**decision, "note": ""} for decision in decisions]  # colleagues write what they like
    document = manifest.document(
        kind,
        project_facts(project),
        problems,
        reel.counts,
        survey.responses,
        reel=reel,
        moments=_speaking(project, problems, moments),
        thresholds={problem.slug: project.threshold_of(problem) for problem in problems},
        failures=[{"file": f.file, "step": f.step, "reason": f.reason} for f in survey.failures],
        warnings=list(reel.warnings),
        **({"decisions": decisions} if decisions else {}),
    )
    document["reel"]["audience"] = project.reel.audience
    if project.redact.words:
        document["reel"]["redacted"] = list(project.redact.words)
    return document


def _speaking(project: Project, problems: Sequence[Problem], moments: Sequence[Moment]) -> list[Moment]:
    """The sentences that speak to these problems, all of which stand in the document."""
    thresholds = {problem.slug: project.threshold_of(problem) for problem in problems}
    return [m for m in moments if m.problem in thresholds and m.speaks(thresholds[m.problem])]


def _alone(folder: Path, project: Project, library: Library, report: Report) -> None:
    """No reel of another audience lies where this one is to lie; what else lies there is told."""
    others = built.keep_apart(folder, project.reel.audience, library.reel(folder.name))
    if others:
        more = ", …" if len(others) > 3 else ""
        report.warn(
            f"{folder} holds files that are not of the {project.reel.audience} reel: {', '.join(others[:3])}{more}"
        )


def project_facts(project: Project) -> dict[str, Any]:
    """What the document says of the project."""
    facts: dict[str, Any] = {"name": project.name, "language": project.language or "auto"}
    internal = project.reel.audience != EXTERNAL
    where = {c: list(values) for c, values in project.reel.where.items() if internal or c in TOLD}
    if where:
        facts["where"] = where
    return facts


def _nothing(problems: Sequence[Problem], counts: Mapping[str, Count], project: Project) -> NothingFound:
    of = max((count.of for count in counts.values()), default=0)
    names = ", ".join(f'"{problem.slug}"' for problem in problems)
    if not of and project.reel.audience == EXTERNAL:
        return NothingFound(
            "No answer may be shown outside that has any speech in it.",
            'Write "external" into the column consent of uploads/responses.csv where the customer agreed to that.',
        )
    if any(count.spoke for count in counts.values()):
        return NothingFound(
            f"What customers said of {names} cannot be shown: the team hides it, or it is too short or too long.",
            "`reelmaker moments` and `reelmaker why` say which; see also [reel] clip_min, clip_max and length.",
        )
    return NothingFound(
        f"Nothing that {of} customers said speaks to {names}.",
        "Look at `reelmaker moments`, add phrases to the problem, or lower [tag] threshold.",
    )


def _dates(survey: steps.Survey) -> str:
    return arrange.period([response.date for response in survey.responses.values()])
