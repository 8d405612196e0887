"""Install reelmaker into a bare environment on each Python that is present, run it, transcribe two seconds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13")
MOST_MB = 1500  # a laptop's worth: no torch
TRY = """
import sys, numpy
from reelmaker import media, model_files, transcribe
from reelmaker.model import Response
from pathlib import Path
upload = Path(sys.argv[1])
facts = media.probe(upload)
sound = media.pcm(upload, facts.sound_track, 0, 5500)[-32000:]
hearing = transcribe.load("whisper", model_files.find("base", "speech"), workers=1, language="en", name="base")
response = Response("0" * 64, upload.name, 2000)
[(_, transcript)] = hearing.transcribe([(response, lambda: sound)])
words = " ".join(sentence.text for sentence in transcript.sentences)
assert words, transcript
print("heard:", words)
"""


def find(version: str) -> str:
    """An interpreter of that version which really runs: on the PATH, or among pyenv's."""
    names = [shutil.which(f"python{version}"), sys.executable]
    roots = [os.environ.get("PYENV_ROOT", ""), str(Path.home() / ".pyenv")]
    for root in filter(None, roots):
        names += map(str, sorted(Path(root).glob(f"versions/{version}.*/bin/python"), reverse=True))
    for name in filter(None, names):
        test = f"import sys; sys.exit(sys.version_info[:2] != ({version.replace('.', ', ')}))"
        if subprocess.run([name, "-c", test], capture_output=True, check=False).returncode == 0:
            return str(name)
    return ""


def alone() -> list[str]:
    """The packages that the Makefile installs without what they ask for."""
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    return next(line.partition(":=")[2].split() for line in lines if line.startswith("ALONE :="))


def check(version: str, python: str) -> None:
    home = ROOT / ".venvs" / version
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run([python, "-m", "venv", str(home)], check=True)
    binaries = home / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(binaries / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, f"{ROOT}[offline]"], check=True)
    subprocess.run([*pip, "--no-deps", *alone()], check=True)
    megabytes = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) // 1_000_000
    print(f"installed: {megabytes} MB", flush=True)
    if megabytes > MOST_MB:
        raise SystemExit(f"{megabytes} MB is more than {MOST_MB}: something heavy came along")
    subprocess.run([str(binaries / "reelmaker"), "--help"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([str(binaries / "reelmaker"), "doctor"], check=True, stdout=subprocess.DEVNULL, cwd=home)
    upload = next(path for path in sorted((ROOT / "samples/fernhill/uploads").glob("*.mp4")))
    subprocess.run([str(binaries / "python"), "-c", TRY, str(upload)], check=True, cwd=home)
    shutil.rmtree(home)


def main() -> int:
    tested = []
    for version in VERSIONS:
        python = find(version)
        if not python:
            print(f"Python {version}: not on this machine, NOT TESTED", flush=True)
            continue
        print(f"Python {version}:", flush=True)
        check(version, python)
        tested.append(version)
    print(f"{len(tested)} passed, 0 failed, {len(VERSIONS) - len(tested)} skipped")
    return 0 if tested else 1


if __name__ == "__main__":
    raise SystemExit(main())
