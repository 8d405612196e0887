"""One picture -> the faces in it, by CenterFace (Xu et al. 2019), on onnxruntime.

The network gives for every fourth pixel how much it is the middle of a face, how large that face is and where its
middle lies exactly. It is asked of the picture in several sizes: the largest faces are too large for it in the larger
ones, the smallest too small in the smaller ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker.compute import CPU, Compute
from reelmaker.errors import ModelError
from reelmaker.redaction.faces.tracker import Face

if TYPE_CHECKING:
    import numpy as np

LEAST = 0.12  # score of what is taken for a face; the authors' own demonstration takes 0.35
OVERLAP = 0.3  # of two boxes by intersection over union, above which they are of one face
STRIDE = 4
LARGE = 960  # pixels of the longer side, from which half of it is enough for most faces
STEP = 32  # sides of what the network takes are multiples of it
# In the file the size of the input is fixed to 10x3x32x32. Each side is one field "1: number" of a message of two bytes;
# under a field number that nobody knows a side counts as not given, and any size is taken.
FIXED, OPEN = (
    bytes.fromhex("0a02080a0a0208030a0208200a020820"),
    bytes.fromhex("0a02200a0a0220030a0220200a022020"),
)


class Detector:
    """CenterFace, loaded; may be used by several threads at a time."""

    def __init__(self, weights: Path, compute: Compute = CPU) -> None:
        raw = weights.read_bytes()
        try:  # it warns of the sides that the file declares for what comes out
            self._session = compute.session(raw.replace(FIXED, OPEN), min_severity=4)
        except ModelError:
            raise
        except Exception as problem:  # noqa: BLE001 - onnxruntime has a dozen kinds of its own
            raise ModelError(
                f"{weights}: cannot be loaded ({type(problem).__name__}).",
                "pip install --upgrade onnxruntime",
            ) from None
        self._input = self._session.get_inputs()[0].name

    def faces(self, picture: np.ndarray, closely: bool = True) -> list[Face]:
        """The faces in a picture (uint8 RGB, height x width x 3), the surest first; places in shares of its sides.

        `closely`: small faces in a large picture too, which takes four times as long.
        """
        half = halved(picture)
        if max(picture.shape) < LARGE:
            sizes = [picture, half]
        else:
            sizes = [*([picture] if closely else []), half, halved(half)]
        return apart([face for one in sizes for face in self._seen(one)])

    def _seen(self, picture: np.ndarray) -> list[Face]:
        import numpy as np

        height, width = picture.shape[:2]
        padded = np.zeros((3, -(-height // STEP) * STEP, -(-width // STEP) * STEP), np.float32)
        padded[:, :height, :width] = picture.transpose(2, 0, 1)
        heat, sizes, offsets, _ = self._session.run(None, {self._input: padded[None]})
        return decoded(heat[0, 0], sizes[0], offsets[0], (width, height))


def halved(picture: np.ndarray) -> np.ndarray:
    """The picture at half its width and height."""
    import numpy as np

    height, width = (side // 2 * 2 for side in picture.shape[:2])
    sums = picture[:height:2, :width].astype(np.float32) + picture[1:height:2, :width]
    mean: np.ndarray = (sums[:, ::2] + sums[:, 1::2]) / 4
    return mean


def decoded(heat: np.ndarray, sizes: np.ndarray, offsets: np.ndarray, picture: tuple[int, int]) -> list[Face]:
    """The network's output as faces.

    Args:
        heat: how much each place is the middle of a face, 0..1, shape (rows, columns).
        sizes: logarithms of height and width in steps of `STRIDE` pixels, shape (2, rows, columns).
        offsets: how far down and to the right of the place the middle lies, in the same steps.
        picture: width and height of what was looked at.
    """
    import numpy as np

    found = []
    for row, column in zip(*np.nonzero(heat >= LEAST), strict=True):
        high, wide = (float(side) * STRIDE for side in np.exp(np.minimum(sizes[:, row, column], 8)))
        y = (float(row) + 0.5 + float(offsets[0, row, column])) * STRIDE
        x = (float(column) + 0.5 + float(offsets[1, row, column])) * STRIDE
        box = (
            (x - wide / 2) / picture[0],
            (y - high / 2) / picture[1],
            (x + wide / 2) / picture[0],
            (y + high / 2) / picture[1],
        )
        left, top, right, bottom = (min(1.0, max(0.0, side)) for side in box)
        if right > left and bottom > top:
            found.append(Face(left, top, right, bottom, float(heat[row, column])))
    return found


def apart(faces: Sequence[Face]) -> list[Face]:
    """Each face once: of strongly overlapping ones, the one with the highest score."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: (-face.score, face.left, face.top)):
        if all(face.overlap(other) <= OVERLAP for other in kept):
            kept.append(face)
    return kept
