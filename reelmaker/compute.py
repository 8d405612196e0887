"""Where networks run: `[compute] device` of reelmaker.toml -> what each library is told.

"auto" takes the graphics card where a library can use it, else the processor; "cuda" insists. What a graphics card computes
may differ in the last digits, so `facts` go into the key of everything computed there; of a processor's nothing does.
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
    """What `[compute]` asks for. Handed to whatever opens a network."""

    device: str = "cpu"  # of DEVICES

    @property
    def speech(self) -> Device:
        """Where the speech model runs.

        Raises:
            ModelError: a graphics card is asked for, and ctranslate2 has none.
        """
        return self._resolved(_no_speech_there)

    @property
    def networks(self) -> Device:
        """Where the sentence model and the face detector run.

        Raises:
            ModelError: a graphics card is asked for, and onnxruntime has none.
        """
        return self._resolved(_no_networks_there)

    @property
    def speech_facts(self) -> tuple[str, ...]:
        """For the key of what the speech model makes."""
        return self._facts(_no_speech_there)

    @property
    def network_facts(self) -> tuple[str, ...]:
        """For the key of what the networks make."""
        return self._facts(_no_networks_there)

    def _resolved(self, lacking: Callable[[], str]) -> Device:
        if self.device == "cpu":
            return "cpu"
        why = lacking()
        if why and self.device == "cuda":
            raise ModelError(f'reelmaker.toml: [compute] device = "cuda": {why}.', REMEDY)
        return "cpu" if why else "cuda"

    def _facts(self, lacking: Callable[[], str]) -> tuple[str, ...]:
        there = self.device == "cuda" or (self.device == "auto" and not lacking())
        return ("cuda",) if there else ()

    def session(self, model: str | bytes, *, quiet: int = 3) -> Any:
        """A network of onnxruntime, of one thread: several are asked at a time.

        Args:
            model: its path, or its bytes.
            quiet: from which severity on onnxruntime speaks up.

        Raises:
            ModelError: a graphics card is asked for, and it cannot run there.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = quiet
        wanted = ["CUDAExecutionProvider"] if self.networks == "cuda" else []
        session = onnxruntime.InferenceSession(model, options, providers=[*wanted, "CPUExecutionProvider"])
        if wanted and self.device == "cuda" and wanted[0] not in session.get_providers():
            raise ModelError('reelmaker.toml: [compute] device = "cuda": onnxruntime cannot load CUDA.', REMEDY)
        return session


CPU = Compute()


@dataclass(frozen=True, slots=True)
class Placed:
    """A model's folder, and where it is to run."""

    folder: Path
    compute: Compute = CPU


@lru_cache(maxsize=1)
def _no_speech_there() -> str:
    """Why ctranslate2 cannot use a graphics card; "" where it can."""
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
def _no_networks_there() -> str:
    """Why onnxruntime cannot use a graphics card; "" where it can."""
    if not driver():
        return "this machine has no NVIDIA driver"
    import onnxruntime

    there = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
    return "" if there else "onnxruntime has no CUDA (pip install onnxruntime-gpu)"


def driver() -> bool:
    """Whether there is a driver at all; asked first, since the libraries take half a second to say no."""
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "System32/nvcuda.dll").is_file()
    return any(Path(place).exists() for place in DRIVER)
