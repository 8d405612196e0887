"""The reel in the window is what a build makes: its order, its words and its edges, shared with the command line."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.windows import ask

import reelmaker
from reelmaker.project.config import open_project
from reelmaker.review import decisions, edits
from reelmaker.web.server import Server

REEL = "/api/problems/checkout/reel"


def clips(window: Server) -> list[dict[str, Any]]:
    return [item for item in ask(window, REEL)["items"] if item["kind"] == "clip"]


def clip(window: Server, words: str) -> dict[str, Any]:
    """The open clip in which these words are said."""
    [key] = [item["key"] for item in clips(window) if words in item["text"]]
    return dict(ask(window, f"{REEL}/clip?key={key}"))


def words_of(opened: dict[str, Any], state: str = "") -> list[Any]:
    return [word for sentence in opened["sentences"] for word in sentence["words"] if state in ("", word[4])]


def said(opened: dict[str, Any], text: str) -> list[int]:
    """When these words begin and end."""
    texts = [word[0] for word in words_of(opened)]
    wanted = text.split()
    [first] = [at for at in range(len(texts)) if texts[at : at + len(wanted)] == wanted]
    spoken = words_of(opened)[first : first + len(wanted)]
    return [spoken[0][1], spoken[-1][2]]


def dry_run(folder: Path) -> list[str]:
    """What the clips of the next build say."""
    reel = reelmaker.build(folder, problems=["checkout"], dry_run=True)
    return [shown.moment.text for shown in reel.clips]


def test_the_reel_is_that_of_the_next_build(window: Server, project: Path) -> None:
    told = ask(window, REEL)
    reel = reelmaker.build(project, problems=["checkout"], dry_run=True)
    kinds = [item["kind"] for item in told["items"]]
    assert kinds[0] == kinds[-1] == "card" and kinds.count("clip") == len(reel.clips) == 3
    assert [item["text"] for item in clips(window)] == [shown.moment.text for shown in reel.clips]
    assert told["length_ms"] == reel.duration_ms and told["wanted_ms"] == 40_000
    assert ask(window, f"{REEL}/waiting")["sentences"] == [] and told["nothing"] is None
    assert "What would make paying easy?" in told["items"][-1]["words"]
    assert "Customers give up while paying" in told["items"][0]["words"]


def test_what_finds_no_room_is_told_and_kept_clips_first(window: Server, project: Path) -> None:
    room_s = ask(window, REEL)["length_ms"] // 1000 - 1
    settings = project / "reelmaker.toml"
    settings.write_text(settings.read_text("utf-8").replace("length = 40", f"length = {room_s}"), "utf-8")
    told, waiting = ask(window, REEL), ask(window, f"{REEL}/waiting")["sentences"]
    shown = {item["text"] for item in told["items"] if item["kind"] == "clip"}
    assert told["length_ms"] <= 1000 * room_s and waiting and 0 < len(shown) < 3
    assert not shown & {entry["text"] for entry in waiting}
    assert all(entry["why"] for entry in waiting)
    decisions.decide(open_project(project), "keep", _all_keys(window), "checkout")
    told = ask(window, REEL)
    assert told["kept_without_room"] >= 1 and ask(window, f"{REEL}/waiting")["sentences"][0]["kept"]
    settings.write_text(settings.read_text("utf-8").replace(f"length = {room_s}", "length = 5"), "utf-8")
    told = ask(window, REEL)
    assert told["items"] == [] and told["nothing"]["remedy"] and told["kept_without_room"] >= 3


def _all_keys(window: Server) -> list[str]:
    return [row["moment"] for row in ask(window, "/api/problems/checkout/moments?show=sure")["rows"]]


def test_an_order_is_what_the_command_line_orders(window: Server, project: Path) -> None:
    first, second, third = (item["key"] for item in clips(window))
    made = ask(window, f"{REEL}/order", {"first": [third, first], "last": []})
    assert [item["key"] for item in clips(window)] == [third, first, second]
    assert dry_run(project) == [item["text"] for item in clips(window)]
    listed = [s.decision for s in decisions.listed(open_project(project))]
    assert [(d.verdict, d.rank) for d in listed] == [("first", 0), ("first", 1)]
    ask(window, "/api/undo", {"numbers": made["numbers"]})
    assert [item["key"] for item in clips(window)] == [first, second, third]
    edits.order(open_project(project), "checkout", [second])
    assert clips(window)[0]["key"] == second
    ask(window, f"{REEL}/order", {"first": [], "last": [second]})
    assert [item["key"] for item in clips(window)] == [first, third, second]


def test_struck_words_are_not_in_the_next_build(window: Server, project: Path) -> None:
    opened = clip(window, "refused at the payment")
    assert " ".join(word[0] for word in words_of(opened, "in")) == "My card was refused at the payment page."
    assert len(opened["stretches"]) == 1
    stretch = said(opened, "refused at")
    told = ask(window, f"{REEL}/edit", {"key": opened["key"], "strike": [stretch]})
    assert told["text"] == "My card was … the payment page." and len(told["numbers"]) == 1
    struck = clip(window, "payment page")
    assert [word[0] for word in words_of(struck, "struck")] == ["refused", "at"]
    [left, right] = struck["stretches"]
    assert left[1] <= stretch[0] + 100 and right[0] >= stretch[1] - 100, "it jumps over the words"
    assert struck["text"] == "My card was … the payment page." in [item["text"] for item in clips(window)]
    assert "My card was the payment page." in dry_run(project)
    # take it back by its words, and strike it again with what the answer tells
    back = ask(window, f"{REEL}/edit", {"key": struck["key"], "unstrike": [stretch]})
    assert back["numbers"] == [] and back["taken_back"] == [
        {"number": 1, "start_ms": stretch[0], "end_ms": stretch[1], "exact": False}
    ]
    assert "My card was refused at the payment page." in dry_run(project)


def test_a_not_that_goes_is_asked_about_first(window: Server, project: Path) -> None:
    captions = project / "uploads" / "anna.vtt"
    captions.write_text(
        captions.read_text("utf-8").replace("My card was refused", "My card was not accepted but refused"), "utf-8"
    )
    reelmaker.build(project, problems=["checkout"], dry_run=True)
    opened = clip(window, "not accepted")
    change = {"key": opened["key"], "strike": [said(opened, "not accepted but")]}
    told = ask(window, f"{REEL}/edit", change)
    assert (
        any('"not"' in risk for risk in told["risks"]) and told["text"] == "My card was … refused at the payment page."
    )
    assert decisions.listed(open_project(project)) == []
    assert ask(window, f"{REEL}/edit", {**change, "sure": True})["numbers"] == [1]


def test_edges_move_by_word_and_to_the_millisecond(window: Server, project: Path) -> None:
    opened = clip(window, "refused at the payment")
    second = words_of(opened, "in")[1]
    ask(window, f"{REEL}/edit", {"key": opened["key"], "begin": second[1]})
    moved = clip(window, "refused at the payment")
    assert words_of(moved, "in")[0][0] == "card" and moved["trim"] == {"number": 1, "exact": False}
    start, end = moved["stretches"][0][0], moved["stretches"][-1][1]
    ask(window, f"{REEL}/edit", {"key": moved["key"], "begin": start + 50, "end": end, "exactly": True})
    exact = clip(window, "refused at the payment")
    assert exact["stretches"] == [[start + 50, end]] and exact["trim"]["exact"]
    ask(window, "/api/undo", {"numbers": [2]})
    assert clip(window, "refused at the payment")["stretches"] == moved["stretches"]
    ask(window, "/api/undo", {"numbers": [1]})
    assert clip(window, "refused at the payment")["stretches"] == opened["stretches"]


def test_cards_look_as_the_command_draws_them(window: Server, project: Path, tmp_path: Path) -> None:
    from reelmaker.render import preview

    def picture(kind: str) -> bytes:
        cookie = {"Cookie": f"{window.gate.cookie}={window.gate.key}"}
        request = urllib.request.Request(f"{window.gate.address}/media/cards/checkout/{kind}", None, cookie)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.headers["Content-Type"] == "image/png"
            return bytes(answer.read())

    drawn = preview.draw(open_project(project), "outro", "checkout", None, None, tmp_path / "card.png")
    assert picture("outro") == drawn.read_bytes()
    assert picture("intro") != drawn.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"strike": [[5, 3, 1]]},
        {"strike": [["0:01", "0:02"]]},
        {"begin": -5},
        {"end": "0:01"},
        {"strike": [[0, True]]},
    ],
)
def test_what_the_page_never_asks_changes_nothing(window: Server, project: Path, body: dict[str, Any]) -> None:
    import urllib.error

    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(window, f"{REEL}/edit", {"key": clips(window)[0]["key"], **body})
    assert refused.value.code == 400
    refused.value.close()
    assert decisions.listed(open_project(project)) == []
