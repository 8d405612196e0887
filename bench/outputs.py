"""Each output of a reel: the time it takes beside rendering the reel, and its size beside that of the video."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import builds
from table import Row, said

import reelmaker
from reelmaker import outputs
from reelmaker.outputs import Finished

Times = dict[str, tuple[float, int]]  # of an output: seconds, bytes


def measure(folder: Path, rounds: int, built: Path | None = None) -> list[Row]:
    """The sample's reel rendered anew and every output made of it, one after the other in the same run.

    `built`: a project whose answers are transcribed already.
    """
    said("outputs: rendering the reel")
    project = folder / "outputs"
    if built is None:
        project = builds.fresh(project)
    else:
        shutil.copytree(built, project, ignore=shutil.ignore_patterns("cache", "reels"))
    found: Times = {}
    write_all = outputs.write_all

    def measured(finished: Finished, target: Path, wanted: Sequence[str]) -> list[Path]:
        found.update(each(finished, folder, rounds))
        return write_all(finished, target, wanted)

    with mock.patch.object(outputs, "write_all", measured):
        reel = reelmaker.build(project, [builds.PROBLEM], check=False)
    assert reel.folder
    video = (reel.folder / outputs.VIDEO).stat().st_size
    render = reel.work.seconds["render"] + reel.work.seconds["join"]
    rows = []
    for name, (seconds, size) in found.items():
        detail = f"{seconds:.2f} s of {render:.1f} s; {size / 1000:.0f} kB, {size / video:.3f} of the video"
        rows.append(Row(f"output {name} / rendering", seconds / render, "", detail, 3))
    unasked = sum(found[name][0] for name in outputs.chosen([]))
    rows.append(Row("all outputs made unasked / rendering", unasked / render, "", f"{unasked:.2f} s", 3))
    return rows


def each(finished: Finished, folder: Path, rounds: int) -> Times:
    """The best time of each output; its packages are imported before."""
    found: Times = {}
    for number in range(rounds + 1):
        for name in outputs.chosen(list(outputs.REGISTRY)):
            said(f"output {name}, round {number} of {rounds}")
            target = folder / f"output {name} {number}"
            target.mkdir()
            began = time.monotonic()
            written = outputs.load(name)(finished, target)
            seconds = time.monotonic() - began
            if number:
                best = min(seconds, found.get(name, (seconds, 0))[0])
                found[name] = best, sum(path.stat().st_size for path in written)
    return found
