"""Who speaks in a sidecar: labels, marks and dashes are no words, and who asks is never quoted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.words.sidecar_files import read, said, srt, vtt

from reelmaker.model import Response

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
