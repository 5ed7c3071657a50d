"""The contract of the repository judged by Great Expectations, every entry by its own examples; and the gate."""

from __future__ import annotations

import dataclasses
import datetime as dt
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.facts import ARTICLE_FACTS, BATCH_FACTS, ROW, article_facts, batch_facts
from expectations.suites import ContractError, judge, suite
from expectations.thresholds import FACTS, Contract, Expectation, Value, parse_thresholds
from expectations.validate import ContractReport, validate_articles, validate_batch
from tests.builders import TEXT, make_article
from transforms.records import Article, BatchFacts, Rejection, to_table

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = parse_thresholds((ROOT / "expectations" / "thresholds.toml").read_text(encoding="utf-8"))
BY_NAME = {expectation.name: expectation for expectation in CONTRACT.expectations}
TODAY = dt.date(2025, 3, 15)


def numbered(count: int, **changes: Any) -> list[Article]:
    """Articles that keep the contract together: ids, texts and titles differ."""
    return [
        make_article(**{"doc_id": f"{n:024x}", "text": f"{TEXT} Report {n}.", "title": f"Report {n}", **changes})
        for n in range(count)
    ]


def validated(*articles: Article, contract: Contract = CONTRACT) -> ContractReport:
    return validate_articles(to_table(articles, Article), contract, TODAY)


def rejected(*articles: Article) -> list[Rejection]:
    return list(validated(*articles).rejections)


def broken_names(*articles: Article) -> list[str]:
    return [result.expectation for result in validated(*articles).results if result.failed]


# ------------------------------------------------------------------ every entry by its own examples


def column_of(expectation: Expectation, values: tuple[Value, ...]) -> pd.DataFrame:
    kind = FACTS[expectation.suite][expectation.column].kind
    dtype = {"text": "str", "number": "float64", "flag": "bool"}[kind]
    index = pd.RangeIndex(len(values), name=ROW)
    return pd.DataFrame({expectation.column: pd.Series(list(values), dtype=dtype, index=index)})


@pytest.mark.parametrize("name", BY_NAME)
def test_examples_beside_an_expectation_break_and_keep_it(name: str) -> None:
    expectation = BY_NAME[name]
    for values in expectation.breaks:
        (verdict,) = judge(column_of(expectation, values), "example", [expectation])
        assert verdict.failing_rows == tuple(range(len(values))), values
        assert not verdict.success
    for values in expectation.keeps:
        (verdict,) = judge(column_of(expectation, values), "example", [expectation])
        assert verdict.failing_rows == (), values
        assert verdict.success


# ------------------------------------------------------------------ every entry by an article or a batch

BREAKING_ARTICLES: dict[str, dict[str, Any]] = {
    "document id missing": {"doc_id": None},
    "text empty": {"text": " \u00a0\u200b\n"},
    "not an article": {"is_article": False, "article_reason": "link list: 14 of 16 lines"},
    "text too short": {"text": "Bridge reopens, council says.", "word_count": 4},
    "text too long": {"text": "word " * 80_001},
    "text hash malformed": {"text_sha256": "E3B0"},
    "signature malformed": {"minhash": bytes(64)},
    "characters lost": {"text": TEXT + "\ufffd" * 10},
    "binary data": {"text": TEXT + "\x00\x1b" * 5},
    "language code unknown": {"language": "english"},
    "published in the future": {"published_on": TODAY + dt.timedelta(days=2)},
    "published before 1800": {"published_on": dt.date(1, 1, 1)},
    "web address malformed": {"url": "javascript:alert('https://x')"},
    "title missing": {"title": None},
    "title too long": {"title": "Bridge " * 50},
    "title of an error page": {"title": "404 Not Found"},
    "publication date missing": {"published_on": None},
    "placeholder date": {"published_on": dt.date(1970, 1, 1)},
    "modified before published": {"modified_on": dt.date(2024, 4, 1)},
    "source unknown": {"domain": None},
    "language undetermined": {"language": "und", "language_reason": "too short"},
    "text very short": {"word_count": 30},
    "text very long": {"text": "word " * 16_001},
    "mostly stripped": {"stripped_char_count": 2 * len(TEXT)},
    "garbled characters": {"text": TEXT + " The councilâ€™s dÃ©cision."},
    "control characters in text": {"text": TEXT + "\x1b"},
    "text in capitals": {"text": TEXT.upper()},
    "sentences too long": {"word_count": 90, "sentence_count": 1},
    "words too long": {"text": "QmFzZTY0" * 100, "word_count": 25},
    "authors doubtful": {"authors": ("Ana Ruiz", "3 hours ago")},
    "main text doubtful": {"extraction_confidence": 0.4},
    "credit too long": {"dateline": "HARBOUR CITY " * 10},
}

PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "document id repeated": ({}, {"text": TEXT + " More.", "title": "Another"}),
    "text hash repeated": ({}, {"doc_id": "b", "title": "Another"}),
    "title shared by several texts": ({}, {"doc_id": "b", "text": TEXT + " More."}),
}

BREAKING_BATCHES: dict[str, dict[str, Any]] = {
    "batch too large": {"document_count": 100_001},
    "nearly everything quarantined": {"quarantine_share": 0.9},
    "languages mostly undetermined": {"undetermined_share": 0.6},
    "texts mostly fragments": {"median_word_count": 12.0},
    "many quarantined": {"quarantine_share": 0.4},
    "languages often undetermined": {"undetermined_share": 0.2},
    "language mix shifted": {"language_shift": 0.7},
    "texts shorter than usual": {"median_word_count": 80.0},
    "texts of a source less sure than usual": {"confidence_drop": 0.3},
}


def make_facts(**changes: Any) -> BatchFacts:
    values: dict[str, Any] = {
        "document_count": 1000,
        "article_count": 950,
        "quarantine_share": 0.05,
        "undetermined_share": 0.01,
        "language_shift": 0.05,
        "median_word_count": 640.0,
        "confidence_drop": 0.01,
        "confidence_drop_source": "news.example",
    }
    return BatchFacts(**(values | changes))


def test_records_that_break_an_expectation_name_one_of_the_contract() -> None:
    """An expectation that is added needs no record here: its own examples are judged above."""
    assert set(BREAKING_ARTICLES) | set(PAIRS) <= {each.name for each in CONTRACT.of("article")}
    assert set(BREAKING_BATCHES) <= {each.name for each in CONTRACT.of("batch")}


def test_a_sound_article_keeps_the_whole_contract() -> None:
    report = validated(*numbered(3))
    assert report.rejections == ()
    assert [result.expectation for result in report.results] == [each.name for each in CONTRACT.of("article")]
    assert {(result.success, result.failed, result.suite) for result in report.results} == {(True, 0, "article")}


@pytest.mark.parametrize("name", BREAKING_ARTICLES)
def test_an_article_that_breaks_an_expectation_is_found_and_its_neighbours_are_not(name: str) -> None:
    bad = make_article(**{"doc_id": "bad", **BREAKING_ARTICLES[name]})
    first, last = numbered(2)
    report = validated(first, bad, last)
    assert [r.failed for r in report.results if r.expectation == name] == [1]
    if BY_NAME[name].severity == "critical":
        assert [(r.doc_id, r.stage, r.reason) for r in report.rejections] == [(bad.doc_id or "", "validate", name)]
    else:
        assert report.rejections == ()


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_that_breaks_an_expectation_is_found_whole(name: str) -> None:
    pair = [make_article(**changes) for changes in PAIRS[name]]
    report = validated(*pair)
    assert [r.failed for r in report.results if r.expectation == name] == [2]
    expected = [name, name] if BY_NAME[name].severity == "critical" else []
    assert [rejection.reason for rejection in report.rejections] == expected


@pytest.mark.parametrize("name", BREAKING_BATCHES)
def test_a_batch_that_breaks_an_expectation_is_held_if_it_is_critical(name: str) -> None:
    report = validate_batch(make_facts(**BREAKING_BATCHES[name]), CONTRACT)
    (result,) = (result for result in report.results if result.expectation == name)
    assert (result.success, result.failed, result.suite) == (False, 1, "batch")
    critical = BY_NAME[name].severity == "critical"
    assert report.held is critical
    assert report.reason == (name if critical else None)
    assert (report.detail is not None) is critical


