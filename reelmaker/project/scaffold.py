"""A new project folder: a commented reelmaker.toml and an empty uploads/; and a new problem in such a file."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection
from pathlib import Path

from reelmaker.errors import ProjectError
from reelmaker.model import Problem
from reelmaker.project import settings_file, toml_writer
from reelmaker.project.config import FILE, Project

TEXT = """\
# What this survey is about and how its reels look. This is the only file you need to edit.
# Put the customers' videos into uploads/, describe a problem below, then run:  reelmaker build --problem checkout

name = {name}
language = "auto"            # recognised in each answer; or the one that all customers speak, such as "en"
# dates = "auto"             # how 03/04/2026 in responses.csv is meant: "day-first" or "month-first", if nothing decides
# outputs = ["captions", "poster", "quotes"]   # files made with the reel; if left out, all but the large ones

# One section for each business problem. `statement` and `question` are required; the rest improves the results.
# This is an example: write your own, without the # in front.
# [problems.checkout]
# statement = "Customers give up while paying"                    # shown on the intro
# question = ["What would have to change for paying to take one minute?"]   # one or two; shown at the end
# outcome = "Abandoned baskets"                                   # the business outcome it hurts; on the intro
# describe = "Trouble while paying: cards refused, forms that fail, surprise costs, having to register."
# phrases = ["my card was declined", "I could not finish my order"]   # how customers might say it
# not = ["the parcel came late"]                                  # what sounds similar but is not meant
# kind = "pain"                # "pain", "praise" or "any"
# stage = "purchase"           # where in the customer's journey
# threshold = 0.6            # for this problem only, instead of the one under [tag]

[reel]
# length = 90                # seconds, cards included
# clip_min = 2               # seconds
# clip_max = 16
# clips_per_customer = 1
# balance = "segment"        # give each group of this column of responses.csv its share of clips
# dissent = false            # true: show one customer who says the opposite, before the final question
# prefer = "score"           # or "vivid": among clear matches, concrete and strongly felt ones first
# size = "16:9"              # or "9:16", "1:1", any other aspect ratio, or pixels such as "1280x720"
# resolution = 720           # pixels of the shorter side
# fps = 30
# captions = "both"          # "burned" into the picture, "sidecar" files, or "both"
# caption_language = "original"   # "english", or "both": the original with English beneath; needs translate
# template = "plain"         # a card design: plain, bold, dark, or your own folder in templates/
# evidence = false           # true: a four-second card that shows the count, also by segment
# fill = "blur"              # borders of videos of another aspect ratio: "blur" or the "brand" colour
# audience = "internal"      # "external": only answers with that consent; names only where allowed
# where = {{ segment = ["new"] }}   # use only these rows of uploads/responses.csv
# keep_builds = 3            # earlier builds kept, which `reelmaker history` can restore
# refresh_when = "any change"     # or "1 new clip", "2 better moments": what `build --only-if-changed` waits for

[brand]
# name = "Fernhill"          # shown on the cards; the project's name if you leave it out
# primary = "#0b6e4f"
# accent = "#f2a541"
# background = "#ffffff"
# text = "#1b1b1b"
# logo = "logo.png"          # an image in this folder
# font = "MyFont.ttf"        # a font file in this folder
# deck = "company.pptx"      # your slide template (.pptx or .potx) in this folder; reel.pptx is built on it

[transcribe]
# engine = "whisper"         # the speech recognition to use
# model = "base"             # or another Whisper model, or a folder that holds one
# sidecars = true            # use captions or transcripts next to a video (.srt, .vtt, .json ...) instead of speech recognition
# customer_channel = "both"  # recorded calls: the customer's channel, "left" or "right"; also the column `channel`
# interviewer = "auto"       # is never quoted; "first": the first voice; "none": there is none; also a column
# vocabulary = ["Fernhill"]  # names that speech recognition does not know: your brands, products, places
# translate = false          # true: Whisper translates other languages into English

[tag]
# engine = "meaning"         # or "keywords", which needs no model
# threshold = 0.5            # 0 to 1: how certain a match must be to count

[compute]
# device = "auto"            # where speech, meaning and faces are computed: "cpu", or "cuda" for an NVIDIA graphics card

[privacy]
# retention = "24 months"    # or days, years: builds erase all data derived from older answers
# erase_withdrawn = true     # builds erase all data derived from answers whose consent was withdrawn or has expired
# erase_uploads = false      # true: erase the uploaded file and its row, too
# access = "owner"           # who on this machine may read reels and words: also the "group", or as the "system" has it
# published = ["Intranet, page Voice of the customer"]   # where you published copies; `reelmaker forget` reminds you

[redact]                     # personal data that customers say or show and nobody else should hear or see
# words = ["email", "phone", "card", "iban", "names"]   # bleeped and removed from texts; if left out, `status` only reports them
# names = ["Jane Doe"]       # in addition to each customer's own name in responses.csv
# names_file = "names.txt"   # more names, one per line
# allow = ["0800 123456"]    # never removed: your own hotline, for instance
# blur = "none"              # "faces": blur every face; "external": only in external reels; also a column

