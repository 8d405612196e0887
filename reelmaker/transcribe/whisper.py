"""Speech -> words with times, by faster-whisper on this machine's processors, or its graphics card.

It is given sound that `media` decoded, never a path. What is not speech is not listened to; windows of
up to 29 s are cut at pauses; several windows are decoded at once, since the decoder waits for memory
more than it computes, but each is encoded and timed alone, so that an answer's transcript does not
depend on which others were in the batch.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.compute import CPU, Compute
from reelmaker.errors import ModelError
from reelmaker.model import Response, Transcript, Word
from reelmaker.text.edit_distance import edits
from reelmaker.transcribe import missed_speech, unspaced_scripts, vocabulary, voice_activity, word_alignment
from reelmaker.transcribe.chunking import RATE, batches_of, gain_of, levelled
from reelmaker.transcribe.hallucinations import mark_loops, repeats
from reelmaker.transcribe.sentences import cut
from reelmaker.transcribe.translation import Asked, English, translate
from reelmaker.transcribe.windows import PAD_S, WINDOW_S, Decoded, Window, windows_of

if TYPE_CHECKING:
    import numpy as np

MOST_SPLITS = 3  # of a window whose speech has no words
BATCH = 4  # windows decoded together
MOST_WINDOWS_ASKED = 3  # for the language
UNSURE = 0.5  # of the language
ANOTHER_LANGUAGE = 0.85  # how sure it must be that an answer is in another language than the one that is set
NO_SPEECH, NO_SENSE = 0.6, -1.0  # Whisper's own limits: probability of no speech, mean log probability
LONGEST_WORD_MS = 3000
LESS_SURE = 0.15  # mean log probability that listening for names may cost
WORDS_A_NAME = 4  # that may differ for each name it brings
CONTINUES = re.compile(r"[^\w\s]\w")  # a word that Whisper tore at a character
PREPENDED, APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"

COMPUTE_TYPES = {"cpu": "int8", "cuda": "float16"}  # what is fast there
PROGRESS_S = 1.0  # how often a long response says how far it is

Sound = Callable[[], "np.ndarray | None"]
Progress = Callable[[str, float], None]


@dataclass(slots=True)
class Heard:
    """A response on its way to a transcript."""

    response: Response
    windows: list[Window]
    pauses: list[word_alignment.Pause] = field(default_factory=list)
    language: str = ""
    notes: list[str] = field(default_factory=list)
    samples: np.ndarray | None = None
    speech: list[tuple[int, int]] = field(default_factory=list)  # in samples


class Whisper:
    """A Whisper model, loaded once; as many threads as `workers` share it."""

    def __init__(
        self,
        folder: Path,
        *,
        workers: int,
        language: str,
        name: str,
        compute: Compute = CPU,
        names: Sequence[str] = (),
    ) -> None:
        self.folder, self.workers, self.language, self.name = folder, workers, language, name
        self.compute, self.names = compute, tuple(names)
        self._model: Any = None
        self._shares: dict[str, float] = {}  # how much of a long response is heard

    def transcribe(
        self, jobs: Iterable[tuple[Response, Sound]], progress: Progress | None = None
    ) -> Iterator[tuple[Response, Transcript | Exception]]:
        """Each response with its transcript, or the exception that was raised, in the order they finish."""
        waiting = list(jobs)
        self._shares.clear()
        busy = max(1, min(self.workers, len(waiting)))
        self._open(busy)
        batches = batches_of(waiting, max(1, min(BATCH, -(-len(waiting) // busy))))
        pool = ThreadPoolExecutor(busy, thread_name_prefix="whisper")
        running: set[Future[list[tuple[Response, Transcript | Exception]]]] = set()
        try:
            queue = iter(batches)
            while True:
                running |= {pool.submit(self._batch, batch) for batch in itertools.islice(queue, busy - len(running))}
                if not running:
                    return
                done, running = wait(running, PROGRESS_S, return_when=FIRST_COMPLETED)
                if progress:
                    for response, share in list(self._shares.items()):
                        progress(response, share)
                for future in done:
                    yield from future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _open(self, busy: int) -> Any:
        from faster_whisper import WhisperModel

        if self._model is not None:
            return self._model
        device = self.compute.speech
        try:
            self._model = WhisperModel(
                str(self.folder),
                device=device,
                compute_type=COMPUTE_TYPES[device],
                num_workers=busy,
                cpu_threads=max(1, self.workers // busy),
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as problem:
            raise ModelError(
                f"{self.folder}: this Whisper model cannot be loaded ({str(problem).splitlines()[0][:120]}).",
                "Choose another with --model, or download one: reelmaker doctor --fetch base",
            ) from None
        return self._model

    def speaking(self, language: str) -> Whisper:
        """The same loaded model, for another language."""
        other = copy.copy(self)
        other.language, other._shares = language, {}
        return other

    def english(self, jobs: Iterable[Asked]) -> Iterator[tuple[Response, English | Exception]]:
        """What each transcript says in English, by the same model: see `translated`."""
        waiting = list(jobs)
        busy = max(1, min(self.workers, len(waiting)))
        yield from translate(self._open(busy), waiting, busy)

    def try_out(self) -> str:
        """Transcribe a second of noise, so that every part of the model has run once; says where it ran."""
        import numpy as np

        self._open(1)
        noise = np.random.default_rng(0).normal(0, 0.05, RATE).astype(np.float32)
        prompt = self._model.get_prompt(self._tokenizer(self.language or "en"), [], without_timestamps=True)
        encoded = self._encode(Window(0, noise))
        self._model.model.generate(encoded, [prompt], beam_size=1, max_length=len(prompt) + 1)
        return str(self._model.model.device)

    def _batch(self, jobs: Sequence[tuple[Response, Sound]]) -> list[tuple[Response, Transcript | Exception]]:
        done: list[tuple[Response, Transcript | Exception]] = []
        prepared: list[Heard] = []
        for response, sound in jobs:
            try:
                prepared.append(self._prepare(response, sound()))
            except Exception as problem:  # noqa: BLE001 - belongs to this response; the caller decides
                done.append((response, problem))
        try:
            windows = [window for answer in prepared for window in answer.windows]
            for start in range(0, len(windows), BATCH):
                self._listen(windows[start : start + BATCH])
                if len(prepared) == 1:
                    self._shares[prepared[0].response.id] = start / len(windows)
            for answer in prepared:
                answer.windows = [part for window in answer.windows for part in self._completed(answer, window)]
                answer.samples = None
            return done + [(answer.response, self._transcript(answer)) for answer in prepared]
        except Exception as problem:  # noqa: BLE001 - as above: named for each, raised by nobody
            return done + [(answer.response, problem) for answer in prepared]

    def _prepare(self, response: Response, samples: np.ndarray | None) -> Heard:
        """Find the speech, bring it to an even level, cut it into windows, tell the language."""
        if samples is None:
            return Heard(response, [], notes=["no sound track"])
        loud = word_alignment.levels(samples)
        gain = gain_of(loud)
        speech = voice_activity.speech(samples, gain, loud, WINDOW_S - 2 * PAD_S)
        if not speech:
            return Heard(response, [], notes=["no speech"])
        prepared = Heard(response, windows_of(samples, speech, gain), word_alignment.pauses(loud), self.language)
        prepared.samples, prepared.speech = samples, [(stretch["start"], stretch["end"]) for stretch in speech]
        if not self._model.model.is_multilingual:
            prepared.language = "en"
        else:
            self._tell_language(prepared)
        for window in prepared.windows:
            window.language, window.names = prepared.language, vocabulary.of(self.names, response.name)
        return prepared

    def _tell_language(self, answer: Heard) -> None:
        """Recognise the language, or check the one that was set: German is never written down as if it were English."""
        windows = answer.windows[:MOST_WINDOWS_ASKED]
        for window in windows:
            window.encoded = self._encode(window)
        language, sure = self._which_language(windows)
        if not answer.language:
            answer.language = language
            if sure < UNSURE:
                answer.notes.append(f"not sure about the language ({language}, {sure:.0%})")
        elif language != answer.language and sure >= ANOTHER_LANGUAGE:
            answer.notes.append(
                f"spoken in another language than the one set ({language} instead of {answer.language})"
            )
            answer.language = language

    def _encode(self, window: Window) -> Any:
        from faster_whisper.transcribe import pad_or_trim

        features = self._model.feature_extractor(levelled(window.samples, window.gain))[..., :-1]
        return self._model.encode(pad_or_trim(features)[None])

    def _which_language(self, windows: Sequence[Window]) -> tuple[str, float]:
        votes: dict[str, float] = {}
        for window in windows:
            for token, sure in self._model.model.detect_language(window.encoded)[0]:
                votes[token[2:-2]] = votes.get(token[2:-2], 0.0) + sure / len(windows)
        language = max(votes, key=lambda name: votes[name])
        return language, votes[language]

    def _listen(self, windows: Sequence[Window]) -> None:
        """Tokens and words of a few windows."""
        import numpy as np
        from ctranslate2 import StorageView

        if not windows:
            return
        for window in windows:
            if window.encoded is None:
                window.encoded = self._encode(window)
        together = StorageView.from_array(np.concatenate([_array(window.encoded) for window in windows]))
        for window, result in zip(windows, self._generate(together, windows, beam=1), strict=True):
            if repeats(self._text(window, result.tokens)) or result.probability < NO_SENSE:
                [result] = self._generate(window.encoded, [window], beam=5)
            if result.no_speech > NO_SPEECH and result.probability < NO_SENSE:
                continue
            window.tokens, window.probability = result.tokens, result.probability
            if window.tokens:
                window.words = self._words(window)
                self._with_names(window)
        for window in windows:
            window.encoded = None

    def _with_names(self, window: Window) -> None:
        """Transcribe again with the names in mind if a word may be a misheard name; use the result if little else
        changes.
        """
        if not window.names or not vocabulary.worth_asking(window.words, window.names):
            return
        [result] = self._generate(window.encoded, [window], beam=5, hotwords=", ".join(window.names))
        again = window.again(result)
        if (
            not again.tokens
            or result.probability < window.probability - LESS_SURE
            or repeats(self._text(again, again.tokens))
        ):
            return
        again.words = self._words(again)
        before, after = ([word.text.casefold() for word in words] for words in (window.words, again.words))
        gained = vocabulary.held(again.words, window.names) - vocabulary.held(window.words, window.names)
        if gained > 0 and edits(before, after, swaps=False) <= gained * WORDS_A_NAME:
            window.tokens, window.words, window.probability = again.tokens, again.words, again.probability

    def _completed(self, answer: Heard, window: Window, deep: int = 0) -> list[Window]:
        """The window or, if Whisper left speech without words, its parts on both sides of a pause.

        Sometimes it takes a long pause for the end, or begins with the second voice. It is more reliable on two parts.
        """
        inside = [
            (max(start, window.start), min(end, window.start + len(window.samples)))
            for start, end in answer.speech
            if start < window.start + len(window.samples) and end > window.start
        ]
        number = missed_speech.pause(window.words, inside) if deep < MOST_SPLITS else None
        if number is None:
            return [window]
        middle = (inside[number - 1][1] + inside[number][0]) // 2
        assert answer.samples is not None
        parts = [
            Window(begin, answer.samples[begin:end], window.gain, language=window.language, names=window.names)
            for begin, end in ((window.start, middle), (middle, window.start + len(window.samples)))
        ]
        self._listen(parts)
        return [piece for part in parts for piece in self._completed(answer, part, deep + 1)]

    def _generate(self, encoded: Any, windows: Sequence[Window], beam: int, hotwords: str = "") -> list[Decoded]:
        from faster_whisper.transcribe import get_suppressed_tokens

        tokenizers = [self._tokenizer(window.language) for window in windows]
        prompts = [
            self._model.get_prompt(tokenizer, [], without_timestamps=True, hotwords=hotwords or None)
            for tokenizer in tokenizers
        ]
        results = self._model.model.generate(
            encoded,
            prompts,
            beam_size=beam,
            max_length=self._model.max_length,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizers[0], [-1]),
        )
        return [
            Decoded(
                list(r.sequences_ids[0]),
                r.scores[0] * len(r.sequences_ids[0]) / (len(r.sequences_ids[0]) + 1),
                r.no_speech_prob,
            )
            for r in results
        ]

    def _words(self, window: Window) -> list[Word]:
        from faster_whisper.transcribe import merge_punctuations

        tokenizer = self._tokenizer(window.language)
        tokens = [token for token in window.tokens if token < tokenizer.eot]
        frames = min(self._model.feature_extractor.nb_max_frames, len(window.samples) * 100 // RATE)
        [alignment] = self._model.find_alignment(tokenizer, [tokens], window.encoded, frames)
        merge_punctuations(alignment, PREPENDED, APPENDED)
        offset = window.start * 1000 / RATE
        words: list[Word] = []
        for entry in alignment:
            text = entry["word"].strip()
            if text:
                start, end = round(offset + entry["start"] * 1000), round(offset + entry["end"] * 1000)
                start = max(start, end - LONGEST_WORD_MS)
                sure = round(float(min(1.0, max(0.0, entry["probability"]))), 3)
                glued = unspaced_scripts.is_joined(entry["word"], words, window.language)
                word = Word(text, start, max(start, end), sure, glued)
                if words and CONTINUES.match(entry["word"]):
                    words[-1] = _glued(words[-1], word)  # "8" and ",000" are one number
                else:
                    words.append(word)
        return unspaced_scripts.gathered(words)

    def _text(self, window: Window, tokens: Sequence[int]) -> str:
        tokenizer = self._tokenizer(window.language)
        return str(tokenizer.decode([token for token in tokens if token < tokenizer.eot]))

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        multilingual = self._model.model.is_multilingual
        return Tokenizer(
            self._model.hf_tokenizer, multilingual, task="transcribe", language=language if multilingual else "en"
        )

    def _transcript(self, answer: Heard) -> Transcript:
        words = [word for window in answer.windows for word in vocabulary.mended(window.words, window.names)]
        words = word_alignment.correct(word_alignment.in_order(words), answer.pauses)
        length = answer.response.duration_ms or (words[-1].end_ms if words else 0)
        words = [replace(w, start_ms=min(w.start_ms, length), end_ms=min(w.end_ms, length)) for w in words]
        sentences = mark_loops(cut(words, answer.response.id))
        if answer.windows and not sentences:
            answer.notes.append("no speech")
        return Transcript(
            answer.response.id,
            answer.language if sentences else "",
            f"whisper {self.name}",
            sentences,
            tuple(answer.notes),
        )


def _array(encoded: Any) -> np.ndarray:
    """What the model encoded, in this machine's own memory."""
    import numpy as np
    from ctranslate2 import Device

    return np.array(encoded if encoded.device == "cpu" else encoded.to_device(Device.cpu))


def _glued(first: Word, second: Word) -> Word:
    sure = min(first.confidence, second.confidence)
    end = max(first.end_ms, second.end_ms)
    return Word(first.text + second.text, first.start_ms, end, sure, first.glued)
