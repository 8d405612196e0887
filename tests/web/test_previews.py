"""What the player gets: the upload where every browser plays it, a small proxy otherwise; bleeped and blurred as the reel."""

from __future__ import annotations

import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.films.videos import ffmpeg, make_video
from helpers.machines.browsing import until
from helpers.machines.windows import ask, open_window, window_of
from helpers.surveys.small_survey import captions

from reelmaker import media
from reelmaker.media import ffmpeg_exe
from reelmaker.review import search
from reelmaker.web.server import Server

MOMENTS = "/api/problems/checkout/moments?show=all"


def fetch(window: Server, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    headers["Cookie"] = f"{window.gate.cookie}={window.gate.key}"
    with urllib.request.urlopen(urllib.request.Request(window.gate.address + path, headers=headers), timeout=60) as got:
        return got.status, {name.lower(): value for name, value in got.headers.items()}, got.read()


def moment_of(window: Server, words: str) -> dict[str, Any]:
    [row] = ask(window, f"{MOMENTS}&words={words}")["rows"]
    told: dict[str, Any] = ask(window, f"/api/problems/checkout/moment?key={row['key']}")
    return told


def sound(path: Path) -> np.ndarray:
    """Mono samples at 8 kHz, -1..1."""
    done = subprocess.run(
        [ffmpeg_exe(), "-v", "error", "-i", str(path), "-ac", "1", "-ar", "8000", "-f", "f32le", "-"],
        capture_output=True,
        check=True,
    )
    return np.frombuffer(done.stdout, np.float32)


def pitch(samples: np.ndarray, start_s: float, end_s: float) -> float:
    part = samples[int(start_s * 8000) : int(end_s * 8000)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    return float(np.argmax(spectrum)) * 8000 / len(part)


def test_a_playable_upload_is_given_out_in_parts_by_its_id(window: Server, project: Path) -> None:
    told = moment_of(window, "refused")
    play, content = told["play"], (project / "uploads" / "anna.mp4").read_bytes()
    assert play == {"src": f"/media/{told['response']}", "offset_ms": 0, "until_ms": 6000, "video": True,
                    "redacted": False, "blurred": False}  # fmt: skip
    status, headers, body = fetch(window, play["src"], Range="bytes=100-199")
    assert status == 206 and body == content[100:200]
    assert headers["content-range"] == f"bytes 100-199/{len(content)}" and headers["content-type"] == "video/mp4"
    for path in ("/media/anna.mp4", "/media/..%2fuploads%2fanna.mp4", f"/media/{'0' * 64}", f"/media/{told['response']}/5-2",
                 f"/media/{told['response']}/0-9999999", f"/media/{told['response']}/x-y"):  # fmt: skip
        with pytest.raises(urllib.error.HTTPError):
            fetch(window, path)
    levels = ask(window, f"/api/wave/{told['response']}/0-6000?parts=12")["levels"]
    assert len(levels) == 12 and max(levels) == 1.0


def test_who_may_not_be_shown_cannot_be_played(window: Server, project: Path) -> None:
    told = moment_of(window, "refused")
    table = project / "uploads" / "responses.csv"
    header, anna, *rest = table.read_text("utf-8").splitlines()
    lines = [f"{header},consent", f"{anna},none", *(f"{line},internal" for line in rest)]
    table.write_text("\n".join(lines), "utf-8")
    assert ask(window, f"{MOMENTS}&words=refused")["rows"] == []
    with pytest.raises(urllib.error.HTTPError):
        fetch(window, told["play"]["src"])


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Path:
    """One that no browser plays, one that is only heard, one whose words are redacted, one whose faces are blurred."""
    folder = tmp_path_factory.mktemp("odd") / "odd"
    uploads = folder / "uploads"
    uploads.mkdir(parents=True)
    text = (built / "reelmaker.toml").read_text("utf-8")
    (folder / "reelmaker.toml").write_text(f'{text}\n[redact]\nwords = ["email"]\n', "utf-8")
    made = make_video(folder / "made.mp4", 6, "320x180", "30", 300)
    ffmpeg("-i", made, "-c:v", "mpeg4", "-c:a", "pcm_s16le", uploads / "old.mov")
    ffmpeg("-i", made, "-vn", "-c:a", "libopus", uploads / "voice.ogg")
    for name in ("secret", "face"):
        (uploads / f"{name}.mp4").write_bytes(made.read_bytes() + name.encode())
    made.unlink()
    sayings = {
        "old": "The payment page was old.",
        "voice": "The payment failed by voice.",
        "secret": "Write to anna@example.com, the payment failed.",
        "face": "The payment page saw my face.",
    }
    for name, saying in sayings.items():
        (uploads / f"{name}.vtt").write_text(captions(["Hello there.", saying, "That is all."]), "utf-8")
    (uploads / "responses.csv").write_text("file,respondent,blur\nface.mp4,r9,faces\n", "utf-8")
    search.moments(folder, ["checkout"])
    return folder


@pytest.mark.slow
def test_others_get_a_proxy_that_is_bleeped_and_shows_no_face(odd: Path, tmp_path: Path) -> None:
    with window_of(odd) as window:
        kinds = {}
        for words in ("old", "voice", "Write", "face"):
            told = moment_of(window, words)
            play = told["play"]
            kinds[words] = (play["video"], play["redacted"], play["blurred"])
            assert play["src"] == f"/media/{told['response']}/0-6000" and play["offset_ms"] == 0, words
            status, headers, body = fetch(window, play["src"])
            assert status == 200 and headers["content-type"] == "video/mp4"
            path = tmp_path / f"{words}.mp4"
            path.write_bytes(body)
            facts = media.probe(path)
            assert facts.duration_ms == pytest.approx(6000, abs=120) and media.playable(path, facts)
            assert bool(facts.picture) == (words in ("old", "Write"))  # no face was found, so nothing is shown
            with pytest.raises(urllib.error.HTTPError):
                fetch(window, f"/media/{told['response']}")  # the upload itself is not
        assert kinds == {"old": (True, False, False), "voice": (False, False, False), "Write": (True, True, False),
                         "face": (True, False, True)}  # fmt: skip
        bleeped, plain = sound(tmp_path / "Write.mp4"), sound(tmp_path / "old.mp4")
        assert pitch(plain, 2.5, 3.2) == pytest.approx(300, abs=8)
        assert pitch(bleeped, 2.5, 3.2) == pytest.approx(1000, abs=20), "the tone of a bleep"
        assert len(list((odd / "cache" / "previews").glob("*.mp4"))) == 4
        fetch(window, f"/media/{told['response']}/0-6000")
        assert len(list((odd / "cache" / "previews").iterdir())) == 4, "made once"


@pytest.mark.slow
def test_a_voice_shows_its_wave_and_plays(chromium: Any, odd: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(odd, tmp_path / "odd"))
    with (
        window_of(folder) as window,
        open_window(chromium, window, "problem/checkout/moments?show=all&words=voice") as seen,
    ):
        until(seen.page, "document.querySelectorAll('.bars i').length > 50")
        until(seen.page, "document.querySelector('audio')?.readyState >= 2")
        seen.page.locator(".rows").focus()
        seen.page.keyboard.press(" ")
        until(seen.page, "document.querySelector('audio').currentTime > 2")
        assert seen.page.evaluate("document.querySelector('audio').error") is None