# Where new answers come from besides uploads/; `reelmaker fetch` downloads them; see docs/how-to/fetch-answers.md.
# [[source]]
# name = "spring"
# export = "exports/*.xlsx"  # a table with links: CSV, TSV or XLSX in this folder
# take = "newest"            # if there are several files; or "all"
# sheet = "Responses"        # the sheet of a workbook, if not the first
# layout = "qualtrics"       # or "surveymonkey", "typeform", "videoask", "alida"; without a layout, name the columns
# columns = {{ file = ["Q5", "Q7"], respondent = "Customer", consent = "Q9" }}   # our name = column of the export
# keep = ["Country", "Q1*"]  # further columns to copy
# link = "https://yours.qualtrics.com/Q/File.php?F={{}}"     # if a cell holds only an id
# question = "What got in your way?"                       # if the export has none
# consent_words = {{ "I agree" = "internal", "I do not" = "none" }}
# header_env = {{ X-API-TOKEN = "QUALTRICS_TOKEN" }}         # headers; values come from environment variables
# header_hosts = [".qualtrics.com"]                        # hosts that may receive these headers
# private_network = false    # true: also follow links to your own network
# max_mb = 2000              # largest size of one video
# fetch_every = 15           # minutes, while `reelmaker watch` runs
# [[source]]                 # or a folder, server or cloud storage: every video below an address
# name = "storage"
# address = "s3://bucket/answers"
# options = {{ key_env = "S3_KEY", secret_env = "S3_SECRET" }}   # options for this address

[limits]                     # limits for one upload; larger ones are refused
# hours = 4
# megapixels = 38            # largest picture
# memory_mb = 6000           # memory of the process that reads it (Linux)
# minutes = 60               # processing time

[notify]                     # who gets a message about a changed reel from `build --notify`; secrets come from environment variables
# webhook = "https://hooks.example.com/reels"
# style = "plain"            # or "slack", "teams"
# secret_env = "REELS_SECRET"     # the environment variable with the webhook's signing secret
# email_to = ["cx@example.com"]
# email_from = "reels@example.com"
# smtp_host = "mail.example.com"
# smtp_port = 587
# smtp_tls = "starttls"      # or "tls", "none"
# smtp_user = "reels"
# smtp_password_env = "REELS_MAIL_PASSWORD"
# command = ["./tell.sh"]    # a program that receives the message as JSON
# quotes = false             # true: include customers' words and labels in the message
"""


def new(folder: Path) -> Path:
    """Create the project folder and return the path of its reelmaker.toml.

    Raises:
        ProjectError: a project already exists, or the folder cannot be created.
    """
    path = folder / FILE
    if path.exists():
        raise ProjectError(f"{path}: there is a project here already.", "Choose another name.")
    try:
        (folder / "uploads").mkdir(parents=True, exist_ok=True)
        name = folder.resolve().name.replace("\\", "\\\\").replace('"', '\\"')
        path.write_text(TEXT.format(name=f'"{name}"'), "utf-8")
    except OSError as problem:
        raise ProjectError(f"{folder}: cannot be created ({problem.strerror}).", "Choose another folder.") from None
    return path


LONGEST_SLUG = 24
SMALL_WORDS = frozenset(
    "a an and at can cannot customers do for from give in is it not of on or our the their they to up we while with".split()
)


def add_problem(
    project: Project, statement: str, question: str, outcome: str = "", phrases: tuple[str, ...] = ()
) -> Problem:
    """Write a new problem at the end of reelmaker.toml; what stands there stays as it is.

    Raises:
        ProjectError: the statement or the question is missing, or the file cannot be extended.
    """
    if not statement.strip() or not question.strip():
        raise ProjectError("A problem needs a statement and a question.", "Write both; one sentence each is enough.")
    path = project.folder / FILE
    problem = Problem(
        slug_of(statement, project.problems),
        _one_line(statement),
        (_one_line(question),),
        _one_line(outcome),
        phrases=tuple(filter(None, map(_one_line, phrases))),
    )

    def extended(text: str) -> str:
        longer = text.rstrip() + "\n\n" + toml_writer.section(problem)
        try:
            tomllib.loads(longer)
        except tomllib.TOMLDecodeError:
            raise ProjectError(
                f"{path}: no problem can be added at its end.", "Write the problem into the file yourself."
            ) from None
        return longer

    settings_file.changed(project.folder, settings_file.digest(project.folder), extended)
    return problem


def slug_of(statement: str, taken: Collection[str]) -> str:
    """A short name made of a statement's telling words, such as `paying`; one that is not taken."""
    plain = unicodedata.normalize("NFKD", statement).encode("ascii", "ignore").decode().casefold()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in SMALL_WORDS]
    short = ""
    for word in words:
        if short and len(short) + 1 + len(word) > LONGEST_SLUG:
            break
        short = f"{short}-{word}" if short else word[:LONGEST_SLUG]
    short = short if short and short != "all" else "problem"
    slug, number = short, 1
    while slug in taken:
        number += 1
        slug = f"{short}-{number}"
    return slug


def _one_line(text: str) -> str:
    return " ".join(text.split())
