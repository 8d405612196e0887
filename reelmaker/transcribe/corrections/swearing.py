"""Swear words that may be misheard: the name of a brand or a person is sometimes written as one. Pure.

Somebody who swears does so more than once, or clearly. A single swear word at low confidence is not quoted until
somebody has listened; the sentence counts as before.
"""

from __future__ import annotations

import re
from dataclasses import replace

from reelmaker.model import Transcript, Word
from reelmaker.model.moment_ids import clock
from reelmaker.transcribe.corrections.matching import plain

VERSION = 1
UNSURE = 0.7  # confidence below which a single one is doubted
SWEARS = re.compile(
    r"(mother)?fuck\w*|(bull)?shit(s|ty|te|ting|show|hole)?|bitch(es|y)?|cunts?|bastards?|(ass|arse)(hole)?s?|dicks?|dickheads?|cocks?|piss(ed)?"
    r"|wank\w*|bollocks|sluts?|whores?|twats?"
    r"|schei(ß|ss)\w*|(ge)?fick\w*|arsch\w*|fotzen?|wichser\w*|huren?\w*"
    r"|merde\w*|putain|connards?|connasse\w*|salopes?|enculés?|enculer"
    r"|mierdas?|putas?|putos?|joder|jodid[oa]s?|coños?|cabr(ón|ones)|gilipollas"
    r"|cazz[oi]|merd[ae]|puttan[ae]|stronz[aeio]|vaffanculo"
    r"|caralho|foda\w*|porra"
    r"|kut|klootzak\w*|lul|godverdomme|kanker"
    r"|kurw\w*|chuj\w*|pierdol\w*"
)
NOTE = (
    "the swear word at {time} was not recognised reliably and may be a name: not quoted until somebody has checked it"
    " (reelmaker check-words)"
)


def doubted(transcript: Transcript) -> Word | None:
    """The only swear word of an answer, if it was not recognised reliably; None for most answers."""
    swear_words = [
        word
        for sentence in transcript.sentences
        if not sentence.asked
        for word in sentence.words
        if SWEARS.fullmatch(plain(word.text))
    ]
    return swear_words[0] if len(swear_words) == 1 and swear_words[0].confidence < UNSURE else None


def held_back(transcript: Transcript) -> Transcript:
    """The transcript with the sentence of a doubted swear word marked unreliable, and a note about it."""
    word = doubted(transcript)
    if word is None:
        return transcript
    sentences = tuple(
        replace(sentence, unreliable=True) if word in sentence.words else sentence for sentence in transcript.sentences
    )
    note = NOTE.format(time=clock(word.start_ms))
    return replace(transcript, sentences=sentences, notes=(*transcript.notes, note))
