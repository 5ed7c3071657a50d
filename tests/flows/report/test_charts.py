"""Plots as SVG: numbers and words are in them, nothing of them acts, and several may stand on one page."""

import altair as alt
from lxml import etree  # type: ignore[import-untyped]

from flows.report import charts
from tests.flows.report.test_usual import make_answer, make_run
from tests.flows.report.warehouses import IMAGE, SCRIPT, TURNED
from warehouse.reporting import RunLanguage, ScoredSource


def texts(picture: object) -> list[str]:
    return [text for text in etree.fromstring(str(picture)).itertext() if text.strip()]


def score(source: str, quality: float | None) -> ScoredSource:
    return ScoredSource(source, 9, "scored", None, quality, 0.2, 0.9, 0.1, 0, None, None, None)


def test_ids_and_references_carry_the_name_and_styles_go() -> None:
    chart = alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_bar(clip=True, blend="multiply").encode(x="x:Q")
    root = etree.fromstring(str(charts.drawn(chart, "mine", "A title", "A description.")))
    assert root.xpath("//@id[not(starts-with(., 'mine-'))]") == []
    assert root.xpath("//@*[starts-with(., 'url(#')]") != []
    assert root.xpath("//@*[starts-with(., 'url(#')][not(starts-with(., 'url(#mine-'))]") == []
    assert root.xpath("//@style") == []
    assert [root.xpath("string(*[1])"), root.xpath("string(*[2])")] == ["A title", "A description."]


def test_bars_name_their_values_and_tell_what_is_left_out() -> None:
    rows = [(f"source {number}", 100.0 - number, f"{100 - number}") for number in range(15)]
    shown = texts(charts.bars("bars", "Articles", rows))
    assert "source 0: 100" in shown[1]
    assert "and 3 more" in shown[1]
    assert "source 12" not in shown
    assert charts.bars("bars", "Articles", []) is None
    assert charts.bars("bars", "Articles", [("none", 0.0, "0")]) is not None


def test_hostile_labels_are_letters() -> None:
    rows = [(SCRIPT, 3.0, "3"), (IMAGE, 2.0, "2"), (TURNED, 1.0, "1"), ("\x00\x1b[31m \ufffe\ud800", 1.0, "1")]
    root = etree.fromstring(str(charts.bars("bars", "Articles", rows)))
    assert root.xpath("//*[local-name()='script' or local-name()='img' or local-name()='image']") == []
    assert any("<script>" in text for text in root.itertext())
    assert not any("\u202e" in text for text in root.itertext())


def test_one_run_is_no_trend() -> None:
    assert charts.ends_over_time("volume", [make_run()]) is None
    assert charts.contract_trend("contract", [make_answer(failed=3)]) is None
    assert charts.languages_over_time("languages", [make_run()], [RunLanguage("run-0", "en", 9)]) is None


def test_expectations_that_were_always_met_are_not_followed() -> None:
    answers = [make_answer(run_id=f"run-{number}", failed=0) for number in range(3)]
    assert charts.contract_trend("contract", answers) is None


def test_languages_beyond_the_first_are_put_together() -> None:
    runs = [make_run(1, loaded=40), make_run(0, loaded=40)]
    languages = [
        RunLanguage(run.run_id, code, 5) for run in runs for code in ("en", "fr", "de", "es", "it", "pt", "pl")
    ]
    shown = texts(charts.languages_over_time("languages", runs, languages))
    assert "others" in shown
    assert "7 languages" in shown[1]


def test_sources_without_a_number_have_no_point() -> None:
    assert charts.scores("scores", [score("unknown.example", None)]) is None
    shown = texts(charts.scores("scores", [score("low.example", 0.3), score("high.example", 0.8)]))
    assert shown.index("high.example") < shown.index("low.example")
    assert "high.example: 0.80, 0.20 to 0.90" in shown[1]
