"""The last arrow of the walk: reel -> pieces -> files in its folder, remembered by key.

The old files stay whole until the new ones are: everything is made aside and moved into place.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from reelmaker import __version__, cards, executor, media, outputs, render
from reelmaker.check import check
from reelmaker.errors import ProjectError
from reelmaker.library import Library, key_of
from reelmaker.listener import Listener
from reelmaker.model import Card, Clip, Cue, Reel
from reelmaker.outputs import Finished, captions
from reelmaker.project import Project
from reelmaker.report import Report
from reelmaker.steps import Survey

VERSION = 2


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


def publish(
    project: Project,
    library: Library,
    survey: Survey,
    reel: Reel,
    document: dict[str, Any],
    clock: Clock,
    report: Report,
    *,
    listen: bool = True,
) -> tuple[int, int]:
    """Make the files of the reel, if they are not there already.

    `document` is completed with the files, what they were made with and what the check found. `listen`: the
    check hears the clips again.

    Returns:
        How many pieces were rendered, and whether they were joined (0 or 1).
    """
    assert reel.folder is not None
    name, draft = reel.folder.name, document["reel"]["draft"]
    template = cards.find(project.reel.template, [project.templates])
    look = render.Look(
        template,
        project.brand,
        project.reel.fill,
        project.reel.captions != "sidecar",
        draft,
        project.reel.caption_language,
    )
    jobs = render.plan(reel, survey.sources, look, project.cache)
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
    )
    known = library.reel(name)
    if known and known["key"] == key and _whole(reel.folder, known["files"]):
        document["made_with"] = known["made_with"]
        document["check"] = known["check"]
        document["reel"]["files"] = sorted(known["files"])
        return 0, 0
    new = list({job.target: job for job in jobs if not job.target.is_file()}.values())
    project.cache.mkdir(exist_ok=True)
    if new:
        render.check_space(new, project.cache)
        with clock("render"):
            _render(new, render.prepare(project.cache, project.brand, new), report)
    with _aside(project.cache, name) as aside:
        report.step("Joining", 1)
        document["made_with"] = {
            "reelmaker": __version__, "ffmpeg": media.ffmpeg_version(), "model": Path(project.model).name,
            "tagger": project.tagger, "template": project.reel.template,
        }  # fmt: skip
        finished = Finished(
            reel, aside / outputs.VIDEO, survey.responses, cues, document, project.brand, template,
            project.language, {id: (source.path, source.facts) for id, source in survey.sources.items()},
            tuple(job.target for job in jobs),
        )  # fmt: skip
        with clock("join"):
            _join(jobs, finished, project, aside)
        report.advance()
        report.step("Checking", 1)
        with clock("check"):
            listener = survey.listener or Listener(project.model)
            document["check"] = check(
                jobs, finished.video, reel, cues, survey.transcripts, library, listener, listen=listen
            )
        with clock("write"):
            files = [finished.video, *outputs.write_all(finished, aside, wanted)]
            sizes = {outputs.relative(path, aside): path.stat().st_size for path in files}
            document["reel"]["files"] = sorted(sizes)
            _put(files, aside, reel.folder)
            _clear(reel.folder, set(known["files"] if known else ()) - set(sizes))
        library.store_reel(
            name,
            {
                "key": key,
                "files": sizes,
                "built": datetime.now().astimezone().isoformat(timespec="seconds"),
                "made_with": document["made_with"],
                "check": document["check"],
                "problems": [problem.slug for problem in reel.problems],
            },
        )
        report.advance()
    return len(new), 1


def _render(jobs: Sequence[render.Job], environment: Mapping[str, str], report: Report) -> None:
    report.step("Rendering", len(jobs))
    longest_first = sorted(jobs, key=lambda job: -job.place.frames)
    for _, result in executor.do(
        lambda job: render.make(job, environment), longest_first, stop=media.stop_all
    ):
        if isinstance(result, Exception):
            raise result
        report.advance()


def _join(jobs: Sequence[render.Job], finished: Finished, project: Project, aside: Path) -> None:
    soft = None
    if finished.cues:
        soft = aside / "soft.vtt"
        soft.write_text(captions.soft(finished.cues), "utf-8", newline="\n")
    render.join(
        jobs, finished.video, soft, _chapters(finished.reel),
        " / ".join(problem.statement for problem in finished.reel.problems),
        "en" if project.reel.caption_language == "english" else project.language,
    )  # fmt: skip


def _chapters(reel: Reel) -> list[media.Chapter]:
    """A mark for each card and each speaker."""
    titles = {problem.slug: problem.statement for problem in reel.problems}
    chapters = []
    for place in reel.places():
        item = place.item
        if isinstance(item, Card):
            words = {"intro": "Introduction", "evidence": "How many spoke of it", "outro": "What now?"}
            title = words.get(item.kind, titles.get(item.problem, ""))
        else:
            title = item.label
        chapters.append(media.Chapter(place.start_ms, place.end_ms, title))
    return chapters


def _cues(reel: Reel, language: str) -> Iterator[Cue]:
    """The captions of every clip, timed in the reel."""
    for place in reel.places():
        if isinstance(place.item, Clip):
            for cue in render.clip_cues(place.item, (reel.width, reel.height), language):
                end = min(place.start_ms + cue.end_ms, place.end_ms)
                yield Cue(place.start_ms + cue.start_ms, end, cue.text, cue.english)


def _whole(folder: Path, files: Mapping[str, int]) -> bool:
    return all(
        (folder / name).is_file() and (folder / name).stat().st_size == size for name, size in files.items()
    )


def _put(files: Sequence[Path], aside: Path, folder: Path) -> None:
    """Move finished files to their final names, each whole at once; the manifest comes last."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in files:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            target = folder / path.relative_to(aside)
            target.parent.mkdir(exist_ok=True)
            path.replace(target)
    except PermissionError as problem:
        raise ProjectError(
            f"{problem.filename2 or problem.filename}: cannot be written.",
            "Close the program that has it open, or check the folder's permissions, and build again.",
        ) from None


def _clear(folder: Path, names: Collection[str]) -> None:
    """Remove files of the last build that this one no longer makes, and what folders they leave empty."""
    for name in names:
        path = folder / name
        with suppress(OSError):  # one that somebody has open stays; it is of no more use, and of no harm
            path.unlink(missing_ok=True)
            if path.parent != folder and not any(path.parent.iterdir()):
                path.parent.rmdir()


@contextmanager
def _aside(cache: Path, name: str) -> Iterator[Path]:
    folder = cache / f"aside-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
