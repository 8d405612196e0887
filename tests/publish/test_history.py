"""What changed from build to build, earlier builds, and reels that stay as they are: real builds of a small survey."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from helpers.messages import one_line
from helpers.results.taken import CHECKER
from helpers.surveys.growing_survey import DORA, dora, edit, run
from helpers.surveys.small_survey import with_every_output

import reelmaker
from reelmaker.cli import format_results
from reelmaker.errors import ProjectError
from reelmaker.model import Span
from reelmaker.model.correction import Corrected, Correction
from reelmaker.model.decision import Decision
from reelmaker.model.survey import Survey
from reelmaker.progress import Silent
from reelmaker.project.config import open_project
from reelmaker.project.session import look_into
from reelmaker.publish import archive, history
from reelmaker.review import decisions


@pytest.fixture
def survey(small_survey: Path) -> Path:
    """Few outputs, so that a build is quick; every answer has a row in the table."""
    with_every_output(small_survey)
    edit(small_survey, 'language = "en"', 'language = "en"\noutputs = ["captions"]')
    table(small_survey)
    return small_survey


def table(folder: Path, **consent: str) -> None:
    rows = [f"{name}.mp4,{name[0]}-1,{consent.get(name, 'yes')}" for name in ("anna", "bert", "cleo", "dora")]
    (folder / "uploads" / "responses.csv").write_text("file,respondent,consent\n" + "\n".join(rows), "utf-8")


def build(folder: Path, **options: Any) -> reelmaker.Reel:
    return reelmaker.build(folder, ["checkout"], check=False, **options)


def told(folder: Path, name: str = "changes.md") -> str:
    """A file of the reel; of the Markdown without its backslashes."""
    text = (folder / "reels" / "checkout" / name).read_text("utf-8")
    return text.replace("\\", "") if name.endswith(".md") else text


def reasons(reel: reelmaker.Reel, which: str) -> dict[str, str]:
    return {quote.get("quote", "?"): quote["why"] for quote in reel.document["changes"][which]}


def everything(folder: Path) -> str:
    """All that lies below reels/, as one text."""
    files = (path for path in (folder / "reels").rglob("*") if path.is_file())
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_each_build_says_what_it_changed_and_keeps_what_it_replaced(survey: Path) -> None:
    first = build(survey)
    assert "first build" in told(survey) and "2 of 3 customers" in told(survey)
    CHECKER.validate(first.document)
    assert not (survey / "reels" / ".history").exists()
    old = (survey / "reels/checkout/reel.mp4").read_bytes()
    inode = (survey / "reels/checkout/reel.mp4").stat().st_ino

    dora(survey)
    second = build(survey)
    CHECKER.validate(second.document)
    assert second.document == json.loads(told(survey, "manifest.json"))
    assert reasons(second, "came_in") == {DORA[1]: "a new answer"} and not reasons(second, "went_out")
    assert "2 of 3 → 3 of 4 customers" in told(survey) and DORA[1] in told(survey)
    with look_into(open_project(survey)) as session:
        library = session.library
        assert DORA[1] not in str(library.reel("checkout")), "words stay in the files"
    [kept] = archive.builds(survey / "reels", "checkout")
    assert kept.number == 1 and (kept.folder / "reel.mp4").read_bytes() == old
    if os.name == "posix":
        assert (kept.folder / "reel.mp4").stat().st_ino == inode, "moved there by a link, not copied"
        assert (survey / "reels/checkout/reel.mp4").stat().st_nlink == 1, "no file lies in both"
    assert {p.relative_to(kept.folder).as_posix() for p in archive.files(survey / "reels", "checkout")} == {
        *kept.row["files"],
        archive.ROW,
    }

    project = open_project(survey)
    decisions.decide(project, "drop", ["checkout/1"], "checkout", "", Silent())
    third = build(survey)
    assert list(reasons(third, "went_out").values()) == ["dropped by the team"]
    edit(survey, "[tag]", "[tag]\nthreshold = 0.999")
    with pytest.raises(reelmaker.ReelmakerError):
        build(survey)
    edit(survey, "threshold = 0.999", "threshold = 0.5")
    assert build(survey).work.joined == 0, "what failed has changed nothing"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_quote_says_to_whom_it_lost_its_place_or_which_setting_put_it_out(survey: Path) -> None:
    build(survey)
    edit(survey, "length = 40", "length = 14")
    short = build(survey)
    assert "length: 40 → 14" in short.document["changes"]["settings"]
    assert len(short.clips) == 1
    assert list(reasons(short, "went_out").values()) == ["it does not fit into the reel since the settings changed"]
    project = open_project(survey)
    lost = next(iter(short.document["changes"]["went_out"]))
    decisions.decide(project, "keep", [lost["moment"]], "checkout", "", Silent())
    turned = build(survey)
    assert reasons(turned, "came_in") == {lost["quote"]: "kept by the team"}
    [why] = reasons(turned, "went_out").values()
    assert why == f"replaced by “{lost['quote']}”"
    edit(survey, "[tag]", "[tag]\nthreshold = 0.97")
    edit(survey, "length = 14", "length = 40")
    raised = build(survey)
    assert "tag threshold: 0.5 → 0.97" in raised.document["changes"]["settings"]


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_who_withdraws_leaves_the_reel_the_account_and_every_kept_build(survey: Path) -> None:
    build(survey)
    dora(survey)
    build(survey)
    table(survey, anna="withdrawn")
    who = next(r for r in reelmaker.build(survey, ["checkout"], dry_run=True).document["items"] if r["kind"] == "clip")
    reel = build(survey)
    assert reasons(reel, "went_out") == {"?": "consent was withdrawn or has expired"}
    assert "A quote: consent was withdrawn or has expired." in told(survey)
    assert reel.document["changes"]["counts"][0]["before"] == [3, 4] and reel.document["changes"]["build"] == 3
    assert "My card was refused" not in everything(survey), "Anna's words lie nowhere"
    assert archive.builds(survey / "reels", "checkout") == [] and who["response"] in everything(survey)
    (survey / "uploads" / "bert.mp4").unlink()
    gone = build(survey)
    assert reasons(gone, "went_out") == {"?": "its file is no longer in uploads/"}
    assert "charged twice" not in everything(survey)


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_the_last_builds_are_kept_listed_and_come_back(survey: Path) -> None:
    edit(survey, 'size = "320x180"', 'size = "320x180"\nkeep_builds = 2')
    for number in (1, 2, 3, 4):
        edit(survey, "paying easy", f"paying easy{'!' * number}") if number > 1 else None
        dora(survey) if number == 3 else None
        build(survey)
    assert [one.number for one in archive.builds(survey / "reels", "checkout")] == [2, 3]
    shown = run(survey, "history").output.splitlines()
    assert [line[:14].split()[-1] for line in shown] == ["4", "3", "2"] and shown[0].startswith("* checkout")
    assert "checkout 2 of 3 → 3 of 4" in shown[1] and "1 in, 0 out; settings" in shown[1]
    document = json.loads(run(survey, "history", "--json").output)
    CHECKER.validate(document)
    assert [one["number"] for one in document["builds"]] == [4, 3, 2]

    wanted = {p.name: p.read_bytes() for p in (survey / "reels/.history/checkout/2").iterdir() if p.name[0] != "."}
    now = {p.name: p.read_bytes() for p in (survey / "reels/checkout").iterdir()}
    back = run(survey, "history", "--restore", "2")
    assert back.exit_code == 0, back.output
    assert {p.name: p.read_bytes() for p in (survey / "reels/checkout").iterdir()} == wanted
    assert [one.number for one in archive.builds(survey / "reels", "checkout")] == [3, 4]
    again = build(survey)
    assert again.work.joined == 0, "nothing changed: it stays"
    assert {p.name: p.read_bytes() for p in (survey / "reels/checkout").iterdir()} == wanted
    assert run(survey, "history", "--restore", "4").exit_code == 0
    assert {p.name: p.read_bytes() for p in (survey / "reels/checkout").iterdir()} == now
    assert run(survey, "history", "--restore", "2").exit_code == 0
    edit(survey, "paying easy", "paying very easy")
    new = build(survey)
    assert new.work.joined == 1 and new.document["changes"]["build"] == 5, "something changed: it is made anew"
    assert reasons(new, "came_in") == {DORA[1]: "a new answer"}, "compared with the build that lay there"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_what_cannot_come_back_is_one_line(survey: Path) -> None:
    project = open_project(survey)
    for call in (lambda: history.listed(project), lambda: history.restore(project, [], 1)):
        with pytest.raises(ProjectError) as refused:
            call()
        assert one_line(refused.value)
    build(survey)
    assert run(survey, "history", "--problem", "delivery").exit_code == 1
    dora(survey)
    build(survey)
    for number, said in ((7, "no build 7"), (2, "no build 2")):
        with pytest.raises(ProjectError, match=said) as refused:
            history.restore(project, ["checkout"], number)
        assert one_line(refused.value)
    table(survey, anna="no")  # and no build since
    with pytest.raises(ProjectError, match="may no longer be used") as refused:
        history.restore(project, [], 1)
    assert one_line(refused.value)
    table(survey)
    (survey / "reels/.history/checkout/1/reel.mp4").write_bytes(b"half")
    with pytest.raises(ProjectError, match="missing or damaged"):
        history.restore(project, [], 1)
    assert build(survey).work.joined == 0, "whatever was refused has changed nothing"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_no_earlier_build_is_kept_where_none_is_wanted_and_of_drafts_never(survey: Path) -> None:
    edit(survey, 'size = "320x180"', 'size = "320x180"\nkeep_builds = 0')
    build(survey)
    build(survey, draft=True)
    dora(survey)
    build(survey)
    build(survey, draft=True)
    assert not (survey / "reels/.history").exists()
    assert [one.reel for one in history.listed(open_project(survey))] == ["checkout"]


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_kept_build_half_put_away_is_none_and_is_put_away_again(
    survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(survey)
    dora(survey)
    links = iter(range(2))

    def stops(source: Path, target: Path) -> None:
        if next(links, None) is None:
            raise RuntimeError("the power is gone")
        os.link(source, target)

    monkeypatch.setattr(archive, "link", stops)
    with pytest.raises(RuntimeError):
        build(survey)
    assert archive.builds(survey / "reels", "checkout") == [] and "2 of 3" in told(survey)
    monkeypatch.undo()
    build(survey)
    [kept] = archive.builds(survey / "reels", "checkout")
    assert all((kept.folder / name).stat().st_size == size for name, size in kept.row["files"].items())
    assert [p.name for p in kept.folder.parent.iterdir()] == ["1"]


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_reel_stays_until_enough_would_change(survey: Path) -> None:
    edit(survey, 'size = "320x180"', 'size = "320x180"\nrefresh_when = "2 better moments"')
    assert build(survey, only_if_changed=True).work.joined == 1, "there was none"
    before = told(survey, "manifest.json")
    dora(survey)
    done = run(survey, "build", "--problem", "checkout", "--only-if-changed", "--no-check")
    assert done.exit_code == 0 and told(survey, "manifest.json") == before
    assert "1 quotes would be added and 0 removed; checkout 2 of 3 → 3 of 4" in done.output
    held = build(survey, only_if_changed=True)
    assert (held.work.joined, held.work.rendered) == (0, 0)
    CHECKER.validate(json.loads(format_results.build_json(held)))
    assert told(survey, "manifest.json") == before
    edit(survey, '"2 better moments"', '"1 new clip"')
    assert build(survey, only_if_changed=True).work.joined == 1
    table(survey, cleo="withdrawn")  # she is counted, and not in the reel
    assert build(survey, only_if_changed=True).work.joined == 1, "who withdraws is taken out at once"
    edit(survey, '"1 new clip"', '"9 new clips"')
    (survey / "reels/checkout/reel.srt").unlink()
    assert build(survey, only_if_changed=True).work.joined == 1, "a damaged reel is made again"
    decisions.decide(open_project(survey), "hide", ["checkout/1"], "checkout", "", Silent())
    assert build(survey, only_if_changed=True).work.joined == 1, "what the team decides counts at once"
    edit(survey, "length = 40", "length = 40\nfps = 25")
    assert build(survey, only_if_changed=True).work.joined == 1, "so does what the team sets"
    assert build(survey, only_if_changed=True).work.held == ""


@pytest.mark.parametrize("rule", ["2", "some change", "0 new clips", "better moments", "1 new reel"])
def test_a_rule_that_means_nothing_is_refused_with_its_line(survey: Path, rule: str) -> None:
    edit(survey, 'size = "320x180"', f'size = "320x180"\nrefresh_when = "{rule}"')
    with pytest.raises(ProjectError, match=r"line .*refresh_when must be") as refused:
        open_project(survey)
    assert one_line(refused.value)


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_manifest_that_cannot_be_read_is_no_obstacle(survey: Path) -> None:
    build(survey)
    for content in ("", "{", "[]", '{"items": [{"kind": "clip"}], "problems": [{}]}'):
        (survey / "reels/checkout/manifest.json").write_text(content, "utf-8")
        assert build(survey).work.joined == 1
        assert len(json.loads(told(survey, "manifest.json"))["items"]) == 4


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_who_was_promised_an_answer_stands_in_a_table(survey: Path) -> None:
    build(survey)
    assert not (survey / "reels/checkout/followups.csv").exists()
    edit(survey, 'outputs = ["captions"]', 'outputs = ["followups"]')
    (survey / "uploads/responses.csv").write_text(
        "file,respondent,Follow Up,name\nanna.mp4,A-1,a refund by 2026-12-01,Anna\nbert.mp4,B-1,no,Bert\n",
        "utf-8",
    )
    build(survey)
    lines = (survey / "reels/checkout/followups.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(
        "A-1,anna.mp4,My card was refused at the payment page.,checkout,a refund by 2026-12-01,2026-12-01,"
    )
    text = (survey / "uploads/responses.csv").read_text("utf-8")
    (survey / "uploads/responses.csv").write_text(text.replace("a refund by 2026-12-01", "done"), "utf-8")
    build(survey)
    assert ",done,," in (survey / "reels/checkout/followups.csv").read_text("utf-8-sig"), "the table is the newest"
    (survey / "uploads/responses.csv").write_text(text.replace("a refund by 2026-12-01", "No"), "utf-8")
    build(survey)
    assert not (survey / "reels/checkout/followups.csv").exists()


def test_an_earlier_build_says_what_the_team_changed_since(tmp_path: Path) -> None:
    answers = {name: name * 64 for name in "abcd"}

    def clip(name: str, **more: Any) -> dict[str, Any]:
        return {
            "kind": "clip",
            "problem": "checkout",
            "response": answers[name],
            "source_start_ms": 1000,
            "source_end_ms": 5000,
            **more,
        }

    corrected = {"number": 1, "heard": "a", "text": "b", "start_ms": 1, "end_ms": 2}
    items = [{"kind": "card"}, clip("a"), clip("b"), clip("c", corrected=[corrected]), clip("d")]
    manifest = {"items": items, "decisions": [{"number": 1, "verdict": "trim"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    kept = archive.ArchivedBuild("checkout", 2, tmp_path, "", {})
    spans = {name: Span(answer, 1200, 4000) for name, answer in answers.items()}
    old = (
        Decision(1, spans["b"], "checkout", "trim", "", "2026-01-01", shown=spans["b"]),
        Decision(2, spans["d"], "delivery", "drop", "", "2026-01-02"),
        Decision(3, spans["d"], "checkout", "drop", "", "2026-01-02", withdrawn="2026-01-03"),
    )
    known = Corrected(Correction(1, spans["c"], "a", "b"), "holds", spans["c"])
    assert history._decided_since(Survey(decisions=old, corrections=(known,)), "checkout", kept) == ""
    new = (*old, Decision(4, spans["a"], "", "drop", "", "2026-01-04"))
    later = Corrected(Correction(2, spans["d"], "c", "d"), "holds", spans["d"])
    told = history._decided_since(Survey(decisions=new, corrections=(known, later)), "checkout", kept)
    assert "checkout/1 (dropped), checkout/4 (corrected)" in told and "checkout/2" not in told
