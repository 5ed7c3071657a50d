"""The plots: Altair charts turned into SVG by vl-convert, without a browser and without the network.

Measured: 0.9 s CPU for the first plot of a process, 0.05 s for each further one. Colours are CSS variables of the page,
so that plots follow it into the dark.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped]
from markupsafe import Markup

from flows.report import words
from flows.report.usual import Compared
from warehouse.reporting import ContractAnswer, RunFacts, RunLanguage, ScoredSource

if TYPE_CHECKING:
    import altair as alt

WIDTH = 340
"""Of a plot that a telephone shows without scrolling, with letters of its own size."""
WIDE = 900
LETTER = 7.6
"""Width of a letter of a label in a wide font; plots have 12 pixels a line."""
ROW = 22
"""Height of a row of bars."""
SHOWN_BARS = 12
SHOWN_EXPECTATIONS = 14
SHOWN_RUNS = 8
"""Columns of the contract's table of colours."""
SHOWN_SCORES = 25
SHOWN_LANGUAGES = 6

INK, SOFT, LINE = "var(--ink)", "var(--soft)", "var(--line)"
COLOURS = {
    "loaded": "var(--loaded)",
    "quarantined": "var(--quarantined)",
    "duplicates": "var(--duplicates)",
    "unchanged": "var(--unchanged)",
}
SERIES = [f"var(--series-{number})" for number in range(1, 7)]

_SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: alt.TopLevelMixin, name: str, title: str, description: str) -> Markup:
    """A chart as SVG for the page: scaled to its place, told to screen readers, without a style of its own.

    Args:
        name: unique in the page; ids inside the picture are made from it.
    """
    import vl_convert

    root = etree.fromstring(vl_convert.vegalite_to_svg(chart.to_dict()).encode(), _parser())
    root.attrib.pop("class", None)
    _own_ids(root, name)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = etree.Element(f"{_SVG}{tag}", id=f"{name}-{tag}")
        element.text = text
        root.insert(position, element)
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704  (serialised by lxml, which escapes all text)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _own_ids(root: Any, name: str) -> None:
    """Ids and references to them begin with the picture's name; style attributes go, for the page's policy.

    So do roles of parts, which would need names of their own: the picture has one, and it says everything.
    """
    for element in root.iter():
        for key in ("style", "role", "aria-roledescription"):
            element.attrib.pop(key, None)
        if "id" in element.attrib:
            element.set("id", f"{name}-{element.get('id')}")
        for key, value in element.attrib.items():
            if value.startswith("url(#"):
                element.set(key, value.replace("url(#", f"url(#{name}-"))


def bars(
    name: str, title: str, rows: Sequence[tuple[str, float, str]], colour: str = SERIES[0], unit: str = ""
) -> Markup | None:
    """Horizontal bars: label, value, and the words beside the bar. None where there is nothing to show."""
    import altair as alt

    if not rows:
        return None
    shown, more = words.first(rows, SHOWN_BARS)
    values = [{"label": words.shown(label, 22), "value": value, "text": text} for label, value, text in shown]
    room = _room([str(row["label"]) for row in values])
    most = max(value for _, value, _ in shown) * 1.4 or 1  # the words beside the longest bar need a place
    base = alt.Chart(alt.InlineData(values=values), width=WIDTH - room, height={"step": ROW}).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=_label_axis(room)),
        x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, most])),
    )
    texts = base.mark_text(align="left", dx=5, color=INK).encode(text="text:N")
    told = "; ".join(f"{row['label']}: {row['text']}" for row in values) + (f"; and {more} more" if more else "")
    chart = base.mark_bar(color=colour, height={"band": 0.72}) + texts
    return drawn(_styled(chart), name, title, f"{told}{unit}.")


