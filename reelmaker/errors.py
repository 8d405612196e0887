"""Every error a user can meet. Each carries what happened and what to do next.

ReelmakerError                 exit 1
├── ProjectError               reelmaker.toml or the folder is not usable
│   ├── UnknownProblem         the problem is not in the file
│   ├── UnknownMoment          no moment, or more than one, has that name
│   └── UnknownPerson          nobody, or more than one person, is called that
├── UploadError                one upload cannot be used; the others go on
├── TranscriptError            a caption file or transcript beside an upload cannot be read
├── ModelError                 no model, half a model, wrong digest
├── TemplateError              a card template is missing or broken
├── RenderError                ffmpeg could not make a piece or the reel
├── CheckFailed                the finished reel is not as it should be; the old one stays
├── DiskFull                   no room for the work; the old reel is untouched
├── NothingFound               nothing speaks to this problem             exit 4
└── AnotherBuild               another build of this project is running   exit 75
"""

from __future__ import annotations


class ReelmakerError(Exception):
    """Base of all: `message` says what happened (and to which file), `remedy` what to do next."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.message, self.remedy)


class ProjectError(ReelmakerError):
    """reelmaker.toml or the project folder is not usable."""


class UnknownProblem(ProjectError):
    """The problem named is not in reelmaker.toml."""


class UnknownMoment(ProjectError):
    """No moment, or more than one, is called by that name."""


class UnknownPerson(ProjectError):
    """Nobody, or more than one person, is called by that name."""


class UploadError(ReelmakerError):
    """One upload cannot be used."""


class TranscriptError(ReelmakerError):
    """A caption file or transcript beside an upload cannot be read."""


class ModelError(ReelmakerError):
    """A model is missing, incomplete or not the one it claims to be."""


class TemplateError(ReelmakerError):
    """A card template is missing or broken."""


class RenderError(ReelmakerError):
    """ffmpeg could not make a piece or the reel."""


class CheckFailed(ReelmakerError):
    """The finished reel is not as it should be."""


class DiskFull(ReelmakerError):
    """There is no room left for the work."""


class NothingFound(ReelmakerError):
    """Nothing in the uploads speaks to the problem."""

    exit_code = 4


class AnotherBuild(ReelmakerError):
    """Another build of the same project holds the lock."""

    exit_code = 75
