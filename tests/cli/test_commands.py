"""Words in, lines and exit codes out, as a person or a scheduler meets them."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import signal
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from helpers.machines.command_line import ENVIRONMENT, run

from reelmaker.project.lock import one_builder

SCHEMA = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom reelmaker.cli.app import main\ntry:\n main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'numpy', 'PIL', 'moviepy', 'rich', 'sqlite3', 'av',"
        " 'onnxruntime', 'faster_whisper', 'ffmpeg', 'pydub', 'ctranslate2', 'huggingface_hub'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n") and "Exit codes: 0 success" in done.stdout


@pytest.mark.slow
def test_new_makes_a_project_that_can_be_built(tmp_path: Path) -> None:
    done = run("new", tmp_path / "my survey")
    assert done.returncode == 0 and done.stdout.strip() == str(tmp_path / "my survey" / "reelmaker.toml")
    assert (tmp_path / "my survey" / "uploads").is_dir()
    again = run("new", tmp_path / "my survey")
    assert again.returncode == 1 and "already" in again.stderr and again.stdout == ""
    none = run("build", "--problem", "checkout", folder=tmp_path / "my survey")
    assert none.returncode == 1 and 'no problem is called "checkout"' in none.stderr
    toml = tmp_path / "my survey" / "reelmaker.toml"
    text = toml.read_text("utf-8")
    for line in ("[problems.checkout]", "statement = ", "question = "):
        text = text.replace(f"# {line}", line, 1)
    toml.write_text(text, "utf-8")
    empty = run("build", "--problem", "checkout", folder=tmp_path / "my survey")
    assert empty.returncode == 1 and "no videos" in empty.stderr


@pytest.mark.slow
def test_build_prints_the_reel_on_stdout_and_talks_on_stderr(small_survey: Path) -> None:
    done = run("build", "--problem", "checkout", folder=small_survey)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == (small_survey / "reels" / "checkout" / "reel.mp4").resolve()
    assert "Rendering: 4" in done.stderr and "2 of 3 customers" in done.stderr
    quiet = run("build", "--problem", "checkout", "-q", folder=small_survey)
    assert quiet.returncode == 0 and quiet.stderr == "" and quiet.stdout == done.stdout
    assert "Nothing new" in run("build", "--problem", "checkout", folder=small_survey).stderr


@pytest.mark.slow
def test_the_cue_sheet_says_when_who_what_score_and_why(small_survey: Path) -> None:
    done = run("build", "--problem", "checkout", "--dry-run", "--project", small_survey)
    assert done.returncode == 0
    assert "[intro] Customers give up while paying" in done.stdout and '"My card was refused' in done.stdout
    assert "score 0." in done.stdout and not (small_survey / "reels").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["build", "--problem", "checkout", "--json"], "build"),
        (["build", "--all", "--dry-run", "--json"], "dry-run"),
        (["moments", "--json"], "moments"),
        (["moments", "--problem", "checkout", "--json"], "moments"),
        (["find", "refused card", "--json"], "find"),
        (["suggest", "--json"], "suggest"),
    ],
)
def test_json_is_one_document_of_the_schema(small_survey: Path, words: list[str], kind: str) -> None:
    done = run(*words, folder=small_survey)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["kind"] == kind
    if kind in ("build", "dry-run"):
        [problem] = [p for p in document["problems"] if p["slug"] == "checkout"]
        assert (problem["spoke"], problem["of"]) == (2, 3)
        clips = [item for item in document["items"] if item["kind"] == "clip"]
        assert clips and all(clip["words"] and clip["why"] and clip["file"] for clip in clips)
        assert document["work"]["transcribed"] == 0
    if kind == "moments":
        assert len(document["moments"]) == 9
        assert sum("checkout" in moment["above_threshold"] for moment in document["moments"]) == 2


@pytest.mark.slow
def test_moments_as_table_and_as_csv(small_survey: Path) -> None:
    table = run("moments", folder=small_survey)
    assert table.returncode == 0 and "My card was refused" in table.stdout and "checkout" in table.stdout
    rows = list(csv.DictReader(run("moments", "--csv", folder=small_survey).stdout.splitlines()))
    assert len(rows) == 18
    assert {row["decision"] for row in rows if "refused" in row["text"] and row["problem"] == "checkout"} == {
        "is about it"
    }


@pytest.mark.slow
def test_find_puts_the_nearest_first(small_survey: Path) -> None:
    done = run("find", "the cat likes boxes", "--count", "3", folder=small_survey)
    assert done.returncode == 0 and "cleo.mp4" in done.stdout.splitlines()[0]
    done = run("find", "the payment failed", "--json", folder=small_survey)
    moments = json.loads(done.stdout)["moments"]
    assert moments[0]["file"] == "bert.mp4", "not in the order of the files"
    scores = [moment["scores"]["find"] for moment in moments]
    assert scores == sorted(scores, reverse=True)
    assert run("find", " ", folder=small_survey).returncode == 1


@pytest.mark.slow
def test_status_before_and_after(small_survey: Path) -> None:
    before = run("status", folder=small_survey)
    assert before.returncode == 0 and before.stdout.count("new ") == 3 and not (small_survey / "library.db").exists()
    run("build", "--problem", "checkout", folder=small_survey)
    (small_survey / "uploads" / "broken.mp4").write_text("no video", "utf-8")
    run("build", "--problem", "checkout", folder=small_survey)
    (small_survey / "uploads" / "anna.mp4").rename(small_survey / "uploads" / "moved.mp4")
    after = run("status", folder=small_survey)
    assert after.returncode == 3
    for part in (
        "failed    broken.mp4: ",
        "missing   anna.mp4",
        "new       moved.mp4",
        "reel      checkout, built 20",
    ):
        assert part in after.stdout, after.stdout
    told = json.loads(run("status", "--json", folder=small_survey).stdout)
    jsonschema.validate(told, SCHEMA)
    assert told["kind"] == "status" and told["state"]["gone"] == ["anna.mp4"]
    assert [one["file"] for one in told["failures"]] == ["broken.mp4"]


@pytest.mark.slow
def test_card_draws_a_png(small_survey: Path) -> None:
    from PIL import Image

    out = small_survey / "card.png"
    done = run("card", "intro", "--template", "dark", "--size", "9:16", "--out", out, folder=small_survey)
    assert done.returncode == 0 and done.stdout.strip() == str(out), done.stderr
    with Image.open(out) as picture:
        assert picture.size == (720, 1280)
    for kind in ("evidence", "quote", "audiogram", "clip"):
        done = run("card", kind, "--size", "320x180", folder=small_survey)
        assert done.returncode == 0 and done.stdout.strip() == f"card-{kind}.png", done.stderr
        with Image.open(small_survey / f"card-{kind}.png") as picture:
            assert picture.size == (320, 180)
    both = run("card", "intro", "--all", folder=small_survey)
    assert both.returncode == 2 and "one kind" in both.stderr and run("card").returncode == 2
    for words in (("card", "intro"), ("build", "--problem", "checkout", "--dry-run")):
        odd = run(*words, "--size", "wide", folder=small_survey)
        assert odd.returncode == 1 and '"wide"' in odd.stderr and "16:9" in odd.stderr
    wrong = run("card", "intro", "--template", "drak", folder=small_survey)
    assert wrong.returncode == 1 and "dark" in wrong.stderr


@pytest.mark.slow
def test_doctor_says_what_is_there(tmp_path: Path) -> None:
    done = run("doctor", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    for part in ("ok       ffmpeg ", "ok       faster-whisper", "ok       model base", "ok       disk"):
        assert part in done.stdout, done.stdout
    broken = run("doctor", folder=tmp_path, IMAGEIO_FFMPEG_EXE="/nowhere/ffmpeg")
    assert broken.returncode == 1 and "MISSING  ffmpeg" in broken.stdout and "IMAGEIO_FFMPEG_EXE" in broken.stdout


@pytest.mark.slow
def test_exit_codes(small_survey: Path) -> None:
    assert run("build", folder=small_survey).returncode == 2
    assert run("build", "--problme", "x", folder=small_survey).returncode == 2
    assert run("build", "--problem", "checkout", "--where", "segment", folder=small_survey).returncode == 2
    assert run("moments", "--csv", "--json", folder=small_survey).returncode == 2
    wrong = run("build", "--problem", "chekout", folder=small_survey)
    assert wrong.returncode == 1 and wrong.stderr.startswith("Error: ") and 'Did you mean "checkout"' in wrong.stderr
    assert wrong.stderr.count("\n") == 1
    assert run("build", "--problem", "delivery", folder=small_survey).returncode == 4
    with one_builder(small_survey):
        busy = run("build", "--problem", "checkout", folder=small_survey)
        assert busy.returncode == 75 and f"pid {os.getpid()}" in busy.stderr
        assert run("moments", folder=small_survey).returncode == 0, "what is known can be looked at meanwhile"
    (small_survey / "uploads" / "bad.mp4").write_bytes(b"no video at all")
    failed = run("build", "--problem", "checkout", folder=small_survey)
    assert failed.returncode == 3 and "bad.mp4 was not used: " in failed.stderr
    (small_survey / "reelmaker.toml").write_text("name = \n", "utf-8")
    broken = run("build", "--problem", "checkout", folder=small_survey)
    assert broken.returncode == 1 and "line 1" in broken.stderr


@pytest.mark.slow
def test_no_model_is_one_line_with_its_remedy(small_survey: Path) -> None:
    for caption in (small_survey / "uploads").glob("*.vtt"):
        caption.unlink()
    for model in ("bsae", str(small_survey)):
        done = run("build", "--problem", "checkout", "--model", model, folder=small_survey, HF_HUB_OFFLINE="1")
        assert done.returncode == 1 and len(done.stderr.strip().splitlines()) <= 3, done.stderr
        assert done.stderr.strip().splitlines()[-1].startswith("Error: ")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_is_one_line_and_the_next_build_goes_on(small_survey: Path) -> None:
    from reelmaker.project import library

    settings = small_survey / "reelmaker.toml"  # large enough that it is still rendering when the signal comes
    settings.write_text(settings.read_text("utf-8").replace('"320x180"', '"1920x1080"'), "utf-8")
    child = subprocess.Popen(
        [sys.executable, "-m", "reelmaker", "build", "--problem", "checkout"],
        cwd=small_survey,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # a shell's background jobs, and all that they start, are born deaf to it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert child.stderr
    said = ""
    while "Rendering" not in said and child.poll() is None:
        said += child.stderr.readline()
    child.send_signal(signal.SIGINT)
    out, rest = child.communicate(timeout=60)
    assert (
        child.returncode == 130
        and out == ""
        and "run the same command again to continue" in rest
        and "Traceback" not in rest
    )
    assert not (small_survey / "reels").exists()
    with library.Library(small_survey / "library.db") as memory:
        assert len(memory.uploads()) == 3
    assert run("build", "--problem", "checkout", folder=small_survey).returncode == 0


@pytest.mark.slow
def test_names_on_a_terminal_are_harmless(small_survey: Path) -> None:
    if os.name == "posix":
        (small_survey / "uploads" / "\x1b[31mred\n.mp4").write_bytes(b"x")
        done = run("build", "--problem", "checkout", "--dry-run", folder=small_survey)
        assert done.returncode == 3 and "\x1b" not in done.stderr and "\\x1b[31mred\\n.mp4" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("colour", [True, False])
def test_on_a_terminal_there_are_bars_and_no_color_is_kept_to(small_survey: Path, colour: bool) -> None:
    pty = pytest.importorskip("pty")
    host, terminal = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "reelmaker", "build", "--problem", "checkout"],
        cwd=small_survey,
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**ENVIRONMENT, "TERM": "xterm-256color", **({} if colour else {"NO_COLOR": "1"})},
    )
    os.close(terminal)
    seen = b""
    while True:
        try:
            block = os.read(host, 65536)
        except OSError:
            break
        if not block:
            break
        seen += block
    child.communicate(timeout=60)
    os.close(host)
    text = seen.decode("utf-8", "replace")
    assert child.returncode == 0 and "Rendering" in text and "4/4" in text
    assert ("\x1b[3" in text.replace("\x1b[3J", "") and "m" in text) or not colour
    if not colour:
        import re

        assert not re.search(r"\x1b\[[0-9;]*(3[0-7]|38;5;\d+)m", text)


@pytest.mark.parametrize(
    ("clips", "told"),
    [
        (1, "with 1 clip; 1 response transcribed, 1 piece rendered."),
        (2, "with 2 clips; 0 responses transcribed, 3 pieces rendered."),
    ],
)
def test_the_summary_counts_as_people_do(tmp_path: Path, clips: int, told: str) -> None:
    from helpers.results.taken import ANNA, SAID, clip_of, reel_of

    from reelmaker.cli import format_results
    from reelmaker.model import Work

    reel = reel_of(*[clip_of(ANNA, SAID, 2000 * number, "Customer") for number in range(clips)])
    work = Work(0, 1, 1, 1) if clips == 1 else Work(0, 0, 3, 1)
    reel = dataclasses.replace(reel, folder=tmp_path, work=work, counts={}, problems=())
    assert format_results.summary(reel)[-1].endswith(told)
