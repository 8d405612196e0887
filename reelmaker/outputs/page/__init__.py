"""index.html: the reel as a page that works from a disk, a server, in a frame, on a phone and on paper.

It loads nothing but reel.mp4 and poster.jpg from its folder. Its content security policy only lets this style and this
script run, by their digests; all words of customers and tables are escaped. Captions are part of the page itself
because a caption file cannot be loaded when the page is opened from a disk; they are off if captions are burned in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from string import Template

from reelmaker.model import Card, Clip, Count, Place, Problem, Reel
from reelmaker.outputs import VIDEO, Finished, captions, escaping, svg_charts
from reelmaker.outputs.page import embed, theme
from reelmaker.outputs.page.csp import digest, part
from reelmaker.render import cards
from reelmaker.select import headline, prevalence
from reelmaker.text import caption_cues

POSTER = "poster.jpg"
APPROVED = ("<!--approved-->", "<!--/approved-->")  # what stands between them says who approved the build
FOOT = "The quotes are the customers’ own words, as recognised in their videos."
BY_CHANCE = "The interval shows how far the true share may differ by chance with this number of answers."
UNCHECKED = "The limits show how far a count may be off where not everybody was checked; they hold in 95 of 100 cases."


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write index.html and embed.html; the poster is used if it is already in the folder."""
    page, snippet = folder / "index.html", folder / "embed.html"
    text = _page(finished, poster=(folder / POSTER).is_file())
    page.write_text(text, "utf-8", errors="replace", newline="\n")
    snippet.write_text(embed.page(finished, heading(finished.reel)), "utf-8", errors="replace", newline="\n")
    return [page, snippet]


def approved(text: str, sentence: str) -> str:
    """The page with this sentence of who approved it, or without one for ""; "" if it has no place for it."""
    before, opened, rest = text.partition(APPROVED[0])
    _, closed, after = rest.partition(APPROVED[1])
    if not (opened and closed):
        return ""
    said = f'<p class="approved" dir="auto">{escape(sentence)}</p>' if sentence else ""
    return f"{before}{opened}{said}{closed}{after}"


def heading(reel: Reel) -> str:
    """The problem's statement; for several problems the title of their intro."""
    if len(reel.problems) == 1:
        return reel.problems[0].statement
    return _field(reel, "title") or "What customers told us"


def _page(finished: Finished, *, poster: bool) -> str:
    reel = finished.reel
    style = theme.style(cards.palette(finished.template or cards.find("plain"), finished.brand)) + part("page.css")
    script = part("page.js")
    single = len(reel.problems) == 1
    outcome = reel.problems[0].outcome if single else ""
    date = _field(reel, "date")
    shape = "wide" if reel.width > reel.height * 1.2 else "square" if reel.width > reel.height * 0.8 else "tall"
    question_below_video = single and shape == "wide"  # a wide video leaves space for the question below it
    return Template(part("page.html")).substitute(
        policy=f"default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src {digest(style)}; "
        f"script-src {digest(script)}; base-uri 'none'; form-action 'none'",
        title=escape(heading(reel)),
        style=style,
        shape=shape,
        brand=escape(finished.brand.name or str(finished.document["project"]["name"])),
        date=f"<span>{escape(date)}</span>" if date else "",
        heading=escape(heading(reel)),
        outcome=f'<p class="outcome" dir="auto">{escape(outcome)}</p>' if outcome else "",
        width=reel.width,
        height=reel.height,
        poster=f' poster="{POSTER}"' if poster else "",
        chapters="".join(_chapters(reel)),
        paper=f'<div class="paper"><img src="{POSTER}" alt=""></div>' if poster else "",
        question=_ask(reel.problems[0], "h2") if question_below_video else "",
        sections="".join(
            _section(finished, problem, single, asks=not question_below_video) for problem in reel.problems
        ),
        foot=" ".join(filter(None, (escaping.audience(finished.document), *_foot(reel)))),
        data=_data(finished),
        script=script,
    )


def _foot(reel: Reel) -> Iterator[str]:
    """What the quotes are, and what the intervals of these counts mean."""
    yield FOOT
    if any(not count.audited for count in reel.counts.values()):
        yield BY_CHANCE
    if any(count.audited and not count.audited.exact for count in reel.counts.values()):
        yield UNCHECKED


