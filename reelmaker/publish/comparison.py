"""Computes the diff of a build with a reason for each quote: the new reel compared with the current manifest.

It also decides whether the current reel may be kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reelmaker import registry
from reelmaker.model import UNFIT, Clip, Moment, Problem, Reel, blur_consent, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.outputs.manifest import audit as audit_facts
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.publish import archive
from reelmaker.publish import changes as publish_changes
from reelmaker.publish.changes import Changes, Moved, OldClip, Quote
from reelmaker.redaction import stage as redaction_stage
from reelmaker.select import rejections
from reelmaker.select import stage as select_stage
from reelmaker.select.decisions import verdicts as select_verdicts
from reelmaker.text import caption_cues

OURS = ("keep_builds", "refresh_when")  # how builds are archived; they change nothing visible


@dataclass(frozen=True, slots=True)
class Before:
    """The last build: its manifest (empty if there is none), and what the library remembers of it."""

    manifest: Mapping[str, Any] = field(default_factory=dict)
    row: Mapping[str, Any] = field(default_factory=dict)


def before(folder: Path, row: Mapping[str, Any] | None) -> Before:
    """The build in a reel's folder; an unreadable manifest counts as none."""
    return Before(archive.document(folder) or {}, row or {})


def remains(manifest: Mapping[str, Any], row: Mapping[str, Any], answers: Collection[str], why: str) -> dict[str, Any]:
    """The data about a reel that may be kept after some of its answers were erased, for the diff of the next build.

    About these answers it only records that there were clips.
    """
    clips = [item for item in manifest.get("items", ()) if item.get("kind") == "clip"]
    kept_keys = (
        "kind",
        "problem",
        "response",
        "source_start_ms",
        "source_end_ms",
        "file",
        "quote",
        "text",
        "decided",
        "dissent",
        "trimmed",
        "struck",
    )
    empty = {"response": "", "source_start_ms": 0, "source_end_ms": 0, "gone": why}
    return {
        "manifest": {
            "items": [
                {"kind": "clip", "problem": item.get("problem", ""), **empty}
                if item.get("response") in answers
                else {key: item[key] for key in kept_keys if key in item}
                for item in clips
            ],
            "moments": [
                {key: moment.get(key) for key in ("response", "start_ms", "end_ms", "above_threshold")}
                for moment in manifest.get("moments", ())
                if moment.get("response") not in answers
            ],
            "problems": [
                {key: problem.get(key) for key in ("slug", "threshold", "spoke", "of", "audit")}
                for problem in manifest.get("problems", ())
            ],
        },
        "row": {
            **{key: row[key] for key in ("number", "built", "settings") if key in row},
            "seen": [mark for mark in row.get("seen", ()) if mark not in {_mark(answer) for answer in answers}],
        },
    }


def erased(library: Library, name: str) -> Before:
    """The data kept about a reel that an erasure has just removed; empty if there was none."""
    jobs = (library.erasure().job() or {}).get("reels", ())
    remains_of_reel: Mapping[str, Any] = next((job["was"] for job in jobs if job["name"] == name and "was" in job), {})
    return Before(remains_of_reel.get("manifest", {}), remains_of_reel.get("row", {}))


def recorded(folder: Path, row: Mapping[str, Any]) -> dict[str, Any]:
    """The changes from the manifest in a reel's folder: the library keeps no copy of customers' words."""
    entry = before(folder, row).manifest.get("changes")
    return entry if isinstance(entry, dict) else Changes(int(row.get("number", 1)), "").document()


