"""What phones, browsers and call systems upload: each row by measurement."""

from __future__ import annotations

import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.odd_uploads import piece
from helpers.films.videos import ffmpeg

from reelmaker import media

# ---- high dynamic range ------------------------------------------------------------------------------

HDR = {
    "hlg": ("arib-std-b67", 0.38),  # where the middle grey of a scene lies on each curve (ITU-R BT.2408)
    "pq": ("smpte2084", 0.38),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HDR)
def test_high_dynamic_range_becomes_an_ordinary_picture(tmp_path: Path, kind: str) -> None:
    curve, grey = HDR[kind]
    level = round(64 + grey * 876)
    path = tmp_path / "hdr.mp4"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"color=black:s=640x360:r=30:d=2,format=yuv420p10le,geq=lum={level}:cb=512:cr=512",
        "-c:v",
        "libx265",
        "-x265-params",
        f"log-level=none:colorprim=bt2020:transfer={curve}:colormatrix=bt2020nc",
        "-pix_fmt",
        "yuv420p10le",
        path,
    )
    found = media.probe(path)
    assert (found.transfer, found.matrix) == (kind, "bt2020")
    made = piece(tmp_path, path)
    value = float(measure.frame(made, 10).mean())
    assert 90 <= value <= 140, value
    import av

    with av.open(str(made)) as box:
        frame = next(box.decode(video=0))
        assert frame.format.name == "yuv420p" and (int(frame.colorspace), int(frame.color_trc)) == (1, 1)


@pytest.mark.slow
def test_ten_bits_that_say_nothing_are_taken_as_ordinary(tmp_path: Path) -> None:
    path = tmp_path / "ten.mp4"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=gray:s=640x360:r=30:d=2",
        "-c:v",
        "libx265",
        "-x265-params",
        "log-level=none",
        "-pix_fmt",
        "yuv420p10le",
        path,
    )
    found = media.probe(path)
    assert found.transfer == "" and any("more than 8 bits" in note for note in found.notes)
    assert abs(float(measure.frame(piece(tmp_path, path), 10).mean()) - 128) <= 3


@pytest.mark.slow
@pytest.mark.parametrize(("size", "matrix"), [("1280x720", "bt709"), ("640x360", "bt601")])
def test_colours_that_are_not_named_are_those_every_player_takes(tmp_path: Path, size: str, matrix: str) -> None:
    """A picture that names no matrix keeps its colours as a player would show them."""
    path = tmp_path / "a.mp4"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"color=0x20a040:s={size}:r=30:d=2,scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p",
        "-c:v",
        "libx264",
        "-colorspace",
        "2",
        path,
    )
    assert media.probe(path).matrix == matrix
    shown = measure.decode(
        piece(tmp_path, path, size=(1280, 720)),
        "-frames:v",
        "1",
        "-vf",
        "scale=in_color_matrix=bt709,format=rgb24",
        "-f",
        "rawvideo",
    )
    colour = np.frombuffer(shown, np.uint8).reshape(-1, 3).mean(0)
    assert np.abs(colour - (0x20, 0xA0, 0x40)).max() <= 4, colour


# ---- sound tracks and calls --------------------------------------------------------------------------


def test_the_track_with_speech_is_chosen_and_the_choice_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "two.mp4"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anullsrc=d=4",
        "-f",
        "lavfi",
        "-i",
        "sine=440:d=4",
        "-map",
        "0:a",
        "-map",
        "1:a",
        "-c:a",
        "aac",
        path,
    )
    found = media.probe(path)
    assert found.sound_track == 1 and "2 sound tracks; number 1 is used" in found.notes
    assert np.abs(media.pcm(path, found.sound_track)).max() > 0.05


@pytest.mark.parametrize("first", [0, 1])
def test_a_sound_track_that_cannot_be_decoded_is_passed_over(tmp_path: Path, first: int) -> None:
    """As iPhones write: one track in a codec that nobody else has (here ALAC with its name changed)."""
    path = tmp_path / "spatial.mov"
    codecs = ["alac", "aac"] if first == 0 else ["aac", "alac"]
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=320x180:r=30:d=3",
        "-f",
        "lavfi",
        "-i",
        "sine=440:d=3",
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-map",
        "1:a",
        "-c:v",
        "libx264",
        "-c:a:0",
        codecs[0],
        "-c:a:1",
        codecs[1],
        path,
    )
    raw = path.read_bytes()
    at = raw.index(b"alac", raw.index(b"stsd"))
    path.write_bytes(raw[:at] + b"apac" + raw[at + 4 :])
    found = media.probe(path)
    assert found.sound_track == (2 if first == 0 else 1)
    assert sum("cannot be decoded" in note for note in found.notes) == 1
    assert np.abs(media.pcm(path, found.sound_track)).max() > 0.05


