"""Captions and transcripts as people really have them: each row is one member of a kind, with what must be quoted."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from helpers.words.saying import flat

from reelmaker.errors import TranscriptError
from reelmaker.model import Response, Transcript
from reelmaker.transcribe import sidecars

RESPONSE = Response("r", "r-1042.mp4", 60_000)


def read(folder: Path, name: str, content: str | bytes | object, response: Response = RESPONSE) -> Transcript:
    path = folder / name
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    found = sidecars.read(path, response)
    assert found is not None
    return found


def srt(*cues: tuple[float, float, str]) -> str:
    def clock(seconds: float) -> str:
        whole = round(seconds * 1000)
        return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02},{whole % 1000:03}"

    return "".join(f"{n}\n{clock(a)} --> {clock(b)}\n{text}\n\n" for n, (a, b, text) in enumerate(cues, 1))


def vtt(*cues: tuple[float, float, str]) -> str:
    return "WEBVTT\n\n" + srt(*cues).replace(",", ".")


def said(transcript: Transcript, asked: bool | None = None) -> str:
    return " ".join(s.text for s in transcript.sentences if asked is None or s.asked is asked)


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


# ---- who speaks ---------------------------------------------------------------------------------------------

QUESTIONS = ("What happened at the checkout?", "How did you feel?")
ANSWERS = ("My card was refused.", "I gave up and left.")


def dialogue(asker: str, teller: str, form: Any = srt) -> str:
    lines = [f"{asker}{QUESTIONS[0]}", f"{teller}{ANSWERS[0]}", f"{asker}{QUESTIONS[1]}", f"{teller}{ANSWERS[1]}"]
    text: str = form(*((4 * n, 4 * n + 4, line) for n, line in enumerate(lines)))
    return text


LABELS = [
    ("Jane Miller: ", "Tom Weaver: "),
    ("JANE MILLER: ", "TOM WEAVER: "),
    ("Jane: ", "Tom: "),
    ("Jane Miller (Fernhill): ", "Tom Weaver: "),
    ("Speaker 1: ", "Speaker 2: "),
    ("SPEAKER_00: ", "SPEAKER_01: "),
    ("[SPEAKER_00]: ", "[SPEAKER_01]: "),
    ("[SPEAKER_00] ", "[SPEAKER_01] "),
    ("(Jane): ", "(Tom): "),
    ("[Jane Miller]: ", "[Tom Weaver]: "),
    ("Sprecher 1: ", "Sprecher 2: "),
    ("S1: ", "S2: "),
    ("A: ", "B: "),
    ("Interviewer: ", "Tom Weaver: "),
    ("INTERVIEWER: ", "RESPONDENT: "),
    ("Moderator 1: ", "Participant 3: "),
    ("Q: ", "A: "),
    ("- Jane: ", "- Tom: "),
    (">> Jane Miller: ", ">> Tom Weaver: "),
    (">> JANE: ", ">> TOM: "),
    ("[sighs] Jane Miller: ", "(laughs) Tom Weaver: "),
    ("[Music] [door] JANE: ", "TOM: (whispers) "),
    ("<v Jane Miller>", "<v Tom Weaver>"),
    ("<v.first Jane Miller>", "<v.second Tom Weaver>"),
    ("Frage: ", "Antwort: "),
    ("Intervieweur : ", "Client : "),
    ("Élodie de la Tour: ", "José Núñez: "),
    ("Jean-Luc O’Neil: ", "Mary-Ann: "),
    ("田中：", "佐藤："),
]


@pytest.mark.parametrize(("asker", "teller"), LABELS)
@pytest.mark.parametrize("form", [srt, vtt])
def test_names_are_speakers_and_who_asks_is_not_quoted(tmp_path: Path, asker: str, teller: str, form: Any) -> None:
    transcript = read(tmp_path, "a.srt" if form is srt else "a.vtt", dialogue(asker, teller, form))
    assert said(transcript, asked=True) == " ".join(QUESTIONS)
    assert said(transcript, asked=False) == " ".join(ANSWERS)


@pytest.mark.parametrize("mark", [">> ", ">>", ">>> "])
def test_signs_for_another_speaker_are_no_words_and_questions_are_not_quoted(tmp_path: Path, mark: str) -> None:
    transcript = read(tmp_path, "a.srt", dialogue(mark, mark))
    assert ">" not in said(transcript) and said(transcript, asked=True) == " ".join(QUESTIONS)
    assert said(transcript, asked=False) == " ".join(ANSWERS)


@pytest.mark.parametrize("dash", ["- ", "-", "– ", "— "])
def test_two_dashes_in_a_cue_are_two_speakers(tmp_path: Path, dash: str) -> None:
    cues = [(0, 4, f"{dash}{QUESTIONS[0]}\n{dash}{ANSWERS[0]}"), (4, 8, f"{dash}{QUESTIONS[1]}\n{dash}{ANSWERS[1]}")]
    transcript = read(tmp_path, "a.srt", srt(*cues))
    assert said(transcript, asked=True) == " ".join(QUESTIONS)
    assert said(transcript, asked=False) == " ".join(ANSWERS)


@pytest.mark.parametrize(
    "text",
    [
        "The problem is: it never came.",
        "Result: nothing happened at all.",
        "Honestly: I would not do it again.",
        "And then: my card was refused.",
        "I waited from 10:30 to 11:45 for them.",
        "Fazit: nie wieder bei euch.",
        "I said to them: stop it.",
        "It is at https://example.com for me.",
    ],
)
def test_a_colon_alone_makes_no_name(tmp_path: Path, text: str) -> None:
    transcript = read(tmp_path, "a.srt", srt((0, 4, "I bought a lamp here."), (4, 8, text)))
    assert said(transcript, asked=False) == f"I bought a lamp here. {text}"


def test_the_customer_is_known_by_the_name_in_the_table_or_of_the_file(tmp_path: Path) -> None:
    text = dialogue("Jane: ", "Tom: ").replace("?", ".")
    for response in (
        Response("r", "x.mp4", 60_000, name="Tom Weaver"),
        Response("r", "sub/tom-weaver 2026.mp4", 60_000),
    ):
        transcript = read(tmp_path, "a.srt", text, response)
        assert said(transcript, asked=False) == " ".join(ANSWERS)


def test_where_nobody_asks_surely_it_is_said_and_no_question_is_quoted(tmp_path: Path) -> None:
    lines = ["Ann: Did it break?", "Ben: It did.", "Ann: I went home then.", "Ben: Did you call?", "Ann: I called."]
    transcript = read(tmp_path, "a.srt", srt(*((4 * n, 4 * n + 4, line) for n, line in enumerate(lines))))
    assert any("unclear who asks" in note for note in transcript.notes)
    assert "?" not in said(transcript, asked=False)
    assert "I went home then." in said(transcript, asked=False) and "It did." not in said(transcript, asked=False)


def test_a_single_name_before_all_is_no_word(tmp_path: Path) -> None:
    transcript = read(tmp_path, "a.srt", srt((0, 4, "Jane Miller: My card was refused."), (4, 8, "I left.")))
    assert said(transcript) == "My card was refused. I left." and not any(s.asked for s in transcript.sentences)


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


# ---- which file it is ---------------------------------------------------------------------------------------

NAMES = [
    "anna.srt", "anna.SRT", "anna.Vtt", "anna.mp4.srt", "ANNA.srt", "anna.en.srt", "anna.en-US.vtt", "anna.en_GB.srt",
    "anna.eng.srt", "anna.en.sdh.srt", "anna.cc.vtt", "anna.wav.srt", "anna.wav.json", "anna.mp4.json", "anna.json",
    "anna.ass", "anna.tsv", "anna.mp4.en.vtt", "anna.sbv", "anna.ttml",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_usual_names_beside_a_video_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "anna.mp4").touch()
    (tmp_path / name).touch()
    assert sidecars.beside(tmp_path / "anna.mp4") == tmp_path / name


@pytest.mark.parametrize(
    "name", ["anna-2.srt", "ann.srt", "anna.forced.srt.bak", "anna.txt", "annabel.en.srt", "en.srt"]
)
def test_other_names_are_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "anna.mp4").touch()
    (tmp_path / name).touch()
    assert sidecars.beside(tmp_path / "anna.mp4") is None


def test_of_several_languages_the_customers_is_taken_or_none(tmp_path: Path) -> None:
    for name in ("anna.mp4", "anna.en.srt", "anna.de.srt"):
        (tmp_path / name).touch()
    assert sidecars.beside(tmp_path / "anna.mp4") is None
    assert sidecars.beside(tmp_path / "anna.mp4", "de") == tmp_path / "anna.de.srt"
    (tmp_path / "anna.srt").touch()
    assert sidecars.beside(tmp_path / "anna.mp4", "de") == tmp_path / "anna.srt"


def test_captions_of_a_longer_name_belong_to_that_video(tmp_path: Path) -> None:
    for name in ("anna.mp4", "anna.en.mp4", "anna.en.srt"):
        (tmp_path / name).touch()
    assert sidecars.beside(tmp_path / "anna.mp4") is None
    assert sidecars.beside(tmp_path / "anna.en.mp4") == tmp_path / "anna.en.srt"


def test_composed_and_decomposed_letters_are_one_name(tmp_path: Path) -> None:
    (tmp_path / (unicodedata.normalize("NFD", "Zoë") + ".srt")).touch()
    assert sidecars.beside(tmp_path / (unicodedata.normalize("NFC", "Zoë") + ".mp4")) is not None


PHOTO = {
    "title": "anna.mp4",
    "description": "",
    "creationTime": {"timestamp": "1700000000", "formatted": "x"},
    "photoTakenTime": {"timestamp": "1700000000"},
    "geoData": {"latitude": 0.0},
    "googlePhotosOrigin": {"mobileUpload": {}},
}


@pytest.mark.parametrize(
    "data", [PHOTO, {"SourceFile": "a.mp4", "Duration": 3}, {"id": "x", "formats": [], "title": "y"}]
)
def test_metadata_of_another_program_is_no_transcript(tmp_path: Path, data: object) -> None:
    path = tmp_path / "a.mp4.json"
    path.write_text(json.dumps(data), "utf-8")
    assert sidecars.read(path, RESPONSE) is None


# ---- transcripts of programs and services -------------------------------------------------------------------


def listed(text: str, start: float, **keys: str) -> list[dict[str, Any]]:
    names = {"word": "word", "start": "start", "end": "end"} | keys
    return [
        {names["word"]: word, names["start"]: start + n, names["end"]: start + n + 0.8}
        for n, word in enumerate(text.split())
    ]


def by(speaker: object, words: list[dict[str, Any]], key: str = "speaker") -> list[dict[str, Any]]:
    return [{**word, key: speaker} for word in words]


ASK, TELL = "What happened?", "My card was refused."
SPOKEN = [*by("SPEAKER_00", listed(ASK, 1)), *by("SPEAKER_01", listed(TELL, 5))]


def in_ms(words: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "text": w["word"],
            "start": round(w["start"] * 1000),
            "end": round(w["end"] * 1000),
            "speaker": w["speaker"][-1:],
        }
        for w in words
    ]


def amazon(words: list[dict[str, Any]]) -> list[dict[str, Any]]:
    items = []
    for word in words:
        bare, mark = (word["word"][:-1], word["word"][-1]) if word["word"][-1] in ".?" else (word["word"], "")
        items.append(
            {
                "type": "pronunciation",
                "start_time": str(word["start"]),
                "end_time": str(word["end"]),
                "alternatives": [{"content": bare, "confidence": "0.9"}],
                "speaker_label": word["speaker"],
            }
        )
        if mark:
            items.append({"type": "punctuation", "alternatives": [{"content": mark, "confidence": "0.0"}]})
    return items


SERVICES: dict[str, Any] = {
    "WhisperX": {
        "segments": [
            {"start": 1, "end": 3, "text": ASK, "speaker": "SPEAKER_00", "words": SPOKEN[:2]},
            {"start": 5, "end": 9, "text": TELL, "speaker": "SPEAKER_01", "words": SPOKEN[2:]},
        ]
    },
    "WhisperX, speakers of segments": {
        "segments": [
            {"start": 1, "end": 3, "text": ASK, "speaker": "SPEAKER_00"},
            {"start": 5, "end": 9, "text": TELL, "speaker": "SPEAKER_01"},
        ]
    },
    "WhisperX, one segment of two": {
        "segments": [{"start": 1, "end": 9, "text": f"{ASK} {TELL}", "words": SPOKEN}],
        "word_segments": SPOKEN,
    },
    "Deepgram": {
        "metadata": {},
        "results": {
            "channels": [
                {"alternatives": [{"transcript": "", "words": [
                    {"word": w["word"].strip(".?").lower(), "punctuated_word": w["word"], "start": w["start"],
                     "end": w["end"], "confidence": 0.9, "speaker": int(w["speaker"][-1])} for w in SPOKEN]}]}
            ]
        },
    },
    "Deepgram, two channels": {
        "results": {
            "channels": [
                {"alternatives": [{"transcript": "", "words": listed(ASK, 1)}]},
                {"alternatives": [{"transcript": "", "words": listed(TELL, 5)}]},
            ]
        }
    },
    "AssemblyAI": {"text": f"{ASK} {TELL}", "words": in_ms(SPOKEN), "audio_duration": 60, "language_code": "en_us"},
    "AssemblyAI, utterances": {
        "utterances": [
            {"speaker": "A", "text": ASK, "start": 1000, "end": 2800},
            {"speaker": "B", "text": TELL, "start": 5000, "end": 8800},
        ]
    },
    "words in seconds": {"words": SPOKEN},
    "Amazon": {"jobName": "x", "results": {"transcripts": [], "items": amazon(SPOKEN)}},
    "Google": {
        "results": [
            {"alternatives": [{"transcript": "", "words": [
                {"word": w["word"], "startTime": f"{w['start']}s", "endTime": f"{w['end']}s",
                 "speakerTag": 1 + int(w["speaker"][-1])} for w in SPOKEN]}]}
        ]
    },
    "Rev": {
        "monologues": [
            {"speaker": n, "elements": [
                part
                for w in some
                for part in (
                    {"type": "text", "value": w["word"].strip(".?"), "ts": w["start"], "end_ts": w["end"]},
                    {"type": "punct", "value": w["word"][-1] if w["word"][-1] in ".?" else " "},
                )
            ]}
            for n, some in enumerate((SPOKEN[:2], SPOKEN[2:]))
        ]
    },
    "podcast": {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Jane", "startTime": 1, "endTime": 3, "body": ASK},
            {"speaker": "Tom", "startTime": 5, "endTime": 9, "body": TELL},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_diarized_transcripts_of_services_keep_their_speakers(tmp_path: Path, service: str) -> None:
    transcript = read(tmp_path, "a.json", SERVICES[service])
    assert said(transcript, asked=True) == ASK and said(transcript, asked=False) == TELL
    assert [s.span.start_ms for s in transcript.sentences] == [1000, 5000]


def test_whisper_cpp_and_its_language_are_read(tmp_path: Path) -> None:
    data = {
        "result": {"language": "de"},
        "transcription": [
            {"timestamps": {"from": "00:00:01,000", "to": "00:00:03,000"}, "offsets": {"from": 1000, "to": 3000},
             "text": " Meine Karte wurde abgelehnt."},
            {"timestamps": {"from": "00:00:04,000", "to": "00:00:05,000"}, "text": " [Musik]"},
        ],
    }  # fmt: skip
    transcript = read(tmp_path, "a.json", data)
    assert (said(transcript), transcript.language) == ("Meine Karte wurde abgelehnt.", "de")
    assert (transcript.sentences[0].span.start_ms, transcript.sentences[0].span.end_ms) == (1000, 3000)


def test_whispers_table_is_read(tmp_path: Path) -> None:
    [sentence] = read(tmp_path, "a.tsv", "start\tend\ttext\n1000\t3000\tMy card was refused.\n").sentences
    assert (sentence.text, sentence.span.start_ms, sentence.span.end_ms) == ("My card was refused.", 1000, 3000)


def test_sounds_in_timed_words_are_no_words(tmp_path: Path) -> None:
    words = listed("[background music] My card ♪ la ♪ was refused.", 1)
    transcript = read(tmp_path, "a.json", {"segments": [{"start": 1, "end": 12, "text": "", "words": words}]})
    assert said(transcript) == "My card was refused."


# ---- strangers' files: one line for that file, in little time -------------------------------------------------

HOSTILE: dict[str, tuple[str, str | bytes]] = {
    "a number of 5,000 digits": ("a.json", '[{"start": 1' + "0" * 5000 + ', "end": 2, "text": "a"}]'),
    "an hour of 5,000 digits": ("a.srt", "1\n" + "9" * 5000 + ":00:01,000 --> 00:00:03,000\nMy card was refused.\n"),
    "a lone surrogate": ("a.json", '[{"start": 1, "end": 3, "text": "My card \\ud800was refused."}]'),
    "a word of a megabyte": ("a.srt", srt((0, 2, "x" * 1_000_000), (3, 5, "My card was refused."))),
    "a tag that never closes": ("a.srt", srt((0, 2, "<" * 200_000), (3, 5, "My card was refused."))),
    "an open tag of a megabyte": ("a.srt", srt((0, 2, "<b" + "a" * 1_000_000), (3, 5, "My card was refused."))),
    "override codes that never close": ("a.srt", srt((0, 2, "{\\" * 200_000), (3, 5, "My card was refused."))),
    "brackets that never close": ("a.srt", srt((0, 2, "[(" * 200_000), (3, 5, "My card was refused."))),
    "notes of music": ("a.srt", srt((0, 2, "♪" * 300_000), (3, 5, "My card was refused."))),
    "colons": ("a.srt", srt((0, 2, ": " * 200_000), (3, 5, "My card was refused."))),
    "names": ("a.srt", srt((0, 2, "A" * 300_000 + ":"), (3, 5, "My card was refused."))),
    "spaces": ("a.srt", srt((0, 2, " " * 1_000_000 + "x"), (3, 5, "My card was refused."))),
    "digits": ("a.srt", "1" * 1_000_000 + "\n" + srt((3, 5, "My card was refused."))),
    "arrows": ("a.srt", srt((0, 2, "-->" * 200_000), (3, 5, "My card was refused."))),
    "empty lines": ("a.srt", "\n" * 1_000_000 + srt((3, 5, "My card was refused."))),
    "deep nesting": ("a.json", '{"segments":' + "[" * 200_000),
    "deep objects": ("a.json", '{"segments":[{"start":1,"end":2,"text":' + '{"a":' * 5000 + "1" + "}" * 5000 + "}]}"),
    "not a number": ("a.json", '[{"start": NaN, "end": 1, "text": "a"}]'),
    "endless": ("a.json", '[{"start": 0, "end": 1e308, "text": "a b"}]'),
    "speakers that are lists": ("a.json", '{"segments":[{"start":1,"end":3,"text":"My card was refused.","speaker":[]}]}'),
    "a zero byte": ("a.srt", srt((3, 5, "My card\x00 was refused."))),
    "random bytes": ("a.srt", bytes(range(256)) * 400),
    "a hundred thousand cues": ("a.srt", srt(*((n * 0.0005, n * 0.0005 + 0.0004, f"word {n}") for n in range(100_000)))),
    "a hundred thousand that are empty": ("a.srt", "1\n0:1 --> 0:2\n\n" * 30_000),
    "a cue of 300,000 words": ("a.srt", srt((0, 50, "word " * 300_000))),
    "entities": ("a.srt", srt((0, 2, "&amp;" * 100_000 + "&#9999999999;"), (3, 5, "My card was refused."))),
    "a broken ass": ("a.ass", "[Events]\nDialogue: 0,x,y\n" * 2000),
    "a bomb of entities": ("a.ttml", '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><tt><body><p>&b;</p></body></tt>'),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_strangers_file_is_read_or_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    name, content = HOSTILE[kind]
    try:
        transcript = read(tmp_path, name, content)
    except TranscriptError as problem:
        assert str(problem).startswith(name) and "\n" not in str(problem) and len(str(problem)) < 300
        return
    text = said(transcript)
    text.encode("utf-8")  # no surrogates
    assert "\0" not in text and all(len(word.text) <= 100 for word in flat(transcript.sentences))
    assert text in ("", "My card was refused.") or "My card was refused." in text
