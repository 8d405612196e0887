"""Computes the diff of a build with a reason for each quote: the new reel compared with the current manifest.

In: the survey, the choices and the last build. Out: `changes.Changes`, and whether the current reel may be kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reelmaker import registry
from reelmaker.model import Clip, Moment, Problem, Reel, blur_consent, moment_ids
from reelmaker.model.consent import EXTERNAL
from reelmaker.model.survey import Survey
from reelmaker.outputs.manifest import audit as audit_facts
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.publish import archive
from reelmaker.publish import changes as publish_changes
from reelmaker.publish.changes import Changes, Moved, Quote, Was
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
    """What may be kept about a reel after some of its answers were erased, for the diff of the next one.

    About these answers it only says that there were clips.
    """
    clips = [item for item in manifest.get("items", ()) if item.get("kind") == "clip"]
    said = (
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
    )
    empty = {"response": "", "source_start_ms": 0, "source_end_ms": 0, "gone": why}
    return {
        "manifest": {
            "items": [
                {"kind": "clip", "problem": item.get("problem", ""), **empty}
                if item.get("response") in answers
                else {key: item[key] for key in said if key in item}
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
    """What is kept about a reel that an erasure has just removed; empty if there was none."""
    jobs = (library.erasure().job() or {}).get("reels", ())
    was: Mapping[str, Any] = next((job["was"] for job in jobs if job["name"] == name and "was" in job), {})
    return Before(was.get("manifest", {}), was.get("row", {}))


def told(folder: Path, row: Mapping[str, Any]) -> dict[str, Any]:
    """The changes from the manifest in a reel's folder: the library keeps no copy of customers' words."""
    found = before(folder, row).manifest.get("changes")
    return found if isinstance(found, dict) else Changes(int(row.get("number", 1)), "").document()


def settings_of(project: Project, problems: Sequence[Problem]) -> dict[str, Any]:
    """The settings of this reel from reelmaker.toml and the command line, by their names in the file."""
    reel = {
        name.removesuffix("_ms"): value / 1000 if name.endswith("_ms") else value
        for name, value in asdict(project.reel).items()
        if name not in OURS
    }
    said = {
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
        said |= {"redact words": project.redact.words, "redact": redaction_stage.fingerprint(project.redact)}
    for problem in problems:
        words = asdict(problem) | {"threshold": project.threshold_of(problem)}
        said |= {f"{problem.slug} {key}": value for key, value in words.items() if key != "slug"}
    return dict(json.loads(json.dumps(said)))


def seen(survey: Survey) -> list[str]:
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
        came = [clip for number, clip in enumerate(clips) if number not in pairs]
        went = [was for number, was in enumerate(old) if number not in pairs.values()]
        otherwise = (
            publish_changes.settings(last.row.get("settings", {}), settings_of(self.project, self.reel.problems))
            if last.row.get("settings")
            else ()
        )
        return Changes(
            build,
            str(last.row.get("built", "")) or "an unknown time",
            tuple(self._came_in(clip, last, went, otherwise) for clip in came),
            tuple(self._went_out(was, last, came, otherwise) for was in went),
            tuple(
                self._quote(clips[new], _reworded(clips[new], old[was]))
                for new, was in pairs.items()
                if caption_cues.quote(clips[new].moment) != old[was].quote
            ),
            counts,
            otherwise,
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
        told = [(one.get("number"), one.get("verdict")) for one in last.manifest.get("decisions", ())]
        if told != [(one["number"], one["verdict"]) for one in self.decisions]:
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
        counts = ", ".join(f"{moved.problem} {publish_changes.counted(moved)}" for moved in changes.counts)
        return (
            f"The current reel is kept ([reel] refresh_when = {json.dumps(rule)}): {len(changes.came_in)} quotes would be "
            f"added and {len(changes.went_out)} removed; {counts} customers."
        )

    def _moved(self, problem: Problem, last: Before) -> Moved:
        count = self.reel.counts[problem.slug]
        was = _problem_of(last, problem.slug)
        before = was.get("audit") or {}
        known = isinstance(was.get("spoke"), int) and isinstance(was.get("of"), int)
        return Moved(
            problem.slug,
            problem.statement,
            (was["spoke"], was["of"]) if known else None,
            count.figure,
            before.get("low") != before.get("high"),
            count.audited is not None and not count.audited.exact,
        )

    def _quote(self, clip: Clip, why: str) -> Quote:
        moment = clip.moment
        return Quote(
            moment.problem, why, caption_cues.quote(moment), clip.label, clip.span.response, moment_ids.name(moment)
        )

    def _came_in(self, clip: Clip, last: Before, went: Sequence[Was], otherwise: Sequence[str]) -> Quote:
        moment = clip.moment
        known = last.row.get("seen")
        if moment.verdict == "keep":
            why = "kept by the team"
        elif moment.dissent:
            why = "a dissenting voice"
        elif known is not None and _mark(clip.span.response) not in known:
            why = "a new answer"
        elif not self._spoke(clip, last):
            why = "now above the threshold" + (", since the settings changed" if otherwise else "")
        elif any(was.problem == moment.problem for was in went):
            why = "replaces a quote that was removed"
        else:
            why = "it fits into the reel" + (" since the settings changed" if otherwise else " now")
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

    def _went_out(self, was: Was, last: Before, came: Sequence[Clip], otherwise: Sequence[str]) -> Quote:
        if was.gone:
            return Quote(was.problem, was.gone)
        response = self.survey.responses.get(was.span.response)
        if response is None:
            return Quote(was.problem, self._unusable(was))
        own = [
            m
            for m in self.moments
            if m.problem == was.problem and select_verdicts.belongs(m.sentences[0].span, was.span)
        ]
        unquotable = [select_verdicts.unquotable(moment.sentences[0]) for moment in own]
        if own and all(unquotable):
            return Quote(was.problem, f"no longer quoted: {unquotable[0]}")
        if not own:
            return Quote(was.problem, "the transcript has other words there now")
        best = max((moment for moment in own if moment.sentences[0].quotable), key=lambda moment: moment.score)
        why = self._lost(was, own, best, last, came, otherwise)
        span = best.span if len(own) == 1 else was.span
        quote = redaction_stage.as_told(self.survey, was.span, was.quote, [moment.text for moment in own])
        return Quote(was.problem, why, quote, response.label, response.id, moment_ids.of(span))

    def _unusable(self, was: Was) -> str:
        """Why an answer is not used, without its words."""
        left = self.survey.left_out.get(was.span.response)
        if left:
            return GONE.get(left[1], "now outside the filter")
        if was.file in {failure.file for failure in self.survey.failures}:
            return "its file can no longer be used"
        return "its file is no longer in uploads/"

    def _lost(
        self,
        was: Was,
        own: Sequence[Moment],
        best: Moment,
        last: Before,
        came: Sequence[Clip],
        otherwise: Sequence[str],
    ) -> str:
        verdicts = {moment.verdict for moment in own}
        if "drop" in verdicts:
            return "dropped by the team"
        if "hide" in verdicts:
            return "hidden by the team"
        choice = self.choices.get(was.problem)
        threshold = self.project.threshold_of(self.project.problem(was.problem))
        if choice is None or not best.speaks(threshold):
            if was.dissent:
                return "no longer shown as the dissenting voice"
            old = _problem_of(last, was.problem).get("threshold", threshold)
            moved = f"; the threshold changed from {old:g} to {threshold:g}" if old != threshold else ""
            kept = "; the team no longer keeps it" if was.kept else ""
            return f"no longer above the threshold{moved}{kept}"
        groups = select_stage.groups(self.project, self.survey)
        lost = rejections.why_not(choice.own, self.survey.responses, choice.limits, choice.clips, groups).get(
            (best.sentences[0].response, best.sentences[0].index)
        )
        if lost is None:
            return "now part of another quote"
        to = f"“{caption_cues.quote(lost.to)}”" if lost.to else ""
        if lost.reason == "customer":
            return f"the reel now shows {to} of the same customer"
        if lost.reason in ("touches", "repeats"):
            said = "says the same" if lost.reason == "repeats" else "is directly next to it in the same answer"
            return f"{to} {said}"
        if lost.reason == "length":
            return "too short or too long for a clip" + (" since the settings changed" if otherwise else "")
        rivals = [clip.moment for clip in came if clip.moment.problem == was.problem]
        if rivals:
            return f"replaced by “{caption_cues.quote(max(rivals, key=lambda moment: moment.score))}”"
        return "it does not fit into the reel" + (" since the settings changed" if otherwise else " any more")


def _problem_of(last: Before, slug: str) -> Mapping[str, Any]:
    """The problem's entry in the last manifest; empty if there is none."""
    found: list[Mapping[str, Any]] = [p for p in last.manifest.get("problems", ()) if p.get("slug") == slug]
    return found[0] if found else {}


