"""Texts -> sentence vectors, by a small network on this machine; each text is computed once and remembered.

Every text goes through the network alone: quantised networks scale their numbers by what they see
together, and a sentence's vector must not depend on its neighbours in a batch.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

NAME = "minilm-int8-1"  # part of every key; a new one computes all vectors again
LENGTH = 384
LONGEST = 128  # tokens; longer sentences are cut


def embed(texts: Sequence[str], model: Path, remembered: MutableMapping[str, bytes]) -> np.ndarray:
    """Vectors of unit length, float32, shape (texts, 384).

    Args:
        model: the folder of all-MiniLM-L6-v2 (`model.onnx`, `tokenizer.json`).
        remembered: vectors known already, by key; new ones are added.
    """
    import numpy as np

    keys = [f"{NAME}:{sha256(text.encode()).hexdigest()}" for text in texts]
    found = {key: remembered[key] for key in dict.fromkeys(keys) if key in remembered}
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
    if new:
        network = _open(str(model))
        with ThreadPoolExecutor(network.workers) as pool:
            for key, vector in zip(new, pool.map(network.vector, new.values()), strict=True):
                found[key] = remembered[key] = vector.astype(np.float16).tobytes()
    together = b"".join(found[key] for key in keys)
    vectors = np.frombuffer(together, np.float16).astype(np.float32).reshape(len(keys), LENGTH)
    # half precision is 0.05 % of a cosine; the length is made exact again
    result: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return result


class Network:
    """The network and its tokenizer."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.workers = max(
            1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def vector(self, text: str) -> np.ndarray:
        """Mean of the token vectors, unit length."""
        import numpy as np

        encoded = self._tokenizer.encode(text)
        feed = {
            "input_ids": np.array([encoded.ids], np.int64),
            "attention_mask": np.array([encoded.attention_mask], np.int64),
            "token_type_ids": np.array([encoded.type_ids], np.int64),
        }
        [tokens] = self._session.run(None, {name: feed[name] for name in self._inputs})[:1]
        mean: np.ndarray = tokens[0].mean(0)
        return mean / max(float(np.linalg.norm(mean)), 1e-9)


@lru_cache(maxsize=2)
def _open(folder: str) -> Network:
    return Network(Path(folder))
