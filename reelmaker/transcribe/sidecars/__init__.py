"""A caption file or transcript beside an upload -> its transcript, instead of listening.

`naming` says which file it is, `reading` reads it: cue files by `cue_files`, `markup`, `rolling` and `speakers`, JSON by
`json_layouts`. `coverage` says what of the sound it leaves out. Who asks, by name or by manner, is never quoted.
"""

from __future__ import annotations

from reelmaker.transcribe.sidecars.naming import Folders, beside
from reelmaker.transcribe.sidecars.phrases import spread
from reelmaker.transcribe.sidecars.reading import read

__all__ = ["Folders", "beside", "read", "spread"]
