"""The reel as slides, reel.pptx: the problem, the reel itself, each quote, the evidence, the question.

The video is inside the file and plays on a click. The notes of each slide tell the presenter more.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reelmaker.model import Card, Clip, Count, Place, Problem, Reel
from reelmaker.model.moment_ids import clock, clocks
from reelmaker.outputs import Finished, poster, reproducible_zip, stills
from reelmaker.outputs.deck import charts as deck_charts
from reelmaker.outputs.deck.base import open_base
from reelmaker.outputs.deck.layout import Box, Page, Pages, describe, note
from reelmaker.outputs.escaping import audience, plain
from reelmaker.select import headline, prevalence
from reelmaker.tag.reasons import in_favour
from reelmaker.text import caption_cues

PROPERTY = 255  # longest document property, in characters
Section = tuple[str, list[Page]]


def write(finished: Finished, folder: Path) -> list[Path]:
    """reel.pptx.

    Raises:
        ProjectError: the company's template cannot be used.
    """
    target = folder / "reel.pptx"
    base = open_base(finished.brand, finished.template)
    pages = Pages(base, finished.language)
    with tempfile.TemporaryDirectory(dir=folder, prefix="deck-") as staging:
        sections = _sections(finished, pages, Path(staging))
    _name_notes(base.presentation)
    if len(sections) > 2:
        _list_sections(base.presentation, sections)
    properties = base.presentation.core_properties
    properties.title, properties.author = (
        _title(_problems_shown(finished.reel))[:PROPERTY],
        plain(finished.brand.name)[:PROPERTY],
    )
    properties.comments = properties.last_modified_by = properties.keywords = properties.subject = ""
    base.presentation.save(str(target))
    reproducible_zip.make_reproducible(target)
    return [target]


def _sections(finished: Finished, pages: Pages, staging: Path) -> list[Section]:
    """Every slide, grouped by problem."""
    reel = finished.reel
    problems, pictures = _problems_shown(reel), stills.of_clips(finished, staging)
    sections: list[Section] = [
        (_title(problems), [_opening(finished, pages, problems), _video(finished, pages, staging)])
    ]
    for problem in problems:
        count = reel.counts.get(problem.slug)
        slides = [_chapter(pages, problem, count)] if len(problems) > 1 else []
        slides += [
            _quote(finished, pages, place, place.item, pictures[place.first_frame])
            for place in reel.places()
            if isinstance(place.item, Clip) and place.item.moment.problem == problem.slug
        ]
        slides += [_evidence(pages, problem, count)] if count else []
        sections.append((plain(problem.statement), [*slides, _question(pages, problem)]))
    return sections


def _problems_shown(reel: Reel) -> list[Problem]:
    """The problems with clips in the reel; all of them if there are no clips."""
    spoken = {clip.moment.problem for clip in reel.clips}
    return [problem for problem in reel.problems if problem.slug in spoken] or list(reel.problems)


def _title(problems: Sequence[Problem]) -> str:
    return plain(problems[0].statement) if len(problems) == 1 else "What customers told us"


def _count_lines(count: Count | None) -> list[str]:
    """The count and who says so, a line each."""
    return [headline.title(headline.sentence(count)), headline.title(headline.basis(count))] if count else []


def _in_short(count: Count | None) -> str:
    """The count and who says so, on one line."""
    more = headline.may_have(count) if count else ""
    return "; ".join(filter(None, (f"{headline.customers(count)}, {headline.basis(count)}", more))) if count else ""


def _opening(finished: Finished, pages: Pages, problems: Sequence[Problem]) -> Page:
    """The title slide: problem, count and date."""
    reel = finished.reel
    date = next(
        (text for card in reel.items if isinstance(card, Card) for name, text in card.fields if name == "date"),
        "",
    )
    brand = plain(finished.brand.name)
    if len(problems) == 1:
        lines = [*_count_lines(reel.counts.get(problems[0].slug)), problems[0].outcome]
    else:
        lines = [f"{problem.statement}: {_in_short(reel.counts.get(problem.slug))}" for problem in problems]
    page = pages.opening(
        _title(problems),
        [*lines, ", ".join(filter(None, (brand, date))), audience(finished.document)],
        len(problems) == 1,
    )
    if finished.brand.logo and not pages.base.own:
        box = Box(pages.width * 3 // 4, pages.height // 16, pages.width // 5, pages.height // 10)
        pages.picture(page, box, Path(finished.brand.logo), f"Logo of {brand}")
    note(page, [prevalence.line(p.statement, reel.counts[p.slug]) for p in problems if p.slug in reel.counts])
    return page


def _video(finished: Finished, pages: Pages, staging: Path) -> Page:
    """The reel itself."""
    reel = finished.reel
    seconds = round(reel.duration_ms / 1000)
    people = len({clip.span.response for clip in reel.clips})
    length = f"{seconds // 60}:{seconds % 60:02}"
    page = pages.telling(f"In their own words ({length})")
    [still] = poster.write(finished, staging)
    box = page.area.inside((reel.width, reel.height))
    movie = page.slide.shapes.add_movie(
        str(finished.video), box.left, box.top, box.width, box.height, str(still), "video/mp4"
    )
    pages.framed(movie)
    describe(movie, f"Video of {length} minutes: {people} customers speak.", finished.video.name)
    note(
        page,
        [
            "Click the picture to play the reel.",
            *(f"{clock(p.start_ms)} {_name(p)}" for p in reel.places()),
        ],
    )
    return page


def _name(place: Place) -> str:
    return (
        place.item.label
        if isinstance(place.item, Clip)
        else {"outro": "question"}.get(place.item.kind, place.item.kind)
    )


def _chapter(pages: Pages, problem: Problem, count: Count | None) -> Page:
    page = pages.opening(problem.statement, [*_count_lines(count), problem.outcome], 1)
    note(page, [prevalence.line(problem.statement, count)] if count else [])
    return page


def _quote(finished: Finished, pages: Pages, place: Place, clip: Clip, still: Path) -> Page:
    """One quote next to a still of the answer."""
    page = pages.telling(clip.label)
    words, position = plain(caption_cues.quote(clip.moment)), f"{clock(place.start_ms)} in the reel"
    left, right = page.area.split(0.44, pages.gap)
    line = pages.height // 24
    picture = pages.picture(
        page,
        replace(left, height=left.height - line - pages.gap // 2),
        still,
        f"{clip.label}, still of the answer",
    )
    if picture.width < left.width * 0.8:  # a portrait picture leaves more space for the words
        left, right = page.area.split((picture.width + pages.gap) / page.area.width, pages.gap)
        picture.left = left.left
    below = Box(left.left, picture.top + picture.height + pages.gap // 3, left.width, line)
    pages.text(page, below, [position], 0.031, colour=pages.muted)
    pages.text(page, right, [words], 0.074, anchor="ctr")
    note(page, _sources(finished, place, clip))
    return page


def _sources(finished: Finished, place: Place, clip: Clip) -> list[str]:
    """Where the quote comes from and why it was chosen; also its full text, in case the slide had no space."""
    response, moment = finished.responses[clip.span.response], clip.moment
    return [
        f"{clip.label}: {caption_cues.quote(moment)}",
        f"In the reel: {clock(place.start_ms)}–{clock(place.end_ms)}",
        f"Source: {response.file}, {clocks(clip.stretches)}",
        f"Response: {response.id}",
        f"Score: {moment.score:.2f}",
        f"Why: {'; '.join(in_favour(moment.why))}" if in_favour(moment.why) else "",
    ]


def _evidence(pages: Pages, problem: Problem, count: Count) -> Page:
    """How many spoke of the problem, by segment and month."""
    page = pages.telling(headline.title(headline.sentence(count)))
    counts = prevalence.line(problem.statement, count)
    charts = deck_charts.charts_of(count)
    summary_box, below = page.area.above(pages.height // 10, pages.gap // 3)
    pages.text(page, summary_box, [_share(count)], 0.036, colour=pages.muted)
    boxes = below.split(0.5, pages.gap) if len(charts) == 2 else (below,)
    for box, chart in zip(boxes, charts, strict=False):
        title, chart_box = box.above(pages.height // 20, 0)
        pages.text(page, title, [chart.title], 0.034, strong=1)
        deck_charts.add(page, chart_box, chart, pages.base, pages.height)
    note(page, [counts, *(deck_charts.says(chart) for chart in charts)])
    return page


def _share(count: Count) -> str:
    """Who says so and how certain that is, in words."""
    said = headline.title(headline.basis(count))
    if count.audited:
        other = "" if count.agrees else f" The charts show whom the program counted: {count.spoke} of {count.of}."
        return f"{said}.{other if deck_charts.charts_of(count) else ''}"
    if not count.of:
        return "No usable answers."
    low, high = prevalence.interval(count.spoke, count.of)
    share = f"{count.spoke / count.of * 100:.0f} % of the customers with a usable answer"
    return f"{said}: {share}; 95 % interval of the share: {low * 100:.0f}–{high * 100:.0f} %."


def _question(pages: Pages, problem: Problem) -> Page:
    """The question for the team."""
    page = pages.opening(problem.question[0], problem.question[1:])
    note(page, [problem.statement, *problem.question])
    return page


def _name_notes(presentation: Any) -> None:
    """Register the notes master where the schema requires it; python-pptx omits it."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml.ns import qn

    root = presentation.part._element
    masters = [id for id, rel in presentation.part.rels.items() if rel.reltype == RELATIONSHIP_TYPE.NOTES_MASTER]
    if masters and root.find(qn("p:notesMasterIdLst")) is None:
        master_list = etree.Element(qn("p:notesMasterIdLst"))
        etree.SubElement(master_list, qn("p:notesMasterId")).set(qn("r:id"), masters[0])
        root.find(qn("p:sldMasterIdLst")).addnext(master_list)


SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"  # PowerPoint's id of the list of sections
SECTIONS_XML = "http://schemas.microsoft.com/office/powerpoint/2010/main"


def _list_sections(presentation: Any, sections: Sequence[Section]) -> None:
    """A section for each problem, as PowerPoint shows them next to the slides."""
    from lxml import etree
    from pptx.oxml.ns import qn

    root = presentation.part._element
    extension = etree.SubElement(etree.SubElement(root, qn("p:extLst")), qn("p:ext"), uri=SECTIONS)
    section_list = etree.SubElement(extension, f"{{{SECTIONS_XML}}}sectionLst", nsmap={"p14": SECTIONS_XML})
    for number, (name, pages) in enumerate(sections):
        section_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {name}")).upper()
        section = etree.SubElement(section_list, f"{{{SECTIONS_XML}}}section", name=name or "…", id=f"{{{section_id}}}")
        slides = etree.SubElement(section, f"{{{SECTIONS_XML}}}sldIdLst")
        for page in pages:
            etree.SubElement(slides, f"{{{SECTIONS_XML}}}sldId", id=str(page.slide.slide_id))
