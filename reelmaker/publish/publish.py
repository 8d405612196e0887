"""The last arrow of the walk: reel -> pieces -> files in its folder, remembered by key.

The old files stay whole until the new ones are: everything is made aside and moved into place.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelmaker import __version__, media, outputs, parallel
from reelmaker.checksums import checksum
from reelmaker.model import Clip, Cue, Facts, Reel
from reelmaker.model.consent import EXTERNAL
from reelmaker.model.survey import Survey
from reelmaker.outputs import Finished, captions, followups
from reelmaker.progress import Report
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library, key_of
from reelmaker.publish import archive, catalog, swap
from reelmaker.publish import comparison as publish_comparison
from reelmaker.publish.changes import Changes, enough
from reelmaker.publish.quality_check import check
from reelmaker.redaction import stage as redaction_stage
from reelmaker.render import cards, face_blur, pieces
from reelmaker.transcribe.speech_model import Listener

VERSION = 3


class Clock:
    """Wall time of each step, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = round(self.seconds.get(step, 0) + time.monotonic() - began, 3)


@dataclass(frozen=True, slots=True)
class Published:
    """What was done: pieces rendered, reels joined (0 or 1), what changed (None: nothing), why the old reel stays."""

    rendered: int = 0
    joined: int = 0
    changes: Changes | None = None
    held: str = ""


def publish(
    project: Project,
    library: Library,
    survey: Survey,
    comparison: publish_comparison.Comparison,
    document: dict[str, Any],
    clock: Clock,
    report: Report,
    *,
    listen: bool = True,
    only_if_changed: bool = False,
) -> Published:
    """Make the files of the reel, if they are not there already.

    `document` is completed with the files, what they were made with, what changed and what the check found. `listen`:
    the check hears the clips again. `only_if_changed`: the old reel stays where `[reel] refresh_when` is not reached.
    """
    reel = comparison.reel
    assert reel.folder is not None
    name, draft = reel.folder.name, document["reel"]["draft"]
    template = cards.find(project.reel.template, [project.templates])
    look = pieces.Look(
        template,
        project.brand,
        project.reel.fill,
        project.reel.captions != "sidecar",
        draft,
        project.reel.caption_language,
    )
    with clock("faces"):
        covers = face_blur.cover(reel, survey, library, document, report, project.compute)
    jobs = pieces.plan(reel, survey.sources, look, project.cache, covers=covers)
    cues = tuple(_cues(reel, project.reel.caption_language))
    wanted = outputs.chosen(project.outputs)
    key = key_of(
        "reel",
        VERSION,
        __version__,
        outputs.VERSION,
        wanted,
        [job.target.stem for job in jobs],
        document,
        [[cue.text, cue.english] if cue.english else cue.text for cue in cues],
        listen,
        *followups.rows(reel, survey.responses),
        *([checksum(Path(project.brand.deck))] if project.brand.deck else []),
    )
    known = library.reel(name)
    whole = known is not None and swap.is_whole(reel.folder, known["files"])
    if known and whole and known["key"] == key:
        document["made_with"] = known["made_with"]
        document["check"] = known["check"]
        document["changes"] = publish_comparison.told(reel.folder, known)
        document["reel"]["files"] = sorted(known["files"])
        if known.get("restored"):
            report.info(f"It is build {known['number']}, brought back by hand; it stays until something changes.")
        return Published()
    last = publish_comparison.before(reel.folder, known) if known else publish_comparison.erased(library, name)
    number = 1 + max(last.row.get("number", 1 if known else 0), archive.highest(project.reels, name))
    changes = comparison.changes(last, number)
    rule = project.reel.refresh_when
    if only_if_changed and whole and not comparison.must(last, changes) and not enough(changes, rule):
        return Published(held=comparison.held(changes, rule))
    document["changes"] = changes.document()
    new = list({job.target: job for job in jobs if not job.target.is_file()}.values())
    project.cache.mkdir(exist_ok=True)
    if new:
        pieces.check_space(new, project.cache)
        with clock("render"):
            _render(new, pieces.prepare(project.cache, project.brand, new), report)
        library.store_results(dict(_pieces(new)))
    with swap.aside(project.cache, name) as aside:
        report.step("Joining", 1)
        document["made_with"] = {
            "reelmaker": __version__, "ffmpeg": media.ffmpeg_version(), "model": Path(project.model).name,
            "tagger": project.tagger, "template": project.reel.template,
        }  # fmt: skip
        shown = {span: (survey.sources[span.response].facts, areas) for span, areas in covers.items()}
        finished = Finished(
            reel, aside / outputs.VIDEO, survey.responses, cues, document, project.brand, template,
            project.language, _originals(project, survey), tuple(job.target for job in jobs), look.burn, shown,
        )  # fmt: skip
        with clock("join"):
            _join(jobs, finished, project, aside)
        report.advance()
        report.step("Checking", 1)
        with clock("check"):
            listener = survey.listener or Listener(project.model, project.transcriber, project.compute)
            document["check"] = check(
                jobs,
                finished.video,
                reel,
                cues,
                survey.transcripts,
                library,
                listener,
                survey.secrets,
                listen=listen,
            )
            if unheard := _unheard(reel, listen):
                report.warn(unheard)
        with clock("write"):
            files = [finished.video, *outputs.write_all(finished, aside, wanted)]
            sizes = {outputs.relative(path, aside): path.stat().st_size for path in files}
            document["reel"]["files"] = sorted(sizes)
            row = {
                "key": key,
                "files": sizes,
                "built": clock_skew.now(),
                "made_with": document["made_with"],
                "check": document["check"],
                "problems": [problem.slug for problem in reel.problems],
                "number": number,
                "settings": publish_comparison.settings_of(project, reel.problems),
                "seen": publish_comparison.seen(survey),
                "audience": project.reel.audience,
                "answers": catalog.answers(document),
            }
            keep = whole and not draft and project.reel.keep_builds > 0
            keep = keep and not publish_comparison.unusable(project, library, survey, last.manifest)
            swap.replace(project, library, name, aside, row, keep=keep)
        if project.redact.words:
            redaction_stage.sweep(library, survey, project.cache / "pieces", {job.target.stem for job in jobs})
        report.advance()
    return Published(len(new), 1, changes)


