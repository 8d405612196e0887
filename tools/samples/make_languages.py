"""Makes the spoken answers of `languages/` from the texts in its truth.json, and writes back what is said when.

    pip install py-nanotts
    python tools/samples/make_languages.py

The voices are those of SVOX Pico (Apache-2.0). Nobody real speaks.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
from py_nanotts import NanoTTS  # type: ignore[import-not-found]

from reelmaker import media

HERE = Path(__file__).resolve().parents[2] / "samples" / "languages"
RATE = 16_000
VOICES = {"de": "de-DE", "es": "es-ES", "fr": "fr-FR"}
SPEED, PAUSE_S, EDGE_S = 0.92, 0.65, 0.3
LOUDEST = 0.5


def spoken(text: str, language: str, pitch: float) -> np.ndarray:
    """One sentence, float, shape (samples,), without the silence that the voice leaves around it."""
    raw = NanoTTS().speak(text, voice=VOICES[language], speed=SPEED, pitch=pitch)
    sound = np.frombuffer(raw, "<i2").astype(np.float32) / 32768
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return sound[loud[0] : loud[-1] + 1]


def main() -> None:
    truth = json.loads((HERE / "truth.json").read_text("utf-8"))
    for answer in truth["answers"]:
        parts, at = [np.zeros(round(EDGE_S * RATE), np.float32)], round(EDGE_S * RATE)
        for sentence in answer["sentences"]:
            sound = spoken(sentence["text"], answer["language"], answer["pitch"])
            sentence["start_ms"], sentence["end_ms"] = (round(s * 1000 / RATE) for s in (at, at + len(sound)))
            parts += [sound, np.zeros(round(PAUSE_S * RATE), np.float32)]
            at += len(sound) + len(parts[-1])
        sound = np.concatenate(parts)
        sound *= LOUDEST / np.abs(sound).max()
        raw = (sound * 32767).astype("<i2").tobytes()
        command = [
            media.ffmpeg_exe(),
            *"-v error -y -f s16le -ar".split(),
            str(RATE),
            *"-ac 1 -i -".split(),
        ]
        command += ["-c:a", "libopus", "-b:a", "16k", "-map_metadata", "-1", str(HERE / answer["file"])]
        subprocess.run(command, input=raw, check=True)
    (HERE / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
