"""Renders a reel: each piece once, kept in the cache under its key, and joined into one mp4 at the end."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from types import MappingProxyType

from reelmaker import atomic, media
from reelmaker.errors import DiskFull, RenderError
from reelmaker.model import Brand, Card, Clip, Cue, Facts, Place, Reel, Span
from reelmaker.model.survey import Source
from reelmaker.render import cards, overlay, piece_files
from reelmaker.render.clip_sound import TARGET_LUFS, bleeps_of, gain
from reelmaker.text import bilingual_cues, caption_cues, fonts, layout, played_words

VERSION = 4
HELD_MS = 500  # how long the last picture may be repeated while the sound continues
BYTES_A_SECOND = 1_000_000  # generous estimate of a piece's size on disk


@dataclass(frozen=True, slots=True)
class Look:
    """Everything besides the reel itself that shapes the picture."""

    template: cards.Template
    brand: Brand
    fill: str  # "blur" or "brand"
    burn: bool  # captions burnt into the picture
    draft: bool
    language: str = "original"  # of the captions


Stretches = tuple[Span, ...]  # what a clip shows; the same sentences may be cut otherwise for another problem
Covers = dict[Stretches, tuple[media.Area, ...]]  # the covered areas of each clip's picture


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a clip is shown by what is in its picture: whether it is shown, and where its lower third stands ("": usual)."""

    picture: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece to be made: `target` is its file in the cache, named by key."""

    place: Place
    target: Path
    look: Look
    encoding: media.Encoding
    size: tuple[int, int]
    source: Source | None
    script: str  # the burnt-in text as ASS, "" for none
    cover: tuple[media.Area, ...] = ()


def encoding_of(reel: Reel, draft: bool, threads: int = 1) -> media.Encoding:
    """The encoder's settings: a draft is encoded faster and coarser."""
    if draft:
        return media.Encoding(reel.width, reel.height, reel.fps, 30, "ultrafast", threads)
    return media.Encoding(reel.width, reel.height, reel.fps, threads=threads)


def plan(
    reel: Reel,
    sources: Mapping[str, Source],
    look: Look,
    cache: Path,
    threads: int = 1,
    covers: Mapping[Stretches, tuple[media.Area, ...]] = MappingProxyType({}),
    treatments: Mapping[Stretches, Treatment] = MappingProxyType({}),
) -> list[Job]:
    """A job for each item of the reel, in order. Equal keys mean equal pictures and sound.

    A clip whose faces must be blurred shows no picture unless `covers` lists its areas.
    """
    encoding = encoding_of(reel, look.draft, threads)
    size = (reel.width, reel.height)
    style = [
        VERSION,
        media.ffmpeg_identity(),
        encoding.options() | {"threads:v": 0},
        size,
        cards.identity(look.template, look.brand),
    ]
    jobs = []
    for place in reel.places():
        item = place.item
        cover: tuple[media.Area, ...] = ()
        if isinstance(item, Card):
            source, script = None, ""
            content: list[object] = ["card", item.kind, item.fields, place.frames]
        else:
            source = sources[item.span.response]
            if source.faces:
                cover = covers.get(item.stretches, ())
                source = source if cover else source.unseen()
            treatment = treatments.get(item.stretches, Treatment())
            if not treatment.picture:
                source, cover = source.unseen(), ()
            facts, moving = source.facts, moving_frames(source, item, place)
            # the card of an answer without a picture shows the label itself
            label = item.label if moving else ""
            script = _script(item, label, place, placed(look, treatment), size)
            content = [
                "clip",
                item.span.response,
                item.span.start_ms,
                place.frames,
                item.fade_ms,
                script,
                TARGET_LUFS,
                item.label if moving < place.frames else "",
                look.fill,
                source.facts.sound_track,
                bool(source.side),
                *([["picture", facts.picture_track, facts.interlaced, facts.bars]] if _treated(facts) else []),
                *([moving] if 0 < moving < place.frames else []),
                *([["jumps", *item.jumps(place.fps)]] if item.holes else []),
                *([["bleeps", *bleeps_of(item)]] if item.bleeps else []),
                *([["faces", media.COVERED, [astuple(area) for area in cover]]] if cover else []),
            ]
        # Only if characters of other scripts are shown, so that no other key depends on those fonts
        content += cards.fonts_identity(_texts(item, look, size), look.brand)
        key = hashlib.sha256(json.dumps([style, content], sort_keys=True).encode()).hexdigest()[:40]
        jobs.append(Job(place, cache / "pieces" / f"{key}.mov", look, encoding, size, source, script, cover))
    return jobs


