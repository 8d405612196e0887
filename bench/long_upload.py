"""Three hours at 1080p: how much memory a build takes, and how long. Linux, as memory is read from /proc.

The picture hardly moves and the speech of one sample answer comes back every twenty minutes, so that the file is
made and heard in a few minutes; its sound is as long in memory as that of three hours of talk.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from helpers.surveys import truth
from table import Row, said

from reelmaker import media, model_files

HOURS, EVERY_S = 3, 1200
ANSWER, PROBLEM = "maya-fernhill.mp4", "checkout"
GIB = 1 << 30


def measure(folder: Path) -> list[Row]:
    """The figures; none where memory cannot be read."""
    if not Path("/proc/self/statm").is_file():
        said("no /proc: the memory of long uploads is not measured")
        return []
    said(f"making an upload of {HOURS} hours")
    long, short = project(folder / "long"), project(folder / "short")
    upload = make(long / "uploads" / "long.mp4", HOURS * 3600)
    make(short / "uploads" / "short.mp4", EVERY_S // 20)
    said("building from it")
    peak, wall = build(long)
    small, _ = build(short)
    model = (model_files.find("base", "speech") / "model.bin").stat().st_size
    detail = (
        f"peak {peak / GIB:.2f} GiB of all processes together less {model / GIB:.2f} of the model; with one minute instead "
        f"{small / GIB:.2f}; {upload.stat().st_size / 1e6:.0f} MB, built in {wall:.0f} s"
    )
    return [Row(f"{HOURS} hours at 1080p, memory beside the model, GiB", (peak - model) / GIB, "<= 1.5", detail)]


def project(folder: Path) -> Path:
    (folder / "uploads").mkdir(parents=True)
    (folder / "reelmaker.toml").write_bytes((truth.SAMPLES / "reelmaker.toml").read_bytes())
    return folder


def make(path: Path, seconds: int) -> Path:
    """An upload in which the sample answer is heard at once and then every twenty minutes."""
    answer = truth.SAMPLES / "uploads" / ANSWER
    command = [
        media.ffmpeg_exe(),
        *"-v error -y -f lavfi -i".split(),
        f"color=0x406080:s=1920x1080:r=1:d={seconds}",
        "-i",
        answer,
        "-filter_complex",
        f"[1:a]aformat=channel_layouts=mono,aresample=16000,apad=whole_len={EVERY_S * 16_000},aloop=-1:{EVERY_S * 16_000}[a]",
        *"-map 0:v -map [a] -t".split(),
        str(seconds),
        *"-c:v libx264 -preset ultrafast -g 60 -c:a aac -b:a 48k".split(),
        path,
    ]
    subprocess.run([str(part) for part in command], check=True)
    return path


def build(folder: Path) -> tuple[int, float]:
    """Peak resident memory of the build and all its children together, in bytes; and its wall time in seconds."""
    command = [
        sys.executable,
        *"-m reelmaker build -q --project".split(),
        str(folder),
        "--problem",
        PROBLEM,
    ]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0

    def watch() -> None:
        nonlocal peak
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    watcher.join()
    if code:
        raise SystemExit(f"the build of {folder} ended with {code}")
    return peak, time.monotonic() - began


def resident(root: int) -> int:
    """Bytes in memory of a process and all that descend from it; what they share counts for each."""
    parents, sizes = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            sizes[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * 4096
        except (OSError, IndexError):
            continue
    mine = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in mine} - mine
        if not more:
            return sum(sizes.get(pid, 0) for pid in mine)
        mine |= more