def _pieces(jobs: Sequence[pieces.Job]) -> Iterator[tuple[str, Any]]:
    """What each piece shows, so that it can be told later whether it may stay in the cache."""
    for job in jobs:
        item = job.place.item
        span = ["", 0, 0, []] if not isinstance(item, Clip) else [
            item.span.response, item.span.start_ms, item.span.end_ms, item.bleeps,
        ]  # fmt: skip
        yield key_of("piece", job.target.stem), span


def _unheard(reel: Reel, listen: bool) -> str:
    """That nobody listened whether bleeps cover what they should; "" where that was done."""
    many = sum(len(clip.bleeps) for clip in reel.clips)
    if listen or not many:
        return ""
    return f"{many} bleeps were not heard again: listen to the clips before you show the reel, or build without --no-check."


def _originals(project: Project, survey: Survey) -> dict[str, tuple[Path, Facts]]:
    """Where each answer lies; not told for outsiders, as paths hold names, so that no output can write them.

    Of those whose faces must not be seen, the pictures are not told: see `Finished.covers`.
    """
    if project.reel.audience == EXTERNAL:
        return {}
    return {
        id: (source.path, source.unseen().facts if source.faces else source.facts)
        for id, source in survey.sources.items()
    }


def _render(jobs: Sequence[pieces.Job], environment: Mapping[str, str], report: Report) -> None:
    report.step("Rendering", len(jobs))
    longest_first = sorted(jobs, key=lambda job: -job.place.frames)
    for _, result in parallel.do(lambda job: pieces.make(job, environment), longest_first, stop=media.stop_all):
        if isinstance(result, Exception):
            raise result
        report.advance()


def _join(jobs: Sequence[pieces.Job], finished: Finished, project: Project, aside: Path) -> None:
    soft = None
    if finished.cues:
        soft = aside / "soft.vtt"
        soft.write_text(captions.soft(finished.cues), "utf-8", newline="\n")
    pieces.join(
        jobs, finished.video, soft, captions.chapters(finished.reel),
        " / ".join(problem.statement for problem in finished.reel.problems),
        "en" if project.reel.caption_language == "english" else project.language,
    )  # fmt: skip


def _cues(reel: Reel, language: str) -> Iterator[Cue]:
    """The captions of every clip, timed in the reel."""
    for place in reel.places():
        if isinstance(place.item, Clip):
            for cue in pieces.clip_cues(place.item, (reel.width, reel.height), language):
                end = min(place.start_ms + cue.end_ms, place.end_ms)
                yield Cue(place.start_ms + cue.start_ms, end, cue.text, cue.english)
