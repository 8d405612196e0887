"""Sidecar files written for a test, and what is read out of them."""

from __future__ import annotations

import json
from pathlib import Path

from reelmaker.model import Response, Transcript
from reelmaker.transcribe import sidecars

RESPONSE = Response("r", "r-1042.mp4", 60_000)


def read(folder: Path, name: str, content: str | bytes | object, response: Response = RESPONSE) -> Transcript:
    path = folder / name
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    found = sidecars.read(path, response)
    assert found is not None
    return found


def srt(*cues: tuple[float, float, str]) -> str:
    def clock(seconds: float) -> str:
        whole = round(seconds * 1000)
        return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02},{whole % 1000:03}"

    return "".join(f"{n}\n{clock(a)} --> {clock(b)}\n{text}\n\n" for n, (a, b, text) in enumerate(cues, 1))


def vtt(*cues: tuple[float, float, str]) -> str:
    return "WEBVTT\n\n" + srt(*cues).replace(",", ".")


def said(transcript: Transcript, asked: bool | None = None) -> str:
    return " ".join(s.text for s in transcript.sentences if asked is None or s.asked is asked)
