"""Captions written: well-formed, harmless to players, and said while they are shown."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from helpers.films import measure
from helpers.films.videos import ffmpeg
from helpers.results.taken import SAID, build, parse_srt, parse_vtt, text_of, voices_of
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Clip, Cue
from reelmaker.outputs import Finished, captions


def test_captions_read_back_are_the_captions_given(finished: Finished, tmp_path: Path) -> None:
    captions.write(finished, tmp_path)
    srt, vtt = text_of(tmp_path / "reel.srt"), text_of(tmp_path / "reel.vtt")
    assert parse_srt(srt) == parse_vtt(vtt) == list(finished.cues)
    assert "\r" not in srt + vtt and not (srt + vtt).startswith("\ufeff")
    assert SAID in " ".join(cue.text.replace("\n", " ") for cue in parse_vtt(vtt))


def test_web_captions_say_who_speaks_as_far_as_it_may_be_shown(finished: Finished, tmp_path: Path) -> None:
    captions.write(finished, tmp_path)
    vtt, srt = text_of(tmp_path / "reel.vtt"), text_of(tmp_path / "reel.srt")
    named = voices_of(vtt)
    assert len(named) == len(finished.cues) and named == captions.voices(finished.reel, finished.cues)
    assert list(dict.fromkeys(named)) == ["Anna, new customer", "Loyal customer"]
    assert "<v" not in srt and "Anna" not in srt
    assert "<v" not in captions.soft(finished.cues), "the track in the video stays plain"


def test_a_name_with_markup_in_it_stays_a_name() -> None:
    name = 'Ann <b>"& Co</b>\n\n00:00:09.000 --> 00:00:10.000\nspoofed'
    text = captions.vtt([Cue(0, 900, "a <i>b</i>"), Cue(1000, 1900, "c")], [name, ""])
    assert parse_vtt(text) == [Cue(0, 900, "a <i>b</i>"), Cue(1000, 1900, "c")]
    assert voices_of(text) == ['Ann <b>"& Co</b> 00:00:09.000 → 00:00:10.000 spoofed']


@pytest.mark.slow
def test_chapters_for_web_players_are_those_of_the_video(small_survey: Path) -> None:
    reel = build(small_survey)
    assert reel.folder
    marks = [(cue.start_ms, cue.end_ms, cue.text) for cue in parse_vtt(text_of(reel.folder / "chapters.vtt"))]
    assert marks[0][2] == "Introduction" and marks[-1][2] == "What now?" and len(marks) == len(reel.items)
    shown = ffmpeg("-i", reel.folder / "reel.mp4", "-f", "ffmetadata", "-").decode()
    inside = re.findall(r"TIMEBASE=1/(\d+)\nSTART=(\d+)\nEND=(\d+)\ntitle=(.*)", shown)
    times = [
        (round(int(a) * 1000 / int(base)), round(int(b) * 1000 / int(base)), title) for base, a, b, title in inside
    ]
    assert times == marks


@pytest.mark.slow
def test_captions_of_a_built_reel_say_the_words_of_each_clip_while_it_is_on(small_survey: Path) -> None:
    reel = build(small_survey)
    assert reel.folder and reel.clips
    srt = parse_srt(text_of(reel.folder / "reel.srt"))
    assert srt == parse_vtt(text_of(reel.folder / "reel.vtt"))
    assert all(cue.start_ms < cue.end_ms for cue in srt)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(srt)), "one after the other"
    seconds = len(measure.luma(reel.folder / "reel.mp4")) / 30
    assert srt[0].start_ms > 0 and srt[-1].end_ms <= seconds * 1000 + 1
    shown = 0
    for place in reel.places():
        own = [cue for cue in srt if place.start_ms <= cue.start_ms < place.end_ms]
        if isinstance(place.item, Clip):
            assert " ".join(" ".join(cue.text for cue in own).split()) == place.item.moment.text
            assert own[-1].end_ms <= place.end_ms
            late = own[0].start_ms - (place.start_ms + place.item.moment.words[0].start_ms - place.item.span.start_ms)
            assert abs(late) <= 1, "a caption begins with its first word"
            shown += len(own)
        else:
            assert own == [], "nobody speaks on a card"
    assert shown == len(srt)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("I paid <b>twice</b> & left", "I paid <b>twice</b> & left"),
        ("&lt; is no tag &amp; &nbsp;", "&lt; is no tag &amp; &nbsp;"),
        ("page 1 --> page 2", "page 1 → page 2"),
        ("a ---> b --> c -->", "a -→ b → c →"),
        ("00:00:01.000 --> 00:00:02.000", "00:00:01.000 → 00:00:02.000"),
        ("one\n\n\ntwo", "one\ntwo"),
        ("one\r\n \t\r\ntwo\u2028three\x85four", "one\ntwo\nthree\nfour"),
        ("NOTE this\nSTYLE that", "NOTE this\nSTYLE that"),
        ("7", "7"),
        ("WEBVTT", "WEBVTT"),
    ],
)
def test_signs_that_mean_something_to_a_player_do_no_harm(said: str, shown: str) -> None:
    cues = [Cue(0, 900, "before"), Cue(1000, 1900, said), Cue(2000, 2900, "after")]
    expected = [cues[0], Cue(1000, 1900, shown), cues[2]]
    assert parse_vtt(captions.vtt(cues)) == expected
    assert parse_srt(captions.srt(cues)) == expected


def test_ffmpeg_reads_hostile_captions_as_so_many_captions(tmp_path: Path) -> None:
    words = [
        "a <c.red>b</c> & c",
        "x --> y",
        "one\n\n00:00:09.000 --> 00:00:09.900\ntwo",
        "&amp;",
        "NOTE",
        "<",
    ]
    cues = [Cue(1000 * at, 1000 * at + 900, text) for at, text in enumerate(words)]
    for name, written in (("reel.vtt", captions.vtt(cues)), ("reel.srt", captions.srt(cues))):
        (tmp_path / name).write_text(written, "utf-8", newline="\n")
        read = parse_srt(ffmpeg("-i", tmp_path / name, "-f", "srt", "-").decode().replace("\r\n", "\n"))
        assert [(cue.start_ms, cue.end_ms) for cue in read] == [(c.start_ms, c.end_ms) for c in cues], name
        assert read[1].text == "x → y", name


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 9000), st.text(max_size=40)), max_size=6),
    st.integers(0, 50_000_000),
)
def test_any_words_at_any_time_can_be_read_back(rows: list[tuple[int, int, str]], begin: int) -> None:
    cues = []
    for gap, length, text in rows:
        cues.append(Cue(begin + gap, begin + gap + length, text))
        begin += gap + length
    srt, vtt = parse_srt(captions.srt(cues)), parse_vtt(captions.vtt(cues))
    assert srt == vtt
    assert [(cue.start_ms, cue.end_ms) for cue in vtt] == [(cue.start_ms, cue.end_ms) for cue in cues]
    for cue, read in zip(cues, vtt, strict=True):
        assert read.text.split() == cue.text.replace("-->", "→").split()
