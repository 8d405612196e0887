"""Reels with secrets planted in what customers say: built, then every byte of every output searched for them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from helpers.films.videos import ffmpeg, make_video
from helpers.machines.command_line import run
from helpers.surveys import planted
from helpers.surveys.small_survey import TOML, captions

import reelmaker
from reelmaker import outputs
from reelmaker.errors import CheckFailed, ProjectError
from reelmaker.publish import quality_check

pytestmark = pytest.mark.slow  # whole builds, with every output there is
PHONE, CARD, MAIL, NAME = "07700 900417", "4111 1111 1111 1111", "jane.kumquat@example.com", "Zanzibar"
SAYINGS = {
    "anna": ["I bought a lamp.", f"My card {CARD} was refused at the payment page.", "It is nice."],
    "bert": ["Hello to you all.", f"The payment failed, ring me on {PHONE} about my card.", "That is all."],
    "cleo": [
        "I like cats.",
        f"The payment failed, and {MAIL} got no mail about the card.",
        "Boxes are fine.",
    ],
    "dora": ["Good day.", f"My card was refused, they said, {NAME}, your payment failed.", "Well."],
    "emil": ["Good day.", "My card was refused when the payment page was slow.", "That is it."],
}
# In whatever form an output may put them
SECRETS = (
    PHONE,
    "07700900417",
    "900417",
    CARD,
    "4111 1111",
    "41111111",
    MAIL,
    "kumquat",
    NAME,
    "cleopatra zanzibar",
)
MARKS = ("[phone number]", "[card number]", "[e-mail address]", "[name]")
ON = '\n[redact]\nwords = ["email", "phone", "card", "names"]\n'
TABLE = (
    "file,respondent,name,consent,segment,promised\n"
    "anna.mp4,R-1,,external,new,yes\nbert.mp4,R-2,,external,new,a call\ncleo.mp4,R-3,,external,new,yes\n"
    "dora.mp4,R-4,Cleopatra Zanzibar,external,new,yes\nemil.mp4,R-5,Emil Open,external,new,yes\n"
)


def survey(folder: Path) -> Path:
    (folder / "uploads").mkdir(parents=True)
    for number, (name, sayings) in enumerate(SAYINGS.items()):
        make_video(folder / "uploads" / f"{name}.mp4", 6, "320x180", "30", 300 + 100 * number)
        (folder / "uploads" / f"{name}.vtt").write_text(captions(sayings), "utf-8")
    (folder / "uploads" / "responses.csv").write_text(TABLE, "utf-8")
    settings(folder, "")
    return folder


def settings(folder: Path, more: str, names: Collection[str] = outputs.REGISTRY) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    (folder / "reelmaker.toml").write_text(f"outputs = [{listed}]\n{TOML}{more}", "utf-8")


def soft_captions(folder: Path) -> str:
    """What the films of a reel say in their subtitle tracks, and of themselves."""
    films = [path for path in sorted(folder.rglob("*.mp4")) if path.name != "teaser.mp4"]
    assert len(films) > 2
    tracks = [ffmpeg("-i", film, "-map", "0:s:0", "-f", "srt", "-").decode() for film in films]
    return "\n".join([*tracks, *map(planted.tags, films)])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """The same survey built without the setting, and then with it."""
    folder = survey(tmp_path_factory.mktemp("redacted") / "survey")
    seen: dict[str, object] = {}
    reelmaker.build(folder, ["checkout"], check=False)
    reel = folder / "reels" / "checkout"
    seen["before"] = planted.found(reel, SECRETS)
    seen["soft before"] = soft_captions(reel)
    seen["status before"] = run("status", "--project", str(folder)).stdout
    seen["pieces before"] = {path.name for path in (folder / "cache" / "pieces").glob("*.mov")}
    settings(folder, ON)
    seen["reel"] = reelmaker.build(folder, ["checkout"], check=False)
    seen["status"] = run("status", "--project", str(folder)).stdout
    return folder, seen


def test_the_search_finds_every_secret_where_nothing_takes_it_out(
    built: tuple[Path, dict[str, object]],
) -> None:
    _, seen = built
    before = seen["before"]
    assert isinstance(before, dict)
    for secret in (PHONE, CARD, "kumquat", NAME):
        files = " ".join(before[secret])
        for name in (
            "reel.srt",
            "reel.vtt",
            "quotes.csv",
            "quotes.md",
            "quotes.docx!word/document.xml",
            "transcript.txt",
            "reel.pptx!ppt/slides",
            "reel.otio",
            "reel.xml",
            "reel.edl",
            "index.html",
            "manifest.json",
            "followups.csv",
        ):
            assert name in files, (secret, name)
    assert "kumquat" in " ".join(before["kumquat"]) and "clips/" in " ".join(before["kumquat"])
    assert PHONE in str(seen["soft before"])


def test_no_byte_of_any_output_holds_a_secret_and_the_mark_stands_in_its_place(
    built: tuple[Path, dict[str, object]],
) -> None:
    folder, _ = built
    reel = folder / "reels" / "checkout"
    there = {path.relative_to(reel).as_posix() for path in reel.rglob("*") if path.is_file()}
    for name, output in outputs.REGISTRY.items():
        for file in output.files:
            assert any(one == file or (file.endswith("/") and one.startswith(file)) for one in there), name
    assert planted.found(reel, SECRETS) == {}
    for name in (
        "reel.srt",
        "reel.vtt",
        "quotes.csv",
        "transcript.txt",
        "manifest.json",
        "index.html",
        "reel.otio",
    ):
        text = (reel / name).read_text("utf-8").replace("\n", " ")
        assert all(mark in text for mark in MARKS), name
    assert any("phone number" in name for name in there if name.startswith("clips/"))
    said = soft_captions(reel)
    assert not [secret for secret in SECRETS if secret.lower() in said.lower()]
    assert all(mark in " ".join(said.split()) for mark in MARKS)


def test_turning_it_on_renders_the_pieces_concerned_and_no_old_one_stays_in_the_cache(
    built: tuple[Path, dict[str, object]],
) -> None:
    folder, seen = built
    reel = seen["reel"]
    assert isinstance(reel, reelmaker.Reel) and isinstance(seen["pieces before"], set)
    bleeped = [clip for clip in reel.clips if clip.bleeps]
    assert len(reel.clips) == 5 and len(bleeped) == 4 == reel.work.rendered
    now = {path.name for path in (folder / "cache" / "pieces").glob("*.mov")}
    assert len(now & seen["pieces before"]) == len(seen["pieces before"]) - 4
    assert len(now) == len(seen["pieces before"])
    again = reelmaker.build(folder, ["checkout"], check=False)
    assert (again.work.rendered, again.work.joined) == (0, 0)


def test_what_is_found_is_told_by_kind_and_place_and_never_in_words(
    built: tuple[Path, dict[str, object]],
) -> None:
    folder, seen = built
    assert re.search(
        r"private   phone number: 1 at [0-9a-f]{6}@0:02.0; NOT removed from reels",
        str(seen["status before"]),
    )
    assert re.search(r"private   card number: 1 at [0-9a-f]{6}@0:02.0; removed from reels", str(seen["status"]))
    assert "private   name: 1" in str(seen["status"])
    assert "Kept builds contain what [redact] now removes: checkout 1" in str(seen["status"])
    reel = seen["reel"]
    assert isinstance(reel, reelmaker.Reel)
    bert = next(clip for clip in reel.clips if "[phone number]" in clip.moment.text)
    moment = f"{bert.span.response[:6]}@0:02.0"
    assert "phone number: removed from reels" in run("why", moment, "--project", str(folder)).stdout
    schema = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))
    told = json.loads(run("why", moment, "--json", "--project", str(folder)).stdout)
    jsonschema.validate(told, schema)
    jsonschema.validate(json.loads((folder / "reels/checkout/manifest.json").read_text("utf-8")), schema)
    assert told["explained"]["secrets"] == [{"kind": "phone", "count": 1, "redacted": True}]
    for command in (
        ("status",),
        ("status", "--json"),
        ("moments",),
        ("moments", "--json"),
        ("moments", "--csv"),
        ("decisions",),
        ("history", "--json"),
        ("build", "--problem", "checkout", "--dry-run"),
        ("build", "--problem", "checkout", "--dry-run", "--json"),
        ("why", moment),
        ("why", moment, "--json"),
    ):
        done = run(*command, "--project", str(folder))
        told_text = (done.stdout + done.stderr).lower()
        assert not [secret for secret in SECRETS if secret.lower() in told_text], command


def test_earlier_builds_that_say_it_are_told_and_do_not_come_back(
    built: tuple[Path, dict[str, object]],
) -> None:
    folder, _ = built
    done = run("history", "--problem", "checkout", "--restore", "1", "--project", str(folder))
    assert done.returncode == 1 and "now removes" in done.stderr
    assert planted.found(folder / "reels" / "checkout", SECRETS) == {}


def test_the_originals_are_named_and_marked_where_the_reel_is_bleeped(
    built: tuple[Path, dict[str, object]],
) -> None:
    folder, _ = built
    edits = (folder / "reels/checkout/reel.edl").read_text("utf-8")
    assert "the original is not redacted" in edits.lower() or "THE ORIGINAL IS NOT REDACTED" in edits
    assert "Bleep [phone number]" in (folder / "reels/checkout/reel.otio").read_text("utf-8")


def copy(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))


def test_a_secret_that_is_heard_again_keeps_the_old_reel(
    built: tuple[Path, dict[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy(built[0], tmp_path / "copy")
    manifest = (folder / "reels/checkout/manifest.json").read_bytes()
    monkeypatch.setattr(
        quality_check,
        "retranscribed",
        lambda jobs, _: ["ring double oh, seven seven oh oh nine hundred four"] * len(jobs),
    )
    with pytest.raises(CheckFailed) as failed:
        reelmaker.build(folder, ["checkout"])
    assert "a phone number can still be heard" in str(failed.value) and "reelmaker hide" in str(failed.value)
    assert "900" not in str(failed.value)
    assert (folder / "reels/checkout/manifest.json").read_bytes() == manifest
    folder = copy(built[0], tmp_path / "another")
    monkeypatch.setattr(quality_check, "retranscribed", lambda jobs, _: ["nothing of it"] * len(jobs))
    assert reelmaker.build(folder, ["checkout"]).document["check"]["listened"]


def test_without_listening_again_a_warning_says_so(built: tuple[Path, dict[str, object]], tmp_path: Path) -> None:
    folder = copy(built[0], tmp_path / "copy")
    (folder / "reels/checkout/reel.srt").unlink()
    done = run("build", "--problem", "checkout", "--no-check", "--project", str(folder))
    assert "4 bleeps were not checked by re-transcribing" in done.stderr


def test_an_external_reel_that_says_secrets_is_warned_of_loudly(
    built: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    folder = copy(built[0], tmp_path / "copy")
    settings(folder, "")
    run_it = (
        "build",
        "--problem",
        "checkout",
        "--audience",
        "external",
        "--dry-run",
        "--project",
        str(folder),
    )
    assert (
        "THIS REEL IS FOR OUTSIDERS AND CONTAINS E-MAIL ADDRESSES, PHONE NUMBERS, CARD NUMBERS" in run(*run_it).stderr
    )
    settings(folder, ON)
    assert "OUTSIDERS" not in run(*run_it).stderr


def test_a_name_that_may_be_shown_and_what_is_allowed_stay(
    built: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    folder = copy(built[0], tmp_path / "copy")
    table = (folder / "uploads/responses.csv").read_text("utf-8")
    head, *rows = table.splitlines()
    rows = [row + (",yes" if "Zanzibar" in row else ",") for row in rows]
    (folder / "uploads/responses.csv").write_text("\n".join([head + ",show_name", *rows]) + "\n", "utf-8")
    settings(folder, ON + f'allow = ["{PHONE}"]\n')
    texts = " ".join(clip.moment.text for clip in reelmaker.build(folder, ["checkout"], dry_run=True).clips)
    assert NAME in texts and PHONE in texts and "[card number]" in texts and "[name]" not in texts


def test_the_old_reel_does_not_stay_where_it_says_what_is_taken_out_now(tmp_path: Path) -> None:
    folder = survey(tmp_path / "survey")
    settings(folder, ON.replace(', "names"', ""), ["captions"])
    reelmaker.build(folder, ["checkout"], check=False)
    assert NAME in (folder / "reels/checkout/reel.srt").read_text("utf-8")
    settings(folder, ON, ["captions"])
    held = reelmaker.build(folder, ["checkout"], check=False, only_if_changed=True)
    assert not held.work.held and NAME not in (folder / "reels/checkout/reel.srt").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('words = ["fax"]', 'words must be any of email, phone, card, iban, names, not "fax"'),
        ('names_file = "none.txt"', '"none.txt" in the project folder cannot be read'),
        ('word = ["email"]', 'Did you mean "words"?'),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "reelmaker.toml").write_text(f"{TOML}\n[redact]\n{text}\n", "utf-8")
    with pytest.raises(ProjectError, match=r"line \d+") as failed:
        reelmaker.open_project(tmp_path)
    assert said in str(failed.value)


def test_what_went_out_is_told_without_its_secret(tmp_path: Path) -> None:
    """The quote leaves the reel in the very build that takes its number out: the old manifest had it whole."""
    folder, texts = survey(tmp_path / "survey"), ("captions", "quotes", "page")
    settings(folder, "", texts)
    reelmaker.build(folder, ["checkout"], check=False)
    settings(folder, ON, texts)
    (moment,) = re.findall(r"private   phone number: 1 at (\S+);", run("status", "--project", str(folder)).stdout)
    run("drop", moment, "--project", str(folder))
    reel = reelmaker.build(folder, ["checkout"], check=False)
    went = reel.document["changes"]["went_out"]
    assert "[phone number]" in went[0]["quote"] and "dropped" in went[0]["why"]
    assert planted.found(folder / "reels" / "checkout", SECRETS) == {}
    (folder / "reelmaker.toml").write_text(
        (folder / "reelmaker.toml").read_text("utf-8").replace('"phone", ', ""), "utf-8"
    )
    reelmaker.build(folder, ["checkout"], check=False)
    settings(folder, ON)
    told = run("history", "--json", "--project", str(folder)).stdout
    assert '"came_in"' in told and not [secret for secret in SECRETS if secret in told]


def test_names_are_read_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("\ufeff# ours\nJane Doe,desk\n\n Ōe Kenzaburō \n", "utf-8")
    (tmp_path / "reelmaker.toml").write_text(
        f'{TOML}\n[redact]\nnames = "Jo March"\nnames_file = "names.csv"\n', "utf-8"
    )
    assert reelmaker.open_project(tmp_path).redact.names == ("Jo March", "Jane Doe", "Ōe Kenzaburō")
