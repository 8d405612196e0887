"""How the picture of a stretch begins: black, bare, frozen, or with something to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.films.videos import ffmpeg

from reelmaker import media

PICTURES = {
    "black": "color=black:s=320x180:r=30:d=4",
    "a covered lens": "color=0x080808:s=320x180:r=30:d=4,noise=alls=10:allf=t",
    "grey with noise": "color=0x808080:s=320x180:r=30:d=4,noise=alls=12:allf=t",
    "white": "color=white:s=320x180:r=30:d=4",
    "still": "testsrc2=s=320x180:r=30:d=4,loop=loop=-1:size=1,trim=duration=4",
    "moving": "testsrc2=s=320x180:r=30:d=4",
    "black at first": "testsrc2=s=320x180:r=30:d=5,drawbox=c=black:t=fill:enable='lt(t,2)'",
}


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pictures")
    made = {}
    for name, picture in PICTURES.items():
        made[name] = folder / f"{name.replace(' ', '-')}.mp4"
        ffmpeg(
            "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", made[name]
        )
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "start_ms", "expected"),
    [
        ("black", 500, "black"),
        ("a covered lens", 500, "black"),
        ("grey with noise", 500, "bare"),
        ("white", 500, "bare"),
        ("still", 500, "frozen"),
        ("moving", 500, ""),
        ("black at first", 1_000, "black"),
        ("black at first", 2_100, ""),
        ("black at first", 1_700, ""),  # a third of a second is a cut of the customer's own
    ],
)
def test_how_a_picture_begins(films: dict[str, Path], name: str, start_ms: int, expected: str) -> None:
    assert media.opening(films[name], 0, start_ms) == expected


def test_what_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    assert media.opening(broken, 0, 0) == ""