def shown(project: Project, blurs: Mapping[str, str], manifest: Mapping[str, Any]) -> set[str]:
    """The answers whose faces a reel shows although they must be blurred. `blurs`: answer -> its column."""
    outside = manifest.get("reel", {}).get("audience") == EXTERNAL
    hidden = {id for id, word in blurs.items() if blur_consent.wanted(word, project.blur, outside)}
    return {response for response, blurred in publish_changes.faces_of(manifest) if not blurred} & hidden


def _reworded(clip: Clip, was: Was) -> str:
    """Why the words of a remaining quote changed."""
    if clip.moment.whole:
        return "trimmed by the team"
    return "no longer trimmed by the team" if was.trimmed else "shown with more or fewer of its words"


# Why an answer is left out -> in words
GONE = {
    "withdrawn": "consent was withdrawn",
    "expired": "consent has expired",
    "audience": "no longer for this audience",
}


def unusable(project: Project, library: Library, survey: Survey, manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest contains words of an answer without consent for its audience, or of a missing upload;
    or its pictures show a face that must be blurred."""
    uploads = library.uploads()
    known = {upload.response for upload in uploads.values()}
    if shown(project, survey.blurs, manifest):
        return True
    for response, file in publish_changes.people_of(manifest).items():
        why = survey.left_out.get(response, ("", ""))[1]
        external = manifest.get("reel", {}).get("audience") == EXTERNAL
        if why in ("withdrawn", "expired") or (why == "audience" and external):
            return True
        if response not in known and not (file in uploads and (project.uploads / file).is_file()):
            return True
    return False
