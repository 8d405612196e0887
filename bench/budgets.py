"""What the worst files of strangers cost each reader, beside its budget: processor
seconds and memory, each in a process of its own.

`python bench/budgets.py`. The files are made here. A reader keeps to its budget if the file is read or refused within it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from helpers.results.workbooks import NS, patched, sheet


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def cues(many: int, text: str = "My card was refused.") -> str:
    return "WEBVTT\n\n" + "".join(f"{clock(10 * n)} --> {clock(10 * n + 9)}\n{text}\n\n" for n in range(many))


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


# name: (the budget in words, seconds, MiB, reader, how the file is made)
Made = Callable[[Path], Path]
CASES: dict[str, tuple[str, float, int, str, Made]] = {
    "workbook: 20,000 rows in the last column": ("120 s", 120, 1024, "workbook", lambda f: patched(f, sheet=sheet("".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 20_001))))),
    "workbook: 15 million shared strings": ("120 s, 6 million tags", 120, 1024, "workbook", lambda f: patched(f, strings=f"<sst {NS}>".encode() + b"<si/>" * 15_000_000 + b"</sst>")),
    "workbook: 13 million cells in a row": ("120 s, 12 million tags", 120, 1024, "workbook", lambda f: patched(f, sheet=sheet("<row>" + "<c/>" * 13_000_000 + "</row>"))),
    "workbook: unpacks to 400 MB": ("300 MB unpacked", 120, 1024, "workbook", lambda f: patched(f, sheet=sheet(" " * 400_000_000))),
    "export: 90 MB of separators": ("100 MB, 16,384 columns", 120, 1024, "workbook", lambda f: written(f, "a.csv", "file\n" + ";" * 90_000_000)),
    "table: 190,000 rows": ("50 MB, 200,000 rows", 60, 1024, "table", lambda f: written(f, "responses.csv", "file,name\n" + "".join(f"a{n}.mp4,A\n" for n in range(190_000)))),
    "table: 49 MB in one cell": ("50 MB, 10,000 characters a cell", 60, 1024, "table", lambda f: written(f, "responses.csv", 'file,name\na.mp4,"' + "x" * 49_000_000 + '"\n')),
    "captions: 100,000 cues": ("20 MB, 100,000 phrases", 60, 1024, "captions", lambda f: written(f, "a.vtt", cues(100_000))),
    "captions: a tag that never closes, 15 MB": ("20 MB", 60, 1024, "captions", lambda f: written(f, "a.vtt", cues(1, "<c." + "<i" * 7_000_000))),
    "captions: one word of 15 MB": ("20 MB, 100 characters a word", 60, 1024, "captions", lambda f: written(f, "a.srt", "1\n00:00:00,000 --> 00:00:05,000\n" + "x" * 15_000_000 + "\n")),
    "captions: TTML nested 100,000 deep": ("20 MB", 60, 1024, "captions", lambda f: written(f, "a.ttml", "<tt>" + "<div>" * 100_000 + "</div>" * 100_000 + "</tt>")),
    "transcript: 300,000 words": ("60 MB", 60, 1024, "captions", lambda f: written(f, "a.json", json.dumps({"segments": [{"start": n, "end": n + 1, "text": "a", "words": [{"word": f"w{k}", "start": n + k / 100, "end": n + k / 100 + 0.01} for k in range(100)]} for n in range(3000)]}))),
    "transcript: nested 100,000 deep": ("60 MB", 60, 1024, "captions", lambda f: written(f, "a.json", nested(100_000))),
    "settings: 4.9 MB of brackets": ("5 MB", 60, 1024, "settings", lambda f: written(f, "reelmaker.toml", "a = " + "[" * 4_900_000)),
    "settings: 60,000 tables": ("5 MB", 60, 1024, "settings", lambda f: written(f, "reelmaker.toml", "".join(f"[problems.p{n}]\n" for n in range(60_000)))),
}  # fmt: skip


def read(reader: str, path: Path) -> str:
    """Read a file as the program does; "read", or the first words of the line that refuses it."""
    from reelmaker.errors import ReelmakerError

    try:
        if reader == "workbook":
            from reelmaker.sources import spreadsheet

            spreadsheet.read(path)
        elif reader == "table":
            from reelmaker.ingest import responses_csv

            responses_csv.read_table(path.parent)
        elif reader == "captions":
            from reelmaker.model import Response
            from reelmaker.transcribe import sidecars

            sidecars.read(path, Response("r", "a.mp4", 4_000_000))
        else:
            from reelmaker.project.config import open_project

            open_project(path.parent)
    except ReelmakerError as refusal:
        return refusal.message.partition(":")[2].strip()[:60] or refusal.message[:60]
    return "read"


def alone(name: str, path: str) -> None:
    """In a process of its own: read it and print what it cost."""
    began = time.process_time()  # other work on the machine does not count
    result = read(CASES[name][3], Path(path))
    status = Path("/proc/self/status").read_text("utf-8")  # getrusage would begin with the memory of the parent process
    peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    print(json.dumps({"seconds": time.process_time() - began, "peak": peak, "result": result}))


def main() -> int:
    print(f"{'file':<44} {'budget':<34} {'seconds':>8} {'MiB':>6}  result")
    over = 0
    for name, (budget, most_s, most_mib, _, make) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = make(Path(folder))
            code = (
                f"import sys; sys.path.insert(0, {str(HERE)!r}); import budgets; budgets.alone({name!r}, {str(path)!r})"
            )
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        if done.returncode:
            over += 1
            print(f"{name:<44} {budget:<34} {'':>8} {'':>6}  FAILED: {done.stderr.strip().splitlines()[-1][:80]}")
            continue
        cost = json.loads(done.stdout.splitlines()[-1])
        kept = cost["seconds"] <= most_s and cost["peak"] <= most_mib
        over += not kept
        mark = "" if kept else "OVER "
        print(f"{name:<44} {budget:<34} {cost['seconds']:>8.1f} {cost['peak']:>6}  {mark}{cost['result']}", flush=True)
    print(f"{len(CASES) - over} of {len(CASES)} within their budget")
    return int(over > 0)


if __name__ == "__main__":
    raise SystemExit(main())
