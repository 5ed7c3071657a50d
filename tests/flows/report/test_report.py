"""Reports as files: what stands in them, what they link to, and that they stay small and whole."""

import os
import re
import shutil
from pathlib import Path

import pytest
from lxml import html  # type: ignore[import-untyped]

from expectations import parse_thresholds
from flows.report import UnknownRun, overview_path, run_report_path, write_overview_report, write_run_report
from flows.report.page import policy
from tests.flows.report.warehouses import (
    LINK,
    SCRIPT,
    add_run,
    articles_of,
    publish,
    rejected,
    results,
    run_id,
    score_sources,
)
from tests.warehouse.loads import numbered
from transforms.records import Article
from warehouse import Warehouse

MEGABYTE = 1 << 20
RUN_SECTIONS = ["flow", "quarantine", "stripped", "contract", "usual", "confidence", "mix", "credibility", "stories"]
OVERVIEW_SECTIONS = [
    "volume",
    "contract",
    "quarantine",
    "stripped",
    "confidence",
    "mix",
    "credibility",
    "stories",
    "runs",
]


def parsed(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_bytes())


def text_of(element: html.HtmlElement) -> str:
    """All its text; what stands in elements of their own is apart."""
    return " ".join(" ".join(element.itertext()).split())


def section(page: html.HtmlElement, name: str) -> str:
    [found] = page.xpath(f"//section[@id='{name}']")
    return text_of(found)


def run_report(folder: Path) -> Path:
    """The one report of a run in a folder."""
    [path] = (folder / "runs").iterdir()
    return path


