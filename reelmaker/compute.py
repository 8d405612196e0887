"""Where networks run: `[compute] device` of reelmaker.toml, resolved for each library.

"auto" uses the graphics card if a library can, else the processor; "cuda" requires it. Results of a graphics card may
differ in the last digits, so the `…_facts` are part of the key of everything computed there; for a processor they are
empty.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from reelmaker.errors import ModelError

DEVICES = ("auto", "cpu", "cuda")
Device = Literal["cpu", "cuda"]
REMEDY = 'Set device = "auto" or "cpu" under [compute], or install what is missing.'
DRIVER = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/dxg")  # any of these: Linux, or Linux inside Windows
CUBLAS = "cublas64_12.dll" if sys.platform == "win32" else "libcublas.so.12"  # what ctranslate2 opens on first use


@dataclass(frozen=True, slots=True)
class Compute:
    """The setting `[compute]`, passed to everything that opens a network."""

    device: str = "cpu"  # one of DEVICES

    @property
    def speech(self) -> Device:
        """Where the speech model runs.

        Raises:
            ModelError: a graphics card is required, and ctranslate2 has none.
        """
        return self._resolved(why_no_speech_gpu)

    @property
    def networks(self) -> Device:
        """Where the sentence model and the face detector run.

        Raises:
            ModelError: a graphics card is required, and onnxruntime has none.
        """
        return self._resolved(why_no_network_gpu)

    @property
    def speech_facts(self) -> tuple[str, ...]:
        """Part of the key of everything the speech model computes."""
        return self._facts(why_no_speech_gpu)

    @property
    def network_facts(self) -> tuple[str, ...]:
        """Part of the key of everything the networks compute."""
        return self._facts(why_no_network_gpu)

    def _resolved(self, lacking: Callable[[], str]) -> Device:
        if self.device == "cpu":
            return "cpu"
        reason = lacking()
        if reason and self.device == "cuda":
            raise ModelError(f'reelmaker.toml: [compute] device = "cuda": {reason}.', REMEDY)
        return "cpu" if reason else "cuda"

    def _facts(self, lacking: Callable[[], str]) -> tuple[str, ...]:
        uses_gpu = self.device == "cuda" or (self.device == "auto" and not lacking())
        return ("cuda",) if uses_gpu else ()

    def session(self, model: str | bytes, *, min_severity: int = 3) -> Any:
        """A network of onnxruntime, of one thread: several are asked at a time.

        Args:
            model: its path, or its bytes.
            min_severity: the severity from which onnxruntime logs messages.

        Raises:
            ModelError: a graphics card is asked for, and it cannot run there.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = min_severity
        gpu_providers = ["CUDAExecutionProvider"] if self.networks == "cuda" else []
        session = onnxruntime.InferenceSession(model, options, providers=[*gpu_providers, "CPUExecutionProvider"])
        if gpu_providers and self.device == "cuda" and gpu_providers[0] not in session.get_providers():
            raise ModelError('reelmaker.toml: [compute] device = "cuda": onnxruntime cannot load CUDA.', REMEDY)
        return session


CPU = Compute()


@dataclass(frozen=True, slots=True)
class Placed:
    """A model's folder, and where it runs."""

    folder: Path
    compute: Compute = CPU


@lru_cache(maxsize=1)
def why_no_speech_gpu() -> str:
    """Why ctranslate2 cannot use a graphics card; "" if it can."""
    if not driver():
        return "this machine has no NVIDIA driver"
    import ctranslate2

    if ctranslate2.get_cuda_device_count() < 1:
        return "ctranslate2 finds no CUDA device"
    try:
        ctypes.CDLL(CUBLAS)
    except OSError:
        return f"{CUBLAS} cannot be loaded (pip install nvidia-cublas-cu12 nvidia-cudnn-cu12)"
    return ""


@lru_cache(maxsize=1)
def why_no_network_gpu() -> str:
    """Why onnxruntime cannot use a graphics card; "" if it can."""
    if not driver():
        return "this machine has no NVIDIA driver"
    import onnxruntime

    has_cuda = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
    return "" if has_cuda else "onnxruntime has no CUDA (pip install onnxruntime-gpu)"


def driver() -> bool:
    """Whether there is a driver; checked first because the libraries take half a second to find none."""
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "System32/nvcuda.dll").is_file()
    return any(Path(path).exists() for path in DRIVER)
