"""Words of many scripts, drawn by us and burnt in by libass."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np

from helpers.words.drawn_words import extent
from reelmaker import media
from reelmaker.model import Brand, Cue
from reelmaker.render import cards, overlay
from reelmaker.text import layout, shaping
from reelmaker.text.layout import Flow

OWN = layout.own_font()
SIZE = (1280, 720)
WORDS = {
    "Arabic": "كتابة رقم بطاقتي",
    "Hebrew": "שלום וברכה",
    "Devanagari": "भुगतान करते",
    "Thai": "ชำระเงินง่าย",
    "Japanese": "支払いを簡単",
    "Korean": "결제가 어렵다",
    "Chinese": "付款很复杂",
    "Tamil": "பணம் செலுத்துதல்",
    "Telugu": "చెల్లింపు కష్టం",
    "Kannada": "ಪಾವತಿ ಕಷ್ಟ",
    "Malayalam": "പണമടയ്ക്കൽ",
    "Sinhala": "ගෙවීම අපහසුයි",
    "Khmer": "ការបង់ប្រាក់",
    "Lao": "ການຈ່າຍເງິນ",
    "Myanmar": "ငွေပေးချေမှု",
    "Ethiopic": "ክፍያ ከባድ ነው",
    "Armenian": "Վճարումը",
    "Georgian": "გადახდა რთულია",
    "Bengali": "পেমেন্ট কঠিন",
    "Gujarati": "ચુકવણી મુશ્કેલ",
    "Gurmukhi": "ਭੁਗਤਾਨ ਔਖਾ",
    "Oriya": "ଦେୟ କଷ୍ଟକର",
    "mixed": "רכישה (Visa 4242) הושלמה!",
    "numbers": "رقم 4242 و ٣٤",
}


def dark(weight: int = 600) -> cards.Template:
    """Light words on an opaque dark box with square corners."""
    template = cards.find("dark")
    return replace(
        template,
        caption=replace(template.caption, weight=weight, radius=0.0, opacity=1.0, colour="#ffffff"),
    )


def burn(
    folder: Path,
    cues: list[Cue],
    label: str,
    template: cards.Template,
    size: tuple[int, int],
    keep: str = "",
) -> list[np.ndarray]:
    """One frame from the middle of each caption, burnt in by libass with what `prepare` lays out; nothing missed.

    `keep`: only events with these words.
    """
    faces = [face for text in [label, *(cue.text for cue in cues)] for face in layout.used(text, OWN)]
    environment = overlay.prepare(folder, Brand(), faces)
    script = overlay.ass(cues, label, cues[-1].end_ms, template, Brand(), size)
    kept = [line for line in script.splitlines() if keep in line or not line.startswith("Dialogue")]
    (folder / "x.ass").write_text("\n".join(kept) + "\n", "utf-8")
    picked = "+".join(f"eq(n\\,{(cue.start_ms + cue.end_ms) // 200})" for cue in cues)
    command = [
        media.ffmpeg_exe(),
        *"-v verbose -f lavfi -i".split(),
        f"color=c=0x808080:s={size[0]}x{size[1]}:r=10:d={cues[-1].end_ms / 1000}",
        "-vf",
        f"format=rgb24,ass=filename=x.ass:fontsdir=fonts,select={picked}",
        *"-fps_mode passthrough -f rawvideo -".split(),
    ]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, check=True)
    said = done.stderr.decode("utf-8", "replace")
    assert "not found" not in said and "failed to find" not in said, said[-2000:]
    return list(np.frombuffer(done.stdout, np.uint8).reshape(len(cues), size[1], size[0], 3))


def one_each(texts: list[str]) -> list[Cue]:
    """A caption for each text, 200 ms long."""
    return [Cue(200 * at, 200 * at + 200, text) for at, text in enumerate(texts)]


def light(frame: np.ndarray) -> np.ndarray:
    return frame.min(axis=2) > 170


def drawn(text: str, weight: int, px: float, flow: Flow, optical: int = layout.PLAIN) -> tuple[np.ndarray, int, int]:
    """Our own picture of a line and where its corner lies from where its baseline begins."""
    found = shaping.draw(text, OWN, weight, optical, flow, px)
    assert found
    return np.asarray(found[0]), found[1], found[2]


def found_at(part: str, rtl: bool, picture: np.ndarray) -> int:
    """The column where a part, drawn alone, lies on a picture of light letters; a bad likeness fails."""
    mask = drawn(part, 600, dark().caption.size * SIZE[1], Flow(rtl))[0] > 127
    left, top, right, bottom = extent(mask)
    mask = mask[top : bottom + 1, left : right + 1]
    edges, (height, width) = extent(picture), mask.shape
    windows = [
        (picture[y : y + height, x : x + width], x)
        for y in range(edges[1] - 3, edges[3] - height + 5)
        for x in range(edges[0] - 2, edges[2] - width + 4)
    ]
    best, where = max(((window & mask).sum() / (window | mask).sum(), x) for window, x in windows)
    assert best > 0.6, (part, best)
    return where


LONG = {
    "Arabic": "اضطررت إلى كتابة رقم بطاقتي (Visa 4242) ثلاث مرات، وفي كل مرة رفضت الصفحة البطاقة ولم أفهم السبب!",
    "Hebrew": "הייתי צריכה להקליד את מספר הכרטיס שלי (Visa 4242) שלוש פעמים, ובכל פעם הדף סירב לקבל אותו!",
    "Thai": "ฉันต้องพิมพ์หมายเลขบัตรของฉันถึงสามครั้งและทุกครั้งหน้าชำระเงินก็ปฏิเสธบัตรโดยไม่บอกเหตุผลว่าทำไม ผู้กู้ปู่",
    "Japanese": "カード番号を三回も入力しなければならず、そのたびに支払いページに拒否されて、理由もわかりませんでした。",
    "one word": "ப" * 60,
    "Khmer": "ខ្ញុំត្រូវវាយលេខកាតរបស់ខ្ញុំបីដងហើយរាល់ដងទំព័របដិសេធដោយគ្មានហេតុផល",
}
