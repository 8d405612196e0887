"""The quality check before a reel replaces the current one: each piece once, the complete reel every time.

After a serious finding the current reel is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from reelmaker import media, parallel, transcribe
from reelmaker.errors import CheckFailed
from reelmaker.model import Clip, Cue, Reel, Response, Span, Transcript, joined, moment_ids
from reelmaker.model.stretches import inside
from reelmaker.model.survey import Said
from reelmaker.project.library import Library, key_of
from reelmaker.redaction.pii.leak_check import leaks, visible
from reelmaker.render.clip_sound import TARGET_LUFS
from reelmaker.render.pieces import Job, damage_note
from reelmaker.text import line_breaks
from reelmaker.text.edit_distance import edits
from reelmaker.transcribe import word_alignment
from reelmaker.transcribe.speech_model import SpeechModel

VERSION = 2
LOUDNESS_LU = 1.5
PEAK_DB = -1.0
EDGE_MS = 20  # how far around an edge its level is measured
EDGE_DB = -35.0  # below the loudest speech of the clip: quieter is a pause
WRONG_WORDS, OTHER_WORDS = 0.15, 0.6  # word error rates: worth a note; a different text
MOST_DRIFT_MS = 40
GAP_MS = 1200  # of silence between two clips that are re-transcribed
BESIDE = 3  # words around a bleep that it may mask
LEAKED = "redacted words are still present"
WHAT = {
    "email": "an e-mail address",
    "phone": "a phone number",
    "card": "a card number",
    "iban": "a bank account",
    "names": "a name",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem found: which item of the reel (-1: the whole reel), whether it prevents publishing, and what it is."""

    item: int
    serious: bool
    what: str


def check(
    jobs: Sequence[Job],
    video: Path,
    reel: Reel,
    cues: Sequence[Cue],
    transcripts: Mapping[str, Transcript],
    library: Library,
    listener: SpeechModel,
    secrets: Mapping[str, Sequence[Said]],
    *,
    listen: bool,
) -> dict[str, Any]:
    """Check everything; results of unchanged pieces are reused.

    Args:
        listener: loads the speech model that transcribed the answers.
        secrets: response -> PII in its speech.
        listen: transcribe the clips again and compare the words with the captions.

    Returns:
        The part `check` of the document.

    Raises:
        CheckFailed: a serious finding; the message names the clip.
    """
    findings = [*check_captions(reel, cues), *check_reel(video, reel)]
    keys = [key_of("check", VERSION, job.target.stem) for job in jobs]
    results: dict[str, Any] = {key: library.result(key) for key in keys}
    new = {key: job for key, job in zip(keys, jobs, strict=True) if results[key] is None}
    for (key, _), result in parallel.do(lambda entry: check_piece(entry[1]), new.items(), stop=media.stop_all):
        if isinstance(result, Exception):
            raise result
        results[key] = [[f.serious, f.what] for f in result]
        library.store_results({key: results[key]})
    for number, key in enumerate(keys):
        findings += [Finding(number, serious, what) for serious, what in results[key]]
    if listen:
        findings += check_words(jobs, transcripts, library, listener, secrets)
    findings.sort(key=lambda finding: (not finding.serious, finding.item, finding.what))
    for finding in findings:
        if finding.serious:
            moment_name = (
                moment_ids.name(clip.moment) if isinstance(clip := jobs[finding.item].place.item, Clip) else ""
            )
            raise CheckFailed(
                f"{_name(jobs, finding.item)}: {finding.what}. The new reel was not published; the current one is kept.",
                f"Hide the clip with `reelmaker hide {moment_name}`, or report this."
                if finding.what.startswith(LEAKED)
                else "Find the clip with `reelmaker build --dry-run`; drop it or repair the upload, or report this.",
            )
    return {"listened": listen, "findings": [asdict(finding) for finding in findings]}


def _name(jobs: Sequence[Job], item: int) -> str:
    if item < 0:
        return "the reel"
    source = jobs[item].source
    return source.path.name if source else f"card {item + 1}"


def check_captions(reel: Reel, cues: Sequence[Cue]) -> list[Finding]:
    """Captions must be inside their clips, one after the other."""
    findings = []
    places = [place for place in reel.places() if isinstance(place.item, Clip)]
    end = 0
    for cue in cues:
        inside = [p for p in places if p.start_ms <= cue.start_ms <= cue.end_ms <= p.end_ms]
        if not inside:
            findings.append(Finding(-1, True, f"the caption at {cue.start_ms} ms is outside every clip"))
        if cue.start_ms < end:
            findings.append(Finding(-1, True, f"the caption at {cue.start_ms} ms begins before the last one ends"))
        end = cue.end_ms
    return findings


