"""The page in a real Chromium: from the disk, in a frame, on a phone, on paper, by keyboard, under attack."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import robustness
from helpers.films.videos import ffmpeg
from helpers.machines.browsing import Visit, browser, laid_out, quiet, served, skeleton, starts, until, visit, worded
from helpers.machines.payloads import PAYLOADS
from helpers.results.taken import ANNA, BERT, SAID, build, clip_of, finished_of, reel_of

from reelmaker.model import Count, Part
from reelmaker.outputs import Finished, captions

pytestmark = pytest.mark.slow
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "small phone in the dark": {"viewport": {"width": 320, "height": 568}, "color_scheme": "dark"},
    "tablet": {"viewport": {"width": 820, "height": 1180}},
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A reel of ten quotes, some twenty seconds of moving picture and tone."""
    said = (
        "I gave up",
        SAID,
        "Paying took me three tries in all",
        "It asked for a password of twelve letters",
    )
    clips = [
        clip_of(ANNA if n % 2 else BERT, said[n % 4], 1000 * n, f"{'New' if n % 2 else 'Loyal'} customer")
        for n in range(10)
    ]
    reel = reel_of(*clips)
    segments = (Part("new", 2, 5), Part("loyal", 3, 4), Part("", 0, 1))
    months = (Part("2026-06", 1, 3), Part("2026-07", 3, 4), Part("2026-08", 1, 3))
    reel = replace(reel, counts={"checkout": Count(5, 10, segments, months)})
    video = tmp_path_factory.mktemp("talk") / "reel.mp4"
    seconds = reel.duration_ms / 1000
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s=320x180:r=30:d={seconds}",
        "-f",
        "lavfi",
        "-i",
        f"sine=d={seconds}",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-movflags",
        "+faststart",
        video,
    )
    return finished_of(reel, video)


