"""Reels for outsiders, built and searched: nothing of those who did not agree to it, no name of those who did not."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from helpers.machines.command_line import run
from helpers.surveys import planted

import reelmaker
from reelmaker import outputs
from reelmaker.cli import format_results
from reelmaker.errors import NothingFound, ProjectError
from reelmaker.model import consent
from reelmaker.project.config import open_project
from reelmaker.review import decisions

pytestmark = pytest.mark.slow  # whole builds, with every output there is
SECRET = (*planted.UNNAMED, *planted.BARRED_NAMES, *planted.BARRED_WORDS, *planted.OTHER)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, reelmaker.Reel, reelmaker.Reel]:
    """The planted survey with an internal and an external reel, all outputs made; a colleague's note names somebody."""
    folder = planted.survey(tmp_path_factory.mktemp("planted") / "survey", list(outputs.REGISTRY))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consent, "today", lambda: date.fromisoformat(planted.TODAY))
        internal = reelmaker.build(folder, ["checkout"])
        bert = next(clip for clip in internal.clips if "charged twice" in clip.moment.text)
        decisions.decide(
            open_project(folder),
            "keep",
            [format_results.name(bert.moment)],
            "checkout",
            "gossip about Cleopatra",
        )
        internal = reelmaker.build(folder, ["checkout"])
        external = reelmaker.build(folder, ["checkout"], audience="external")
    return folder, internal, external


def test_an_external_reel_holds_nothing_that_is_not_for_outsiders(
    built: tuple[Path, reelmaker.Reel, reelmaker.Reel],
) -> None:
    folder, internal, external = built
    assert external.folder == folder / "reels" / "checkout.external"
    assert internal.folder == folder / "reels" / "checkout"
    assert planted.found(external.folder, SECRET) == {}
    assert planted.frames_like(external.folder, planted.PATTERN) == []
    assert str(folder) not in (external.folder / "manifest.json").read_text("utf-8")
    assert {clip.label for clip in external.clips} == {"Annabel Visible, loyal customer", "New customer"}
    assert planted.found(external.folder, ("Annabel", "charged twice")).keys() == {
        "Annabel",
        "charged twice",
    }
    told = planted.tags(external.folder / "reel.mp4")
    assert "Annabel Visible" in told and "title=Customers give up while paying" in told


def test_the_search_finds_what_is_planted_in_an_internal_reel(
    built: tuple[Path, reelmaker.Reel, reelmaker.Reel],
) -> None:
    """The search can fail: it finds in the internal reel what it does not find in the other."""
    _, internal, _ = built
    assert internal.folder
    hits = planted.found(internal.folder, SECRET)
    assert {"Bertrand", "Cleopatra", "Zanzibar", "kumquat", "RSP-0", "gossip about"} <= hits.keys()
    # and not those who refused, whose consent is over or cannot be understood, not even inside
    assert not hits.keys() & {"rhubarb", "Dorothea", "turnip", "walnut", "trombone"}
    assert "reel.mp4" in planted.frames_like(internal.folder, planted.PATTERN)


@pytest.mark.parametrize(
    ("name", "instead", "leaks"),
    [
        ("refusal", lambda response, wanted, day: "", {"Cleopatra", "kumquat", "turnip"}),
        ("masked", lambda responses: dict(responses), {"Bertrand", "RSP-0"}),
    ],
    ids=["without the filter", "without the mask"],
)
def test_a_reel_leaks_as_soon_as_a_guard_is_taken_away(
    name: str, instead: object, leaks: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = planted.survey(tmp_path / "survey", list(outputs.REGISTRY))
    monkeypatch.setattr(consent, name, instead)
    reel = reelmaker.build(folder, ["checkout"], audience="external", check=False)
    assert reel.folder
    assert leaks <= planted.found(reel.folder, SECRET).keys()
    if name == "refusal":
        assert planted.frames_like(reel.folder, planted.PATTERN)


def test_counts_and_documents_say_for_whom_a_reel_is_and_who_is_left_out(
    built: tuple[Path, reelmaker.Reel, reelmaker.Reel],
) -> None:
    _, internal, external = built
    assert (internal.counts["checkout"].spoke, internal.counts["checkout"].of) == (3, 3)
    assert (external.counts["checkout"].spoke, external.counts["checkout"].of) == (2, 2)
    assert dict(internal.counts["checkout"].left_out) == {"withdrawn": 2, "expired": 1}
    assert dict(external.counts["checkout"].left_out) == {"withdrawn": 2, "expired": 1, "audience": 1}
    assert "1 whose consent expired, 1 not for this audience" in format_results.summary(external)[0]
    assert any("For external use" in line for line in format_results.summary(external))
    assert any("For internal use" in line for line in format_results.summary(internal))
    schema = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))
    for reel, word in ((internal, "internal"), (external, "external")):
        assert reel.folder
        document = json.loads((reel.folder / "manifest.json").read_text("utf-8"))
        jsonschema.validate(document, schema)
        assert document["reel"]["audience"] == word
    warned = json.dumps(internal.warnings)
    assert 'line 7: the consent \\"perhaps\\" should be none, internal or external' in warned
    # whoever has the answers finds the source of each clip again by the ids
    clips = [item for item in external.document["items"] if item["kind"] == "clip"]
    assert {clip["file"] for clip in clips} == {f"answer-{clip['response'][:6]}" for clip in clips}