def check_reel(video: Path, reel: Reel) -> list[Finding]:
    """The complete reel: as long as its pieces, both streams equally long, increasing timestamps, decodable sound."""
    findings = []
    frames = sum(place.frames for place in reel.places())
    streams = media.streams(video)
    if streams.pictures != frames:
        findings.append(Finding(-1, True, f"{streams.pictures} frames instead of {frames}"))
    drift_ms = streams.sound_ms - frames * 1000 / reel.fps
    if abs(drift_ms) > max(MOST_DRIFT_MS, 1000 / reel.fps):
        findings.append(Finding(-1, True, f"sound and picture end {drift_ms:.0f} ms apart"))
    if not streams.forward:
        findings.append(Finding(-1, True, "its timestamps run backwards"))
    if fault := media.sound_decodes(video):
        findings.append(Finding(-1, True, f"the sound cannot be decoded ({fault})"))
    return findings


def check_piece(job: Job) -> list[Finding]:
    """One piece: decodable, as loud as the others, moving picture, edges in pauses."""
    clip = job.place.item
    if not isinstance(clip, Clip) or job.source is None:
        return []  # cards are drawn frame by frame and cannot be damaged
    measured = media.examine(job.target)
    if measured.fault:
        return [Finding(0, True, f"this part of the video cannot be decoded ({measured.fault})")]
    findings = []
    if clip.heard_bleeps:
        sound = media.pcm(job.target, 1)
        fade_ms = 2 * clip.fade_ms  # the tone fades with the clip at its edges and at its joints
        joints = [0, *media.joints(clip.jumps(job.place.fps), job.place.fps), len(sound) // 16]
        faded = [Span(clip.span.response, a + fade_ms, max(a, b - fade_ms, a + fade_ms)) for a, b in pairwise(joints)]
        bleeped = [pair for start, end in clip.heard_bleeps for pair in inside(faded, start, end)]
        remaining_db = media.left_beside_tone(sound, 16_000, bleeped)
        if remaining_db > media.LEFT_DB:
            findings.append(
                Finding(0, True, f"{LEAKED}: under the bleep there is still sound at {remaining_db:.0f} dB")
            )
    if damage_note(job).is_file():
        note = "damaged: " + damage_note(job).read_text("utf-8") + " places of the upload cannot be read here"
        findings.append(Finding(0, False, note))
    level = measured.loudness
    if job.source.facts.sound_track >= 0 and level.integrated > -60:
        if abs(level.integrated - TARGET_LUFS) > LOUDNESS_LU:
            findings.append(Finding(0, False, f"loudness {level.integrated:.1f} LUFS instead of {TARGET_LUFS:.0f}"))
        if level.peak > PEAK_DB:
            findings.append(Finding(0, False, f"peaks at {level.peak:.1f} dBTP"))
    elif job.source.facts.sound_track >= 0:
        findings.append(Finding(0, True, "there is no audible sound"))
    if job.source.facts.picture is not None:
        length = job.place.frames * 1000 / job.place.fps
        for kind, stretches in (("black", measured.black), ("frozen", measured.frozen)):
            total = sum(end - start for start, end in stretches)
            if total:
                # an entirely black clip was decoded wrongly; a short part may be in the customer's video
                findings.append(
                    Finding(0, kind == "black" and total > 0.9 * length, f"{kind} for {total / 1000:.1f} s")
                )
    return findings + _edges(job, clip)


def _edges(job: Job, clip: Clip) -> list[Finding]:
    """No edge inside a word: around it the source must be much quieter than the clip's speech."""
    assert job.source is not None
    source = job.source
    if source.facts.sound_track < 0:
        return []
    start, end = clip.span.start_ms, clip.span.end_ms
    offset = max(0, start - 100)
    samples = media.pcm(source.path, source.facts.sound_track, offset, end + 100, source.side)
    levels = word_alignment.levels(samples)
    speech = float(levels.max(initial=-100.0))
    findings = []
    edges = [("begins", start), ("ends", end)]
    edges += [(f"at {moment_ids.clock(hole.start_ms)} a cut is", hole.start_ms) for hole in clip.holes]
    edges += [(f"at {moment_ids.clock(hole.end_ms)} a cut is", hole.end_ms) for hole in clip.holes]
    for name, edge in edges:
        position, reach = (edge - offset) // word_alignment.STEP_MS, EDGE_MS // word_alignment.STEP_MS
        around = levels[max(0, position - reach) : position + reach]
        if len(around) and 0 < edge < source.facts.duration_ms - 50 and around.min() > speech + EDGE_DB:
            findings.append(
                Finding(
                    0,
                    False,
                    f"{name} {speech - around.min():.0f} dB below its speech: perhaps inside a word",
                )
            )
    return findings


def check_words(
    jobs: Sequence[Job],
    transcripts: Mapping[str, Transcript],
    library: Library,
    listener: SpeechModel,
    secrets: Mapping[str, Sequence[Said]],
) -> list[Finding]:
    """Re-transcribe each finished piece: the words must match the captions, and no redacted PII may be heard.

    For captions from sidecars the words are not compared: only PII is checked there.
    """
    findings: list[Finding] = []
    new: dict[str, tuple[int, Job, str]] = {}
    for number, job in enumerate(jobs):
        clip = job.place.item
        if not isinstance(clip, Clip):
            continue
        transcript = transcripts[clip.span.response]
        if transcript.captioned and not clip.bleeps:
            continue
        key = key_of(
            "heard again",
            VERSION,
            transcribe.VERSION,
            listener.identity,
            job.target.stem,
            clip.moment.text,
            *([[pii.kind, pii.text] for pii in _inside(clip, secrets)]),
            *([[one.heard, one.text] for one in clip.corrected]),
        )
        stored_verdict = library.result(key)
        if stored_verdict is None:
            new[key] = (number, job, transcript.language)
        else:
            findings += judged(number, clip, stored_verdict)
    for language in sorted({language for _, _, language in new.values()}):
        clips_of_language = {key: job for key, job in new.items() if job[2] == language}
        texts = retranscribed([job for _, job, _ in clips_of_language.values()], listener(language))
        for (key, (number, job, _)), text in zip(clips_of_language.items(), texts, strict=True):
            clip = job.place.item
            assert isinstance(clip, Clip)
            is_transcribed = not transcripts[clip.span.response].captioned
            verdict = (
                compared(clip.moment.text, text, len(clip.heard_bleeps), _corrected(clip)) if is_transcribed else []
            )
            for kind in leaks(text, _inside(clip, secrets), visible(clip.moment.text), language):
                verdict.append([True, f"{LEAKED}: {WHAT[kind]} can still be heard"])
            library.store_results({key: verdict})
            findings += judged(number, clip, verdict)
    return findings


def judged(number: int, clip: Clip, verdict: Sequence[Sequence[Any]]) -> list[Finding]:
    """Clips trimmed by the team may be published, as Whisper often mishears a few words; but never with PII in them."""
    trimmed = clip.moment.whole is not None
    return [Finding(number, serious and (not trimmed or what.startswith(LEAKED)), what) for serious, what in verdict]


def retranscribed(jobs: Sequence[Job], source: transcribe.Source) -> list[str]:
    """The transcript of each piece. Pieces are joined first: Whisper takes as long for 5 seconds as for 30."""
    import numpy as np

    gap = np.zeros(GAP_MS * 16, np.float32)
    sounds = [media.pcm(job.target, 1) for job in jobs]
    all_sound = np.concatenate([part for sound in sounds for part in (sound, gap)])
    response = Response("0" * 64, "the clips", len(all_sound) // 16)
    [(_, transcript)] = source.transcribe([(response, lambda: all_sound)])
    if isinstance(transcript, Exception):
        raise transcript
    words = [word for sentence in transcript.sentences for word in sentence.words]
    texts, begin = [], 0
    for sound in sounds:
        end = begin + len(sound) // 16 + GAP_MS
        texts.append(joined([word for word in words if begin <= (word.start_ms + word.end_ms) // 2 < end]))
        begin = end
    return texts


def _inside(clip: Clip, secrets: Mapping[str, Sequence[Said]]) -> list[Said]:
    """The PII that is bleeped in the clip's sound."""
    return [
        pii
        for pii in secrets.get(clip.span.response, ())
        if pii.hidden and pii.from_ms < clip.span.end_ms and pii.until_ms > clip.span.start_ms
    ]


def compared(caption: str, recognised: str, bleeps: int = 0, corrected: int = 0) -> list[list[Any]]:
    """What is recognised differs too much from the caption; [] where it does not.

    A bleep may mask neighbouring words, so some differences are allowed and never serious. As many words as the team
    corrected may differ too: they are misheard again, as before or otherwise.
    """
    visible_text = visible(caption)
    words = max(1, len(visible_text.split()))
    error_rate = max(0.0, word_errors(visible_text, recognised) - corrected / words)
    if error_rate - bleeps * BESIDE / words <= WRONG_WORDS:
        return []
    serious = error_rate > OTHER_WORDS and not bleeps
    return [[serious, f"{error_rate:.0%} of its words are recognised differently from its caption"]]


def _corrected(clip: Clip) -> int:
    """How many words of a clip may be heard otherwise, because somebody corrected them."""
    return sum(max(len(one.heard.split()), len(one.text.split())) for one in clip.corrected)


def word_errors(caption: str, recognised: str) -> float:
    """Word error rate: the fewest substitutions, insertions and deletions, as a share of the caption's words."""
    expected, actual = (
        [
            part
            for word in re.findall(r"\w+", text.lower().replace("'", "").replace("’", ""))
            # without spaces between words, each letter counts as one
            for part in (word if line_breaks.spaceless(word[0]) else [word])
        ]
        for text in (caption, recognised)
    )
    return edits(expected, actual, swaps=False) / max(1, len(expected))
