"""`fetch`: new videos of the sources -> files in uploads/ and rows in responses.csv.

Takes a project; returns what was downloaded, what failed and why. A row is written before its video is put in place,
so no build ever sees a video without its consent; the library is updated last, so an interrupted run repeats its last
step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from reelmaker import atomic, media
from reelmaker.checksums import checksum
from reelmaker.errors import DiskFull, ProjectError, ReelmakerError, UploadError
from reelmaker.ingest import responses_csv, suppression
from reelmaker.ingest.csv_editor import Sheet
from reelmaker.model import consent as model_consent
from reelmaker.privacy import erasure
from reelmaker.progress import Progress, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import FILE, Project
from reelmaker.project.library import Library
from reelmaker.project.library_fetches import FAILED, HERE, Remembered
from reelmaker.project.session import open_session
from reelmaker.project.toml_reader import nearest
from reelmaker.sources import download, filenames, listing
from reelmaker.sources import settings as source_settings
from reelmaker.sources.candidates import Offer
from reelmaker.sources.download import PartialFile, Rules, Unfetched
from reelmaker.sources.download.url_policy import digits, is_web
from reelmaker.sources.settings import Source

# How long to wait before retrying a failed link, by number of failures; the last value holds for all further ones
PASSING_S = (15 * 60, 3600, 6 * 3600, 24 * 3600)
DEAD_S = (6 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600)


@dataclass(frozen=True, slots=True)
class Missed:
    """One video that could not be downloaded, and why."""

    source: str
    row: str
    reason: str
    again: float = 0.0  # time of the next retry, seconds since 1970


@dataclass(slots=True)
class Outcome:
    """The result of fetching one source."""

    source: str
    came: list[str] = field(default_factory=list)  # files below uploads/; of a dry run: rows
    missed: list[Missed] = field(default_factory=list)  # tried in this run
    waiting: list[Missed] = field(default_factory=list)  # failed before, not retried yet
    known: int = 0  # already present
    refused: int = 0  # without consent: not fetched
    forgotten: int = 0
    narrowed: int = 0  # consents reduced in the table
    trouble: str = ""  # why the source as a whole could not be read


@dataclass(frozen=True, slots=True)
class Fetched:
    """The results of all sources."""

    outcomes: tuple[Outcome, ...]
    dry_run: bool = False

    @property
    def came(self) -> int:
        return sum(len(outcome.came) for outcome in self.outcomes)

    @property
    def failed(self) -> int:
        return sum(len(outcome.missed) + len(outcome.waiting) for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        if any(outcome.trouble for outcome in self.outcomes):
            return 1
        return 3 if self.failed else 0


def fetch(
    project: Project,
    names: Collection[str] = (),
    *,
    dry_run: bool = False,
    retry: bool = False,
    report: Progress | None = None,
    web: Callable[[Rules], download.Web] = download.Web,
) -> Fetched:
    """Download what is new.

    Args:
        names: names of sources; none: all of them.
        dry_run: read what the sources list, fetch no video, change nothing.
        retry: also retry links that failed recently.

    Raises:
        ProjectError: there is no source (of that name), or the table cannot be written.
        DiskFull: no space is left; what was downloaded is kept.
        AnotherBuild: another build of the project is running.
    """
    progress = report or Silent()
    chosen = _chosen(project, names)
    library_path = Path(":memory:") if dry_run and not project.library.exists() else None
    with open_session(project, progress, library_path) as session:
        library = session.library
        if not dry_run and library.erasure().job():
            erasure.finish(project, library)
        outcomes = []
        for source in chosen:
            run = _Run(project, library, source, progress, retry=retry, dry_run=dry_run, web=web)
            try:
                run.go()
            except DiskFull:
                raise
            except ReelmakerError as problem:
                run.outcome.trouble = str(problem)
                progress.warn(f"Source {source.name}: {problem}")
            except OSError as problem:
                raise ProjectError(
                    f"{problem.filename or project.uploads}: cannot be written ({problem.strerror}).",
                    "Close the program that has it open, or check its permissions, and fetch again.",
                ) from None
            outcomes.append(run.outcome)
        if not dry_run:
            _tidy(project, library)
        return Fetched(tuple(outcomes), dry_run)


def _tidy(project: Project, library: Library) -> None:
    """Remove partial downloads that nothing will continue."""
    folder = project.uploads / erasure.ASIDE
    failed = {digits(*remembered.key) for remembered in library.fetched().all().values() if remembered.state == FAILED}
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.stem not in failed:
            path.unlink()
    with suppress(OSError):  # it is not empty, or does not exist
        folder.rmdir()


def _chosen(project: Project, names: Collection[str]) -> list[Source]:
    known = [source.name for source in source_settings.of(project)]
    if not known:
        raise ProjectError(
            f"{project.folder / FILE}: there is no [[source]].", "Add one; the documentation of `fetch` shows how."
        )
    for name in names:
        if name not in known:
            raise ProjectError(
                f'{project.folder / FILE}: there is no source "{name}".',
                nearest(name, known) or f"It has: {', '.join(known)}.",
            )
    return [source for source in source_settings.of(project) if not names or source.name in names]


class _Run:
    """One source in one run."""

    def __init__(
        self,
        project: Project,
        library: Library,
        source: Source,
        report: Progress,
        *,
        retry: bool,
        dry_run: bool,
        web: Callable[[Rules], download.Web],
    ) -> None:
        self.project, self.library, self.source, self.report = project, library, source, report
        self.retry, self.dry_run, self._web_of = retry, dry_run, web
        self.outcome = Outcome(source.name)
        self.memory = library.fetched()
        self.known = self.memory.all()
        self.sieve = suppression.sieve(library)
        self.table = project.uploads / responses_csv.TABLE
        self.partial_folder = project.uploads / erasure.ASIDE

    def go(self) -> None:
        """List the offers, reduce consents, download what is new."""
        responses_csv.read_table(
            self.project.uploads, self.project.dates
        )  # an unreadable table is reported before any work
        share = download.Share(self.source.address, listing.options(self.source)) if self.source.address else None
        offered = listing.offers(self.project, self.source, share)
        wanted = list(self._new(offered))
        if self.dry_run:
            self.outcome.came = [offer.row for offer in wanted]
            return
        # failed links that the source no longer offers
        offered_keys = {(self.source.name, offer.row, offer.part) for offer in offered}
        self.memory.drop(
            remembered.key
            for remembered in self.known.values()
            if remembered.source == self.source.name
            and remembered.state == FAILED
            and not remembered.file
            and remembered.key not in offered_keys
        )
        if not wanted:
            return
        self.report.step(f"Fetching {self.source.name}", len(wanted))
        with self._web() as web:
            for offer in wanted:
                try:
                    self._bring(offer, web, share)
                except Unfetched as problem:
                    self._failed(offer, problem)
                self.report.advance()
        media.rest()

    def _new(self, offered: Sequence[Offer]) -> Iterator[Offer]:
        """The offers to download; of files already present only the consent is checked."""
        here: list[tuple[str, Offer]] = []
        new: list[Offer] = []
        now = time.time()
        day = model_consent.today()
        for offer in offered:
            source, row = self.source.name, offer.row
            known = self.known.get((source, row, offer.part))
            consent = offer.columns.get("consent", ""), offer.columns.get("consent_until", "")
            if self.sieve.of_respondent(offer.respondent) or self.sieve.of_fetched(source, row):
                self.outcome.forgotten += 1
                continue
            if known and known.file:
                here.append((known.file, offer))
            if known and known.state == HERE and not (offer.found and known.version != offer.version):
                self.outcome.known += 1
            elif model_consent.ended(*consent, day) or self.sieve.agreed_no_more(source, row, offer.columns):
                self.outcome.refused += 1
            elif (
                known
                and known.state == FAILED
                and known.version == offer.version
                and known.again > now
                and not self.retry
            ):
                self.outcome.waiting.append(Missed(source, row, known.reason, known.again))
            else:
                new.append(offer)
        for problem in dict.fromkeys(what for offer in offered for what in model_consent.unclear(offer.columns)):
            self.report.warn(f"Source {self.source.name}: {problem} Use consent_words to say what the word means.")
        self._narrow(here)
        return iter(new)

    def _narrow(self, here: Sequence[tuple[str, Offer]]) -> None:
        """Take over narrower consents into the table, and add missing rows."""
        with self._sheet() as sheet:
            for file, offer in here:
                if sheet.find(file) >= 0:
                    self.outcome.narrowed += sheet.narrow(file, offer.columns)
                elif (self.project.uploads / file).is_file():
                    sheet.enter(file, offer.columns)

    @contextmanager
    def _sheet(self) -> Iterator[Sheet]:
        """The table for editing; written back if changed, except in a dry run."""
        sheet = Sheet.of(self.table.read_bytes()) if self.table.is_file() else Sheet()
        before = sheet.bytes()
        yield sheet
        if sheet.bytes() != before and not self.dry_run:
            atomic.write(self.table, sheet.bytes())

    def _bring(self, offer: Offer, web: download.Web, share: download.Share | None) -> None:
        """Download one video, probe it, and move it into uploads/."""
        key = digits(self.source.name, offer.row, offer.part)
        partial, listed_file = PartialFile(self.partial_folder, key), offer.found
        if listed_file is None and not is_web(offer.place):
            path = self._named(offer.place)
            if path.is_relative_to(self.project.uploads):  # somebody put it there: only its row is missing
                file, answer = path.relative_to(self.project.uploads).as_posix(), checksum(path)
                if not self._forgotten(offer, answer):
                    self._enter(file, offer)
                    self._keep(offer, file, answer)
                return
            share = download.Share.of_file(path)
            listed_file = next(iter(share.files()), None)
            if listed_file is None:
                raise Unfetched("not a video or audio file, judging by its file name")
        if listed_file is not None:
            assert share is not None
            got = share.fetch(listed_file, partial, web.rules)
        else:
            got = web.fetch(offer.place, partial)
        try:
            media.probe(partial.path)
        except UploadError as problem:
            partial.away()
            raise Unfetched(_reason(problem)) from None
        answer = checksum(partial.path)
        if self._forgotten(offer, answer):
            partial.away()
            return
        file = self._free(
            filenames.stem(self.source.name, offer, key) + filenames.ending(offer, got, partial.path),
            offer,
            answer,
        )
        self._enter(file, offer)
        partial.landed(self.project.uploads / file)
        self._keep(offer, file, answer)

    def _forgotten(self, offer: Offer, answer: str) -> bool:
        """Whether this answer is on the suppression list; if so, its row is skipped from now on."""
        if not self.sieve.of_answer(answer):
            return False
        mark = (suppression.FETCHED, suppression.fetched(self.source.name, offer.row))
        self.library.erasure().add([mark], clock_skew.now())
        self.outcome.forgotten += 1
        return True

    def _named(self, text: str) -> Path:
        """The file with this name: already in uploads/, or next to the export."""
        name = download.url_policy.name(text)
        for folder in (self.project.uploads, (self.project.folder / self.source.export).parent):
            path = folder / name
            with suppress(OSError, ValueError):  # no disk knows such a name
                if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                    return path
        raise Unfetched("the named file is neither in uploads/ nor next to the export")

    def _free(self, file: str, offer: Offer, answer: str) -> str:
        """An unused file name, or the file's own name if it was fetched before."""
        path, number = self.project.uploads / file, 1
        known = self.known.get((self.source.name, offer.row, offer.part))
        while path.exists() and checksum(path) not in (answer, known.answer if known else answer):
            number += 1
            path = path.with_name(f"{Path(file).stem}-{number}{Path(file).suffix}")
        return path.name

    def _enter(self, file: str, offer: Offer) -> None:
        with self._sheet() as sheet:
            sheet.enter(file, offer.columns)

    def _keep(self, offer: Offer, file: str, answer: str) -> None:
        self._store(
            Remembered(
                self.source.name,
                offer.row,
                offer.part,
                file,
                offer.respondent,
                answer,
                offer.version,
                HERE,
                seen=clock_skew.now(),
            )
        )
        self.outcome.came.append(file)

    def _failed(self, offer: Offer, problem: Unfetched) -> None:
        before = self.known.get((self.source.name, offer.row, offer.part))
        tries = before.tries + 1 if before and before.version == offer.version else 1
        waits = PASSING_S if problem.passing else DEAD_S
        again = time.time() + max(waits[min(tries, len(waits)) - 1], problem.after_s)
        self._store(
            Remembered(
                self.source.name,
                offer.row,
                offer.part,
                before.file if before else "",
                offer.respondent,
                before.answer if before else "",
                offer.version,
                FAILED,
                problem.reason,
                tries,
                again,
                clock_skew.now(),
            )
        )
        self.outcome.missed.append(Missed(self.source.name, offer.row, problem.reason, again))

    def _store(self, thing: Remembered) -> None:
        self.memory.store([thing])
        self.known[thing.key] = thing

    @contextmanager
    def _web(self) -> Iterator[download.Web]:
        web = self._web_of(listing.rules(self.source))
        try:
            yield web
        finally:
            web.close()


def _reason(problem: UploadError) -> str:
    """Why it is not a video, without the name of the partial file."""
    return str(problem.message).split(": ", 1)[-1].rstrip(".")
