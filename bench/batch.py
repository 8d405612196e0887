"""Five hundred damaged uploads and ten good ones: how long it takes until the good ones are chosen from."""

from __future__ import annotations

import time
from pathlib import Path

from helpers.surveys.damage import GOOD, MANY, SEED, batch, originals
from helpers.surveys.small_survey import TOML
from table import Row, said

import reelmaker


def measure(folder: Path) -> list[Row]:
    """The time of a dry run over all of them, and of a second one that has nothing left to look at."""
    said(f"{MANY} damaged uploads, seed {SEED}")
    project = folder / "batch"
    batch(project / "uploads", originals(folder / "batch made"), MANY, SEED)
    (project / "reelmaker.toml").write_text(TOML, "utf-8")
    times = []
    for _ in range(2):
        began = time.monotonic()
        reel = reelmaker.build(project, ["checkout"], dry_run=True)
        times.append(time.monotonic() - began)
    first, again = times
    each = f"{first / (MANY + GOOD) * 1000:.0f} ms each; {len(reel.failures)} refused by name; again {again:.1f} s"
    return [
        Row(f"{MANY} damaged and {GOOD} good uploads taken in, seconds", first, "", each, 1),
        Row("good ones among them that were used", reel.counts["checkout"].spoke, f">= {GOOD}", digits=0),
    ]
