"""The looks of everybody who is drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Skin:
    base: str
    shade: str
    blush: str
    lip: str


FAIR = Skin("#f6cfb4", "#e3a98b", "#ee8f7d", "#c9685f")


ROSY = Skin("#f3c3a5", "#dd9c7f", "#e87f6c", "#bd6053")


SAND = Skin("#eebd93", "#d39a6f", "#e08263", "#b9604d")


OLIVE = Skin("#dba67b", "#bd8359", "#cf7353", "#a4533f")


BROWN = Skin("#b97a50", "#975c39", "#b85b40", "#8a3f33")


DEEP = Skin("#8a5638", "#6b3f28", "#9a4936", "#6f2f2b")


DARK = Skin("#6d4230", "#512e22", "#84402f", "#57231f")


@dataclass(frozen=True)
class Look:
    """One person: skin, shape of the face, hair, clothes and what they wear."""

    skin: Skin
    hair: str
    hair_colour: str
    clothes: str
    colour: str
    second: str = "#ffffff"
    fw: float = 92
    jaw: float = 66
    eye: str = "#4a2f22"
    brow: float = 6
    lashes: bool = False
    smile: float = 3
    age: float = 0
    beard: str = ""
    extras: tuple[str, ...] = ()
    shoulders: float = 205
    neck: float = 44


CAST = {
    "r01": Look(
        BROWN,
        "afro",
        "#2c1a17",
        "knit",
        "#e0a02e",
        "#c4831d",
        lashes=True,
        extras=("hoops",),
        smile=5,
        shoulders=186,
        neck=38,
        jaw=60,
        fw=90,
    ),
    "r03": Look(
        OLIVE,
        "long",
        "#231a20",
        "kurta",
        "#11777d",
        "#f2c14e",
        lashes=True,
        extras=("studs",),
        jaw=58,
        fw=88,
        shoulders=182,
        neck=37,
        smile=1,
    ),
    "r04": Look(
        ROSY,
        "sides",
        "#eceae6",
        "cardigan",
        "#4d6b57",
        "#e9e3d2",
        eye="#5a7a92",
        brow=8,
        age=1,
        beard="moustache",
        extras=("glasses",),
        jaw=70,
        fw=94,
        shoulders=208,
        neck=46,
    ),
    "r05": Look(
        FAIR,
        "bob",
        "#b5532a",
        "coat",
        "#e9b93c",
        "#2f5d73",
        eye="#4f7d5b",
        lashes=True,
        jaw=58,
        fw=88,
        extras=("freckles",),
        shoulders=184,
        neck=37,
        smile=0,
    ),
    "r06": Look(
        FAIR,
        "quiff",
        "#8a5a33",
        "blazer",
        "#2c3e5c",
        "#f4f1ea",
        eye="#4e6f94",
        jaw=72,
        beard="stubble",
        shoulders=218,
        neck=47,
    ),
    "r07": Look(
        SAND,
        "wavy",
        "#5b3424",
        "blouse",
        "#e2725b",
        "#f6e3d4",
        lashes=True,
        jaw=60,
        fw=89,
        smile=6,
        shoulders=184,
        neck=37,
        extras=("studs",),
    ),
    "r08": Look(
        OLIVE,
        "messy",
        "#1f1a1c",
        "hoodie",
        "#56607a",
        "#3f4860",
        beard="short",
        jaw=70,
        smile=-4,
        brow=8,
        shoulders=212,
        neck=46,
    ),
    "r09": Look(
        DARK,
        "bun",
        "#1d1315",
        "tee",
        "#f07f5a",
        "#f6c445",
        lashes=True,
        smile=8,
        jaw=60,
        fw=90,
        extras=("hoops", "band"),
        shoulders=186,
        neck=38,
    ),
    "r10": Look(
        DEEP,
        "fade",
        "#17110f",
        "polo neck",
        "#7a2f3b",
        "#5f222d",
        jaw=70,
        extras=("round glasses",),
        beard="goatee",
        shoulders=214,
        neck=46,
        smile=1,
    ),
    "r12": Look(
        ROSY,
        "top knot",
        "#c98a45",
        "apron",
        "#e8e2d4",
        "#37474b",
        eye="#4b7f8c",
        beard="full",
        jaw=76,
        fw=97,
        brow=8,
        shoulders=232,
        neck=52,
        smile=2,
    ),
    "r13": Look(
        Skin("#f4cfa7", "#dba97f", "#ea8c74", "#c05a55"),
        "short bob",
        "#1c1a24",
        "stripes",
        "#f3efe6",
        "#2d4a7a",
        lashes=True,
        jaw=57,
        fw=91,
        smile=3,
        shoulders=180,
        neck=36,
    ),
    "r14": Look(
        BROWN,
        "beanie",
        "#2a1b18",
        "football",
        "#2e8b57",
        "#f4f4ef",
        jaw=62,
        fw=90,
        smile=7,
        shoulders=200,
        neck=41,
    ),
    "r15": Look(
        SAND,
        "curly top",
        "#2b8c92",
        "tee",
        "#33303f",
        "#e9dcc0",
        jaw=62,
        fw=89,
        eye="#5b4632",
        smile=1,
        extras=("headphones", "studs"),
        shoulders=192,
        neck=40,
    ),
    "r16": Look(
        SAND,
        "flat cap",
        "#a9a6a2",
        "jumper",
        "#8c4a3a",
        "#dfe6ee",
        eye="#5b5a3e",
        age=1,
        beard="grey",
        jaw=72,
        fw=95,
        brow=8,
        shoulders=214,
        neck=48,
    ),
}
