"""Damaged, half-uploaded and half-written files: what can be used is used, marked, and never hangs or crashes."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest
from helpers import robustness
from helpers.films import measure
from helpers.films.odd_uploads import piece
from helpers.films.pieces import RESPONSE, clip_of, made, source_of
from helpers.films.videos import ffmpeg, make_video
from helpers.surveys.damage import SAYING
from helpers.surveys.small_survey import TOML, captions

import reelmaker
from reelmaker import media, status
from reelmaker.errors import ReelmakerError
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.project.library import Library
from reelmaker.publish import quality_check

SEEDS, FLIPS, PATIENCE_S = 50, 200, 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same answer as phones and browsers write it."""
    folder = tmp_path_factory.mktemp("whole")
    mp4 = make_video(folder / "a.mp4", 10, "640x360")
    webm = folder / "a.webm"
    # a negative -cpu-used does not adapt to how busy the machine is: the same bytes in each run
    ffmpeg(
        "-i",
        mp4,
        "-c:v",
        "libvpx",
        "-threads",
        "1",
        "-b:v",
        "600k",
        "-deadline",
        "realtime",
        "-cpu-used",
        "-8",
        "-c:a",
        "libopus",
        "-fflags",
        "+bitexact",
        "-flags",
        "+bitexact",
        webm,
    )
    return [mp4, webm]


@pytest.mark.slow
def test_seeds_of_damaged_packets(whole: list[Path], tmp_path: Path) -> None:
    """200 random bytes flipped in the second half of the file: used, marked where it shows, in bounded time."""
    used = marked = hurt = 0
    seeds = robustness.share(range(SEEDS), 0.2)
    for seed in seeds:
        dice = random.Random(seed)
        source = whole[seed % len(whole)]
        raw = bytearray(source.read_bytes())
        for _ in range(FLIPS):
            raw[dice.randrange(4000, len(raw) - 20_000)] ^= 1 << dice.randrange(8)
        path = tmp_path / f"{seed}{source.suffix}"
        path.write_bytes(raw)
        began = time.monotonic()
        # a time that steps back a little is the writer's complaint, not the reader's
        complained = any("[null @" not in line for line in measure.faults(path).splitlines())
        hurt += complained
        try:
            facts = media.probe(path)
            heard = media.recording(path, facts.sound_track) if facts.sound_track >= 0 else None
            job = made(tmp_path / str(seed), {RESPONSE: source_of(path)}, clip_of(0, facts.duration_ms, "", ""))[0]
        except ReelmakerError as problem:
            assert "\n" not in str(problem) and problem.remedy, seed
            marked += 1
        else:
            used += 1
            found = " ".join(finding.what for finding in quality_check.check_piece(job))
            assert len(measure.luma(job.target)) == job.place.frames, seed
            assert measure.faults(job.target) == "", "what was made of it is whole"
            says = bool(facts.notes) or bool(heard and heard.broken) or "damaged" in found
            assert says or not complained, f"seed {seed}: damage that nobody is told of"
            marked += says
        assert time.monotonic() - began < PATIENCE_S, seed
    print(f"{len(seeds)} seeds: {hurt} do not decode cleanly, {used} used, {marked} marked")
    # a few seeds scatter more than all of them
    assert hurt >= len(seeds) // (2 if robustness.FULL else 4) and used >= len(seeds) * (
        0.8 if robustness.FULL else 0.5
    )
    media.rest()
    assert not media_ffmpeg.running()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_half_an_upload_is_used_as_far_as_it_goes_and_says_so(tmp_path: Path, share: float) -> None:
    """A faststart file decodes with exit code 0 however short it was cut, and still claims its full length."""
    full = make_video(tmp_path / "whole.mp4", 10, "320x180", "30", 300, "-movflags", "+faststart")
    half = tmp_path / "half.mp4"
    raw = full.read_bytes()
    half.write_bytes(raw[: int(len(raw) * share)])
    there_s = len(measure.luma(half)) / 30
    assert there_s < 9.9
    facts = media.probe(half)
    assert facts.duration_ms / 1000 == pytest.approx(there_s, abs=0.6)
    claims = media_ffmpeg.run(["-i", f"file:{half}", "-f", "null", "-t", "0.1", "-"]).stderr
    assert "Duration: 00:00:10" in claims, "what the file says of itself"
    if share < 0.9:
        assert any("damaged" in note for note in facts.notes)
    end = facts.duration_ms
    assert len(measure.luma(piece(tmp_path, half, max(0, end - 1500), end - 500))) == 30


def test_damaged_sound_is_said_in_the_status(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", 10)
    assert media.recording(path, 1).broken == 0
    import av

    with av.open(str(path)) as box:
        places = [(packet.pos, packet.size) for packet in box.demux(audio=0) if packet.pos and packet.size > 40]
    raw = bytearray(path.read_bytes())
    for at, size in places[20:-20:6]:
        raw[at : at + size] = bytes(255 - byte for byte in raw[at : at + size])
    path.write_bytes(raw)
    assert media.recording(path, 1).broken > 5


@pytest.mark.slow
def test_a_file_still_being_written_becomes_one_response_when_it_is_whole(tmp_path: Path) -> None:
    """64 KiB every 100 ms for 10 s while builds go on: never a part of it, at the end the whole."""
    source = tmp_path / "whole.mkv"  # can be read however little of it is there
    make_video(
        source,
        12,
        "640x360",
        "30",
        300,
        "-b:v",
        "4500k",
        "-minrate",
        "4500k",
        "-maxrate",
        "4500k",
        "-bufsize",
        "900k",
        "-x264-params",
        "nal-hrd=cbr:filler=1",
    )
    content = source.read_bytes()
    assert len(content) > 95 * 65_536
    project = tmp_path / "survey"
    (project / "uploads").mkdir(parents=True)
    (project / "reelmaker.toml").write_text(TOML, "utf-8")
    make_video(project / "uploads" / "other.mp4", 6)
    for name in ("other", "growing"):
        (project / "uploads" / f"{name}.vtt").write_text(captions(SAYING), "utf-8")
    growing = project / "uploads" / "growing.mkv"
    written = threading.Event()

    def write() -> None:
        with growing.open("wb") as file:
            for at in range(0, len(content), 65_536):
                file.write(content[at : at + 65_536])
                file.flush()
                time.sleep(0.1)
        written.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen: set[str] = set()
    said: set[str] = set()
    rounds = 0
    while not written.is_set():
        reel = reelmaker.build(project, ["checkout"], dry_run=True)
        rounds += 1
        with Library(project / "library.db") as library:
            seen |= {u.response for u in library.uploads().values() if u.file == "growing.mkv" and u.response}
        said |= {failure.reason for failure in reel.failures if failure.file == "growing.mkv"}
        assert {failure.file for failure in reel.failures} <= {"growing.mkv"}
    thread.join()
    assert rounds >= 5 and seen <= {_sha(content)}, "no part of it was ever a response"
    assert any("still being written" in reason for reason in said), said
    time.sleep(0.6)
    reel = reelmaker.build(project, ["checkout"], dry_run=True)
    assert reel.failures == () and reel.counts["checkout"].of == 2
    with Library(project / "library.db") as library:
        [one] = [upload for upload in library.uploads().values() if upload.file == "growing.mkv"]
    assert one.response == _sha(content) and one.size == len(content)
    assert not status.look(reelmaker.open_project(project)).failures


def _sha(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()
