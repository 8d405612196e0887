"""The reel as an editor's timeline: reel.otio (OpenTimelineIO), reel.xml (Final Cut Pro 7), reel.edl (CMX 3600).

Clips refer to their exact times in the original uploads, one event for each stretch of them; cards are titles with their words, each quote is a marker.
Milliseconds become frames of the reel's rate: the start in the source is rounded to the nearest frame, lengths are
those of the reel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from reelmaker.model import DRAWN, MARKS, Card, Clip, Facts, Place
from reelmaker.outputs import Finished
from reelmaker.outputs.escaping import plain
from reelmaker.tag.reasons import in_favour
from reelmaker.text import caption_cues

if TYPE_CHECKING:
    from opentimelineio import opentime, schema

RATES = (24, 25, 30, 48, 50, 60)  # frame rates that have a timecode
SOUND_ALONE = (".wav", ".aac", ".mp3", ".aif", ".aiff", ".m4a", ".ogg", ".opus", ".flac")
TITLES = {"intro": "Introduction", "chapter": "Chapter", "evidence": "Count", "outro": "Question"}


@dataclass(frozen=True, slots=True)
class Form:
    """What differs between the formats: how originals are named, and how tracks and markers are arranged."""

    absolute: bool = False  # originals by absolute path; otherwise relative to the reel's folder
    sides: int = 1  # sound tracks: Final Cut has one for each side of a stereo sound
    marks_in_reel: bool = False  # marker times count from the reel's start; otherwise from the source's
    marks_from_zero: bool = False  # the source's marker times count from its first frame; otherwise by its timecode
    by_timecode: bool = False  # originals are found by their timecode alone, so that it counts as the camera does


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write the three files. reel.otio and reel.edl name the originals relative to the reel's folder, so that
    they open wherever the project folder is; Final Cut's format knows absolute paths only."""
    from opentimelineio import adapters

    edits = timeline(finished, Form(sides=0, marks_in_reel=True, by_timecode=True))
    texts = {
        "reel.otio": adapters.write_to_string(timeline(finished, Form()), "otio_json", indent=1),
        "reel.xml": adapters.write_to_string(
            timeline(finished, Form(absolute=True, sides=2, marks_from_zero=True)), "fcp_xml"
        ),
        "reel.edl": adapters.write_to_string(edits, "cmx_3600", rate=rate_of(finished.reel.fps)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text.rstrip("\n") + "\n", "utf-8", newline="\n")
    return [folder / name for name in texts]


def rate_of(fps: int) -> int:
    """Frame rate of the timeline: the reel's, or the next rate with a timecode that is a multiple of it.

    There is none for 32 and 40; their cuts are rounded to the nearest sixtieth of a second.
    """
    return next((rate for rate in RATES if rate % fps == 0), RATES[-1])


def source_frames(clip: Clip, frames: int, rate: int) -> tuple[int, int]:
    """First frame of a clip in its original, counted from its beginning, and the number of frames."""
    return round(clip.span.start_ms * rate / 1000), frames


def timecode_frames(facts: Facts, rate: int) -> int:
    """The original's first frame by its own timecode, in frames of the timeline's rate; 0 where it has none."""
    if not facts.timecode:
        return 0
    hours, minutes, seconds, frames = (int(part) for part in facts.timecode.replace(";", ":").split(":"))
    return round((hours * 3600 + minutes * 60 + seconds + frames / max(1, round(facts.rate))) * rate)


def _first_frame(finished: Finished, clip: Clip, frames: int, rate: int, form: Form) -> int:
    """The first frame of a clip in its original, by the original's timecode if it has one."""
    first, _ = source_frames(clip, frames, rate)
    known = finished.originals.get(clip.span.response)
    if known is None or not known[1].timecode:
        return first
    facts = known[1]
    if form.by_timecode and ";" not in facts.timecode and facts.rate:
        # 29.97 frames a second that are numbered as 30: the numbers fall behind the time
        first = round(first * facts.rate / max(1, round(facts.rate)))
    return timecode_frames(facts, rate) + first


def timeline(finished: Finished, form: Form) -> schema.Timeline:
    """The reel as OpenTimelineIO objects."""
    from opentimelineio import opentime, schema

    reel, rate = finished.reel, rate_of(finished.reel.fps)
    title = " / ".join(plain(problem.statement) for problem in reel.problems)
    result = schema.Timeline(name=title, global_start_time=opentime.RationalTime(0, rate), metadata=_facts(finished))
    tracks = [schema.Track("Picture", kind=schema.TrackKind.Video)]
    tracks += [schema.Track(f"Sound {n}", kind=schema.TrackKind.Audio) for n in range(1, form.sides + 1)]
    result.tracks.extend(tracks)
    tapes: dict[str, str] = {}  # an edit list identifies sources by tape name
    for place in (part for whole in reel.places() for part in whole.parts()):
        first = round(place.first_frame * rate / reel.fps)
        frames = max(1, round((place.first_frame + place.frames) * rate / reel.fps) - first)
        item = place.item
        if isinstance(item, Card):
            tracks[0].append(_title(item, frames, rate))
        else:
            tapes.setdefault(item.span.response, f"R{len(tapes) + 1:03}")
            mark_at = first if form.marks_in_reel else _first_frame(finished, item, frames, rate, form)
            if form.marks_from_zero:
                mark_at = source_frames(item, frames, rate)[0]
            clip = _clip(finished, place, item, frames, form, tapes[item.span.response])
            clip.markers.append(_marker(finished, item, mark_at, frames))
            clip.markers.extend(_bleeps(item, mark_at, frames, rate))
            tracks[0].append(clip)
        for number, track in enumerate(tracks[1:], 1):
            track.append(_sound(finished, place, frames, form, number))
    return result


def _range(first: int, frames: int, rate: int) -> opentime.TimeRange:
    from opentimelineio import opentime

    return opentime.TimeRange(opentime.RationalTime(first, rate), opentime.RationalTime(frames, rate))


def _facts(finished: Finished) -> dict[str, Any]:
    reel = finished.reel
    size = {"width": str(reel.width), "height": str(reel.height)}
    return {
        "reelmaker": {
            "folder": str(finished.document["reel"]["folder"]),
            "fps": reel.fps,
            "width": reel.width,
            "height": reel.height,
            "problems": [problem.slug for problem in reel.problems],
        },
        "fcp_xml": {"media": {"video": {"format": {"samplecharacteristics": size}}}},
    }


def _title(card: Card, frames: int, rate: int) -> schema.Clip:
    """A card: a text generator with its words in the metadata, and as text in Final Cut's format."""
    from opentimelineio import schema

    fields = {name: plain(text) for name, text in card.fields if name not in DRAWN}
    name = f"{TITLES[card.kind]}: {next(iter(fields.values()), '')}".rstrip(": ")
    text = {"parameterid": "str", "name": "Text", "value": "\n".join(fields.values())}
    final_cut = {
        "effecttype": "generator",
        "mediatype": "video",
        "effectcategory": "Text",
        "parameter": text,
    }
    generator = schema.GeneratorReference(
        name="Text",
        generator_kind="Text",
        available_range=_range(0, frames, rate),
        parameters=fields,
        metadata={"fcp_xml": final_cut},
    )
    metadata = {"reelmaker": {"card": card.kind, "problem": card.problem, "fields": fields}}
    return schema.Clip(
        name=name,
        media_reference=generator,
        source_range=_range(0, frames, rate),
        metadata={
            **metadata,
            "cmx_3600": {"reel": "BL", "comments": [f"{name}: {text}" for name, text in fields.items()]},
        },
    )


def _clip(
    finished: Finished, place: Place, clip: Clip, frames: int, form: Form, tape: str, side: int = 0
) -> schema.Clip:
    """One customer's words; `side` is that of the sound, from 1, or 0 for the picture."""
    from opentimelineio import schema

    rate = rate_of(place.fps)
    first, length = _first_frame(finished, clip, frames, rate, form), frames
    response = finished.responses[clip.span.response]
    description = {
        "response": response.id,
        "file": plain(response.file),
        "label": plain(clip.label),
        "problem": clip.moment.problem,
        "source_start_ms": clip.span.start_ms,
        "source_end_ms": clip.span.end_ms,
        "score": clip.moment.score,
    }
    metadata: dict[str, Any] = {
        "reelmaker": description,
        "cmx_3600": {
            "reel": tape,
            "comments": [f"Said by {plain(clip.label)}: {plain(caption_cues.quote(clip.moment))}"],
        },
    }
    if side:
        metadata["fcp_xml"] = {"sourcetrack": {"mediatype": "audio", "trackindex": str(side)}}
    name = plain(PurePosixPath(response.file).name)
    reference = _original(finished, clip, first + length, form)
    return schema.Clip(
        name=name, media_reference=reference, source_range=_range(first, length, rate), metadata=metadata
    )


def _original(finished: Finished, clip: Clip, end: int, form: Form) -> schema.MediaReference:
    """The upload; all of it is available to the editor."""
    from opentimelineio import schema

    original = finished.originals.get(clip.span.response)
    if original is None:
        return schema.MissingReference()
    path, facts = original
    rate = rate_of(finished.reel.fps)
    start = timecode_frames(facts, rate)
    available_frames = max(math.ceil(facts.duration_ms * rate / 1000), end - start)
    file = finished.responses[clip.span.response].file
    url = f"file://localhost{path.as_uri()[7:]}" if form.absolute else _relative_url(finished, path, file)
    reference = schema.ExternalReference(target_url=url, available_range=_range(start, available_frames, rate))
    reference.name = plain(PurePosixPath(file).name)
    return reference


def _relative_url(finished: Finished, path: Path, file: str) -> str:
    """An upload's address relative to the reel's folder: both are inside the project's."""
    parents = [".."] * len(PurePosixPath(finished.document["reel"]["folder"]).parts)
    upload_parts = path.parts[-len(PurePosixPath(file).parts) - 1 :]  # uploads/ and the path below it
    return PurePosixPath("/", *parents, *upload_parts).as_uri().removeprefix("file:///")


def _marker(finished: Finished, clip: Clip, first: int, frames: int) -> schema.Marker:
    """The quote as a marker over its entire clip."""
    from opentimelineio import schema

    why = f"{plain(clip.label)}; score {clip.moment.score:.2f}; {plain('; '.join(in_favour(clip.moment.why)))}"
    return schema.Marker(
        name=plain(caption_cues.quote(clip.moment)),
        marked_range=_range(first, frames, rate_of(finished.reel.fps)),
        color=schema.MarkerColor.GREEN,
        metadata={
            "reelmaker": {"label": plain(clip.label), "why": [plain(reason) for reason in in_favour(clip.moment.why)]},
            "fcp_xml": {"comment": why},
        },
    )


def _bleeps(clip: Clip, first: int, frames: int, rate: int) -> list[schema.Marker]:
    """The bleeped parts of the reel, because the original that an editor opens has no bleeps."""
    from opentimelineio import schema

    marks = []
    for start, end, kind in clip.bleeps:
        begin = max(0, min(frames - 1, round((start - clip.span.start_ms) * rate / 1000)))
        length = max(1, min(frames - begin, round((end - max(start, clip.span.start_ms)) * rate / 1000)))
        marks.append(
            schema.Marker(
                name=f"Bleep {MARKS[kind]}: the original is not redacted",
                marked_range=_range(first + begin, length, rate),
                color=schema.MarkerColor.RED,
                metadata={"reelmaker": {"redacted": kind}},
            )
        )
    return marks


def _sound(finished: Finished, place: Place, frames: int, form: Form, side: int) -> schema.Clip | schema.Gap:
    """The clip's sound; a gap if it has none on this side, and under cards."""
    from opentimelineio import schema

    item = place.item
    if isinstance(item, Clip) and side <= max(1, _sides(finished, item)):
        original = finished.originals.get(item.span.response)
        if original is None or original[1].sound_track >= 0:
            return _clip(finished, place, item, frames, form, "", side if form.sides > 1 else 0)
    return schema.Gap(source_range=_range(0, frames, rate_of(place.fps)))


def _sides(finished: Finished, clip: Clip) -> int:
    original = finished.originals.get(clip.span.response)
    return min(2, original[1].channels) if original else 1
