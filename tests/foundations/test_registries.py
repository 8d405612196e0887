"""One shape for all that comes in several kinds, and that it is true: a second transcriber or tagger is one file and one line."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reelmaker
from reelmaker import outputs, registry, tag, transcribe
from reelmaker.automation import schedulers
from reelmaker.errors import ProjectError
from reelmaker.model import Moment, Response, Sentence, Transcript, Word
from reelmaker.project.config import open_project
from reelmaker.project.library import key_of
from reelmaker.publish.notify import delivery
from reelmaker.registry import Entry
from reelmaker.review import explain

# Of each registry: the facts an entry may have, and what is found where it says
REGISTRIES: dict[str, tuple[Mapping[str, Entry], set[str]]] = {
    "transcribe": (transcribe.REGISTRY, {"model"}),
    "tag": (tag.REGISTRY, {"needs_model", "learns", "english", "account"}),
    "outputs": (outputs.REGISTRY, {"files", "on_request", "always", "if_any"}),
    "schedulers": (schedulers.REGISTRY, set()),
    "notify": (delivery.REGISTRY, {"setting"}),
}
ENTRIES = [(name, kind) for name, (entries, _) in REGISTRIES.items() for kind in entries]


@pytest.mark.parametrize(("name", "kind"), ENTRIES)
def test_an_entry_names_what_is_there_and_no_fact_that_nobody_reads(name: str, kind: str) -> None:
    entries, facts = REGISTRIES[name]
    entry = entries[kind]
    found = registry.load(entry)
    assert found is not None and (inspect.ismodule(found) or callable(found))
    assert entry.facts.keys() <= facts, f"{kind}: facts that nobody reads"
    if entry.account:
        assert callable(registry.load(entry.account))


@pytest.mark.parametrize("kind", schedulers.REGISTRY)
def test_a_scheduler_has_all_that_one_needs(kind: str) -> None:
    found = registry.load(schedulers.REGISTRY[kind])
    for name in ("MISSED", "places", "text", "install", "remove"):
        assert hasattr(found, name)


@pytest.mark.parametrize("kind", transcribe.REGISTRY)
def test_a_transcriber_is_opened_without_work_and_has_all_that_one_needs(kind: str, tmp_path: Path) -> None:
    found = transcribe.load(kind, tmp_path, workers=1, language="en", name="base")
    for name in ("transcribe", "speaking", "english"):
        assert callable(getattr(found, name))


@pytest.mark.parametrize("kind", delivery.REGISTRY)
def test_a_channel_is_called_alike_and_has_a_setting_of_its_own(kind: str) -> None:
    entry = delivery.REGISTRY[kind]
    assert list(inspect.signature(registry.load(entry)).parameters) == ["settings", "message", "folder", "timeout_s"]
    assert hasattr(delivery.Notify(), entry.setting)


def test_an_entry_does_not_change_and_a_fact_not_given_is_false() -> None:
    entry = Entry("json:dumps", quick=True)
    assert entry.quick is True and entry.slow is False and registry.load(entry)([1]) == "[1]"
    with pytest.raises(AttributeError):
        entry.quick = False
    with pytest.raises(AttributeError):
        entry._private  # noqa: B018
    assert registry.load(Entry("json")).__name__ == "json" and "quick" in repr(entry)
    assert registry.of("tag") is tag.REGISTRY and registry.usual("transcribe") == "whisper"


# A second transcriber: it tells people apart by the tone of `conftest.make_video`
SAID = {300: "My card was refused at the payment page.", 400: "The payment failed at once.", 500: "I like cats a lot."}


class ByTone:
    """Everybody has one tone, and says one thing in it, over and over."""

    def __init__(self, folder: Path | None, *, language: str, **_: Any) -> None:
        assert folder is None, "it needs no model files"
        self.language = language

    def speaking(self, language: str) -> ByTone:
        return self

    def transcribe(
        self, jobs: Iterable[tuple[Response, Callable[[], np.ndarray | None]]], progress: object = None
    ) -> Iterator[tuple[Response, Transcript | Exception]]:
        for response, sound in jobs:
            samples = sound()
            assert samples is not None
            plain = samples.astype(np.float32) / (32768 if samples.dtype == np.int16 else 1)
            sentences = tuple(self._sentences(response.id, plain))
            yield response, Transcript(response.id, self.language, "tones", sentences)

    def _sentences(self, response: str, samples: np.ndarray) -> Iterator[Sentence]:
        frames = samples[: len(samples) // 1600 * 1600].reshape(-1, 1600)  # of 100 ms
        loud = np.abs(frames).max(1) > 0.02
        index = 0
        for on, group in groupby(range(len(loud)), key=lambda at: bool(loud[at])):
            many = list(group)
            if not on or len(many) < 5:
                continue
            middle = frames[many[1] : many[-1]].ravel()
            tone = int((np.diff(np.signbit(middle)) != 0).sum()) / 2 / (len(middle) / 16000)
            words = SAID[min(SAID, key=lambda known: abs(known - tone))].split()
            start, each = many[0] * 100, len(many) * 100 / len(words)
            yield Sentence(
                response,
                index,
                tuple(
                    Word(word, round(start + each * at), round(start + each * (at + 1)))
                    for at, word in enumerate(words)
                ),
            )
            index += 1


def by_a_word(
    transcripts: Iterable[Transcript],
    problems: Iterable[Any],
    model: object,
    remembered: object,
    decided: object = None,
) -> list[Moment]:
    """A second tagger: whoever says "failed" means every problem."""
    assert model is None
    return [
        Moment(problem.slug, (sentence,), 0.9 if "failed" in sentence.text else 0.1, ('says "failed"',))
        for transcript in transcripts
        for sentence in transcript.sentences
        for problem in problems
    ]


def set_in(folder: Path, tables: str) -> None:
    """Other tables at the end of reelmaker.toml than the small survey's `[tag]`."""
    path = folder / "reelmaker.toml"
    path.write_text(path.read_text("utf-8").partition("[tag]")[0] + tables, "utf-8")


