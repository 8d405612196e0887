"""Probes uploads in its own process: a line of JSON in, a line of JSON out, until its input ends.

`python -m reelmaker.media.probe_worker`. Whatever a hostile file does to a decoder only affects this process.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from reelmaker.errors import UploadError
from reelmaker.media import ffmpeg, metadata
from reelmaker.media.preview import playable


def main() -> None:
    """Answer each request: `{"path", "limits"}` -> `{"facts"}` or `{"error": [message, remedy]}`; with `"tracks"`
    `{"type"}`, the media type under which browsers play these.
    """
    answers = sys.stdout
    sys.stdout = sys.stderr  # output printed by libraries is not an answer
    for line in sys.stdin:
        request = json.loads(line)
        ffmpeg.set_limits(ffmpeg.Limits(**request["limits"]))
        path = Path(request["path"])
        try:
            answer: dict[str, object]
            if "tracks" in request:
                answer = {"type": playable.media_type(path, *request["tracks"])}
            else:
                answer = {"facts": dataclasses.astuple(metadata.read(path))}
        except UploadError as problem:
            answer = {"error": [problem.message, problem.remedy]}
        except MemoryError:
            answer = {
                "error": [
                    f"{path.name}: needs more memory than allowed.",
                    "Convert it to mp4, or raise [limits].",
                ]
            }
        except Exception as problem:  # noqa: BLE001 - any file may find a new way to be broken
            answer = {"error": [f"{path.name}: cannot be read ({type(problem).__name__}).", "Convert it to mp4."]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
