"""Every reader of tables, workbooks, captions, transcripts and settings, on real files that were damaged at random.

300 each, drawn by the run's seed; 5,000 each in `make test-robustness`. Each is read, or refused in one line.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import robustness
from helpers.mutations import damaged
from helpers.results.workbooks import as_workbook
from helpers.surveys.small_survey import TOML, captions
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from reelmaker.errors import ProjectError, ReelmakerError
from reelmaker.ingest import responses_csv, uploads
from reelmaker.ingest.csv_editor import Sheet, without
from reelmaker.model import Facts, Response, Upload
from reelmaker.project.config import open_project
from reelmaker.project.scaffold import TEXT as SCAFFOLD
from reelmaker.sources import settings as source_settings
from reelmaker.sources import spreadsheet
from reelmaker.transcribe import sidecars

MANY = 5000 if robustness.FULL else 300
RESPONSE = Response("r", "anna.mp4", 20_000)
each = settings(
    max_examples=MANY,
    derandomize=False,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)

SRT = "1\n00:00:01,000 --> 00:00:03,000\nInterviewer: What happened?\n\n2\n00:00:04,000 --> 00:00:06,500\n- [sighs] My card\nwas refused.\n"
ROLLING = (
    "WEBVTT\n\n00:00:00.000 --> 00:00:02.310 align:start\n \nso<00:00:00.400><c> my</c><00:00:00.800><c> card</c>\n\n"
    "00:00:02.310 --> 00:00:02.320\nso my card\n \n\n00:00:02.320 --> 00:00:04.500\nso my card\nwas refused\n\nNOTE x\n"
)
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:03.00,Default,Maya,0,0,0,,{\\an8}My card\\Nwas refused.\n"
)
TTML = '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="00:00:01.000" end="00:00:03.000">My card<br/>was refused.</p></div></body></tt>'
WORDS = [
    {"word": " My", "start": 1.0, "end": 1.4, "probability": 0.9, "speaker": "A"},
    {"word": " card.", "start": 1.4, "end": 2},
]
JSONS = [
    {"segments": [{"start": 1, "end": 2, "text": " My card.", "words": WORDS, "speaker": "A"}], "language": "en"},
    {"result": {"language": "en"}, "transcription": [{"timestamps": {"from": "00:00:01,000", "to": "00:00:02,000"}, "offsets": {"from": 1000, "to": 2000}, "text": "My card."}]},
    {"results": {"channels": [{"alternatives": [{"words": [{"word": "my", "start": 1, "end": 2, "speaker": 0}]}]}]}},
    {"words": [{"text": "My", "start": 1000, "end": 1400, "confidence": 0.9, "speaker": "A"}]},
    {"results": {"items": [{"type": "pronunciation", "start_time": "1.0", "end_time": "2.0", "alternatives": [{"content": "My", "confidence": "1"}]}]}},
    {"monologues": [{"speaker": 0, "elements": [{"type": "text", "value": "My", "ts": 1, "end_ts": 2}, {"type": "punct", "value": "."}]}]},
    {"results": [{"alternatives": [{"words": [{"word": "My", "startTime": "1s", "endTime": "2s", "speakerTag": 1}]}]}]},
    {"events": [{"tStartMs": 0, "dDurationMs": 900, "segs": [{"utf8": "My card."}]}]},
]  # fmt: skip
CAPTIONS = {
    ".srt": [SRT.encode(), SRT.encode("utf-16"), captions(["Hello.", "My card was refused."]).encode()],
    ".vtt": [ROLLING.encode(), captions(["Hello.", "Café: no."]).encode()],
    ".sbv": [b"0:00:01.000,0:00:03.000\nMy card\nwas refused.\n\n0:00:04.000,0:00:05.000\nI left.\n"],
    ".ass": [ASS.encode()],
    ".ttml": [TTML.encode()],
    ".tsv": [b"start\tend\ttext\n1000\t2000\tMy card.\n2000\t3000\tI left.\n"],
    ".json": [json.dumps(one).encode() for one in JSONS],
}
TABLES = [
    b"file,respondent,name,date,segment,score,consent,consent_until,show_name\nanna.mp4,R1,Anna,2026-10-03,new,7,external,2030-01-01,yes\nbert.mp4,R2,\"B, \"\"x\"\"\",03/04/2026,loyal,8,no,,no\n",
    b"sep=;\r\nfile;Consent?;Einwilligung;date\r\nC:\\x\\anna.mp4;ja;nein;3. Oktober 2026\r\nbert;x;;45292\r\n",
    "file\tname\tconsent\nanna.mp4\tJürg\tyes\nbert.mp4\t你好\twithdrawn\n".encode("utf-16"),
    b'file,consent\nWhich?,May we?\n"{""ImportId"":""a""}","{""ImportId"":""b""}"\nanna.mp4,external\n',
]  # fmt: skip


def one_line(problem: ReelmakerError) -> None:
    assert "\n" not in problem.message.replace("\r", "\n").strip(), problem.message
    assert len(str(problem)) < 2000 and problem.message


def in_folder(check: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder))


@pytest.mark.parametrize("suffix", CAPTIONS)
def test_captions_and_transcripts(suffix: str) -> None:
    @seed(robustness.SEED)
    @each
    @given(damaged(CAPTIONS[suffix]))
    @example(b"")
    @example(b"\x00" * 100)
    @example(b"\xff\xfe" + b"x" * 5)
    @example(b'[{"start": 1' + b"0" * 5000 + b', "end": 2, "text": "a"}]')
    @example(b'{"segments": [{"start": true, "end": "1", "text": null, "words": "x"}]}')
    def run(raw: bytes) -> None:
        def check(folder: Path) -> None:
            path = folder / f"anna{suffix}"
            path.write_bytes(raw)
            try:
                transcript = sidecars.read(path, RESPONSE)
            except ReelmakerError as problem:
                return one_line(problem)
            last = 0
            for sentence in transcript.sentences if transcript else ():
                sentence.text.encode("utf-8")
                for word in sentence.words:
                    assert last <= word.start_ms <= word.end_ms and word.text.strip() and "\n" not in word.text
                    last = word.start_ms
            return None

        in_folder(check)

    run()


@seed(robustness.SEED)
@each
@given(damaged(TABLES), st.sampled_from(["auto", "day-first", "month-first"]))
@example(b'file,name\n"', "auto")
@example(b"file\r", "auto")
@example(b"sep=", "auto")
@example(b"file,consent\n" + b"," * 70_000, "auto")
@example(b"file,file,consent,consent\n" + b"\x85,\x0b,\x1c,no\n", "auto")
def test_the_table_of_answers(raw: bytes, order: str) -> None:
    def check(folder: Path) -> None:
        for file in ("anna.mp4", "bert.mp4"):
            (folder / file).touch()
        (folder / "responses.csv").write_bytes(raw)
        try:
            table = responses_csv.read_table(folder, order)
        except ProjectError as problem:
            return one_line(problem)
        facts = Facts(1000, None, -1, 0)
        found, warnings = uploads.responses(
            [Upload(file, 1, 1, file, facts) for file in ("anna.mp4", "bert.mp4")], table
        )
        assert len(found) == 2
        for text in [*warnings, *(response.name + response.segment for response in found)]:
            text.encode("utf-8")
        sheet = Sheet.of(raw)
        assert sheet.bytes() == raw or not raw.strip(), "what is not changed stays byte for byte"
        sheet.enter("dora.mp4", {"consent": "internal", "name": "Dora"})
        sheet.narrow("dora.mp4", {"consent": "none"})
        left, _ = without(raw, ["anna.mp4"], ["R2"])
        assert len(left) <= len(raw)
        return None

    in_folder(check)


@seed(robustness.SEED)
@each
@given(damaged(TABLES))
@example(b"sep=\n")
@example(b"\r\n\r\n")
def test_exports_as_text(raw: bytes) -> None:
    try:
        for row in spreadsheet.of_text(Path("export.csv"), raw):
            for cell in row:
                cell.text.encode("utf-8")
    except ProjectError as problem:
        one_line(problem)


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    import openpyxl

    folder = tmp_path_factory.mktemp("workbooks")
    path = as_workbook(folder / "a.xlsx", [["file", "date", "n"], ["anna.mp4", "2026-10-03", "7"]], Other=[["x"]])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A2"].hyperlink = "https://v.example.com/1.mp4"
    book.save(folder / "b.xlsx")
    return [path.read_bytes(), (folder / "b.xlsx").read_bytes()]


def test_workbooks(workbooks: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    @seed(robustness.SEED)
    @each
    @given(st.one_of(damaged(workbooks), one_byte(workbooks), repacked(workbooks)))
    def run(raw: bytes) -> None:
        path.write_bytes(raw)
        try:
            for row in spreadsheet.read(path):
                for cell in row:
                    (cell.text + cell.link).encode("utf-8", "surrogatepass")
        except ProjectError as problem:
            one_line(problem)

    run()


@st.composite
def one_byte(draw: st.DrawFn, files: list[bytes]) -> bytes:
    raw = bytearray(draw(st.sampled_from(files)))
    raw[draw(st.integers(0, len(raw) - 1))] ^= draw(st.integers(1, 255))
    return bytes(raw)


@st.composite
def repacked(draw: st.DrawFn, files: list[bytes]) -> bytes:
    """A workbook whose archive is whole, with one damaged part."""
    import io
    import zipfile

    source = zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(files))))
    name = draw(st.sampled_from(source.namelist()))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for other in source.namelist():
            packed.writestr(other, draw(damaged([source.read(other)])) if other == name else source.read(other))
    return target.getvalue()


@seed(robustness.SEED)
@each
@given(damaged([TOML.encode(), SCAFFOLD.format(name='"x"').replace("\n# ", "\n").encode()]))
@example(b"name = 'Spring")
@example(b"[[source]]\nname = 1\n")
@example(b"problems.x = 1\n[problems]\n")
@example(b"[reel]\nlength = nan\n")
@example(b"[reel]\nlength = inf\n")
@example(b"[limits]\nhours = 1e999\n")
@example(b"name = " + b"[" * 3000)
@example(b"n = " + b"9" * 5000)
def test_settings(raw: bytes) -> None:
    def check(folder: Path) -> None:
        (folder / "reelmaker.toml").write_bytes(raw)
        try:
            source_settings.of(open_project(folder))
        except ReelmakerError as problem:
            one_line(problem)

    in_folder(check)
