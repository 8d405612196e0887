"""The walk: uploads -> responses -> transcripts -> moments -> clips -> reel -> files, top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reelmaker import media, outputs
from reelmaker.errors import NothingFound
from reelmaker.ingest import stage as ingest_stage
from reelmaker.model import Count, Moment, Problem, Reel, Work
from reelmaker.model.consent import EXTERNAL, today
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.privacy.retention import settled
from reelmaker.progress import Report, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.request import ask, project_facts, with_overrides
from reelmaker.project.session import at_work, limit
from reelmaker.publish import catalog, history, swap
from reelmaker.publish import comparison as publish_comparison
from reelmaker.publish import notify as publish_notify
from reelmaker.publish.publish import Clock, Published, publish
from reelmaker.redaction import anonymise
from reelmaker.redaction import stage as redaction_stage
from reelmaker.render import pieces
from reelmaker.review import decisions as review_decisions
from reelmaker.select import assemble, representativeness, verdict_stage
from reelmaker.select import stage as select_stage
from reelmaker.select.stage import _dates, choose
from reelmaker.transcribe import stage as transcribe_stage


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
    chosen_project = with_overrides(project, model=model, language=language, where=where, size=size, audience=audience)
    asked = ask(chosen_project, problems, all_problems)
    if notify:
        publish_notify.check(chosen_project)
    name = "all" if all_problems else "+".join(problem.slug for problem in asked)
    folder = chosen_project.reels / catalog.name_of(name, chosen_project, draft)
    outputs.chosen(chosen_project.outputs)  # a name that is wrong is told before any work
    media.resume()
    limit(chosen_project)
    with at_work(chosen_project, said) as library:
        clock, external = Clock(), chosen_project.reel.audience == EXTERNAL
        if date_is_right:
            clock_skew.set_right(library, today())
        if not dry_run:
            swap.finish(chosen_project, library, said)
            _alone(folder, chosen_project, library, said)
        with clock("take in"):
            survey = ingest_stage.take_in(chosen_project, library, said)
        if not dry_run:
            history.purge(chosen_project, library, survey, said)
        for warning in survey.warnings:
            said.warn(warning)
        with clock("transcribe"):
            transcribe_stage.hear(chosen_project, library, survey, said)
            redaction_stage.mark(chosen_project, library, survey)
        with clock("tag"):
            moments = verdict_stage.judge(chosen_project, library, survey, list(chosen_project.problems.values()), said)
        told_before = len(survey.warnings)
        with clock("cut"):
            frame, counts, choices, clips = choose(chosen_project, library, survey, asked, moments, draft, said)
        reel = assemble.arrange(asked, clips, counts, frame, _dates(survey))
        if not reel.clips:
            raise _nothing(asked, counts, chosen_project)
        told = anonymise.seen(survey, told_before) if external else survey
        samples = select_stage.compared(chosen_project, reel, told, moments)
        lost = pieces.left_out(
            reel, chosen_project.brand, chosen_project.reel.captions != "sidecar", chosen_project.reel.caption_language
        )  # fmt: skip
        names = (
            anonymise.names_said(
                chosen_project, told, [*(c.moment for c in reel.clips), *_speaking(chosen_project, asked, moments)]
            ) if external else ""
        )  # fmt: skip
        open = redaction_stage.warning(chosen_project, survey, reel)
        for warning in filter(None, [*lost, *map(representativeness.warning, samples), names, open]):
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
            review_decisions.in_force(library, survey, [problem.slug for problem in asked]),
        )  # fmt: skip
        done = Published()
        if not dry_run:
            reel = replace(reel, folder=folder)
            document["reel"] |= {
                "folder": folder.relative_to(chosen_project.folder).as_posix(),
                "draft": draft,
            }
            comparison = publish_comparison.Comparison(
                chosen_project, told, reel, moments, choices, document.get("decisions", [])
            )
            done = publish(
                chosen_project, library, told, comparison, document, clock, said,
                listen=check and not draft, only_if_changed=only_if_changed and not draft,
            )  # fmt: skip
            if kept := history.unredacted(chosen_project, survey):
                said.warn(redaction_stage.kept_warning(kept))
        work = Work(survey.taken_in, survey.transcribed, done.rendered, done.joined, done.held, clock.seconds)
        reel = replace(reel, work=work, document=document)
    if notify and not draft and done.changes:
        publish_notify.tell(chosen_project, reel, done.changes, said)
    return reel


build = settled(build_as_it_is)  # what has to be erased is erased first


def _document(
    project: Project,
    kind: str,
    problems: Sequence[Problem],
    reel: Reel,
    survey: Survey,
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
    others = catalog.keep_apart(folder, project.reel.audience, library.reel(folder.name))
    if others:
        more = ", …" if len(others) > 3 else ""
        report.warn(
            f"{folder} contains files that do not belong to the {project.reel.audience} reel: {', '.join(others[:3])}{more}"
        )


def _nothing(problems: Sequence[Problem], counts: Mapping[str, Count], project: Project) -> NothingFound:
    of = max((count.of for count in counts.values()), default=0)
    names = ", ".join(f'"{problem.slug}"' for problem in problems)
    if not of and project.reel.audience == EXTERNAL:
        return NothingFound(
            "No answer with speech may be shown outside the company.",
            'Write "external" into the column consent of uploads/responses.csv for customers who agreed to that.',
        )
    if any(count.spoke for count in counts.values()):
        return NothingFound(
            f"What customers said about {names} cannot be shown: the team hides it, or it is too short or too long.",
            "`reelmaker moments` and `reelmaker why` show the reason; see also [reel] clip_min, clip_max and length.",
        )
    return NothingFound(
        f"Nothing that {of} customers said is about {names}.",
        "Check `reelmaker moments`, add phrases to the problem, or lower [tag] threshold.",
    )
