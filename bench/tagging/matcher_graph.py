"""The layers that `train_matcher.py` trained, as an ONNX network with small whole numbers for weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

INSIDE = "layer_norm_8"  # what the sentence network calls the output of its fourth layer
_GRAPH, _OUTPUT, _NAME = 7, 12, 1  # fields of ONNX's ModelProto, GraphProto and ValueInfoProto
HEADS, LEVELS = 12, 63  # of attention; seven bits, so that no processor's sums of products overflow


def with_inner_output(network: bytes) -> bytes:
    """An ONNX network that also gives the output of its fourth layer.

    Messages of Protocol Buffers are merged when they follow each other, so it is enough to add one with the output.
    """
    return network + _message(_GRAPH, _message(_OUTPUT, _message(_NAME, INSIDE.encode())))


def _message(number: int, content: bytes) -> bytes:
    length, remaining = b"", len(content)
    while True:
        remaining, low = remaining >> 7, remaining & 127
        length += bytes([low | (128 if remaining else 0)])
        if not remaining:
            return bytes([number << 3 | 2]) + length + content


class Graph:
    """The two layers as an ONNX graph with weights of seven bits."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self._weights, self._nodes, self._constants = weights, [], []

    def _constant(self, values: object, kind: type, name: str) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(np.array(values, kind)), name))
        return name

    def _add(self, operator: str, inputs: list[str], outputs: int = 1, **attributes: object) -> list[str]:
        names = [f"{operator}{len(self._nodes)}_{n}" for n in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names

    def _linear(self, quantised: list[str], name: str) -> str:
        weight = self._weights[name + ".weight"]
        step = np.abs(weight).max(1) / LEVELS
        whole = self._constant(np.round(weight / step[:, None]).T, np.int8, name + ".w")
        [product] = self._add("MatMulInteger", [quantised[0], whole, quantised[2]])
        [product] = self._add("Cast", [product], to=onnx.TensorProto.FLOAT)
        [scale] = self._add("Mul", [quantised[1], self._constant(step, np.float32, name + ".s")])
        [scaled] = self._add("Mul", [product, scale])
        return self._add("Add", [scaled, self._constant(self._weights[name + ".bias"], np.float32, name + ".b")])[0]

    def _norm(self, first: str, second: str, name: str) -> str:
        [total] = self._add("Add", [first, second])
        gain = self._constant(self._weights[name + ".weight"], np.float32, name + ".g")
        bias = self._constant(self._weights[name + ".bias"], np.float32, name + ".b")
        return self._add("LayerNormalization", [total, gain, bias], axis=-1, epsilon=1e-12)[0]

    def _quantised(self, x: str) -> list[str]:
        return self._add("DynamicQuantizeLinear", [x], 3)

    def layer(self, x: str, at: str) -> str:
        heads = self._constant([0, 0, HEADS, 384 // HEADS], np.int64, at + "heads")
        seen = self._quantised(x)
        q, k, v = (self._add("Reshape", [self._linear(seen, at + n), heads])[0] for n in "qkv")
        orders = ((q, [0, 2, 1, 3]), (k, [0, 2, 3, 1]), (v, [0, 2, 1, 3]))
        q, k, v = (self._add("Transpose", [name], perm=order)[0] for name, order in orders)
        scale = self._constant((384 // HEADS) ** -0.5, np.float32, at + "scale")
        [likeness] = self._add("Mul", [self._add("MatMul", [q, k])[0], scale])
        [mixed] = self._add("MatMul", [self._add("Softmax", [likeness], axis=-1)[0], v])
        flat = self._constant([0, 0, 384], np.int64, at + "flat")
        [joined] = self._add("Reshape", [self._add("Transpose", [mixed], perm=[0, 2, 1, 3])[0], flat])
        x = self._norm(x, self._linear(self._quantised(joined), at + "o"), at + "n1")
        wide = self._linear(self._quantised(x), at + "u")
        root, half, unit = (
            self._constant(v, np.float32, at + n) for v, n in ((0.5**0.5, "root"), (0.5, "half"), (1.0, "unit"))
        )
        [error] = self._add("Erf", [self._add("Mul", [wide, root])[0]])
        [gate] = self._add("Mul", [self._add("Add", [error, unit])[0], half])
        [active] = self._add("Mul", [wide, gate])
        return self._norm(x, self._linear(self._quantised(active), at + "w"), at + "n2")

    def save(self, path: Path) -> None:
        x = "inner"
        for number in (0, 1):
            x = self.layer(x, f"layers.{number}.")
        axes = self._constant([1], np.int64, "axes")
        self._nodes.append(helper.make_node("ReduceMean", [x, axes], ["mean"], keepdims=0))
        inputs = [helper.make_tensor_value_info("inner", onnx.TensorProto.FLOAT, [1, "tokens", 384])]
        outputs = [helper.make_tensor_value_info("mean", onnx.TensorProto.FLOAT, [1, 384])]
        graph = helper.make_graph(self._nodes, "matcher", inputs, outputs, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        onnx.checker.check_model(model)
        onnx.save(model, str(path))
