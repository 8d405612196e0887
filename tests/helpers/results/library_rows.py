"""Rows as the library holds them."""

from __future__ import annotations

from reelmaker.model import Facts, Sentence, Span, Transcript, Upload, Word
from reelmaker.model.decision import Decision

TRANSCRIPT = Transcript(
    "r1",
    "en",
    "whisper base",
    (
        Sentence("r1", 0, (Word("Ünïcode", 0, 400, 0.5), Word("'quotes'\n", 400, 900, 1.0))),
        Sentence("r1", 1, (Word("Loop.", 900, 1000, 0.25),), unreliable=True),
    ),
    ("a note",),
)
UPLOADS = {
    "a.mp4": Upload("a.mp4", 10, 20, "r1", Facts(1000, (640, 360), 0, 1, ("odd",))),
    "b.mp3": Upload("b.mp3", 10, 20, "r2", Facts(1000, None, -1, 0)),
    "c.txt": Upload("c.txt", 1, 2, trouble="not a video"),
}
DECISION = Decision(0, Span("r1", 900, 2400), "checkout", "drop", "", "2026-11-01T10:00:00+00:00")