# ------------------------------------------------------------------ rejections


def test_the_reason_is_the_first_broken_critical_expectation_in_the_order_of_the_file() -> None:
    everything = make_article(text="", word_count=0, is_article=False, published_on=dt.date(1, 1, 1), title=None)
    (rejection,) = rejected(everything)
    assert rejection.reason == "text empty"
    for other in ("not an article", "text too short", "published before 1800", "title missing"):
        assert other in rejection.detail


def test_a_detail_tells_the_value_the_bound_and_the_reason_of_the_describe_stage() -> None:
    (short,) = rejected(make_article(word_count=12))
    assert short.detail.startswith("word_count is 12; the contract asks for at least 20.")
    assert "Also broken: text very short (word_count 12), " in short.detail
    (no_article,) = rejected(make_article(is_article=False, article_reason="link list: 14 of 16 lines"))
    assert no_article.detail == "is_article is false ('link list: 14 of 16 lines'); the contract asks for true."


def test_hostile_values_pass_through_as_data_cut_and_escaped() -> None:
    hostile = "=cmd|' /C calc'!A0\x1b[2J\n<script>alert(1)</script>" + "x" * 10_000
    (rejection,) = rejected(make_article(url=hostile, title=hostile, authors=(hostile,), domain=hostile))
    assert rejection.reason == "web address malformed"
    assert rejection.detail.startswith("url is ")
    assert "<script>" in rejection.detail
    assert rejection.detail.isprintable()
    assert len(rejection.detail) < 1000


def test_rows_keep_their_order_and_no_document_is_rejected_twice() -> None:
    articles = numbered(6)
    for row in (4, 1):
        articles[row] = dataclasses.replace(articles[row], word_count=1, is_article=False, language="xx")
    assert [rejection.doc_id for rejection in rejected(*articles)] == [articles[1].doc_id, articles[4].doc_id]


def test_an_empty_table_passes_and_is_reported() -> None:
    report = validated()
    assert report.rejections == ()
    assert len(report.results) == len(CONTRACT.of("article"))
    assert {(result.success, result.checked, result.failed) for result in report.results} == {(True, 0, 0)}


def test_checked_counts_the_values_there_are() -> None:
    report = validated(*numbered(2), make_article(title=None, published_on=None))
    checked = {result.expectation: result.checked for result in report.results}
    assert checked["title missing"] == 3
    assert checked["title too long"] == 2
    assert checked["published in the future"] == 2


def test_results_carry_severity_and_reason() -> None:
    for result in validated(make_article()).results:
        assert (result.severity, result.reason) == (
            BY_NAME[result.expectation].severity,
            BY_NAME[result.expectation].reason,
        )


def test_a_warning_with_mostly_tolerates_its_share_and_still_counts() -> None:
    source = """
[[expectation]]
name = "title missing"
suite = "article"
column = "title"
type = "not_null"
mostly = 0.75
severity = "warning"
reason = "Most pages have one."
breaks = [{}]
keeps = ["a"]
"""
    contract = parse_thresholds(source)
    articles = numbered(4)
    articles[0] = dataclasses.replace(articles[0], title=None)
    (tolerated,) = validated(*articles, contract=contract).results
    assert (tolerated.success, tolerated.failed) == (True, 1)
    articles[1] = dataclasses.replace(articles[1], title=None)
    (broken,) = validated(*articles, contract=contract).results
    assert (broken.success, broken.failed) == (False, 2)


def test_the_same_table_gives_the_same_report() -> None:
    articles = [*numbered(3), make_article(word_count=2), make_article(doc_id="x", language="und")]
    assert validated(*articles) == validated(*articles)


@settings(max_examples=15)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=300), max_size=4))
def test_any_text_is_judged_and_every_critical_failure_is_rejected_once(texts: list[str]) -> None:
    articles = [make_article(doc_id=f"{n:024x}", text=text) for n, text in enumerate(texts)]
    report = validated(*articles)
    failing = [rejection.doc_id for rejection in report.rejections]
    assert len(set(failing)) == len(failing)
    too_short = {article.doc_id for article in articles if article.word_count < 20}
    assert too_short <= set(failing)