def _data(finished: Finished) -> str:
    """The script's data as JSON that cannot end the script element early. Captions are escaped because WebVTT has
    markup.
    """
    script_data = {
        "burned": finished.burned,
        "language": finished.language,
        "cues": [[cue.start_ms, cue.end_ms, escape(captions.caption_text(cue), quote=False)] for cue in finished.cues],
    }
    text = json.dumps(script_data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _chapters(reel: Reel) -> Iterator[str]:
    """A link for each card and each quote; quotes are numbered."""
    titles = {problem.slug: problem.statement for problem in reel.problems}
    number = questions = 0
    for place in reel.places():
        item = place.item
        if isinstance(item, Clip):
            number += 1
            text, description = str(number), f"Quote {number}, {item.label}, at {_clock(place)}"
        elif item.kind == "chapter":
            text = description = titles.get(item.problem, "")
        else:
            questions += item.kind == "outro"
            question = f"Question {questions}" if len(reel.problems) > 1 else "The question"
            text = {"intro": "Start", "evidence": "The count"}.get(item.kind, question)
            description = f"{text}, at {_clock(place)}"
        yield (
            f'<li><a {_jump(place)} title="{escape(description)}" aria-label="{escape(description)}">{escape(text)}</a></li>'
        )


def _section(finished: Finished, problem: Problem, single: bool, *, asks: bool) -> str:
    """One problem: how many spoke of it, their quotes, who they are, the question."""
    level = "h2" if single else "h3"
    places = [place for place in finished.reel.places() if _problem_of(place) == problem.slug]
    first = 1 + sum(
        isinstance(place.item, Clip)
        for place in finished.reel.places()
        if places and place.first_frame < places[0].first_frame
    )
    quotes = [place for place in places if isinstance(place.item, Clip)]
    header = "" if single else _head(problem)
    quote_list = "".join(_quote(place, number, finished.language) for number, place in enumerate(quotes, first))
    label = "Counts and quotes" if single else problem.statement
    return (
        f'<section class="problem" aria-label="{escape(label)}">{header}{_count_section(finished.reel, problem, level)}'
        + (
            f'<div><{level} class="section">What they said</{level}><ol class="quotes">{quote_list}</ol></div>'
            if quotes
            else ""
        )
        + _evidence(finished.reel, problem)
        + (_ask(problem, level) if asks else "")
        + "</section>\n"
    )


def _ask(problem: Problem, level: str) -> str:
    questions = "".join(f'<p dir="auto">{escape(question)}</p>' for question in problem.question)
    return f'<div class="ask"><{level}>The question</{level}>{questions}</div>'


def _head(problem: Problem) -> str:
    outcome = f'<p class="outcome" dir="auto">{escape(problem.outcome)}</p>' if problem.outcome else ""
    return f'<div><h2 class="statement" dir="auto">{escape(problem.statement)}</h2>{outcome}</div>'


def _count_section(reel: Reel, problem: Problem, level: str) -> str:
    count = reel.counts.get(problem.slug)
    if count is None or not count.of:
        return ""
    words = escape(headline.title(headline.sentence(count)))
    spoke = str(count.figure[0])
    return (
        f'<div class="counted"><{level} class="count">{words.replace(spoke, f"<b>{spoke}</b>", 1)}</{level}>'
        f'{svg_charts.marks(count)}<p class="note">{escape(_certainty(count) + prevalence.left_out(count))}</p></div>'
    )


def _certainty(count: Count) -> str:
    """Who says so, and how certain that is."""
    said = headline.title(headline.basis(count))
    if count.audited:
        return f"{said}."
    low, high = prevalence.interval(count.spoke, count.of)
    share = f"{count.spoke / count.of * 100:.0f} % of the customers with a usable answer"
    return f"{said}: {share} (95 % interval {low * 100:.0f}–{high * 100:.0f} %)."


def _evidence(reel: Reel, problem: Problem) -> str:
    count = reel.counts.get(problem.slug)
    if count is None:
        return ""
    charts = svg_charts.bars(headline.of_parts("By segment", count), count.by_segment)
    charts += svg_charts.months(headline.of_parts("By month", count), count.by_month)
    return f'<div class="evidence">{charts}</div>' if charts else ""


def _quote(place: Place, number: int, language: str) -> str:
    clip = place.item
    assert isinstance(clip, Clip)
    language_attribute = f' lang="{escape(language)}"' if language else ""
    dissent_note = '<span class="against">says the opposite</span>' if clip.moment.dissent else ""
    return (
        f'<li class="quote"><blockquote dir="auto"{language_attribute}>{escape(caption_cues.quote(clip.moment))}</blockquote>'
        f'<p class="by"><a {_jump(place)}><span class="hidden">Play quote {number} at </span>{_clock(place)}</a>'
        f'<span dir="auto">{escape(clip.label)}</span>{dissent_note}</p></li>'
    )


def _jump(place: Place) -> str:
    """A link's target: the middle of the first frame; without the script, the video opens at this time."""
    middle, start, end = (
        frame / place.fps for frame in (place.first_frame + 0.5, place.first_frame, place.first_frame + place.frames)
    )
    return f'href="{VIDEO}#t={middle:.3f}" data-at="{middle:.3f}" data-from="{start:.3f}" data-to="{end:.3f}"'


def _problem_of(place: Place) -> str:
    item = place.item
    return item.problem if isinstance(item, Card) else item.moment.problem


def _field(reel: Reel, name: str) -> str:
    """A field of the intro card."""
    intros: Sequence[Card] = [item for item in reel.items if isinstance(item, Card) and item.kind == "intro"]
    return dict(intros[0].fields).get(name, "") if intros else ""


def _clock(place: Place) -> str:
    return f"{place.start_ms // 60_000}:{place.start_ms // 1000 % 60:02}"