def ends_over_time(name: str, runs: Sequence[RunFacts], usual: Compared | None = None) -> Markup | None:
    """What became of the documents of each run, as stacked columns; the middle of the earlier runs as a line."""
    import altair as alt

    if len(runs) < 2:  # noqa: PLR2004  (one column is no trend)
        return None
    order = list(COLOURS)
    labels = _labels({run.run_id: run.started_at for run in runs})
    values = [
        {"run": labels[run.run_id], "end": end, "number": getattr(run, end), "order": order.index(end)}
        for run in reversed(runs)
        for end in order
    ]
    chart: Any = (
        alt.Chart(alt.InlineData(values=values), width=WIDE - 80, height=180)
        .mark_bar()
        .encode(
            x=alt.X("run:N", sort=None, title=None, axis=_run_axis()),
            y=alt.Y("number:Q", title="documents", axis=alt.Axis(tickCount=4, format=",d")),
            color=_ends_scale(),
            order="order:Q",
        )
    )
    if usual is not None and usual.middle is not None:
        rule = alt.Chart(alt.InlineData(values=[{"middle": usual.middle}])).mark_rule(color=INK, strokeDash=[5, 4])
        chart = chart + rule.encode(y="middle:Q")
    told = f"{len(runs)} runs; the newest read {runs[0].read:,} documents and loaded {runs[0].loaded:,}."
    return drawn(_styled(chart), name, "What became of the documents of each run", told)


def _ends_scale() -> alt.Color:
    import altair as alt

    scale = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    return alt.Color("end:N", scale=scale, legend=alt.Legend(title=None, orient="top"))


def contract_trend(name: str, answers: Sequence[ContractAnswer]) -> Markup | None:
    """Share of failing rows by expectation and run, for expectations that were not always met."""
    import altair as alt

    times = {answer.run_id: answer.checked_at for answer in answers}
    labels = dict(list(_labels(times).items())[-SHOWN_RUNS:])
    recent = [answer for answer in answers if answer.run_id in labels]
    rows = unmet(recent)[:SHOWN_EXPECTATIONS]
    if len(labels) < 2 or not rows:  # noqa: PLR2004  (one column is no trend)
        return None
    values = [
        {
            "run": labels[answer.run_id],
            "expectation": words.shown(answer.expectation, 40),
            "share": failing(answer) or 0.0,
            "text": words.share(failing(answer)),
        }
        for answer in recent
        if answer.expectation in rows
    ]
    base = alt.Chart(alt.InlineData(values=values), width={"step": 62}, height={"step": ROW}).encode(
        x=alt.X(
            "run:N",
            sort=list(labels.values()),
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=0,
                ticks=False,
                domain=False,
                labelExpr="split(datum.label, ', ')",
                labelPadding=18,
            ),
        ),
        y=alt.Y("expectation:N", sort=list(rows), title=None, axis=_label_axis(_room(rows))),
    )
    opacity = alt.Opacity("share:Q", scale=alt.Scale(type="sqrt", domain=[0, 1], range=[0, 0.6]), legend=None)
    cells = base.mark_rect(color=COLOURS["quarantined"], stroke=LINE).encode(opacity=opacity)
    chart = cells + base.mark_text(color=INK, fontSize=11).encode(text="text:N")
    return drawn(
        _styled(chart),
        name,
        "Share of articles that did not meet an expectation, run by run",
        f"{len(rows)} expectations over {len(labels)} runs, the newest to the right; the table below has the figures.",
    )


def unmet(answers: Sequence[ContractAnswer]) -> list[str]:
    """Expectations that were not met at least once, those with the largest share of failing rows first."""
    worst: dict[str, float] = {}
    for answer in answers:
        if answer.failed or answer.batches_failed:
            worst[answer.expectation] = max(worst.get(answer.expectation, 0.0), failing(answer) or 0.0)
    return sorted(worst, key=lambda expectation: (-worst[expectation], expectation))


def failing(answer: ContractAnswer) -> float | None:
    """Share of the rows asked that did not meet it, 0..1."""
    return words.part(answer.failed, answer.checked)