def test_status_says_who_may_see_what_and_which_reels_hold_too_much(
    built: tuple[Path, reelmaker.Reel, reelmaker.Reel], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _, _ = built
    monkeypatch.setattr(consent, "today", lambda: date.fromisoformat(planted.TODAY))
    from reelmaker.status import look

    told = format_results.state(look(open_project(folder)))
    assert "for internal use; consents: 1 consent expired, 2 external, 1 internal, 2 no consent" in told
    assert "left out  Ephraim Gargle.mp4: consent expired" in told
    assert "left out  Florence Tuba.mp4: no consent" in told
    assert ", internal\n" in told and told.endswith(", external") and "may no longer be shown" not in told
    # after its last day Bertrand's answer counts as withdrawn, in reels made before as well
    monkeypatch.setattr(consent, "today", lambda: date(2027, 3, 31))
    assert "may no longer be shown" not in format_results.state(look(open_project(folder)))
    monkeypatch.setattr(consent, "today", lambda: date(2027, 4, 1))
    later = format_results.state(look(open_project(folder)))
    assert later.count("1 of its answers may no longer be shown") == 2
    assert "left out  Bertrand Quibble phone.mp4: consent expired" in later


def test_no_reel_takes_the_place_of_one_for_others(tmp_path: Path) -> None:
    folder = planted.survey(tmp_path / "survey", ["quotes"])
    internal = reelmaker.build(folder, ["checkout"], check=False)
    assert internal.folder
    target = folder / "reels" / "checkout.external"
    internal.folder.rename(target)
    before = (target / "manifest.json").read_bytes()
    with pytest.raises(ProjectError, match="contains an internal reel") as caught:
        reelmaker.build(folder, ["checkout"], audience="external", check=False)
    assert caught.value.remedy and (target / "manifest.json").read_bytes() == before
    (target / "manifest.json").unlink()  # nobody knows any more for whom it is
    done = run("build", "--problem", "checkout", "--audience", "external", "--no-check", folder=folder)
    assert done.returncode == 1 and "contains an internal reel" in done.stderr and done.stdout == ""
    target.rename(folder / "elsewhere")
    reel = reelmaker.build(folder, ["checkout"], audience="external", check=False)
    assert reel.folder == target and (target / "reel.mp4").is_file()
    (target / "minutes.txt").write_text("Cleopatra said", "utf-8")
    again = run("build", "--problem", "checkout", "--audience", "external", "--no-check", folder=folder)
    assert again.returncode == 0 and "Nothing new" in again.stderr
    assert "do not belong to the external reel: minutes.txt" in again.stderr


def test_the_setting_is_the_default_and_without_consent_nothing_goes_out(
    small_survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = small_survey / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8").replace("[reel]", '[reel]\naudience = "external"'), "utf-8")
    with pytest.raises(NothingFound, match="No answer with speech may be shown outside"):
        reelmaker.build(small_survey, ["checkout"], dry_run=True)
    inside = reelmaker.build(small_survey, ["checkout"], dry_run=True, audience="internal")
    assert inside.document["reel"]["audience"] == "internal" and len(inside.clips) == 2
    table = small_survey / "uploads" / "responses.csv"
    table.write_text(
        "file,name,consent,account manager\nanna.mp4,Anna,external,Zacharias\nbert.mp4,Bert,external,Yolanda\n"
        "cleo.mp4,Lamp,external,Zacharias\n",
        "utf-8",
    )
    toml.write_text(toml.read_text("utf-8").replace("[reel]", '[reel]\nbalance = "account manager"'), "utf-8")
    reel = reelmaker.build(
        small_survey,
        ["checkout"],
        dry_run=True,
        where={"account_manager": ["Zacharias", "Yolanda"]},
    )
    assert reel.document["reel"]["audience"] == "external" and len(reel.clips) == 2
    text = json.dumps(reel.document)
    assert not any(name in text for name in ("Zacharias", "Yolanda", "anna", "Bert", "Anna"))
    assert reel.document["reel"]["sample"][0]["column"] == "segment"
    with pytest.raises(ProjectError, match="no audience"):
        reelmaker.build(small_survey, ["checkout"], audience="everybody")


def test_a_name_that_is_said_is_told_before_it_goes_out(small_survey: Path) -> None:
    words = small_survey / "uploads" / "bert.vtt"
    words.write_text(words.read_text("utf-8").replace("my card", "the card of Hildegard"), "utf-8")
    table = small_survey / "uploads" / "responses.csv"
    table.write_text(
        "file,name,consent,show_name\nanna.mp4,Anna,external,yes\nbert.mp4,Bert,external,no\n"
        "cleo.mp4,Hildegard of Bingen,internal,yes\n",
        "utf-8",
    )
    reel = reelmaker.build(small_survey, ["checkout"], dry_run=True, audience="external")
    [warning] = [w for w in reel.warnings if "may be heard" in w]
    bert = next(clip for clip in reel.clips if "Hildegard" in clip.moment.text)
    assert format_results.name(bert.moment) in warning and "Hildegard" not in warning
    inside = reelmaker.build(small_survey, ["checkout"], dry_run=True)
    assert not any("may be heard" in w for w in inside.warnings)