@pytest.fixture
def written(reports: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the folder of reports of the usual runs, which a test may write to."""
    return Path(shutil.copytree(reports["days"], tmp_path / "reports"))


@pytest.fixture(scope="module")
def run_page(reports: dict[str, Path]) -> html.HtmlElement:
    return parsed(run_report(reports["days"]))


@pytest.fixture(scope="module")
def over_time(reports: dict[str, Path]) -> html.HtmlElement:
    return parsed(overview_path(reports["days"]))


def test_the_latest_run_is_told_in_a_sentence(run_page: html.HtmlElement) -> None:
    [headline] = run_page.xpath("//h1")
    assert text_of(headline) == (
        "13 documents came in: 10 became articles, 2 went to quarantine and 1 repeated a known text."
    )
    assert "Worth a look" in text_of(run_page)  # one article in ten has no title, which the contract does not keep


def test_the_flow_picture_has_every_end_with_its_number(run_page: html.HtmlElement) -> None:
    shown = section(run_page, "flow")
    for words in ("13 read", "10 loaded", "2 quarantined", "1 duplicates", "10 new articles", "1 empty", "1 too large"):
        assert words in shown


def test_quarantine_is_counted_by_reason_with_examples(run_page: html.HtmlElement, over_time: html.HtmlElement) -> None:
    assert "empty extract 1 inbox/bridge.txt" in section(run_page, "quarantine")
    assert "empty extract 8 inbox/bridge.txt" in section(over_time, "quarantine")
    assert "too large extract 8" in section(over_time, "quarantine")


def test_cuts_are_counted_by_kind_and_by_source(run_page: html.HtmlElement) -> None:
    shown = section(run_page, "stripped")
    assert "10 lines were cut" in shown
    assert "related 10 10 READ ALSO: more about" in shown
    assert "harbourpost.example 6 1.0" in shown


def test_the_contract_is_told_with_its_trend(run_page: html.HtmlElement) -> None:
    shown = section(run_page, "contract")
    assert "title missing warning 1 of 10 10%" in shown
    assert "Met everywhere: text too short and many quarantined" in shown
    [trend] = run_page.xpath("//*[@aria-labelledby='contract-title contract-desc']")
    assert [text for text in trend.itertext() if text.endswith("%")] == [
        "0%",
        "10%",
        "20%",
        "0%",
        "10%",
        "20%",
        "0%",
        "10%",
    ]


def test_a_run_stands_beside_the_usual(run_page: html.HtmlElement) -> None:
    shown = section(run_page, "usual")
    assert "This run against 7 earlier runs of the same inputs" in shown
    assert "documents read 13 13 13 to 13 usual" in shown


def test_the_mix_names_languages_ages_and_sources(run_page: html.HtmlElement) -> None:
    shown = section(run_page, "mix")
    for words in ("English: 7; French: 3", "of the same day: 10", "harbourpost.example: 6; inland.example: 3"):
        assert words in shown


def test_all_is_added_up_over_time(over_time: html.HtmlElement) -> None:
    assert text_of(over_time.xpath("//h1")[0]) == "The desk holds 80 articles of 3 sources."
    rows = over_time.xpath("//section[@id='runs']//tbody/tr")
    assert [row.xpath("string(th)").strip() for row in rows] == [run_id(number) for number in range(7, -1, -1)]


def test_an_earlier_run_is_reported_as_of_its_time(days: Path, tmp_path: Path) -> None:
    page = parsed(write_run_report(days, tmp_path, run_id(2)))
    assert "This run against 2 earlier runs" in section(page, "usual")
    assert "title missing warning 2 of 10 20%" in section(page, "contract")


@pytest.mark.parametrize("wanted", ["20240504T063000-ffffff", "../../etc/passwd", "", "a/b"])
def test_a_run_that_is_not_there_is_refused(days: Path, tmp_path: Path, wanted: str) -> None:
    with pytest.raises(UnknownRun):
        write_run_report(days, tmp_path, wanted)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../overview", "a/b", "", ".hidden", "a" * 100, "a b"])
def test_no_id_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownRun, match="not the id of a run"):
        run_report_path(tmp_path, name)


def test_a_database_without_runs_says_so(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "work.duckdb") as warehouse:
        published = publish(warehouse, tmp_path)
    for write in (write_run_report, write_overview_report):
        with pytest.raises(UnknownRun, match="no run yet"):
            write(published, tmp_path / "reports")


def test_every_section_of_an_empty_run_says_so_in_words(reports: dict[str, Path]) -> None:
    page = parsed(run_report(reports["nothing"]))
    words = {
        "flow": "Nothing came in",
        "quarantine": "Nothing was sent to quarantine",
        "stripped": "Nothing was cut",
        "contract": "Nothing was judged",
        "usual": "nothing can be said about what is usual",
        "confidence": "No article here is from a page",
        "mix": "No article was loaded",
        "credibility": "No source has been scored yet",
        "stories": "No article of this run belongs to a story",
    }
    assert [element.get("id") for element in page.xpath("//section")] == RUN_SECTIONS
    for name, said in words.items():
        assert said in section(page, name)


def test_every_section_of_an_empty_overview_says_so_in_words(reports: dict[str, Path]) -> None:
    page = parsed(overview_path(reports["nothing"]))
    words = {
        "volume": "There has been one run",
        "contract": "Nothing was judged",
        "quarantine": "Quarantine is empty",
        "stripped": "Nothing was cut",
        "confidence": "No article here is from a page",
        "mix": "No article was loaded",
        "credibility": "No source has been scored yet",
        "stories": "No story of several sources yet",
        "runs": run_id(0),
    }
    assert [element.get("id") for element in page.xpath("//section")] == OVERVIEW_SECTIONS
    for name, said in words.items():
        assert said in section(page, name)


def test_links_inside_the_folder_lead_somewhere(days: Path, written: Path) -> None:
    write_run_report(days, written, run_id(6))
    write_overview_report(days, written)
    pages = sorted(written.rglob("*.html"))
    assert len(pages) == 2 + 2 + 3 + 4  # runs, index and overview, contents and suites, the two runs' answers
    for path in pages:
        page = parsed(path)
        for target in page.xpath("//a/@href"):
            file, _, anchor = target.partition("#")
            assert (path.parent / file).exists() if file else page.get_element_by_id(anchor) is not None
    linked = parsed(overview_path(written)).xpath("//section[@id='runs']//a/@href")
    assert linked == [f"runs/{run_id(7)}.html", f"runs/{run_id(6)}.html"]


def test_a_report_is_replaced_in_one_step(days: Path, written: Path) -> None:
    first = run_report(written)
    read = first.open("rb")
    assert write_run_report(days, written) == first
    assert first.stat().st_ino != os.fstat(read.fileno()).st_ino
    assert b"</html>" in read.read()
    read.close()
    assert [path.name for path in written.rglob("*") if "unfinished" in path.name] == []


def test_data_docs_of_runs_that_are_no_longer_listed_go(days: Path, written: Path) -> None:
    docs = written / "data-docs"
    old = docs / "run-20200101T000000-aaaaaa-article.html"
    old.write_text("old", encoding="utf-8")
    write_run_report(days, written)
    assert not old.exists()
    assert len(list(docs.glob("run-*.html"))) == 2


def test_the_users_own_contract_makes_the_data_docs(days: Path, tmp_path: Path) -> None:
    contract = parse_thresholds(
        "[[expectation]]\nname = 'title missing'\nsuite = 'article'\ncolumn = 'title'\ntype = 'not_null'\n"
        "severity = 'warning'\nreason = 'Our own reason.'\nbreaks = [{}]\nkeeps = ['A title']\n"
    )
    write_run_report(days, tmp_path, contract=contract)
    assert "Our own reason." in (tmp_path / "data-docs" / "suite-article.html").read_text(encoding="utf-8")
    assert not (tmp_path / "data-docs" / "suite-batch.html").exists()


def test_pages_allow_nothing_but_their_own_style_and_script(run_page: html.HtmlElement) -> None:
    page = run_page
    [style] = page.xpath("//style/text()")
    [allowed] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    [script] = page.xpath("//script/text()")
    assert allowed == policy(style, script)
    assert not re.search(r"fetch|XMLHttp|innerHTML|eval|import", script.split("\n", 2)[2])
    assert "default-src 'none'" in allowed
    assert "unsafe" not in allowed
    assert page.xpath("//iframe | //img | //*[@style] | //@*[starts-with(name(), 'on')]") == []
    assert "@import" not in style
    assert "url(" not in style


def test_ids_are_used_once_and_references_meet_them(run_page: html.HtmlElement, over_time: html.HtmlElement) -> None:
    for page in (run_page, over_time):
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        wanted = " ".join(page.xpath("//@aria-labelledby")).split()
        wanted += re.findall(r"url\(#([^)]+)\)", html.tostring(page, encoding="unicode"))
        assert set(wanted) <= set(ids)


def test_pictures_and_tables_are_told_to_those_who_do_not_see_them(run_page: html.HtmlElement) -> None:
    page = run_page
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]
    pictures = page.xpath("//*[local-name()='svg'][not(@aria-hidden)]")
    assert len(pictures) >= 6
    for picture in pictures:
        assert picture.get("role") == "img"
        assert all(picture.xpath("*[local-name()='title' or local-name()='desc']/text()"))
    for table in page.xpath("//table"):
        assert table.xpath("caption/text()")
        assert all(cell.get("scope") for cell in table.iter("th"))
    for area in page.xpath("//*[contains(@class, 'scroll')]"):
        assert (area.get("tabindex"), bool(area.get("aria-label"))) == ("0", True)


def test_hostile_text_is_text(reports: dict[str, Path]) -> None:
    for path in (run_report(reports["hostile"]), overview_path(reports["hostile"])):
        page = parsed(path)
        assert page.xpath("//img | //iframe | //@*[starts-with(name(), 'on')]") == []
        assert len(page.xpath("//script")) == 1
        assert not any(target.startswith("javascript") for target in page.xpath("//@href"))
        text = text_of(page)
        assert SCRIPT in text
        assert LINK in text
        assert "\u202e" not in path.read_text(encoding="utf-8")


def test_much_data_makes_no_big_page(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "work.duckdb") as warehouse:
        long = "A very long headline " * 500
        articles = [
            one for number in range(400) for one in articles_of(number, 1, domain=f"source{number}.example", title=long)
        ]
        refused = [rejected(number, reason=f"reason {number} {long}", title=long) for number in range(400)]
        add_run(warehouse, 0, articles, quarantined=refused, message=long, inputs=[long] * 50)
        for article in articles[:60]:
            score_sources(warehouse, [article], article.domain or "")
        published = publish(warehouse, tmp_path)
    path = write_run_report(published, tmp_path / "reports")
    page = parsed(path)
    assert path.stat().st_size < MEGABYTE / 2
    assert "… and 388 more reasons." in section(page, "quarantine")
    assert "… and 300 more sources." in section(page, "stripped")
    assert max(len(text) for text in page.itertext() if "{" not in text) < 5_000


def test_runs_of_one_minute_keep_columns_of_their_own(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "work.duckdb") as warehouse:
        for year in range(3):  # labels say day, month and minute
            add_run(warehouse, year * 24 * 365, articles_of(year, 1), results=results(failed=1 + year))
        published = publish(warehouse, tmp_path)
    page = parsed(write_run_report(published, tmp_path / "reports"))
    [trend] = page.xpath("//*[@aria-labelledby='contract-title contract-desc']")
    assert [text for text in trend.itertext() if text.endswith("%")] == ["10%", "20%", "30%"]


def test_sources_stand_by_their_confidence_with_the_least_sure_article(tmp_path: Path) -> None:
    def of(number: int, domain: str, *confidences: float | None) -> list[Article]:
        return [
            numbered(100 * number + each, domain=domain, extraction_confidence=value, title=f"{SCRIPT} {value}")
            for each, value in enumerate(confidences)
        ]

    articles = [*of(1, "sure.example", 0.9, 0.98), *of(2, "unsure.example", 0.75, 0.25), *of(3, "plain.example", None)]
    with Warehouse.open(tmp_path / "work.duckdb") as warehouse:
        run = add_run(warehouse, 0, articles)
        published = publish(warehouse, tmp_path)
    write_run_report(published, tmp_path / "reports", run)
    write_overview_report(published, tmp_path / "reports")
    for path in (run_report(tmp_path / "reports"), overview_path(tmp_path / "reports")):
        rows = [
            [" ".join(cell.text_content().split()) for cell in row]
            for row in parsed(path).xpath("//section[@id='confidence']//tbody/tr")
        ]
        assert rows == [
            ["unsure.example", "2", "50%", "25%", f"{SCRIPT} 0.25"],
            ["sure.example", "2", "94%", "90%", f"{SCRIPT} 0.9"],
        ]