def languages_over_time(name: str, runs: Sequence[RunFacts], languages: Sequence[RunLanguage]) -> Markup | None:
    """Share of each language among the articles of each run, as stacked columns."""
    import altair as alt

    loaded = [run for run in reversed(runs) if run.loaded]
    totals: dict[str, int] = {}
    for one in languages:
        totals[one.language] = totals.get(one.language, 0) + one.articles
    if len(loaded) < 2 or len(totals) < 2:  # noqa: PLR2004  (no trend, no mix)
        return None
    named = sorted(totals, key=lambda code: (-totals[code], code))[: SHOWN_LANGUAGES - 1]
    labels = {code: words.language(code) for code in named}
    values: dict[tuple[str, str], float] = {}
    sizes = {run.run_id: run.loaded for run in loaded}
    positions = _labels({run.run_id: run.started_at for run in loaded})
    for one in languages:
        if one.run_id in sizes:
            key = (positions[one.run_id], labels.get(one.language, "others"))
            values[key] = values.get(key, 0.0) + one.articles / sizes[one.run_id]
    order = [*labels.values(), *(["others"] if len(totals) > len(named) else [])]
    rows = [
        {"run": run, "language": language, "share": value, "order": order.index(language)}
        for (run, language), value in values.items()
    ]
    chart = (
        alt.Chart(alt.InlineData(values=rows), width=WIDE - 80, height=150)
        .mark_bar()
        .encode(
            x=alt.X("run:N", sort=list(positions.values()), title=None, axis=_run_axis()),
            y=alt.Y(
                "share:Q", title="articles", axis=alt.Axis(format="%", tickCount=4), scale=alt.Scale(domain=[0, 1])
            ),
            color=alt.Color(
                "language:N",
                scale=alt.Scale(domain=order, range=SERIES),
                legend=alt.Legend(title=None, orient="top"),
            ),
            order="order:Q",
        )
    )
    return drawn(_styled(chart), name, "Languages of each run", f"Mostly {order[0]}; {len(totals)} languages in all.")


def scores(name: str, sources: Sequence[ScoredSource]) -> Markup | None:
    """Quality of sources with its 90% interval, best first. None where no source has a number."""
    import altair as alt

    numbered = [source for source in sources if source.quality is not None][:SHOWN_SCORES]
    numbered.sort(key=lambda source: (-(source.quality or 0.0), source.source))
    if not numbered:
        return None
    values = [
        {
            "source": words.shown(source.source, 20),
            "quality": source.quality,
            "low": source.quality_low,
            "high": source.quality_high,
            "status": source.status,
        }
        for source in numbered
    ]
    room = _room([str(row["source"]) for row in values])
    y = alt.Y("source:N", sort=None, title=None, axis=_label_axis(room))
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.InlineData(values=values), width=WIDTH - room, height={"step": ROW}).encode(y=y)
    axis = alt.Axis(tickCount=5, title="judged quality")
    interval = base.mark_rule(color=SOFT, strokeWidth=3, strokeCap="round").encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
    )
    point = base.mark_point(filled=True, size=90, opacity=1).encode(
        x="quality:Q",
        color=alt.Color(
            "status:N",
            scale=alt.Scale(domain=["scored", "style only"], range=[SERIES[0], SERIES[4]]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        shape=alt.Shape("status:N", scale=alt.Scale(domain=["scored", "style only"], range=["circle", "diamond"])),
    )
    half = alt.Chart(alt.InlineData(values=[{"half": 0.5}])).mark_rule(color=SOFT, strokeDash=[4, 4]).encode(x="half:Q")
    told = "; ".join(
        f"{row['source']}: {row['quality']:.2f}, {row['low']:.2f} to {row['high']:.2f}" for row in values[:SHOWN_BARS]
    )
    return drawn(_styled(half + interval + point), name, "Credibility of sources with intervals", f"{told}.")


def _run_axis() -> alt.Axis:
    import altair as alt

    return alt.Axis(labelAngle=0, ticks=False, labelOverlap="greedy", labelSeparation=6)


def _room(labels: Sequence[str]) -> float:
    """Width that labels may take in the reader's font, which is wider than the one that the plot is made with."""
    return max(map(len, labels)) * LETTER + 8


def _label_axis(room: float) -> alt.Axis:
    import altair as alt

    return alt.Axis(ticks=False, domain=False, labelLimit=room * 2, minExtent=room)


def _labels(times: Mapping[str, dt.datetime]) -> dict[str, str]:
    """A label for each run, in the order of time, and never the same for two: a scale would take them for one."""
    labels: dict[str, str] = {}
    for run_id in sorted(times, key=lambda each: (times[each], each)):
        label = f"{times[run_id].day} {times[run_id]:%b, %H:%M}"
        same = sum(other.split(" (")[0] == label for other in labels.values())
        labels[run_id] = f"{label} ({same + 1})" if same else label
    return labels


def _styled(chart: Any) -> alt.TopLevelMixin:
    styled: alt.TopLevelMixin = (
        chart.configure(background="transparent", aria=False, font="sans-serif", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=LINE,
            domainColor=LINE,
            tickColor=LINE,
        )
        .configure_legend(labelColor=INK, labelFontSize=12, symbolType="square", columnPadding=24)
        .configure_text(fontSize=12)
    )
    return styled
