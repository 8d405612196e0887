"""Captions and transcripts as people really have them: each row is one member of a kind, with what must be quoted."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from helpers.words.saying import flat
from helpers.words.sidecar_files import read, said, srt, vtt

from reelmaker.errors import TranscriptError
from reelmaker.model import Response

# ---- phrases that are shown more than once ------------------------------------------------------------------

YOUTUBE = """WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.310 align:start position:0%
{pad}
so<00:00:00.400><c> my</c><00:00:00.800><c> card</c>

00:00:02.310 --> 00:00:02.320 align:start position:0%
so my card
{pad}

00:00:02.320 --> 00:00:04.500 align:start position:0%
so my card
was<00:00:02.900><c> refused</c><00:00:03.500><c> twice</c>

00:00:04.500 --> 00:00:04.510 align:start position:0%
was refused twice
{pad}

00:00:04.510 --> 00:00:07.000 align:start position:0%
was refused twice
and nobody told me why
""".replace("{pad}", " ")
WORDS = "so my card was refused twice and nobody told me why"


def highlighted(text: str, tag: str = "u") -> str:
    words = text.split()
    cues = []
    for number, word in enumerate(words):
        line = " ".join([*words[:number], f"<{tag}>{word}</{tag.split()[0]}>", *words[number + 1 :]])
        cues.append((number * 0.5, number * 0.5 + 0.5, line))
    return srt(*cues)


REPEATED = {
    "YouTube's WebVTT": ("a.vtt", YOUTUBE),
    "YouTube's as SubRip": (
        "a.srt",
        srt(
            (0, 2.31, "so my card"),
            (2.31, 2.32, "so my card\n "),
            (2.32, 4.5, "so my card\nwas refused twice"),
            (4.5, 4.51, "was refused twice\n "),
            (4.51, 7, "was refused twice\nand nobody told me why"),
        ),
    ),
    "roll-up of three lines": (
        "a.srt",
        srt(
            (0, 2, "so my card"),
            (2, 4, "so my card\nwas refused twice"),
            (4, 6, "so my card\nwas refused twice\nand nobody"),
            (6, 8, "was refused twice\nand nobody\ntold me why"),
        ),
    ),
    "a line that grows": (
        "a.srt",
        srt(*((n * 0.4, n * 0.4 + 0.4, " ".join(WORDS.split()[: n + 1])) for n in range(len(WORDS.split())))),
    ),
    "each word underlined": ("a.srt", highlighted(WORDS)),
    "each word coloured": ("a.srt", highlighted(WORDS, 'font color="#00ff00"')),
    "the same cue twice": ("a.srt", srt((0, 2, WORDS), (2, 4, WORDS))),
    "json3": (
        "a.json",
        {
            "events": [
                {"tStartMs": 0, "dDurationMs": 4500, "segs": [{"utf8": "so my card"}]},
                {"tStartMs": 2310, "aAppend": 1, "segs": [{"utf8": "\n"}]},
                {"tStartMs": 2320, "dDurationMs": 5000, "segs": [{"utf8": "was refused"}, {"utf8": " twice"}]},
                {"tStartMs": 4510, "dDurationMs": 2500, "segs": [{"utf8": "and nobody told me why"}]},
            ]
        },
    ),
}


@pytest.mark.parametrize("kind", REPEATED)
def test_each_phrase_is_said_once(tmp_path: Path, kind: str) -> None:
    transcript = read(tmp_path, *REPEATED[kind])
    assert said(transcript) == WORDS
    starts = [word.start_ms for word in flat(transcript.sentences)]
    assert starts == sorted(starts)


def test_rolling_captions_keep_the_times_of_their_words(tmp_path: Path) -> None:
    words = {word.text: word.start_ms for word in flat(read(tmp_path, "a.vtt", YOUTUBE).sentences)}
    assert (words["so"], words["my"], words["card"]) == (0, 400, 800)
    assert (words["was"], words["refused"], words["twice"]) == (2320, 2900, 3500)
    assert words["and"] == 4510


def test_a_highlighted_word_gives_its_time(tmp_path: Path) -> None:
    words = flat(read(tmp_path, "a.srt", highlighted(WORDS)).sentences)
    assert [word.start_ms for word in words] == [500 * number for number in range(11)]


def test_what_a_customer_says_twice_stays(tmp_path: Path) -> None:
    cues = [
        (0, 1, "No."),
        (1, 2, "No."),
        (2, 4, "It never came."),
        (4, 6, "It never came."),
        (6, 8, "I waited at home."),
    ]
    cues += [(8 + 2 * n, 10 + 2 * n, f"And on day {n} I called them again.") for n in range(8)]
    text = said(read(tmp_path, "a.srt", srt(*cues)))
    assert text.count("No.") == 2 and text.count("It never came.") == 2


# ---- overlapping cues ---------------------------------------------------------------------------------------

OVERLAPS = {
    "partly": [(1, 4, "Anna: My card was refused twice."), (3, 6, "Ben: The app was down on Monday.")],
    "one inside the other": [(1, 9, "Anna: My card was refused twice."), (3, 4, "Ben: The app was down on Monday.")],
    "at the same time": [(1, 4, "Anna: My card was refused twice."), (1, 4, "Ben: The app was down on Monday.")],
    "no names": [(1, 4, "My card was refused twice."), (3, 6, "The app was down on Monday.")],
}


@pytest.mark.parametrize("kind", OVERLAPS)
@pytest.mark.parametrize("form", [srt, vtt])
def test_the_words_of_a_cue_stay_together(tmp_path: Path, kind: str, form: Any) -> None:
    transcript = read(tmp_path, "a.srt" if form is srt else "a.vtt", form(*OVERLAPS[kind]))
    assert [s.text for s in transcript.sentences] == ["My card was refused twice.", "The app was down on Monday."]
    starts = [word.start_ms for word in flat(transcript.sentences)]
    assert starts == sorted(starts)


# ---- what is written and not said ---------------------------------------------------------------------------

SILENT = [
    "[Music]",
    "[music playing softly]",
    "[ __ ]",
    "(sighs)",
    "(laughs nervously)",
    "♪",
    "♪ la la la ♪",
    "♪ la la la",
    "♫♫",
    "【拍手】",
    "（笑）",
    "*laughs*",
    "{\\an8}",
    "{\\pos(10,20)\\fad(1,2)}",
    "<i></i>",
    "<font color='red'></font>",
    "&nbsp;",
    "&lrm;",
    "-",
    "[SPEAKING GERMAN]",
    "(Lachen)",
    "(inaudible)",
    "\u202e",
    "\u200b",
    "\x07",
]


@pytest.mark.parametrize("sound", SILENT)
@pytest.mark.parametrize("place", ["alone", "before", "after"])
def test_what_is_only_described_is_no_word_of_the_customer(tmp_path: Path, sound: str, place: str) -> None:
    if (place == "before" and sound.startswith("♪") and sound[-1] != "♪") or (sound, place) == ("♪", "before"):
        pytest.skip("a line that begins with a note is sung")
    text = {"alone": sound, "before": f"{sound} I waited for hours.", "after": f"I waited for hours. {sound}"}[place]
    transcript = read(tmp_path, "a.srt", srt((0, 2, text), (3, 5, "My card was refused.")))
    first = "" if place == "alone" else "I waited for hours. "
    shown = unicodedata.normalize("NFKC", said(transcript)).replace("\u200e", "").replace("\u200b", "")
    assert " ".join(shown.split()) == f"{first}My card was refused."


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("I &amp; my card &lt;b&gt; &quot;failed&quot;", 'I & my card <b> "failed"'),
        ("It&#39;s broken &amp;#39;again&amp;#39;", "It's broken 'again'"),
        ("I paid (twice) for it.", "I paid (twice) for it."),
        ("I waited (sighs) for hours.", "I waited for hours."),
        ("Un<i>believ</i>able, 5 < 6 of them.", "Unbelievable, 5 < 6 of them."),
        ("First\\Nsecond\\hthird<br>fourth<br/>fifth", "First second third fourth fifth"),
        ("I <c.yellow.bg_blue>paid</c> <b>twice</b>.", "I paid twice."),
    ],
)
def test_markup_is_taken_off_and_words_stay(tmp_path: Path, written: str, words: str) -> None:
    assert said(read(tmp_path, "a.srt", srt((0, 4, written)))) == words


def test_notes_and_styles_are_no_words_and_a_line_after_a_gap_is(tmp_path: Path) -> None:
    text = "WEBVTT\n\nSTYLE\n::cue { color: red }\n\n" + srt((0, 4, "My card was refused.")).replace(",", ".")
    assert (
        said(read(tmp_path, "a.vtt", text + "NOTE\nthe customer is angry\n\nREGION\nid:x\n")) == "My card was refused."
    )
    broken = srt((0, 4, "My card was refused.\n\nAnd nobody told me."), (5, 8, "I left."))
    assert said(read(tmp_path, "a.srt", broken)) == "My card was refused. And nobody told me. I left."


ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:03.00,Default,Interviewer,0,0,0,,{\\an8}What happened?
Comment: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,a note of the editor
Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}
Dialogue: 0,0:00:06.50,0:00:09.00,Default,Maya,0,0,0,,{\\k20}My {\\k30}card{comment}\\Nwas, as ever, refused.
"""
TTML = """<?xml version="1.0" encoding="utf-8"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>
<p begin="00:00:06.500" end="00:00:09.000">My card<br/>was, as ever, refused.</p></div></body></tt>"""


