"""Number words and the names of symbols as people say them: English, German, French, Spanish. Pure.

For each language: word sequences and the digits they mean, and the words for "@", "." and other symbols.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

Spoken = tuple[str, ...]


def gathered(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_EN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_DE = "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
_DE_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
_FR_TENS = "vingt trente quarante cinquante soixante"
_ES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_ES_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`numbers`: spoken words -> digits, to be tried longest first; `symbols`: spoken words -> the symbol."""

    numbers: dict[Spoken, str]
    longest: int
    repeats: dict[str, int]  # "double" -> 2
    hundreds: dict[str, str]  # "hundred" -> the zeros that it adds to a digit
    symbols: dict[Spoken, str]


SYMBOLS = {
    "en": {
        "at": "@",
        "dot": ".",
        "underscore": "_",
        "under score": "_",
        "hyphen": "-",
        "dash": "-",
        "minus": "-",
        "plus": "+",
    },
    "de": {
        "at": "@",
        "ät": "@",
        "ett": "@",
        "klammeraffe": "@",
        "punkt": ".",
        "dot": ".",
        "unterstrich": "_",
        "bindestrich": "-",
        "minus": "-",
        "strich": "-",
        "plus": "+",
    },
    "fr": {
        "arobase": "@",
        "arobas": "@",
        "at": "@",
        "point": ".",
        "tiret": "-",
        "tiret bas": "_",
        "underscore": "_",
        "plus": "+",
    },
    "es": {"arroba": "@", "punto": ".", "guion": "-", "guión": "-", "guion bajo": "_", "guión bajo": "_", "más": "+"},
}


@cache
def of(language: str) -> Lexicon:
    """The words of a language; English if it is another or unknown."""
    numbers, repeats, hundreds = {"de": _german, "fr": _french, "es": _spanish}.get(language, _english)()
    symbols = {tuple(words.split()): symbol for words, symbol in SYMBOLS.get(language, SYMBOLS["en"]).items()}
    return Lexicon(numbers, max(map(len, numbers)), repeats, hundreds, symbols)


_Numbers = tuple[dict[Spoken, str], dict[str, int], dict[str, str]]


def _english() -> _Numbers:
    small = _EN.split()
    numbers: dict[Spoken, str] = {(word,): str(value) for value, word in enumerate(small)}
    for ten, word in enumerate(_EN_TENS.split(), start=2):
        numbers[(word,)] = str(10 * ten)
        numbers |= {(word, small[unit]): str(10 * ten + unit) for unit in range(1, 10)}
    numbers |= {(word,): "0" for word in ("oh", "o", "nought", "naught")}
    return numbers, {"double": 2, "triple": 3, "treble": 3}, {"hundred": "00", "thousand": "000"}


def _german() -> _Numbers:
    small = _DE.split()
    numbers: dict[Spoken, str] = {(word,): str(value) for value, word in enumerate(small)}
    units = ["", "ein", *small[2:10]]
    for ten, word in enumerate(_DE_TENS.split(), start=2):
        numbers[(word,)] = str(10 * ten)
        numbers |= {(f"{units[unit]}und{word}",): str(10 * ten + unit) for unit in range(1, 10)}
    numbers |= {("zwo",): "2", ("fuenf",): "5", ("dreissig",): "30"}
    return numbers, {"doppel": 2, "zweimal": 2, "dreimal": 3}, {"hundert": "00"}


def _french() -> _Numbers:
    small = _FR.split()
    numbers: dict[Spoken, str] = {(*word.split("-"),): str(value) for value, word in enumerate(small)}
    for ten, word in enumerate(_FR_TENS.split(), start=2):
        numbers[(word,)] = str(10 * ten)
        values_per_ten = 20 if word == "soixante" else 10
        for value in range(1, values_per_ten):
            linking_word = ("et",) if value in (1, 11) else ()
            numbers[(word, *linking_word, *small[value].split("-"))] = str(10 * ten + value)
    for value in range(20):
        unit = small[value].split("-") if value else []
        numbers[("quatre", "vingt" if value else "vingts", *unit)] = str(80 + value)
    numbers |= {("zero",): "0", ("quatre", "vingt"): "80"}
    return numbers, {"double": 2, "triple": 3}, {"cent": "00", "cents": "00"}


def _spanish() -> _Numbers:
    small = _ES.split()
    numbers: dict[Spoken, str] = {(word,): str(value) for value, word in enumerate(small)}
    for ten, word in enumerate(_ES_TENS.split(), start=3):
        numbers[(word,)] = str(10 * ten)
        numbers |= {(word, "y", small[unit]): str(10 * ten + unit) for unit in range(1, 10)}
    return numbers, {"doble": 2, "triple": 3}, {"cientos": "00", "mil": "000"}


# Words before a number that tell what it is. The nearest one counts.
PHONE = gathered(
    "phone phones telephone mobile cell cellphone call ring text whatsapp landline sms reach dial number number's "
    "handy handynummer mobilnummer telefon telefonnummer rufnummer nummer anrufen rufen ruf erreichen erreichbar "
    "téléphone portable numéro appeler appelez joindre teléfono móvil celular número llamar llámeme"
)
CARD = gathered(
    "card card's cards visa mastercard amex express maestro credit debit karte kartennummer kreditkarte kreditkartennummer "
    "carte tarjeta"
)
OTHER = gathered(
    "order orders invoice tracking reference ref ticket case model serial article item booking confirmation policy account "
    "customer sku isbn barcode code codes vat meter lot error flight voucher version zip postcode postal room "
    "rooms size sizes batch contract member membership licence license parcel shipment pin "
    "bestellung bestellnummer auftragsnummer rechnung rechnungsnummer sendung sendungsnummer kundennummer artikelnummer "
    "vertragsnummer vorgangsnummer commande facture colis dossier référence pedido factura envío referencia"
)
VAGUE = gathered("number number's nummer numéro número")
MAIL = gathered(
    "email e-mail emails mail mails e-mails address gmail inbox contact write reply adresse courriel mél correo dirección "
    "schreiben schreib écrivez écrire escribir escríbame"
)
SECURITY = (
    ("security", "code"),
    ("cvv",),
    ("cvc",),
    ("cv2",),
    ("prüfziffer",),
    ("kartenprüfnummer",),
    ("cryptogramme",),
)
FILLERS = gathered("um uh er erm hm then and dash hyphen minus space pause so äh ähm euh und et y dann bindestrich")
