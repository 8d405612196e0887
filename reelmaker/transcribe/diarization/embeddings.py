"""Stretches of speech -> voiceprints: 256 numbers each, of unit length, similar if the voice is the same.

The network is the voice encoder of Resemblyzer (Apache-2.0), which learned to tell speakers apart (Wan et al.
2018, Generalized end-to-end loss for speaker verification). Its weights are read and run without torch: they are
a pickle, so nothing but numbers is let out of it.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from reelmaker.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

RATE = 16_000
WINDOW = RATE * 8 // 5  # samples it listens to at once: 1.6 s, what it learned on
LOUDNESS = 10 ** (-30 / 20)  # RMS that each stretch is brought to
FRAME, HOP, BANDS = 400, 160, 40  # 25 ms of sound each 10 ms, as 40 bands of the mel scale
SIZE, LAYERS = 256, 3
SHAPES = {
    **{f"lstm.weight_ih_l{layer}": (4 * SIZE, SIZE if layer else BANDS) for layer in range(LAYERS)},
    **{f"lstm.weight_hh_l{layer}": (4 * SIZE, SIZE) for layer in range(LAYERS)},
    **{f"lstm.bias_{way}_l{layer}": (4 * SIZE,) for layer in range(LAYERS) for way in ("ih", "hh")},
    "linear.weight": (SIZE, SIZE),
    "linear.bias": (SIZE,),
}
BATCH = 64  # stretches at once, to bound the memory


class Encoder:
    """The network, loaded once."""

    def __init__(self, folder: Path) -> None:
        """Raises:
        ModelError: `folder` holds no weights of this network.
        """
        self._weights = _read(folder / "pretrained.pt")
        self._bands = _mel_bands()

    def __call__(self, stretches: Sequence[np.ndarray]) -> np.ndarray:
        """Voiceprints, shape (stretches, 256).

        Args:
            stretches: float32 mono 16 kHz, each over 25 ms. The middle 1.6 s of a longer one count; a shorter one is
                repeated to that length.
        """
        import numpy as np

        parts = [
            self._run(np.stack([self._heard(stretch) for stretch in stretches[start : start + BATCH]]))
            for start in range(0, len(stretches), BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, SIZE), np.float32)

    def _heard(self, stretch: np.ndarray) -> np.ndarray:
        """Power in each band, shape (160, 40): whatever the loudness, of the middle 1.6 s."""
        import numpy as np

        if len(stretch) > WINDOW:
            begin = (len(stretch) - WINDOW) // 2
            stretch = stretch[begin : begin + WINDOW]
        loud = float(np.sqrt(np.mean(stretch.astype(np.float64) ** 2))) if len(stretch) else 0.0
        level = np.pad(stretch * np.float32(LOUDNESS / max(loud, 1e-6)), FRAME // 2)
        frames = np.lib.stride_tricks.sliding_window_view(level, FRAME)[::HOP]
        window = np.hanning(FRAME + 1)[:-1].astype(np.float32)
        power = (np.abs(np.fft.rfft(frames * window, axis=1)) ** 2).astype(np.float32) @ self._bands
        frame_count = WINDOW // HOP
        return np.tile(power, (-(-frame_count // len(power)), 1))[:frame_count]

    def _run(self, features: np.ndarray) -> np.ndarray:
        """Three layers of long short-term memory, the last state projected; shape (stretches, 256)."""
        import numpy as np

        flow = np.ascontiguousarray(features.transpose(1, 0, 2))  # by time first
        for layer in range(LAYERS):
            flow = self._layer(flow, layer)
        last = flow[-1] @ self._weights["linear.weight"].T + self._weights["linear.bias"]
        prints = np.maximum(last, 0)
        lengths = np.linalg.norm(prints, axis=1, keepdims=True)
        result: np.ndarray = prints / np.maximum(lengths, 1e-9)
        return result

    def _layer(self, flow: np.ndarray, layer: int) -> np.ndarray:
        import numpy as np

        def of(name: str) -> np.ndarray:
            return self._weights[f"lstm.{name}_l{layer}"]

        steps, batch_size, wide = flow.shape
        inputs = flow.reshape(-1, wide) @ of("weight_ih").T + (of("bias_ih") + of("bias_hh"))
        inputs = inputs.reshape(steps, batch_size, 4 * SIZE)
        again = np.ascontiguousarray(of("weight_hh").T)
        # the sigmoid of x is (1 + tanh(x / 2)) / 2: one call serves all four gates
        halved = np.repeat(np.array([0.5, 0.5, 1.0, 0.5], np.float32), SIZE)
        state, memory = np.zeros((batch_size, SIZE), np.float32), np.zeros((batch_size, SIZE), np.float32)
        out = np.empty((steps, batch_size, SIZE), np.float32)
        for step in range(steps):
            gates = np.tanh((inputs[step] + state @ again) * halved)
            let_in, keep, show = ((gates[:, SIZE * gate : SIZE * (gate + 1)] + 1) / 2 for gate in (0, 1, 3))
            memory = keep * memory + let_in * gates[:, 2 * SIZE : 3 * SIZE]
            state = show * np.tanh(memory)
            out[step] = state
        return out


def _mel_bands() -> np.ndarray:
    """Triangles on Slaney's mel scale, each of the same area, shape (frequencies, bands)."""
    import numpy as np

    step, corner, growth = 200 / 3, 1000.0, np.log(6.4) / 27  # linear below 1 kHz, then logarithmic
    top = corner / step + np.log(RATE / 2 / corner) / growth
    mels = np.linspace(0, top, BANDS + 2)
    edges = np.where(mels < corner / step, mels * step, corner * np.exp(growth * (mels - corner / step)))
    here = np.linspace(0, RATE / 2, FRAME // 2 + 1)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    triangles = np.maximum(0, np.minimum((here - low) / (middle - low), (high - here) / (high - middle)))
    bands: np.ndarray = (triangles * 2 / (high - low)).astype(np.float32)
    return bands


class _Numbers(pickle.Unpickler):
    """Lets a pickle name tensors and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda *parts: parts,
            ("torch", "FloatStorage"): "float32",
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"{module}.{name} is no number")
        return known[module, name]

    def persistent_load(self, pid: Any) -> Any:
        return pid[2]  # the storage's key


def _read(path: Path) -> dict[str, np.ndarray]:
    """The weights by name, of torch's first file layout: four pickles, then each storage with its length."""
    try:
        with path.open("rb") as file:
            for _ in range(3):  # magic number, version, sizes of integers
                _Numbers(file).load()
            described = _Numbers(file).load()["model_state"]
            stored = {key: _storage(file) for key in _Numbers(file).load()}
            weights = {}
            for name, shape in SHAPES.items():
                storage, begin, size, _, *_ = described[name]
                if tuple(size) != shape:
                    raise ValueError(f"{name} has the shape {tuple(size)}")
                weights[name] = stored[storage][begin : begin + _many(shape)].reshape(shape)
        return weights
    except (OSError, pickle.UnpicklingError, ValueError, KeyError, TypeError, EOFError) as problem:
        raise ModelError(
            f"{path}: the voice model cannot be read ({str(problem)[:120]}).",
            "Reinstall it: pip install --no-deps --force-reinstall resemblyzer==0.1.4",
        ) from None


def _storage(file: BinaryIO) -> np.ndarray:
    import numpy as np

    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(4 * count), "<f4", count)


def _many(shape: tuple[int, ...]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total
