"""Rendering beside one single-pass ffmpeg command and beside a moviepy script, all making the same reel."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from table import Row, said

import reelmaker
from reelmaker import media, parallel
from reelmaker.ingest import stage as ingest_stage
from reelmaker.media import encode
from reelmaker.media import wave as media_wave
from reelmaker.model import Card, Clip
from reelmaker.progress import Silent
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.render import cards, clip_sound, overlay, pieces
from reelmaker.render.pieces import Job

PROBLEM = "checkout"


def measure(folder: Path, scratch: Path, rounds: int) -> list[Row]:
    """The reel of a project that is built already, made again in three ways from nothing."""
    project = open_project(folder)
    reel = reelmaker.build(project, [PROBLEM])
    with Library(project.library) as library:
        survey = ingest_stage.take_in(project, library, Silent())
    look = pieces.Look(cards.find(project.reel.template, []), project.brand, project.reel.fill, True, False)

    def jobs(place: Path) -> list[Job]:
        return pieces.plan(reel, survey.sources, look, place)

    ours, single = [], []
    for number in range(rounds):
        said(f"rendering, round {number + 1} of {rounds}")
        place = scratch / f"pieces{number}"
        began = time.monotonic()
        environment = pieces.prepare(place, project.brand)
        planned = jobs(place)
        for _, problem in parallel.do(lambda job, env=environment: pieces.make(job, env), planned):
            assert problem is None, problem
        pieces.join(planned, scratch / "ours.mp4", None, [], "reel", "en")
        ours.append(time.monotonic() - began)
        graph = single_pass(planned, scratch, environment)
        said(f"one ffmpeg command, round {number + 1} of {rounds}")
        began = time.monotonic()
        subprocess.run(
            [*graph],
            check=True,
            cwd=scratch / f"pieces{number}" / "pieces",
            capture_output=True,
            env=environment | {"PATH": ""},
        )
        single.append(time.monotonic() - began)
    said("moviepy script, one round")
    by_hand = moviepy(planned, scratch)
    seconds = reel.duration_ms / 1000
    detail = (
        f"{seconds:.0f} s of reel: ours {min(ours):.1f} s, one command {min(single):.1f} s, moviepy {by_hand:.1f} s"
    )
    return [
        Row("rendering beside one ffmpeg command", min(single) / min(ours), ">= 1", detail),
        Row("rendering beside a moviepy script", by_hand / min(ours), ">= 7"),
    ]


def single_pass(jobs: Sequence[Job], scratch: Path, environment: Any) -> list[str]:
    """One command with every clip as an input, the same filters, the same encoder settings; cards as stills.

    It is given for nothing what the build has to find out: the gain of each clip, and cards that do not move.
    """
    import ffmpeg

    encoding = jobs[0].encoding
    streams = []
    for number, job in enumerate(jobs):
        item = job.place.item
        if isinstance(item, Card):
            streams += [still(card_picture(job, scratch, number), job), silence(job, number)]
            continue
        assert isinstance(item, Clip) and job.source
        folder = job.target.parent
        script, backdrop = folder / f"single{number}.ass", scratch / f"backdrop{number}.png"
        script.write_text(job.script, "utf-8")
        facts = job.source.facts
        wave, colour = (0, 0, 0, 0), "#ffffff"
        if facts.picture is None:
            wave, colour = pieces._backdrop(job, item, backdrop)
        piece = media.Piece(
            path=job.source.path,
            picture_track=facts.picture_track,
            sound_track=facts.sound_track,
            start_ms=item.span.start_ms,
            frames=job.place.frames,
            gain_db=clip_sound.gain(job.source, item, job.place),
            fade_ms=item.fade_ms,
            picture=facts.picture,
            matrix=facts.matrix,
            backdrop=backdrop,
            wave_box=wave,
            wave_colour=colour,
            overlay=script.name,
        )
        seek = max(0, piece.start_ms - encode.PREROLL_MS)
        upload = ffmpeg.input(f"file:{piece.path}", ss=f"{seek / 1000:.3f}")
        sound = encode._sound(upload, piece, encoding, piece.start_ms - seek)
        if piece.picture_track >= 0:
            picture = encode._picture(upload[str(piece.picture_track)], piece, encoding, piece.start_ms - seek)
        else:
            split = sound.filter_multi_output("asplit", 2)
            sound, picture = (
                split[0],
                media_wave.card(split[1], encoding, piece.frames, piece.backdrop, piece.wave_box, piece.wave_colour),
            )
        streams += [encode._labelled(picture.filter("ass", filename=piece.overlay, fontsdir="fonts")), sound]
    joined = ffmpeg.concat(*streams, v=1, a=1).node
    options = encoding.options() | {
        "threads:v": 0,
        "c:a": "aac",
        "aac_coder": "fast",
        "b:a": "160k",
        "f": "mp4",
        "movflags": "+faststart",
    }
    out = ffmpeg.output(joined[0], joined[1], str(scratch / "single.mp4"), **options)
    return [media.ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *out.get_args()]


def card_picture(job: Job, scratch: Path, number: int) -> Path:
    frames = cards.draw(job.place.item, job.look.template, job.look.brand, job.size, job.encoding.fps)  # type: ignore[arg-type]
    last: np.ndarray | None = None
    for frame in frames:
        if frame is last:
            break
        last = frame
    target = scratch / f"card{number}.png"
    Image.fromarray(last).save(target)  # type: ignore[arg-type]
    return target


def still(picture: Path, job: Job) -> Any:
    import ffmpeg

    fps = job.encoding.fps
    return encode._labelled(
        ffmpeg.input(str(picture), framerate=fps, f="image2")
        .filter("scale", out_color_matrix="bt709", out_range="tv")
        .filter("format", "yuv420p")
        .filter("setsar", 1)
        .filter("tpad", stop_mode="clone", stop=-1)
        .filter("trim", end_frame=job.place.frames)
        .filter("setpts", f"N/{fps}/TB")
    )


def silence(job: Job, number: int) -> Any:
    import ffmpeg

    samples = job.place.frames * job.encoding.samples_per_frame
    # a length of its own, as equal nodes of a graph would be taken for one
    source = ffmpeg.input(f"anullsrc=r={encode.SAMPLE_RATE}:cl=stereo", f="lavfi", t=1000 + number)
    return source.filter("atrim", end_sample=samples)


def moviepy(jobs: Sequence[Job], scratch: Path) -> float:
    """Seconds that `moviepy_script.py` takes; its inputs are made easy for it (plain mp4, stills) off the clock."""
    import json

    plan = []
    for number, job in enumerate(jobs):
        item = job.place.item
        seconds = job.place.frames / job.place.fps
        if isinstance(item, Card):
            plan.append({"still": str(card_picture(job, scratch, number)), "seconds": seconds})
            continue
        assert isinstance(item, Clip) and job.source
        easy = scratch / f"easy{number}.mp4"
        picture = (
            []
            if job.source.facts.picture
            else [
                *"-f lavfi -i color=c=gray:s=1280x720:r=30 -map 1:v -map 0:a -shortest".split(),
            ]
        )
        subprocess.run(
            [
                media.ffmpeg_exe(),
                *"-v error -y -i".split(),
                str(job.source.path),
                *picture,
                *"-r 30 -c:v libx264 -preset veryfast -c:a aac".split(),
                str(easy),
            ],
            check=True,
        )
        cues = [[cue.start_ms / 1000, cue.end_ms / 1000, cue.text] for cue in pieces.clip_cues(item, job.size)]
        plan.append(
            {
                "clip": str(easy),
                "start": item.span.start_ms / 1000,
                "seconds": seconds,
                "cues": cues,
                "label": item.label,
                "volume": 10 ** (clip_sound.gain(job.source, item, job.place) / 20),
            }
        )
    order = scratch / "plan.json"
    size = jobs[0].size
    font = str(overlay.font_files(jobs[0].look.brand)[-1])
    order.write_text(
        json.dumps(
            {
                "items": plan,
                "size": size,
                "font": font,
                "target": str(scratch / "moviepy.mp4"),
                "threads": parallel.cores(),
            }
        )
    )
    began = time.monotonic()
    subprocess.run(
        [sys.executable, str(Path(__file__).with_name("moviepy_script.py")), str(order)],
        check=True,
        capture_output=True,
        cwd=scratch,
    )
    return time.monotonic() - began
