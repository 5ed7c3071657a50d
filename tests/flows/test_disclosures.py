"""What pages disclose goes all the way to the warehouse, and comes out again on the sheet of the source."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.builders import TEXT

pytestmark = pytest.mark.usefixtures("stages_here")

HEAD = """<meta name="robots" content="noai"><meta name="tdm-reservation" content="0">
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">
<link rel="canonical" href="https://harbourpost.example/bridge">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Harbour bridge reopens on Monday",
 "publisher": {"@type": "NewsMediaOrganization", "name": "Post", "correctionsPolicy": "/corrections"}}</script>"""
LINES = (*TEXT.split("\n"), "This article was translated by AI and checked by an editor.")
BODY = "".join(f"<p>{line}</p>" for line in LINES)
PAGE = f"""<html><head><title>Harbour bridge reopens on Monday</title>{HEAD}</head><body><article>
<h1>Harbour bridge reopens on Monday</h1>{BODY}</article>
<footer><a href="/imprint">Imprint</a></footer></body></html>"""


@pytest.fixture(scope="module")
def after_a_run(stages_here: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with that page and a text of the same source, and one run done."""
    folder = tmp_path_factory.mktemp("disclosing")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    plain = {"url": "https://harbourpost.example/ferry", "text": TEXT.replace("bridge", "ferry"), "title": "A ferry"}
    (folder / "plain.jsonl").write_text(json.dumps(plain), encoding="utf-8")
    with contextlib.chdir(folder):
        call("run", "page.html", "plain.jsonl")
    return folder


@pytest.fixture
def here(after_a_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as the working folder."""
    shutil.copytree(after_a_run, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_page_discloses_and_its_article_keeps_the_rights(here: Path) -> None:
    sheet = json.loads(call("sources", "show", "harbourpost.example", "--json"))
    disclosed = {(row["fact"], row["value"], row["place"]) for row in sheet["facts"] if row["part"] == "disclosure"}
    assert disclosed == {
        ("AI training declined", "noai", "meta"),
        ("AI-use notice", "AI was used", "text"),
        ("corrections policy", "https://harbourpost.example/corrections", "json-ld"),
        ("imprint", "https://harbourpost.example/imprint", "link"),
        ("licence", "https://creativecommons.org/licenses/by/4.0/", "link"),
        ("text and data mining not reserved", "0", "meta"),
    }
    rights = json.loads(
        call("sql", "SELECT rights, ai_training, research FROM article_rights ORDER BY 2", "--format", "json")
    )
    assert [(row["ai_training"], row["research"]) for row in rights] == [
        ("declined", "permitted"),
        ("unknown", "unknown"),
    ]
    assert "meta robots: noai" in rights[0]["rights"].split("\n")
    assert rights[1]["rights"] is None


def test_a_run_of_the_same_again_adds_nothing(here: Path) -> None:
    query = ("sql", "SELECT * EXCLUDE (last_seen_at) FROM source_disclosures ORDER BY ALL", "--format", "json")
    before = call(*query)
    call("run", "page.html")
    assert call(*query) == before


def test_only_what_is_permitted_is_exported(here: Path) -> None:
    call("export", "free.jsonl", "--permitted-for", "research")
    (line,) = (here / "free.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["url"] == "https://harbourpost.example/bridge"
    assert "no rows" in call("export", "train.jsonl", "--permitted-for", "ai-training")


def test_the_sheet_is_one_page_for_people(here: Path) -> None:
    unscored = call("sources", "show", "harbourpost.example")
    assert "not scored yet" in unscored
    call("score")
    scored = call("sources", "show", "harbourpost.example")
    for page in (unscored, scored):
        assert "What the source discloses" in page
        assert "How its articles are made" in page
