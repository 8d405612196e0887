"""Finds the faces in the clips of a reel that must not show them; results are kept in the library.

A clip whose faces cannot be detected shows the speaker's card instead of its picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import Any

from reelmaker import media, model_files, parallel
from reelmaker.compute import CPU, Compute, Placed
from reelmaker.errors import ModelError, ReelmakerError
from reelmaker.model import Card, Clip, Place, Reel, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.progress import Progress
from reelmaker.project.library import Library, key_of
from reelmaker.redaction import faces
from reelmaker.render import pieces

SELDOM = 0.5  # share of frames with a face below which a person should check the clip


def cover(
    reel: Reel, survey: Survey, library: Library, document: dict[str, Any], report: Progress, compute: Compute = CPU
) -> pieces.Covers:
    """What to cover in each clip. `document` receives how each clip's faces are treated, and the warnings."""
    places = _clips_to_blur(reel, survey)
    remembered = {place: library.result(_key(place, reel, survey, compute)) for place in places}
    results: dict[Place, dict[str, Any]] = {place: body for place, body in remembered.items() if body}
    new = [place for place in places if place not in results]
    try:
        folder = model_files.find(faces.MODEL, "faces") if new else Path()
    except ModelError as problem:
        _warn(
            f"Face detection is not available: {len(new)} clips show the speaker's card instead of the video.",
            f"{problem.message} {problem.remedy}",
            document,
            report,
        )
    else:
        results |= dict(_detected(new, Placed(folder, compute), reel, survey, library, report))
    covers: pieces.Covers = {}
    for place, item in zip(reel.places(), document["items"], strict=True):
        clip = place.item
        if isinstance(clip, Card) or not survey.sources[clip.span.response].faces:
            continue
        result = results.get(place, {})
        if result.get("areas"):
            covers[clip.stretches] = tuple(media.Area(*area) for area in result["areas"])
        item["faces"] = "blurred" if clip.stretches in covers else "not shown"
        if result:
            _tell(moment_ids.name(clip.moment), result, document, report)
    return covers


def _clips_to_blur(reel: Reel, survey: Survey) -> list[Place]:
    """The clips with a picture whose faces must be blurred."""
    return [
        place
        for place in reel.places()
        if isinstance(place.item, Clip)
        and survey.sources[place.item.span.response].faces
        and pieces.moving_frames(survey.sources[place.item.span.response], place.item, place)
    ]


def _key(place: Place, reel: Reel, survey: Survey, compute: Compute) -> str:
    piece = _piece(place, survey)
    return key_of(
        "faces",
        faces.VERSION,
        piece.start_ms,
        piece.frames,
        reel.fps,
        _size(piece, reel),
        piece.picture_track,
        survey.sources[_clip(place).span.response].facts.matrix,
        _clip(place).span.response,
        media.ffmpeg_identity(),
        *([["jumps", *piece.jumps]] if piece.jumps else []),
        *compute.network_facts,
    )


def _detected(
    places: list[Place], model: Placed, reel: Reel, survey: Survey, library: Library, report: Progress
) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Each clip with its detection result."""
    if not places:
        return
    report.step("Detecting faces", len(places))
    look = partial(_detect, reel=reel, survey=survey, model=model)
    longest_first = sorted(places, key=lambda place: -place.frames)
    for place, result in parallel.do(look, longest_first, stop=media.stop_all):
        report.advance()
        if isinstance(result, Exception):  # not stored, so that the next build tries again
            reason = result.message if isinstance(result, ReelmakerError) else type(result).__name__
            yield place, {"trouble": reason}
        else:
            compute = model.compute
            body = {"areas": [astuple(area) for area in result.areas], "found": result.found}
            library.store_results({_key(place, reel, survey, compute): body})
            yield place, body


def _detect(place: Place, reel: Reel, survey: Survey, model: Placed) -> faces.Covering:
    piece = _piece(place, survey)
    return faces.look(piece, reel.fps, _size(piece, reel), model.folder, model.compute)


def _piece(place: Place, survey: Survey) -> media.Piece:
    clip = _clip(place)
    source = survey.sources[clip.span.response]
    return pieces.picture_of_clip(source, clip, place)


def _size(piece: media.Piece, reel: Reel) -> tuple[int, int]:
    assert piece.picture is not None
    return faces.size(piece.picture, (reel.width, reel.height))


def _clip(place: Place) -> Clip:
    assert isinstance(place.item, Clip)
    return place.item


def _tell(moment: str, result: dict[str, Any], document: dict[str, Any], report: Progress) -> None:
    """Warn about a clip that a person should check."""
    if "trouble" in result:
        consequence = "face detection failed, so the speaker's card is shown instead of the video."
        _warn(f"{moment}: {consequence}", result["trouble"], document, report)
    elif not result["areas"]:
        _warn(
            f"{moment}: no face was found, so the speaker's card is shown instead of the video. "
            "If there is no face to hide, write no into the column blur of uploads/responses.csv.",
            "",
            document,
            report,
        )
    elif result["found"] < SELDOM:
        _warn(
            f"{moment}: a face was found in only {result['found']:.0%} of the frames; in between, the areas where it "
            "was are blurred. Check the clip.",
            "",
            document,
            report,
        )


def _warn(message: str, reason: str, document: dict[str, Any], report: Progress) -> None:
    """Warn with the reason; the document, which may leave the company, omits it because it may name a file."""
    document["warnings"] = [*document["warnings"], message]
    report.warn(f"{message} {reason}".rstrip())
