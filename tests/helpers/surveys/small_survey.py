"""What three customers of a small survey say, and its settings: no model is needed."""

from __future__ import annotations

from pathlib import Path

SAYINGS = {
    "anna": ["I bought a lamp.", "My card was refused at the payment page.", "The lamp is nice."],
    "bert": ["Hello to you all.", "The payment failed and my card was charged twice.", "That is all."],
    "cleo": ["I like cats.", "My cat likes boxes.", "Boxes are fine."],
}
FEW_OUTPUTS = 'outputs = ["captions", "page", "quotes"]\n'  # without slides, documents and editors' files
TOML = """
name = "Small survey"
language = "en"
[problems.checkout]
statement = "Customers give up while paying"
question = ["What would make paying easy?"]
outcome = "Abandoned baskets"
describe = "payment card refused failed charged"
phrases = ["my card was refused at the payment page", "the payment failed"]
[problems.delivery]
statement = "Parcels come late"
question = "How do parcels come on time?"
describe = "parcel courier delivery late"
[reel]
length = 40
clip_min = 1
size = "320x180"
[tag]
tagger = "keywords"
"""


def captions(sayings: list[str]) -> str:
    """One caption each two seconds, as the tone of `make_video` comes and goes."""
    return "WEBVTT\n\n" + "".join(
        f"00:00:{2 * at:02}.000 --> 00:00:{2 * at + 1:02}.600\n{text}\n\n" for at, text in enumerate(sayings)
    )


def with_every_output(folder: Path) -> Path:
    """The same survey with all the outputs that a project of its own has by default."""
    file = folder / "reelmaker.toml"
    file.write_text(file.read_text("utf-8").replace(FEW_OUTPUTS, "", 1), "utf-8")
    return folder
