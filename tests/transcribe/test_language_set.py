"""A language that is set for all answers is checked in each: German is never written down as if it were English."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.words.saying import RESPONSE

from reelmaker.transcribe.whisper import Heard, Whisper, Window


@pytest.mark.parametrize(
    ("wanted", "spoken", "sure", "language", "note"),
    [
        ("en", "en", 0.99, "en", ""),
        ("en", "de", 0.99, "de", "spoken in another language than the one set (de instead of en)"),
        ("en", "de", 0.60, "en", ""),
        ("", "de", 0.99, "de", ""),
        ("", "de", 0.40, "de", "not sure about the language (de, 40%)"),
    ],
)
def test_the_language_is_recognised_or_checked(
    wanted: str, spoken: str, sure: float, language: str, note: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Whisper(Path(), workers=1, language=wanted, name="base")
    asked: list[int] = []

    def which(self: Whisper, windows: Sequence[Any]) -> tuple[str, float]:
        asked.append(len(windows))
        return spoken, sure

    monkeypatch.setattr(Whisper, "_encode", lambda self, window: "encoded")
    monkeypatch.setattr(Whisper, "_which_language", which)
    heard = Heard(RESPONSE, [Window(n, np.zeros(1, np.float32)) for n in range(5)], language=wanted)
    model._tell_language(heard)
    assert heard.language == language and heard.notes == [note] * bool(note) and asked == [3]