@pytest.mark.slow
def test_a_second_transcriber_is_one_file_and_one_line(small_survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(transcribe.REGISTRY, "tones", Entry(f"{__name__}:ByTone"))
    for sidecar in (small_survey / "uploads").glob("*.vtt"):
        sidecar.unlink()
    set_in(small_survey, '[tag]\nengine = "keywords"\n[transcribe]\nengine = "tones"\n')
    reel = reelmaker.build(small_survey, ["checkout"])
    assert {clip.moment.text.partition(". ")[0].rstrip(".") + "." for clip in reel.clips} == {SAID[300], SAID[400]}
    assert reel.folder is not None and (reel.folder / "reel.mp4").is_file()


@pytest.mark.slow
def test_a_second_tagger_is_one_file_and_one_line(small_survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tag.REGISTRY, "failed", Entry(f"{__name__}:by_a_word"))
    set_in(small_survey, '[tag]\nengine = "failed"\n')
    reel = reelmaker.build(small_survey, ["checkout"])
    [clip] = reel.clips
    assert clip.moment.text == "The payment failed and my card was charged twice."
    told = explain.why(small_survey, moment_name(clip.moment))
    assert told["explained"]["problems"][0]["score"] == 0.9, "without an account the score alone is told"


def moment_name(moment: Moment) -> str:
    from reelmaker.model import moment_ids

    return moment_ids.name(moment)


def test_the_former_key_of_the_tagger_still_opens(small_survey: Path) -> None:
    assert open_project(small_survey).tagger == "keywords", "the small survey has [tag] tagger"
    set_in(small_survey, '[tag]\nengine = "keywords"\n')
    assert open_project(small_survey).tagger == "keywords"
    set_in(small_survey, "")
    assert (open_project(small_survey).tagger, open_project(small_survey).transcriber) == ("meaning", "whisper")


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ('[tag]\nengine = "meaning"\ntagger = "keywords"\n', "keep only engine"),
        ('[tag]\nengine = "keyword"\n', 'engine must be one of meaning, keywords, not "keyword"'),
        ('[tag]\ntagger = "keyword"\n', 'tagger must be one of meaning, keywords, not "keyword"'),
        ('[transcribe]\nengine = "wisper"\n', 'Did you mean "whisper"?'),
    ],
)
def test_an_engine_that_is_not_there_is_told_before_any_work(small_survey: Path, tables: str, told: str) -> None:
    set_in(small_survey, tables)
    with pytest.raises(ProjectError) as refused:
        open_project(small_survey)
    assert told in str(refused.value) and "line" in refused.value.message


def test_transcripts_of_before_are_found_again(small_survey: Path) -> None:
    """The key of a transcript by Whisper is that of libraries made before there were engines."""
    from reelmaker.transcribe.stage import _transcript_key

    project = open_project(small_survey)
    response = Response("a" * 64, "a.mp4", 1000)
    assert _transcript_key(project, response, "left") == key_of(
        "whisper", transcribe.VERSION, response.id, "base", "en", "left"
    )
