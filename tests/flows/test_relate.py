"""``copydesk relate`` and ``copydesk stories`` over a whole run, and on the seeds of the project."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows import run as composition
from flows.cli import app
from flows.cli.output import NotFound
from flows.relate import relate
from tests.flows.conftest import MakeSettings
from tests.news import write_jsonl
from tests.warehouse.test_stories import AGAIN, BUDGET, FERRY

pytestmark = pytest.mark.usefixtures("stages_here")

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.fixture(scope="module")
def after_a_run(stages_here: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three articles loaded, two of them about one event."""
    folder = tmp_path_factory.mktemp("related")
    told = {"harbourpost": ("Ferry aground off Salinas", FERRY), "nordbote": ("Ferry hits reef off Salinas", AGAIN)}
    told["norwick"] = ("Council of Norwick passes budget", BUDGET)
    rows = [
        {"url": f"https://{name}.example/1", "title": title, "text": text, "date": "2024-05-03"}
        for name, (title, text) in told.items()
    ]
    write_jsonl(folder / "news.jsonl", rows)
    with contextlib.chdir(folder):
        assert call("run", "news.jsonl", "--workers", "1").exit_code == 0
    return folder


@pytest.fixture
def here(after_a_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as the working folder."""
    shutil.copytree(after_a_run, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_stories_are_related_listed_and_shown(here: Path) -> None:
    assert "No story matches" in call("stories", "list").output
    assert "3 articles related" in call("relate").output
    assert json.loads(call("relate", "--json").output)["articles"] == 0
    listed = call("stories", "list")
    assert "Ferry aground off Salinas" in listed.output
    [story] = json.loads(call("stories", "list", "--json").output)
    assert (story["source_count"], story["report_count"]) == (2, 2)
    shown = call("stories", "show", story["story_id"][:8]).output
    assert "2 independent reports" in shown
    assert "Where they differ" in shown
    assert "Inés Duarte" in shown
    values = json.loads(call("stories", "show", story["story_id"], "--json").output)
    assert {fact["agreement"] for fact in values["facts"]} == {"shared", "spelt differently", "differs"}
    assert json.loads(call("stories", "list", "--since", "2024-05-04", "--json").output) == []


def test_a_story_that_is_not_there_says_what_to_do(here: Path) -> None:
    with pytest.raises(NotFound, match="copydesk stories list"):
        call("stories", "show", "nothing")


def test_markup_in_a_title_is_shown_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    rows = [
        {
            "url": f"https://{name}.example/1",
            "title": f"Salinas ferry [red]{name}[/red]",
            "text": text,
            "date": "2024-05-03",
        }
        for name, text in (("one", FERRY), ("two", AGAIN))
    ]
    write_jsonl(tmp_path / "news.jsonl", rows)
    assert call("run", "news.jsonl", "--workers", "1").exit_code == 0
    call("relate")
    assert "[red]one[/red]" in call("stories", "list").output


@pytest.mark.skipif(not SEEDS.is_dir(), reason="skipped: no data in ../shared/data/seeds")
def test_the_two_seeds_are_one_story_that_spells_one_name_differently(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(workers=1)
    composition.run(settings, [str(SEEDS)])
    result = relate(settings)
    assert (result.articles, result.placed, result.stories) == (2, 2, 1)
    published = ["--published", str(settings.published), "--json"]
    [story] = json.loads(call("stories", "list", *published).output)
    facts = json.loads(call("stories", "show", story["story_id"], *published).output)["facts"]
    shared = {fact["subject"] for fact in facts if fact["agreement"] == "shared"}
    assert {"Kim Hong Kyun", "Georgy Zinoviev", "Vladimir Putin", "Kim Jong Un"} <= shared
    differing = {fact["value"] for fact in facts if fact["agreement"] == "spelt differently"}
    assert differing == {"Kim Yo Jung", "Kim Yo Jong"}
    monkeypatch.setenv("COLUMNS", "300")
    shown = call("stories", "show", story["story_id"], *published[:-1]).output
    assert "2 independent reports" in shown
    assert "day of publication not known" in shown
    assert "without a headline, article" in shown
    assert "unknown:" not in shown
    assert "activists flew …" in shown