# ------------------------------------------------------------------ batches


def test_a_batch_is_held_to_an_expectation_from_its_document_count_on() -> None:
    small = validate_batch(make_facts(document_count=49, quarantine_share=0.9), CONTRACT)
    assert not small.held
    (result,) = (r for r in small.results if r.expectation == "nearly everything quarantined")
    assert (result.success, result.checked, result.failed, result.observed) == (True, 0, 0, "0.9")
    assert validate_batch(make_facts(document_count=50, quarantine_share=0.9), CONTRACT).held


def test_the_first_broken_critical_expectation_names_the_held_batch() -> None:
    report = validate_batch(make_facts(quarantine_share=0.99, undetermined_share=0.9, median_word_count=3.0), CONTRACT)
    assert report.reason == "nearly everything quarantined"
    assert report.detail == "quarantine_share is 0.99; the contract asks for at most 0.8."


def test_an_empty_batch_passes() -> None:
    report = validate_batch(BatchFacts(0, 0, 0.0, 0.0, None, None, None, None), CONTRACT)
    assert (report.held, report.reason, report.detail) == (False, None, None)
    assert len(report.results) == len(CONTRACT.of("batch"))


def test_unknown_batch_facts_break_nothing() -> None:
    report = validate_batch(make_facts(language_shift=None, median_word_count=None), CONTRACT)
    assert not report.held
    assert {r.expectation: r.observed for r in report.results}["language mix shifted"] is None


def test_observed_values_are_told_for_the_whole_batch() -> None:
    observed = {r.expectation: r.observed for r in validate_batch(make_facts(document_count=12_000), CONTRACT).results}
    assert observed["batch too large"] == "12,000"
    assert observed["many quarantined"] == "0.05"


# ------------------------------------------------------------------ facts


def test_the_source_of_a_drop_in_confidence_is_named() -> None:
    facts = make_facts(confidence_drop=0.3, confidence_drop_source="harbourpost.example")
    observed = {r.expectation: r.observed for r in validate_batch(facts, CONTRACT).results}
    assert observed["texts of a source less sure than usual"] == "0.3 ('harbourpost.example')"


def test_batch_facts_and_what_explains_them_are_the_fields_of_the_record() -> None:
    explained = [fact.explained_by for fact in BATCH_FACTS.values() if fact.explained_by]
    assert [*BATCH_FACTS, *explained] == [field.name for field in dataclasses.fields(BatchFacts)]
    assert list(batch_facts(make_facts()).columns) == list(BATCH_FACTS)


def test_article_facts_have_a_bounded_width_and_no_text() -> None:
    article = make_article(text="word " * 50_000, url="https://a.example/" + "p" * 9_000, title="t" * 9_000)
    frame = article_facts(to_table([article], Article), TODAY)
    assert list(frame.columns) == list(ARTICLE_FACTS)
    assert max(len(value) for value in frame.iloc[0] if isinstance(value, str)) <= 500


def test_damage_is_counted_by_kind() -> None:
    text = "a\x00\ufffd\ufffdÃ©b" + "c" * 13
    frame = article_facts(to_table([make_article(), make_article(text=text)], Article), TODAY)
    assert frame["control_share"].tolist() == [0, 1 / len(text)]
    assert frame["replacement_share"].tolist() == [0, 2 / len(text)]
    assert frame["mojibake_share"].tolist() == [0, 2 / len(text)]


def test_capital_letters_with_a_tilde_are_not_mojibake() -> None:
    frame = article_facts(to_table([make_article(text="A DECISÃO NÃO FOI SIMPLES EM SÃO PAULO.")], Article), TODAY)
    assert frame["mojibake_share"].tolist() == [0]


def test_shares_of_nothing_are_unknown_not_errors() -> None:
    article = make_article(text="", word_count=0, sentence_count=0)
    row = article_facts(to_table([article], Article), TODAY).iloc[0]
    assert all(np.isnan(row[name]) for name in ("replacement_share", "words_per_sentence", "stripped_share"))