@pytest.fixture(scope="module")
def index(talk: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Opened from a folder with a name that needs care; captions are in the picture."""
    return laid_out(talk, tmp_path_factory.mktemp("page") / "it's a 100% [Übung] #1")


@pytest.fixture(scope="module")
def beside(talk: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with captions that are not in the picture."""
    return laid_out(replace(talk, burned=False), tmp_path_factory.mktemp("beside") / "checkout")


def test_it_plays_and_jumps_from_the_disk_and_asks_for_nothing_else(chromium: Any, index: Path, talk: Finished) -> None:
    with visit(chromium, index.as_uri()) as seen:
        seen.page.evaluate("reel.play()")
        assert seen.playing_from(0) > 0.1
        assert seen.page.evaluate("[reel.videoWidth, reel.videoHeight]") == [320, 180]
        length = talk.reel.duration_ms / 1000
        assert seen.page.evaluate("reel.duration") == pytest.approx(length, abs=0.1)
        seen.page.evaluate("reel.currentTime = 9.5")
        assert 9.5 < seen.playing_from(9.5) < 12
        folder = index.parent.as_uri() + "/"
        assert {address.removeprefix(folder) for address in seen.requests} == {
            "index.html",
            "reel.mp4",
            "poster.jpg",
        }
        assert quiet(seen), (seen.violations(), seen.complaints)


@pytest.mark.parametrize("number", [0, 4, 9])
def test_a_click_on_a_quote_plays_its_moment(chromium: Any, index: Path, talk: Finished, number: int) -> None:
    wanted = starts(talk)[number]
    with visit(chromium, index.as_uri()) as seen:
        seen.page.evaluate("reel.addEventListener('seeked', () => { window.went ??= reel.currentTime; })")
        quote = seen.page.locator(".quote").nth(number)
        (quote.locator("blockquote") if number == 4 else quote.locator("a")).click()
        until(seen.page, "window.went !== undefined")
        assert wanted < seen.page.evaluate("window.went") < wanted + 0.2
        assert seen.playing_from(wanted) < wanted + 3
        box = seen.page.evaluate("(({top, bottom}) => [top, bottom, innerHeight])(reel.getBoundingClientRect())")
        assert box[0] >= 0 and box[1] <= box[2], "the video is in sight"
        seen.page.evaluate("reel.pause()")
        marked = seen.page.locator("a[aria-current]")
        assert {marked.nth(n).get_attribute("data-from") for n in range(marked.count())} == {f"{wanted:.3f}"}
        assert marked.count() == 2, "the quote and its chapter"
        assert quiet(seen)


def test_words_can_be_selected_without_starting_the_video(chromium: Any, index: Path) -> None:
    with visit(chromium, index.as_uri()) as seen:
        box = seen.page.locator(".quote blockquote").nth(1).bounding_box()
        seen.page.mouse.move(box["x"] + 3, box["y"] + 8)
        seen.page.mouse.down()
        seen.page.mouse.move(box["x"] + 120, box["y"] + 8, steps=4)
        seen.page.mouse.up()
        assert seen.page.evaluate("String(getSelection())")
        assert seen.page.evaluate("reel.paused && reel.currentTime === 0")


def test_an_address_with_a_time_opens_there(chromium: Any, index: Path, talk: Finished) -> None:
    wanted = starts(talk)[3]
    with visit(chromium, f"{index.as_uri()}#t={wanted + 0.02:.3f}") as seen:
        until(seen.page, "reel.readyState >= 2 && !reel.seeking")
        assert seen.page.evaluate("reel.currentTime") == pytest.approx(wanted + 0.02, abs=0.05)
        copied = seen.page.locator(".quote a").nth(3).evaluate("link => link.href")
        assert copied.startswith(index.as_uri() + "#t=")
        assert quiet(seen)


def test_captions_beside_the_picture_are_shown_and_those_in_it_only_when_asked_for(
    chromium: Any, index: Path, beside: Path, talk: Finished
) -> None:
    cue = talk.cues[2]
    middle = (cue.start_ms + cue.end_ms) / 2000
    shots = {}
    for name, file in (("burned", index), ("beside", beside)):
        with visit(chromium, file.as_uri()) as seen:
            seen.page.evaluate("reel.controls = false")
            seen.page.evaluate(f"reel.currentTime = {middle}")
            until(seen.page, "reel.readyState >= 2 && !reel.seeking")
            tracks = seen.page.evaluate("Array.from(reel.textTracks, t => [t.kind, t.mode, t.language])")
            assert tracks == [["captions", "showing" if name == "beside" else "disabled", "en"]]
            shots[name, "first"] = seen.page.locator("video").screenshot()
            seen.page.evaluate("reel.textTracks[0].mode = 'showing'")
            until(seen.page, "reel.textTracks[0].activeCues?.length === 1")
            assert seen.page.evaluate("reel.textTracks[0].cues.length") == len(talk.cues)
            active = seen.page.evaluate(
                "(c => [c.startTime, c.endTime, c.getCueAsHTML().textContent])(reel.textTracks[0].activeCues[0])"
            )
            assert active == [cue.start_ms / 1000, cue.end_ms / 1000, cue.text]
            seen.page.wait_for_timeout(200)
            shots[name, "asked"] = seen.page.locator("video").screenshot()
            assert quiet(seen)
    assert shots["burned", "first"] != shots["burned", "asked"], "the captions' button has them"
    assert shots["beside", "first"] == shots["beside", "asked"], "they are there from the start"
    assert shots["burned", "asked"] == shots["beside", "asked"]


def test_everything_can_be_reached_and_started_by_keyboard(chromium: Any, index: Path, talk: Finished) -> None:
    with visit(chromium, index.as_uri()) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        assert seen.page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0, "it shows itself"
        seen.page.keyboard.press("Enter")
        seen.page.keyboard.press("Tab")
        focused = "document.activeElement.closest('.quote') ? document.activeElement.dataset.at : ''"
        assert seen.page.evaluate(focused), "past the video and its chapters"
        outline = seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", "one sees where one is"
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Enter")
        wanted = starts(talk)[1]
        assert wanted < seen.playing_from(wanted) < wanted + 3
        for _ in range(40):
            seen.page.keyboard.press("Shift+Tab")
            if seen.page.evaluate("document.activeElement.id") == "reel":
                break
        seen.page.locator("video").focus()
        seen.page.keyboard.press("Space")
        until(seen.page, "reel.paused")
        chapters = seen.page.locator("nav a")
        assert chapters.count() == len(talk.reel.items)
        chapters.nth(len(talk.reel.items) - 1).focus()
        seen.page.keyboard.press("Enter")
        last = talk.reel.duration_ms / 1000 - 1
        assert seen.playing_from(last) > last
        assert quiet(seen)


def test_it_works_in_a_frame_of_another_server(chromium: Any, beside: Path, talk: Finished, tmp_path: Path) -> None:
    import html
    import re

    text = (beside.parent / "embed.html").read_text("utf-8")
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert found
    with served(beside.parent) as files, served(tmp_path) as host:
        snippet = re.sub(r"https://intranet\.example/[^/]+/", files, html.unescape(found[1]))
        assert files in snippet and "intranet" not in snippet
        (tmp_path / "wiki.html").write_text(
            f"<!doctype html><title>Wiki</title><link rel=icon href=data:,><p>Ours:</p>{snippet}", "utf-8"
        )
        with visit(chromium, f"{host}wiki.html") as seen:
            frame = seen.page.frame_locator("iframe")
            frame.locator(".quote a").nth(2).click()
            wanted = starts(talk)[2]
            inner = seen.page.frames[1]
            until(inner, f"!reel.paused && reel.currentTime > {wanted + 0.15}")
            assert wanted < inner.evaluate("reel.currentTime") < wanted + 3
            assert inner.evaluate("[reel.videoWidth, reel.textTracks[0].mode]") == [320, "showing"]
            assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
            own = {a.removeprefix(files) for a in seen.requests if not a.startswith(host)}
            assert own == {"index.html", "reel.mp4", "poster.jpg"}
            assert not inner.evaluate("window.violations") and not seen.complaints, (
                seen.complaints,
                seen.requests,
            )


def test_the_page_that_tells_how_to_embed_shows_the_reel(chromium: Any, beside: Path) -> None:
    with visit(chromium, (beside.parent / "embed.html").as_uri()) as seen:
        seen.page.locator("iframe").scroll_into_view_if_needed()
        seen.page.frame_locator("iframe").locator("h1").wait_for()
        assert seen.page.frames[1].url.endswith("/index.html")
        assert quiet(seen), (seen.violations(), seen.complaints)
        assert not serious(seen)


def test_planted_scripts_and_handlers_are_refused(chromium: Any, index: Path, tmp_path: Path) -> None:
    """Even if some word found its way out of its place, the policy would not let it run."""
    folder = tmp_path / "planted"
    shutil.copytree(index.parent, folder)
    page = folder / "index.html"
    planted = (
        "<script>window.pwned=1</script><img src=nowhere.png onerror='window.pwned=2'><p style='color:red'>x</p>"
        "<img src='https://evil.example/x.png'><script src='https://evil.example/x.js'></script></main>"
    )
    page.write_text(page.read_text("utf-8").replace("</main>", planted), "utf-8", newline="\n")
    with visit(chromium, page.as_uri()) as seen:
        seen.page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.pwned=3'; document.body.append(s); }"
        )
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate("window.pwned") is None
        refused = {violation.split(" ")[0] for violation in seen.violations()}
        assert {"script-src-elem", "script-src-attr", "style-src-attr", "img-src"} <= refused
        away = [address for address in seen.requests if not address.startswith("file:")]
        assert len(away) == 2 and {seen.refused.get(address) for address in away} == {"csp"}, "nothing is sent"


