"""The score stage from end to end: measure, import, score, explain; each pass costs what is new."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.agency_homes import agency_homes
from flows.cli import app
from flows.cli.output import NotFound
from flows.rating_files import MAX_BYTES, read_rating_file
from flows.run import run
from flows.score import load_score_tools
from flows.settings import SettingsError, load_settings
from tests.news import make_articles, write_jsonl

pytestmark = pytest.mark.usefixtures("stages_here")

OWN = "domain,quality\nharbourpost.example,0.8\nsatire.example,2\n"
OVERRIDES = """
[[override]]
source = "harbourpost.example"
decided_on = 2026-01-31
action = "note"
reason = "Its reports are not collected."
"""


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def values(*arguments: str) -> object:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.fixture(scope="module")
def after_a_run(stages_here: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of 24 articles done, one of them an agency's; made once, for a run takes seconds."""
    folder = tmp_path_factory.mktemp("scored")
    articles = list(make_articles(24))
    articles[0]["text"] = "OSLO (Reuters) - " + articles[0]["text"]
    write_jsonl(folder / "news.jsonl", articles)
    (folder / "own.csv").write_text(OWN, encoding="utf-8")
    places = {"warehouse": folder / "warehouse/copydesk.duckdb", "published": folder / "warehouse/published.duckdb"}
    run(load_settings({**places, "workers": 1}, environment={}), [str(folder / "news.jsonl")])
    return folder


