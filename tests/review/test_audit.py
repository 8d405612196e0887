"""The audit of a count as somebody makes it: asked, stopped, gone on with, taken back, forgotten, outdated."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.messages import one_line
from helpers.surveys import asked
from helpers.surveys.asked import ABOUT, MISSED, OTHER, Desk, run, told, truthful

from reelmaker import analysis
from reelmaker.build import rebuild
from reelmaker.cli.app import main
from reelmaker.errors import ProjectError
from reelmaker.model import Moment, Problem, Sentence, Transcript, Word
from reelmaker.model.survey import Survey
from reelmaker.privacy import forget
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.session import Session
from reelmaker.review import audit, decisions
from reelmaker.select import headline
from reelmaker.select.audits import stage as audits
from reelmaker.select.decisions import stage as decisions_stage
from reelmaker.select.decisions import standing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory, small_videos: Path) -> Path:
    """Twelve customers, five about the problem; the program counts four of them."""
    return asked.made(tmp_path_factory.mktemp("audit") / "twelve", small_videos / "anna.mp4")


@pytest.fixture
def folder(twelve: Path, tmp_path: Path) -> Path:
    return asked.copied(twelve, tmp_path / "survey")


def rows(folder: Path, words: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "library.db")) as db:
        return db.execute(words).fetchall()


def test_everybody_checked_gives_the_truth(folder: Path) -> None:
    done = run(folder, typed=truthful(folder))
    assert done.exit_code == 0, done.output
    assert "checkout: 5 of 12 customers, every answer checked.\n" in done.stdout
    assert "The program counted 4" in done.stdout and "100 % (100–100 %) are right" in done.stdout
    assert "it finds 80 % (80–80 %)" in done.stdout
    assert run(folder).stdout == done.stdout, "nothing is left to ask"


def test_a_sample_of_eight_gives_an_interval_that_holds(folder: Path) -> None:
    found = told(folder, "-n", "8", typed=truthful(folder, 8))
    result = found["result"]
    assert result["complete"] and result["checked"] == 8 and result["of"] == 12
    assert result["low"] <= 5 <= result["high"] < 12 and result["low"] >= 2
    assert (
        found["told"]
        == f"about {result['spoke']} of 12 customers, {result['low']}–{result['high']}, checked on 8 answers"
    )


def test_it_asks_without_the_programs_opinion_and_shows_the_context(folder: Path) -> None:
    done = run(folder, "-n", "12", typed="x\nq\n")
    assert done.exit_code == 0 and "Customer 1 of 12 to check" in done.stderr
    assert done.stderr.count("Does this customer complain about it") == 2, "what it does not know it asks again"
    assert '"Customers give up while paying"?' in done.stderr and "score" not in done.stderr
    assert any(all(f"  {text}" in done.stderr for text in some) for some in (ABOUT, MISSED, OTHER))
    assert "about0" not in done.output and ".mp4" not in done.output, "no names of files or people"


def test_a_stopped_audit_goes_on_where_it_was(folder: Path) -> None:
    typed = truthful(folder).split()
    first = run(folder, typed="\n".join(typed[:5]) + "\nq\n")
    assert (
        "counted by the program; 5 of 12 answers checked so far" in first.stdout and "7 more customers" in first.stdout
    )
    assert "Your answers are kept" in first.stderr
    half = run(folder, typed="\n".join(typed[5:8]))  # the end of what is typed is as good as q
    assert "Customer 6 of 12" in half.stderr and "8 of 12 answers checked so far" in half.stdout
    assert told(folder, typed="\n".join(typed[8:]))["result"]["spoke"] == 5


def test_the_same_seed_asks_about_the_same_customers(twelve: Path, tmp_path: Path) -> None:
    orders = []
    for number, seed in enumerate((1, 1, 2)):
        copy = asked.copied(twelve, tmp_path / str(number))
        with Desk(copy) as desk:
            audit.draw(desk.project, desk.library, desk.survey, desk.moments, desk.problem, 6, seed)
            orders.append([customer.answers for customer in audit.waiting(desk.library, desk.survey, desk.problem)])
    assert orders[0] == orders[1] != orders[2] and all(len(order) == 6 for order in orders)


def test_another_seed_is_only_drawn_again_if_that_is_said(folder: Path) -> None:
    run(folder, typed=truthful(folder))
    refused = run(folder, "--seed", "7")
    assert refused.exit_code == 1 and "with seed 1" in refused.stderr and "--again" in refused.stderr
    used = run(folder, "--seed", "1", "--again")
    assert used.exit_code == 1 and "without --seed it is 2" in used.stderr
    again = told(folder, "--again")["result"]
    assert again["seed"] == 2 and again["complete"] and again["spoke"] == 5, "what is known is not asked again"


def test_a_larger_sample_goes_on_and_a_smaller_one_changes_nothing(folder: Path) -> None:
    typed = truthful(folder, 6)
    six = told(folder, "-n", "6", typed=typed)["result"]
    assert six["checked"] == 6 and six["complete"]
    assert told(folder, "-n", "3")["result"] == six
    more = told(folder, "-n", "9", typed=truthful(folder, 9))["result"]
    assert more["checked"] == 9 and more["complete"]
    assert more["high"] - more["low"] <= six["high"] - six["low"]


def test_unsure_widens(folder: Path, twelve: Path, tmp_path: Path) -> None:
    typed = truthful(folder, 8)
    sure = told(folder, "-n", "8", typed=typed)["result"]
    other = asked.copied(twelve, tmp_path / "unsure")
    unsure = told(other, "-n", "8", typed=typed.replace("y", "u", 2))["result"]
    assert unsure["unsure"] == 2 and unsure["complete"]
    assert unsure["low"] < sure["low"] and unsure["high"] >= sure["high"]
    assert "2 unsure: the interval covers" in run(other).stdout


def test_a_verdict_is_a_decision_that_can_be_taken_back(folder: Path) -> None:
    run(folder, typed=truthful(folder))
    listed = CliRunner().invoke(main, ["decisions", "--project", str(folder)]).stdout
    assert listed.count("is about checkout") == 5 and listed.count("not about checkout") == 7
    before = told(folder)["result"]
    assert CliRunner().invoke(main, ["decisions", "--project", str(folder), "--undo", "1"]).exit_code == 0
    after = told(folder)["result"]
    assert before["complete"] and not after["complete"] and after["open"] == 1 and after["checked"] == 11
    assert after["high"] - after["low"] == 1, "of whom nobody is sure any more"
    assert told(folder, typed=truthful(folder))["result"]["spoke"] == 5
    assert len(rows(folder, "SELECT * FROM decisions")) == 13, "the row of before stays"


def test_verdicts_change_no_score_and_no_clip(folder: Path) -> None:
    with Desk(folder) as desk:
        before = desk.moments
        survey = analysis.known(Session(desk.project, desk.library, stores=False))
        run(folder, typed=truthful(folder).translate(str.maketrans("yn", "ny")))
        desk.look()
        assert desk.moments == before
        assert decisions_stage.labels(Session(desk.project, desk.library, stores=False), survey, [desk.problem]) == {}
        assert standing.in_force(survey, ["checkout"]) == []


def test_drops_that_were_made_because_of_it_do_not_narrow_it(folder: Path) -> None:
    """The list is frozen: whoever goes out of the count after it stays in the stratum of the counted."""
    asked.add(
        folder, folder / "uploads" / "about0.mp4", "praise", ["Hello.", "The payment failed, in my dream.", "Bye."]
    )
    asked.heard(folder)
    answers = truthful(folder, 8)
    first = told(folder, "-n", "8", typed=answers)["result"]
    with Desk(folder) as desk:
        wrong = [m for m in desk.moments if m.problem == "checkout" and "dream" in m.text]
    decisions.decide(open_project(folder), "drop", [f"{wrong[0].span.response[:6]}@0:02.0"], "checkout")
    assert told(folder)["result"] == first | {"today": 4, "same": False}, "the program of today counts one fewer"


def test_a_transcript_heard_anew_keeps_the_verdicts(folder: Path) -> None:
    run(folder, typed=truthful(folder))
    for path in (folder / "uploads").glob("*.vtt"):
        path.write_text(path.read_text("utf-8").replace("lamp", "light").replace(".000", ".200"), "utf-8")
    asked.heard(folder)
    assert told(folder)["told"] == "5 of 12 customers, every answer checked"


def test_customers_who_come_later_are_unknown_until_some_are_checked(folder: Path) -> None:
    run(folder, typed=truthful(folder))
    asked.add(folder, folder / "uploads" / "about0.mp4", "about8", ABOUT)
    asked.add(folder, folder / "uploads" / "about0.mp4", "other8", OTHER)
    asked.heard(folder)
    with Desk(folder) as desk:
        found = audit.audited(desk.project, desk.library, desk.survey, desk.moments, desk.problem)
    assert found and (found.low, found.high, found.of, found.new, found.spoke) == (5, 7, 14, 2, 6)
    assert found.complete and "2 customers who came later were not checked" in headline.checked(found)
    assert found.recall and found.recall.value == 0.8, "measured on those who were drawn"
    whole = told(folder, typed=truthful(folder))
    assert whole["told"] == "6 of 14 customers, every answer checked" and whole["result"]["new"] == 0
    assert len(rows(folder, "SELECT * FROM draws")) == 2
    run(folder)
    assert len(rows(folder, "SELECT * FROM draws")) == 2, "nobody is drawn twice"


def test_another_statement_is_another_question(folder: Path) -> None:
    run(folder, typed=truthful(folder))
    path = folder / "reelmaker.toml"
    old = path.read_text("utf-8")
    path.write_text(old.replace("payment card refused", "payment card refused money"), "utf-8")
    assert told(folder)["result"]["complete"], "how it is found is no other question"
    path.write_text(old.replace("Customers give up while paying", "Customers dislike paying"), "utf-8")
    with Desk(folder) as desk:
        assert audit.audited(desk.project, desk.library, desk.survey, desk.moments, desk.problem) is None
        assert audits.outdated(desk.library, desk.problem)
    asked_anew = run(folder, typed="q\n")
    assert "that audit does not count" in asked_anew.stderr and "Customer 1 of 12" in asked_anew.stderr
    assert "counted by the program" in asked_anew.stdout


def test_somebody_with_two_answers_is_one_customer(twelve: Path, folder: Path) -> None:
    table = "file;respondent\nother0.mp4;r1\nabout0.mp4;r1\nother1.mp4;r2\nother2.mp4;r2\n"
    (folder / "uploads" / "responses.csv").write_text(table, "utf-8")
    found = told(folder, typed=truthful(folder))
    assert found["told"] == "5 of 10 customers, every answer checked"
    pairs = [row for row in rows(folder, "SELECT number, rank FROM decisions") if row[1]]
    assert len(pairs) == 2
    decisions.withdraw(open_project(folder), [int(str(pairs[0][0]))])
    assert len(rows(folder, "SELECT * FROM decisions WHERE withdrawn != ''")) == 2, "both, as they were made in one go"


def test_a_yes_holds_while_its_answers_are_there_and_a_no_while_none_is_added(folder: Path) -> None:
    (folder / "uploads" / "responses.csv").write_text("file;respondent\nother0.mp4;r1\nabout0.mp4;r1\n", "utf-8")
    run(folder, typed=truthful(folder))
    (folder / "uploads" / "responses.csv").write_text(
        "file;respondent;consent\nother0.mp4;r1;yes\nabout0.mp4;r1;no\nother1.mp4;r2;yes\nabout1.mp4;r2;yes\n", "utf-8"
    )
    with Desk(folder) as desk:
        found = audit.audited(desk.project, desk.library, desk.survey, desk.moments, desk.problem)
    # r1: the answer that made it a yes is gone. r2: two customers of then are one today
    assert found and found.of == 10 and found.low == 3 and found.high >= 4 and not found.complete


def test_a_customer_who_left_leaves_the_rest_as_it_was(folder: Path) -> None:
    run(folder, typed=truthful(folder))
    (folder / "uploads" / "responses.csv").write_text("file;consent\nabout0.mp4;no\nother0.mp4;no\n", "utf-8")
    assert told(folder)["told"] == "4 of 10 customers, every answer checked"


def test_forgetting_somebody_takes_them_out_of_the_audit(folder: Path) -> None:
    run(folder, typed=truthful(folder))
    with Desk(folder) as desk:
        answer = next(r.id for r in desk.survey.responses.values() if r.file == "about0.mp4")
    assert rows(folder, f"SELECT * FROM drawn WHERE response = '{answer}'")
    raw = (folder / "library.db").read_bytes()
    assert answer.encode() in raw and b"about0" in raw
    receipt = forget.forget(open_project(folder), "about0.mp4", rebuild)["forgotten"]
    assert "records of audits" in json.dumps(receipt)
    assert not rows(folder, f"SELECT * FROM drawn WHERE response = '{answer}'")
    assert not rows(folder, f"SELECT * FROM decisions WHERE response = '{answer}'")
    assert answer.encode() not in (folder / "library.db").read_bytes()
    assert told(folder)["told"] == "4 of 11 customers, every answer checked"


def test_rows_of_an_audit_name_nobody(folder: Path) -> None:
    (folder / "uploads" / "responses.csv").write_text("file;respondent;name\nabout0.mp4;resp-77;Quendolyn\n", "utf-8")
    run(folder, typed=truthful(folder))
    for table in ("draws", "drawn", "decisions"):
        told_there = str(rows(folder, f"SELECT * FROM {table}"))
        assert not re.search("Quendolyn|resp-77|about0|refused", told_there), table


def test_a_long_answer_shows_the_likeliest_places() -> None:
    said = [
        Sentence("r", at, tuple(Word(f"word{w}", 5000 * at + 100 * w, 5000 * at + 100 * w) for w in range(10)))
        for at in range(40)
    ]
    scores = {20: 0.9, 5: 0.3, 39: 0.2}
    moments = [Moment("checkout", (sentence,), scores.get(sentence.index, 0.0), ()) for sentence in said]
    survey = Survey(transcripts={"r": Transcript("r", "en", "", tuple(said))})
    problem = Problem("checkout", "Paying is hard", ("?",))
    [(_, lines)] = audit.passages(survey, moments, problem, audit.Customer(("r",), 1, 1))
    assert [line.sentence.index for line in lines if line.mark] == [20]
    assert [line.sentence.index for line in lines if line.shown] == [0, 1, 4, 5, 6, 18, 19, 20, 21, 22, 38, 39]


def test_more_of_an_answer_is_shown_if_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("WHOLE_WORDS", 3), ("PASSAGES", 1), ("AROUND", 0)):
        monkeypatch.setattr(audit, name, value)
    seen = run(folder, typed="q\n").stderr
    assert "[m]ore of the answer" in seen and "  …\n" in seen and sum(text in seen for text in ABOUT + OTHER) <= 2
    more = run(folder, typed="m\nq\n").stderr.replace(seen.removesuffix("\n\n"), "")
    assert any(all(text in more for text in some) for some in (ABOUT, MISSED, OTHER))


def test_what_cannot_be_audited_is_one_line(tmp_path: Path, small_survey: Path) -> None:
    nothing = run(small_survey)
    assert nothing.exit_code == 1 and nothing.stderr.startswith("Error: ") and nothing.stderr.count("\n") == 1
    wrong = CliRunner().invoke(main, ["audit", "--project", str(small_survey), "--problem", "chekout"])
    assert wrong.exit_code == 1 and "checkout" in wrong.stderr
    with Library(tmp_path / "library.db") as library, pytest.raises(ProjectError) as problem:
        project = open_project(small_survey)
        audit.draw(project, library, Survey(), [], project.problems["checkout"])
    assert one_line(problem.value)


def test_a_window_can_do_the_same_without_the_command(folder: Path) -> None:
    """The functions without the command: draw, waiting, record, audited."""
    with Desk(folder) as desk:
        audit.draw(desk.project, desk.library, desk.survey, desk.moments, desk.problem, 5, 3)
        assert audit.audited(desk.project, desk.library, desk.survey, desk.moments, desk.problem) is None
        while waiting := audit.waiting(desk.library, desk.survey, desk.problem):
            verdict = "yes" if desk.truth(waiting[0].answers) else "no"
            [made] = audit.record(desk.library, desk.survey, desk.problem, waiting[0], verdict)  # type: ignore[arg-type]
            assert made.verdict == verdict and made.number and made.kind == "check"
        found = audit.audited(desk.project, desk.library, desk.survey, desk.moments, desk.problem)
    assert found and found.complete and found.checked == 5 and found.seed == 3 and found.low <= 5 <= found.high