def test_forty_payloads_do_nothing(chromium: Any, finished: Finished, tmp_path: Path) -> None:
    assert len(PAYLOADS) >= 40 and len(set(PAYLOADS)) == len(PAYLOADS)
    with visit(chromium, laid_out(worded("plain", finished.video), tmp_path / "plain").as_uri()) as seen:
        plain = skeleton(seen)
    for number, payload in enumerate(robustness.share(PAYLOADS, 0.25)):
        told = replace(worded(payload, finished.video), burned=False)
        page = laid_out(told, tmp_path / str(number))
        with visit(chromium, page.as_uri()) as seen:
            assert skeleton(seen) == plain, payload
            for quote in seen.page.locator(".quote a").all():
                quote.click()
            seen.page.locator("h1").hover()
            cues = seen.page.evaluate(
                "Array.from(reel.textTracks[0].cues, c => (f => [f.textContent, f.childElementCount])(c.getCueAsHTML()))"
            )
            assert cues == [[captions.caption_text(cue), 0] for cue in told.cues], payload
            assert seen.page.evaluate("window.pwned") is None, payload
            assert " ".join(seen.page.locator("h1").inner_text().split()) == " ".join(payload.split())
            assert quiet(seen), (payload, seen.violations(), seen.complaints, seen.dialogs)
            assert {a.rsplit("/", 1)[1] for a in seen.requests} == {"index.html", "reel.mp4", "poster.jpg"}


