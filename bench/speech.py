"""Transcription beside plain faster-whisper and beside the best bare int8 setting, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from helpers.surveys import truth
from table import Row, said

from reelmaker import media, model_files, parallel, transcribe
from reelmaker.model import Response

UPLOADS = truth.SAMPLES / "uploads"


def files() -> list[Path]:
    return [UPLOADS / name for name in sorted(truth.load())]


def ours(folder: Path) -> dict[str, str]:
    """As a build does it: words with times, sentences, edges checked against the sound."""
    hearing = transcribe.load("whisper", folder, workers=parallel.cores(), language="en", name="base")
    paths = {f"{number:064}": path for number, path in enumerate(files())}
    jobs = [
        (Response(key, path.name, 0), lambda path=path: media.pcm(path, media.probe(path).sound_track))
        for key, path in paths.items()
    ]
    texts = {}
    for response, transcript in hearing.transcribe(jobs):
        assert not isinstance(transcript, Exception), transcript
        texts[response.file] = " ".join(sentence.text for sentence in transcript.sentences)
    return texts


def plain(folder: Path) -> dict[str, str]:
    """`WhisperModel(model).transcribe(path)` with its defaults, all cores as threads."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), cpu_threads=parallel.cores())
    return {path.name: "".join(s.text for s in model.transcribe(str(path))[0]) for path in files()}


def bare(folder: Path) -> dict[str, str]:
    """The fastest of the int8 settings tried by hand: a worker a core with one thread each, greedy, no word times."""
    from faster_whisper import WhisperModel

    cores = parallel.cores()
    model = WhisperModel(str(folder), compute_type="int8", cpu_threads=1, num_workers=cores)

    def one(path: Path) -> tuple[str, str]:
        segments, _ = model.transcribe(str(path), beam_size=1, language="en")
        return path.name, "".join(segment.text for segment in segments)

    with ThreadPoolExecutor(cores) as pool:
        return dict(pool.map(one, files()))


WAYS: dict[str, Callable[[Path], dict[str, str]]] = {"plain": plain, "bare int8": bare, "ours": ours}


def measure(rounds: int) -> list[Row]:
    """Rates beside each other; the best round of each counts."""
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    errors = {}
    for number in range(rounds):
        for way in WAYS:
            said(f"transcribing, {way}, round {number + 1} of {rounds}")
            done = subprocess.run([sys.executable, __file__, way], capture_output=True, text=True, check=True)
            result = json.loads(done.stdout.splitlines()[-1])
            seconds[way].append(result["seconds"])
            errors[way] = truth.word_error_rate(result["texts"])
    best = {way: min(times) for way, times in seconds.items()}
    detail = ", ".join(f"{way} {best[way]:.1f} s" for way in WAYS)
    return [
        Row("transcription beside plain faster-whisper", best["plain"] / best["ours"], ">= 3", detail),
        Row("transcription beside the best bare int8", best["bare int8"] / best["ours"], ">= 0.93"),
        Row("word error rate, ours", errors["ours"], "<= 0.025", digits=4),
        Row(
            "word errors over plain, in points",
            100 * (errors["ours"] - errors["plain"]),
            "<= 0.3",
            f"plain {errors['plain']:.4f}",
        ),
    ]


def alone(way: str) -> None:
    """One way in this process; loading the model is part of its time."""
    folder = model_files.find("base", "speech")
    began = time.monotonic()
    texts = WAYS[way](folder)
    print(json.dumps({"seconds": time.monotonic() - began, "texts": texts}))


if __name__ == "__main__":
    alone(sys.argv[1])
