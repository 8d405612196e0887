"""manifest.json and what --json prints: true, readable, and held to the schema."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers import robustness
from helpers.results.taken import CHECKER, SAID, SCHEMA, build, text_of
from helpers.surveys.small_survey import SAYINGS, TOML

from reelmaker import outputs
from reelmaker.cli import format_results
from reelmaker.model import Clip
from reelmaker.outputs import Finished, manifest
from reelmaker.review import search

KINDS = ("build", "dry-run", "find", "moments", "build --json")


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory, small_videos: Path) -> Iterator[dict[str, dict[str, Any]]]:
    """One document of each kind, of the small survey with all that can be in it: tables, filters, failures."""
    folder = tmp_path_factory.mktemp("documents")
    uploads = folder / "uploads"
    uploads.mkdir()
    (folder / "reelmaker.toml").write_text(TOML, "utf-8")
    for name, sayings in SAYINGS.items():
        (uploads / f"{name}.mp4").write_bytes((small_videos / f"{name}.mp4").read_bytes())
        lines = [
            f"{at + 1}\n00:00:{2 * at:02},000 --> 00:00:{2 * at + 1:02},600\n{text}\n"
            for at, text in enumerate(sayings)
        ]
        (uploads / f"{name}.srt").write_text("\n".join(lines), "utf-8")
    (uploads / "broken.mp4").write_bytes(b"\0not a video" * 100)
    (uploads / "responses.csv").write_text(
        "file,segment\nanna.mp4,new\nbert.mp4,new\ncleo.mp4,new\ngone.mp4,new\n", "utf-8"
    )
    where = {"segment": ["new"]}
    built = build(folder, where=where)
    yield {
        "build": dict(built.document),
        "dry-run": dict(build(folder, dry_run=True).document),
        "find": dict(search.find(folder, "paid twice", 4).document),
        "moments": dict(search.moments(folder).document),
        "build --json": json.loads(format_results.build_json(built)),
    }


def test_the_schema_is_itself_valid_and_lets_no_unknown_key_pass() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for where, part in objects_of(SCHEMA):
        assert part.get("additionalProperties") is not None or "properties" not in part, where


def objects_of(part: Any, where: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object that the schema describes."""
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield where, part
        for name, inner in part.items():
            yield from objects_of(inner, f"{where}/{name}")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_document_keeps_to_the_schema(kind: str, documents: dict[str, dict[str, Any]]) -> None:
    document = documents[kind]
    CHECKER.validate(document)
    assert document["kind"] == kind.removesuffix(" --json") and document["schema"] == manifest.SCHEMA
    assert json.loads(manifest.text(document)) == document, "nothing in it that JSON cannot hold"


def test_the_documents_hold_what_they_are_for(documents: dict[str, dict[str, Any]]) -> None:
    built, dry, found, judged = (documents[kind] for kind in KINDS[:4])
    assert [item["kind"] for item in built["items"]] == ["card", "clip", "clip", "card"]
    if_any = {file for output in outputs.REGISTRY.values() if output.if_any for file in output.files}
    assert built["reel"]["files"] == sorted(set(outputs.names()) - if_any)
    assert built["reel"]["folder"] == "reels/checkout"
    assert dry["reel"]["files"] == [] and dry["reel"]["folder"] == ""
    assert dry["items"] == built["items"] and "made_with" in built and "made_with" not in dry
    assert built["project"]["where"] == {"segment": ["new"]} and "where" not in dry["project"]
    assert [failure["file"] for failure in built["failures"]] == ["broken.mp4"]
    assert any("gone.mp4" in warning for warning in built["warnings"])
    [problem] = built["problems"]
    assert (problem["slug"], problem["spoke"], problem["of"]) == ("checkout", 2, 3)
    assert {moment["text"] for moment in built["moments"]} == {SAYINGS["anna"][1], SAYINGS["bert"][1]}
    assert found["query"] == "paid twice" and found["problems"] == [] == found["items"]
    assert 1 <= len(found["moments"]) <= 4
    assert {tuple(moment["scores"]) for moment in found["moments"]} == {("find",)}
    assert {problem["slug"] for problem in judged["problems"]} == {"checkout", "delivery"}
    assert [moment["text"] for moment in judged["moments"]] == [
        text for sayings in SAYINGS.values() for text in sayings
    ]
    assert all(set(moment["scores"]) == {"checkout", "delivery"} for moment in judged["moments"])
    assert documents["build --json"]["work"]["joined"] == 1 and "work" not in built


def test_a_moment_is_above_the_threshold_of_exactly_the_problems_it_reaches(
    documents: dict[str, dict[str, Any]],
) -> None:
    judged = documents["moments"]
    thresholds = {problem["slug"]: problem["threshold"] for problem in judged["problems"]}
    for moment in judged["moments"]:
        reached = [slug for slug, score in moment["scores"].items() if score >= thresholds[slug]]
        assert sorted(moment["above_threshold"]) == sorted(reached), moment["text"]
    assert any(moment["above_threshold"] for moment in judged["moments"])
    assert not all(moment["above_threshold"] for moment in judged["moments"])


