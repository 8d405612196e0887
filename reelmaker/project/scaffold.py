"""A new project folder: a commented reelmaker.toml and an empty uploads/."""

from __future__ import annotations

from pathlib import Path

from reelmaker.errors import ProjectError
from reelmaker.project.config import FILE

TEXT = """\
# What this survey is about, and how its reels look. This is the only file you need to edit.
# Put the customers' videos into uploads/, then run:  reelmaker build --problem checkout

name = {name}
language = "en"              # the customers' language, or "auto" to recognise it in each answer
# outputs = ["captions", "poster", "quotes"]   # what lies beside the reel; all but the large ones if left out

# One section for each business problem. `statement` and `question` are needed, the rest helps.
[problems.checkout]
statement = "Customers give up while paying"                    # shown on the intro
question = ["What would have to change for paying to take one minute?"]   # one or two; shown at the end
outcome = "Abandoned baskets"                                   # the business outcome it hurts; on the intro
describe = "Trouble while paying: cards refused, forms that fail, surprise costs, having to register."
phrases = ["my card was declined", "I could not finish my order"]   # how customers may put it
not = ["the parcel came late"]                                  # what sounds near but is something else
kind = "pain"                # "pain", "praise" or "any"
stage = "purchase"           # where in the customer's journey
# threshold = 0.6            # for this problem only, instead of the one under [tag]

[reel]
# length = 90                # seconds, cards included
# clip_min = 2               # seconds
# clip_max = 16
# clips_per_customer = 1
# balance = "segment"        # share the places out over a column of responses.csv, as the speakers are
# dissent = false            # true: one customer who says the opposite, before the question at the end
# prefer = "score"           # or "vivid": of those that are sure, concrete and strongly felt ones first
# size = "16:9"              # or "9:16", "1:1", any other shape, or pixels such as "1280x720"
# resolution = 720           # pixels of the shorter side
# fps = 30
# captions = "both"          # "burned" into the picture, "sidecar" files, or "both"
# caption_language = "original"   # "english", or "both": the original with English beneath; needs translate
# template = "plain"         # a card design: plain, bold, dark, or a folder of yours in templates/
# evidence = false           # true: a card of four seconds that draws the count, also by segment
# fill = "blur"              # sides of pictures of another shape: "blur", or the "brand" colour
# audience = "internal"      # "external": only answers with that consent, names only where allowed
# where = {{ segment = ["new"] }}   # only these rows of uploads/responses.csv
# keep_builds = 3            # earlier builds that `reelmaker history` can bring back
# refresh_when = "any change"     # or "1 new clip", "2 better moments": what `build --only-if-changed` waits for

[brand]
# name = "Fernhill"          # shown on the cards; the project's name if you leave it out
# primary = "#0b6e4f"
# accent = "#f2a541"
# background = "#ffffff"
# text = "#1b1b1b"
# logo = "logo.png"          # a picture in this folder
# font = "MyFont.ttf"        # a font file in this folder
# deck = "company.pptx"      # your slide template (.pptx or .potx) in this folder; reel.pptx is built on it

[transcribe]
# engine = "whisper"         # what hears the answers
# model = "base"             # or another Whisper model, or a folder that holds one
# sidecars = true            # use captions that lie beside a video (.srt, .vtt, .json) instead of listening
# customer_channel = "both"  # calls: the side the customer speaks on, "left" or "right"; also a column `channel`
# interviewer = "auto"       # whose questions are not quoted: "first" speaks first, "none" is there; also a column
# translate = false          # true: Whisper says in English what is said in other languages

[tag]
# engine = "meaning"         # or "keywords", which needs no model
# threshold = 0.5            # 0 to 1: how sure before a sentence counts

[compute]
# device = "auto"            # where speech, meaning and faces are computed: "cpu", or "cuda" for an NVIDIA graphics card

[privacy]
# retention = "24 months"    # or days, years: what was made of older answers is erased by a build
# erase_withdrawn = true     # a build erases what was made of an answer whose consent was withdrawn or has ended
# erase_uploads = false      # true: both erase the uploaded file and its row, too
# published = ["Intranet, page Voice of the customer"]   # where copies lie; `reelmaker forget` reminds you of them

[redact]                     # what customers say or show that nobody else should hear or see
# words = ["email", "phone", "card", "iban", "names"]   # taken out of words and sound; without it only told by `status`
# names = ["Jane Doe"]       # beside each customer's own name in responses.csv
# names_file = "names.txt"   # more of them, one a line
# allow = ["0800 123456"]    # no secret: your own hotline, for instance
# blur = "none"              # "faces": no picture shows a face; "external": in reels for outsiders; also a column

# Where new answers come from besides uploads/; `reelmaker fetch` brings them. README, "Answers from elsewhere".
# [[source]]
# name = "spring"
# export = "exports/*.xlsx"  # a table with links: CSV, TSV or XLSX in this folder
# take = "newest"            # of several files, or "all"
# sheet = "Responses"        # of a workbook, if not the first
# layout = "qualtrics"       # or "surveymonkey", "typeform", "videoask", "alida"; without one name the columns
# columns = {{ file = ["Q5", "Q7"], respondent = "Customer", consent = "Q9" }}   # ours = those of the export
# keep = ["Country", "Q1*"]  # further columns
# link = "https://yours.qualtrics.com/Q/File.php?F={{}}"     # where a cell holds only an id
# question = "What got in your way?"                       # where the export has none
# consent_words = {{ "I agree" = "internal", "I do not" = "none" }}
# header_env = {{ X-API-TOKEN = "QUALTRICS_TOKEN" }}         # headers whose values stand in the environment
# header_hosts = [".qualtrics.com"]                        # who may get them
# private_network = false    # true: links to addresses of your own network are followed
# max_mb = 2000              # of one video
# fetch_every = 15           # minutes, while `reelmaker watch` runs
# [[source]]                 # or a folder, a server, a storage: every video below an address
# name = "storage"
# address = "s3://bucket/answers"
# options = {{ key_env = "S3_KEY", secret_env = "S3_SECRET" }}   # of the address

[limits]                     # what one upload may cost before it is refused
# hours = 4
# megapixels = 38            # of a picture
# memory_mb = 6000           # of a process that reads it (Linux)
# minutes = 60               # of work on it

[notify]                     # who is told of a changed reel by `build --notify`; secrets stand in the environment
# webhook = "https://hooks.example.com/reels"
# style = "plain"            # or "slack", "teams"
# secret_env = "REELS_SECRET"     # the variable that holds the secret of the webhook's signature
# email_to = ["cx@example.com"]
# email_from = "reels@example.com"
# smtp_host = "mail.example.com"
# smtp_port = 587
# smtp_tls = "starttls"      # or "tls", "none"
# smtp_user = "reels"
# smtp_password_env = "REELS_MAIL_PASSWORD"
# command = ["./tell.sh"]    # gets the message as JSON
# quotes = false             # true: the message holds customers' words and labels
"""


def new(folder: Path) -> Path:
    """Make the project folder and give back its reelmaker.toml.

    Raises:
        ProjectError: there is a project already, or the folder cannot be made.
    """
    path = folder / FILE
    if path.exists():
        raise ProjectError(f"{path}: there is a project here already.", "Choose another name.")
    try:
        (folder / "uploads").mkdir(parents=True, exist_ok=True)
        name = folder.resolve().name.replace("\\", "\\\\").replace('"', '\\"')
        path.write_text(TEXT.format(name=f'"{name}"'), "utf-8")
    except OSError as problem:
        raise ProjectError(f"{folder}: cannot be made ({problem.strerror}).", "Choose another place.") from None
    return path
