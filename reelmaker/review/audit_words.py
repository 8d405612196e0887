"""The words of an audit, for the command line and the review window: its question, and its result beyond the count. Pure."""

from __future__ import annotations

from reelmaker.model.audit import Audited, Rate

ASKS = {
    "pain": "Does this customer complain about it",
    "praise": "Does this customer praise it",
    "any": "Is this customer's answer about it",
}


def result(audited: Audited, again: str = "use --again") -> list[str]:
    """The audit's result beyond the count, one line each; `again` says how a new sample is drawn."""
    if not audited.complete:
        open_customers = f"{audited.open} more customer{'' if audited.open == 1 else 's'}"
        return [
            f"{open_customers} to check; the estimate follows when all are checked. So far: {audited.low}–{audited.high} of {audited.of}."
        ]
    if audited.same:
        lines = [
            f"The program counted {audited.counted} when the sample was drawn.",
            f"Of the customers it counts, {_rate(audited.precision)} are right. Of those it should count, it finds {_rate(audited.recall)}.",
        ]
    else:
        lines = [
            f"The program counted {audited.counted} when the sample was drawn, and of the same customers {audited.today} now.",
            f"Then: of the customers it counted, {_rate(audited.precision)} were right; of those it should count, it found "
            f"{_rate(audited.recall)}. To measure it as it is now, {again}.",
        ]
    if audited.unsure:
        lines.append(f"{audited.unsure} unsure: the interval covers both a yes and a no for them.")
    if audited.new:
        lines.append(
            f"{audited.new} came later: the interval covers every possible answer of theirs. Run it again to check some of them."
        )
    return lines


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return "(too few checked to say)"
    return f"{rate.value:.0%} ({rate.low * 100:.0f}–{rate.high:.0%})".replace("%", " %")