def call(path: Path) -> Path:
    """The customer (300 Hz, left) and the agent (900 Hz, right) take turns; each leaks a little to the other side."""
    rate = 8000
    time = np.arange(8 * rate) / rate
    customer = 0.4 * np.sin(2 * np.pi * 300 * time) * (time % 4 < 2)
    agent = 0.5 * np.sin(2 * np.pi * 900 * time) * (time % 4 >= 2)
    both = np.stack([customer + 0.05 * agent, agent + 0.05 * customer], 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((both * 32767).astype("<i2").tobytes())
    return path


def strength(samples: np.ndarray, hertz: int, rate: int) -> float:
    """How much of one pitch is in the sound, as a sine's amplitude."""
    time = np.arange(len(samples)) / rate
    return float(2 * abs((samples * np.exp(-2j * np.pi * hertz * time)).mean()))


def test_of_a_call_only_the_customers_side_is_listened_to(tmp_path: Path) -> None:
    path = call(tmp_path / "call.wav")
    assert media.probe(path).channels == 2
    left, right, mixed = (media.pcm(path, 0, side=side) for side in ("left", "right", ""))
    assert strength(left, 300, 16_000) > 0.15 and strength(left, 900, 16_000) < 0.003
    assert strength(right, 900, 16_000) > 0.2 and strength(right, 300, 16_000) < 0.003
    assert strength(mixed, 300, 16_000) > 0.05 and strength(mixed, 900, 16_000) > 0.05, "both are heard by default"
    assert len(left) == len(mixed) == 8 * 16_000


def test_in_the_reel_both_sides_of_a_call_are_heard_in_the_middle(tmp_path: Path) -> None:
    made = piece(tmp_path, call(tmp_path / "call.wav"), 1000, 5000, side="left")
    raw = np.frombuffer(measure.decode(made, "-map", "0:a", "-f", "f32le"), np.float32).reshape(-1, 2)
    assert np.array_equal(raw[:, 0], raw[:, 1])
    assert strength(raw[:, 0], 300, 48_000) > 0.03 and strength(raw[:, 0], 900, 48_000) > 0.03


@pytest.mark.parametrize("layout", ["5.1", "stereo"])
def test_a_voice_on_one_speaker_alone_is_heard(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "one.wav"
    pan = "5.1|FC=c0" if layout == "5.1" else "stereo|FL=c0"
    ffmpeg("-f", "lavfi", "-i", "sine=440:d=2", "-af", f"volume=0dB,pan={pan}", path)
    alone = tmp_path / "mono.wav"
    ffmpeg("-f", "lavfi", "-i", "sine=440:d=2", alone)
    wanted = strength(media.pcm(alone, 0), 440, 16_000)
    got = strength(media.pcm(path, 0), 440, 16_000)
    assert abs(20 * np.log10(got / wanted)) <= 6.03, "half, at the most"


# ---- sound alone, no sound, copies ---------------------------------------------------------------------

VOICES = {
    "opus": ("memo.ogg", ["-c:a", "libopus", "-ar", "48000"]),
    "mp3": ("memo.mp3", ["-c:a", "libmp3lame"]),
    "wav": ("memo.wav", ["-c:a", "pcm_s16le"]),
    "narrow call": ("call.wav", ["-c:a", "pcm_mulaw", "-ar", "8000"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", VOICES)
def test_an_answer_without_a_picture_shows_a_card_whose_wave_moves(tmp_path: Path, kind: str) -> None:
    name, codec = VOICES[kind]
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc='0.4*sin(2*PI*250*t)*(0.3+0.7*lt(mod(t,0.8),0.4))':d=3:s=16000",
        "-ac",
        "2",
        *codec,
        tmp_path / name,
    )
    found = media.probe(tmp_path / name)
    assert found.picture is None and found.channels == 2 and found.duration_ms == pytest.approx(3000, abs=60)
    made = piece(tmp_path, tmp_path / name, 0, 3000)
    seen = media.examine(made)
    assert seen.frozen == () and seen.black == () and len(measure.luma(made)) == 90
    pictures = [measure.frame(made, number).astype(int) for number in (6, 18, 30, 42)]
    changed = [(abs(a - b).max(2) > 60) for a, b in pairwise(pictures)]
    assert all(moving.mean() > 0.005 for moving in changed), "the wave moves"
    assert all(moving.mean() < 0.4 for moving in changed), "the card does not"


@pytest.mark.slow
def test_a_call_of_two_voices_is_heard_on_both_sides(tmp_path: Path) -> None:
    """8 kHz mu-law, one person on each side: the words of both are in the transcript."""
    from helpers.surveys import truth
    from helpers.words.hearing import listen, text

    from reelmaker import model_files, transcribe

    path, sides = tmp_path / "call.wav", []
    for name, at in (("maya-fernhill.mp4", 2), ("Réponse Daniel B.mp4", 1)):
        said = truth.load()[name][at]
        sides.append((name, said))
    (left, first), (right, second) = sides
    uploads = truth.SAMPLES / "uploads"
    one, two = (said.end_ms - said.start_ms + 300 for said in (first, second))
    chain = (
        f"[0:a]atrim={first.start_ms / 1000 - 0.1}:{first.end_ms / 1000 + 0.2},asetpts=N/SR/TB,pan=mono|c0=c0,apad=whole_dur={(one + two + 800) / 1000}[l];"
        f"[1:a]atrim={second.start_ms / 1000 - 0.1}:{second.end_ms / 1000 + 0.2},asetpts=N/SR/TB,pan=mono|c0=c0,adelay={one + 800}[r];"
        "[l][r]join=inputs=2:channel_layout=stereo[o]"
    )
    ffmpeg(
        "-i",
        uploads / left,
        "-i",
        uploads / right,
        "-filter_complex",
        chain,
        "-map",
        "[o]",
        "-ar",
        "8000",
        "-c:a",
        "pcm_mulaw",
        path,
    )
    both = np.frombuffer(measure.decode(path, "-f", "f32le"), np.float32).reshape(-1, 2)
    assert np.abs(both[: 8 * one, 1]).max() < 0.001 < 0.05 < np.abs(both[: 8 * one, 0]).max(), "one a side"
    found = media.probe(path)
    source = transcribe.load("whisper", model_files.find("base", "speech"), workers=2, language="en", name="base")
    heard = listen(source, {"call": media.pcm(path, found.sound_track)})["call"]
    wrong, total = measure.word_errors(f"{first.text} {second.text}", text(heard))
    assert total > 15 and wrong <= 0.2 * total, text(heard)


@pytest.mark.slow
def test_an_answer_without_sound_says_no_speech_and_the_batch_goes_on(small_survey: Path) -> None:
    import reelmaker
    from reelmaker import status

    ffmpeg(
        "-i",
        small_survey / "uploads" / "cleo.mp4",
        "-an",
        "-c",
        "copy",
        small_survey / "uploads" / "mute.mp4",
    )
    ffmpeg(
        "-i",
        small_survey / "uploads" / "cleo.mp4",
        "-c:v",
        "copy",
        "-af",
        "volume=0",
        small_survey / "uploads" / "still.mp4",
    )
    reel = reelmaker.build(small_survey, ["checkout"])
    assert reel.failures == () and len(reel.clips) == 2 and reel.work.transcribed == 2
    assert reel.counts["checkout"].of == 3, "whoever says nothing is not counted"
    state = status.look(reelmaker.open_project(small_survey))
    assert set(state.silent) == {"mute.mp4", "still.mp4"}
    notes = {(file, note) for file, note in state.notes}
    assert ("mute.mp4", "no sound track") in notes and ("still.mp4", "no speech") in notes


@pytest.mark.slow
def test_the_same_video_under_two_names_is_one_person_shown_once(small_survey: Path) -> None:
    import shutil

    import reelmaker
    from reelmaker import status

    uploads = small_survey / "uploads"
    (uploads / "again").mkdir()
    for other in ("anna (1).mp4", "again/renamed.MP4"):
        shutil.copy(uploads / "anna.mp4", uploads / other)
    reel = reelmaker.build(small_survey, ["checkout"])
    shown = [item["file"] for item in reel.document["items"] if item["kind"] == "clip"]
    assert sorted(shown) == ["anna.mp4", "bert.mp4"] and reel.counts["checkout"].of == 3
    notes = [note for file, note in status.look(reelmaker.open_project(small_survey)).notes if file == "anna.mp4"]
    assert notes == ["the same video as anna (1).mp4", "the same video as again/renamed.MP4"]
    with reelmaker.project.library.Library(small_survey / "library.db") as library:
        [(transcripts,)] = library._db.execute("SELECT count(*) FROM transcripts")
    assert transcripts == 3


@pytest.mark.slow
def test_odd_sizes_become_what_every_player_can_show(tmp_path: Path) -> None:
    import av

    path = tmp_path / "odd.mkv"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=640x360:r=30:d=1",
        "-vf",
        "scale=641:361,setsar=1",
        "-pix_fmt",
        "yuv444p",
        "-c:v",
        "ffv1",
        path,
    )
    assert media.probe(path).picture == (641, 361)
    for size in ((640, 360), (360, 640)):
        with av.open(str(piece(tmp_path, path, 0, 500, size))) as box:
            context = box.streams.video[0].codec_context
            assert context.name == "h264" and context.pix_fmt == "yuv420p"
            assert context.profile in ("Constrained Baseline", "Baseline", "Main", "High")
            assert (context.width, context.height) == size
