"""Every error a user can meet. Each carries what happened and what to do next.

ReelmakerError                 exit 1
├── ProjectError               reelmaker.toml or the folder is not usable
│   ├── InvalidSetting         a setting of reelmaker.toml has a wrong value or name
│   ├── SettingsChanged        reelmaker.toml was edited elsewhere meanwhile
│   ├── UnknownProblem         the problem is not in the file
│   ├── UnknownMoment          no moment has that name, or several do
│   └── UnknownPerson          no person matches, or several do
├── UploadError                one upload cannot be used; the others go on
├── TranscriptError            a caption or transcript sidecar of an upload cannot be read
├── ModelError                 a model is missing, incomplete or has a wrong checksum
├── TemplateError              a card template is missing or broken
├── RenderError                ffmpeg could not make a piece or the reel
├── CheckFailed                the finished reel failed a quality check; the current one is kept
├── ScheduleError              the system's scheduler is missing or refuses
├── DiskFull                   no disk space left; the current reel is untouched
├── NothingFound               no answer is about this problem            exit 4
└── AnotherBuild               another build of this project is running   exit 75
"""

from __future__ import annotations


class ReelmakerError(Exception):
    """Base of all errors: `message` says what happened (and to which file), `remedy` what to do next."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def __reduce__(self) -> tuple[type, tuple[str, ...]]:
        return type(self), (self.message, self.remedy)


class ProjectError(ReelmakerError):
    """reelmaker.toml or the project folder is not usable."""


class InvalidSetting(ProjectError):
    """A setting of reelmaker.toml has a wrong value or name: `fault` says how, without file and line."""

    def __init__(self, message: str, remedy: str = "", section: str = "", key: str = "", fault: str = "") -> None:
        super().__init__(message, remedy)
        self.section, self.key, self.fault = section, key, fault

    def __reduce__(self) -> tuple[type, tuple[str, ...]]:
        return type(self), (self.message, self.remedy, self.section, self.key, self.fault)


class SettingsChanged(ProjectError):
    """reelmaker.toml was edited elsewhere since it was shown; nothing was written."""


class UnknownProblem(ProjectError):
    """The problem named is not in reelmaker.toml."""


class UnknownMoment(ProjectError):
    """No moment has that name, or several do."""


class UnknownPerson(ProjectError):
    """No person matches that name, or several do."""


class UploadError(ReelmakerError):
    """One upload cannot be used."""


class TranscriptError(ReelmakerError):
    """A caption or transcript sidecar of an upload cannot be read."""


class ModelError(ReelmakerError):
    """A model is missing, incomplete or has a wrong checksum."""


class TemplateError(ReelmakerError):
    """A card template is missing or broken."""


class RenderError(ReelmakerError):
    """ffmpeg could not make a piece or the reel."""


class CheckFailed(ReelmakerError):
    """The finished reel failed a quality check."""


class ScheduleError(ReelmakerError):
    """The system's scheduler is missing, refuses, or cannot handle a path."""


class DiskFull(ReelmakerError):
    """There is no disk space left for the work."""


class NothingFound(ReelmakerError):
    """No uploaded answer is about the problem."""

    exit_code = 4


class AnotherBuild(ReelmakerError):
    """Another build of the same project holds the lock."""

    exit_code = 75