def _treated(facts: Facts) -> bool:
    """Whether a picture is not shown simply as it is: other fields, no bars, not the file's first picture track."""
    return facts.picture is not None and (facts.interlaced or any(facts.bars) or facts.picture_track > 0)


def placed(look: Look, treatment: Treatment) -> Look:
    """The look with the lower third where this clip wants it."""
    if not treatment.label or treatment.label == look.template.lower_third.place:
        return look
    third = replace(look.template.lower_third, place=treatment.label)
    return replace(look, template=replace(look.template, lower_third=third))


def picture_of(
    source: Source,
    start_ms: int,
    frames: int,
    cover: tuple[media.Area, ...] = (),
    jumps: tuple[tuple[int, int], ...] = (),
) -> media.Piece:
    """A stretch of an upload's picture, without sound or text."""
    facts = source.facts
    return media.Piece(
        source.path,
        facts.picture_track,
        -1,
        start_ms,
        frames,
        picture=facts.picture,
        matrix=facts.matrix,
        transfer=facts.transfer,
        interlaced=facts.interlaced,
        bars=facts.bars,
        cover=cover,
        jumps=jumps,
    )


def picture_of_clip(source: Source, clip: Clip, place: Place) -> media.Piece:
    """A clip's picture, as long as there is one, without sound or text."""
    return picture_of(source, clip.span.start_ms, moving_frames(source, clip, place), jumps=clip.jumps(place.fps))


def moving_frames(source: Source, clip: Clip, place: Place) -> int:
    """How many frames of a clip have a picture; after them the speaker's card is shown."""
    facts = source.facts
    if facts.picture is None:
        return 0
    picture_ms = facts.picture_ms or facts.duration_ms
    remaining_ms = picture_ms - clip.span.start_ms
    if clip.holes and picture_ms < clip.span.end_ms:
        remaining_ms = clip.played_at(picture_ms)
    if facts.sound_track < 0 or remaining_ms + HELD_MS >= place.frames * 1000 / place.fps:
        return place.frames
    return max(0, round(remaining_ms * place.fps / 1000))


def clip_cues(clip: Clip, size: tuple[int, int], language: str = "original") -> list[Cue]:
    """The captions of a clip, timed from its start; `language` is "original", "english" or "both"."""
    line = caption_cues.line_length(*size)
    lines = 2 if size[0] >= size[1] else 3
    if clip.holes:
        moment = played_words.moved(clip.moment, clip.played_at)
        return bilingual_cues.cues_for(moment, 0, clip.length_ms, line, lines, language)
    return bilingual_cues.cues_for(clip.moment, clip.span.start_ms, clip.span.end_ms, line, lines, language)


def check_space(jobs: Sequence[Job], folder: Path) -> None:
    """Refuse to begin if the disk cannot hold the work.

    Raises:
        DiskFull: with the needed and the free space.
    """
    seconds = sum(job.place.frames / job.place.fps for job in jobs)
    needed = round(seconds * BYTES_A_SECOND * 1.5) + 20_000_000
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            f"{folder}: the reel needs about {needed // 1_000_000} MB, and {free // 1_000_000} MB are free.",
            "Free some space and run the build again; nothing is lost.",
        )


def make(job: Job, environment: Mapping[str, str]) -> None:
    """Make one piece: written to a staging file, then renamed to its final name.

    Args:
        environment: the result of `prepare`.

    Raises:
        RenderError, DiskFull, UploadError: with the clip's file.
    """
    folder = job.target.parent
    staging = folder / f"{job.target.stem}.part.mov"
    atomic.remove(staging)  # a process that still writes to the old file cannot touch the new one
    piece_files.remove(job.target)
    try:
        if isinstance(job.place.item, Card):
            frames = cards.draw(job.place.item, job.look.template, job.look.brand, job.size, job.encoding.fps)
            media.cut_frames(frames, job.place.frames, job.encoding, staging)
        else:
            broken = _make_clip(job, job.place.item, staging, environment)
            if broken:
                damage_note(job).write_text(str(broken), "utf-8")
        piece_files.seal(staging, job.target)
        atomic.put(staging, job.target)
    finally:
        staging.unlink(missing_ok=True)


def prepare(cache: Path, brand: Brand, jobs: Sequence[Job] = ()) -> Mapping[str, str]:
    """Put the fonts where ffmpeg finds them, including those of other scripts that the clips of `jobs` need.

    Returns:
        The environment that restricts ffmpeg to them.
    """
    atomic.folder(cache / "pieces")
    path = layout.font_path(brand)
    texts = [text for job in jobs if job.script for text in _texts(job.place.item, job.look, job.size)]
    faces = dict.fromkeys(face for text in texts for face in layout.used(text, path))
    return overlay.prepare(cache / "pieces", brand, faces)