@pytest.mark.parametrize(("name", "text"), [("a.ass", ASS), ("a.ssa", ASS), ("a.ttml", TTML), ("a.dfxp", TTML)])
def test_other_caption_formats_are_read(tmp_path: Path, name: str, text: str) -> None:
    transcript = read(tmp_path, name, text)
    assert said(transcript, asked=False) == "My card was, as ever, refused."
    assert [s.span.start_ms for s in transcript.sentences if not s.asked] == [6500]
    assert said(transcript, asked=True) == ("What happened?" if name[2] in "as" else "")


# ---- times --------------------------------------------------------------------------------------------------

TIMES = [
    ("0:0:3.54 --> 0:0:5.1", 3540, 5100),
    ("00:00:03,5 --> 00:00:05,25", 3500, 5250),
    ("00:00:03 --> 00:00:05", 3000, 5000),
    ("00:03.500 --> 00:05.000", 3500, 5000),
    ("3:03.500-->3:05.000", 183_500, 185_000),
    ("00:00:03:12 --> 00:00:05:00", 3480, 5000),  # pictures, 25 a second
    ("00:00:03;29 --> 00:00:05;00", 3966, 5000),  # 30 a second
    ("00:00:03.500000 --> 00:00:05.000000", 3500, 5000),
    ("01:00:03:12 --> 01:00:05:00", 3480, 5000),  # a tape that starts at one o'clock
    ("10:00:03,500 --> 10:00:05,000", 3500, 5000),
    ("00:00:03,500  -->  00:00:05,000  X1:10 X2:20 Y1:5 Y2:6", 3500, 5000),
]


@pytest.mark.parametrize(("line", "start", "end"), TIMES)
def test_times_are_read_in_every_usual_way(tmp_path: Path, line: str, start: int, end: int) -> None:
    [sentence] = read(
        tmp_path, "a.srt", f"1\n{line}\nMy card was refused.\n", Response("r", "a.mp4", 200_000)
    ).sentences
    assert (sentence.span.start_ms, sentence.span.end_ms) == (start, end)


def test_youtubes_sbv_is_read(tmp_path: Path) -> None:
    [sentence] = read(tmp_path, "a.sbv", "0:00:03.500,0:00:05.000\nMy card\nwas refused.\n\n").sentences
    assert (sentence.text, sentence.span.start_ms, sentence.span.end_ms) == ("My card was refused.", 3500, 5000)


@pytest.mark.parametrize("offset", [65, 600, 4000, 95_000])
def test_times_that_fit_no_recording_are_refused(tmp_path: Path, offset: float) -> None:
    cues = [(offset + 3 * n, offset + 3 * n + 2, "My card was refused.") for n in range(5)]
    with pytest.raises(TranscriptError, match=r"a\.srt: its times do not fit the recording"):
        read(tmp_path, "a.srt", srt(*cues))