def test_titles_are_counted_within_their_source() -> None:
    articles = [
        make_article(title="Live", domain="a.example"),
        make_article(title="Live", domain="a.example"),
        make_article(title="Live", domain="b.example"),
        make_article(title="", domain="a.example"),
        make_article(title=None),
    ]
    frame = article_facts(to_table(articles, Article), TODAY)
    assert frame["title_uses"].fillna(-1).tolist() == [2, 2, 1, -1, -1]
    assert frame["title"].isna().tolist() == [False, False, False, True, True]


# ------------------------------------------------------------------ errors, and what Great Expectations may do


def test_an_expectation_that_ends_with_an_error_is_fatal_and_named() -> None:
    expectation = BY_NAME["text too short"]
    words = pd.DataFrame({"word_count": ["many", "few"]}, index=pd.RangeIndex(2, name=ROW))
    with pytest.raises(ContractError, match=r"'text too short' \(between on word_count\) ended with an error"):
        judge(words, "broken", [expectation])


def test_a_column_that_is_not_in_the_frame_is_fatal_and_named() -> None:
    with pytest.raises(ContractError, match="'text too short'"):
        judge(pd.DataFrame({"x": [1.0]}, index=pd.RangeIndex(1, name=ROW)), "broken", [BY_NAME["text too short"]])


def test_a_table_that_is_not_one_of_articles_is_refused() -> None:
    table = to_table([make_article()], Article)
    with pytest.raises(ContractError, match="column 'minhash'"):
        validate_articles(table.drop_columns(["minhash"]), CONTRACT, TODAY)
    with pytest.raises(ContractError, match="column 'language' has nulls"):
        validate_articles(to_table([make_article(language=None)], Article), CONTRACT, TODAY)


def test_a_contract_without_expectations_about_articles_rejects_nothing() -> None:
    assert validated(make_article(text=""), contract=Contract((), "0")) == ContractReport((), ())


def test_great_expectations_keeps_name_and_severity() -> None:
    made = suite("article", CONTRACT.of("article"))
    assert [each.meta["name"] for each in made.expectations] == [each.name for each in CONTRACT.of("article")]
    assert [each.severity.value for each in made.expectations] == [each.severity for each in CONTRACT.of("article")]


def test_patterns_are_judged_in_linear_time() -> None:
    source = r"""
[[expectation]]
name = "evil"
suite = "article"
column = "url"
type = "regex"
pattern = '^(?:a+)+\Z'
severity = "critical"
reason = "A backtracking engine needs seconds for 26 letters and never ends with 300."
breaks = ["aab"]
keeps = ["aa"]
"""
    (evil,) = parse_thresholds(source).expectations
    (verdict,) = judge(column_of(evil, ("a" * 300 + "é\n",)), "evil", [evil])
    assert verdict.failing_rows == (0,)


def test_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert len(rejected(make_article(text=""))) == 1


def test_importing_the_package_and_parsing_the_contract_does_not_import_great_expectations() -> None:
    program = (
        "import sys, pathlib, expectations.validate, expectations.suites, expectations.thresholds as t\n"
        "t.parse_thresholds(pathlib.Path('expectations/thresholds.toml').read_text(encoding='utf-8'))\n"
        "assert not {'great_expectations', 'pandas'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_a_first_validation_opens_no_socket_gives_no_warning_and_imports_only_what_it_needs() -> None:
    program = (
        "import socket, sys, pathlib, datetime as dt\n"
        "def refuse(*a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from expectations.thresholds import parse_thresholds\n"
        "from expectations.validate import validate_articles\n"
        "from transforms.records import Article, to_table\n"
        "contract = parse_thresholds(pathlib.Path('expectations/thresholds.toml').read_text(encoding='utf-8'))\n"
        "assert validate_articles(to_table([], Article), contract, dt.date(2025, 1, 1)).rejections == ()\n"
        "assert 'great_expectations' in sys.modules\n"
        "assert not {'scipy.stats._stats_py', 'altair.vegalite'} & sys.modules.keys()\n"
        "import altair, scipy.stats\n"
        "assert altair.Chart.__module__.startswith('altair.')\n"
        "assert scipy.stats.norm.cdf(0) == 0.5\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stderr == ""