@pytest.fixture
def here(after_a_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as the working folder."""
    shutil.copytree(after_a_run, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_sources_are_scored_from_their_articles(here: Path) -> None:
    assert "No scores yet" in call("sources").output
    assert values("score") == {"articles_measured": 24, "sources_examined": 1, "scores_changed": 1}
    [source] = values("sources")  # type: ignore[misc]
    assert (source["source"], source["status"]) == ("harbourpost.example", "style only")
    assert (source["own_articles"], source["copied_articles"]) == (23, 1)
    assert 0 < source["quality_low"] < source["quality"] < source["quality_high"] < 1


def test_a_second_pass_finds_nothing_to_do_and_new_articles_are_all_that_the_third_measures(here: Path) -> None:
    call("score")
    assert values("score") == {"articles_measured": 0, "sources_examined": 0, "scores_changed": 0}
    write_jsonl(here / "more.jsonl", make_articles(3, seed=1))
    call("run", "more.jsonl", "--workers", "1")
    assert values("score") == {"articles_measured": 3, "sources_examined": 1, "scores_changed": 1}


def test_imported_ratings_change_the_score_and_are_shown_with_provenance(here: Path) -> None:
    call("score")
    found = values("ratings", "import", "own.csv", "--format", "own", "--set", "our-desk", "--rated-on", "2026-01-31")
    assert isinstance(found, dict)
    assert (found["ratings"], found["scores_changed"]) == (1, 1)
    assert [row["name"] for row in found["refused"]] == ["satire.example"]
    [listed] = values("ratings", "list")  # type: ignore[misc]
    assert (listed["rating_set"], listed["origin"], listed["with_articles"]) == ("our-desk", "own.csv", 1)
    [rating] = values("ratings", "show", "www.harbourpost.example/news")  # type: ignore[misc]
    assert (rating["quality_mean"], rating["rated_on"], rating["family"]) == (0.8, "2026-01-31", "our-desk")
    sheet = values("sources", "show", "harbourpost.example")
    assert isinstance(sheet, dict)
    assert {piece["kind"] for piece in sheet["evidence"]} == {"prior", "rating", "signal"}
    assert len(sheet["history"]) == 2
    assert len(sheet["examples"]) == 5


def test_people_see_the_same_as_programs(here: Path) -> None:
    call("ratings", "import", "own.csv", "--format", "own", "--set", "our-desk")
    write_conflict(here)
    shown = call("sources", "show", "harbourpost.example").output
    for words in ("90% interval", "Ratings", "moves the score", "Articles with most loaded language", "copies that do"):
        assert words in shown
    assert "harbourpost" in call("sources").output
    assert "our-desk" in call("ratings", "list").output
    assert "0.8" in call("ratings", "show", "harbourpost.example").output
    assert "0.60" in call("ratings", "conflicts").output


def write_conflict(folder: Path) -> None:
    (folder / "other.csv").write_text("domain,quality\nharbourpost.example,0.2\n", encoding="utf-8")
    output = call("ratings", "import", "other.csv", "--format", "own", "--set", "other").output
    assert "1 rating imported" in output
    [conflict] = values("ratings", "conflicts")  # type: ignore[misc]
    assert (conflict["lowest_family"], conflict["highest_family"]) == ("other", "our-desk")


def test_a_refused_row_is_shown_with_its_reason(here: Path) -> None:
    output = call("ratings", "import", "own.csv", "--format", "own", "--set", "our-desk").output
    assert "1 row rejected" in output
    assert "unknown label" in output


def test_a_correction_stands_beside_the_score(here: Path) -> None:
    (here / "overrides.toml").write_text(OVERRIDES, encoding="utf-8")
    (here / "copydesk.toml").write_text('overrides = "overrides.toml"\n', encoding="utf-8")
    call("score")
    assert "Its reports are not collected." in call("sources", "show", "harbourpost.example").output


@pytest.mark.parametrize(
    ("prepare", "arguments", "problem"),
    [
        (None, ["ratings", "import", "gone.csv", "--format", "own", "--set", "x"], "cannot be read"),
        (None, ["ratings", "import", "own.csv", "--format", "secret"], "use one of lin2023"),
        (None, ["ratings", "import", "own.csv", "--format", "lin2023"], "needs a column 'pc1'"),
        (None, ["ratings", "import", "nowhere://x", "--format", "mbfc"], "cannot be read"),
        (
            lambda folder: (folder / "own.csv").write_bytes(b"\xff\xfe\xff"),
            ["ratings", "import", "own.csv", "--format", "mbfc"],
            "not UTF-8",
        ),
        (
            lambda folder: (folder / "copydesk.toml").write_text('overrides = "gone.toml"\n'),
            ["score"],
            "overrides: gone.toml cannot be read",
        ),
        (
            lambda folder: (
                (folder / "copydesk.toml").write_text('overrides = "o.toml"\n'),
                (folder / "o.toml").write_text("[[override]]\n"),
            ),
            ["score"],
            "missing action",
        ),
    ],
)
def test_what_a_user_can_mend_is_said_in_a_sentence(
    here: Path, prepare: Callable[[Path], object] | None, arguments: list[str], problem: str
) -> None:
    if prepare is not None:
        prepare(here)
    with pytest.raises(SettingsError, match=problem):
        call(*arguments)


def test_a_set_of_ones_own_needs_a_name(here: Path) -> None:
    assert CliRunner().invoke(app, ["ratings", "import", "own.csv", "--format", "own"]).exit_code == 2


@pytest.mark.parametrize("arguments", [["sources", "show"], ["ratings", "show"]])
@pytest.mark.parametrize("source", ["nobody.example", "not a domain"])
def test_a_source_that_is_not_there_is_an_error(here: Path, arguments: list[str], source: str) -> None:
    call("score")
    with pytest.raises(NotFound, match=source):
        call(*arguments, source)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(SettingsError, match="larger than 64 MB"):
        read_rating_file(str(path))
    path.write_bytes(b"domain,quality\n")
    assert read_rating_file(f"file://{path}") == b"domain,quality\n"


def test_an_agencys_reports_are_its_own_where_it_publishes_them() -> None:
    tools = load_score_tools()
    homes = agency_homes(tools.agencies, tools.names)
    assert (homes["Associated Press"], homes["Reuters"]) == ("apnews.com", "reuters.com")