def left_out(reel: Reel, brand: Brand, burn: bool, language: str = "original") -> list[str]:
    """One warning that names the scripts without a font; none if all characters can be drawn."""
    size = (reel.width, reel.height)
    texts = [brand.name, *(text for item in reel.items for text in _visible_texts(item, burn, size, language))]
    missing = {character for text in texts for character in cards.missing_glyphs(text, brand)}
    if not missing:
        return []
    scripts = sorted({fonts.script_of(character) for character in missing})
    extra = any((block := fonts.block_of(character)) and block[3] == "CJK" for character in missing)
    remedy = ' pip install "reelmaker[cjk]" installs the East Asian ones.' if extra else ""
    return [f"There is no font for {', '.join(scripts)}: these characters are left out of the picture.{remedy}"]


def _texts(item: Card | Clip, look: Look, size: tuple[int, int]) -> list[str]:
    return [look.brand.name, *_visible_texts(item, look.burn, size, look.language)]


def _visible_texts(item: Card | Clip, burn: bool, size: tuple[int, int], language: str) -> list[str]:
    """All text in the picture of an item."""
    if isinstance(item, Card):
        return [value for _, value in item.fields]
    cues = clip_cues(item, size, language) if burn else []
    return [item.label, *(text for cue in cues for text in (cue.text, cue.english) if text)]


def damage_note(job: Job) -> Path:
    """The file next to a piece that says how many errors its upload had; absent if there were none."""
    return piece_files.damage_note(job.target)


def _make_clip(job: Job, clip: Clip, staging: Path, environment: Mapping[str, str]) -> int:
    assert job.source is not None
    facts, folder = job.source.facts, job.target.parent
    script = folder / f"{job.target.stem}.ass"
    backdrop = folder / f"{job.target.stem}.png"
    wave, colour = (0, 0, 0, 0), "#ffffff"
    try:
        if job.script:
            script.write_text(job.script, "utf-8")
        moving = moving_frames(job.source, clip, job.place)
        if moving < job.place.frames:
            wave, colour = _backdrop(job, clip, backdrop)
        look = job.look
        piece = media.Piece(
            path=job.source.path,
            picture_track=facts.picture_track if moving else -1,
            sound_track=facts.sound_track,
            start_ms=clip.span.start_ms,
            frames=job.place.frames,
            gain_db=gain(job.source, clip, job.place),
            fade_ms=clip.fade_ms,
            fill="blur" if look.fill == "blur" else cards.palette(look.template, look.brand)["background"],
            picture=facts.picture,
            matrix=facts.matrix,
            transfer=facts.transfer,
            interlaced=facts.interlaced,
            bars=facts.bars,
            centre=bool(job.source.side),
            backdrop=backdrop if moving < job.place.frames else None,
            wave_box=wave,
            wave_colour=colour,
            overlay=script.name if job.script else "",
            moving=moving if 0 < moving < job.place.frames else -1,
            bleeps=bleeps_of(clip),
            cover=job.cover,
            jumps=clip.jumps(job.place.fps),
        )
        return media.cut_piece(piece, job.encoding, staging, folder, environment)
    finally:
        script.unlink(missing_ok=True)
        backdrop.unlink(missing_ok=True)


def _script(clip: Clip, label: str, place: Place, look: Look, size: tuple[int, int]) -> str:
    cues = clip_cues(clip, size, look.language) if look.burn else []
    return overlay.ass(cues, label, place.end_ms - place.start_ms, look.template, look.brand, size)


def _backdrop(job: Job, clip: Clip, target: Path) -> tuple[tuple[int, int, int, int], str]:
    from PIL import Image

    card = cards.speaker_card(clip.label, job.look.template, job.look.brand, job.size)
    Image.fromarray(card.picture).save(target)
    return card.wave_box, card.wave_colour


def join(
    jobs: Sequence[Job],
    target: Path,
    captions: Path | None,
    chapters: Sequence[media.Chapter],
    title: str,
    language: str,
) -> None:
    """Join the finished pieces into `target`."""
    missing = [job for job in jobs if not job.target.is_file()]
    if missing:
        raise RenderError(f"{len(missing)} pieces of the reel are missing.", "Run the build again.")
    media.join(
        [job.target for job in jobs],
        target,
        captions=captions,
        chapters=chapters,
        title=title,
        language=language,
    )
