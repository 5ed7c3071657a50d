"""The flow picture: where the documents of a run went, as bands as wide as their numbers.

A layout in the units of an SVG picture; drawing it is the template's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.report import words
from warehouse.reporting import QuarantineExample, RunFacts

WIDTH = 960.0
TALL = 210.0
"""Height of the band that stands for all documents that were read."""
THIN = 2.5
"""Least width of a band, so that nine documents of twenty thousand can be seen."""
BAR = 14.0
SLOT = 44.0
"""Least height for a bar with its two lines of words."""
TOP = 10.0
SHOWN_REASONS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """Documents that are at one place."""

    name: str
    number: int
    share: str
    kind: str
    """Names the colour: read, loaded, quarantined, duplicates or unchanged."""
    x: float
    y: float
    height: float

    @property
    def words_y(self) -> float:
        """Base line of the number: beside the middle of a wide bar, at a thin one."""
        return self.y + self.height / 2 + 5


@dataclass(frozen=True, slots=True)
class Band:
    """Documents on their way from one bar to another."""

    kind: str
    path: str
    """The outline, as the ``d`` of an SVG path."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The whole picture."""

    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    number: int
    kind: str
    after: int | None
    """Number of the place that its documents come from."""
    column: int


def stream_of(run: RunFacts, quarantine: Sequence[QuarantineExample]) -> Stream | None:
    """The picture of a run; None where nothing was read."""
    return _laid_out(_places(run, quarantine), run.read) if run.read else None


def _places(run: RunFacts, quarantine: Sequence[QuarantineExample]) -> list[_Place]:
    places = [_Place("read", run.read, "read", None, 0)]
    ends = (
        ("loaded", run.loaded, "loaded"),
        ("quarantined", run.quarantined, "quarantined"),
        ("duplicates", run.duplicates, "duplicates"),
        ("known already", run.unchanged, "unchanged"),
    )
    for name, number, kind in ends:
        if number:
            places.append(_Place(name, number, kind, 0, 1))
    at = {place.kind: index for index, place in enumerate(places)}
    if run.loaded:
        parts = (("new articles", run.loaded - run.revised), ("new versions of known ones", run.revised))
        places += [_Place(name, number, "loaded", at["loaded"], 2) for name, number in parts if number]
    if run.quarantined:
        reasons = [(group[0].reason, group[0].documents) for group in words.grouped(quarantine, "stage", "reason")]
        named = reasons[:SHOWN_REASONS]
        other = run.quarantined - sum(number for _, number in named)
        named += [("other reasons", other)] if other > 0 else []
        places += [_Place(words.shown(name, 40), number, "quarantined", at["quarantined"], 2) for name, number in named]
    return places


def _laid_out(places: Sequence[_Place], read: int) -> Stream:
    thick = [max(THIN, place.number * TALL / read) for place in places]
    for index in range(len(places)):
        out = sum(thick[other] for other, each in enumerate(places) if each.after == index)
        thick[index] = max(thick[index], out)
    tops = [0.0] * len(places)
    bottoms = dict.fromkeys((0, 1, 2), TOP)
    for index, place in enumerate(places):
        above = max(0.0, (SLOT / 2 - thick[index]) / 2)  # a thin bar has its words beside it, half of them higher up
        tops[index] = bottoms[place.column] + above
        bottoms[place.column] += max(thick[index] + THIN * 4, SLOT)
    step = (WIDTH - 250 - BAR) / 2
    bars = [
        Bar(place.name, place.number, words.share(place.number / read), place.kind, place.column * step, top, height)
        for place, top, height in zip(places, tops, thick, strict=True)
    ]
    return Stream(tuple(bars), tuple(_bands(places, bars)), WIDTH, max(bottoms.values()) + TOP)


def _bands(places: Sequence[_Place], bars: Sequence[Bar]) -> list[Band]:
    used = [0.0] * len(bars)
    bands = []
    for place, target in zip(places, bars, strict=True):
        if place.after is None:
            continue
        source = bars[place.after]
        start = source.y + used[place.after]
        used[place.after] += target.height
        bands.append(Band(place.kind, _outline(source.x + BAR, start, target.x, target.y, target.height)))
    return bands


def _outline(left: float, start: float, right: float, end: float, height: float) -> str:
    middle = (left + right) / 2
    return (
        f"M{left:.1f},{start:.1f}C{middle:.1f},{start:.1f} {middle:.1f},{end:.1f} {right:.1f},{end:.1f}"
        f"V{end + height:.1f}C{middle:.1f},{end + height:.1f} {middle:.1f},{start + height:.1f} "
        f"{left:.1f},{start + height:.1f}Z"
    )