def serious(seen: Visit) -> list[str]:
    """What axe finds that keeps people out."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(seen.page).response
    assert found["violations"] is not None and found["testEngine"]["name"] == "axe-core"
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_and_nothing_runs_over_the_edge(
    chromium: Any, index: Path, look: str, finished: Finished, tmp_path: Path
) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung " + "W" * 60
    pages = [index, laid_out(worded(long, finished.video, problems=3), tmp_path / "long")]
    for file in pages:
        with visit(chromium, file.as_uri(), **LOOKS[look]) as seen:
            seen.page.locator(".quote a").first.click()
            seen.playing_from(0)
            assert not serious(seen), serious(seen)
            wide, room = seen.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= room, f"{wide} pixels in {room}"
            dark = LOOKS[look].get("color_scheme") == "dark"
            ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
            assert (max(ground) < 60) if dark else (min(ground) > 200)


def test_axe_would_find_what_it_looks_for(chromium: Any, index: Path) -> None:
    with visit(chromium, index.as_uri()) as seen:
        seen.page.evaluate(
            "document.querySelectorAll('.strip a').forEach(a => { a.ariaLabel = ''; a.title = ''; a.textContent = ''; })"
        )
        assert any("link-name" in finding for finding in serious(seen))


def test_on_paper_there_are_quotes_and_the_poster_and_no_player(chromium: Any, index: Path) -> None:
    with visit(chromium, index.as_uri(), color_scheme="dark") as seen:
        seen.page.emulate_media(media="print", color_scheme="dark")
        assert not seen.page.locator("video").is_visible() and not seen.page.locator("nav").is_visible()
        assert seen.page.locator(".paper img").is_visible() and seen.page.locator(".ask").is_visible()
        assert all(quote.is_visible() for quote in seen.page.locator(".quote").all())
        ink = seen.page.evaluate("getComputedStyle(document.querySelector('h1')).color.match(/\\d+/g).map(Number)")
        assert max(ink) < 90, "dark ink on white paper, whatever the screen is set to"
        assert seen.page.pdf(format="A4")[:5] == b"%PDF-"


def test_a_video_that_is_not_there_is_told(chromium: Any, index: Path, tmp_path: Path) -> None:
    shutil.copyfile(index, tmp_path / "index.html")
    with visit(chromium, (tmp_path / "index.html").as_uri()) as seen:
        seen.page.locator("#gone").wait_for(state="visible")
        assert "same folder" in seen.page.locator("#gone").inner_text()
    with visit(chromium, index.as_uri()) as seen:
        until(seen.page, "reel.readyState >= 1")
        assert not seen.page.locator("#gone").is_visible()


@pytest.mark.sampled(0.5)
@pytest.mark.parametrize(("size", "captions"), [("320x180", "sidecar"), ("9:16", "both"), ("1:1", "burned")])
def test_the_page_of_a_built_reel_plays_and_shows_captions_once(
    chromium: Any, small_survey: Path, size: str, captions: str
) -> None:
    settings = small_survey / "reelmaker.toml"
    settings.write_text(settings.read_text("utf-8") + "", "utf-8")
    text = settings.read_text("utf-8").replace('size = "320x180"', f'size = "320x180"\ncaptions = "{captions}"')
    settings.write_text(text, "utf-8")
    reel = build(small_survey, size=size, draft=True)
    assert reel.folder
    for look in ("light", "phone"):
        with visit(chromium, (reel.folder / "index.html").as_uri(), **LOOKS[look]) as seen:
            seen.page.locator(".quote a").last.click()
            last = [place for place in reel.places() if place.item in reel.clips][-1]
            assert seen.playing_from(last.start_ms / 1000) < last.end_ms / 1000 + 1
            assert seen.page.evaluate("[reel.videoWidth, reel.videoHeight]") == [reel.width, reel.height]
            mode = "showing" if captions == "sidecar" else "disabled"
            assert seen.page.evaluate("reel.textTracks[0].mode") == mode
            box = seen.page.locator("video").bounding_box()
            assert box["width"] / box["height"] == pytest.approx(reel.width / reel.height, rel=0.02)
            assert box["height"] <= seen.page.viewport_size["height"]
            assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert quiet(seen) and not serious(seen)
    assert {"index.html", "embed.html"} <= set(reel.document["reel"]["files"])
    assert json.loads((reel.folder / "manifest.json").read_text("utf-8"))["reel"]["files"]


def test_without_scripts_quotes_can_be_read_and_lead_to_their_moment(
    chromium: Any, index: Path, talk: Finished
) -> None:
    """Some wikis run no scripts in a frame."""
    with visit(chromium, index.as_uri(), java_script_enabled=False) as seen:
        assert seen.page.locator(".quote").nth(1).is_visible()
        seen.page.locator(".quote a").nth(1).click()
        seen.page.wait_for_url("**/reel.mp4#t=*")
        assert float(seen.page.url.split("#t=")[1]) == pytest.approx(starts(talk)[1], abs=0.05)
