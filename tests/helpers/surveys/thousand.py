"""A survey of a thousand answers that costs little to make: one tiny video with other bytes at its end each time."""

from __future__ import annotations

import random
from pathlib import Path

from helpers.films.videos import make_video
from helpers.surveys.small_survey import TOML, captions

MANY = 1000
OPENINGS = ("I wanted to buy a lamp.", "Hello to you all.", "It was a Tuesday.", "My sister told me of it.")
PAINS = ("My card was refused at the payment page.", "The payment failed and my card was charged twice.")
OTHERS = ("The lamp is nice.", "My cat likes boxes.", "The parcel came late.", "I would come again.")


def survey(folder: Path, many: int = MANY, seed: int = 1) -> Path:
    """The project with its captions and a table, not yet built."""
    uploads, dice = folder / "uploads", random.Random(seed)
    raw = make_video(folder / "one.mp4", 4, "128x72", "10").read_bytes()
    (folder / "one.mp4").unlink()
    uploads.mkdir()
    rows = ["file,respondent,segment"]
    for number in range(many):
        name = f"answer {number:04}"
        (uploads / f"{name}.mp4").write_bytes(raw + number.to_bytes(4, "big"))
        second = dice.choice(PAINS if number % 5 == 0 else OTHERS)
        (uploads / f"{name}.vtt").write_text(captions([dice.choice(OPENINGS), second]), "utf-8")
        rows.append(f"{name}.mp4,r{number},{dice.choice(('new', 'loyal'))}")
    (uploads / "responses.csv").write_text("\n".join(rows), "utf-8")
    settings = TOML.replace('size = "320x180"', 'size = "120x120"\nfps = 10')
    (folder / "reelmaker.toml").write_text('outputs = ["captions", "quotes"]\n' + settings, "utf-8")
    return folder
