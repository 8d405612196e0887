"""Makes samples/fernhill/uploads and truth.json: `python tools/samples/make_fernhill.py SPEECH_FOLDER [KEY ...]`.

SPEECH_FOLDER holds r01.opus to r16.opus and a truth.json with each response's name, segment, score (`nps`),
duration and sentences (label, text, start, end in seconds). Any text-to-speech model can make such speech;
ours came from Kokoro. Needs, beside the program's own packages, `skia-python` for drawing. The same
speech and the same versions of the packages give the same files. With KEYs only those responses are made again.
"""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from drawing import sound
from fernhill_uploads import SENT, SHOTS, Sent

HOME = Path(__file__).resolve().parents[2] / "samples" / "fernhill"
H264 = [
    *"-c:v libx264 -preset medium -tune animation -pix_fmt yuv420p -threads 2".split(),
]
EXACT = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
VFR = "select='if(lt(mod(t,9),4),1,if(lt(mod(t,9),6.5),not(mod(n,2)),gt(mod(n,5),1)))'"


def main(arguments: list[str]) -> None:
    speech, only = Path(arguments[0]), set(arguments[1:])
    truth = json.loads((speech / "truth.json").read_text("utf-8"))
    (HOME / "uploads").mkdir(parents=True, exist_ok=True)
    for response in truth["responses"]:
        key = response["id"]
        if not only or key in only:
            make(key, speech / f"{key}.opus")
            print(
                f"{SENT[key].file}: {(HOME / 'uploads' / SENT[key].file).stat().st_size // 1024} KiB",
                flush=True,
            )
    write_table(truth)
    write_truth(truth)


def make(key: str, speech: Path) -> None:
    """One upload from one speech file."""
    sent, spoken = SENT[key], sound.read(speech)
    seed = int(key[1:])
    heard = sound.recorded(spoken, sent.level, sent.tone, seed)
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "sound.wav"
        sound.write(wav, sound.telephone(heard) if sent.way == "call" else heard)
        target = HOME / "uploads" / sent.file
        if sent.way == "call":
            run(["-i", wav, "-ac", "1", "-ar", "8000", "-c:a", "pcm_mulaw", *EXACT, target])
        elif sent.way == "m4a":
            run(
                [
                    "-i",
                    wav,
                    *"-c:a aac -b:a 72k -ar 44100".split(),
                    *EXACT,
                    "-movflags",
                    "+faststart",
                    target,
                ]
            )
        else:
            film(key, sent, spoken, wav, target)


def film(key: str, sent: Sent, spoken: np.ndarray, wav: Path, target: Path) -> None:
    """Draw every frame, and hand it to ffmpeg with the sound."""
    from drawing.scene import Scene, Shot

    shot = Shot(**SHOTS[key])
    scene, seconds, fps = Scene(key, shot), len(spoken) / sound.RATE, sent.fps[0] / sent.fps[1]
    acting = sound.Acting(sound.mouth(spoken), seconds, 100 + int(key[1:]))
    turned = {"mov -90": 1, "mov 90": 3}.get(sent.way, 0)  # the sensor lies on its side
    width, height = shot.size[:: -1 if turned else 1]
    rough = wav.with_name("rough.mov") if turned else target
    command = [
        *"-f rawvideo -pix_fmt rgba -s".split(),
        f"{width}x{height}",
        "-framerate",
        f"{sent.fps[0]}/{sent.fps[1]}",
        "-i",
        "-",
        "-i",
        wav,
        *"-map 0:v -map 1:a".split(),
        *coding(sent.way, fps, shot.size),
        *EXACT,
    ]
    container = ["-f", "webm", "-live", "1", "-"] if sent.way.startswith("vp") else ["-movflags", "+faststart", rough]
    with rough.open("wb") if container[-1] == "-" else tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [str(a) for a in (imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *command, *container)],
            stdin=subprocess.PIPE,
            stdout=out,
        )
        assert process.stdin is not None
        for number in range(math.ceil(seconds * fps)):
            frame = scene.frame(acting.pose(number / fps), number / fps)
            process.stdin.write(np.rot90(frame, turned).tobytes())
        process.stdin.close()
        if process.wait():
            raise SystemExit(f"{target.name}: ffmpeg failed")
    if turned:
        run(
            [
                "-display_rotation:v:0",
                sent.way.split()[1],
                "-i",
                rough,
                *"-map 0 -c copy".split(),
                *EXACT,
                target,
            ]
        )


def coding(way: str, fps: float, size: tuple[int, int]) -> list[str]:
    """ffmpeg's options for picture and sound, as that kind of recorder would choose them, only thriftier."""
    gop = ["-g", str(round(fps * 5))]
    opus = ["-c:a", "libopus", "-b:a", "56k"]
    if way == "vp9":
        return [
            *"-c:v libvpx-vp9 -b:v 0 -crf 40 -deadline good -cpu-used 2 -pix_fmt yuv420p -threads 2".split(),
            *gop,
            *opus,
        ]
    if way == "vp8":
        return [
            *"-c:v libvpx -b:v 260k -qmin 4 -qmax 44 -deadline good -cpu-used 1 -auto-alt-ref 1".split(),
            *"-lag-in-frames 16 -pix_fmt yuv420p -threads 2".split(),
            *gop,
            *opus,
        ]
    rate = "44100" if "44100" in way else "48000"
    aac = [
        "-c:a",
        "aac",
        "-b:a",
        "80k" if "stereo" in way else "64k",
        "-ar",
        rate,
        *(["-ac", "2"] if "stereo" in way else []),
    ]
    crf = "30" if size[1] > 1500 else "27"
    vfr = ["-vf", VFR, "-fps_mode", "vfr", "-video_track_timescale", "90000"] if way == "vfr" else []
    return [*vfr, *H264, "-crf", crf, *gop, *aac]


def run(arguments: list[object]) -> None:
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)], check=True)


def write_table(truth: dict[str, Any]) -> None:
    """responses.csv, with the holes that real exports have."""
    columns = [
        "file",
        "respondent",
        "name",
        "date",
        "segment",
        "score",
        "question",
        "consent",
        "show_name",
        "country",
    ]
    with (HOME / "uploads" / "responses.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        for response in truth["responses"]:
            sent = SENT[response["id"]]
            row = dict(
                file=sent.file,
                respondent=sent.respondent,
                name=response["name"],
                date=sent.date,
                segment=response["segment"],
                score=response["nps"],
                question=truth["question"],
                consent=sent.consent,
                show_name=sent.show,
                country=sent.country,
            )
            table.writerow(row | dict.fromkeys(sent.empty, ""))


def write_truth(truth: dict[str, Any]) -> None:
    """truth.json: what is said when, by file name, and which problem each sentence speaks to."""
    responses = [
        dict(
            file=SENT[r["id"]].file,
            respondent=SENT[r["id"]].respondent,
            name=r["name"],
            segment=r["segment"],
            score=r["nps"],
            duration_ms=round(r["duration"] * 1000),
            sentences=[
                dict(
                    label=s["label"],
                    text=s["text"],
                    start_ms=round(s["start"] * 1000),
                    end_ms=round(s["end"] * 1000),
                )
                for s in r["sentences"]
            ],
        )
        for r in truth["responses"]
    ]
    text = json.dumps(dict(question=truth["question"], responses=responses), indent=1, ensure_ascii=False)
    (HOME / "truth.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    main(sys.argv[1:])