def settings_of(project: Project, problems: Sequence[Problem]) -> dict[str, Any]:
    """The settings of this reel from reelmaker.toml and the command line, by their names in the file."""
    reel = {
        name.removesuffix("_ms"): value / 1000 if name.endswith("_ms") else value
        for name, value in asdict(project.reel).items()
        if name not in OURS
    }
    values = {
        "name": project.name,
        "language": project.language,
        "outputs": project.outputs,
        **reel,
        **{
            f"brand {key}": Path(value).name if key in ("logo", "font", "deck") else value
            for key, value in asdict(project.brand).items()
        },
        "model": Path(project.model).name,
        "sidecars": project.sidecars,
        "tagger": project.tagger,
        "tag threshold": project.threshold,
        "customer_channel": project.customer_channel,
        "interviewer": project.interviewer,
        "translate": project.translate,
        **({"engine": project.transcriber} if project.transcriber != registry.usual("transcribe") else {}),
        **({"blur": project.blur} if project.blur != blur_consent.NONE else {}),
    }
    if project.redact.words:
        values |= {"redact words": project.redact.words, "redact": redaction_stage.fingerprint(project.redact)}
    for problem in problems:
        words = asdict(problem) | {"threshold": project.threshold_of(problem)}
        values |= {f"{problem.slug} {key}": value for key, value in words.items() if key != "slug"}
    return dict(json.loads(json.dumps(values)))


def seen_marks(survey: Survey) -> list[str]:
    """Hashes of the answers that were present, to recognise new ones; answers cannot be identified by them."""
    return sorted(_mark(response) for response in survey.responses)


