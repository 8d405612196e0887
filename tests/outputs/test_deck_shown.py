"""The deck as an office program shows it: LibreOffice turns it into pages, and all that is told is inside them."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdf
import pypdfium2.raw as raw
import pytest
from helpers.films.videos import make_video
from helpers.results.slides import company, made, saying
from helpers.results.taken import ANNA, BERT, RESPONSES, SAID

from reelmaker import media
from reelmaker.model import Count, Part, Problem
from reelmaker.outputs import Finished

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
MINUTES = 4
needs_office = pytest.mark.skipif(
    OFFICE is None, reason="NO LIBREOFFICE HERE: nothing shows that the deck opens in an office program"
)


def pages_of(deck: Path, folder: Path) -> pdf.PdfDocument:
    """The deck as pages; LibreOffice has a profile of its own, so that none that is open is disturbed."""
    assert OFFICE
    done = subprocess.run(
        [
            OFFICE,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *"--headless --norestore --convert-to pdf --outdir".split(),
            str(folder),
            str(deck),
        ],
        capture_output=True,
        timeout=MINUTES * 60,
        check=False,
    )
    target = folder / f"{deck.stem}.pdf"
    assert done.returncode == 0 and target.is_file(), done.stderr.decode("utf-8", "replace")[-500:]
    return pdf.PdfDocument(target)


def letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


LONG = "Nothing happened at all and then it happened again because of the page. " * 14


@pytest.fixture
def full(finished: Finished, tmp_path: Path) -> Finished:
    """Two problems, one quote much too long for a slide, upright and wide pictures, charts."""
    upright = make_video(tmp_path / "uploads" / "a.mp4", 70, "180x320", "5")
    wide = make_video(tmp_path / "uploads" / "b.mp4", 4, "320x180", "5")
    count = Count(7, 20, (Part("loyal", 3, 10), Part("new", 4, 10)), (Part("2026-07", 1, 8), Part("2026-08", 6, 12)))
    late = Problem("delivery", "Parcels come late, " * 8, ("And the parcels?", "By when?"), "Trips")
    clip = finished.reel.clips[1]
    clips = (
        finished.reel.clips[0],
        saying(clip, LONG.strip()),
        saying(clip, "It never came", "X", "delivery"),
    )
    intro, *_, outro = finished.reel.items
    reel = replace(
        finished.reel,
        items=(intro, *clips, outro),
        problems=(*finished.reel.problems, late),
        counts={"checkout": count, "delivery": count},
    )
    originals = {ANNA: (upright, media.probe(upright)), BERT: (wide, media.probe(wide))}
    return replace(finished, reel=reel, originals=originals, responses=RESPONSES)


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("own", [False, True])
def test_an_office_program_shows_every_slide_with_all_that_is_told_inside_it(
    own: bool, full: Finished, tmp_path: Path
) -> None:
    brand = {"deck": str(company(tmp_path, dark=True))} if own else {"name": "Fernhill"}
    shown = made(full, tmp_path, **brand)
    document = pages_of(tmp_path / "reel.pptx", tmp_path)
    assert len(document) == len(shown.slides) == 11
    quoted = {3: SAID, 4: LONG, 8: "It never came"}
    for number, page in enumerate(document):
        width, height = page.get_size()
        assert abs(width / height - shown.slide_width / shown.slide_height) < 0.01
        text = page.get_textpage()
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            assert left >= -1 and right <= width + 1 and bottom >= -1 and top <= height + 1, (number, at)
        if number in quoted:
            assert letters(quoted[number]) in letters(text.get_text_bounded()), number
        pictures = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4))
        assert bool(pictures) == (number == 1 or number in quoted), number
        for picture in pictures:
            left, bottom, right, top = picture.get_bounds()
            assert left >= -1 and right <= width + 1 and bottom >= -1 and top <= height + 1
            assert (right - left) * (top - bottom) > 0.05 * width * height, "large enough to be seen"
            shape = 16 / 9 if number != 3 else 9 / 16
            assert abs((right - left) / (top - bottom) / shape - 1) < 0.03
    document.close()
