"""A build that may open no socket and finds nothing on its PATH."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ALONE = """
import sys
asked = []
def watch(event, arguments):
    if event.split(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib") and event != "socket.__new__":
        asked.append((event, repr(arguments)[:200]))
        raise RuntimeError(f"the build reached for the network: {event}")
sys.addaudithook(watch)
import reelmaker
reel = reelmaker.build(sys.argv[1], [sys.argv[2]])
assert not asked, asked
print(len(reel.clips), sorted({f.reason for f in reel.failures}))
"""


def alone(project: Path, problem: str, tmp_path: Path) -> str:
    """A build in a process of its own that fails at the first use of a socket, with nothing on its PATH."""
    import os

    empty = tmp_path / "nothing here"
    empty.mkdir()
    environment = {**os.environ, "PATH": str(empty)}
    for name in ("IMAGEIO_FFMPEG_EXE", "HF_HUB_OFFLINE"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(project), problem],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]
