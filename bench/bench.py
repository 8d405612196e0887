"""Every ratio in one run, on the sample survey: `make bench`, or `make bench BENCH="--rounds 3"`.

What is compared is taken in turn in the same run, so that a slow moment of the machine meets all of it. Each
figure stands beside what is asked for; a figure that misses is marked, and nothing fails because of it.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

import batch
import builds
import guards
import long_upload
import outputs as written
import rendering
import speech
import thousand_uploads
from table import Row, show

from reelmaker import media, parallel

PARTS = ("speech", "builds", "pictures", "guards", "batch", "thousand", "long", "outputs")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=2, help="how often each side of a comparison runs (2)")
    arguments.add_argument("--only", choices=PARTS, action="append", help="only these parts")
    asked = arguments.parse_args()
    parts = asked.only or PARTS
    print(
        f"{date.today()}, {platform.processor() or platform.machine()}, {parallel.cores()} cores, "
        f"Python {platform.python_version()}, ffmpeg {media.ffmpeg_version()}"
    )
    with tempfile.TemporaryDirectory(prefix="reelmaker-bench-") as folder:
        rows: list[Row] = []
        project = None
        if "speech" in parts:
            rows += speech.measure(asked.rounds)
        if "builds" in parts or "pictures" in parts:
            project, more = builds.measure(Path(folder), asked.rounds)
            rows += more
        if "pictures" in parts:
            assert project
            rows += rendering.measure(project, Path(folder), asked.rounds)
        if "guards" in parts:
            rows += guards.measure(Path(folder), asked.rounds)
        if "batch" in parts:
            rows += batch.measure(Path(folder))
        if "thousand" in parts:
            rows += thousand_uploads.measure(Path(folder))
        if "long" in parts:
            rows += long_upload.measure(Path(folder))
        if "outputs" in parts:
            rows += written.measure(Path(folder), asked.rounds, project)
    print(show(rows))


if __name__ == "__main__":
    main()