@pytest.mark.slow
def test_the_clips_of_a_document_follow_the_reel_and_the_answers(small_survey: Path) -> None:
    reel = build(small_survey)
    assert reel.folder
    document = json.loads(text_of(reel.folder / "manifest.json"))
    CHECKER.validate(document)
    places = list(reel.places())
    assert [(item["start_ms"], item["end_ms"]) for item in document["items"]] == [
        (place.start_ms, place.end_ms) for place in places
    ]
    assert document["items"][-1]["end_ms"] == document["reel"]["duration_ms"] == reel.duration_ms
    for item, place in zip(document["items"], places, strict=True):
        if isinstance(place.item, Clip):
            assert item["text"] == " ".join(word["text"] for word in item["words"])
            assert item["source_start_ms"] <= item["words"][0]["start_ms"]
            assert item["words"][-1]["end_ms"] <= item["source_end_ms"]
            assert item["text"] in SAYINGS[Path(item["file"]).stem]
    assert {path.name for path in reel.folder.iterdir()} == set(document["reel"]["files"])


def test_the_manifest_is_text_that_a_person_can_read(finished: Finished, tmp_path: Path) -> None:
    [path] = manifest.write(finished, tmp_path)
    text = text_of(path)
    assert text.endswith("}\n") and "\r" not in text and SAID in text and "Übung" in text
    assert json.loads(text) == finished.document
    CHECKER.validate(json.loads(text))


def holders(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a document."""
    for name, inner in part.items() if isinstance(part, dict) else enumerate(part):
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from holders(inner, (*path, name))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        document = document[name]
    return document


# what a document may lack: it is there only for some kinds, or a map of the user's own names
MAY_LACK = {
    ("query",),
    ("reel",),
    ("made_with",),
    ("check",),
    ("failures",),
    ("warnings",),
    ("work",),
    ("project", "where"),
    ("work", "seconds"),
}
# what reelmaker/1 has gained since its first documents: an older one without it stays valid
GAINED = (
    "prevalence",
    "headline",
    "basis",
    "sample",
    "quote",
    "intensity",
    "dissent",
    "contrary",
    "asked",
    "moment",
    "decided",
    "decisions",
    "unfit",
    "audience",
    "expired",
    "changes",
    "held",
)
OWN_NAMES = ("where", "made_with", "seconds", "fields", "scores", "why")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_that_lacks_a_key_is_refused(kind: str, documents: dict[str, dict[str, Any]]) -> None:
    removed = 0
    for path in holders(documents[kind]):
        if isinstance(path[-1], int) or path in MAY_LACK or path[-1] in GAINED:
            continue
        if any(name in OWN_NAMES for name in path[:-1]):
            continue
        broken = copy.deepcopy(documents[kind])
        del at(broken, path[:-1])[path[-1]]
        assert not CHECKER.is_valid(broken), f"without {path}"
        removed += 1
    assert removed > 20


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_with_a_value_of_another_type_is_refused(kind: str, documents: dict[str, dict[str, Any]]) -> None:
    tried = 0
    for path in robustness.share(list(holders(documents[kind])), 0.2, kind):
        good = at(documents[kind], path)
        wrong: list[Any] = [{}, "text", 7, True, None, 0.5, []]
        number = isinstance(good, float) or (good is None and may_be_unknown(path))
        kinds = (int, float) if number else (type(good),)
        for value in wrong:
            if type(value) in kinds or (value is None and may_be_unknown(path)):
                continue
            if isinstance(good, int) and isinstance(value, float) and path[-1] in number_keys():
                continue
            broken = copy.deepcopy(documents[kind])
            at(broken, path[:-1])[path[-1]] = value
            assert not CHECKER.is_valid(broken), f"{path}: {value!r} instead of {good!r}"
            tried += 1
    assert tried > (100 if robustness.FULL else 20)


def may_be_unknown(path: tuple[Any, ...]) -> bool:
    """True for what is null where nothing is known: counts of `find`, shares of nobody, scores without a table."""
    return path[-1] in ("spoke", "of", "share") or ("sample" in path and path[-1] in ("score", "tone"))


def number_keys() -> tuple[str, ...]:
    """Keys whose value may be a fraction though it happens to be whole."""
    return (
        "threshold",
        "score",
        "tone",
        "confidence",
        *SAYINGS,
        "checkout",
        "delivery",
        "find",
        "intensity",
        "share",
        "low",
        "high",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_with_a_key_of_its_own_is_refused(kind: str, documents: dict[str, dict[str, Any]]) -> None:
    tried = 0
    for path in [(), *holders(documents[kind])]:
        if not isinstance(at(documents[kind], path), dict) or any(name in OWN_NAMES for name in path):
            continue
        broken = copy.deepcopy(documents[kind])
        at(broken, path)["surprise"] = 1
        assert not CHECKER.is_valid(broken), f"one more in {path}"
        tried += 1
    assert tried >= 4


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "reelmaker/2"),
        (("kind",), "guess"),
        (("problems", 0, "threshold"), 1.5),
        (("problems", 0, "kind"), "sorrow"),
        (("problems", 0, "spoke"), -1),
        (("items", 0, "card"), "poster"),
        (("items", 0, "kind"), "clip"),
        (("items", 0, "start_ms"), -1),
        (("items", 1, "kind"), "card"),
        (("items", 1, "score"), 1.01),
        (("items", 1, "tone"), -1.01),
        (("items", 1, "words", 0, "confidence"), 2),
        (("items", 1, "source_start_ms"), 0.5),
        (("moments", 0, "scores", "checkout"), -0.1),
        (("moments", 0, "end_ms"), -1),
        (("reel", "duration_ms"), -1),
    ],
    ids=str,
)
def test_a_value_out_of_its_range_is_refused(
    path: tuple[Any, ...], value: Any, documents: dict[str, dict[str, Any]]
) -> None:
    broken = copy.deepcopy(documents["build"])
    assert type(at(broken, path)) is type(value) or isinstance(value, int | float)
    at(broken, path[:-1])[path[-1]] = value
    assert not CHECKER.is_valid(broken)
