"""A caption file or transcript next to an upload -> its transcript, without transcribing.

`naming` finds the file, `reading` reads it: cue files by `cue_files`, `markup`, `rolling` and `speakers`, JSON by
`json_layouts`. `coverage` says what it leaves out of the sound. Sentences of an interviewer, by name or by manner, are
never quoted.
"""

from __future__ import annotations

from reelmaker.transcribe.sidecars.naming import Folders, beside
from reelmaker.transcribe.sidecars.phrases import spread
from reelmaker.transcribe.sidecars.reading import read

__all__ = ["Folders", "beside", "read", "spread"]
