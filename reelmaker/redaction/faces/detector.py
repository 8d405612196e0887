"""Detects the faces in one picture with CenterFace (Xu et al. 2019), on onnxruntime.

For every fourth pixel the network estimates how likely it is the middle of a face, that face's size and its exact
middle. The picture is checked in several sizes, because very large faces are not found in the large ones, nor small
faces in the small ones.
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

LEAST = 0.12  # lowest score of a face; the authors' demonstration uses 0.35
OVERLAP = 0.3  # intersection over union above which two boxes are the same face
STRIDE = 4
LARGE = 960  # pixels of the longer side from which half the size is enough for most faces
STEP = 32  # the sides of the network's input are multiples of it
# The file fixes the size of the input to 10x3x32x32. Each side is one field "1: number" of a two-byte message;
# under an unknown field number a side counts as missing, and any size is accepted.
FIXED, OPEN = (
    bytes.fromhex("0a02080a0a0208030a0208200a020820"),
    bytes.fromhex("0a02200a0a0220030a0220200a022020"),
)


class Detector:
    """CenterFace, loaded; may be used by several threads at once."""

    def __init__(self, weights: Path, compute: Compute = CPU) -> None:
        raw = weights.read_bytes()
        try:  # onnxruntime warns about the declared sides of the output
            self._session = compute.session(raw.replace(FIXED, OPEN), min_severity=4)
        except ModelError:
            raise
        except Exception as problem:  # noqa: BLE001 - onnxruntime has a dozen exception classes
            raise ModelError(
                f"{weights}: cannot be loaded ({type(problem).__name__}).",
                "pip install --upgrade onnxruntime",
            ) from None
        self._input = self._session.get_inputs()[0].name

    def faces(self, picture: np.ndarray, closely: bool = True) -> list[Face]:
        """The faces in a picture (uint8 RGB, height x width x 3), highest score first; positions in shares of its
        sides.

        `closely`: also find small faces in a large picture, which takes four times as long.
        """
        half = halved(picture)
        if max(picture.shape) < LARGE:
            sizes = [picture, half]
        else:
            sizes = [*([picture] if closely else []), half, halved(half)]
        return apart([face for scaled in sizes for face in self._faces_at_size(scaled)])

    def _faces_at_size(self, picture: np.ndarray) -> list[Face]:
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
        heat: how likely each cell is the middle of a face, 0..1, shape (rows, columns).
        sizes: logarithms of height and width in steps of `STRIDE` pixels, shape (2, rows, columns).
        offsets: how far below and right of the cell the middle is, in the same steps.
        picture: width and height of the checked picture.
    """
    import numpy as np

    faces = []
    for row, column in zip(*np.nonzero(heat >= LEAST), strict=True):
        face_height, face_width = (float(side) * STRIDE for side in np.exp(np.minimum(sizes[:, row, column], 8)))
        y = (float(row) + 0.5 + float(offsets[0, row, column])) * STRIDE
        x = (float(column) + 0.5 + float(offsets[1, row, column])) * STRIDE
        box = (
            (x - face_width / 2) / picture[0],
            (y - face_height / 2) / picture[1],
            (x + face_width / 2) / picture[0],
            (y + face_height / 2) / picture[1],
        )
        left, top, right, bottom = (min(1.0, max(0.0, side)) for side in box)
        if right > left and bottom > top:
            faces.append(Face(left, top, right, bottom, float(heat[row, column])))
    return faces


def apart(faces: Sequence[Face]) -> list[Face]:
    """Each face once: of strongly overlapping ones, the one with the highest score."""
    distinct: list[Face] = []
    for face in sorted(faces, key=lambda face: (-face.score, face.left, face.top)):
        if all(face.overlap(distinct_face) <= OVERLAP for distinct_face in distinct):
            distinct.append(face)
    return distinct
