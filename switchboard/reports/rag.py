"""Red, amber, green: whether a measure meets what was agreed, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.measures.share import Share
from switchboard.reports.figures import WAIT_MS, Figures, within
from switchboard.uat.gates import Light, Limits

_WORST_FIRST = (Light.RED, Light.AMBER, Light.GREEN)
MEANING = {
    Light.GREEN: "meets it, and surely so (95%)",
    Light.AMBER: "meets it, but may do so by chance; or nothing is known yet",
    Light.RED: "does not meet it",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """`share` of `of` against `wanted`, in words."""

    name: str
    wanted: str
    share: Share
    light: Light


def measures(figures: Figures, limits: Limits | None = None) -> tuple[Measure, ...]:
    """The measures that calls themselves show, against the limits of the roll-out's gates.

    Containment has none: an operator who is asked for is no failure.
    """
    limits = limits or Limits()
    right = Share(figures.contained - figures.misrouted, figures.contained + figures.failed)
    wrong = Share(figures.misrouted, figures.contained)
    in_time = Share(*within(figures.waits or [0] * (len(WAIT_MS) + 1), WAIT_MS, 800))
    return (
        _at_least("Put through rightly, of those who said a name", right, limits.correct),
        _at_most("Put through wrongly, of those put through", wrong, limits.wrong),
        _at_least("Decided within 0.8 seconds", in_time, limits.in_time),
    )


def worst(lights: list[Light]) -> Light:
    """That of the whole; amber of nothing."""
    return next((light for light in _WORST_FIRST if light in lights), Light.AMBER)


def _at_least(name: str, share: Share, least: float) -> Measure:
    meets, surely = share.value >= least, share.interval[0] >= least
    return Measure(name, f"at least {least:.0%}", share, _light(share, meets=meets, surely=surely))


def _at_most(name: str, share: Share, most: float) -> Measure:
    meets, surely = share.value <= most, share.interval[1] <= most
    return Measure(name, f"at most {most:.0%}", share, _light(share, meets=meets, surely=surely))


def _light(share: Share, *, meets: bool, surely: bool) -> Light:
    if not share.total or (meets and not surely):
        return Light.AMBER
    return Light.GREEN if meets else Light.RED
