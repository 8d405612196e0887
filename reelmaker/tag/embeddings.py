"""Texts -> vectors, by a small network on this machine; each text is computed once and remembered.

Every text goes through the network alone: quantised networks scale their numbers by what they see
together, and a sentence's vector must not depend on its neighbours in a batch.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker import parallel
from reelmaker.compute import CPU, Compute, Placed
from reelmaker.tag import Model, lexical

if TYPE_CHECKING:
    import numpy as np

NAME = "minilm-int8-1"  # part of every key; a new one computes all vectors again
WORDS = "minilm-int8-words-1"
LENGTH = 384
LONGEST = 128  # tokens; longer sentences are cut


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as vectors of unit length, float32: `whole` (texts, 384), `words` one (words, 384) for each text.

    A word's vector is what it means in its sentence. Only words that carry meaning are kept.
    """

    whole: np.ndarray
    words: tuple[np.ndarray, ...]


def embed(texts: Sequence[str], model: Model, remembered: MutableMapping[str, bytes]) -> np.ndarray:
    """Vectors of unit length, float32, shape (texts, 384).

    Args:
        model: the folder of all-MiniLM-L6-v2 (`model.onnx`, `tokenizer.json`), and where it runs.
        remembered: vectors known already, by key; new ones are added.
    """
    return _whole([stored[0] for stored in _looked(texts, model, remembered, words=False)])


def read(texts: Sequence[str], model: Model, remembered: MutableMapping[str, bytes]) -> Read:
    """The vectors of texts and of their words; same arguments as `embed`."""
    stored = _looked(texts, model, remembered, words=True)
    return Read(_whole([text_vector for text_vector, _ in stored]), tuple(_words(words) for _, words in stored))


def _looked(
    texts: Sequence[str], model: Model, remembered: MutableMapping[str, bytes], *, words: bool
) -> list[tuple[bytes, bytes]]:
    """The stored vectors of each text; those that are not stored yet are computed first."""
    placed = _placed(model)
    names = tuple(":".join((name, *placed.compute.network_facts)) for name in ((NAME, WORDS) if words else (NAME,)))
    digests = [sha256(text.encode()).hexdigest() for text in texts]
    by_digest: dict[str, tuple[bytes, ...]] = {}
    new: dict[str, str] = {}
    for digest, text in zip(digests, texts, strict=True):
        if digest in by_digest or digest in new:
            continue
        known = [
            part
            for name in names
            if (part := remembered.get(f"{name}:{digest}")) is not None and _sound(part, name.startswith(WORDS))
        ]
        if len(known) == len(names):
            by_digest[digest] = tuple(known)
        else:
            new[digest] = text
    if new:
        network = _open(placed)
        with ThreadPoolExecutor(parallel.cores()) as pool:
            for digest, computed in zip(new, pool.map(network.look, new.values()), strict=True):
                by_digest[digest] = computed
                for name, part in zip(names, computed, strict=False):
                    remembered[f"{name}:{digest}"] = part
    return [(by_digest[digest][0], by_digest[digest][-1]) for digest in digests]


def _sound(part: bytes, words: bool) -> bool:
    """Whether these bytes can be a stored vector; bytes of another length or with invalid numbers are computed again."""
    import numpy as np

    if words:
        return len(part) % LENGTH == 0
    return len(part) == 2 * LENGTH and bool(np.isfinite(np.frombuffer(part, np.float16)).all())


def _whole(parts: Sequence[bytes]) -> np.ndarray:
    import numpy as np

    vectors = np.frombuffer(b"".join(parts), np.float16).astype(np.float32).reshape(len(parts), LENGTH)
    return unit(vectors)  # half precision is 0.05 % of a cosine; the length is made exact again


def _words(part: bytes) -> np.ndarray:
    import numpy as np

    flat = np.frombuffer(part, np.int8) if part else np.zeros(0, np.int8)
    return unit(flat.astype(np.float32).reshape(-1, LENGTH))


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors at unit length, along the last axis; a zero vector stays zero."""
    import numpy as np

    result: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return result


class Network:
    """The network and its tokenizer."""

    def __init__(self, folder: Path, compute: Compute = CPU) -> None:
        from tokenizers import Tokenizer

        self._session: Any = compute.session(str(folder / "model.onnx"))
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def look(self, text: str) -> tuple[bytes, bytes]:
        """The mean of the token vectors (float16), and that of each word that carries meaning (int8)."""
        import numpy as np

        encoded = self._tokenizer.encode(text)
        feed = {
            "input_ids": np.array([encoded.ids], np.int64),
            "attention_mask": np.array([encoded.attention_mask], np.int64),
            "token_type_ids": np.array([encoded.type_ids], np.int64),
        }
        [tokens] = self._session.run(None, {name: feed[name] for name in self._inputs})[:1]
        mean = tokens[0].mean(0)
        mean = mean / max(float(np.linalg.norm(mean)), 1e-9)
        word_vectors = []
        for start, end in lexical.places(text):
            inside = [token for token, (a, b) in enumerate(encoded.offsets) if start <= a < b <= end]
            if inside:  # the tokenizer cuts very long texts
                word = tokens[0][inside].mean(0)
                word_vectors.append(np.round(word * (127 / max(float(np.abs(word).max()), 1e-9))))
        return mean.astype(np.float16).tobytes(), np.array(word_vectors, np.int8).tobytes()


@lru_cache(maxsize=2)
def _open(placed: Placed) -> Network:
    return Network(placed.folder, placed.compute)


def _placed(model: Model) -> Placed:
    return model if isinstance(model, Placed) else Placed(model)
