"""A fair sample: places allocated by the values of a column, and the order in which things were said. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reelmaker.model import Moment, Response


def places(speakers: Mapping[str, int], seats: int) -> dict[str, int]:
    """Places for each value by largest remainder; each value that has a speaker gets one while there are places.

    Args:
        speakers: value -> number of speakers, which is also the most places it can get.
    """
    values = sorted((value for value in speakers if speakers[value] > 0), key=lambda v: (-speakers[v], v))
    total = sum(speakers[value] for value in values)
    seats = min(seats, total)
    given = dict.fromkeys(speakers, 0)
    for value in values[:seats]:
        given[value] = 1
    for _ in range(seats - min(seats, len(values))):
        open_ones = [value for value in values if given[value] < speakers[value]]
        given[max(open_ones, key=lambda v: (seats * speakers[v] / total - given[v], speakers[v]))] += 1
    return given


def in_spoken_order(moments: Sequence[Moment], responses: Mapping[str, Response]) -> list[Moment]:
    """The same places for the same customers, but with the moments of each customer in the order they were said."""

    def person(moment: Moment) -> str:
        return responses[moment.span.response].person

    def spoken_at(moment: Moment) -> tuple[str, str, int]:
        response = responses[moment.span.response]
        return response.date, response.file, moment.span.start_ms

    own: dict[str, list[Moment]] = {}
    for moment in sorted(moments, key=spoken_at):
        own.setdefault(person(moment), []).append(moment)
    return [own[person(moment)].pop(0) for moment in moments]
