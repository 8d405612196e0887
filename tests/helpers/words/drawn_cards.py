"""Every card design with the shortest and the longest words, and its pixels."""

from __future__ import annotations

import numpy as np

from reelmaker.model import Brand, Card
from reelmaker.render import cards
from reelmaker.render.cards import colours
from reelmaker.render.cards.layout import Placed
from reelmaker.render.cards.template import Item

DESIGNS = cards.names()
FERNHILL = Brand(name="Fernhill")
LONG = ("Customers who only wanted to pay give up at the very last step of it gyjpq ÅÇ " * 4)[:300]
WORDS = {
    "intro": ("statement", "outcome", "evidence", "basis", "spoke", "of", "date", "brand"),
    "several": ("title", "problems", "date", "brand"),
    "evidence": ("statement", "figure", "claim", "basis", "split", "spoke", "of"),
    "chapter": ("number", "statement", "outcome", "evidence", "basis", "spoke", "of"),
    "quote": ("quote", "label", "brand"),
    "speaker": ("label", "brand"),
    "outro": ("question1", "question2", "brand", "closing"),
}
USUAL = {
    "statement": "Customers give up while paying",
    "outcome": "Every fourth basket is abandoned",
    "spoke": "9",
    "of": "16",
    "evidence": "9 of 16 customers spoke of this",
    "basis": "Counted by the program",
    "figure": "9 of 16",
    "date": "July to September 2026",
    "brand": "Fernhill",
    "number": "2",
    "title": "What customers told us",
    "problems": "Customers give up\nParcels come late\nReturns cost too much",
    "question1": "What would make paying easy?",
    "question2": "Who owns the payment page?",
    "closing": "What now?",
    "claim": "customers spoke of this",
    "split": "2 7 Loyal\n7 9 New",
    "label": "Anna, new customer",
    "quote": "I typed my card number in three times, and every time the page just went blank.",
}
SHORT = dict.fromkeys(USUAL, "g") | {"spoke": "1", "of": "1", "number": "1", "split": "1 1 g\n0 1 g"}
LONGEST = dict.fromkeys(USUAL, LONG) | {
    "spoke": "99",
    "of": "120",
    "number": "12",
    "date": "September 2025 to December 2026",
    "brand": LONG[:60],
    "problems": "\n".join([LONG[:120]] * 6),
    "evidence": "About 99 of 120 customers spoke of this",
    "basis": "86–104, checked on 60 answers; 12 customers who came later were not checked",
    "figure": "About 99 of 120",
    "claim": "customers spoke of this; 12 more may have",
    "split": "\n".join([f"99 120 {LONG[:60]}"] * 4),
    "label": LONG[:80],
}
ONE_WORD = USUAL | {
    "statement": "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 3,
    "question1": "W" * 60,
    "quote": "W" * 90,
    "label": "W" * 40,
}
# About 120 signs of each: the longest problems that anybody wrote, in scripts that stand tall or hang low
ABROAD = {
    "arabic": "العملاء الذين أرادوا الدفع فقط يتخلّون عن سلة المشتريات في الخطوة الأخيرة (Visa 4242) لأن الصفحة ترفض بطاقاتهم مرارًا",
    "thai": "ลูกค้าที่ต้องการแค่ชำระเงินเลิกซื้อในขั้นตอนสุดท้ายเพราะหน้าชำระเงินปฏิเสธบัตรของพวกเขาซ้ำแล้วซ้ำเล่า น้ำที่นี่ผู้กู้ปู่ญาฎู",
    "japanese": "支払いをしたいだけのお客様が、最後の段階でカードを何度も拒否されるため、買い物かごを放棄してしまうという問題があります。"
    * 2,
    "hindi": "जो ग्राहक केवल भुगतान करना चाहते थे वे अंतिम चरण में हार मान लेते हैं क्योंकि पृष्ठ उनके कार्ड को बार-बार अस्वीकार करता है।",
}
TEXTS = {"usual": USUAL, "short": SHORT, "longest": LONGEST, "one word": ONE_WORD} | {
    script: LONGEST
    | dict.fromkeys(("statement", "outcome", "title", "question1", "question2", "quote"), text)
    | {
        "problems": "\n".join([text] * 4),
        "brand": text[:30],
        "split": f"1 9 {text[:40]}\n8 9 {text[-40:]}",
        "label": text[:50],
    }
    for script, text in ABROAD.items()
}


def card(kind: str, words: dict[str, str], duration_ms: int = 4000) -> Card:
    fields = tuple((name, words[name]) for name in WORDS[kind] if name in words)
    return Card("intro" if kind == "several" else kind, "plain", fields, duration_ms)  # type: ignore[arg-type]


def texts(card: Card, design: str, brand: Brand, size: tuple[int, int]) -> list[Placed]:
    return [thing for thing in cards.placed(card, cards.find(design), brand, size)[1] if thing.lines]


def bare(card: Card, design: str, brand: Brand, size: tuple[int, int]) -> np.ndarray:
    """The same card with nothing on it but its ground and layers."""
    from reelmaker.render.cards import animation
    from reelmaker.render.cards.paint import paint

    template = cards.find(design)
    ground, things = cards.placed(card, template, brand, size)
    layers = [paint(thing, template, size) for thing in things if not isinstance(thing.what, Item)]
    return np.asarray(animation.still(colours.rgb(ground), layers, size))


def blobs(mask: np.ndarray, least: int) -> int:
    """How many connected patches of at least so many pixels the mask holds."""
    left = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    found = 0
    while left:
        edge, pixels = [left.pop()], 1
        while edge:
            y, x = edge.pop()
            near = {(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)} & left
            left -= near
            edge += near
            pixels += len(near)
        found += pixels >= least
    return found