def _mark(response: str) -> str:
    return hashlib.sha256(f"seen {response}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A planned reel with the candidates it was chosen from."""

    project: Project
    survey: Survey
    reel: Reel
    moments: Sequence[Moment]
    choices: Mapping[str, select_stage.Choice]
    decisions: Sequence[Mapping[str, Any]]

    def changes(self, last: Before, build: int) -> Changes:
        """How the reel differs from the last build."""
        counts = tuple(self._moved(problem, last) for problem in self.reel.problems)
        if not last.manifest:
            return Changes(build, "", counts=counts)
        old, clips = publish_changes.clips_of(last.manifest), self.reel.clips
        pairs = publish_changes.paired(old, clips)
        added = [clip for number, clip in enumerate(clips) if number not in pairs]
        removed = [old_clip for number, old_clip in enumerate(old) if number not in pairs.values()]
        changed_settings = (
            publish_changes.settings(last.row.get("settings", {}), settings_of(self.project, self.reel.problems))
            if last.row.get("settings")
            else ()
        )
        return Changes(
            build,
            str(last.row.get("built", "")) or "an unknown time",
            tuple(self._came_in(clip, last, removed, changed_settings) for clip in added),
            tuple(self._went_out(old_clip, last, added, changed_settings) for old_clip in removed),
            tuple(
                self._quote(clips[new], _reworded(clips[new], old[old_number]))
                for new, old_number in pairs.items()
                if caption_cues.quote(clips[new].moment) != old[old_number].quote
                or _holes(clips[new]) != old[old_number].holes
            ),
            counts,
            changed_settings,
            list(pairs.values()) != sorted(pairs.values()),
            tuple(
                self._quote(clips[new], "moved by the team")
                for new in sorted(publish_changes.moved(pairs))
                if clips[new].placed
            ),
        )

    def must(self, last: Before, changes: Changes) -> bool:
        """Whether the current reel must be replaced: because of settings, decisions, an audit, or an answer that may no longer be used."""
        if not last.manifest or changes.settings:
            return True
        old_decisions = [
            (decision.get("number"), decision.get("verdict")) for decision in last.manifest.get("decisions", ())
        ]
        if old_decisions != [(decision["number"], decision["verdict"]) for decision in self.decisions]:
            return True
        if not publish_changes.people_of(last.manifest).keys() <= self.survey.responses.keys():
            return True
        if redaction_stage.shows(self.survey, last.manifest):
            return True
        blurred = {response: source.faces for response, source in self.survey.sources.items()}
        if any(blurred[r] != hidden for r, hidden in publish_changes.faces_of(last.manifest) if r in blurred):
            return True
        return any(
            dict(count.left_out).get("withdrawn", 0) != p.get("prevalence", {}).get("left_out", {}).get("withdrawn", 0)
            or (audit_facts(count.audited) if count.audited else None) != p.get("audit")
            for p in last.manifest.get("problems", ())
            if (count := self.reel.counts.get(p.get("slug")))
        )

    def held(self, changes: Changes, rule: str) -> str:
        """The message if the current reel is kept."""
        if not changes.seen:
            return "The current reel is kept: a new one would show and count the same."
        counts = ", ".join(f"{moved.problem} {publish_changes.count_words(moved)}" for moved in changes.counts)
        return (
            f"The current reel is kept ([reel] refresh_when = {json.dumps(rule)}): {len(changes.came_in)} quotes would be "
            f"added and {len(changes.went_out)} removed; {counts} customers."
        )

    def _moved(self, problem: Problem, last: Before) -> Moved:
        count = self.reel.counts[problem.slug]
        old = _problem_of(last, problem.slug)
        old_audit = old.get("audit") or {}
        counted = isinstance(old.get("spoke"), int) and isinstance(old.get("of"), int)
        return Moved(
            problem.slug,
            problem.statement,
            (old["spoke"], old["of"]) if counted else None,
            count.figure,
            old_audit.get("low") != old_audit.get("high"),
            count.audited is not None and not count.audited.exact,
        )

    def _quote(self, clip: Clip, why: str) -> Quote:
        moment = clip.moment
        return Quote(
            moment.problem, why, caption_cues.quote(moment), clip.label, clip.span.response, moment_ids.name(moment)
        )

    def _came_in(self, clip: Clip, last: Before, removed: Sequence[OldClip], changed_settings: Sequence[str]) -> Quote:
        moment = clip.moment
        seen_before = last.row.get("seen")
        if moment.verdict == "keep":
            why = "kept by the team"
        elif moment.dissent:
            why = "a dissenting voice"
        elif seen_before is not None and _mark(clip.span.response) not in seen_before:
            why = "a new answer"
        elif not self._spoke(clip, last):
            why = "now above the threshold" + (", since the settings changed" if changed_settings else "")
        elif any(old_clip.problem == moment.problem for old_clip in removed):
            why = "replaces a quote that was removed"
        else:
            why = "it fits into the reel" + (" since the settings changed" if changed_settings else " now")
        return self._quote(clip, why)

    def _spoke(self, clip: Clip, last: Before) -> bool:
        """Whether it was above the threshold before."""
        return any(
            clip.moment.problem in entry.get("above_threshold", ())
            and any(
                entry.get("response") == s.response
                and entry.get("start_ms", 0) - 500 < s.span.start_ms < entry.get("end_ms", 0)
                for s in clip.moment.sentences
            )
            for entry in last.manifest.get("moments", ())
        )

    def _went_out(
        self, old_clip: OldClip, last: Before, added: Sequence[Clip], changed_settings: Sequence[str]
    ) -> Quote:
        if old_clip.gone:
            return Quote(old_clip.problem, old_clip.gone)
        response = self.survey.responses.get(old_clip.span.response)
        if response is None:
            return Quote(old_clip.problem, self._unusable(old_clip))
        sentences_there = [
            m
            for m in self.moments
            if m.problem == old_clip.problem and select_verdicts.belongs(m.sentences[0].span, old_clip.span)
        ]
        unquotable = [select_verdicts.unquotable(moment.sentences[0]) for moment in sentences_there]
        if sentences_there and all(unquotable):
            return Quote(old_clip.problem, f"no longer quoted: {unquotable[0]}")
        if not sentences_there:
            return Quote(old_clip.problem, "the transcript has other words there now")
        best = max(
            (moment for moment, why in zip(sentences_there, unquotable, strict=True) if not why),
            key=lambda moment: moment.score,
        )
        why = self._lost(old_clip, sentences_there, best, last, added, changed_settings)
        span = best.span if len(sentences_there) == 1 else old_clip.span
        quote = redaction_stage.as_told(
            self.survey, old_clip.span, old_clip.quote, [moment.text for moment in sentences_there]
        )
        return Quote(old_clip.problem, why, quote, response.label, response.id, moment_ids.of(span))

    def _unusable(self, old_clip: OldClip) -> str:
        """Why an answer is not used, without its words."""
        reason = self.survey.left_out.get(old_clip.span.response)
        if reason:
            return GONE.get(reason[1], "now outside the filter")
        if old_clip.file in {failure.file for failure in self.survey.failures}:
            return "its file can no longer be used"
        return "its file is no longer in uploads/"

    def _lost(
        self,
        old_clip: OldClip,
        sentences_there: Sequence[Moment],
        best: Moment,
        last: Before,
        added: Sequence[Clip],
        changed_settings: Sequence[str],
    ) -> str:
        verdicts = {moment.verdict for moment in sentences_there}
        if "drop" in verdicts:
            return "dropped by the team"
        if "hide" in verdicts:
            return "hidden by the team"
        choice = self.choices.get(old_clip.problem)
        threshold = self.project.threshold_of(self.project.problem(old_clip.problem))
        if choice is None or not best.speaks(threshold):
            if old_clip.dissent:
                return "no longer shown as the dissenting voice"
            old_threshold = _problem_of(last, old_clip.problem).get("threshold", threshold)
            threshold_note = (
                f"; the threshold changed from {old_threshold:g} to {threshold:g}" if old_threshold != threshold else ""
            )
            verdict_note = "; the team no longer keeps it" if old_clip.kept else ""
            return f"no longer above the threshold{threshold_note}{verdict_note}"
        groups = select_stage.groups(self.project, self.survey)
        rejection = rejections.why_not(choice.own, self.survey.responses, choice.limits, choice.clips, groups).get(
            (best.sentences[0].response, best.sentences[0].index)
        )
        if rejection is None:
            return "now part of another quote"
        rival = f"“{caption_cues.quote(rejection.to)}”" if rejection.to else ""
        if rejection.reason == "customer":
            return f"the reel now shows {rival} of the same customer"
        if rejection.reason in ("touches", "repeats"):
            relation = "says the same" if rejection.reason == "repeats" else "is directly next to it in the same answer"
            return f"{rival} {relation}"
        if rejection.reason == "not quotable":
            return f"not fit to quote: {UNFIT.get(best.sentences[0].unfit, 'its words')}"
        if rejection.reason == "length":
            return "too short or too long for a clip" + (" since the settings changed" if changed_settings else "")
        rivals = [clip.moment for clip in added if clip.moment.problem == old_clip.problem]
        if rivals:
            return f"replaced by “{caption_cues.quote(max(rivals, key=lambda moment: moment.score))}”"
        return "it does not fit into the reel" + (" since the settings changed" if changed_settings else " any more")


def _problem_of(last: Before, slug: str) -> Mapping[str, Any]:
    """The problem's entry in the last manifest; empty if there is none."""
    entries: list[Mapping[str, Any]] = [p for p in last.manifest.get("problems", ()) if p.get("slug") == slug]
    return entries[0] if entries else {}


def _reworded(clip: Clip, old_clip: OldClip) -> str:
    """Why the words of a remaining quote changed."""
    if _holes(clip) != old_clip.holes:
        before, now = (sum(end - start for start, end in holes) for holes in (old_clip.holes, _holes(clip)))
        if now > before:
            return f"cut shorter by the team: {(now - before) / 1000:.1f} s struck inside it"
        return f"{(before - now) / 1000:.1f} s that the team had struck are back" if now < before else "cut elsewhere"
    if clip.moment.whole:
        return "trimmed by the team"
    return "no longer trimmed by the team" if old_clip.trimmed else "shown with more or fewer of its words"


def _holes(clip: Clip) -> tuple[tuple[int, int], ...]:
    return tuple((hole.start_ms, hole.end_ms) for hole in clip.holes)


# Why an answer is left out -> in words
GONE = {
    "withdrawn": "consent was withdrawn",
    "expired": "consent has expired",
    "audience": "no longer for this audience",
}
