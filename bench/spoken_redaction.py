"""How much of a secret is still heard after it was bleeped: real speech, the real model, the real ffmpeg.

    python bench/spoken_redaction.py                # says bench/data/redaction/spoken.txt with espeak-ng
    python bench/spoken_redaction.py --sounds DIR   # DIR has 00.wav, 01.wav …: the same sentences in another voice
    python bench/spoken_redaction.py --pad 0 --pad 300    # with other margins around the words

Each sentence is heard by Whisper, its secrets are found and bleeped as in a build, and the bleeped sound is heard again.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from redaction import NAMES

from reelmaker import media, model
from reelmaker.model import Brand, Clip, Moment, Reel, Response, Span
from reelmaker.model.survey import Said, Source, Survey
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.session import Session
from reelmaker.publish.quality_check import retranscribed, word_errors
from reelmaker.redaction import stage as redaction_stage
from reelmaker.redaction.pii.leak_check import leaks, visible
from reelmaker.render import pieces as render_pieces
from reelmaker.transcribe.speech_model import SpeechModel

HERE = Path(__file__).resolve().parent / "data" / "redaction"
KIND = {"name": "names"}
TOML = f"""
language = "en"
[problems.any]
statement = "Any"
question = "What now?"
[redact]
words = ["email", "phone", "card", "iban", "names"]
names = [{", ".join(f'"{name}"' for name in NAMES)}]
"""


def lines() -> tuple[list[tuple[str, str, str]], int]:
    """Kind, sentence, secret of each; and from which on they were written when the rules were done."""
    found, counted = [], 0
    for line in (HERE / "spoken.txt").read_text("utf-8").splitlines():
        if line.startswith("# Written when the rules were done"):
            counted = len(found)
        elif line and not line.startswith("#"):
            kind, text = line.split(" ", 1)
            secret = re.findall(r"\[\[(.*?)\]\]", text)[0]
            found.append((KIND.get(kind, kind), re.sub(r"\[\[|\]\]", "", text), secret))
    return found, counted


def say(text: str, target: Path) -> None:
    subprocess.run(["espeak-ng", "-v", "en-gb", "-s", "150", "-w", str(target), text], check=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sounds", type=Path)
    parser.add_argument("--pad", type=int, action="append")
    asked = parser.parse_args()
    every, counted = lines()
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside)
        (folder / "uploads").mkdir()
        (folder / "reelmaker.toml").write_text(TOML, "utf-8")
        sounds = []
        for number, (_, text, _) in enumerate(every):
            path = (asked.sounds or folder) / f"{number:02}.wav"
            if not asked.sounds:
                say(text, path)
            if path.exists():
                sounds.append((number, path))
        hear(folder, every, counted, sounds, asked.pad or [redaction_stage.PAD_MS])


def hear(
    folder: Path,
    every: list[tuple[str, str, str]],
    counted: int,
    sounds: list[tuple[int, Path]],
    pads: list[int],
) -> None:
    project = open_project(folder)
    listener = SpeechModel("base")
    source = listener("en")
    facts = {number: media.probe(path) for number, path in sounds}
    responses = {
        f"{number:064x}": Response(f"{number:064x}", path.name, facts[number].duration_ms) for number, path in sounds
    }
    files = {f"{number:064x}": Source(path, facts[number]) for number, path in sounds}
    jobs = [
        (response, lambda one=files[id]: media.pcm(one.path, one.facts.sound_track))
        for id, response in responses.items()
    ]
    transcripts = {}
    for response, transcript in source.transcribe(jobs):
        assert not isinstance(transcript, Exception), transcript
        transcripts[response.id] = transcript
    look = render_pieces.Look(render_pieces.cards.find("plain"), Brand("Any"), "blur", False, True)
    for pad in pads:
        redaction_stage.PAD_MS = pad
        survey = Survey(
            responses=responses, sources=files, transcripts=dict(transcripts), keys={id: id for id in responses}
        )
        with Library(folder / "library.db") as library:
            survey = redaction_stage.redact(Session(project, library, stores=False), survey)
        clips = []
        for id in sorted(survey.transcripts):
            span = Span(id, 0, responses[id].duration_ms)
            moment = Moment("any", survey.transcripts[id].sentences, 1.0, ())
            clips.append(Clip(moment, span, "", bleeps=redaction_stage.bleeps(survey, span)))
        reel = Reel((), tuple(clips), {}, 320, 180)
        pieces = render_pieces.plan(reel, files, look, folder / "cache")
        environment = render_pieces.prepare(folder / "cache", look.brand, pieces)
        for job in pieces:
            render_pieces.make(job, environment)
        for name, wanted in (("to work on", range(counted)), ("only counted", range(counted, len(every)))):
            some = [pair for pair in zip(clips, pieces, strict=True) if int(pair[0].span.response, 16) in wanted]
            if some:
                print(f"{name}, margin {pad} ms")
                tell(every, some, survey, source)


def tell(every: list, some: list, survey: Survey, source: object) -> None:
    there: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    rest: list[float] = []
    for clip, job in some:
        kind, text, secret = every[int(clip.span.response, 16)]
        [again] = retranscribed([job], source)
        others = text.replace(secret, " ")
        truth = Said(kind, 0, 0, 0, 0, secret, True)
        found = any(one.hidden for one in survey.secrets.get(clip.span.response, ()))
        left = not found or bool(leaks(again, [truth], others, "en"))
        there[kind] += 1
        taken[kind] += found
        heard[kind] += left
        if found:
            rest.append(word_errors(others, again))
        if left or not found:
            print(f"  {'FOUND' if found else 'missed'} {kind}: {clip.moment.text!r}\n      heard again: {again!r}")
        elif visible(clip.moment.text) and rest[-1] > 0.3:
            print(f"  covers much: {clip.moment.text!r}\n      heard again: {again!r}")
    for kind in [*model.KINDS, "all"]:
        kinds = list(model.KINDS) if kind == "all" else [kind]
        n, t, h = (sum(table[k] for k in kinds) for table in (there, taken, heard))
        if n:
            print(f"  {kind:<6} of {n:>2} secrets {t:>2} were found, {h:>2} can still be told ({h / n:.0%})")
    print(f"  words beside the secrets that are heard otherwise or not at all: {sum(rest) / max(1, len(rest)):.0%}")


if __name__ == "__main__":
    main()
