"""`[compute] device`: what each library is told, what it says where there is no graphics card, and what goes into keys."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reelmaker import compute, doctor, model_files
from reelmaker.compute import CPU, Compute, Placed
from reelmaker.errors import ModelError, ProjectError
from reelmaker.project.config import open_project
from reelmaker.redaction.faces.detector import Detector
from reelmaker.tag import embeddings
from reelmaker.transcribe.speech_model import SpeechModel
from reelmaker.transcribe.whisper import Whisper


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """What was found of this machine is not remembered from test to test."""
    for asked in (compute.why_no_speech_gpu, compute.why_no_network_gpu):
        asked.cache_clear()
    yield
    for asked in (compute.why_no_speech_gpu, compute.why_no_network_gpu):
        asked.cache_clear()


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A machine with a graphics card, as far as the libraries say; gives what they were told."""
    told: dict[str, Any] = {}

    def session(model: object, options: object, providers: list[str]) -> SimpleNamespace:
        told["providers"] = providers
        there = SimpleNamespace(name="input")
        return SimpleNamespace(get_inputs=lambda: [there], get_providers=lambda: told.get("loaded", providers))

    class Model:
        def __init__(self, folder: str, **arguments: Any) -> None:
            told.update(arguments)

    monkeypatch.setattr(compute, "driver", lambda: True)
    monkeypatch.setattr(compute.ctypes, "CDLL", lambda name: told.setdefault("library", name))
    monkeypatch.setitem(sys.modules, "ctranslate2", SimpleNamespace(get_cuda_device_count=lambda: 1))
    onnx = SimpleNamespace(
        get_available_providers=lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"],
        InferenceSession=session,
        SessionOptions=SimpleNamespace,
    )
    monkeypatch.setitem(sys.modules, "onnxruntime", onnx)
    monkeypatch.setitem(sys.modules, "faster_whisper", SimpleNamespace(WhisperModel=Model))
    return told


def test_a_machine_without_a_driver_is_not_asked_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "driver", lambda: False)
    for library in ("ctranslate2", "onnxruntime"):
        monkeypatch.setitem(sys.modules, library, None)  # importing it would fail
    auto = Compute("auto")
    assert (auto.speech, auto.networks, auto.speech_facts, auto.network_facts) == ("cpu", "cpu", (), ())


def test_a_graphics_card_that_is_asked_for_and_missing_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "driver", lambda: False)
    for ask in (lambda: Compute("cuda").speech, lambda: Compute("cuda").networks):
        with pytest.raises(ModelError) as refused:
            ask()
        assert "\n" not in str(refused.value) and "NVIDIA driver" in refused.value.message
        assert "[compute]" in refused.value.remedy
    assert Compute("cuda").speech_facts == ("cuda",), "a key is made without looking, so `status` still works"


def test_what_each_library_lacks_is_told(monkeypatch: pytest.MonkeyPatch, card: dict[str, Any]) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(compute.ctypes, "CDLL", missing)
    assert Compute("auto").speech == "cpu" and Compute("auto").speech_facts == ()
    with pytest.raises(ModelError, match="cublas"):
        _ = Compute("cuda").speech
    compute.why_no_speech_gpu.cache_clear()
    sys.modules["ctranslate2"].get_cuda_device_count = lambda: 0  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="no CUDA device"):
        _ = Compute("cuda").speech
    sys.modules["onnxruntime"].get_available_providers = lambda: ["CPUExecutionProvider"]  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="onnxruntime-gpu"):
        _ = Compute("cuda").networks


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_all_of_them_run_on_the_graphics_card_where_there_is_one(
    device: str, card: dict[str, Any], tmp_path: Path
) -> None:
    both = Compute(device)
    Whisper(tmp_path, workers=2, language="en", name="base", compute=both)._open(1)
    assert (card["device"], card["compute_type"]) == ("cuda", "float16")
    (tmp_path / "centerface.onnx").write_bytes(b"")
    Detector(tmp_path / "centerface.onnx", both)
    assert card["providers"] == ["CUDAExecutionProvider", "CPUExecutionProvider"]
    assert both.speech_facts == both.network_facts == ("cuda",)


def test_a_card_that_onnxruntime_cannot_load_is_no_silent_processor(card: dict[str, Any]) -> None:
    card["loaded"] = ["CPUExecutionProvider"]
    with pytest.raises(ModelError, match="cannot load CUDA"):
        Compute("cuda").session(b"")
    assert Compute("auto").session(b"").get_providers() == ["CPUExecutionProvider"]


def test_on_the_processor_nothing_is_told_otherwise_than_before(card: dict[str, Any], tmp_path: Path) -> None:
    Whisper(tmp_path, workers=2, language="en", name="base")._open(1)
    CPU.session(b"")
    assert (card["device"], card["compute_type"], card["providers"]) == ("cpu", "int8", ["CPUExecutionProvider"])
    assert (
        SpeechModel("base").identity == "base"
        and SpeechModel("base", "whisper", Compute("cuda")).identity == "base cuda"
    )


@pytest.mark.slow
def test_vectors_of_a_graphics_card_are_remembered_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = model_files.find("minilm", "meaning")
    remembered: dict[str, bytes] = {}
    embeddings.embed(["a lamp"], folder, remembered)
    [plain] = remembered
    assert plain.startswith("minilm-int8-1:") and plain.count(":") == 1, "as libraries of before have them"
    embeddings.embed(["a lamp"], Placed(folder, Compute("cpu")), remembered)
    assert list(remembered) == [plain]
    monkeypatch.setattr(embeddings, "_open", lambda at: embeddings.Network(at.folder))
    embeddings.embed(["a lamp"], Placed(folder, Compute("cuda")), remembered)
    assert next(key for key in remembered if key != plain).startswith("minilm-int8-1:cuda:")


def test_the_setting_is_read(small_survey: Path) -> None:
    path = small_survey / "reelmaker.toml"
    text = path.read_text("utf-8")
    assert open_project(small_survey).compute == Compute("auto")
    path.write_text(text + '[compute]\ndevice = "cuda"\n', "utf-8")
    assert open_project(small_survey).compute == Compute("cuda")
    path.write_text(text + '[compute]\ndevice = "gpu"\n', "utf-8")
    with pytest.raises(ProjectError, match="device must be one of auto, cpu, cuda"):
        open_project(small_survey)


@pytest.mark.slow
def test_the_doctor_runs_each_network_once(tmp_path: Path) -> None:
    found = {one.subject: one for one in doctor.examine(tmp_path) if one.subject.startswith("runs ")}
    assert list(found) == ["runs speech", "runs meaning", "runs faces"]
    for one in found.values():
        assert one.ok and one.found.startswith(("on cpu, ", "on cuda, ")) and one.found.endswith(" s"), one


@pytest.mark.slow
def test_the_doctor_says_which_network_does_not_run_and_why(
    small_survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "driver", lambda: False)
    path = small_survey / "reelmaker.toml"
    path.write_text(path.read_text("utf-8") + '[compute]\ndevice = "cuda"\n', "utf-8")
    found = [one for one in doctor.examine(small_survey) if one.subject.startswith("runs ")]
    assert len(found) == 3
    assert all(not one.ok and "NVIDIA driver" in one.found and "[compute]" in one.remedy for one in found), found
