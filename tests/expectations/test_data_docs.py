"""Data Docs: every expectation and answer is in them, and nothing that fetches or runs."""

import datetime as dt
import re
from importlib import resources

import pytest
from lxml import html  # type: ignore[import-untyped]

from expectations import Contract, data_docs, parse_thresholds
from expectations.data_docs import JudgedRun
from transforms.records import ContractResult

RUN = "20240504T063000-0a1b2c"
HOSTILE = "<script>alert(1)</script><img src=https://elsewhere.example/p.png onerror=alert(1)> $cash ${now} **x**"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return parse_thresholds((resources.files("expectations") / "thresholds.toml").read_text("utf-8"))


def judged(contract: Contract, failed: str = "title missing") -> JudgedRun:
    """A run in which one expectation was not met by 3 of 40 articles."""
    results = [
        ContractResult(
            each.suite, each.name, each.severity, each.name != failed, 40, 3 * (each.name == failed),
            "0.25" if each.suite == "batch" else None, each.reason,
        )
        for each in contract.expectations
    ]  # fmt: skip
    return JudgedRun(RUN, dt.datetime(2024, 5, 4, 6, 31, tzinfo=dt.UTC), tuple(results))


def text_of(page: str) -> str:
    return " ".join(" ".join(html.document_fromstring(page).itertext()).split())


def rows(page: str) -> list[str]:
    cells = html.document_fromstring(page).xpath("//tr")
    return [" ".join(" ".join(row.itertext()).split()) for row in cells]


def test_every_expectation_is_told_with_its_reason(contract: Contract) -> None:
    pages = data_docs.suite_pages(contract)
    assert sorted(pages) == ["suite-article.html", "suite-batch.html"]
    for suite in data_docs.SUITES:
        text = text_of(pages[data_docs.suite_page(suite)])
        for each in contract.of(suite):
            assert f"{each.name} ({each.severity}): asks for" in text
            assert " ".join(each.reason.split()) in text


def test_every_answer_is_told(contract: Contract) -> None:
    pages = data_docs.run_pages(contract, judged(contract))
    assert sorted(pages) == [f"run-{RUN}-article.html", f"run-{RUN}-batch.html"]
    article = rows(pages[f"run-{RUN}-article.html"])
    [unmet] = [row for row in article if "not met" in row]
    assert "title missing (warning)" in unmet
    assert "7.5%" in unmet
    met = [row for row in article if row.startswith("✓ met")]
    assert len(met) == len(contract.of("article")) - 1
    assert all("0.25" in row for row in rows(pages[f"run-{RUN}-batch.html"]) if "met" in row.split()[:2])


def test_an_expectation_that_left_the_contract_is_left_out(contract: Contract) -> None:
    run = judged(contract)
    gone = ContractResult("article", "gone since", "warning", False, 40, 40, None, "No more.")
    pages = data_docs.run_pages(contract, JudgedRun(RUN, run.judged_at, (*run.results, gone)))
    assert "gone since" not in pages[f"run-{RUN}-article.html"]


def test_pages_are_the_same_whenever_they_are_made(contract: Contract) -> None:
    run = judged(contract)
    assert data_docs.run_pages(contract, run) == data_docs.run_pages(contract, run)
    assert data_docs.suite_pages(contract) == data_docs.suite_pages(contract)


def test_nothing_in_them_fetches_or_runs(contract: Contract) -> None:
    run = judged(contract)
    pages = data_docs.suite_pages(contract) | data_docs.run_pages(contract, run)
    pages["index.html"] = data_docs.index_page(contract, [run], pages, "../overview.html")
    for page in pages.values():
        root = html.document_fromstring(page)
        assert root.xpath("//script | //img | //iframe | //object | //form | //link[@rel!='icon']") == []
        assert root.xpath("//@*[starts-with(name(), 'on')] | //@style | //@src") == []
        assert [target for target in root.xpath("//a/@href") if ":" in target or target.startswith("/")] == []
        assert "default-src 'none'" in root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        assert not re.search(r"url\(|@import", "".join(root.xpath("//style/text()")))


def test_the_contents_lead_to_pages_that_are_there(contract: Contract) -> None:
    run = judged(contract)
    pages = data_docs.run_pages(contract, run)
    root = html.document_fromstring(data_docs.index_page(contract, [run], pages, "../overview.html"))
    assert root.xpath("//main//a/@href") == sorted(pages)
    articles = len(contract.of("article"))
    assert f"{articles - 1} of {articles}" in text_of(html.tostring(root, encoding="unicode"))
    assert "No run was judged yet." in text_of(data_docs.index_page(contract, [], [], "../overview.html"))


def test_a_contract_of_somebody_elses_words_stays_words() -> None:
    reason = HOSTILE.replace("'", "")
    contract = parse_thresholds(
        "[[expectation]]\nname = 'title missing'\nsuite = 'article'\ncolumn = 'title'\ntype = 'not_null'\n"
        f"severity = 'warning'\nreason = '{reason}'\nbreaks = [{{}}]\nkeeps = ['A title']\n"
    )
    result = ContractResult("article", "title missing", "warning", False, 4, 1, HOSTILE, reason)
    run = JudgedRun(RUN, dt.datetime(2024, 5, 4, tzinfo=dt.UTC), (result,))
    for page in (data_docs.suite_pages(contract) | data_docs.run_pages(contract, run)).values():
        root = html.document_fromstring(page)
        assert root.xpath("//script | //img | //@onerror") == []
        assert "<script>alert(1)</script>" in text_of(page)
        assert "$cash ${now}" in text_of(page)
