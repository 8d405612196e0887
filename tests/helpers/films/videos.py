"""Media made by the bundled ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path

from reelmaker import media


def ffmpeg(*arguments: str | Path, stdin: bytes | None = None) -> bytes:
    """Run the bundled ffmpeg as a test's own tool; fail with its last words."""
    command = [media.ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, input=stdin)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
    return done.stdout


def make_video(
    path: Path, seconds: float = 8, size: str = "320x180", fps: str = "30", tone: int = 300, *extra: str
) -> Path:
    """A test picture that moves and a tone that comes and goes, so that there are pauses to cut in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = f"aevalsrc='0.3*sin(2*PI*{tone}*t)*lt(mod(t,2),1.6)':s=48000:d={seconds}"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s={size}:r={fps}:d={seconds}",
        "-f",
        "lavfi",
        "-i",
        sound,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        *extra,
        path,
    )
    return path
