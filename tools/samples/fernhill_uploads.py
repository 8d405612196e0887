"""How each of Fernhill's sixteen customers filmed themselves and sent the file: the tables behind make_fernhill.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WIDE, TALL = (1600, 900), (900, 1600)
SHOTS: dict[str, dict[str, Any]] = {
    "r01": dict(room="living", size=(1280, 720), units=WIDE, at=(0.5, 0.49), scale=1.3),
    "r03": dict(room="hallway", size=(720, 1280), units=TALL, at=(0.52, 0.45), scale=1.68, light=1),
    "r04": dict(room="garden", size=(1280, 720), units=WIDE, at=(0.49, 0.44), scale=1.42, light=1, glow=0.16),
    "r05": dict(
        room="train",
        size=(720, 1280),
        units=TALL,
        at=(0.53, 0.47),
        scale=1.66,
        light=1,
        warmth=(255, 244, 220),
    ),
    "r06": dict(room="office", size=(1280, 720), units=WIDE, at=(0.54, 0.46), scale=1.42, warmth=(235, 244, 255)),
    "r07": dict(room="nursery", size=(720, 1280), units=TALL, at=(0.55, 0.46), scale=1.66, warmth=(255, 230, 210)),
    "r08": dict(
        room="night",
        size=(640, 480),
        units=(1200, 900),
        at=(0.46, 0.47),
        scale=1.4,
        light=1,
        warmth=(255, 190, 120),
        glow=0.15,
    ),
    "r09": dict(room="lounge", size=(1080, 1920), units=TALL, at=(0.5, 0.45), scale=1.66, glow=0.15),
    "r10": dict(
        room="library",
        size=(1280, 720),
        units=WIDE,
        at=(0.5, 0.46),
        scale=1.42,
        warmth=(255, 205, 140),
        glow=0.15,
    ),
    "r12": dict(
        room="cafe",
        size=(1280, 720),
        units=WIDE,
        at=(0.47, 0.48),
        scale=1.38,
        light=1,
        warmth=(255, 210, 150),
    ),
    "r13": dict(room="moving", size=(1280, 720), units=WIDE, at=(0.5, 0.47), scale=1.42),
    "r14": dict(room="kitchen", size=(720, 720), units=(900, 900), at=(0.49, 0.5), scale=1.32, glow=0.1),
    "r15": dict(room="studio", size=(1280, 720), units=WIDE, at=(0.51, 0.48), scale=1.4, warmth=(255, 170, 190)),
    "r16": dict(room="workshop", size=(1280, 720), units=WIDE, at=(0.52, 0.48), scale=1.4, light=1),
}


@dataclass(frozen=True)
class Sent:
    """How a response arrived: its file, the way it was filmed, and its row of responses.csv."""

    file: str
    way: str
    fps: tuple[int, int]
    level: float  # of the speech, dBFS
    tone: str
    respondent: str
    date: str
    consent: str = "internal"
    show: str = "yes"
    country: str = "GB"
    empty: tuple[str, ...] = ()  # cells that the export left empty


SENT = {
    "r01": Sent("maya-fernhill.mp4", "mp4 stereo", (30, 1), -18, "", "F-1042", "2026-07-06", "external"),
    "r02": Sent("call_2026-09-14_0932.wav", "call", (0, 1), -22, "", "F-0317", "2026-09-14", empty=("country",)),
    "r03": Sent("VID_20260803_181204.mp4", "mp4", (30, 1), -24, "room", "F-1077", "2026-08-03"),
    "r04": Sent("George garden.mp4", "mp4", (25, 1), -26, "garden", "F-0122", "2026-07-19", "external"),
    "r05": Sent("IMG_4821.MOV", "mov -90", (30, 1), -21, "train", "F-1103", "2026-08-11"),
    "r06": Sent("recording (3).webm", "vp9", (30, 1), -19, "", "B-0031", "2026-09-02", country="IE"),
    "r07": Sent("IMG_0077.mov", "mov 90", (30, 1), -23, "room", "F-0408", "2026-07-28", country="ES"),
    "r08": Sent("Video 12.mp4", "mp4 44100", (15, 1), -28, "room", "F-1118", "2026-09-21", show="no"),
    "r09": Sent("PXL_20260822_101533.mp4", "mp4 stereo", (30, 1), -16, "", "F-0256", "2026-08-22", "external"),
    "r10": Sent(
        "fernhill-survey (1).webm",
        "vp8",
        (30, 1),
        -20,
        "",
        "F-1121",
        "2026-08-30",
        show="no",
        empty=("question",),
    ),
    "r11": Sent("Voice memo 14.m4a", "m4a", (0, 1), -25, "room", "F-0533", "2026-09-09"),
    "r12": Sent(
        "cafe_tables.mp4",
        "vfr",
        (30, 1),
        -19,
        "cafe",
        "B-0044",
        "2026-07-15",
        country="NO",
        empty=("show_name",),
    ),
    "r13": Sent("alice answer FINAL.mp4", "mp4", (24, 1), -22, "", "F-1150", "2026-09-25", "external"),
    "r14": Sent(
        "puck (square).mp4",
        "mp4 44100",
        (30000, 1001),
        -14,
        "",
        "F-0619",
        "2026-08-17",
        empty=("date", "consent"),
    ),
    "r15": Sent("River – Fernhill.mp4", "mp4", (30, 1), -21, "", "F-1166", "2026-09-17", show="no", country="CA"),
    "r16": Sent(
        "Réponse Daniel B.mp4",
        "mp4 44100",
        (25, 1),
        -27,
        "room",
        "F-0098",
        "2026-07-31",
        country="FR",
        empty=("score",),
    ),
}
